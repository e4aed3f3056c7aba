import Logging
import Mate3
import MessageIO
import Registry
import Testing
import Topics

@testable import Configuration

@Suite struct ConfigurationReadingTests {
  @Test func leastFileGivesDefaults() throws {
    let loaded = try configuration()
    var expected = BridgeConfiguration()
    expected.gateway.host = "mate3s.local"
    expected.broker.address = BrokerAddress(user: "bridge", host: "broker.local", port: 1883)
    expected.stateDirectory = "/var/lib/mate3"
    #expect(loaded.configuration == expected)
    #expect(loaded.warnings.isEmpty)
    #expect(loaded.registry.block(id: 64116) != nil)
  }

  @Test func defaultsAreThoseOfTheDesign() {
    let defaults = BridgeConfiguration()
    #expect(defaults.gateway.port == 502)
    #expect(defaults.gateway.unit == 1)
    #expect(defaults.gateway.maxRead == 100)
    #expect(defaults.gateway.responseTimeout == .seconds(1))
    #expect(defaults.gateway.connectTimeout == .seconds(5))
    #expect(defaults.gateway.keepsConnection)
    #expect(defaults.gateway.checksClock)
    #expect(defaults.broker.keepalive == .seconds(30))
    #expect(defaults.topics.base == "mate3")
    #expect(!defaults.topics.publishesPersonal)
    #expect(defaults.topics.stateQoS == .atMostOnce)
    #expect(defaults.topics.resultQoS == .atLeastOnce)
    #expect(defaults.topics.forgetAfter == .seconds(24 * 60 * 60))
    #expect(defaults.intervals.live == .seconds(5))
    #expect(defaults.intervals.settings == .seconds(60))
    #expect(defaults.intervals.fixed == .seconds(15 * 60))
    #expect(defaults.commands.classes == [.operational])
    #expect(defaults.log.level == .info)
    #expect(defaults.log.format == .text)
  }

  @Test func everySettingIsReadFromTheFile() throws {
    let loaded = try configuration(
      """
      gateway:
        host: "[fd00::17]"
        port: 1502
        unit: 2
        max_read: 125
        response_timeout: 500ms
        connect_timeout: 2
        keep_connection: no
        clock_check: false
      broker:
        url: mqtts://b%40r@[::1]:9883
        client_id: house
        keepalive: 1m
      topics:
        base: home/solar
        publish_personal: true
        internal: true
        state_qos: 1
        result_qos: 2
        forget_after: 7d
      intervals:
        live: 2s
        settings: 5m
        fixed: 1h
      devices:
        - {block: charge_controller, port: 3, name: east_roof}
        - block: gateway
          name: box
      commands:
        allow: [operational, setpoint]
        fields:
          - charge_controller_configuration.aux_control
          - east_roof_configuration.battery_voltage_calibrate_offset
        limits:
          charge_controller_configuration.absorb_volts: {min: 48, max: 57.6}
        labels_confirmed: [radian_inverter_configuration.aux_relay_control]
      state_dir: /srv/mate3
      log:
        level: debug
        format: json
      """)
    let read = loaded.configuration
    #expect(read.gateway.host == "fd00::17")
    #expect(read.gateway.port == 1502)
    #expect(read.gateway.unit == 2)
    #expect(read.gateway.maxRead == 125)
    #expect(read.gateway.responseTimeout == .milliseconds(500))
    #expect(read.gateway.connectTimeout == .seconds(2))
    #expect(!read.gateway.keepsConnection)
    #expect(!read.gateway.checksClock)
    #expect(read.broker.address == BrokerAddress(usesTLS: true, user: "b@r", host: "::1", port: 9883))
    #expect(read.broker.clientID == "house")
    #expect(read.broker.keepalive == .seconds(60))
    #expect(read.topics.base == "home/solar")
    #expect(read.topics.publishesPersonal && read.topics.publishesInternal)
    #expect(read.topics.stateQoS == .atLeastOnce)
    #expect(read.topics.resultQoS == .exactlyOnce)
    #expect(read.topics.forgetAfter == .seconds(7 * 86400))
    #expect(read.intervals.live == .seconds(2))
    #expect(read.intervals.settings == .seconds(300))
    #expect(read.intervals.fixed == .seconds(3600))
    #expect(
      read.devices == [
        .init(block: "charge_controller", port: 3, name: "east_roof"), .init(block: "gateway", port: 0, name: "box"),
      ])
    #expect(read.commands.classes == [.operational, .setpoint])
    #expect(
      read.commands.fields == [
        "charge_controller_configuration.aux_control",
        "east_roof_configuration.battery_voltage_calibrate_offset",
      ])
    #expect(
      read.commands.limits == [
        "charge_controller_configuration.absorb_volts": .init(
          minimum: ScaledDecimal(48), maximum: ScaledDecimal(576, exponent: -1))
      ])
    #expect(
      read.commands.confirmedLabels == ["radian_inverter_configuration.aux_relay_control"])
    #expect(read.stateDirectory == "/srv/mate3")
    #expect(read.log.level == .debug)
    #expect(read.log.format == .json)
    #expect(
      read.deviceNames.names == [
        DeviceKey(name: "charge_controller", port: 3): "east_roof", DeviceKey(name: "gateway", port: 0): "box",
      ])
    #expect(loaded.warnings.isEmpty)
    #expect(read.intervals.live == .seconds(2))
    #expect(read.intervals.settings == .seconds(300))
    #expect(read.intervals.fixed == .seconds(3600))
    #expect(read.gateway.maxRead == 125)
    #expect(!read.gateway.keepsConnection)
    #expect(!read.gateway.checksClock)
    #expect(read.topics.base == "home/solar")
    #expect(read.topics.publishesPersonal)
    #expect(read.topics.stateQoS == .atLeastOnce)
    #expect(read.topics.resultQoS == .exactlyOnce)
    #expect(read.topics.forgetAfter == .seconds(7 * 86400))
  }

  @Test func emptySectionsAndValuesAreAsIfNotThere() throws {
    let loaded = try configuration(leastFile + "topics:\nintervals: ~\nlog:\n  level:\nstate_dir: null\n")
    #expect(loaded.configuration == (try configuration().configuration))
  }

  @Test(arguments: [
    ("5", Duration.seconds(5)), ("5s", .seconds(5)), ("2m", .seconds(120)), ("15m", .seconds(900)),
    ("1h", .seconds(3600)), ("1d", .seconds(86400)), ("500ms", .milliseconds(500)), ("0", .zero),
    ("1.5", .milliseconds(1500)), ("0.5s", .milliseconds(500)), ("2.5m", .seconds(150)),
  ])
  func durationIsRead(text: String, expected: Duration) {
    #expect(Duration(shortText: text) == expected)
  }

  @Test(arguments: [
    "", "s", "-1", "+1", "1.s", ".5", "1.2.3", "0.5ms", "5 s", "5S", "1w", "1hour", "٣s", "99999999999999999999",
    "9223372036854775807d",
    "1m30s",
  ])
  func wrongDurationIsRefused(text: String) {
    #expect(Duration(shortText: text) == nil)
  }

  @Test(arguments: [("90s", "90s"), ("60s", "1m"), ("36h", "36h"), ("24h", "1d"), ("1500ms", "1500ms"), ("0", "0s")])
  func durationIsShownInItsLargestWholeUnit(text: String, shown: String) throws {
    #expect(try #require(Duration(shortText: text)).shortText == shown)
  }

  /// The port behind the host counts as the setting of the port, from the same source.
  @Test(arguments: [
    ("host: a:1502", "", 1502), ("host: a\n  port: 7", "a:1502", 1502), ("host: '[fe80::1]:1502'", "", 1502),
    ("host: 'fe80::1'", "", 502), ("host: a:1502", "a", 1502), ("host: a:1502", "a:7", 7),
  ])
  func hostWithItsPort(file: String, flag: String, port: Int) throws {
    let read = try configuration(
      "gateway:\n  \(file)\nbroker: {url: mqtt://b}\n", arguments: flag.isEmpty ? [] : ["--host", flag])
    #expect(read.configuration.gateway.port == port)
    #expect(!read.configuration.gateway.host.contains("]"))
  }

  /// As Windows begins a text.
  @Test func aByteOrderMarkIsNoPartOfTheFile() throws {
    let read = try configuration("\u{FEFF}gateway: {host: a}\nbroker: {url: mqtt://b}\n")
    #expect(read.configuration.gateway.host == "a")
    #expect(problems("\u{FEFF}gateway: {host: a}\nbroker: {url: mqtt://b}\nx: 1\n").hasPrefix("bridge.yaml:3:1: "))
  }

  @Test func severalGatewaysMayHaveTheirPortsBehindTheirHosts() throws {
    let read = try configuration(
      "broker: {url: mqtt://b}\ngateways: [{host: 'a:7', base: x}, {host: b, port: 8, base: y}]\n")
    #expect(read.configuration.bridges.map(\.gateway.port) == [7, 8])
    #expect(problems("broker: {url: mqtt://b}\ngateways: [{host: 'a:7', port: 8, base: x}]\n").contains("keep one"))
  }

  @Test func twoPortsOfOneSourceAreOneTooMany() {
    #expect(problems("gateway: {host: 'a:7', port: 8}\nbroker: {url: mqtt://b}\n").contains("twice"))
    #expect(problems(arguments: ["--port", "7", "--host", "a:8"]).contains("twice"))
  }

  @Test func everyFlagIsAlsoUnderstoodByItsWholeName() throws {
    let read = try configuration(
      arguments: [
        "--gateway-unit", "7", "--gateway-response-timeout=2s", "--intervals-live", "9", "--topics-base", "x",
      ])
    #expect(read.configuration.gateway.unit == 7 && read.configuration.gateway.responseTimeout == .seconds(2))
    #expect(read.configuration.intervals.live == .seconds(9) && read.configuration.topics.base == "x")
    #expect(problems(arguments: ["--unit", "7", "--gateway-unit", "8"]).contains("stands twice"))
  }

  @Test(arguments: [
    ("log: {level: Debug}\nbroker: {url: \"b:1884\"}\n", [:], []),
    ("", ["MATE3_LOG_LEVEL": "DEBUG", "MATE3_BROKER_URL": "b:1884"], []),
    ("", [:], ["--log-level", "DEBUG", "--broker", "b:1884"]),
  ])
  func levelsInCapitalsAndBrokersWithoutASchemeWillDoEverywhere(
    file: String, environment: [String: String], arguments: [String]
  ) throws {
    let read = try configuration("gateway: {host: h}\n" + file, environment: environment, arguments: arguments)
    #expect(read.configuration.log.level == .debug)
    #expect(read.configuration.broker.address == BrokerAddress(host: "b", port: 1884))
  }

  @Test func flagGoesBeforeEnvironmentBeforeFileBeforeDefault() throws {
    let file = leastFile + "topics: {base: file}\nlog: {level: error}\nintervals: {live: 7s}\n"
    let environment = ["MATE3_TOPICS_BASE": "variable", "MATE3_LOG_LEVEL": "debug", "PATH": "/bin"]
    let read = try configuration(file, environment: environment, arguments: ["--base", "flag", "--max-read=50"])
      .configuration
    #expect(read.topics.base == "flag")
    #expect(read.log.level == .debug)
    #expect(read.intervals.live == .seconds(7))
    #expect(read.gateway.maxRead == 50)
    #expect(read.gateway.port == 502)
  }

  @Test func flagsAloneSuffice() throws {
    let loaded = try BridgeConfiguration.read(
      ConfigurationSources(arguments: [
        "--host", "::1", "--port", "1502", "--broker", "mqtt://127.0.0.1:18830", "--base", "test", "--interval", "1s",
        "--state-dir", "state", "--max-read", "100", "--log-level", "warning", "--log-format", "json", "--allow",
        "operational,setpoint", "--commands-fields", "[fx_inverter_configuration.aux_control]", "--devices",
        "[{block: fx_inverter, port: 1, name: cellar}]", "--gateway-keep-connection", "false",
      ]))
    let read = loaded.configuration
    #expect(read.gateway.host == "::1")
    #expect(read.broker.address.port == 18830)
    #expect(read.commands.classes == [.operational, .setpoint])
    #expect(read.commands.fields == ["fx_inverter_configuration.aux_control"])
    #expect(read.devices == [.init(block: "fx_inverter", port: 1, name: "cellar")])
    #expect(read.stateDirectory == "state")
    #expect(!read.gateway.keepsConnection)
  }

  @Test func structuredValuesComeFromTheEnvironmentToo() throws {
    let read = try configuration(environment: [
      "MATE3_COMMANDS_LIMITS": "{fx_inverter_configuration.absorb_volts: {min: 48, max: 58.0}}",
      "MATE3_COMMANDS_ALLOW": "[]",
      "MATE3_GATEWAY_UNIT": "",
    ]).configuration
    let name = "fx_inverter_configuration.absorb_volts"
    #expect(read.commands.limits[name]?.maximum == ScaledDecimal(58))
    #expect(read.commands.classes.isEmpty)
    #expect(read.gateway.unit == 1)
  }

  @Test(arguments: [
    (["STATE_DIRECTORY": "/run/a:/run/b", "HOME": "/home/x"], true, "/run/a"),
    (["HOME": "/home/x"], true, "/var/lib/mate3"), (["HOME": "/home/x"], false, "/home/x/.local/state/mate3"),
    ([:], false, "/var/lib/mate3"), (["MATE3_STATE_DIR": "~/s", "HOME": "/home/x"], false, "/home/x/s"),
    (["MATE3_STATE_DIR": "/s", "STATE_DIRECTORY": "/run/a"], true, "/s"),
  ])
  func stateDirectory(environment: [String: String], isRoot: Bool, expected: String) throws {
    let sources = ConfigurationSources(file: ("bridge.yaml", leastFile), environment: environment, isRoot: isRoot)
    #expect(try BridgeConfiguration.read(sources).configuration.stateDirectory == expected)
  }

  @Test func pathsInTheFileStartFromItsFolder() throws {
    let sources = ConfigurationSources(
      file: ("/etc/mate3/bridge.yaml", leastFile + "state_dir: state\n"), arguments: [])
    #expect(try BridgeConfiguration.read(sources).configuration.stateDirectory == "/etc/mate3/state")
  }

  @Test(arguments: [
    ("mqtt://host", BrokerAddress(host: "host", port: 1883)),
    ("host", BrokerAddress(host: "host", port: 1883)),
    ("u@[::1]:1884", BrokerAddress(user: "u", host: "::1", port: 1884)),
    ("MQTT://host/", BrokerAddress(host: "host", port: 1883)),
    ("mqtts://host", BrokerAddress(usesTLS: true, host: "host", port: 8883)),
    ("mqtt://u@10.0.0.1:1", BrokerAddress(user: "u", host: "10.0.0.1", port: 1)),
    ("mqtts://[fe80::1%25]:65535", BrokerAddress(usesTLS: true, host: "fe80::1%25", port: 65535)),
    ("mqtt://a%3Ab@h", BrokerAddress(user: "a:b", host: "h", port: 1883)),
  ])
  func brokerURL(url: String, expected: BrokerAddress) throws {
    let address = try BrokerAddress(url: url)
    #expect(address == expected)
    #expect(try BrokerAddress(url: address.description) == expected, "\(address)")
  }
}
