import Derived
import Foundation
import History
import Registry

/// What the columns of the history mean, as comments of a server's tables.
struct HistoryComments: Sendable {
  private static let heads = [
    "time": "when the row's time began", "gateway": "the base topic", "port": "hub port, 0 for none",
    "name": "your name of the device, or the kind's", "seconds": "s; how long the row stands for",
    "readings": "how many readings the row is made of",
  ]
  private static let tables = [
    "house": "the whole system",
    "setting_change": "settings, models and firmware: a row when one is another than before",
    "event": "what the bridge has said once", "command": "every write of the ledger",
  ]

  private let registry: Registry

  init(_ registry: Registry) { self.registry = registry }

  /// - Parameter column: empty for the table itself.
  var text: @Sendable (String, String) -> String? {
    { [registry] table, column in
      let block = registry.blocks.first { $0.name == table }
      guard !column.isEmpty else { return Self.tables[table] ?? block.map { "\($0.label): \($0.description)" } }
      guard block != nil || table == "house" else { return nil }
      if let head = Self.heads[column] { return head }
      let (unit, meaning, isMean): (String?, String, Bool)
      if let field = block?.field(column) {
        unit = field.units
        meaning = field.description.isEmpty ? field.label : field.description
        isMean = block.flatMap(HistoryTable.init)?.isMean(column) ?? false
      } else if table == "house", let field = DerivedField.named(column) {
        (unit, meaning, isMean) = (field.unit, "\(field.title): \(field.formula)", HistoryTable.house.isMean(column))
      } else {
        return nil
      }
      return [unit, meaning, isMean ? "mean" : nil].compactMap(\.self).joined(separator: "; ")
    }
  }
}

extension HistoryTable {
  fileprivate func isMean(_ name: String) -> Bool { column(name).map { columns[$0].kind == .mean } ?? false }
}
