import RegisterIO
import Registry
import Synchronization
import TestSupport
import Testing

@testable import Mate3

@Suite struct ChainWalkTests {
  @Test func findsEveryBlockWithItsAddressAndPort() async throws {
    let system = TestSystem()
    let found = try await walk(ReplayConnection(system.registers))
    let layout = found.layout(registry: TestSystem.registry, names: DeviceNames())
    #expect(layout.blocks.map(\.address) == system.addresses)
    #expect(
      layout.blocks.map { "\($0.key)" } == [
        "common/0", "gateway/0", "system_control/0", "single_phase_radian_inverter/1",
        "radian_inverter_configuration/1", "single_phase_radian_inverter/2", "radian_inverter_configuration/2",
        "charge_controller/3", "charge_controller_configuration/3",
      ])
    #expect(layout.unknown.isEmpty)
  }

  @Test func takesLengthsFromTheDevice() async throws {
    // 64116 is 84 long on some firmware; offsets 87 to 91 are then the next block's.
    let system = TestSystem([
      TestSystem.Block(1), TestSystem.Block(64116, length: 84, ["port_number": "1"]),
      TestSystem.Block(64117, length: 39, ["port_number": "1"]),
    ])
    let image = try await image(of: system.registers)
    let block = try #require(image.layout.blocks.first { $0.definition.did == 64116 })
    #expect(block.length == 84)
    let last = try #require(block.definition.field("model_select"))
    let beyond = try #require(block.definition.field("low_battery_cut_out_delay"))
    #expect(block.range(of: last) != nil)
    #expect(block.range(of: beyond) == nil)
    #expect(!image.map.slots.contains { $0.blockIndex == block.index && $0.field.name == "low_battery_cut_out_delay" })
  }

  @Test(arguments: [1, 7, 300])
  func skipsUnknownBlocksByTheirLength(length: Int) async throws {
    let system = TestSystem([
      TestSystem.Block(1), TestSystem.Block(64222, length: length), TestSystem.Block(64111, ["port_number": "4"]),
    ])
    let connection = ReplayConnection(system.registers)
    let layout = try await walk(connection).layout(registry: TestSystem.registry, names: DeviceNames())
    #expect(layout.unknown == [UnknownBlock(did: 64222, address: system.addresses[1], length: length)])
    #expect(layout.block(DeviceKey(name: "charge_controller", port: 4)) != nil)
  }

  @Test func neverAsksBeyondTheEndBlock() async throws {
    let system = TestSystem()
    let connection = ReplayConnection(system.registers)
    _ = try await walk(connection)
    for case .read(let range) in connection.memory.log {
      #expect((range.start..<range.end).allSatisfy { system.registers[$0] != nil })
    }
  }

  /// But for the first half of one number that the end of a request has cut.
  @Test func readsNoRegisterTwice() async throws {
    let connection = ReplayConnection(TestSystem().registers)
    _ = try await walk(connection)
    #expect(connection.memory.counts.registers - Set(TestSystem().registers.keys).count == 1)
  }

  @Test func takesNoMoreRequestsThanAFullReadWhereTheEndIsKnown() async throws {
    let registers = TestSystem().registers
    let end = try #require(try await walk(ReplayConnection(registers)).end)
    let known = ReplayConnection(registers)
    let found = try await walk(known, expectedEnd: end)
    // From `SunS` to the end block's length.
    #expect(known.memory.counts.requests == (end + 2 - 40_000 + 99) / 100)
    #expect(registers.allSatisfy { found.word($0.key) == $0.value })
    #expect(known.memory.counts.requests < (try await requests(of: registers, expectedEnd: nil)))
  }

  /// Whatever was expected, the walk finds what is there.
  @Test(arguments: [40_002, 40_100, 40_500, 41_000, 65_000]) func expectsInVain(_ end: Int) async throws {
    let registers = TestSystem().registers
    let plain = try await walk(ReplayConnection(registers))
    let found = try await walk(ReplayConnection(registers), expectedEnd: end)
    #expect(found.end == plain.end)
    #expect(found.blocks == plain.blocks)
    #expect(registers.keys.allSatisfy { found.word($0) == plain.word($0) || plain.word($0) == nil })
  }

  private func requests(of registers: [Int: UInt16], expectedEnd: Int?) async throws -> Int {
    let connection = ReplayConnection(registers)
    _ = try await walk(connection, expectedEnd: expectedEnd)
    return connection.memory.counts.requests
  }

  @Test func fallsBackToSmallerRequests() async throws {
    let connection = ReplayConnection(TestSystem().registers)
    let inVain = Mutex(0)
    connection.memory.onRequest { request in
      guard case .read(let range) = request, range.count > 30 else { return nil }
      inVain.withLock { $0 += 1 }
      return .exception(.illegalDataValue)
    }
    let layout = try await walk(connection).layout(registry: TestSystem.registry, names: DeviceNames())
    #expect(layout.blocks.count == 9)
    // Two requests show that it is the size; no further one is tried in vain.
    #expect(inVain.withLock { $0 } <= 4)
  }

  /// A gateway that starts refuses registers and gives them a moment later: the rest is read in whole requests.
  @Test(arguments: [1, 4, 9]) func goesOnWithWholeRequestsBehindWhatWasRefusedOnce(_ refused: Int) async throws {
    let registers = TestSystem().registers
    let usual = try await requests(of: registers, expectedEnd: nil)
    let connection = ReplayConnection(registers)
    let number = Mutex(0)
    connection.memory.onRequest { _ in
      number.withLock {
        $0 += 1
        return $0 == refused ? .exception(.illegalDataAddress) : nil
      }
    }
    let found = try await walk(connection)
    #expect(registers.allSatisfy { found.word($0.key) == $0.value })
    // The request in vain, and the pieces of one.
    #expect(connection.memory.counts.requests <= usual + 3)
  }

  @Test func saysWhatToDoWithoutSunSpec() async throws {
    var registers = TestSystem().registers
    registers[40000] = 0
    let connection = ReplayConnection(registers)
    await #expect {
      try await walk(connection)
    } throws: { error in
      guard let error = error as? ScanError else { return false }
      return error.code == .notSunSpec && error.message.contains("switch SunSpec on")
    }
  }

  /// Where a device that starts will be can't be seen yet: it is no device on port 65535.
  @Test(arguments: [UInt16(0), 0x8000, 0xFFFF]) func aDeviceWithoutAPortIsNotThereYet(word: UInt16) async throws {
    let system = TestSystem()
    var registers = system.registers
    for address in system.addresses[7] + 2..<system.addresses[8] { registers[address] = word }
    let layout = try await walk(ReplayConnection(registers))
      .layout(registry: TestSystem.registry, names: DeviceNames())
    #expect(layout.blocks.count == 8)
    #expect(layout.unknown.map(\.did) == [64111])
    #expect(layout.isEndKnown)
  }

  /// What ends a chain without its end block, real firmware's or that of a gateway that starts.
  enum BreakOff: CaseIterable, Sendable { case refused, cutHeader, zeros, ones, noLength, beyondTheAddressSpace }

  @Test(arguments: BreakOff.allCases)
  func usesWhatStandsBeforeABreakInTheChain(how: BreakOff) async throws {
    let system = TestSystem()
    var registers = system.registers
    // The charge controller is cut off.
    let header = system.addresses[7]
    for address in header...0xFFFF { registers[address] = nil }
    switch how {
    case .refused: break
    case .cutHeader: registers[header] = 64111
    case .zeros: for address in header..<header + 200 { registers[address] = 0 }
    case .ones: for address in header..<header + 200 { registers[address] = 0xFFFF }
    case .noLength: for address in header...0xFFFF { registers[address] = address.isMultiple(of: 2) ? 64000 : 0 }
    case .beyondTheAddressSpace: (registers[header], registers[header + 1]) = (64222, 60000)
    }
    let connection = ReplayConnection(registers)
    let found = try await walk(connection)
    let layout = found.layout(registry: TestSystem.registry, names: DeviceNames())
    #expect(layout.blocks.count == 7)
    // One block without registers may be, a row of them may not.
    #expect(!layout.isEndKnown && layout.end == header + (how == .noLength ? 2 : 0))
    #expect(ReadMap(layout: layout).end == nil)
    #expect(connection.memory.counts.requests < 25)
    let whole = try await walk(ReplayConnection(system.registers))
      .layout(registry: TestSystem.registry, names: DeviceNames())
    #expect(whole.isEndKnown && whole.endWords == [0xFFFF, 0])
    #expect(!whole.isSame(as: layout))
  }

  /// Wherever the map breaks off, behind a block of whatever length: that block is whole, and found.
  @Test func theLastBlockIsFoundWhereNothingStandsBehindIt() async throws {
    let system = TestSystem()
    for index in 2..<system.addresses.count {
      let left = system.registers.filter { $0.key < system.addresses[index] }
      let found = try await walk(ReplayConnection(left))
      let layout = found.layout(registry: TestSystem.registry, names: DeviceNames())
      #expect(layout.blocks.count == index && layout.unknown.isEmpty, "\(index)")
    }
  }

  @Test func skipsABlockThatIsNotGivenWhole() async throws {
    let system = TestSystem()
    var registers = system.registers
    registers[system.addresses[4] + 20] = nil
    let found = try await walk(ReplayConnection(registers))
    let layout = found.layout(registry: TestSystem.registry, names: DeviceNames())
    #expect(layout.isEndKnown)
    #expect(layout.blocks.map(\.address) == system.addresses.filter { $0 != system.addresses[4] })
    #expect(layout.unknown.map(\.address) == [system.addresses[4]])
  }

  @Test(arguments: [[0xFFFF, 0], [0, 0], [0xFFFF, 0xFFFF], []] as [[UInt16]])
  func aMapWithoutBlocksIsNoSystem(after: [UInt16]) async throws {
    var registers: [Int: UInt16] = [40000: 0x5375, 40001: 0x6E53]
    for (index, word) in after.enumerated() { registers[40002 + index] = word }
    let connection = ReplayConnection(registers)
    await #expect {
      try await walk(connection)
    } throws: { ($0 as? ScanError)?.code == .empty }
    #expect(connection.memory.counts.requests < 10)
  }

  @Test func namesDevicesAsTheUserWants() async throws {
    let found = try await walk(ReplayConnection(TestSystem().registers))
    let names = DeviceNames([
      DeviceKey(name: "single_phase_radian_inverter", port: 2): "garage",
      DeviceKey(name: "charge_controller", port: 3): "roof",
    ])
    let layout = found.layout(registry: TestSystem.registry, names: names)
    #expect(
      layout.blocks.map(\.key.name).suffix(4) == ["garage", "garage_configuration", "roof", "roof_configuration"])
  }

  @Test func marksASecondBlockWithTheSamePort() async throws {
    var blocks = TestSystem.home
    blocks[5].values["port_number"] = "1"
    blocks[6].values["port_number"] = "1"
    let image = try await image(of: TestSystem(blocks).registers)
    #expect(image.layout.blocks.map(\.isDuplicate) == [false, false, false, false, false, true, true, false, false])
    #expect(!image.map.slots.contains { $0.blockIndex == 5 || $0.blockIndex == 6 })
  }
}
