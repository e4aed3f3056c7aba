import Mate3
import Testing

@testable import Configuration

private let brokerOnly = "broker: {url: mqtt://broker.local}\n"

@Suite struct GatewaysTests {
  private func read(_ text: String, arguments: [String] = []) throws -> BridgeConfiguration {
    try configuration(brokerOnly + text, arguments: arguments).configuration
  }

  @Test func eachGatewayHasWhatIsSetForAllAndItsOwn() throws {
    let read = try read(
      """
      gateway: {unit: 3, response_timeout: 2s}
      intervals: {live: 10s}
      devices: [{block: gateway, name: box}]
      state_dir: /srv/mate3
      gateways:
        - {host: 192.0.2.7, base: mate3/house}
        - host: barn.local
          port: 1502
          base: mate3/barn
          unit: 1
          max_read: 125
          connect_timeout: 9s
          keep_connection: false
          clock_check: false
          intervals: {live: 2s, fixed: 1h}
          devices:
            - {block: charge_controller, port: 3, name: east_roof}
      """)
    let bridges = read.bridges
    try #require(bridges.count == 2)
    #expect(bridges.allSatisfy { $0.gateways.isEmpty && $0.broker == read.broker })

    var house = BridgeConfiguration.Gateway()
    house.name = "House"
    house.host = "192.0.2.7"
    house.unit = 3
    house.responseTimeout = .seconds(2)
    #expect(bridges[0].gateway == house)
    #expect(bridges[0].topics.base == "mate3/house")
    #expect(bridges[0].intervals.live == .seconds(10))
    #expect(bridges[0].devices == [.init(block: "gateway", port: 0, name: "box")])
    #expect(bridges[0].stateDirectory == "/srv/mate3/mate3.house")

    var barn = BridgeConfiguration.Gateway()
    barn.name = "Barn"
    barn.host = "barn.local"
    barn.port = 1502
    barn.maxRead = 125
    barn.responseTimeout = .seconds(2)
    barn.connectTimeout = .seconds(9)
    barn.keepsConnection = false
    barn.checksClock = false
    #expect(bridges[1].gateway == barn)
    #expect(bridges[1].topics.base == "mate3/barn")
    #expect(bridges[1].intervals.live == .seconds(2))
    #expect(bridges[1].intervals.settings == .seconds(60))
    #expect(bridges[1].intervals.fixed == .seconds(3600))
    #expect(bridges[1].devices == [.init(block: "charge_controller", port: 3, name: "east_roof")])
    #expect(bridges[1].stateDirectory == "/srv/mate3/mate3.barn")
  }

  @Test func aSingleGatewayGivesItself() throws {
    let single = try configuration().configuration
    #expect(single.bridges == [single])
  }

  /// No two are the same to Home Assistant, which knows neither capitals nor accents nor signs; a single one has none.
  @Test(arguments: [
    ("[{host: a, base: x/barn}]", [nil]),
    ("[{name: Barn, host: a, base: x}]", ["Barn"]),
    ("[{host: a, base: mate3/east_barn}, {host: b, base: mate3/house}]", ["East barn", "House"]),
    ("[{host: a, base: a/solar}, {host: b, base: b/solar}]", ["A solar", "B solar"]),
    ("[{name: House, host: a, base: a/barn}, {host: b, base: b/house}]", ["House", "B house"]),
    ("[{host: a, base: b/x_y}, {host: b, base: b/x-y}, {host: c, base: ..}]", ["B x y", "Gateway 2", "Gateway 3"]),
  ])
  func gatewaysHaveNamesOfTheirOwn(list: String, expected: [String?]) throws {
    #expect(try read("gateways: \(list)\n").bridges.map(\.gateway.name) == expected)
  }

  @Test func flagsAndEnvironmentSetWhatIsForAllAndTheListItself() throws {
    let list = "[{host: a, base: x}, {host: b, base: y, max_read: 20}]"
    let read = try read("", arguments: ["--gateways", list, "--max-read", "50"])
    #expect(read.bridges.map(\.gateway.maxRead) == [50, 20])
    let variable = try configuration(brokerOnly, environment: ["MATE3_GATEWAYS": list]).configuration
    #expect(variable.bridges.map(\.topics.base) == ["x", "y"])
  }

  @Test func permissionsMayNameTheDevicesOfAnyGateway() throws {
    let list = "gateways: [{host: a, base: x, devices: [{block: charge_controller, port: 3, name: roof}]}]\n"
    let read = try read(list + "commands: {fields: [roof_configuration.aux_control]}\n")
    #expect(read.bridges.first?.commands.fields == ["roof_configuration.aux_control"])
  }

  @Test func clientIdsAreDistinct() throws {
    let list = "gateways: [{host: a, base: a/b}, {host: b, base: a.b}, {host: c, base: a%2Eb}, {host: d, base: ..}]\n"
    let named = try read(list, arguments: ["--broker-client-id", "home"])
    #expect(named.bridges.map(\.broker.clientID) == ["home-a.b", "home-a%2Eb", "home-a%252Eb", "home-%2E%2E"])
    #expect(Set(named.bridges.map(\.stateDirectory)).count == 4)
    #expect(named.bridges.last?.stateDirectory == "/var/lib/mate3/%2E%2E")
    #expect(
      try read(list).bridges.map { $0.clientID(instance: "7") } == [
        "mate3-a.b-7", "mate3-a%2Eb-7", "mate3-a%252Eb-7", "mate3-%2E%2E-7",
      ])
  }

  @Test func whatIsShownCanBeGivenAgain() throws {
    let list =
      "[{host: fd00::17, port: 1502, max_read: 50, base: a, devices: [{block: fx_inverter, port: 1, name: cellar}], "
      + "intervals: {live: 2s}}, {host: b, base: c}]"
    let first = try read("", arguments: ["--gateways", list])
    let shown = try #require(ConfigurationKey.named("gateways")).show(first)
    #expect(try read("", arguments: ["--gateways", shown]) == first)
    #expect(shown.hasSuffix("{host: b, base: c}]"))
  }

  /// As when one becomes several where nobody can move its files.
  @Test func oneOfSeveralMayKeepTheStateOfASingleOne() throws {
    let list = "[{host: a, base: mate3, keeps_state: true}, {host: b, base: barn, keeps_state: no}]"
    let read = try read("", arguments: ["--gateways", list])
    #expect(read.bridges.map(\.stateDirectory) == ["/var/lib/mate3", "/var/lib/mate3/barn"])
    let shown = try #require(ConfigurationKey.named("gateways")).show(read)
    #expect(try self.read("", arguments: ["--gateways", shown]) == read)
    #expect(
      problems("\(brokerOnly)gateways: [{host: a, base: a, keeps_state: on}, {host: b, base: b, keeps_state: on}]\n")
        == "bridge.yaml:2:81: another gateway keeps the state of a single one already; only one can")
  }

  /// As in the options of Home Assistant's app, which have every list.
  @Test func anEmptyListIsNone() throws {
    let read = try BridgeConfiguration.read(
      ConfigurationSources(file: ("bridge.yaml", "gateway: {host: h}\nbroker: {url: 'mqtt://b'}\ngateways: []\n")))
    #expect(read.configuration.gateways.isEmpty && read.configuration.bridges.map(\.gateway.host) == ["h"])
  }

  @Test func hundredsOfGatewaysFitIntoAFile() throws {
    let lines = (0..<1000).map { "  - {host: 127.0.0.1, port: \(16000 + $0), base: bench/g\($0)}\n" }
    let read = try read("gateways:\n" + lines.joined())
    #expect(read.bridges.count == 1000)
    #expect(read.bridges.last?.gateway.port == 16999)
    #expect(read.bridges.last?.topics.base == "bench/g999")
  }

  @Test(arguments: [
    ("gateways: {host: a, base: b}\n", "2:11: gateways is a mapping; give a list"),
    ("gateways: [a]\n", "2:12: a gateway of gateways is ‘a’; give host and base of each gateway"),
    (
      "gateways: [{host: a}]\n",
      "2:12: a gateway of gateways has no base; give host and base of each gateway, as in {host: 192.0.2.8, base: mate3/barn}"
    ),
    ("gateways:\n  - {base: a, host: ~}\n", "3:5: a gateway of gateways has no host; give host and base"),
    (
      "gateways:\n  - {hst: a, host: b, base: c}\n",
      "3:6: ‘hst’ is unknown in a gateway of gateways; did you mean host?"
    ),
    (
      "gateways:\n  - {host: a, base: b, intervals: {lve: 1s}}\n",
      "3:36: ‘lve’ is unknown in intervals of a gateway of gateways; did you mean live?"
    ),
    (
      "gateways:\n  - {host: a, base: b, port: 0}\n",
      "3:30: gateway.port is ‘0’; give a whole number from 1 to 65535"
    ),
    (
      "gateways:\n  - {host: a, base: b, intervals: {live: 500ms}}\n",
      "3:42: intervals.live is 500ms; give a duration from 1s to 1h"
    ),
    (
      "gateways:\n  - {host: a, base: b, intervals: {live: 2m}}\n",
      "3:35: intervals.settings is 1m, below intervals.live, which is 2m here; give at least as much"
    ),
    (
      "gateways:\n  - {host: a, base: b, intervals: {live: 9s, fixed: 8s}}\n",
      "3:53: intervals.fixed is 8s, below intervals.live, which is 9s here; give at least as much"
    ),
    (
      "gateways:\n  - {host: a, base: x}\n  - {host: A, base: y}\n",
      "4:12: the gateway at a port 502 unit 1 stands twice, and it serves one client at a time; keep one entry"
    ),
    (
      "gateways:\n  - {host: a, base: x}\n  - {host: b, base: x}\n",
      "4:21: another gateway has the base ‘x’ already; give each one of its own"
    ),
    (
      "gateways:\n  - {name: Zürich, host: a, base: x}\n  - {name: ZURICH, host: b, base: y}\n",
      "4:12: another gateway is named ‘ZURICH’ already; give each a name of its own"
    ),
    (
      "gateways:\n  - {name: '--', host: a, base: x}\n",
      "3:12: gateway.name is ‘--’; give a name of 1 to 40 characters such as Barn"
    ),
    (
      "gateways:\n  - {host: a, base: x/y}\n  - {host: b, base: x/y/z/w}\n",
      "4:21: ‘x/y/z/w’ begins with ‘x/y’, another gateway's base; give bases beside each other"
    ),
    (
      "gateways:\n  - {host: a, base: x/y/z}\n  - {host: b, base: x}\n",
      "4:21: another gateway's base begins with ‘x’; give bases beside each other"
    ),
    (
      "gateway: {host: a}\ngateways: [{host: b, base: c}]\n", "2:17: gateway.host and gateways are both given; keep one"
    ),
    ("topics: {base: a}\ngateways: [{host: b, base: c}]\n", "2:16: topics.base and gateways are both given; keep one"),
    (
      "gateways:\n  - {host: a, base: x, devices: [{block: gateway, name: e}]}\n"
        + "  - {host: b, base: y, devices: [{block: fx_inverter, port: 1, name: e}]}\n",
      "4:33: ‘e’ is a gateway elsewhere and a fx_inverter here; choose another name"
    ),
  ])
  func mistakes(addition: String, expected: String) {
    let found = problems(brokerOnly + addition)
    #expect(found.hasPrefix("bridge.yaml:" + expected), "\(found)")
    #expect(found.split(separator: "\n").count == 1, "\(found)")
  }

  @Test(arguments: ["xy", "x-y", "x.y", "xy/z"])
  func basesThatOnlyLookAlikeAreApart(other: String) {
    #expect(problems(brokerOnly + "gateways: [{host: a, base: x/y}, {host: b, base: \(other)}]\n").isEmpty)
  }

  @Test func aBaseTooLongForAFolderIsRefused() {
    let base = String(repeating: "%", count: 100)
    #expect(
      problems(brokerOnly + "gateways: [{host: a, base: '\(base)'}]\n").contains("too long to name a state folder"))
  }
}
