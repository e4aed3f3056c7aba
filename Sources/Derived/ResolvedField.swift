import Mate3
import Registry

/// A derived value on a particular system: which slots it takes.
struct ResolvedField: Sendable {
  struct Input: Sendable {
    /// Position of the slot in the read map.
    let slot: Int
    let role: Term.Role
    /// Position of the device among the system's blocks.
    let block: Int
    /// Powers of ten between the register's unit and the value's.
    let shift: Int
    /// Tells the counter from others, whatever the device is called in topics.
    let name: String
    let condition: (slot: Int, number: Int)?
  }

  let field: DerivedField
  let inputs: [Input]
  /// Whether a device that belongs to it is not in the layout now, so that any sum would lack its part.
  let isIncomplete: Bool

  /// - Parameters:
  ///   - known: status blocks of the devices that belong to the system, by the register map's name and hub port, be
  ///     they there now or not.
  /// - Returns: nil when this system can't have the value.
  init?(_ field: DerivedField, layout: SystemLayout, slots: SlotIndex, known: Set<PinKey>) {
    guard let recipe = field.recipes.first(where: { $0.suits(known) }) else { return nil }
    let devices = recipe.devices(among: known)
    var inputs: [Input] = []
    var isIncomplete = false
    for key in devices {
      let terms = recipe.terms.filter { $0.block == key.block }
      guard terms.contains(where: { $0.role != .mustBeZero }) else { return nil }
      let placed = layout.blocks.filter { PinKey($0) == key }
      guard placed.count == 1, let block = placed.first else {
        // Absent, or two devices answer with this port and nobody knows which is which.
        isIncomplete = true
        continue
      }
      for term in terms {
        guard let input = Self.input(term, block, field, slots) else { return nil }
        inputs.append(input)
      }
    }
    self.field = field
    self.inputs = inputs
    self.isIncomplete = isIncomplete
  }

  private static func input(
    _ term: Term, _ block: PlacedBlock, _ field: DerivedField, _ slots: SlotIndex
  ) -> Input? {
    guard let slot = slots[block.index, term.field], let shift = shift(from: slot.field.units, to: field) else {
      return nil
    }
    var condition: (slot: Int, number: Int)?
    if let wanted = term.condition {
      guard let slot = slots[block.index, wanted.field] else { return nil }
      condition = (slot.index, wanted.number)
    }
    return Input(
      slot: slot.index, role: term.role, block: block.index, shift: shift,
      name: "\(PinKey(block)).\(term.field)", condition: condition)
  }

  private static func shift(from unit: String?, to field: DerivedField) -> Int? {
    // A direction is told from powers.
    let wanted = field.kind == .choice ? "W" : field.unit
    if unit == wanted { return 0 }
    return unit == wanted.map { "k\($0)" } ? 3 : nil
  }
}

/// The read map's slots by block and field name.
struct SlotIndex {
  private var slots: [Int: [String: FieldSlot]] = [:]

  init(_ map: ReadMap) {
    for slot in map.slots { slots[slot.blockIndex, default: [:]][slot.field.name] = slot }
  }

  subscript(block: Int, field: String) -> FieldSlot? { slots[block]?[field] }
}

extension Recipe {
  /// Whether a system with these devices can have the value computed this way.
  func suits(_ known: Set<PinKey>) -> Bool {
    func members(_ group: DeviceRole) -> Int { known.count { group.blocks.contains($0.block) } }
    guard needs.allSatisfy({ members($0) > 0 }), lacks.allSatisfy({ members($0) == 0 }) else { return false }
    return extent != .only || needs.allSatisfy { members($0) == 1 }
  }

  /// The devices whose fields are taken: all of the groups that are needed, and whatever else has a term.
  func devices(among known: Set<PinKey>) -> [PinKey] {
    let blocks = Set(needs.flatMap(\.blocks)).union(terms.map(\.block))
    let devices = known.filter { blocks.contains($0.block) }.sorted { ($0.port, $0.block) < ($1.port, $1.block) }
    return extent == .first ? Array(devices.prefix(1)) : devices
  }
}
