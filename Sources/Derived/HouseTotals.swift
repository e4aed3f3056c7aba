import FieldCodec
package import Mate3
import Registry

/// A derived value's new text.
package struct DerivedChange: Sendable, Hashable {
  package let field: DerivedField
  /// As topics show it; `None` when a part of it is missing or not fresh.
  package let text: String
}

/// The daily energies' counters, by the derived value's name: what must outlive a restart, so that no energy is counted
/// twice.
package struct DailyEnergies: Sendable, Hashable, Codable {
  var byField: [String: DailyEnergy] = [:]

  package init() {}
}

/// The values of the whole system, kept up to date from what changes. A reading that no value uses costs one look into
/// an array, and when nothing changed nothing is computed.
///
/// A value is there only while every device that belongs to it is there, fresh, and implements its fields: a sum that
/// lacks a part is `None`.
package struct HouseTotals: Sendable {
  /// The device whose topics the values are.
  package static let device = DeviceKey(name: "house", port: 0)

  private struct Value: Sendable {
    let resolved: ResolvedField
    /// By input: thousandths of the value's unit, nil when not implemented or not read yet.
    var numbers: [Int64?]
    /// By input: whether its condition holds; nil when that is not known.
    var holds: [Bool?]
    var text: String?
    var isStale = true
  }

  private struct Use: Sendable {
    let value: Int
    let input: Int
    let isCondition: Bool
  }

  private var values: [Value]
  /// By slot of the read map.
  private var uses: [[Use]]
  private var isFresh: [Bool]
  private let keys: [DeviceKey]
  /// Values to compute anew.
  private var stale: [Int]
  /// Daily energies of which a counter has fallen.
  private var undecided: Set<Int> = []
  private var energies: DailyEnergies
  private(set) var day: GatewayDay
  private var unsaved = false
  private var savedAt: ContinuousClock.Instant?

  /// How long what the counters add may stay in memory only. A reset is to be kept at once.
  package static let saveInterval: Duration = .seconds(600)

  /// - Parameters:
  ///   - pinned: every block that is known to belong to the system, also when it is away.
  ///   - energies: the counters as an earlier run left them.
  ///   - previous: the totals of the layout before, if there was one; their counters go on.
  package init(
    layout: SystemLayout, map: ReadMap, pinned: some Sequence<PinKey>, energies: DailyEnergies = DailyEnergies(),
    after previous: HouseTotals? = nil
  ) {
    let known = Set(pinned).union(layout.blocks.map { PinKey($0) })
    let slots = SlotIndex(map)
    values = DerivedField.all.compactMap { field in
      ResolvedField(field, layout: layout, slots: slots, known: known).map { resolved in
        Value(
          resolved: resolved, numbers: Array(repeating: nil, count: resolved.inputs.count),
          holds: resolved.inputs.map { $0.condition == nil ? true : nil })
      }
    }
    uses = Array(repeating: [], count: map.slots.count)
    for (position, value) in values.enumerated() {
      for (index, input) in value.resolved.inputs.enumerated() {
        uses[input.slot].append(Use(value: position, input: index, isCondition: false))
        if let condition = input.condition {
          uses[condition.slot].append(Use(value: position, input: index, isCondition: true))
        }
      }
    }
    keys = layout.blocks.map(\.key)
    let wasFresh = Dictionary(
      previous.map { zip($0.keys, $0.isFresh) }.map(Array.init) ?? [], uniquingKeysWith: { $0 && $1 })
    isFresh = keys.map { wasFresh[$0] ?? false }
    stale = Array(values.indices)
    self.energies = previous?.energies ?? energies
    day = GatewayDay(layout, map, after: previous?.day)
    unsaved = previous?.unsaved ?? false
    savedAt = previous?.savedAt
    for old in previous?.values ?? [] {
      guard let position = values.firstIndex(where: { $0.resolved.field.name == old.resolved.field.name }) else {
        continue
      }
      values[position].text = old.text
    }
    for (position, value) in values.enumerated()
    where self.energies.byField[value.resolved.field.name]?.isUndecided == true {
      undecided.insert(position)
    }
    for value in values where value.resolved.field.isDailyTotal && !value.resolved.isIncomplete {
      self.energies.byField[value.resolved.field.name]?.keep(Set(value.resolved.inputs.map(\.name)))
    }
  }

  /// The values that this system has.
  package var fields: [DerivedField] { values.map(\.resolved.field) }

  /// Whether any value is there now.
  package var isOnline: Bool { values.contains { $0.text != nil && $0.text != "None" } }

  /// The counters as they are now.
  package var dailyEnergies: DailyEnergies { energies }

  /// Takes changed values of the image that the read map belongs to.
  package mutating func apply(_ changes: [FieldChange], at now: ContinuousClock.Instant) {
    let before = day.number
    day.apply(changes, at: now)
    let now = day.deviceTime(at: now)
    for change in changes where uses.indices.contains(change.slot) {
      for use in uses[change.slot] { apply(change.value, use, at: now) }
    }
    if day.number != before { for name in energies.byField.keys { energies.byField[name]?.begin(day: day.number) } }
  }

  private mutating func apply(_ new: FieldValue, _ use: Use, at now: ContinuousClock.Instant) {
    let input = values[use.value].resolved.inputs[use.input]
    if use.isCondition {
      guard let condition = input.condition else { return }
      if case .enumerated(let number, _) = new {
        values[use.value].holds[use.input] = number == condition.number
      } else {
        values[use.value].holds[use.input] = nil
      }
    } else {
      var thousandths: Int64?
      if case .number(let number) = new { thousandths = number.rounded(atExponent: -3 - input.shift) }
      values[use.value].numbers[use.input] = thousandths
      let field = values[use.value].resolved.field
      if let thousandths, field.isDailyTotal {
        energies.byField[field.name, default: DailyEnergy(day: day.number)].add(thousandths, of: input.name, at: now)
        if energies.byField[field.name]?.isUndecided == true { undecided.insert(use.value) }
        unsaved = true
      }
    }
    markStale(use.value)
  }

  /// Takes which devices are fresh; one that is not named is not.
  package mutating func setFresh(_ states: [DeviceKey: Bool], at now: ContinuousClock.Instant = .now) {
    var changed: Set<Int> = []
    for (block, key) in keys.enumerated() {
      let new = states[key] ?? false
      if isFresh[block] != new { changed.insert(block) }
      isFresh[block] = new
    }
    guard !changed.isEmpty else { return }
    let now = day.deviceTime(at: now)
    for (position, value) in values.enumerated()
    where value.resolved.inputs.contains(where: { changed.contains($0.block) }) {
      markStale(position)
      // Only readings prove that a counter stays down, not the time in which there were none.
      for input in value.resolved.inputs where changed.contains(input.block) {
        energies.byField[value.resolved.field.name]?.waitAnew(for: input.name, at: now)
      }
    }
  }

  /// Computes what the changes since the last call have touched.
  /// - Returns: the values whose text is another now.
  package mutating func update(at now: ContinuousClock.Instant) -> [DerivedChange] {
    for position in undecided {
      let name = values[position].resolved.field.name
      let inputs = values[position].resolved.inputs
      let fresh = Set(inputs.filter { isFresh[$0.block] }.map(\.name))
      if energies.byField[name]?.settle(fresh, at: day.deviceTime(at: now), day: day.number) == true {
        savedAt = nil
        markStale(position)
      }
      if energies.byField[name]?.isUndecided != true { undecided.remove(position) }
    }
    var changes: [DerivedChange] = []
    for position in stale.sorted() {
      values[position].isStale = false
      let text = text(of: values[position]) ?? "None"
      // What never had a value has no topic.
      guard text != values[position].text, text != "None" || values[position].text != nil else { continue }
      values[position].text = text
      changes.append(DerivedChange(field: values[position].resolved.field, text: text))
    }
    stale = []
    return changes
  }

  /// The counters, when it is time to keep them.
  package mutating func energiesToSave(at now: ContinuousClock.Instant) -> DailyEnergies? {
    guard unsaved, savedAt.map({ $0.duration(to: now) >= Self.saveInterval }) ?? true else { return nil }
    unsaved = false
    savedAt = now
    return energies
  }

  private mutating func markStale(_ position: Int) {
    guard !values[position].isStale else { return }
    values[position].isStale = true
    stale.append(position)
  }

  // MARK: -

  private func text(of value: Value) -> String? {
    guard !value.resolved.isIncomplete, let sum = sum(of: value) else { return nil }
    let field = value.resolved.field
    if field.kind == .choice {
      // As the power is shown, in whole watts.
      let watts = ScaledDecimal(sum, exponent: -3).rounded(atExponent: 0) ?? sum
      return watts == 0 ? "idle" : (watts > 0 ? "charging" : "discharging")
    }
    let total = field.isDailyTotal ? energies.byField[field.name]?.total ?? sum : sum
    return ScaledDecimal(total, exponent: -3).text(decimals: field.decimals)
  }

  private func sum(of value: Value) -> Int64? {
    var sum: Int64 = 0
    for (index, input) in value.resolved.inputs.enumerated() {
      guard isFresh[input.block], let number = value.numbers[index], let holds = value.holds[index] else { return nil }
      switch input.role {
      case _ where !holds: break
      case .plus: sum = sum.addingClamped(number)
      case .minus: sum = sum.subtractingClamped(number)
      case .mustBeZero: if number != 0 { return nil }
      }
    }
    return sum
  }
}
