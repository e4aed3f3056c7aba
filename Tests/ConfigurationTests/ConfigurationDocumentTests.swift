import Foundation
import Mate3
import Registry
import Testing

@testable import Configuration

/// The documents and the example say what the program does.
@Suite struct ConfigurationDocumentTests {
  private func file(_ path: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The example with every setting that is commented out: `#` and no single blank behind it.
  private func uncommented() throws -> String {
    try file("examples/bridge.yaml").split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        let indent = line.prefix { $0 == " " }
        let rest = line.dropFirst(indent.count)
        let isProse = rest == "#" || (rest.hasPrefix("# ") && !rest.hasPrefix("#  "))
        return rest.hasPrefix("#") && !isProse ? String(indent) + String(rest.dropFirst()) : String(line)
      }
      .joined(separator: "\n")
  }

  @Test func theTableOfSettingsIsUpToDate() throws {
    let page = try file("docs/settings.md")
    let parts = page.split(separator: "<!-- settings begin -->\n", maxSplits: 1)
    let table = try #require(parts.last?.split(separator: "<!-- settings end -->").first)
    #expect(table == ConfigurationReference.markdown, "run `make reference`")
  }

  @Test func everyResultCodeIsExplained() throws {
    let page = try file("docs/commands.md")
    for code in ResultCode.allCases { #expect(page.contains("\n| `\(code.rawValue)` | "), "\(code.rawValue)") }
  }

  @Test func exampleIsTheLeastConfiguration() throws {
    let read = try configuration(try file("examples/bridge.yaml")).configuration
    var expected = BridgeConfiguration()
    expected.gateway.host = "192.0.2.7"
    expected.broker.address = BrokerAddress(host: "192.0.2.8", port: 1883)
    expected.stateDirectory = "/var/lib/mate3"
    #expect(read == expected)
  }

  @Test func exampleShowsEverySettingWithItsDefault() throws {
    // The folder that it names as a register map does not exist here, and the files must not, even where it is installed.
    let text = try uncommented().replacing("/etc/mate3/", with: "/nonexistent/mate3/")
    let withoutMap = text.replacing("\nregistry: /nonexistent/mate3/registry_data\n", with: "\n")
    #expect(withoutMap != text)
    var reader = ConfigurationReader(ConfigurationSources(file: ("bridge.yaml", withoutMap)))
    // Nor do its files for the broker, the database and the page, and it shows both one gateway and several; everything
    // else must be right.
    #expect {
      try reader.read()
    } throws: { error in
      let problems = ((error as? ConfigurationError)?.problems ?? []).map(\.message)
      return problems.filter { $0.hasSuffix(" and gateways are both given; keep one") }.count == 2
        && problems.filter { problem in
          !["broker.", "page.", "history.postgres_password_file"].contains { problem.hasPrefix($0) }
        }.count == 2
    }
    #expect(
      Set(reader.nodes.keys) == Set(ConfigurationKey.all.filter { !$0.isSecret && $0.path != "registry" }.map(\.path)))

    var context = reader.context
    context.problems = []
    var shown = BridgeConfiguration()
    for key in ConfigurationKey.all {
      if let node = reader.nodes[key.path] { key.apply(node, &context, &shown) }
    }
    #expect(context.problems.isEmpty)
    let defaults = BridgeConfiguration()
    let different = ConfigurationKey.all.filter { $0.show(shown) != $0.show(defaults) }.map(\.path)
    #expect(
      different == [
        "gateway.host", "gateway.name", "broker.url", "broker.client_id", "broker.password_file", "broker.ca_file",
        "broker.certificate_file", "broker.key_file", "battery.nominal", "battery.chemistry", "battery.absorb",
        "battery.float", "battery.equalise", "battery.lowest", "battery.charge_current", "devices", "gateways",
        "commands.fields", "commands.limits",
        "commands.labels_confirmed", "history.postgres", "history.postgres_password_file", "page.listen", "page.hosts",
        "page.proxy",
        "page.token_file", "state_dir",
      ])
  }

  @Test func namesAreUniqueAndFollowFromThePath() {
    let keys = ConfigurationKey.all
    #expect(Set(keys.map(\.path)).count == keys.count)
    #expect(Set(keys.map(\.flag)).count == keys.count)
    #expect(Set(keys.map(\.variable)).count == keys.count)
    #expect(ConfigurationKey.named("gateway.max_read")?.variable == "MATE3_GATEWAY_MAX_READ")
    #expect(ConfigurationKey.named("gateway.connect_timeout")?.flag == "--gateway-connect-timeout")
    for flag in [
      "--host", "--port", "--broker", "--base", "--interval", "--state-dir", "--max-read", "--log-level",
      "--log-format",
      "--registry",
    ] {
      #expect(keys.contains { $0.flag == flag }, "\(flag)")
    }
  }

  @Test func thereIsAFlagForEverySettingButThePassword() {
    for key in ConfigurationKey.all {
      #expect((ConfigurationReference.flags[key.path].map { "--\($0.name)" } == key.flag) == !key.isSecret)
    }
  }

  @Test func everyDefaultCanBeGivenAsShown() throws {
    let defaults = BridgeConfiguration()
    for key in ConfigurationKey.all where !key.show(defaults).isEmpty && key.defaultNote == nil {
      let loaded = try configuration(arguments: [key.flag, key.show(defaults)])
      #expect(key.show(loaded.configuration) == key.show(defaults), "\(key.path)")
    }
  }

  @Test(arguments: [
    ("gateway.hots", "gateway.host"), ("host", "gateway.host"), ("brokr.url", "broker.url"), ("comands", "commands"),
    ("log.levle", "log.level"),
  ])
  func nearestSetting(path: String, expected: String) {
    #expect(ConfigurationKey.nearest(to: path) == expected)
  }

  @Test(arguments: [("", "", 0), ("a", "", 1), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ab", "ba", 1)])
  func distance(left: String, right: String, expected: Int) {
    #expect(NearestName.distance(left, right) == expected)
    #expect(NearestName.distance(right, left) == expected)
  }
}
