import FieldCodec
import Registry

/// Puts several writes into an order that passes through no state that a rule forbids.
package enum WriteOrder {
  /// - Parameters:
  ///   - changes: all that is to be written.
  ///   - system: as it is.
  ///   - battery: whose rules between devices hold as well.
  /// - Returns: what can be written, in order.
  package static func arrange(
    _ changes: [SetpointChange], in system: SystemValues, battery: BatteryProfile?
  ) -> [SetpointChange] {
    var system = system
    var waiting = changes
    var ordered: [SetpointChange] = []
    while let next = waiting.firstIndex(where: { conflict($0, in: system, battery) == nil }) {
      let change = waiting.remove(at: next)
      system = system.with(change)
      ordered.append(change)
    }
    return ordered
  }

  private static func conflict(
    _ change: SetpointChange, in system: SystemValues, _ battery: BatteryProfile?
  ) -> String? {
    OrderRule.conflict(change, in: system) ?? battery?.conflict(change, in: system)
  }
}

extension OrderRule {
  /// Why a setting may not be changed as the others of its device stand, or nil. An order that is broken already may be
  /// mended step by step.
  static func conflict(_ change: SetpointChange, in system: SystemValues) -> String? {
    guard case .number(let wanted) = change.value else { return nil }
    let now = system.number(change.field, of: change.device)
    for rule in all where rule.block == change.block && [rule.lower, rule.upper].contains(change.field) {
      let isLower = rule.lower == change.field
      guard let other = system.number(isLower ? rule.upper : rule.lower, of: change.device) else { continue }
      let (lower, upper) = isLower ? (wanted, other) : (other, wanted)
      guard lower > upper || (rule.isStrict && lower == upper) else { continue }
      guard now.map({ isLower ? wanted > $0 : wanted < $0 }) ?? true else { continue }
      return "\(rule.lower) must be \(rule.isStrict ? "below" : "at most") \(rule.upper), which is \(other)"
    }
    return nil
  }
}
