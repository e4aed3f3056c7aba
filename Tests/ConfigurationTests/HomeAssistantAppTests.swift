import Foundation
import Registry
import TestSupport
import Testing

@testable import Configuration

/// The app of Home Assistant: its options are the bridge's configuration.
@Suite struct HomeAssistantAppTests {
  private static let folder = ProcessRunner.packageDirectory.appending(path: "packaging/home_assistant_app")
  private static let registry = try? Registry.embedded()
  private var context = ReadingContext(directory: "")

  private func document(_ name: String) throws -> ConfigurationNode {
    try ConfigurationNode(
      yaml: try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8), file: name)
  }

  private mutating func members(_ node: ConfigurationNode) throws -> [(name: String, value: ConfigurationNode)] {
    try (#require(node.pairs("node", "", &context))).map { (try #require($0.key.text), $0.value) }
  }

  private mutating func member(_ name: String, of node: ConfigurationNode) throws -> ConfigurationNode {
    let value = try members(node).first { $0.name == name }?.value
    return try #require(value, "\(name)")
  }

  /// What Home Assistant could put into the options, at the end of a path.
  private func samples(_ schema: String, _ path: String) throws -> [String] {
    let kind = schema.hasSuffix("?") ? String(schema.dropLast()) : schema
    if let list = kind.wholeMatch(of: /list\((.*)\)/) { return list.1.split(separator: "|").map { "\"\($0)\"" } }
    if let range = kind.wholeMatch(of: /int\((\d+),(\d+)\)/) { return [String(range.1), String(range.2)] }
    switch kind {
    case "bool": return ["true", "false"]
    case "port": return ["502"]
    case "float": return ["48.5"]
    case _ where kind.hasPrefix("match(^mqtts?"): return ["\"mqtt://user@host:1883\""]
    case "str":
      // Text that suits the setting.
      let texts = [
        "gateway.host": "192.0.2.7", "gateway.name": "Barn", "gateways.host": "192.0.2.8",
        "gateways.base": "mate3/barn",
        "gateways.name": "Barn", "topics.base": "solar", "intervals.live": "5s", "intervals.settings": "2m",
        "intervals.fixed": "1h", "battery.absorb": "56.0..57.6", "battery.float": "53.6..54.4",
        "battery.equalise": "never", "devices.block": "charge_controller", "devices.name": "east_roof",
        "commands.fields": "charge_controller_configuration.absorb_volts",
        "commands.labels_confirmed": "radian_inverter_configuration.aux_relay_control",
        "home_assistant.prefix": "homeassistant", "history.keep": "30d",
        "history.postgres": "postgres://mate3@host/solar",
        "broker.password_file": "/config/password", "broker.ca_file": "/config/ca.pem",
        "history.postgres_password_file": "/config/postgres", "page.token_file": "/config/token",
      ]
      return ["\"\(try #require(texts[path], "\(path)"))\""]
    default: throw TimedOut("no sample of \(schema) for \(path)")
    }
  }

  /// Reads options as the bridge does, but for files and the broker, which come from elsewhere.
  private func problems(_ options: String) throws -> [String] {
    var sources = ConfigurationSources(file: ("options.json", options))
    sources.use = .gateway
    sources.builtInRegistry = Self.registry
    do throws(ConfigurationError) {
      _ = try BridgeConfiguration.read(sources)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  @Test mutating func theDefaultsAndAGatewayAreEnough() throws {
    let options = try member("options", of: try document("config.yaml"))
    let schema = try member("schema", of: try document("config.yaml"))
    #expect(try members(options).map(\.name) == members(schema).map(\.name))
    var text = #"{"gateway": {"host": "192.0.2.7"}, "commands": {"allow": ["operational"]}"#
    for (name, value) in try members(options) where name != "gateway" && name != "commands" {
      if case .list = value.content { text += ", \"\(name)\": []" } else { text += ", \"\(name)\": {}" }
    }
    let read = try BridgeConfiguration.read(
      ConfigurationSources(
        file: ("options.json", text + "}"), environment: ["MATE3_BROKER_URL": "mqtt://core-mosquitto"]))
    #expect(read.configuration.gateway.host == "192.0.2.7" && read.configuration.gateways.isEmpty)
    #expect(read.configuration.broker.address.host == "core-mosquitto")
  }

  /// Each option is a setting, and each value that Home Assistant lets through is one that it takes.
  @Test mutating func everyOptionIsASetting() throws {
    let schema = try member("schema", of: try document("config.yaml"))
    var count = 0
    // What belongs together, or must be there too.
    let company = [
      "battery": #""nominal": "48", "chemistry": "lifepo4", "absorb": "56.0..57.6", "float": "53.6..54.4""#,
      "devices": #""block": "charge_controller", "port": 3, "name": "east_roof""#,
      "gateways": #""host": "192.0.2.7", "base": "mate3/house""#,
    ]
    for (section, value) in try members(schema) {
      var isList = false
      var fields = value
      if case .list(let list) = value.content {
        isList = true
        fields = try #require(list.first)
      }
      for (name, field) in try members(fields) {
        let path = "\(section).\(name)"
        var form = field
        var isValueList = false
        if case .list(let list) = field.content {
          isValueList = true
          form = try #require(list.first)
        }
        for sample in try samples(try #require(form.text), path) {
          var pairs = company[section].map { "\($0), " } ?? ""
          if let old = pairs.firstMatch(of: try Regex("\"\(name)\": (\"[^\"]*\"|[0-9]+), ")) {
            pairs.removeSubrange(old.range)
          }
          if path == "battery.nominal", let volts = Double(sample.trimmingCharacters(in: ["\""])) {
            let (absorb, float) = (Int(volts * 1.17), Int(volts * 1.12))
            pairs = "\"chemistry\": \"lifepo4\", \"absorb\": \"\(absorb)..\(absorb + 1)\", "
            pairs += "\"float\": \"\(float)..\(float)\", "
          }
          pairs += "\"\(name)\": " + (isValueList ? "[\(sample)]" : sample)
          let text = "{\"\(section)\": " + (isList ? "[{\(pairs)}]" : "{\(pairs)}") + "}"
          #expect(try problems(text).isEmpty, "\(text)")
          count += 1
        }
      }
    }
    #expect(count > 60)
    #expect(try problems(#"{"gateway": {"hots": "h"}}"#).count == 1)
  }

  /// One gateway with its state, and another beside it.
  @Test mutating func oneBecomesSeveral() throws {
    let schema = try member("schema", of: try document("config.yaml"))
    guard case .list(let list) = try member("gateways", of: schema).content else { throw TimedOut("no list") }
    #expect(try members(try #require(list.first)).map(\.name).contains("keeps_state"))
    let read = try BridgeConfiguration.read(
      ConfigurationSources(
        file: (
          "options.json",
          #"{"gateway": {}, "gateways": [{"host": "192.0.2.7", "base": "mate3", "keeps_state": true}, "#
            + #"{"host": "192.0.2.8", "base": "barn"}]}"#
        ), environment: ["MATE3_BROKER_URL": "mqtt://core-mosquitto", "MATE3_STATE_DIR": "/data"]))
    #expect(read.configuration.bridges.map(\.stateDirectory) == ["/data", "/data/barn"])
  }

  @Test mutating func everyOptionHasAName() throws {
    let schema = try member("schema", of: try document("config.yaml"))
    let translations = try member("configuration", of: try document("translations/en.yaml"))
    #expect(try members(translations).map(\.name) == members(schema).map(\.name))
    for (section, value) in try members(schema) {
      var fields = value
      if case .list(let list) = value.content { fields = try #require(list.first) }
      let named = try member("fields", of: try member(section, of: translations))
      #expect(try members(named).map(\.name) == members(fields).map(\.name))
      for (name, text) in try members(named) {
        #expect(try member("name", of: text).text?.isEmpty == false, "\(section).\(name)")
        #expect(try member("description", of: text).text?.isEmpty == false, "\(section).\(name)")
      }
    }
  }

  @Test mutating func theVersionIsThePrograms() throws {
    let source = try String(
      contentsOf: ProcessRunner.packageDirectory.appending(path: "Sources/CommandLineTool/Mate3Command.swift"),
      encoding: .utf8)
    let version = try #require(source.firstMatch(of: /static let version = "(.*)"/)).1
    #expect(try member("version", of: try document("config.yaml")).text == String(version))
  }
}
