import Foundation
import Testing

@testable import Configuration

@Suite struct ConfigurationProblemTests {
  /// Text added to the least file, which has four lines, and the sentence it must give.
  @Test(arguments: [
    ("topics:\n  bse: x\n", "bridge.yaml:6:3: there is no setting topics.bse; did you mean topics.base?"),
    ("topcs:\n  base: x\n", "bridge.yaml:5:1: there is no setting topcs; did you mean topics?"),
    ("port: 502\n", "bridge.yaml:5:1: there is no setting port; did you mean gateway.port?"),
    (
      "intervals: {live: 500ms}\n", "bridge.yaml:5:19: intervals.live is 500ms; give a duration from 1s to 1h"
    ),
    (
      "intervals:\n  live: soon\n",
      "bridge.yaml:6:9: intervals.live is ‘soon’; give a duration such as 500ms, 5s, 2m, 1h or 1d"
    ),
    (
      "intervals:\n  live: 10s\n  settings: 9s\n",
      "bridge.yaml:7:13: intervals.settings is 9s, below intervals.live, which is 10s; give at least as much"
    ),
    (
      "intervals:\n  live: 20m\n  settings: 1h\n",
      "bridge.yaml:6:9: intervals.fixed is 15m, below intervals.live, which is 20m; give at least as much"
    ),
    (
      "log: {level: loud}\n",
      "bridge.yaml:5:14: log.level is ‘loud’; give one of trace, debug, info, notice, warning, error, critical"
    ),
    ("topics: {state_qos: 3}\n", "bridge.yaml:5:21: topics.state_qos is ‘3’; give 0, 1 or 2"),
    (
      "topics: {state_qos: [1]}\n",
      "bridge.yaml:5:21: topics.state_qos is a list; give one value: 0, 1 or 2"
    ),
    ("topics: {publish_personal: maybe}\n", "bridge.yaml:5:28: topics.publish_personal is ‘maybe’; give true or false"),
    (
      "topics: {base: a/#}\n",
      "bridge.yaml:5:16: topics.base is ‘a/#’, and + and # stand for other topics; give one or more topic levels such as mate3 or home/solar"
    ),
    ("topics: {base: /a}\n", "bridge.yaml:5:16: topics.base is ‘/a’, with an empty level; take the extra / out"),
    ("topics: {base: a//b}\n", "bridge.yaml:5:16: topics.base is ‘a//b’, with an empty level; take the extra / out"),
    ("topics: {base: a/}\n", "bridge.yaml:5:16: topics.base is ‘a/’, with an empty level; take the extra / out"),
    (
      "log: loud\n",
      "bridge.yaml:5:6: log is a single value; give settings, one a line, as name: value, such as level"
    ),
    ("log: {level: info, level: debug}\n", "bridge.yaml:5:7: ‘level’ stands twice in this section; keep one of them"),
    (
      "commands: {allow: [installer]}\n",
      "bridge.yaml:5:20: commands.allow can't open the class installer; name its fields one by one in commands.fields"
    ),
    (
      "commands: {allow: [all]}\n",
      "bridge.yaml:5:20: commands.allow has ‘all’ in it; give operational, setpoint or both"
    ),
    (
      "commands:\n  fields:\n    - aux_control\n",
      "bridge.yaml:7:7: commands.fields has ‘aux_control’ in it; give device.field such as radian_inverter_configuration.absorb_volts"
    ),
    (
      "commands:\n  fields: [fx_inverter_config.aux_control]\n",
      "bridge.yaml:6:12: commands.fields names a device ‘fx_inverter_config’ that does not exist; did you mean fx_inverter_configuration?"
    ),
    (
      "commands:\n  fields: [fx_inverter_configuration.aux_controll]\n",
      "bridge.yaml:6:12: commands.fields names a field ‘aux_controll’ that fx_inverter_configuration does not have; did you mean aux_control?"
    ),
    (
      "commands:\n  fields: [gateway.tcpip_address]\n",
      "bridge.yaml:6:12: commands.fields names gateway.tcpip_address, which the bridge never writes; take it out"
    ),
    (
      "commands:\n  fields: [fx_inverter.port_number]\n",
      "bridge.yaml:6:12: commands.fields names fx_inverter.port_number, which is read-only; take it out"
    ),
    (
      "commands:\n  limits:\n    fx_inverter_configuration.absorb_volts: {min: 58, max: 48}\n",
      "bridge.yaml:7:45: commands.limits.fx_inverter_configuration.absorb_volts leaves no value between 58 and 48; give a min below the max"
    ),
    (
      "commands:\n  limits:\n    gateway.ags_load_stop_kw: {min: 48}\n",
      "bridge.yaml:7:31: commands.limits.gateway.ags_load_stop_kw has one bound where no document gives the other; give min and max"
    ),
    (
      "commands:\n  limits:\n    gateway.ags_load_stop_kw: {min: 48, mx: 60}\n",
      "bridge.yaml:7:41: ‘mx’ is unknown in commands.limits.gateway.ags_load_stop_kw; did you mean max?\nbridge.yaml:7:31: commands.limits.gateway.ags_load_stop_kw has one bound where no document gives the other; give min and max"
    ),
    (
      "commands:\n  limits:\n    fx_inverter_configuration.absorb_volts: {min: 4o, max: 60}\n",
      "bridge.yaml:7:51: commands.limits.fx_inverter_configuration.absorb_volts.min is ‘4o’; give a decimal number such as 57.6"
    ),
    (
      "commands:\n  limits:\n    fx_inverter_configuration.aux_control: {min: 0, max: 1}\n",
      "bridge.yaml:7:44: commands.limits.fx_inverter_configuration.aux_control is no measured number, so it has no limits; take them out"
    ),
    (
      "devices: [{block: charge_controler, port: 3, name: x}]\n",
      "bridge.yaml:5:19: there is no block ‘charge_controler’; did you mean charge_controller?"
    ),
    (
      "devices: [{block: charge_controller, name: x}]\n",
      "bridge.yaml:5:11: a charge_controller needs its hub port; give a whole number as the gateway shows it"
    ),
    (
      "devices: [{block: gateway, port: 1, name: x}]\n",
      "bridge.yaml:5:34: gateway has no hub port; leave port out or give 0"
    ),
    (
      "devices: [{block: charge_controller, port: 3, name: East}]\n",
      "bridge.yaml:5:53: ‘East’ can't stand in a topic; use up to 64 of a–z, 0–9 and _"
    ),
    (
      "devices: [{block: charge_controller, port: 3, name: bridge}]\n",
      "bridge.yaml:5:53: ‘bridge’ is taken by the topic scheme; choose another name"
    ),
    (
      "devices: [{block: charge_controller, port: 3, name: house}]\n",
      "bridge.yaml:5:53: ‘house’ is the device of the whole system's values; choose another name"
    ),
    (
      "devices: [{block: charge_controller, port: 3, name: gateway}]\n",
      "bridge.yaml:5:53: ‘gateway’ clashes with the register map's gateway; choose another name"
    ),
    (
      "devices: [{block: split_phase_radian_inverter, port: 1, name: radian_inverter}]\n",
      "bridge.yaml:5:63: ‘radian_inverter’ clashes with the register map's radian_inverter_configuration; choose another name"
    ),
    (
      "devices: [{block: charge_controller_configuration, port: 3, name: x}]\n",
      "bridge.yaml:5:19: ‘charge_controller_configuration’ is named after its device; name charge_controller and it becomes <name>_configuration"
    ),
    (
      "devices:\n  - {block: charge_controller, port: 3, name: a}\n  - {block: charge_controller, port: 4, name: a}\n",
      "bridge.yaml:7:47: ‘a’ clashes with ‘a’ before it; choose another name"
    ),
    (
      "devices:\n  - {block: charge_controller, port: 3, name: a}\n  - {block: charge_controller, port: 4, name: a_configuration}\n",
      "bridge.yaml:7:47: ‘a_configuration’ clashes with ‘a’ before it; choose another name"
    ),
    (
      "devices:\n  - {block: charge_controller, port: 3, name: a_configuration}\n  - {block: charge_controller, port: 4, name: a}\n",
      "bridge.yaml:7:47: ‘a’ clashes with ‘a_configuration’ before it; choose another name"
    ),
    (
      "devices:\n  - {block: split_phase_radian_inverter, port: 3, name: a}\n  - {block: single_phase_radian_inverter, port: 3, name: b}\n",
      "bridge.yaml:7:58: the single_phase_radian_inverter at port 3 is named ‘a’ already; keep one name"
    ),
    ("devices: {a: b}\n", "bridge.yaml:5:10: devices is a mapping; give a list"),
    ("devices: [3]\n", "bridge.yaml:5:11: a device of devices is ‘3’; give block, port and name of each device"),
    ("[a]: b\n", "bridge.yaml:5:1: a setting's name is a list; give a plain name"),
    ("topics: {base: \"a\n", "bridge.yaml:5:16: this is no YAML"),
    ("\tlog: {}\n", "bridge.yaml:5:1: this is no YAML"),
    ("log: *nowhere\n", "bridge.yaml:5:6: this is no YAML (found undefined alias)"),
    ("--- \nlog:\n", "bridge.yaml:5:1: this is no YAML (but found another document)"),
    ("registry: /nonexistent/map\n", "/nonexistent/map: the folder can't be read"),
  ])
  func mistakeInFile(addition: String, expected: String) {
    let file = leastFile.trimmingCharacters(in: .newlines) + "\n" + addition
    let found = problems(file)
    #expect(found.hasPrefix(expected), "\(found)")
    #expect(!expected.contains("; ") || found.split(separator: "\n").count == expected.split(separator: "\n").count)
  }

  @Test(arguments: [
    ("0", "give a whole number from 1 to 65535"), ("65536", "give a whole number from 1 to 65535"),
    ("5o2", "give a whole number from 1 to 65535"),
  ])
  func portOutOfRange(text: String, mend: String) {
    #expect(problems(arguments: ["--port", text]) == "--port: gateway.port is ‘\(text)’; \(mend)")
    #expect(
      problems(environment: ["MATE3_GATEWAY_PORT": text]) == "MATE3_GATEWAY_PORT: gateway.port is ‘\(text)’; \(mend)")
  }

  @Test(arguments: [("1", false), ("2", true), ("125", true), ("126", false)])
  func sizeOfReads(text: String, isGood: Bool) {
    #expect(problems(arguments: ["--max-read", text]).isEmpty == isGood)
  }

  @Test(arguments: [
    "host:port", "host:", "http://host", "a b", "", "-x", "host/", ".", "hôte", "192.0.2.7:502:503",
    "[192.0.2.7]:502:503", "a:b:c", "fe80::1::2", "fe80::1%",
  ])
  func wrongHostIsRefused(host: String) {
    #expect(problems(arguments: ["--host", host]).hasPrefix("--host: gateway.host is "), "\(host)")
  }

  @Test func everyProblemIsReportedAtOnce() {
    let found = problems(
      "gateway: {prt: 1}\nlog: {level: x}\n", arguments: ["--base", "#", "--nonsense", "5", "extra"])
    #expect(
      found.split(separator: "\n").map { $0.prefix { $0 != ";" } } == [
        "bridge.yaml:1:11: there is no setting gateway.prt",
        "bridge.yaml:2:14: log.level is ‘x’",
        "--nonsense: there is no such flag",
        "command line: ‘extra’ belongs to no flag",
        "--base: topics.base is ‘#’, and + and # stand for other topics",
        "configuration: gateway.host is missing",
        "configuration: broker.url is missing",
      ])
  }

  @Test(arguments: [
    (["--hst", "x"], "--hst: there is no such flag; did you mean --host?"),
    (["--hst=x"], "--hst: there is no such flag; did you mean --host?"),
    (["--host"], "--host: has no value; give one after it"),
    (["--host", "--port", "502"], "--host: has no value; give one after it"),
    (["--base", "a", "--base", "b"], "--base: stands twice; give it once"),
    (["-h0st"], "-h0st: there is no such flag; did you mean --host?"),
  ])
  func mistakeInFlags(arguments: [String], expected: String) {
    #expect(problems(arguments: arguments) == expected)
  }

  @Test func unknownVariableIsAWarning() throws {
    let loaded = try configuration(environment: ["MATE3_TOPIC_BASE": "x", "MATE3_QQQQQQQQ": "y"])
    #expect(
      loaded.warnings.map(\.description) == [
        "MATE3_QQQQQQQQ: there is no such setting, so it has no effect; unset it",
        "MATE3_TOPIC_BASE: there is no such setting, so it has no effect; did you mean MATE3_TOPICS_BASE?",
      ])
    #expect(loaded.configuration.topics.base == "mate3")
  }

  @Test func confirmedLabelsWithoutDoubtAreAWarning() throws {
    let loaded = try configuration(environment: [
      "MATE3_COMMANDS_LABELS_CONFIRMED": "fx_inverter_configuration.aux_control"
    ])
    #expect(
      loaded.warnings.map(\.description) == [
        "MATE3_COMMANDS_LABELS_CONFIRMED: commands.labels_confirmed names fx_inverter_configuration.aux_control, whose "
          + "labels are not in doubt; take it out"
      ])
  }

  @Test(arguments: [
    ("http://host", "has a scheme that is neither mqtt nor mqtts"),
    ("mqtt://", "has no proper host"), ("mqtt://host:0", "has no proper port"), ("mqtt://host:", "has no proper port"),
    ("mqtt://host:65536", "has no proper port"), ("mqtt://host:+1", "has no proper port"),
    ("mqtt://host/path", "goes on after the host and port"), ("mqtt://host?x=y", "goes on after the host and port"),
    ("mqtt://@host", "has no proper user"), ("mqtt://%zz@host", "has no proper user"),
    ("mqtt://a%00b@host", "has no proper user"), ("mqtt://fd00::1", "has more than one colon"),
    ("mqtt://[host]", "has no proper address"), ("mqtt://[::1]1883", "has no proper address"),
    ("mqtt://ho st", "has no proper host"),
  ])
  func wrongBrokerURLIsRefused(url: String, reason: String) {
    #expect(problems(arguments: ["--broker", url]).hasPrefix("--broker: broker.url \(reason)"), "\(url)")
  }

  @Test func theShortNameIsNoVariable() {
    #expect(
      problems("", environment: ["MATE3_BROKER": "b", "MATE3_GATEWAY_HOST": "h"])
        == "configuration: broker.url is missing; give it in the file, as MATE3_BROKER_URL, not MATE3_BROKER, or with "
        + "--broker")
  }

  @Test func unreadableFileIsAProblem() {
    #expect {
      try BridgeConfiguration.load(path: "/nonexistent/bridge.yaml", environment: [:], arguments: [])
    } throws: { error in
      "\(error)" == "/nonexistent/bridge.yaml: the file can't be read: there is none of this name; check the path"
    }
  }

  @Test func fieldsAreFoundByTheUsersNames() throws {
    let named = leastFile + "devices: [{block: single_phase_radian_inverter, port: 1, name: cellar}]\n"
    _ = try configuration(named + "commands: {fields: [cellar_configuration.aux_control]}\n")
    #expect(
      problems(named + "commands: {fields: [celar_configuration.aux_control]}\n")
        .hasSuffix("did you mean cellar_configuration?"))
  }
}
