import FieldCodec
package import Registry

/// A setting that stands where the battery's profile does not want it.
package struct BatteryFinding: Sendable {
  package let device: DeviceKey
  /// Name of its block in the register map.
  package let block: String
  package let field: FieldDefinition
  package let value: ScaledDecimal
  /// What is wrong with the value, as the rest of a sentence.
  package let reason: String
  /// The nearest value that is right; nil where nothing is.
  package let mend: ScaledDecimal?
  /// Why nothing is, where the device's step is to blame.
  package let obstacle: String?
  /// Bounds without which the value can't be written, because no document gives them.
  package let limits: ClosedRange<ScaledDecimal>?
  /// Whether it is mended with others alone: each comes down by its part.
  package let isShared: Bool

  /// What mends it.
  var change: SetpointChange? {
    mend.map { SetpointChange(device: device, block: block, field: field.name, value: .number($0)) }
  }
}

extension BatteryProfile {
  /// Every setting outside the profile, in an order in which they can be mended one after the other.
  /// - Parameter policy: what else narrows the values.
  package func findings(in system: SystemValues, _ policy: CommandPolicy) -> [BatteryFinding] {
    let excess = excessiveCurrents(in: system, policy)
    var findings: [BatteryFinding] = []
    // What was last set for all devices acts when it is set again, and then on those that stand right as well: each of
    // them is looked at by itself.
    for member in system.members where member.definition.kind != .system {
      for field in member.definition.fields where field.access == .readWrite {
        guard let own = bounds(of: field.name, in: member.definition.name),
          let value = system.number(field.name, of: member.key), own.excludes(value),
          !excess.contains(where: { $0.device == member.key && $0.field.name == field.name })
        else { continue }
        findings.append(
          finding(field, of: member, value, wanted: value, reason: Self.reason(value, own, field), system, policy))
      }
    }
    // Nothing can be written to what two devices answer as.
    return inOrder(withNeighbours(findings + excess, system, policy), system)
      .filter { !system.doubled.contains($0.device) }
  }

  /// What must move too, because what is mended would break an order with it: a refloat that stands right, but above the
  /// float voltage that comes.
  private func withNeighbours(
    _ findings: [BatteryFinding], _ system: SystemValues, _ policy: CommandPolicy
  ) -> [BatteryFinding] {
    var findings = findings
    // One that moves may push the next.
    for _ in 0..<OrderRule.all.count {
      let target = findings.reduce(system) { system, finding in finding.change.map(system.with) ?? system }
      guard let next = neighbour(of: findings, in: target, of: system, policy) else { break }
      findings.removeAll { $0.device == next.device && $0.field.name == next.field.name }
      findings.append(next)
    }
    return findings
  }

  private static func moved(_ value: ScaledDecimal, by step: ScaledDecimal, _ sign: Int64) -> ScaledDecimal? {
    let exponent = min(value.exponent, step.exponent)
    guard let from = value.coefficient(atExponent: exponent), let distance = step.coefficient(atExponent: exponent)
    else { return nil }
    let (sum, overflow) = from.addingReportingOverflow(sign * distance)
    return overflow ? nil : ScaledDecimal(sum, exponent: exponent)
  }

  private func neighbour(
    of findings: [BatteryFinding], in target: SystemValues, of system: SystemValues, _ policy: CommandPolicy
  ) -> BatteryFinding? {
    for member in target.members {
      for rule in OrderRule.all where rule.block == member.definition.name {
        guard let lower = target.number(rule.lower, of: member.key),
          let upper = target.number(rule.upper, of: member.key),
          lower > upper || (rule.isStrict && lower == upper),
          // What is wrong for another reason is the owner's.
          findings.contains(where: { $0.device == member.key && [rule.lower, rule.upper].contains($0.field.name) })
        else { continue }
        // The lower one comes down, or the upper one goes up where that would leave the profile.
        let moves = [(rule.lower, rule.upper, upper, "below"), (rule.upper, rule.lower, lower, "above")]
        for (name, other, limit, side) in moves {
          guard let field = member.definition.field(name), let value = system.number(name, of: member.key) else {
            continue
          }
          var own = policy
          own.battery = self
          let bounds = system.bounds(of: field, in: member, own)
          let step = rule.isStrict ? bounds.step ?? ScaledDecimal(1, exponent: value.exponent) : ScaledDecimal(0)
          guard let wanted = Self.moved(limit, by: step, side == "below" ? -1 : 1) else { continue }
          let units = field.units.map { " \($0)" } ?? ""
          let reason = "which must be \(side) \(other), and that is to be \(limit)\(units)"
          let found = finding(field, of: member, value, wanted: wanted, reason: reason, system, policy)
          guard let mend = found.mend, side == "below" ? mend <= wanted : mend >= wanted else { continue }
          return found
        }
      }
    }
    return nil
  }

  private func inOrder(_ findings: [BatteryFinding], _ system: SystemValues) -> [BatteryFinding] {
    let order = WriteOrder.arrange(findings.compactMap(\.change), in: system, battery: self)
    func place(_ finding: BatteryFinding) -> Int {
      order.firstIndex { $0.device == finding.device && $0.field == finding.field.name } ?? order.count
    }
    return findings.map { (place($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private static func reason(_ value: ScaledDecimal, _ bounds: BatteryBounds, _ field: FieldDefinition) -> String {
    let units = field.units.map { " \($0)" } ?? ""
    if let least = bounds.minimum, value < least.value {
      return "below \(least.value)\(units), the least that \(least.source) allows"
    }
    return bounds.maximum.map { "above \($0.value)\(units), the most that \($0.source) allows" } ?? ""
  }

  /// - Parameter wanted: as near as possible to this.
  private func finding(
    _ field: FieldDefinition, of member: SystemValues.Member, _ value: ScaledDecimal, wanted: ScaledDecimal,
    reason: String, isShared: Bool = false, _ system: SystemValues, _ policy: CommandPolicy
  ) -> BatteryFinding {
    var own = policy
    own.battery = self
    let bounds = system.bounds(of: field, in: member, own)
    let step = bounds.step ?? ScaledDecimal(1, exponent: value.exponent)
    let mend = bounds.nearestAllowed(to: wanted, step: step)
    return BatteryFinding(
      device: member.key, block: member.definition.name, field: field, value: value, reason: reason, mend: mend,
      obstacle: mend == nil ? bounds.obstacle(step: step, units: field.units) : nil,
      limits: bounds.range == nil ? mend.map { limits(of: field, in: member, bounds, around: $0, value) } : nil,
      isShared: isShared)
  }

  /// Bounds for a setting of which no document gives both: with room for other values than the one that mends it, as far
  /// as the profile and the kind of value say.
  private func limits(
    of field: FieldDefinition, in member: SystemValues.Member, _ bounds: SetpointBounds, around mend: ScaledDecimal,
    _ value: ScaledDecimal
  ) -> ClosedRange<ScaledDecimal> {
    var known = [value]
    if field.isBatteryVoltage {
      let suiting = BatteryVoltage.range(nominal: nominal.value)
      let isAbove = BatteryRole(field.name, of: member.definition.name) == .highCutOut
      known += [suiting.lowerBound, isAbove ? suiting.upperBound : absorb.value.upperBound]
    } else if field.units == "A" {
      known.append(ScaledDecimal(0))
    }
    return (bounds.minimum ?? known.reduce(mend, min))...(bounds.maximum ?? known.reduce(mend, max))
  }

  /// What every charger would have to come down to, where all of them together are too much: each by the same part, and
  /// none below its least, which the others make up for.
  private func excessiveCurrents(in system: SystemValues, _ policy: CommandPolicy) -> [BatteryFinding] {
    let total = totalCurrent(of: system)
    guard let limit = chargeCurrent, total > limit.value.double else { return [] }
    let shown = ScaledDecimal(Int64((total * 10).rounded(.up)), exponent: -1)
    let reason =
      "too much: all chargers together can put \(shown) A into the battery, and \(limit.source) allows "
      + "\(limit.value) A"
    let chargers = chargers(of: system)
    var part = limit.value.double / total
    var atLeast: [DeviceKey: Double] = [:]
    var findings: [BatteryFinding] = []
    for _ in 0...chargers.count {
      let known = atLeast.count
      var rest = 0.0
      findings = chargers.compactMap { member, name in
        guard let field = member.definition.field(name), let value = system.number(name, of: member.key) else {
          return nil
        }
        let factor = factor(of: member, in: system)
        let tenths = (value.double * part * 10).rounded(.down)
        let wanted = ScaledDecimal(Int64(tenths), exponent: -1)
        let found = finding(field, of: member, value, wanted: wanted, reason: reason, isShared: true, system, policy)
        if let mend = found.mend, mend > wanted { atLeast[member.key] = mend.double * factor }
        if atLeast[member.key] == nil { rest += value.double * factor }
        return found
      }
      let left = limit.value.double - atLeast.values.reduce(0, +)
      guard atLeast.count > known, rest > 0, left > 0 else { break }
      part = left / rest
    }
    return findings
  }
}
