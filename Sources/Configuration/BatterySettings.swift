package import Mate3
package import Registry

/// A value with the place that it was given at.
package struct Placed<Value: Sendable & Hashable>: Sendable, Equatable {
  package let value: Value
  package let place: ConfigurationPlace
}

extension BridgeConfiguration {
  /// What the owner reads off the battery's data sheet, as far as it is given.
  package struct Battery: Sendable, Equatable {
    package var nominal: Placed<Int64>?
    package var chemistry: Placed<BatteryProfile.Chemistry>?
    package var absorb: Placed<ClosedRange<ScaledDecimal>>?
    package var float: Placed<ClosedRange<ScaledDecimal>>?
    package var equalise: Placed<BatteryProfile.Equalise>?
    package var lowest: Placed<ScaledDecimal>?
    package var chargeCurrent: Placed<ScaledDecimal>?

    package init() {}
  }
}

extension BridgeConfiguration.Battery {
  /// Makes the profile, or reports what is missing or does not go together.
  func profile(_ context: inout ReadingContext) -> BatteryProfile? {
    guard let first = places.min(by: { ($0.line, $0.column) < ($1.line, $1.column) }) else { return nil }
    // What was given wrongly is not missing.
    guard !context.problems.contains(where: { $0.message.hasPrefix("battery.") }) else { return nil }
    for (isMissing, name) in [
      (nominal == nil, "nominal"), (chemistry == nil, "chemistry"), (absorb == nil, "absorb"), (float == nil, "float"),
    ] where isMissing {
      context.report(first, "battery has no \(name); give it as it stands on the battery's data sheet")
    }
    guard let nominal, let chemistry, let absorb, let float else { return nil }
    let problems = context.problems.count
    check(nominal.value, &context)
    guard context.problems.count == problems else { return nil }
    if float.value.upperBound > absorb.value.upperBound {
      context.report(
        float.place,
        "battery.float goes up to \(float.value.upperBound), above the \(absorb.value.upperBound) of battery.absorb; "
          + "float must not be above absorb")
    }
    if let lowest, lowest.value >= float.value.lowerBound {
      context.report(
        lowest.place,
        "battery.lowest is \(lowest.value), not below battery.float, which begins at \(float.value.lowerBound)")
    }
    if case .within(let range)? = equalise?.value, let place = equalise?.place {
      if chemistry.value == .lifepo4 {
        context.report(place, "battery.equalise gives voltages, and a lifepo4 battery is never equalised; write never")
      } else if range.upperBound < absorb.value.upperBound {
        context.report(
          place,
          "battery.equalise goes up to \(range.upperBound), below the \(absorb.value.upperBound) of battery.absorb; "
            + "equalising is above absorb")
      }
    }
    guard context.problems.count == problems else { return nil }
    let profile = BatteryProfile(
      nominal: Self.given("nominal", nominal), chemistry: Self.given("chemistry", chemistry),
      absorb: Self.given("absorb", absorb), float: Self.given("float", float),
      equalise: equalise.map { Self.given("equalise", $0) }, lowest: lowest.map { Self.given("lowest", $0) },
      chargeCurrent: chargeCurrent.map { Self.given("charge_current", $0) })
    warnOfGaps(profile, &context)
    return profile
  }

  /// Which devices there are is not known yet, so that no value for some of them is worth a look and no more.
  private func warnOfGaps(_ profile: BatteryProfile, _ context: inout ReadingContext) {
    guard let registry = context.registry else { return }
    for case (let name, let range?) in [("absorb", absorb), ("float", float)] {
      guard let gap = profile.gap(in: range.value, registry) else { continue }
      context.warnings.append(
        ConfigurationProblem(
          place: range.place,
          message:
            "battery.\(name) has no multiple of \(gap.step) V in it, the step of some devices at "
            + "\(profile.nominal.value) V, so that they could be set to nothing: \(gap.settings.joined(separator: ", ")); "
            + "widen it if you have such"))
    }
  }

  private func check(_ nominal: Int64, _ context: inout ReadingContext) {
    let suiting = BatteryVoltage.range(nominal: nominal)
    var voltages: [(name: String, low: ScaledDecimal, high: ScaledDecimal, place: ConfigurationPlace)] = []
    for case (let name, let range?) in [("absorb", absorb), ("float", float)] {
      voltages.append((name, range.value.lowerBound, range.value.upperBound, range.place))
    }
    if let lowest { voltages.append(("lowest", lowest.value, lowest.value, lowest.place)) }
    if let equalise, case .within(let range) = equalise.value {
      voltages.append(("equalise", range.lowerBound, range.upperBound, equalise.place))
    }
    for voltage in voltages where voltage.low < suiting.lowerBound || voltage.high > suiting.upperBound {
      context.report(
        voltage.place,
        "battery.\(voltage.name) does not suit battery.nominal: at \(nominal) V battery voltages lie between "
          + "\(suiting.lowerBound) and \(suiting.upperBound); give volts of the whole battery, not of a cell")
    }
  }

  private static func given<Value>(_ name: String, _ placed: Placed<Value>) -> BatteryProfile.Given<Value> {
    BatteryProfile.Given(placed.value, source: "battery.\(name) (\(placed.place))")
  }

  private var places: [ConfigurationPlace] {
    let all: [ConfigurationPlace?] = [
      nominal?.place, chemistry?.place, absorb?.place, float?.place, equalise?.place, lowest?.place,
      chargeCurrent?.place,
    ]
    return all.compactMap(\.self)
  }
}

extension ConfigurationPlace {
  fileprivate var line: Int { if case .file(_, let line, _) = self { line } else { 0 } }
  fileprivate var column: Int { if case .file(_, _, let column) = self { column } else { 0 } }
}

extension ValueKind where Value: Hashable {
  /// The same kind for a value that may be missing, kept with its place.
  var placed: ValueKind<Placed<Value>?> {
    ValueKind<Placed<Value>?>(
      name: name,
      read: { node, key, context in
        read(node, key, &context).map { .some(Placed(value: $0, place: node.place)) }
      }, show: { $0.map { show($0.value) } ?? "" })
  }
}

extension ValueKind where Value == Int64 {
  static let nominalVoltage = scalar("`12`, `24`, `26`, `36`, `48` or `60`", show: \.description) {
    text, _, _ throws(ConfigurationMistake) in
    guard let volts = Int64(text), BatteryVoltage.nominal.contains(volts) else {
      throw ConfigurationMistake("is ‘\(text.prefix(60))’; give 12, 24, 26, 36, 48 or 60")
    }
    return volts
  }
}

extension ValueKind where Value == ScaledDecimal {
  static func positive(_ unit: String, _ example: String) -> Self {
    scalar("number in \(unit)", show: \.description) { text, _, _ throws(ConfigurationMistake) in
      guard let value = ScaledDecimal(text), value > ScaledDecimal(0) else {
        throw ConfigurationMistake("is ‘\(text.prefix(60))’; give a number above 0 such as \(example)")
      }
      return value
    }
  }
}

extension ValueKind where Value == ClosedRange<ScaledDecimal> {
  static let voltages = scalar("voltages as `56.0..57.6`", show: \.text) { text, _, _ throws(ConfigurationMistake) in
    guard let range = ClosedRange(dotted: text) else {
      throw ConfigurationMistake("is ‘\(text.prefix(60))’; give the least and the greatest voltage as in 56.0..57.6")
    }
    return range
  }
}

extension ValueKind where Value == BatteryProfile.Equalise {
  static let equalise = scalar("`never`, or voltages as `58.4..60.0`", show: \.text) {
    text, _, _ throws(ConfigurationMistake) in
    if text == "never" { return .never }
    guard let range = ClosedRange(dotted: text) else {
      throw ConfigurationMistake("is ‘\(text.prefix(60))’; give never, or voltages as in 58.4..60.0")
    }
    return .within(range)
  }
}

extension BatteryProfile.Equalise {
  fileprivate var text: String { if case .within(let range) = self { range.text } else { "never" } }
}

extension ClosedRange<ScaledDecimal> {
  /// Reads `56.0..57.6`; nil for anything else, and for a range that ends below its beginning.
  package init?(dotted text: some StringProtocol) {
    guard let dots = String(text).firstRange(of: ".."), case let text = String(text),
      let least = ScaledDecimal(text[..<dots.lowerBound]), let most = ScaledDecimal(text[dots.upperBound...]),
      least <= most
    else { return nil }
    self = least...most
  }

  fileprivate var text: String { "\(lowerBound)..\(upperBound)" }
}
