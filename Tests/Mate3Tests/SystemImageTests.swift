import FieldCodec
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Mate3

@Suite struct SystemImageTests {
  /// Reads ranges of `registers` into `image` as one cycle.
  private func cycle(_ image: inout SystemImage, _ registers: [Int: UInt16], _ ranges: [RegisterRange]) -> [FieldChange]
  {
    image.beginCycle()
    for range in ranges { image.receive(range.words(of: registers), from: range) }
    return image.commit().changes
  }

  private func name(_ change: FieldChange, _ image: SystemImage) -> String {
    let slot = image.map.slots[change.slot]
    return "\(image.layout.blocks[slot.blockIndex].key).\(slot.field.name)=\(change.value)"
  }

  @Test func reportsOnlyWhatChanged() async throws {
    let system = TestSystem()
    var image = try await image(of: system.registers)
    let everything = image.map.requests(Set(IntervalClass.allCases), limit: 100)
    #expect(cycle(&image, system.registers, everything).isEmpty)
    var registers = system.registers
    registers[system.address(3, "battery_voltage")] = 507
    #expect(
      cycle(&image, registers, everything).map { name($0, image) } == [
        "single_phase_radian_inverter/1.battery_voltage=50.7"
      ])
  }

  @Test func aChangedScaleFactorDecodesEveryFieldThatCitesIt() async throws {
    let system = TestSystem()
    var image = try await image(of: system.registers)
    var registers = system.registers
    registers[system.address(8, "voltage_sf")] = UInt16(bitPattern: -2)
    let changed = cycle(&image, registers, image.map.requests([.settings], limit: 100))
    let names = changed.map { name($0, image) }
    #expect(names.contains("charge_controller_configuration/3.absorb_volts=5.76"))
    let citing = TestSystem.registry.block(id: 64112)?.fields.filter { field in
      field.scaleFactorIndex.map { TestSystem.registry.block(id: 64112)?.fields[$0].name == "voltage_sf" } ?? false
    }
    // The scale factor itself is a field too.
    #expect(changed.count == (citing?.count ?? 0) + 1)
  }

  /// A group of which one request is missing keeps its last values: no value mixes two cycles.
  @Test func showsNothingOfAGroupThatIsIncomplete() async throws {
    let system = TestSystem()
    var image = try await image(of: system.registers)
    var registers = system.registers
    registers[system.address(8, "absorb_volts")] = 560
    let block = image.layout.blocks[8]
    let head = try #require(RegisterRange(start: block.address, count: 40))
    #expect(cycle(&image, registers, [head]).isEmpty)
    let all = try #require(block.range)
    #expect(cycle(&image, registers, [all]).count == 1)
  }

  @Test(arguments: [0, 1, 2])
  func noticesAChangedHeader(offset: Int) async throws {
    let system = TestSystem()
    var image = try await image(of: system.registers)
    var registers = system.registers
    let address = system.addresses[5] + offset
    registers[address] = 9
    image.beginCycle()
    for range in image.map.requests([.live], limit: 100) { image.receive(range.words(of: registers), from: range) }
    #expect {
      try image.checkHeaders()
    } throws: { error in
      (error as? LayoutChange)?.address == address && "\(error)".contains("single_phase_radian_inverter/2")
        && "\(error)".contains("is 9 now")
    }
  }

  @Test func aFieldThatEndsBecomesNoneOnce() async throws {
    let system = TestSystem()
    var image = try await image(of: system.registers)
    let live = image.map.requests([.live], limit: 100)
    var registers = system.registers
    registers[system.address(7, "battery_voltage")] = 0xFFFF
    #expect(cycle(&image, registers, live).map { name($0, image) } == ["charge_controller/3.battery_voltage=None"])
    #expect(cycle(&image, registers, live).isEmpty)
  }

  @Test func holdsAFieldWhoseCommandIsNotFinished() async throws {
    let system = TestSystem()
    var image = try await image(of: system.registers)
    let slot = try #require(image.map.slots.first { $0.range.start == system.address(4, "aux_control") })
    var registers = system.registers
    registers[slot.range.start] = 2
    let ranges = image.map.requests([.settings], limit: 100)
    image.beginCycle()
    for range in ranges { image.receive(range.words(of: registers), from: range) }
    #expect(image.commit(holding: [slot.index]).changes.isEmpty)
    #expect(
      cycle(&image, registers, ranges).map { name($0, image) } == ["radian_inverter_configuration/1.aux_control=on"])
  }

  /// A poll that read the old word before the write must not bring it back after the read-back.
  @Test func aReadBackWinsOverAReadingFromBefore() async throws {
    let system = TestSystem()
    var image = try await image(of: system.registers)
    let slot = try #require(image.map.slots.first { $0.range.start == system.address(4, "aux_control") })
    image.beginCycle()
    for range in image.map.requests([.settings], limit: 100) {
      image.receive(range.words(of: system.registers), from: range)
    }
    let reading = WriteOutcome.Reading(address: slot.range.start, words: [2])
    #expect(image.absorb([reading], slot: slot.index)?.value.text == "on")
    #expect(image.commit().changes.isEmpty)
    #expect(image.value(ofSlot: slot.index)?.text == "on")
  }
}
