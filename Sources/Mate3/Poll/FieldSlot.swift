package import RegisterIO
package import Registry

/// A readable field of a placed block.
package struct FieldSlot: Sendable {
  package let field: FieldDefinition
  /// Position among the layout's slots.
  package let index: Int
  /// Position of the block among the layout's blocks.
  package let blockIndex: Int
  package let range: RegisterRange
  /// Address of the scale factor that the field cites; nil when it cites none, or one past the block's end.
  package let scaleAddress: Int?
}

/// The fields of one block that are read together.
package struct ReadGroup: Sendable {
  package let blockIndex: Int
  package let interval: IntervalClass
  /// Whether a lifetime counter, which tells of the device's identity, is among them.
  package let hasCounters: Bool
  /// Positions among the slots.
  let slots: [Int]
  /// What must be read for them, scale factors included.
  package let ranges: [RegisterRange]
}

/// What of a layout is read, and how often.
package struct ReadMap: Sendable {
  package let slots: [FieldSlot]
  package let groups: [ReadGroup]
  /// Numeric fields of two registers, which one request must hold whole; sorted.
  package let whole: [RegisterRange]
  /// The id of the end block, read with the settings: a block that was added stands there. Nil when there is none.
  package let end: RegisterRange?

  /// Fields that are never read out are left out: write-only ones and secrets, and those past a block's end.
  package init(layout: SystemLayout) {
    end = layout.isEndKnown ? RegisterRange(start: layout.end, count: 1) : nil
    var slots: [FieldSlot] = []
    slots.reserveCapacity(layout.blocks.reduce(0) { $0 + $1.definition.fields.count })
    var groups: [ReadGroup] = []
    var whole: [RegisterRange] = []
    for block in layout.blocks where !block.isDuplicate {
      var byInterval: [IntervalClass: [Int]] = [:]
      for field in block.definition.fields {
        guard let range = block.range(of: field) else { continue }
        if field.type.isNumeric, field.size > 1 { whole.append(range) }
        guard field.access.isReadable, field.privacy != .secret else { continue }
        let scale = block.definition.scaleFactor(of: field).flatMap { block.range(of: $0)?.start }
        byInterval[field.interval, default: []].append(slots.count)
        slots.append(
          FieldSlot(field: field, index: slots.count, blockIndex: block.index, range: range, scaleAddress: scale))
      }
      for interval in IntervalClass.allCases {
        guard let members = byInterval[interval] else { continue }
        groups.append(
          ReadGroup(
            blockIndex: block.index, interval: interval,
            hasCounters: members.contains { slots[$0].field.evidence == .grows }, slots: members,
            ranges: Self.ranges(of: members.map { slots[$0] })))
      }
    }
    self.slots = slots
    self.groups = groups
    self.whole = whole.sorted { $0.start < $1.start }
  }

  /// The requests that read the groups of the given classes.
  /// - Parameter refused: registers that the gateway does not give; no request touches them.
  package func requests(
    _ intervals: Set<IntervalClass>, limit: Int, avoiding refused: [RegisterRange] = []
  ) -> [RegisterRange] {
    var wanted = groups.filter { intervals.contains($0.interval) }.flatMap(\.ranges)
    if let end, intervals.contains(.settings) { wanted.append(end) }
    return ReadPlan.requests(for: wanted, keepingWhole: whole, avoiding: refused, limit: limit)
  }

  private static func ranges(of slots: [FieldSlot]) -> [RegisterRange] {
    var wanted = slots.map(\.range)
    wanted += slots.compactMap { slot in slot.scaleAddress.flatMap { RegisterRange(start: $0, count: 1) } }
    var merged: [RegisterRange] = []
    for range in wanted.sorted(by: { $0.start < $1.start }) {
      if let last = merged.last, range.start <= last.end {
        if range.end > last.end, let joined = RegisterRange(start: last.start, count: range.end - last.start) {
          merged[merged.count - 1] = joined
        }
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}
