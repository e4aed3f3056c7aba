import Foundation
import Registry

/// The whole terminal, drawn over at each reading: what is wrong, the house, the devices, the last command.
struct LiveScreen: WatchOutput {
  private let title: String
  private let hints: [String]
  private let style = TextStyle(isColored: Terminal.hasColor)
  private let output: LineWriter
  private let curves = Curves()

  init(_ title: String, hints: [String] = [], _ output: LineWriter) {
    self.title = title
    self.hints = hints
    self.output = output
    // The alternate screen, without a cursor.
    output.add("\u{1B}[?1049h\u{1B}[?25l")
  }

  func show(_ frame: WatchFrame) {
    let time = Date().formatted(Date.VerbatimFormatStyle.clock)
    curves.add(frame.house)
    draw(
      Self.lines(
        frame, curves: curves.lines(width: Terminal.width ?? 80),
        head: style.bold(title) + style.dim("  \(time)  Ctrl-C ends"), hints: hints, width: Terminal.width ?? 80,
        height: Terminal.height - 1, style))
  }

  /// Where there is too little room the devices give way: what is wrong and the house stay.
  static func lines(
    _ frame: WatchFrame, curves: [String] = [], head: String, hints: [String], width: Int, height: Int,
    _ style: TextStyle
  ) -> [String] {
    var top = [head]
    for alert in frame.alerts { top.append(style.alarm(cut("! " + Terminal.plain(alert), to: width))) }
    let picture = PowerPicture(frame.house).lines(width: width, style)
    if !picture.isEmpty { top += [""] + picture }
    // A low window has the devices in their place.
    if !curves.isEmpty, height >= 24 { top += [""] + curves.map { style.dim($0) } }
    var bottom: [String] = []
    if let command = frame.command { bottom += ["", cut("last command: " + Terminal.plain(command), to: width)] }
    if !hints.isEmpty { bottom += [""] + hints.map { style.dim(Terminal.plain($0)) } }
    var devices = frame.rows.flatMap { [""] + device($0, width: width, style) }
    let room = max(0, height - top.count - bottom.count)
    if devices.count > room {
      devices = Array(devices.prefix(max(0, room - 1))) + [style.dim("… a higher window shows more")]
    }
    return Array((top + devices + bottom).prefix(height))
  }

  private static func device(_ row: WatchState.Row, width: Int, _ style: TextStyle) -> [String] {
    var lines = [style.bold("\(row.device)")]
    var line = ""
    var used = 0
    for value in row.values {
      let plain = "\(value.field.name.replacing("_", with: " ")) \(value.text)"
      if used > 0, used + plain.count + 3 > width {
        lines.append(line)
        (line, used) = ("", 0)
      }
      line += (used == 0 ? "  " : "   ") + (value.isProblem ? style.alarm(plain) : plain)
      used += plain.count + 3
    }
    if used > 0 { lines.append(line) }
    return lines
  }

  private static func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
  }

  func fail(_ reason: String) {
    draw([style.bold(title), "", style.alarm(Terminal.plain(reason)), "", "Trying again."])
  }

  func end() { output.add("\u{1B}[?25h\u{1B}[?1049l") }

  private func draw(_ lines: [String]) {
    let shown = lines.prefix(max(1, Terminal.height - 1))
    output.add("\u{1B}[H" + shown.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
  }
}

extension Date.VerbatimFormatStyle {
  /// The time of day here, with 24 hours.
  fileprivate static var clock: Date.VerbatimFormatStyle {
    Date.VerbatimFormatStyle(
      format:
        "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits)",
      timeZone: .current, calendar: Calendar(identifier: .gregorian))
  }
}
