/// A documented range of a setpoint: a row of `setpoint_ranges.csv`.
///
/// Ranges differ by model and nominal voltage. Of several rows that apply, the strictest bounds count.
public struct DocumentedRange: Sendable, Hashable {
  /// What a range rests on.
  public enum Basis: String, Sendable, Hashable, CaseIterable {
    /// A manual of the vendor.
    case document
    /// A program that writes such devices, or a comment in one.
    case program
    /// What the field is: a percentage, an hour, a minute.
    case meaning
    /// Nothing: why there are no bounds is the row's doubt.
    case none
  }

  /// Models that it holds for; empty for all.
  public let models: [ModelPattern]
  /// Nominal system voltage that it holds for, in volts; nil for any.
  public let nominalVoltage: Int64?
  /// Least value, in the field's units; nil where it is not documented.
  public let minimum: ScaledDecimal?
  /// Greatest value, in the field's units; nil where it is not documented.
  public let maximum: ScaledDecimal?
  /// The device keeps multiples of this; nil where it is not documented, or the register's own step.
  public let step: ScaledDecimal?
  /// What the device comes with.
  public let factoryDefault: ScaledDecimal?
  /// What it rests on.
  public let basis: Basis
  /// Where it is documented.
  public let source: String
  /// Where sources disagree, or what is not known; nil for nothing.
  public let doubt: String?

  /// Whether it holds for one model only, or one nominal voltage.
  package var isParticular: Bool { !models.isEmpty || nominalVoltage != nil }

  /// Whether it holds for a model; nil stands for one that is not known.
  package func holds(for model: String?) -> Bool {
    models.isEmpty || model.map { model in models.contains { $0.matches(model) } } ?? false
  }
}

/// Names of models: `#` stands for digits, `*` at the end for anything.
public struct ModelPattern: Sendable, Hashable {
  /// As in the table.
  public let text: String

  init(_ text: some StringProtocol) { self.text = String(text) }

  /// Whether a device's own name of its model is one of them.
  public func matches(_ model: String) -> Bool {
    var rest = model[...]
    for character in text {
      switch character {
      case "*": return true
      case "#":
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return false }
        rest = rest.dropFirst(digits.count)
      default:
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
      }
    }
    return rest.isEmpty
  }
}

/// Turns the rows of `setpoint_ranges.csv` into ranges, by block and field.
struct RangeReader: CellReader {
  static let file = "setpoint_ranges.csv"
  static let columns = [
    "block", "field", "models", "nominal_voltage", "minimum", "maximum", "step", "default", "units", "basis", "source",
    "doubt",
  ]

  private(set) var ranges: [String: [String: [DocumentedRange]]] = [:]
  private var rows: [CSVTable.Row] = []
  var problems: [RegistryProblem] = []

  mutating func read(_ rows: [CSVTable.Row]) {
    self.rows = rows
    for row in rows {
      guard let basis = raw(row, "basis", DocumentedRange.Basis.self) else { continue }
      let voltage = row["nominal_voltage"].isEmpty ? nil : integer(row, "nominal_voltage", 12...60)
      let range = DocumentedRange(
        models: row["models"].split(separator: "|").map(ModelPattern.init), nominalVoltage: voltage.map(Int64.init),
        minimum: decimal(row, "minimum"), maximum: decimal(row, "maximum"), step: decimal(row, "step"),
        factoryDefault: decimal(row, "default"), basis: basis, source: row["source"],
        doubt: row["doubt"].isEmpty ? nil : row["doubt"])
      check(range, row)
      ranges[row["block"], default: [:]][row["field"], default: []].append(range)
    }
  }

  private mutating func check(_ range: DocumentedRange, _ row: CSVTable.Row) {
    let hasBound = range.minimum != nil || range.maximum != nil
    if range.basis == .none {
      if hasBound { report(row, "basis", "bounds rest on something; give their basis") }
      if range.doubt == nil { report(row, "doubt", "say why there are no bounds") }
    } else if !hasBound {
      report(row, "basis", "a row without bounds has the basis ‘none’")
    }
    if hasBound || range.step != nil, range.source.isEmpty { report(row, "source", "a range needs its source") }
    if let minimum = range.minimum, let maximum = range.maximum, minimum > maximum {
      report(row, "maximum", "the maximum \(maximum) is below the minimum \(minimum)")
    }
    if let step = range.step, step <= ScaledDecimal(0) { report(row, "step", "‘\(step)’ is no step; give more than 0") }
  }

  /// Every row must be of a number that can be written, in its units, and that has no range of its own.
  mutating func check(against blocks: [BlockDefinition]) {
    for row in rows {
      guard let block = blocks.first(where: { $0.name == row["block"] }) else {
        report(row, "block", "there is no block ‘\(row["block"])’")
        continue
      }
      guard let field = block.field(row["field"]) else {
        report(row, "field", "\(block.name) has no field ‘\(row["field"])’")
        continue
      }
      if !field.access.isWritable || !field.type.isNumeric || field.enumeration != nil || field.flags != nil {
        report(row, "field", "‘\(field.name)’ is no number that can be written")
      }
      if field.limits != nil {
        report(row, "field", "‘\(field.name)’ has limits in \(block.name).csv; keep one of both")
      }
      if field.units ?? "" != row["units"] {
        report(row, "units", "‘\(field.name)’ is in ‘\(field.units ?? "")’; convert the range")
      }
    }
  }
}
