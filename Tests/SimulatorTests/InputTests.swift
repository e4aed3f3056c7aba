import Foundation
import RegisterIO
import Registry
import Testing

@testable import Simulator

@Suite struct FaultParserTests {
  @Test(arguments: [
    (#"{"action":"swap_ports","ports":[1,2]}"#, FaultAction.swapPorts(1, 2)),
    (
      #"{"action":"replace_device","port":1,"model":"M","serial":12}"#,
      .replaceDevice(port: 1, model: "M", serial: "12")
    ),
    (#"{"action":"change_serial","port":3,"serial":"x"}"#, .changeSerial(port: 3, serial: "x")),
    (#"{"action":"drop_block","block":64117}"#, .dropBlock(id: 64117, port: nil)),
    (#"{"action":"lengthen_block","block":64117,"port":2,"by":-2}"#, .resizeBlock(id: 64117, port: 2, by: -2)),
    (#"{"action":"set","address":40000,"value":1}"#, .set(address: 40000, words: [1])),
    (#"{"action":"set","address":40000,"values":[1,65535]}"#, .set(address: 40000, words: [1, 0xFFFF])),
    (#"{"action":"restore"}"#, .restore),
    (#"{"action":"delay","ms":50,"requests":3}"#, .delay(.milliseconds(50), FaultWindow(requests: 3))),
    (#"{"action":"silence","for_s":2.5}"#, .silence(FaultWindow(duration: .seconds(2.5)))),
    (#"{"action":"exception","code":6}"#, .exception(.serverDeviceBusy, .standing)),
    (#"{"action":"wrong_transaction","requests":1}"#, .wrongTransaction(.once)),
    (#"{"action":"cut","bytes":3,"requests":1}"#, .cut(afterBytes: 3, .once)),
    (#"{"action":"lose_answer","close":true,"requests":1}"#, .loseAnswer(closing: true, .once)),
    (#"{"action":"busy_after_write","for_s":2}"#, .busyAfterWrite(.seconds(2))),
    (#"{"action":"keep_steps","volts":0.4}"#, .keepSteps(volts: 0.4)),
    (#"{"action":"refuse_inside","bits":1,"requests":1}"#, .refuseInside(bits: 1, .once)),
    (#"{"action":"standing_error","bits":4}"#, .standingError(bits: 4)),
    (#"{"action":"lock","on":false}"#, .lock(false)),
    (#"{"action":"reboot","down_s":1,"per_device_s":2}"#, .reboot(down: .seconds(1), perDevice: .seconds(2))),
    (#"{"action":"disconnect"}"#, .disconnect), (#"{"action":"freeze_clock"}"#, .freezeClock(true)),
  ])
  func readsEveryAction(_ text: String, _ action: FaultAction) throws {
    #expect(try FaultParser.order(try YAMLValue(text, file: "line")) == .init(action: action))
  }

  @Test func readsASchedule() throws {
    let text = """
      - { at_request: 40, action: swap_ports, ports: [1, 2] }
      - at_request: 41
        when: after
        action: restore
      - { at_s: 12.5, action: silence, for_s: 3 }
      """
    let faults = try FaultParser.schedule(text, file: "f.yaml")
    #expect(
      faults == [
        ScheduledFault(.beforeRequest(40), .swapPorts(1, 2)), ScheduledFault(.afterRequest(41), .restore),
        ScheduledFault(.elapsed(.seconds(12.5)), .silence(FaultWindow(duration: .seconds(3)))),
      ])
  }

  @Test(arguments: [
    ("- action: swap_ports", "f.yaml:1:3: `ports` is missing"),
    ("- { at_s: 1, action: swap_ports, ports: [1] }", "f.yaml:1:41: two ports"),
    ("- { at_s: 1, action: fly }", "f.yaml:1:22: `fly` is no action"),
    ("- { action: restore }", "f.yaml:1:3: the action has no time"),
    ("- { at_s: 1, action: restore, prots: 2 }", "f.yaml:1:31: `prots` is unknown"),
    ("- { at_s: -1, action: restore }", "f.yaml:1:11: a number from"),
    ("- { at_s: .nan, action: restore }", "f.yaml:1:11: a number from"),
    ("- { at_request: 1, when: during, action: restore }", "f.yaml:1:26: `when`"),
    ("- { at_s: 1, action: set, address: 70000, value: 1 }", "f.yaml:1:36: a whole number from 0 to 65535"),
    ("action: restore", "f.yaml:1:1: a list"), ("", "f.yaml is empty"), ("- [", "f.yaml:2:1"),
    ("- { at_s: 1, at_s: 2, action: restore }", "at_s is there twice"),
  ])
  func namesThePlaceOfMistakes(_ text: String, _ start: String) {
    let error = #expect(throws: SimulatorError.self) { try FaultParser.schedule(text, file: "f.yaml") }
    #expect(error?.message.contains(start) == true, "\(error?.message ?? "")")
  }
}

@Suite struct SystemDescriptionTests {
  static let files = (try? FileManager.default.contentsOfDirectory(atPath: examples.path))?.sorted() ?? []

  @Test func thereAreExamples() {
    #expect(Self.files.count >= 8 && Self.files.contains("home.yaml"))
  }

  @Test(arguments: files)
  func everyExampleMakesAMapThatLives(_ file: String) async throws {
    let text = try String(contentsOf: examples.appending(path: file), encoding: .utf8)
    let known = try registry()
    let system = try SystemDescription(text, file: file)
    var gateway = try TestGateway(text)
    let map = gateway.core.map
    // Head, the blocks end to end, and the end block.
    #expect(map.placements.first?.start == 40002)
    for (one, next) in zip(map.placements, map.placements.dropFirst()) { #expect(one.end == next.start) }
    let end = try found(map.placements.last?.end, "the last block")
    #expect(map[end] == 0xFFFF && map[end + 1] == 0 && map[end + 2] == nil)
    let expected = system.devices.flatMap { device -> [Int] in
      guard let names = device.kind.blocks else { return [device.id] }
      let ids = [names.status, names.configuration].compactMap { known.block(named: $0).map { Int($0.did) } }
      return device.hasConfiguration ? ids : Array(ids.prefix(1))
    }
    #expect(map.placements.map(\.id).suffix(expected.count) == expected[...])
    for _ in 0..<14 {
      gateway.pass(.seconds(1800))
      await Task.yield()
    }
    let charging = gateway.core.map.placements.filter { $0.id == 64111 }
      .compactMap { gateway.core.map.number("watts", in: $0) }
    #expect(!charging.isEmpty && charging.contains { $0 > 0 })
  }

  @Test func everyDefaultFitsItsField() async throws {
    for block in try registry().blocks {
      let builder = BlockBuilder(block, length: 1000)
      for nominal in [12.0, 24, 26, 36, 48, 60] {
        await Task.yield()
        for (name, value) in BlockDefaults.values(block.name, nominal: nominal) {
          var builder = builder
          let place = try YAMLValue(name, file: block.name)
          #expect(throws: Never.self, "\(block.name).\(name) = \(value)") {
            try builder.apply(.init(name: name, value: value, place: place))
          }
        }
      }
    }
  }

  @Test func settingsAndLengthsAreTaken() throws {
    let text = """
      battery: { nominal_voltage: 24 }
      gateway: { mac: 00-00-5E-00-53-77, serial: GW, settings: { system_name: Hut } }
      devices:
        - kind: fx_inverter
          port: 1
          model: FX
          serial: S
          length: 30
          configuration_length: 80
          settings: { absorb_volts: 29.1, aux_control: "on" }
      """
    let gateway = try TestGateway(text, isAlive: false)
    #expect(try gateway.number("length", of: "fx_inverter") == 30)
    #expect(try gateway.number("length", of: "fx_inverter_configuration") == 80)
    #expect(try gateway.number("absorb_volts", of: "fx_inverter_configuration") == 29.1)
    #expect(try gateway.number("float_volts", of: "fx_inverter_configuration") == 27.2)
    #expect(try gateway.number("aux_control", of: "fx_inverter_configuration") == 2)
    #expect(gateway.core.map.text("system_name", in: try gateway.block("gateway")) == "Hut")
    #expect(gateway.core.map.text("mac_address", in: try gateway.block("gateway")) == "00005E005377")
    #expect(gateway.core.map.text("serial_number", in: try gateway.block("common")) == "GW")
    #expect(gateway.core.map.number("buy_kw", in: try gateway.block("fx_inverter")) == nil)
  }

  @Test(arguments: [
    ("devices:\n  - { kind: fx, port: 1 }", "s.yaml:2:13: `fx` is no kind"),
    ("devices:\n  - { kind: fx_inverter }", "s.yaml:2:5: `port` is missing"),
    ("devices:\n  - { kind: fx_inverter, port: 11 }", "s.yaml:2:32: a whole number from 0 to 10"),
    ("devices: 3", "s.yaml:1:10: a list"), ("bettery: 1\ndevices: []", "s.yaml:1:1: `bettery` is unknown"),
    ("devices:\n- &a { kind: fx_inverter, port: 1 }\n- *a", "port 1 is taken"),
    ("battery: { nominal_voltage: 37 }\ndevices: []", "s.yaml:1:29: use 12, 24"),
    ("clock: yesterday\ndevices: []", "s.yaml:1:8: a time is written"),
    ("devices:\n- { kind: fx_inverter, port: 1, settings: { absorb_volts: high } }", "s.yaml:2:59: "),
    ("devices:\n- { kind: fx_inverter, port: 1, settings: { absorbing: 1 } }", "`absorbing` is no field"),
    ("devices:\n- { kind: fx_inverter, port: 1, length: 9, settings: { sell_status: 1 } }", "past the block's end"),
    ("devices:\n- { kind: fx_inverter, port: 1, array_w: 9 }", "only charge controllers"), ("a: [", "s.yaml:2:1"),
  ])
  func namesThePlaceOfMistakes(_ text: String, _ start: String) {
    let error = #expect(throws: SimulatorError.self) {
      _ = try SystemDescription(text, file: "s.yaml").image(try registry())
    }
    #expect(error?.message.contains(start) == true, "\(error?.message ?? "")")
  }
}
