import Foundation
import Glibc

/// What standard output is.
enum Terminal {
  static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }
  static var isInput: Bool { isatty(STDIN_FILENO) == 1 }

  /// Columns of the terminal; nil when the output goes elsewhere.
  static var width: Int? {
    guard isOutput else { return nil }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  static var height: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
    return Int(size.ws_row)
  }

  /// Whether colours are wanted (no-color.org).
  static var hasColor: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isOutput && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
  }

  /// Text without anything that could steer the terminal: device texts come from outside.
  static func plain(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }))
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  }
}

/// How text stands out on a terminal; plain elsewhere.
struct TextStyle {
  let isColored: Bool

  func bold(_ text: String) -> String { isColored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
  func dim(_ text: String) -> String { isColored ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
  func alarm(_ text: String) -> String { isColored ? "\u{1B}[31m\(text)\u{1B}[0m" : text }
}

/// Columns that are as wide as their widest cell; the last is cut at the terminal's edge.
struct TextTable {
  private var rows: [[String]] = []
  private let width: Int?

  init(width: Int?) { self.width = width }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// - Parameter style: takes a cell, padded, with its row and column.
  func lines(_ style: (String, Int, Int) -> String = { text, _, _ in text }) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.compactMap { $0.count > column ? $0[column].count : nil }.max() ?? 0
    }
    return rows.enumerated().map { index, row in
      var line = ""
      var used = 0
      for (column, cell) in row.enumerated() {
        var text = cell
        let isLast = column == row.count - 1
        if isLast {
          if let width, used + text.count > width { text = Self.cut(text, to: width - used) }
        } else {
          text += String(repeating: " ", count: widths[column] - text.count + 2)
        }
        used += text.count
        line += text.isEmpty ? "" : style(text, index, column)
      }
      return isTrimmed(line)
    }
  }

  private func isTrimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line = line.dropLast() }
    return String(line)
  }

  private static func cut(_ text: String, to width: Int) -> String {
    width < 2 ? "" : String(text.prefix(width - 1)) + "…"
  }
}
