package import FieldCodec
package import RegisterIO
import Registry

/// A field's new value.
package struct FieldChange: Sendable, Equatable {
  /// Position among the read map's slots.
  package let slot: Int
  package let value: FieldValue
}

/// The gateway's map is no longer what the scan found.
package struct LayoutChange: Error, Hashable, Sendable, CustomStringConvertible {
  package let address: Int
  package let message: String
  package var description: String { message }
}

/// The last good words of a system, and what changed in them.
///
/// Words become visible group by group, each only when one cycle read all of it: a value never mixes words or scale
/// factors of two cycles.
package struct SystemImage: Sendable {
  package let layout: SystemLayout
  package let map: ReadMap

  private var words: [UInt16]
  private var isRead: [Bool]
  private var fresh: [UInt16]
  /// Positions of the words that the cycle has brought: in order, and none touching another.
  private var brought: [Range<Int>] = []
  private var wasPresent: [Bool]
  /// How many fields changed in the last cycle; before the first one, how many there are.
  private var usualChanges: Int

  /// - Parameter earlier: an image whose map serves again when its layout is the same.
  package init(layout: SystemLayout, after earlier: SystemImage? = nil) {
    self.layout = layout
    map = earlier.flatMap { $0.layout.isSame(as: layout) ? $0.map : nil } ?? ReadMap(layout: layout)
    usualChanges = map.slots.count
    let count = max(layout.end + 2 - SystemLayout.base, 0)
    words = Array(repeating: 0, count: count)
    fresh = words
    isRead = Array(repeating: false, count: map.groups.count)
    wasPresent = Array(repeating: false, count: map.slots.count)
  }

  /// Forgets what a cycle has taken so far and starts another.
  package mutating func beginCycle() { brought.removeAll(keepingCapacity: true) }

  /// Takes all that a finished walk has read.
  package mutating func receive(_ walk: ChainWalk) {
    for block in layout.blocks {
      guard let range = block.range else { continue }
      let words = (range.start..<range.end).compactMap(walk.word)
      if words.count == range.count { receive(words, from: range) }
    }
  }

  /// Takes one request's words.
  package mutating func receive(_ read: [UInt16], from range: RegisterRange) {
    let offset = range.start - SystemLayout.base
    guard offset >= 0, offset + read.count <= fresh.count, !read.isEmpty else { return }
    fresh.replaceSubrange(offset..<offset + read.count, with: read)
    bring(offset..<offset + read.count)
  }

  private mutating func bring(_ range: Range<Int>) {
    var whole = range
    brought.removeAll { other in
      guard other.lowerBound <= range.upperBound, range.lowerBound <= other.upperBound else { return false }
      whole = min(whole.lowerBound, other.lowerBound)..<max(whole.upperBound, other.upperBound)
      return true
    }
    brought.insert(whole, at: brought.firstIndex { $0.lowerBound > whole.lowerBound } ?? brought.endIndex)
  }

  /// The word at an address in the last good reading, or nil when it was never read whole with its group.
  package func word(_ address: Int) -> UInt16? {
    let index = address - SystemLayout.base
    return words.indices.contains(index) ? words[index] : nil
  }

  /// Compares every header that the cycle happened to read with the layout.
  /// - Throws: ``LayoutChange`` at the first difference.
  package func checkHeaders() throws(LayoutChange) {
    for block in layout.blocks {
      try check(block.address, block.definition.did, .id, block.key)
      try check(block.address + 1, UInt16(truncatingIfNeeded: block.length), .length, block.key)
      if let field = block.definition.portField, let range = block.range(of: field) {
        try check(range.start, UInt16(truncatingIfNeeded: block.key.port), .port, block.key)
      }
    }
    if layout.isEndKnown { try check(layout.end, 0xFFFF, .id, nil) }
    for block in layout.unknown {
      try check(block.address, block.did, .id, nil)
      try check(block.address + 1, UInt16(truncatingIfNeeded: block.length), .length, nil)
    }
  }

  private enum Header: String {
    case id, length, port
  }

  /// Makes the complete groups of the cycle visible.
  /// - Returns: the fields whose words or scale factor changed, and the positions of the groups that were complete.
  /// - Parameter held: slots that keep their last value, because a command on them is not finished.
  package mutating func commit(holding held: Set<Int> = []) -> (changes: [FieldChange], groups: [Int]) {
    for index in held where map.slots.indices.contains(index) {
      let start = map.slots[index].range.start - SystemLayout.base
      for word in start..<start + map.slots[index].range.count { fresh[word] = words[word] }
    }
    var changes: [FieldChange] = []
    changes.reserveCapacity(usualChanges)
    var complete: [Int] = []
    for (position, group) in map.groups.enumerated() where isComplete(group) {
      complete.append(position)
      let isFirst = !isRead[position]
      isRead[position] = true
      guard isFirst || group.ranges.contains(where: isChanged) else { continue }
      for index in group.slots {
        guard
          isFirst || isChanged(map.slots[index].range)
            || (map.slots[index].scaleAddress.map(isChanged(at:)) ?? false)
        else { continue }
        let value = decode(map.slots[index])
        if !value.isPresent, !wasPresent[index] { continue }
        wasPresent[index] = wasPresent[index] || value.isPresent
        changes.append(FieldChange(slot: index, value: value))
      }
      for range in group.ranges { copy(range) }
    }
    usualChanges = changes.count
    return (changes, complete)
  }

  /// Takes the words of one slot, scale factor included, from a read-back, so that its new value is visible at once
  /// and no reading that began before the write brings the old one back.
  /// - Returns: the change, or nil when the readings do not hold the slot or nothing changed.
  package mutating func absorb(_ readings: [WriteOutcome.Reading], slot index: Int) -> FieldChange? {
    guard map.slots.indices.contains(index) else { return nil }
    let slot = map.slots[index]
    var addresses = Array(slot.range.start..<slot.range.end)
    if let scale = slot.scaleAddress { addresses.append(scale) }
    var isChanged = false
    for address in addresses {
      guard let reading = readings.first(where: { $0.words.indices.contains(address - $0.address) }) else { return nil }
      let word = reading.words[address - reading.address]
      let position = address - SystemLayout.base
      guard words.indices.contains(position) else { return nil }
      isChanged = isChanged || words[position] != word
      words[position] = word
      fresh[position] = word
    }
    guard isChanged else { return nil }
    let value = decode(slot)
    wasPresent[index] = wasPresent[index] || value.isPresent
    return FieldChange(slot: index, value: value)
  }

  /// Takes fields over from an earlier image, also of another layout, in place of what the cycle has read: those with a
  /// command that is not finished.
  /// - Returns: the same fields' positions in this image.
  package mutating func keep(_ held: Set<Int>, of earlier: SystemImage) -> Set<Int> {
    var kept: Set<Int> = []
    for index in held where earlier.map.slots.indices.contains(index) {
      let old = earlier.map.slots[index]
      guard earlier.value(ofSlot: index) != nil, let block = layout.block(earlier.layout.blocks[old.blockIndex].key),
        let slot = map.slots.first(where: { $0.blockIndex == block.index && $0.field.index == old.field.index })
      else { continue }
      receive(Array((old.range.start..<old.range.end).compactMap(earlier.word)), from: slot.range)
      kept.insert(slot.index)
    }
    return kept
  }

  /// Whether a field that had a value in an earlier image of the same layout has none in this one.
  package func hasLost(anythingOf earlier: SystemImage) -> Bool {
    zip(earlier.wasPresent, wasPresent).contains { $0 && !$1 }
  }

  /// The current value of a slot, or nil when its group was never read.
  package func value(ofSlot index: Int) -> FieldValue? {
    guard map.slots.indices.contains(index),
      let group = map.groups.firstIndex(where: {
        $0.blockIndex == map.slots[index].blockIndex && $0.interval == map.slots[index].field.interval
      }), isRead[group]
    else { return nil }
    let slot = map.slots[index]
    let offset = slot.range.start - SystemLayout.base
    return slot.field.decode(
      words[offset..<offset + slot.range.count], scaleWord: slot.scaleAddress.map { words[$0 - SystemLayout.base] })
  }

  private func decode(_ slot: FieldSlot) -> FieldValue {
    let offset = slot.range.start - SystemLayout.base
    return slot.field.decode(
      fresh[offset..<offset + slot.range.count], scaleWord: slot.scaleAddress.map { fresh[$0 - SystemLayout.base] })
  }

  /// - Parameter device: nil for the end block and blocks that no document explains.
  private func check(
    _ address: Int, _ expected: UInt16, _ header: Header, _ device: DeviceKey?
  ) throws(LayoutChange) {
    let index = address - SystemLayout.base
    guard brought.contains(where: { $0.contains(index) }), fresh[index] != expected else { return }
    let owner = device.map { "\($0)" } ?? (address == layout.end ? "the end block" : "an unknown block")
    throw LayoutChange(
      address: address,
      message: "the \(header.rawValue) of \(owner) at register \(address) was \(expected) and is \(fresh[index]) now")
  }

  private func isComplete(_ group: ReadGroup) -> Bool {
    group.ranges.allSatisfy { range in
      let start = range.start - SystemLayout.base
      return brought.contains { $0.lowerBound <= start && start + range.count <= $0.upperBound }
    }
  }

  private func isChanged(_ range: RegisterRange) -> Bool {
    let start = range.start - SystemLayout.base
    return words.withUnsafeBufferPointer { words in
      fresh.withUnsafeBufferPointer { fresh in
        // All at once rather than up to the first difference: most ranges have none.
        var difference: UInt16 = 0
        for index in start..<start + range.count { difference |= words[index] ^ fresh[index] }
        return difference != 0
      }
    }
  }

  private func isChanged(at address: Int) -> Bool {
    words[address - SystemLayout.base] != fresh[address - SystemLayout.base]
  }

  private mutating func copy(_ range: RegisterRange) {
    let start = range.start - SystemLayout.base
    let positions = start..<start + range.count
    words.replaceSubrange(positions, with: fresh[positions])
  }
}
