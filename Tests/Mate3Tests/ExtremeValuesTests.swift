import FieldCodec
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Mate3

/// A system with every block there is, all of whose words are a sentinel or an extreme.
@Suite struct ExtremeValuesTests {
  @Test(arguments: [UInt16(0), 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF, 0xFFF6, 10, 11, 0xFFF5])
  func everyBlockReadsWithoutAWrongValue(word: UInt16) async throws {
    let blocks = TestSystem.registry.blocks
    let system = TestSystem(blocks.map { TestSystem.Block($0.did) })
    var registers = system.registers
    for (index, block) in blocks.enumerated() {
      for field in block.fields where field.offset > 2 && field.index != block.portFieldIndex {
        for offset in 0..<field.size { registers[system.addresses[index] + field.offset - 1 + offset] = word }
      }
    }
    // A device without a port, or with one that no hub has, is not there.
    for (index, block) in blocks.enumerated() {
      if let port = block.portField { registers[system.addresses[index] + port.offset - 1] = UInt16(index % 10 + 1) }
    }
    let image = try await image(of: registers)
    #expect(image.layout.blocks.count == blocks.count)
    let exponent = Int(Int16(bitPattern: word))
    for slot in image.map.slots where slot.field.type == .uint16 || slot.field.type == .int16 {
      guard slot.field.enumeration == nil, slot.field.flags == nil, slot.range.start > 40002, slot.field.offset > 2,
        slot.field.index != image.layout.blocks[slot.blockIndex].definition.portFieldIndex
      else { continue }
      let value = image.value(ofSlot: slot.index)
      // What was just written reads 0x8000 for a while, whatever its type.
      let isSettling = word == 0x8000 && slot.field.access.isWritable
      let isSentinel = word == (slot.field.type == .uint16 ? 0xFFFF : 0x8000) || isSettling
      let isScaled = slot.field.scaleFactorIndex != nil
      if isSentinel || (isScaled && !(-10...10).contains(exponent)) {
        #expect(value?.isPresent == false, "\(slot.field.name)")
      } else {
        // The number times ten to its own power, since the scale factor's word is the same.
        let raw = slot.field.type == .uint16 ? Int64(word) : Int64(Int16(bitPattern: word))
        #expect(value == .number(ScaledDecimal(raw, exponent: isScaled ? exponent : 0)), "\(slot.field.name)")
      }
    }
  }
}
