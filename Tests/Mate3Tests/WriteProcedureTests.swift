import FieldCodec
import RegisterIO
import Registry
import Synchronization
import TestSupport
import Testing

@testable import Mate3

@Suite struct WriteProcedureTests {
  let system = TestSystem()
  let connection: ReplayConnection
  let memory: GatewayMemory

  init() {
    connection = ReplayConnection(system.registers)
    memory = connection.memory
  }

  /// A request that passed the validator, built from the system as it was before a test changed it.
  private func request(
    _ device: String, _ port: Int, _ field: String, _ text: String, isDryRun: Bool = false,
    policy: CommandPolicy = CommandPolicy(classes: [.operational, .setpoint])
  ) async throws -> WriteRequest {
    let image = try await image(of: system.registers)
    var pins = PinBook()
    _ = pins.observe(image.layout, word: image.word)
    return try CommandValidator(policy: policy, registry: TestSystem.registry)
      .request(
        device: DeviceKey(name: device, port: port), field: field, text: text, isDryRun: isDryRun, image: image,
        pins: pins, limit: 100)
  }

  private func run(_ request: WriteRequest) async -> WriteOutcome {
    await connection.perform(WriteProcedure(request), sleep: { _ in })
  }

  private var auxControl: Int { system.address(4, "aux_control") }

  @Test func acceptsWhatTheReadBackShows() async throws {
    let outcome = await run(try await request("radian_inverter_configuration", 1, "aux_control", "on"))
    #expect(outcome.status == .accepted)
    #expect(outcome.code == .ok)
    #expect(outcome.written == [2])
    #expect(outcome.read == [2])
    #expect(outcome.value?.text == "on")
    #expect(memory.counts.writes == 1)
    #expect(memory.registers[auxControl] == 2)
  }

  /// Of two that look alike one shows nothing for a while: the other one's own counters say who it is, unless they could
  /// be those of the one that can't be read.
  @Test(arguments: [(5000, ResultCode.ok), (9000, .identityMismatch)])
  func aLookAlikeThatShowsNothingIsAsOneThatIsAway(_ counter: Int, _ code: ResultCode) async throws {
    var blocks = PinBookTests.twins
    blocks[7].values["lifetime_kwh_hours"] = "5000"
    blocks[9].values["lifetime_kwh_hours"] = "9000"
    let twins = TestSystem(blocks)
    let image = try await image(of: twins.registers)
    var pins = PinBook()
    _ = pins.observe(image.layout, word: image.word)
    let request = try CommandValidator(policy: CommandPolicy(), registry: TestSystem.registry).request(
      device: DeviceKey(name: "charge_controller_configuration", port: 3), field: "aux_control", text: "on",
      isDryRun: false, image: image, pins: pins, limit: 100)
    var now = twins.registers
    now[twins.address(9, "lifetime_kwh_hours")] = 0xFFFF
    now[twins.address(7, "lifetime_kwh_hours")] = UInt16(counter)
    let outcome = await ReplayConnection(now).perform(WriteProcedure(request), sleep: { _ in })
    #expect(outcome.code == code, "\(outcome.reason)")
  }

  /// Putting the write down may take as long as a disk hangs, and meanwhile the ports may have been swapped.
  @Test func evidenceThatGrewOldWhileTheWriteWasPutDownIsNoProof() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    let (disk, takes) = AsyncStream<Void>.makeStream()
    let progress = await connection.advance(WriteProcedure(request), evidenceAge: .milliseconds(50)) { _, _ in
      for await _ in disk {}
    }
    takes.finish()
    guard case .finished(let outcome) = progress else {
      Issue.record("the write goes on")
      return
    }
    #expect(outcome.status == .rejected)
    #expect(outcome.code == .stateUnwritable)
    #expect(memory.counts.writes == 0)
  }

  /// A machine that slept, or was too busy, finds the write put down and the time long over: here there is no time at
  /// all, and the write is put down before anyone looks at the clock.
  @Test func evidenceIsTooOldAlsoWhenTheWriteWasPutDownInTheEnd() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    for _ in 1...50 {
      let progress = await connection.advance(WriteProcedure(request), evidenceAge: .zero)
      guard case .finished(let outcome) = progress else {
        Issue.record("the write goes on")
        return
      }
      #expect(outcome.code == .stateUnwritable)
    }
    #expect(memory.counts.writes == 0)
  }

  /// What is cancelled puts nothing down, and so leaves nothing behind that was not written.
  @Test func aCancelledCommandIsNeitherPutDownNorWritten() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    let isPutDown = Mutex(false)
    let connection = connection
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await connection.advance(WriteProcedure(request)) { _, _ in isPutDown.withLock { $0 = true } }
    }
    guard case .finished(let outcome) = await task.value else {
      Issue.record("the write goes on")
      return
    }
    #expect(outcome.status == .rejected)
    #expect(outcome.code == .shuttingDown)
    #expect(!isPutDown.withLock { $0 })
    #expect(memory.counts.writes == 0)
  }

  @Test func namesTheEvidenceOfTargetPartnerAndGateway() async throws {
    let outcome = await run(try await request("radian_inverter_configuration", 1, "aux_control", "on"))
    for item in [
      "common/0.serial_number", "gateway/0.mac_address", "single_phase_radian_inverter/1.did",
      "single_phase_radian_inverter/1.length", "single_phase_radian_inverter/1.port_number",
      "radian_inverter_configuration/1.did", "radian_inverter_configuration/1.length",
      "radian_inverter_configuration/1.port_number", "radian_inverter_configuration/1.major_firmware_number",
      "radian_inverter_configuration/1.stacking_mode", "radian_inverter_configuration/1.serial_number",
      "radian_inverter_configuration/1.model_number",
    ] {
      #expect(outcome.evidence.contains(item), "\(item) is not among the evidence")
    }
  }

  @Test func writesOnlyAfterAllEvidenceWasRead() async throws {
    _ = await run(try await request("radian_inverter_configuration", 1, "aux_control", "on"))
    let firstWrite = try #require(memory.log.firstIndex { if case .write = $0 { true } else { false } })
    var read: Set<Int> = []
    for case .read(let range) in memory.log[..<firstWrite] { read.formUnion(range.start..<range.end) }
    for (block, field) in [(0, "serial_number"), (1, "mac_address"), (3, "port_number"), (4, "model_number")] {
      #expect(read.contains(system.address(block, field)))
    }
    #expect(memory.counts.connections == 1)
  }

  /// Block and field that differ at the moment of the write, each of which must keep the write from being sent.
  static let differences: [(block: Int, field: String)] = [
    (0, "serial_number"), (1, "mac_address"), (3, "did"), (3, "length"), (3, "port_number"), (4, "did"),
    (4, "length"), (4, "port_number"), (4, "major_firmware_number"), (4, "minor_firmware_number"),
    (4, "stacking_mode"), (4, "serial_number"), (4, "model_number"),
  ]

  @Test(arguments: differences)
  func refusesWhenEvidenceDiffers(block: Int, field: String) async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    memory.set([system.address(block, field): 0x4142])
    let outcome = await run(request)
    #expect(outcome.status == .rejected)
    #expect(outcome.code == .identityMismatch)
    #expect(outcome.reason.contains(field), "\(outcome.reason)")
    #expect(outcome.reason.contains("nothing was written"))
    #expect(memory.counts.writes == 0)
    #expect(outcome.written.isEmpty)
  }

  @Test func otherDevicesMayDiffer() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    memory.set([system.address(6, "model_number"): 0x4142, system.address(8, "major_firmware_number"): 9])
    #expect(await run(request).status == .accepted)
  }

  @Test func systemControlIsIdentifiedByTheWholeLayout() async throws {
    let request = try await request("system_control", 0, "set_ags_op_mode", "on")
    memory.set([system.address(7, "port_number"): 4])
    let outcome = await run(request)
    #expect(outcome.code == .identityMismatch)
    #expect(memory.counts.writes == 0)
  }

  @Test func anEqualValueIsNotWritten() async throws {
    let outcome = await run(try await request("radian_inverter_configuration", 1, "aux_control", "off"))
    #expect(outcome.status == .unchanged)
    #expect(outcome.code == .alreadySo)
    #expect(memory.counts.writes == 0)
  }

  @Test func anEqualGlobalSetpointIsWritten() async throws {
    let outcome = await run(try await request("system_control", 0, "set_ags_op_mode", "off"))
    #expect(outcome.status == .accepted)
    #expect(memory.counts.writes == 1)
  }

  @Test func aDryRunChecksEverythingAndWritesNothing() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on", isDryRun: true)
    let outcome = await run(request)
    #expect(outcome.code == .dryRun)
    #expect(memory.counts.writes == 0)
    memory.set([system.address(4, "stacking_mode"): 11])
    #expect(await run(request).code == .identityMismatch)
  }

  @Test func encodesWithTheScaleFactorReadNow() async throws {
    let policy = CommandPolicy(
      fields: ["charge_controller_configuration.absorb_volts"],
      limits: [
        "charge_controller_configuration.absorb_volts": CommandPolicy.Bounds(
          minimum: ScaledDecimal(48), maximum: ScaledDecimal(64))
      ])
    let request = try await request("charge_controller_configuration", 3, "absorb_volts", "57.8", policy: policy)
    memory.set([system.address(8, "voltage_sf"): UInt16(bitPattern: -2)])
    let outcome = await run(request)
    #expect(outcome.written == [5780])
    #expect(outcome.value?.text == "57.80")
  }

  @Test func aValueBetweenTwoStepsIsRefused() async throws {
    let policy = CommandPolicy(
      fields: ["charge_controller_configuration.absorb_volts"],
      limits: [
        "charge_controller_configuration.absorb_volts": CommandPolicy.Bounds(
          minimum: ScaledDecimal(48), maximum: ScaledDecimal(64))
      ])
    let outcome = await run(
      try await request("charge_controller_configuration", 3, "absorb_volts", "57.65", policy: policy))
    #expect(outcome.code == .invalidValue)
    #expect(outcome.reason.contains("steps of 0.1"))
    #expect(memory.counts.writes == 0)
  }

  // MARK: After the write

  @Test func readsAgainWhileTheUnitAnswers8000() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    let address = auxControl
    let shown = Countdown(3)
    memory.onRequest { [memory] request in
      guard case .read(let range) = request, range.start <= address, address < range.end,
        memory.counts.writes == 1, shown.isOver()
      else { return nil }
      var words = (range.start..<range.end).map { memory.registers[$0] ?? 0 }
      words[address - range.start] = 0x8000
      return .words(words)
    }
    let outcome = await run(request)
    #expect(outcome.status == .accepted)
    #expect(memory.counts.writes == 1)
    #expect(shown.isSpent)
  }

  @Test(arguments: [
    (UInt16(0x0001), ResultCode.highLimit), (0x0002, .lowLimit), (0x0004, .invalidWrite), (0x0400, .locked),
  ])
  func namesTheErrorBitThatANewRefusalSet(bit: UInt16, code: ResultCode) async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    refuseInside(setting: bit, before: 0x0008)
    let outcome = await run(request)
    #expect(outcome.status == .failed)
    #expect(outcome.code == code)
    #expect(memory.counts.writes == 1)
  }

  @Test func anErrorBitThatStoodBeforeIsNoReason() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    refuseInside(setting: 0x0001, before: 0x0001)
    let outcome = await run(request)
    #expect(outcome.status == .failed)
    #expect(outcome.code == .notTaken)
  }

  @Test func equalWordsAreAcceptedWhateverTheErrorBits() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    let error = system.address(1, "error")
    memory.onRequest { request in
      if case .write = request { return .change([error: 0x0001]) }
      return nil
    }
    #expect(await run(request).status == .accepted)
  }

  @Test func aWriteThatTheGatewayRefusesIsNotRepeated() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    memory.onRequest { request in
      if case .write = request { return .exception(.illegalDataAddress) }
      return nil
    }
    let outcome = await run(request)
    #expect(outcome.status == .failed)
    #expect(outcome.code == .deviceRefused)
    #expect(memory.log.filter { if case .write = $0 { true } else { false } }.count == 1)
  }

  @Test func anAnswerLostAfterTheWriteIsResolvedByReading() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    memory.onRequest { request in
      if case .write = request { return .lostReply }
      return nil
    }
    let outcome = await run(request)
    #expect(outcome.status == .accepted)
    #expect(outcome.reason.contains("no answer to the write came, but"), "\(outcome.reason)")
    #expect(memory.counts.writes == 1)
    #expect(memory.counts.connections == 2)
  }

  /// Exceptions of which the protocol does not say that nothing was done: what is read back decides.
  @Test(arguments: [4, 5, 11], [true, false])
  func anExceptionThatLeavesItOpenIsResolvedByReading(number: UInt8, isTaken: Bool) async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    let address = request.range.start
    memory.onRequest { [memory] request in
      guard case .write(let words, _) = request else { return nil }
      if isTaken { memory.set([address: words[0]]) }
      return .exception(ModbusException(rawValue: number))
    }
    let outcome = await run(request)
    #expect(outcome.status == (isTaken ? .accepted : .failed) && outcome.code == (isTaken ? .ok : .notTaken))
    #expect(outcome.reason.contains(ModbusException(rawValue: number).description), "\(outcome.reason)")
    #expect(memory.log.filter { if case .write = $0 { true } else { false } }.count == 1)
  }

  @Test func aWriteLostOnTheWayFailsAndIsNotSentAgain() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    memory.onRequest { request in
      if case .write = request { return .silence }
      return nil
    }
    let outcome = await run(request)
    #expect(outcome.status == .failed)
    #expect(outcome.code == .notTaken)
    #expect(memory.counts.writes == 0)
    #expect(memory.log.filter { if case .write = $0 { true } else { false } }.count == 1)
  }

  @Test func aSwapAfterTheWriteIsNeverAccepted() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    let stacking = system.address(4, "stacking_mode")
    memory.onRequest { request in
      if case .write = request { return .change([stacking: 12]) }
      return nil
    }
    let outcome = await run(request)
    #expect(outcome.status == .unconfirmed)
    #expect(outcome.code == .identityChangedDuringWrite)
    #expect(outcome.written == [2] && !outcome.isMoved)
  }

  /// A gateway that starts shows its devices one by one; while it shows no serial nothing is concluded from that.
  @Test func aGatewayThatStartsHasNotMovedAnything() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    let (port, serial) = (system.address(4, "port_number"), system.address(0, "serial_number"))
    let blank = Dictionary(uniqueKeysWithValues: (0..<16).map { (serial + $0, UInt16(0)) })
    memory.onRequest { request in
      guard case .write = request else { return nil }
      return .change(blank.merging([port: 7]) { $1 })
    }
    let outcome = await run(request)
    #expect(outcome.status == .unconfirmed)
    #expect(outcome.code == .identityBlank)
    #expect(!outcome.isMoved)
  }

  /// Behind another gateway everything is another device.
  @Test(arguments: [true, false])
  func anotherBlockInThePlaceAfterTheWriteHasMoved(_ isSameGateway: Bool) async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    let (port, serial) = (system.address(4, "port_number"), system.address(0, "serial_number"))
    memory.onRequest { request in
      guard case .write = request else { return nil }
      return .change(isSameGateway ? [port: 7] : [port: 7, serial: 0x5858])
    }
    let outcome = await run(request)
    #expect(outcome.status == .unconfirmed)
    #expect(outcome.code == .identityChangedDuringWrite)
    #expect(outcome.isMoved == isSameGateway)
  }

  /// An inverter added behind the last block has never been seen, and this command would act on it as well.
  @Test func whatWasAddedBehindTheLastBlockKeepsWhatActsOnAllFromBeingWritten() async throws {
    let end = TestSystem(TestSystem.home + [TestSystem.Block(64118, ["port_number": "9"])]).registers
    let all = try await request("system_control", 0, "set_ags_op_mode", "auto")
    let off = try await request("system_control", 0, "set_ags_op_mode", "off")
    memory.set(end)
    let outcome = await run(all)
    #expect(outcome.code == .identityMismatch)
    #expect(outcome.reason.contains("behind the last device"))
    #expect(memory.counts.writes == 0)
    _ = await run(off)
    #expect(memory.counts.writes == 1)
  }

  @Test func silenceAfterTheWriteIsUnconfirmed() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    memory.onRequest { [memory] request in memory.counts.writes > 0 ? .silence : nil }
    let outcome = await run(request)
    #expect(outcome.status == .unconfirmed)
    #expect(outcome.code == .answerLost)
    #expect(memory.counts.writes == 1)
  }

  @Test func oneLostIdentityReadIsTriedOnceMore() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    memory.script([.cutMidFrame])
    #expect(await run(request).status == .accepted)
  }

  @Test func aSilentGatewayIsWrittenNothing() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    memory.onRequest { _ in .silence }
    let outcome = await run(request)
    #expect(outcome.status == .rejected)
    #expect(outcome.code == .gatewayOffline)
    #expect(memory.counts.requests == 2)
  }

  @Test func aCommandThatWaitedTooLongIsNotBegun() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    let progress = await connection.advance(WriteProcedure(request), startingBy: .now - .milliseconds(1))
    guard case .finished(let outcome) = progress else {
      Issue.record("not finished")
      return
    }
    #expect(outcome.code == .expired)
    #expect(memory.counts.requests == 0)
  }

  // MARK: Write-only controls

  @Test(arguments: [(false, WriteOutcome.Status.unconfirmed, ResultCode.statusNotSeen), (true, .accepted, .ok)])
  func theStatusBitsConfirmAWriteOnlyControl(
    follows: Bool, status: WriteOutcome.Status, code: ResultCode
  ) async throws {
    let request = try await request("system_control", 0, "inverter_ac_drop_use", "drop")
    let control = system.address(2, "control_status")
    memory.onRequest { request in
      if case .write = request, follows { return .change([control: 0]) }
      return nil
    }
    let outcome = await run(request)
    #expect(outcome.status == status)
    #expect(outcome.code == code)
    #expect(memory.counts.writes == 1)
  }

  /// The status shows `use`: a timed `drop` that the devices did not do has left what a timed `use` before it did.
  @Test(arguments: [([[2]], .superseded), ([[2], [1]], .alreadySo)] as [([[UInt16]], ResultCode)])
  func theEffectOfATimerBeforeIsOursToo(expected: [[UInt16]], code: ResultCode) async throws {
    var request = try await request("system_control", 0, "inverter_ac_drop_use", "use")
    request.expectedEffect = expected
    #expect(await run(request).code == code)
  }

  @Test func aControlThatIsAlreadySoIsSentAllTheSame() async throws {
    let outcome = await run(try await request("system_control", 0, "inverter_ac_drop_use", "use"))
    #expect(outcome.status == .unchanged)
    #expect(outcome.written == [1])
    #expect(memory.counts.writes == 1)
  }

  @Test func noSequenceOfEventsTrapsOrWritesTwice() async throws {
    let request = try await request("radian_inverter_configuration", 1, "aux_control", "on")
    for seed in 0..<500 {
      var random = SplitMix64(seed: UInt64(seed))
      var procedure = WriteProcedure(request)
      var writes = 0
      var step = procedure.next(.begin)
      var steps = 0
      while step != .finish, steps < 200 {
        if case .write = step { writes += 1 }
        steps += 1
        let words = (0..<Int.random(in: 0...130, using: &random)).map { _ in
          UInt16.random(in: 0...0xFFFF, using: &random)
        }
        switch Int.random(in: 0...4, using: &random) {
        case 0: step = procedure.next(.begin)
        case 1: step = procedure.next(.read(words))
        case 2: step = procedure.next(.failed(RegisterError(.timedOut, "no answer")))
        case 3: step = procedure.next(.failed(RegisterError(.exception(.illegalDataAddress), "refused")))
        default:
          guard case .read(let range) = step else {
            step = procedure.next(.written)
            continue
          }
          step = procedure.next(.read(range.words(of: system.registers)))
        }
      }
      #expect(steps < 200, "seed \(seed) does not end")
      #expect(writes <= 1, "seed \(seed) writes \(writes) times")
    }
  }

  private func refuseInside(setting bit: UInt16, before: UInt16) {
    let error = system.address(1, "error")
    memory.set([error: before])
    let old = system.registers[auxControl] ?? 0
    let address = auxControl
    let written = Countdown(1)
    memory.onRequest { [memory] request in
      if case .read = request, memory.counts.writes == 1, written.isOver() {
        memory.set([address: old, error: before | bit])
      }
      return nil
    }
  }
}
