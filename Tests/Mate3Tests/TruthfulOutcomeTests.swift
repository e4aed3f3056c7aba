import FieldCodec
import Foundation
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Mate3

/// What a result may say when a device shows sentinels, changes its scale, reboots or settles.
@Suite struct TruthfulOutcomeTests {
  let system = TestSystem()
  let connection: ReplayConnection
  let memory: GatewayMemory

  init() {
    connection = ReplayConnection(system.registers)
    memory = connection.memory
  }

  private static let charger = "charge_controller_configuration"
  private static let policy = CommandPolicy(
    classes: [.operational, .setpoint], fields: ["\(charger).absorb_volts"],
    limits: [
      "\(charger).absorb_volts": CommandPolicy.Bounds(minimum: ScaledDecimal("40"), maximum: ScaledDecimal("64"))
    ])

  private func request(
    _ field: String, _ text: String, device: (String, Int) = ("radian_inverter_configuration", 1)
  ) async throws -> WriteRequest {
    let image = try await image(of: system.registers)
    var pins = PinBook()
    _ = pins.observe(image.layout, word: image.word)
    return try CommandValidator(policy: Self.policy, registry: TestSystem.registry)
      .request(
        device: DeviceKey(name: device.0, port: device.1), field: field, text: text, isDryRun: false, image: image,
        pins: pins, limit: 100)
  }

  private func absorb(_ text: String, end: WriteRequest.End? = nil, isEnd: Bool = false) async throws -> WriteRequest {
    var request = try await request("absorb_volts", text, device: (Self.charger, 3))
    request.end = end
    request.isEnd = isEnd
    if isEnd { request.expectedNow = [[576]] }
    return request
  }

  private var absorbVolts: Int { system.address(8, "absorb_volts") }
  private var auxControl: Int { system.address(4, "aux_control") }

  private func run(_ request: WriteRequest) async -> WriteOutcome {
    await connection.perform(WriteProcedure(request), sleep: { _ in })
  }

  /// Has the register show something else from the write on.
  private func afterTheWrite(_ change: [Int: UInt16]) {
    memory.onRequest { [memory] request in
      if case .read = request, memory.counts.writes > 0 { return .change(change) }
      return nil
    }
  }

  @Test func whatIsNoValueIsNeverWhatComesBack() async throws {
    for words: UInt16 in [0x8000, 700, 17] {
      memory.set([auxControl: words])
      var request = try await request("aux_control", "on")
      request.end = .before
      let outcome = await run(request)
      #expect(outcome.status == .rejected, "\(words): \(outcome.reason)")
    }
    // A setpoint outside of its limits neither.
    memory.set([absorbVolts: 650])
    let outcome = await run(try await absorb("57.0", end: .before))
    #expect(outcome.code == .invalidValue)
    #expect(outcome.reason.contains("then"))
    #expect(memory.counts.writes == 0)
    memory.set([absorbVolts: 639])
    #expect(await run(try await absorb("57.0", end: .before)).status == .accepted)
  }

  @Test func aReleaseDoesNotWaitForWhatSettles() async throws {
    memory.set([auxControl: 0x8000])
    var request = try await request("aux_control", "off")
    request.end = .before
    let outcome = await run(request)
    #expect(outcome.status == .accepted, "\(outcome.reason)")
    #expect(outcome.beforeText == nil)
  }

  @Test(arguments: [
    ("57.65", ResultCode.invalidValue), ("28.0", .outOfLimits), ("53.0", .crossField), ("57.0", .ok),
  ])
  func whatComesBackIsJudgedWithTheCommand(then: String, code: ResultCode) async throws {
    memory.set([system.address(8, "float_volts"): 540])
    let outcome = await run(try await absorb("58.0", end: .value(then)))
    #expect(outcome.code == code, "\(outcome.reason)")
    #expect((memory.counts.writes == 0) == (code != .ok))
  }

  @Test func whatStillSettlesAfterAllPatienceIsUnconfirmed() async throws {
    afterTheWrite([auxControl: 0x8000])
    let outcome = await run(try await request("aux_control", "on"))
    #expect(outcome.status == .unconfirmed)
    #expect(outcome.code == .noReadBack)
  }

  /// 58.0 written with a scale of a tenth means 5.80 with one of a hundredth.
  @Test func aScaleThatChangesWithTheWriteIsNotAccepted() async throws {
    afterTheWrite([system.address(8, "voltage_sf"): UInt16(bitPattern: -2)])
    let outcome = await run(try await absorb("58.0"))
    #expect(outcome.status == .unconfirmed)
    #expect(outcome.code == .scaleChanged)
    #expect(outcome.value?.text == "5.80")
  }

  @Test func aRebootAtTheReadBackEndsNoTrust() async throws {
    let mac = system.address(1, "mac_address")
    afterTheWrite(Dictionary(uniqueKeysWithValues: (0..<9).map { (mac + $0, 0) }))
    let outcome = await run(try await request("aux_control", "on"))
    #expect(outcome.status == .unconfirmed)
    #expect(outcome.code == .identityBlank)
  }

  @Test func blankEvidenceBeforeTheWriteSuspends() async throws {
    let request = try await request("aux_control", "on")
    let mac = system.address(1, "mac_address")
    memory.set(Dictionary(uniqueKeysWithValues: (0..<9).map { (mac + $0, 0) }))
    #expect(await run(request).code == .identityBlank)
    #expect(memory.counts.writes == 0)
  }

  @Test func theErrorOfAControlWithoutReadBackIsTold() async throws {
    let request = try await request("inverter_ac_drop_use", "drop", device: ("system_control", 0))
    let error = system.address(1, "error")
    memory.onRequest { request in
      if case .write = request { return .change([error: 0x0400]) }
      return nil
    }
    let outcome = await run(request)
    #expect(outcome.status == .failed)
    #expect(outcome.code == .locked)
  }

  @Test func theErrorIsToldThoughTheStatusWasAsAskedBefore() async throws {
    let request = try await request("inverter_ac_drop_use", "use", device: ("system_control", 0))
    let error = system.address(1, "error")
    memory.onRequest { request in
      if case .write = request { return .change([error: 0x0001]) }
      return nil
    }
    let outcome = await run(request)
    #expect(outcome.status == .failed)
    #expect(outcome.code == .highLimit)
  }

  /// The whole block shows one sentinel for a while after the write: that is a device that starts, no other one.
  @Test(arguments: [UInt16(0), 0x8000, 0xFFFF]) func aBlockThatStartsAtTheReadBackEndsNoTrust(word: UInt16) async throws
  {
    let request = try await request("aux_control", "on")
    let block = system.addresses[4]
    let port = system.address(4, "port_number")
    var blank: [Int: UInt16] = [:]
    for address in block + 2..<system.addresses[5] where address != port { blank[address] = word }
    afterTheWrite(blank)
    let outcome = await run(request)
    #expect(outcome.status == .unconfirmed)
    #expect(outcome.code == .identityBlank, "\(outcome.reason)")
  }

  @Test func noAnswerIsNotCalledAGoodOne() async throws {
    let request = try await request("aux_control", "on")
    memory.onRequest { request in
      if case .write = request { return .silence }
      return nil
    }
    let outcome = await run(request)
    #expect(outcome.code == .notTaken)
    #expect(outcome.reason.contains("no answer"))
    #expect(!outcome.reason.contains("good"))
  }

  // MARK: The end of a timed command

  /// Killed between the end and its line: what came back is there, and nobody else has changed anything.
  @Test func anEndThatWasWrittenAlreadyIsOver() async throws {
    let request = try await absorb("55.0", isEnd: true)
    memory.set([absorbVolts: 550])
    #expect(await run(request).status == .unchanged)
  }

  @Test func whatSomebodyChangedIsLeft() async throws {
    let request = try await absorb("55.0", isEnd: true)
    memory.set([absorbVolts: 560])
    #expect(await run(request).code == .superseded)
  }

  @Test func whatSettlesIsNotTakenForAChange() async throws {
    let request = try await absorb("55.0", isEnd: true)
    memory.set([absorbVolts: 0x8000])
    let outcome = await run(request)
    #expect(outcome.status == .rejected && outcome.code != .superseded)
  }

  /// The float was raised meanwhile, above what is to come back: as near to it as the order allows.
  @Test func anEndDoesWhatItCan() async throws {
    let request = try await absorb("55.0", isEnd: true)
    memory.set([system.address(8, "float_volts"): 562])
    let outcome = await run(request)
    #expect(outcome.status == .accepted, "\(outcome.reason)")
    #expect(outcome.written == [562])
    #expect(outcome.substitute == "56.2")
  }

  @Test func anEndStaysWithinTheLimits() async throws {
    var request = try await absorb("55.0", isEnd: true)
    request.ownBounds = CommandPolicy.Bounds(minimum: ScaledDecimal(56), maximum: ScaledDecimal(60))
    let outcome = await run(request)
    #expect(outcome.written == [560])
  }
}
