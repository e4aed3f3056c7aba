import Derived
package import Registry

/// A column of a table of the history.
package struct HistoryColumn: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// Power, current, voltage and the like: what a row says of its time is the mean.
    case mean
    /// States, counters and records: the last one.
    case last
  }

  package enum ValueType: Sendable, Hashable {
    case integer, real, text
  }

  package let name: String
  package let kind: Kind
  package let type: ValueType
  package let unit: String?
  /// Whether it counts up through the day and begins again at zero.
  package let isDailyTotal: Bool
}

/// A table for a kind of device: its measurements, a row for each device and time.
package final class HistoryTable: Sendable {
  package let name: String
  package let columns: [HistoryColumn]

  package init(name: String, columns: [HistoryColumn]) {
    self.name = name
    self.columns = columns
  }

  /// The position of a column, or nil.
  package func column(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }
}

// MARK: From the register map

extension HistoryTable {
  /// The table of a block's measurements; nil when it has none.
  package convenience init?(_ block: BlockDefinition) {
    let fields = block.fields.filter { $0.isHistoryMeasurement(of: block) }
    guard !fields.isEmpty else { return nil }
    self.init(name: block.name, columns: fields.map(HistoryColumn.init))
  }

  /// The table of the values of the whole system.
  package static let house = HistoryTable(
    name: "house",
    columns: DerivedField.all.map { field in
      let isMean = [.power, .voltage, .current].contains(field.kind)
      return HistoryColumn(
        name: field.name, kind: isMean ? .mean : .last, type: field.kind == .choice ? .text : .real, unit: field.unit,
        isDailyTotal: field.isDailyTotal)
    })
}

extension HistoryColumn {
  private static let meanUnits: Set<String> = [
    "W", "kW", "VA", "kVA", "var", "kvar", "A", "V", "mV", "Hz", "°C",
  ]
  /// What the names of records have in them: the highest or lowest of a day or a life.
  private static let records = ["todays_", "lifetime_", "minimum", "maximum"]

  init(_ field: FieldDefinition) {
    name = field.name
    unit = field.units
    isDailyTotal = false
    guard field.enumeration == nil, field.flags == nil, field.type.isNumeric, field.type != .ipv4 else {
      kind = .last
      type = .text
      return
    }
    let isMean =
      Self.meanUnits.contains(field.units ?? "") && !Self.records.contains { field.name.contains($0) }
    kind = isMean ? .mean : .last
    type = isMean || field.scaleFactorIndex != nil ? .real : .integer
  }
}

extension FieldDefinition {
  /// The columns of every table's own.
  private static let reserved: Set<String> = ["id", "time", "gateway", "port", "name", "seconds", "readings"]
  /// The gateway's clock is no setting that somebody changes.
  private static let clock: Set<String> = ["year", "month", "day", "hour", "minute", "second"]

  /// Whether it is a measurement of its own, read at the shortest interval.
  package func isHistoryMeasurement(of block: BlockDefinition) -> Bool {
    interval == .live && access == .readOnly && privacy == .shared && !isInternal && index != block.portFieldIndex
      && !Self.reserved.contains(name)
  }

  /// Whether its changes are worth a row: what can be set, and what a device is.
  package func isHistorySetting(of block: BlockDefinition) -> Bool {
    guard privacy == .shared, access.isReadable, !isInternal, index != block.portFieldIndex else { return false }
    if block.kind == .gateway, Self.clock.contains(name) { return false }
    return access.isWritable || interval == .fixed
  }
}
