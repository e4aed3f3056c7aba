import Foundation
import History

/// Lines of a history, as they are printed.
struct HistoryOutput {
  struct Column {
    let name: String
    let unit: String?
  }

  struct Line {
    let time: Int64
    /// The hub port, where there are several devices.
    let device: Int?
    let values: [HistoryValue]
  }

  let bin: HistoryBin
  let columns: [Column]
  let lines: [Line]

  private var hasDevices: Bool { lines.contains { $0.device != nil } }

  func text(_ format: HistoryOptions.Format) -> String {
    switch format {
    case .table: table()
    case .csv: csv()
    case .json: json()
    }
  }

  private func table() -> String {
    guard !lines.isEmpty else { return "" }
    let fixed = ["time"] + (hasDevices ? ["port"] : [])
    let heads = [fixed + columns.map(\.name), fixed.map { _ in "" } + columns.map { $0.unit ?? "" }]
    let rows = lines.map { line in
      [bin.text(line.time)] + (hasDevices ? [line.device.map(String.init) ?? ""] : [])
        + zip(columns, line.values).map { $1 == .none ? "-" : Terminal.plain($1.rounded(as: $0.unit)) }
    }
    let widths = heads[0].indices.map { column in (heads + rows).map { $0[column].count }.max() ?? 0 }
    return (heads + rows).map { cells in
      let padded = zip(cells, widths).enumerated().map { index, cell in
        let fill = String(repeating: " ", count: cell.1 - cell.0.count)
        return index == 0 ? cell.0 + fill : fill + cell.0
      }
      return padded.joined(separator: "  ") + "\n"
    }.joined()
  }

  private func csv() -> String {
    let heads = ["time"] + (hasDevices ? ["port"] : []) + columns.map(\.name)
    let rows = lines.map { line in
      [Self.stamp(line.time)] + (hasDevices ? [line.device.map(String.init) ?? ""] : []) + line.values.map(\.shown)
    }
    return ([heads] + rows).map { CSVLine.text($0) + "\n" }.joined()
  }

  private func json() -> String {
    let objects = lines.map { line -> JSONText in
      var members: [(String, JSONText)] = [("time", .string(Self.stamp(line.time)))]
      if let device = line.device { members.append(("port", .integer(device))) }
      for (column, value) in zip(columns, line.values) {
        let json: JSONText =
          switch value {
          case .none: .null
          case .integer, .real: .number(value.shown)
          case .text(let text): .string(text)
          }
        members.append((column.name, json))
      }
      return .object(members)
    }
    return JSONText.array(objects).pretty() + "\n"
  }

  private static func stamp(_ time: Int64) -> String { HistoryTime.text(time, "%Y-%m-%dT%H:%M:%SZ", isUTC: true) }
}

extension HistoryValue {
  /// As many decimals as an eye wants of a mean.
  fileprivate func rounded(as unit: String?) -> String {
    guard case .real(let number) = self else { return shown }
    switch unit {
    case "W", "VA", "var", "Ah": return String(format: "%.0f", number)
    case "V", "A", "°C", "%", "Hz": return String(format: "%.1f", number)
    default: return String(format: "%.2f", number)
    }
  }

  /// As many decimals as it has.
  fileprivate var shown: String {
    switch self {
    case .none: ""
    case .integer(let number): String(number)
    case .real(let number): number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
    case .text(let text): text
    }
  }
}

// MARK: Charts

extension HistoryOutput {
  /// Columns of which there is nothing to draw.
  var undrawn: [String] {
    columns.indices.filter { index in !lines.contains { $0.values[index].number != nil } }.map { columns[$0].name }
  }

  private static let levels = Array("▁▂▃▄▅▆▇█")
  private static let height = 8

  /// A chart of each column that has numbers: as wide as the terminal, with gaps where there is nothing.
  func chart() -> String {
    let ports = Set(lines.map(\.device)).sorted { ($0 ?? -1) < ($1 ?? -1) }
    var text = ""
    for port in ports {
      let own = lines.filter { $0.device == port }
      for (index, column) in columns.enumerated() {
        let points = own.compactMap { line in line.values[index].number.map { (time: line.time, value: $0) } }
        guard let first = own.first?.time, let last = own.last?.time, !points.isEmpty else { continue }
        let title = column.name + (port.map { " of port \($0)" } ?? "") + (column.unit.map { ", \($0)" } ?? "")
        text += chart(title, points, first, last)
      }
    }
    return text
  }

  private func chart(_ title: String, _ points: [(time: Int64, value: Double)], _ first: Int64, _ last: Int64) -> String
  {
    let times = Set(points.map(\.time)).union([first, last])
    let step = zip(times.sorted().dropFirst(), times.sorted()).map { $0 - $1 }.min() ?? 1
    let width = min(Int((last - first) / max(step, 1)) + 1, max((Terminal.width ?? 80) - 12, 20))
    var sums = Array(repeating: (sum: 0.0, count: 0), count: width)
    for point in points {
      let place = last == first ? 0 : Int((point.time - first) * Int64(width - 1) / (last - first))
      sums[place].sum += point.value
      sums[place].count += 1
    }
    let values = sums.map { $0.count > 0 ? $0.sum / Double($0.count) : nil }
    let known = values.compactMap(\.self)
    let (lowest, high) = (known.min() ?? 0, known.max() ?? 0)
    // What never comes near zero would show as a wall.
    let base = lowest > high / 2 && lowest < high ? lowest - (high - lowest) / 4 : min(lowest, 0)
    let steps = Self.height * Self.levels.count
    let heights = values.map { $0.map { Int((($0 - base) / max(high - base, 1e-9) * Double(steps)).rounded()) } }
    var text = "\(title)\n"
    for line in (0..<Self.height).reversed() {
      let label = line == Self.height - 1 ? high : line == 0 ? base : nil
      let bars = heights.map { height -> Character in
        guard let height else { return " " }
        let filled = height - line * Self.levels.count
        // A value at the bottom is still one.
        if filled <= 0 { return line == 0 ? Self.levels[0] : " " }
        return Self.levels[min(filled, Self.levels.count) - 1]
      }
      let name = label.map { String(format: "%9.4g", $0) } ?? String(repeating: " ", count: 9)
      text += "\(name) \(line == 0 || line == Self.height - 1 ? "┤" : "│")\(String(bars))\n"
    }
    let begin = bin.text(first)
    let end = bin.text(last)
    let fill = max(width - begin.count - end.count, 1)
    return text + String(repeating: " ", count: 11) + begin
      + (first == last ? "" : String(repeating: " ", count: fill) + end) + "\n\n"
  }
}
