import Mate3
import Testing
import Topics

@Suite struct TopicSchemeTests {
  let scheme = TopicScheme(base: "solar/mate3")

  @Test func buildsTheDocumentedTopics() {
    let device = DeviceKey(name: "charge_controller", port: 3)
    #expect(scheme.state(device, "battery_voltage") == "solar/mate3/charge_controller/3/battery_voltage")
    #expect(scheme.availability(device) == "solar/mate3/charge_controller/3/availability")
    #expect(scheme.bridgeState == "solar/mate3/bridge/state")
    #expect(scheme.response("rescan") == "solar/mate3/bridge/response/rescan")
  }

  @Test(arguments: [
    (
      "solar/mate3/charge_controller/3/aux/set",
      TopicScheme.Inbound.command(.init(name: "charge_controller", port: 3), field: "aux")
    ),
    ("solar/mate3/charge_controller/3/aux", .state(.init(name: "charge_controller", port: 3), field: "aux")),
    ("solar/mate3/charge_controller/3", .object(.init(name: "charge_controller", port: 3))),
    ("solar/mate3/bridge/state", .other),
    ("solar/mate3/charge_controller/03", .other),
    ("solar/mate3/bridge/request/rescan", .request(verb: "rescan")),
    ("solar/mate3/bridge/info/x", .other),
    ("solar/mate3/bridge/0/x/set", .badCommand),
    ("solar/mate3/cc/+3/aux/set", .badCommand),
    ("solar/mate3/cc/03/aux/set", .badCommand),
    ("solar/mate3/cc/65536/aux/set", .badCommand),
    ("solar/mate3/cc/99999999999999999999/aux/set", .badCommand),
    ("solar/mate3/cc/3/aux/set/result", .other),
    ("solar/mate3/set", .badCommand),
    ("solar/mate3/aux/set", .badCommand),
    ("solar/mate3/cc/3.aux/set", .badCommand),
    ("solar/mate3/cc/3/set", .settings(device: "cc", port: 3, field: nil)),
    ("solar/mate3/cc/all/set", .settings(device: "cc", port: nil, field: nil)),
    ("solar/mate3/cc/all/aux/set", .settings(device: "cc", port: nil, field: "aux")),
    ("solar/mate3/cc/every/set", .badCommand),
    ("solar/mate3/bridge/all/set", .badCommand),
    ("solar/mate3/cc/all/set/result", .other),
    // Of a bridge whose base is solar/mate3/barn.
    ("solar/mate3/barn/cc/3/set", .other),
    ("solar/mate3/barn/cc/all/aux/set", .other),
    ("solar/mate3/cc/3/aux/on/set", .badCommand),
    ("solar/mate3/bridge/request/set", .request(verb: "set")),
    // The command of a bridge whose base is solar/mate3/barn.
    ("solar/mate3/barn/cc/3/aux/set", .other),
    ("mate3/cc/3/aux/set", .other),
    ("solar/mate3x/cc/3/aux/set", .other),
    ("", .other),
    ("solar/mate3/", .other),
  ])
  func parses(topic: String, expected: TopicScheme.Inbound) {
    #expect(scheme.parse(topic) == expected)
  }

  @Test func everyTopicItBuildsIsUnderstood() {
    for port in [0, 1, 65535] {
      let device = DeviceKey(name: "fx_inverter", port: port)
      #expect(scheme.parse(scheme.state(device, "hz") + "/set") == .command(device, field: "hz"))
      #expect(scheme.parse(scheme.state(device, "hz")) == .state(device, field: "hz"))
    }
  }
}
