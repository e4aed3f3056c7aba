package import FieldCodec
package import Registry

/// What decides the documented range of a setpoint: the models that it acts on, and the nominal voltage of the system.
package struct SetpointSite: Sendable, Hashable {
  /// A device that the setpoint acts on.
  package struct Target: Sendable, Hashable {
    package let device: DeviceKey
    /// As the device names itself; nil when it does not.
    package let model: String?
  }

  /// A field that must be read for it.
  struct Place: Sendable {
    let device: DeviceKey
    /// Nil when the device's block does not have it.
    let reading: (block: PlacedBlock, field: FieldDefinition)?
    let isVoltage: Bool
  }

  package let targets: [Target]
  /// In volts; nil when the gateway does not give one of ``BatteryVoltage/nominal``.
  package let nominalVoltage: Int64?

  /// Nothing is known.
  static let unknown = SetpointSite(targets: [], nominalVoltage: nil)

  init(targets: [Target], nominalVoltage: Int64?) {
    self.targets = targets
    self.nominalVoltage = nominalVoltage
  }

  /// - Parameters:
  ///   - places: of a setpoint.
  ///   - value: what a field of a block reads, as far as it is known.
  init(_ places: [Place], value: (PlacedBlock, FieldDefinition) -> FieldValue?) {
    var targets: [Target] = []
    var nominalVoltage: Int64?
    for place in places {
      let read = place.reading.flatMap { value($0.block, $0.field) }
      if place.isVoltage {
        if case .number(let volts) = read, let whole = volts.coefficient(atExponent: 0),
          BatteryVoltage.nominal.contains(whole)
        {
          nominalVoltage = whole
        }
      } else if case .text(let model) = read, !model.isEmpty {
        targets.append(Target(device: place.device, model: model))
      } else {
        targets.append(Target(device: place.device, model: nil))
      }
    }
    self.init(targets: targets, nominalVoltage: nominalVoltage)
  }

  /// - Parameter value: what a field of a block reads, as far as it is known.
  package init(
    of field: FieldDefinition, in block: PlacedBlock, layout: SystemLayout,
    value: (PlacedBlock, FieldDefinition) -> FieldValue?
  ) {
    self.init(Self.places(of: field, in: block, layout: layout), value: value)
  }

  /// What must be read to know the range of a setpoint.
  static func places(of field: FieldDefinition, in block: PlacedBlock, layout: SystemLayout) -> [Place] {
    func place(_ block: PlacedBlock?, _ name: String, of device: DeviceKey, isVoltage: Bool = false) -> Place {
      guard let block, let field = block.definition.field(name), block.range(of: field) != nil else {
        return Place(device: device, reading: nil, isVoltage: isVoltage)
      }
      return Place(device: device, reading: (block, field), isVoltage: isVoltage)
    }
    var places: [Place] = []
    if field.ranges.contains(where: { !$0.models.isEmpty }) {
      let targets = block.definition.kind == .system ? layout.blocks.filter(\.isOfInverter) : [block]
      for target in targets where target.definition.kind == .configuration || layout.partner(of: target) == nil {
        places.append(
          place(target.definition.kind == .configuration ? target : nil, "model_number", of: target.key))
      }
    }
    if field.isBatteryVoltage || BatteryRole(field.name, of: block.definition.name) != nil
      || field.ranges.contains(where: { $0.nominalVoltage != nil })
    {
      places.append(place(layout.block(kind: .gateway), "system_voltage", of: block.key, isVoltage: true))
    }
    return places
  }
}

extension PlacedBlock {
  /// Whether it is of a device that the gateway's own setpoints act on.
  fileprivate var isOfInverter: Bool { definition.family?.hasSuffix("_inverter") ?? false }
}

/// The range of a setpoint on one system: what documents say, narrowed by whoever may narrow it.
package struct SetpointBounds: Sendable, Hashable {
  package private(set) var minimum: ScaledDecimal?
  package private(set) var maximum: ScaledDecimal?
  /// Devices keep multiples of this; nil for the register's own step.
  package private(set) var step: ScaledDecimal?
  package private(set) var factoryDefault: ScaledDecimal?
  /// Why no document bounds it here; nil where one does.
  private var gap: String?
  /// What decided it, for people; empty when nothing but the field did.
  private var decision = ""
  /// What of a battery's profile gives a bound.
  private var minimumSource: String?
  private var maximumSource: String?
  /// Why the battery's profile is for another system; nil where it is not.
  package private(set) var conflict: String?

  /// The documented bounds: of all rows that hold the strictest. A device of which no row holds leaves none.
  package init(documentedFor field: FieldDefinition, at site: SetpointSite) {
    minimum = field.limits?.minimum
    maximum = field.limits?.maximum
    guard !field.ranges.isEmpty else { return }
    if field.ranges.allSatisfy({ $0.basis == .none }) { gap = field.ranges.first?.doubt.map(Self.clause) }
    let atVoltage = field.ranges.filter { $0.nominalVoltage == nil || $0.nominalVoltage == site.nominalVoltage }
    let isByModel = field.ranges.contains { !$0.models.isEmpty }
    var rows = atVoltage
    if isByModel {
      let holding = site.targets.map { target in (target, atVoltage.filter { $0.holds(for: target.model) }) }
      rows = holding.flatMap(\.1)
      if let (target, _) = holding.first(where: { $0.1.isEmpty }) {
        rows = []
        gap =
          target.model.map { "no document gives its range for the model \($0)\(Self.voltage(field, site))" }
          ?? "\(target.device) does not tell its model, on which the range depends"
      } else if holding.isEmpty {
        gap = "there is no device that tells which range applies"
      }
    } else if rows.isEmpty, gap == nil {
      gap = "no document gives its range\(Self.voltage(field, site))"
    }
    for row in rows {
      minimum = [minimum, row.minimum].compactMap(\.self).max()
      maximum = [maximum, row.maximum].compactMap(\.self).min()
      step = [step, row.step].compactMap(\.self).max()
    }
    let defaults = Set(rows.map(\.factoryDefault))
    factoryDefault = defaults.count == 1 ? defaults.first ?? nil : nil
    let models = isByModel ? Set(site.targets.compactMap(\.model)).sorted().joined(separator: " and ") : ""
    decision =
      (models.isEmpty ? "" : " on \(models)") + (site.nominalVoltage == nil ? "" : Self.voltage(field, site))
  }

  /// What may be written at most, where both bounds are known and leave something.
  package var range: ClosedRange<ScaledDecimal>? {
    guard let minimum, let maximum, minimum <= maximum, conflict == nil else { return nil }
    return minimum...maximum
  }

  /// Takes bounds that may narrow these, and open what has none.
  package mutating func narrow(to own: CommandPolicy.Bounds?) {
    minimum = [minimum, own?.minimum].compactMap(\.self).max()
    maximum = [maximum, own?.maximum].compactMap(\.self).min()
  }

  /// Takes what a battery's profile leaves, as bounds of the configuration.
  mutating func narrow(
    to battery: BatteryProfile, _ field: FieldDefinition, in block: String, at site: SetpointSite
  ) {
    if field.isBatteryVoltage || BatteryRole(field.name, of: block) != nil {
      conflict = battery.conflict(nominalVoltage: site.nominalVoltage)
    }
    guard let own = battery.bounds(of: field.name, in: block) else { return }
    if let least = own.minimum, minimum.map({ $0 < least.value }) ?? true {
      (minimum, minimumSource) = (least.value, least.source)
    }
    if let most = own.maximum, maximum.map({ $0 > most.value }) ?? true {
      (maximum, maximumSource) = (most.value, most.source)
    }
  }

  /// Takes a range that may narrow these, and opens nothing.
  package mutating func narrow(within range: ClosedRange<ScaledDecimal>) {
    minimum = minimum.map { max($0, range.lowerBound) }
    maximum = maximum.map { min($0, range.upperBound) }
  }

  /// Why nothing may be written to a field, or nil: the battery's profile is for another system.
  func conflictRefusal(of name: String) -> CommandRefusal? {
    conflict.map {
      CommandRefusal(.outOfLimits, "\($0); mend one of the two before \(name) is written")
    }
  }

  /// Why what stood before may not come back to a field, or nil: unlike the value of a command it may also where only one
  /// bound is known, or none.
  func endRefusal(_ value: ScaledDecimal, of name: String, units: String?) -> CommandRefusal? {
    guard conflict == nil, minimum == nil || maximum == nil else { return refusal(value, of: name, units: units) }
    guard minimum.map({ value < $0 }) ?? false || maximum.map({ $0 < value }) ?? false else { return nil }
    let source = (minimum == nil ? maximumSource : minimumSource) ?? "commands.limits"
    return CommandRefusal(.outOfLimits, "\(value) is outside of what \(source) allows of \(name)")
  }

  /// Why a number may not be written to a field, or nil.
  func refusal(_ value: ScaledDecimal, of name: String, units: String?) -> CommandRefusal? {
    let units = units.map { " \($0)" } ?? ""
    if let refusal = conflictRefusal(of: name) { return refusal }
    guard let minimum, let maximum else {
      let missing =
        minimum == nil && maximum == nil ? "both bounds" : minimum == nil ? "the least value" : "the greatest value"
      let reason = gap ?? "no document gives \(missing == "both bounds" ? "limits" : missing)\(decision)"
      return CommandRefusal(
        .noLimits,
        "\(name) has no limits: \(reason); set \(missing) in commands.limits before it can be written")
    }
    guard minimum <= maximum else {
      let source = minimumSource ?? maximumSource ?? "commands.limits"
      return CommandRefusal(
        .outOfLimits,
        "\(source) leaves no value for \(name)\(decision): at least \(minimum) and at most \(maximum)\(units); "
          + "give bounds there that reach into what is documented")
    }
    guard value < minimum || value > maximum else { return nil }
    if let source = value < minimum ? minimumSource : maximumSource {
      let side = value < minimum ? "below \(minimum)\(units), the least" : "above \(maximum)\(units), the most"
      return CommandRefusal(.outOfLimits, "\(value) is \(side) that \(source) allows for \(name)\(decision)")
    }
    return CommandRefusal(
      .outOfLimits, "\(value) is outside \(minimum) to \(maximum)\(units), the limits of \(name)\(decision)")
  }

  /// The multiples of a step on both sides of a value, or the value twice; nil when it can't be told.
  package static func neighbours(
    of value: ScaledDecimal, step: ScaledDecimal
  ) -> (below: ScaledDecimal, above: ScaledDecimal)? {
    let common = min(value.exponent, step.exponent)
    guard let wanted = value.coefficient(atExponent: common), let size = step.coefficient(atExponent: common), size > 0
    else { return nil }
    let (quotient, remainder) = wanted.quotientAndRemainder(dividingBy: size)
    guard remainder != 0 else { return (value, value) }
    let count = remainder < 0 ? quotient - 1 : quotient
    func multiple(_ count: Int64) -> ScaledDecimal? {
      let (product, overflow) = count.multipliedReportingOverflow(by: step.coefficient)
      return overflow ? nil : ScaledDecimal(product, exponent: step.exponent)
    }
    guard let below = multiple(count), let above = multiple(count + 1) else { return nil }
    return (below, above)
  }

  /// The first and the last multiple of a step within the range; nil when there is none.
  package func steps(of step: ScaledDecimal) -> ClosedRange<ScaledDecimal>? {
    guard let range, let first = Self.neighbours(of: range.lowerBound, step: step)?.above,
      let last = Self.neighbours(of: range.upperBound, step: step)?.below, first <= last
    else { return nil }
    return first...last
  }

  /// Why no multiple of a step is within the range; nil where one is, or the range is to blame.
  func obstacle(step: ScaledDecimal, units: String?) -> String? {
    guard let range, steps(of: step) == nil else { return nil }
    let source = minimumSource ?? maximumSource ?? "commands.limits"
    let units = units.map { " \($0)" } ?? ""
    return "the device keeps multiples of \(step)\(units), and none lies from \(range.lowerBound) to "
      + "\(range.upperBound)\(units); widen \(source)"
  }

  /// The multiple of a step that is nearest to a value and within the range; of two the lower.
  func nearest(to value: ScaledDecimal, step: ScaledDecimal) -> ScaledDecimal? {
    guard let (below, above) = Self.neighbours(of: value, step: step) else { return nil }
    let isAboveNearer = Self.distance(above, value).flatMap { up in
      Self.distance(value, below).map { down in up < down }
    }
    let candidates = isAboveNearer ?? false ? [above, below] : [below, above]
    return candidates.first { range?.contains($0) ?? true }
  }

  /// The multiple of a step that is nearest to a value and between those bounds that are known; nil for none.
  func nearestAllowed(to value: ScaledDecimal, step: ScaledDecimal) -> ScaledDecimal? {
    let wanted = max(min(value, maximum ?? value), minimum ?? value)
    guard conflict == nil, let (below, above) = Self.neighbours(of: wanted, step: step) else { return nil }
    return [below, above].first { candidate in
      minimum.map { $0 <= candidate } ?? true && maximum.map { candidate <= $0 } ?? true
    }
  }

  /// Whether two values are no more than half a step apart.
  static func isWithinHalf(_ step: ScaledDecimal, _ left: ScaledDecimal, _ right: ScaledDecimal) -> Bool {
    guard let distance = distance(left, right) else { return false }
    let (twice, overflow) = distance.coefficient.multipliedReportingOverflow(by: 2)
    return !overflow && ScaledDecimal(twice, exponent: distance.exponent) <= step
  }

  private static func distance(_ left: ScaledDecimal, _ right: ScaledDecimal) -> ScaledDecimal? {
    let common = min(left.exponent, right.exponent)
    guard let a = left.coefficient(atExponent: common), let b = right.coefficient(atExponent: common) else {
      return nil
    }
    let (difference, overflow) = a.subtractingReportingOverflow(b)
    guard !overflow, difference != .min else { return nil }
    return ScaledDecimal(abs(difference), exponent: common)
  }

  private static func voltage(_ field: FieldDefinition, _ site: SetpointSite) -> String {
    guard field.ranges.contains(where: { $0.nominalVoltage != nil }) else { return "" }
    return site.nominalVoltage.map { " at \($0) V" } ?? " at a system voltage that the gateway does not tell"
  }

  /// A sentence as a part of another.
  private static func clause(_ sentence: String) -> String {
    sentence.prefix(1).lowercased() + sentence.dropFirst().prefix { $0 != "." }
  }
}
