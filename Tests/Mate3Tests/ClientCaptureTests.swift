import FieldCodec
import Foundation
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Mate3

/// The library over a real system of 1,278 registers.
@Suite(.enabled(if: SharedData.isPresent, "the shared folder with the capture is not here"))
struct ClientCaptureTests {
  let registers: [Int: UInt16]
  let replay: ReplayConnection

  init() throws {
    registers = try SharedData.capture()
    replay = ReplayConnection(registers)
  }

  /// Nine blocks stand before the charge controller on port 3: SunS and the first header, nine headers of two
  /// registers, and seven registers from its port to its battery voltage.
  @Test func oneFieldTakesElevenRequestsOfTwentyNineRegisters() async throws {
    let gateway = try Gateway(replay, registry: TestSystem.registry)
    _ = try await gateway.value(of: .chargeController.batteryVoltage, port: 3)
    #expect(replay.memory.counts.requests == 1 + 9 + 1)
    #expect(replay.memory.counts.registers == 4 + 9 * 2 + 7)
    _ = try await gateway.value(of: .chargeController.batteryVoltage, port: 3)
    #expect(replay.memory.counts.requests == 12)
  }

  /// 13 would do if the lengths were known beforehand; the walk finds them under way.
  @Test func everythingTakesEighteenRequests() async throws {
    let gateway = try Gateway(replay, registry: TestSystem.registry)
    let readings = try await gateway.read()
    #expect(readings.count == 15)
    #expect(replay.memory.counts.requests == 18)
  }

  @Test func aNumberOfTwoRegistersComesFromOneRequest() async throws {
    for limit in 4...125 {
      let replay = ReplayConnection(registers)
      let gateway = try Gateway(replay, registry: TestSystem.registry, maxRead: limit)
      let readings = try await gateway.read()
      let read = replay.memory.log.compactMap { if case .read(let range) = $0 { range } else { nil } }
      for field in readings.flatMap(\.fields) where field.definition.type.isNumeric && field.definition.size == 2 {
        let range = try #require(RegisterRange(start: field.address, count: 2))
        #expect(read.last { $0.overlaps(range) }?.contains(range) ?? false, "\(field.name) with \(limit)")
      }
    }
  }

  /// Every value that can be written, written back in a dry run, is found to be what stands there.
  @Test func writingBackWhatWasReadChangesNothing() async throws {
    let gateway = try Gateway(replay, registry: TestSystem.registry)
    let layout = try await gateway.walk().walk.layout(registry: TestSystem.registry, names: DeviceNames())
    let pins = await gateway.pins
    var outcomes: [ResultCode: Int] = [:]
    for reading in try await gateway.read() {
      for field in reading.fields where field.definition.access == .readWrite && field.value.isPresent {
        let block = try #require(layout.block(reading.key))
        let scale = reading.definition.scaleFactor(of: field.definition).flatMap { reading[$0.name]?.registers.first }
        let text = field.definition.commandText(field.registers, scaleWord: scale) ?? field.value.text
        var request = try #require(
          WriteRequest(
            block: block, field: field.definition, text: text, isDryRun: true, layout: layout, pins: pins, whole: [],
            limit: 100))
        // What no document bounds is open to an owner's bounds; what one does lies within them.
        request.ownBounds = CommandPolicy.Bounds(
          minimum: ScaledDecimal(-1, exponent: 12), maximum: ScaledDecimal(1, exponent: 12))
        let outcome = await gateway.perform(request)
        outcomes[outcome.code, default: 0] += 1
        // An owner's setpoint may be one that would not be let through; it stands for the same words all the same.
        if field.definition.isBatteryVoltage, outcome.code == .outOfLimits {
          #expect(try field.definition.encode(text, scaleWord: scale) == field.registers)
          continue
        }
        // System controls are written even when the gateway already shows the value.
        let isSame = outcome.code == .alreadySo || outcome.reason.contains("\(field.registers) would go")
        // What stands behind a text's first NUL is no part of it.
        #expect(isSame || field.definition.type == .string, "\(reading.key).\(field.name): \(outcome.reason)")
      }
    }
    #expect((outcomes[.alreadySo] ?? 0) > 300, "\(outcomes)")
    #expect(replay.memory.counts.writes == 0)
  }

  @Test func redactionLeavesNothingPersonal() async throws {
    let gateway = try Gateway(replay, registry: TestSystem.registry)
    let copy = try await gateway.registers()
    #expect(copy.words.count == 1278)
    let redacted = copy.redacted
    let before = try await gateway.read()
    let after = try await Gateway(RecordedConnection(redacted.words), registry: TestSystem.registry).read()
    #expect(before.map(\.key) == after.map(\.key))
    let json = redacted.json
    var texts: [String: Set<String>] = [:]
    for (old, new) in zip(before.flatMap(\.fields), after.flatMap(\.fields)) {
      let field = old.definition
      guard field.privacy == .personal || ["serial_number", "mac_address"].contains(field.name) else {
        #expect(old.registers == new.registers, "\(field.name)")
        continue
      }
      #expect(old.value.isPresent == new.value.isPresent)
      guard old.value.isPresent, old.value.text != "0.0.0.0" else { continue }
      texts[old.value.text, default: []].insert(new.value.text)
      if field.type == .string { #expect(!new.value.text.contains(old.value.text)) }
    }
    // Equal stays equal.
    #expect(texts.values.allSatisfy { $0.count == 1 })
    // No text of the original is in the file in any alignment.
    let bytes = Self.bytes(redacted.words)
    for text in texts.keys where text.utf8.count > 3 && text.contains(where: \.isLetter) {
      #expect(bytes.firstRange(of: Array(text.utf8)) == nil)
    }
    #expect(!json.isEmpty)
  }

  @Test func passwordsAreZeroInEveryCopy() async throws {
    var registers = registers
    let layout = try await Gateway(replay, registry: TestSystem.registry).walk().walk
      .layout(registry: TestSystem.registry, names: DeviceNames())
    let block = try #require(layout.block(kind: .gateway))
    let secrets = block.definition.fields.filter { $0.privacy == .secret }.compactMap { block.range(of: $0) }
    #expect(secrets.count == 6)
    for range in secrets { for address in range.start..<range.end { registers[address] = 0x4142 } }
    let copy = try await Gateway(ReplayConnection(registers), registry: TestSystem.registry).registers()
    for range in secrets { #expect((range.start..<range.end).allSatisfy { copy.words[$0] == 0 }) }
  }

  private static func bytes(_ words: [Int: UInt16]) -> [UInt8] {
    words.sorted { $0.key < $1.key }.flatMap { [UInt8($0.value >> 8), UInt8($0.value & 0xFF)] }
  }
}
