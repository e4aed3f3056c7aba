public import RegisterIO
public import Registry

/// A readable field of a placed block. There are hundreds in a system, and each cycle looks at most of them: numbers are
/// kept in 8 or 16 bits, and what is compared without the field.
public struct FieldSlot: Sendable {
  public let field: FieldDefinition
  private let position: UInt16
  private let block: UInt8
  private let count: UInt8
  private let start: UInt16
  /// 0 for none: no map begins before register 40000.
  private let scale: UInt16

  /// Nil when a number is none of so many bits: in a map of 65,536 registers only with more than 256 blocks.
  init?(index: Int, blockIndex: Int, field: FieldDefinition, range: RegisterRange, scaleAddress: Int?) {
    guard let position = UInt16(exactly: index), let block = UInt8(exactly: blockIndex),
      let count = UInt8(exactly: range.count),
      let start = UInt16(exactly: range.start), range.count == field.size
    else { return nil }
    self.field = field
    self.position = position
    self.block = block
    self.count = count
    self.start = start
    scale = scaleAddress.flatMap(UInt16.init(exactly:)) ?? 0
  }

  /// Position among the layout's slots.
  public var index: Int { Int(position) }
  /// Position of the block among the layout's blocks.
  public var blockIndex: Int { Int(block) }
  /// Address of the scale factor that the field cites; nil when it cites none, or one past the block's end.
  public var scaleAddress: Int? { scale == 0 ? nil : Int(scale) }
  public var range: RegisterRange { RegisterRange(unchecked: Int(start), count: Int(count)) }
}

/// The fields of one block that are read together.
public struct ReadGroup: Sendable {
  public let blockIndex: Int
  public let interval: IntervalClass
  /// Positions among the slots, which 16 bits hold.
  let slots: [UInt16]
  /// What must be read for them, scale factors included.
  public let ranges: [RegisterRange]
}

/// What of a layout is read, and how often.
public struct ReadMap: Sendable {
  public let slots: [FieldSlot]
  public let groups: [ReadGroup]
  /// Numeric fields of two registers, which one request must hold whole; sorted.
  public let whole: [RegisterRange]
  /// The id of the end block, read with the settings: a block that was added stands there. Nil when there is none.
  public let end: RegisterRange?

  /// Fields that are never read out are left out: write-only ones and secrets, and those past a block's end.
  public init(layout: SystemLayout) {
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
        guard
          let slot = FieldSlot(
            index: slots.count, blockIndex: block.index, field: field, range: range, scaleAddress: scale)
        else { continue }
        byInterval[field.interval, default: []].append(slots.count)
        slots.append(slot)
      }
      for interval in IntervalClass.allCases {
        guard let members = byInterval[interval] else { continue }
        groups.append(
          ReadGroup(
            blockIndex: block.index, interval: interval, slots: members.map(UInt16.init(clamping:)),
            ranges: Self.ranges(of: members.map { slots[$0] })))
      }
    }
    self.slots = slots
    self.groups = groups
    self.whole = whole.sorted { $0.start < $1.start }
  }

  /// The requests that read the groups of the given classes.
  /// - Parameter refused: registers that the gateway does not give; no request touches them.
  public func requests(
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
