import FieldCodec
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Mate3

/// The library as its users see it, over the small system of ``TestSystem/home``.
struct ClientTests {
  let system = TestSystem()
  let replay: ReplayConnection
  let gateway: Gateway

  init() throws {
    replay = ReplayConnection(system.registers)
    gateway = try Gateway(
      replay, registry: TestSystem.registry, policy: CommandPolicy(classes: [.operational, .setpoint]))
  }

  @Test func readsFieldsByTheirTypedNames() async throws {
    #expect(try await gateway.value(of: .chargeController.batteryVoltage, port: 3) == 50.8)
    // Where one device has the name the port may be left out.
    #expect(try await gateway.value(of: .chargeController.batteryVoltage) == 50.8)
    #expect(try await gateway.value(of: .chargeControllerConfiguration.modelNumber) == "FM80")
    #expect(try await gateway.value(of: .gateway.year) == 2026)
    #expect(try await gateway.value(of: .radianInverterConfiguration.stackingMode, port: 2) == .slave)
    // A number that no document explains is kept.
    replay.memory.set([system.address(6, "stacking_mode"): 99])
    #expect(try await gateway.value(of: .radianInverterConfiguration.stackingMode, port: 2) == .other(99))
    #expect(try await gateway.value(of: .systemControl.controlStatus) == Flags.ControlStatus(rawValue: 4))
    let reading = try await gateway.read(device: "charge_controller")
    #expect(reading[.chargeController.batteryVoltage] == 50.8)
    // A field of another block is not taken for one of the same name.
    #expect(reading[.singlePhaseRadianInverter.batteryVoltage] == nil)
  }

  /// An unknown block without registers ends no chain, neither for a full read nor for that of one field.
  @Test func anEmptyUnknownBlockIsNoEnd() async throws {
    let blocks = TestSystem.home[0...1] + [TestSystem.Block(777, length: 0)] + TestSystem.home[7...8]
    let connection = ReplayConnection(TestSystem(Array(blocks)).registers)
    let gateway = try Gateway(connection, registry: TestSystem.registry)
    #expect(try await gateway.value(of: .chargeController.batteryVoltage, port: 3) == 50.8)
    #expect(try await gateway.read().count == 4)
  }

  @Test func namesThePortsOfSeveralDevices() async throws {
    let error = await #expect(throws: GatewayError.self) {
      try await gateway.value(of: .radianInverterConfiguration.auxControl)
    }
    #expect(error?.code == .ambiguousDevice)
    #expect(error?.message.contains("ports 1, 2") ?? false)
  }

  /// SunS with the first header; a header each for 64110, 64120, 64117, 64116, 64117, 64116, 64111; then the port at
  /// offset 3 with the voltage's scale at offset 4 and the voltage at offset 9.
  @Test func aFieldTakesTheHeadersThatLeadToItAndItself() async throws {
    #expect(try await gateway.value(of: .chargeController.batteryVoltage, port: 3) == 50.8)
    let start = system.addresses[7]
    let headers = system.addresses[1...7].map { request($0, 2) }
    #expect(replay.memory.log == [request(40000, 4)] + headers + [request(start + 2, 7)])
    #expect(await gateway.traffic.requests == 9)
    #expect(await gateway.traffic.registers == 4 + 7 * 2 + 7)
    // The second time one request does: header, port, scale and voltage in one.
    #expect(try await gateway.value(of: .chargeController.batteryVoltage, port: 3) == 50.8)
    #expect(replay.memory.log.last == request(start, 9))
    #expect(await gateway.traffic.requests == 10)
  }

  @Test func aDeviceThatMovedIsLookedForAgain() async throws {
    #expect(try await gateway.value(of: .singlePhaseRadianInverter.batteryVoltage, port: 1) == 50.6)
    replay.memory.set([
      system.address(3, "port_number"): 2, system.address(5, "port_number"): 1,
    ])
    #expect(try await gateway.value(of: .singlePhaseRadianInverter.batteryVoltage, port: 1) == 50.7)
  }

  @Test func aSelectionReadsNothingElse() async throws {
    let readings = try await gateway.read(
      ReadSelection(devices: ["radian*"], ports: [2], fields: ["aux_*", "absorb_volts"]))
    #expect(readings.map(\.key.description) == ["radian_inverter_configuration/2"])
    #expect(readings.first?["absorb_volts"]?.value.text == "57.6")
    #expect(readings.first?["model_number"] == nil)
    let read = replay.memory.log.compactMap { if case .read(let range) = $0 { range } else { nil } }
    let charger = system.addresses[7]
    #expect(!read.contains { $0.contains(RegisterRange(start: charger + 2, count: 1) ?? $0) })
    #expect(read.reduce(0) { $0 + $1.count } < 150)
  }

  @Test func aRefusedFieldIsLeftOutAndNamed() async throws {
    let address = system.address(7, "battery_voltage")
    replay.memory.onRequest { request in
      guard case .read(let range) = request, range.start <= address, address < range.end else { return nil }
      return .exception(.illegalDataAddress)
    }
    let readings = try await gateway.read(
      ReadSelection(devices: ["charge_controller"], fields: ["battery_voltage", "port_number"]))
    #expect(readings.isEmpty || readings.first?["battery_voltage"] == nil)
    #expect(await gateway.refused.contains { $0.start <= address && address < $0.end })
  }

  @Test func sayWhatIsWrong() async throws {
    for (name, code) in [("nothing", GatewayError.Code.unknownDevice), ("charge_controller", .unknownField)] {
      let error = await #expect(throws: GatewayError.self) {
        try await gateway.reading(of: "nothing", device: name, port: name == "nothing" ? 1 : 3)
      }
      #expect(error?.code == code)
    }
    replay.memory.set([40000: 0])
    let error = await #expect(throws: GatewayError.self) { try await gateway.read() }
    #expect(error?.code == .notSunSpec)
    let other = try Gateway(ReplayConnection(TestSystem([TestSystem.Block(1, ["manufacturer": "ACME"])]).registers))
    let foreign = await #expect(throws: GatewayError.self) { try await other.read() }
    #expect(foreign?.code == .notOutBack)
    #expect(foreign?.message.contains("ACME") ?? false)
  }

  @Test func aConnectionThatIsClosedAtOnceIsBusy() async throws {
    replay.memory.script([.cutMidFrame])
    let error = await #expect(throws: GatewayError.self) { try await gateway.read() }
    #expect(error?.code == .busy)
    // After an answer the same is a broken connection.
    _ = try await gateway.read()
    replay.memory.script([.cutMidFrame])
    let later = await #expect(throws: GatewayError.self) { try await gateway.read() }
    #expect(later?.code == .notConnected)
  }

  @Test func changesGiveEverythingFirstAndThenWhatChanged() async throws {
    var changes = gateway.changes(every: .milliseconds(1), settingsEvery: .zero).makeAsyncIterator()
    let first = try await changes.next() ?? []
    #expect(
      first.contains { $0.device.name == "charge_controller" && $0.value(as: .chargeController.batteryVoltage) == 50.8 }
    )
    #expect(try await changes.next()?.isEmpty ?? false)
    replay.memory.set([system.address(7, "battery_voltage"): 512])
    let second = try await changes.next() ?? []
    #expect(second.map { "\($0.device).\($0.field.name)=\($0.value)" } == ["charge_controller/3.battery_voltage=51.2"])
    #expect(second.first?.value(as: .chargeController.batteryVoltage) == 51.2)
    // Another kind of device has a field of this name too.
    #expect(second.first?.value(as: .flexnetDc.batteryVoltage) == nil)
    replay.memory.script([.silence])
    await #expect(throws: GatewayError.self) { try await changes.next() }
  }

  @Test func aLayoutThatChangesIsReadAnew() async throws {
    var changes = gateway.changes(every: .milliseconds(1), settingsEvery: .zero).makeAsyncIterator()
    _ = try await changes.next()
    replay.memory.set([system.address(7, "port_number"): 4])
    let second = try await changes.next() ?? []
    #expect(second.contains { $0.device == DeviceKey(name: "charge_controller", port: 4) })
  }

  @Test func writesAndReadsBack() async throws {
    let outcome = try await gateway.write(.auto, to: .radianInverterConfiguration.auxControl, port: 2)
    #expect(outcome.status == .accepted)
    #expect(replay.memory.registers[system.address(6, "aux_control")] == 1)
    #expect(replay.memory.registers[system.address(4, "aux_control")] == 0)
    let refused = try await gateway.write(
      "99", to: "aux_control", of: DeviceKey(name: "radian_inverter_configuration", port: 1))
    #expect(refused.code == .invalidValue)
    let dry = try await gateway.write(.on, to: .radianInverterConfiguration.auxControl, port: 1, isDryRun: true)
    #expect(dry.code == .dryRun)
    #expect(replay.memory.registers[system.address(4, "aux_control")] == 0)
  }

  @Test func anotherDeviceAtThePortIsNotWritten() async throws {
    _ = try await gateway.devices
    replay.memory.set([system.address(4, "stacking_mode"): 12])
    let outcome = try await gateway.write(.auto, to: .radianInverterConfiguration.auxControl, port: 1)
    #expect(outcome.code == .identityMismatch)
    #expect(replay.memory.counts.writes == 0)
  }

  @Test(arguments: [
    ("*", "", true), ("*_kwh", "todays_kwh", true), ("*_kwh", "kwh_sf", false), ("a*b*c", "axxbyyc", true),
    ("a*b*c", "axxbyy", false), ("??", "ab", true), ("??", "abc", false), ("battery", "battery_voltage", false),
    ("*a*a", "aaa", true), ("", "a", false),
  ])
  func patternsFitWholeNames(pattern: String, text: String, expected: Bool) {
    #expect(ReadSelection.matches(pattern, text) == expected)
  }

  private func request(_ start: Int, _ count: Int) -> GatewayRequest? {
    RegisterRange(start: start, count: count).map { .read($0) }
  }
}
