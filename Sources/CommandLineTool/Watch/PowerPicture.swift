/// The house as a picture: what gives power on the left, what takes it on the right, and the battery, which does both.
///
///     sun         1840 W ──▶──┐                  sun today 6.2 kWh
///     grid           0 W ─────┤                  grid today 0.0 kWh in, 0.0 kWh out
///     generator      0 W ─────┼──▶── house 1120 W
///     battery      720 W ──◀──┘  ██████████████░░░░░░ 78 %  50.6 V  charging
struct PowerPicture {
  private let values: [String: String]

  /// - Parameter house: the values of the device `house`, by name.
  init(_ house: [String: String]) { values = house }

  /// Nothing when none of it is known.
  func lines(width: Int, _ style: TextStyle) -> [String] {
    var sources: [(name: String, watts: Double, note: String)] = []
    if let sun = watts("solar_power") { sources.append(("sun", sun, today(("solar_energy_today", "")))) }
    if let bought = watts("grid_import_power") {
      let notes = today(("grid_import_energy_today", " in"), ("grid_export_energy_today", " out"))
      sources.append(("grid", bought - (watts("grid_export_power") ?? 0), notes))
    }
    if let generator = watts("generator_power") {
      sources.append(("generator", generator, today(("generator_energy_today", ""))))
    }
    let battery = watts("battery_power")
    let house = watts("load_power")
    guard !sources.isEmpty || battery != nil || house != nil else { return [] }
    let load = house.map { "──▶── house \(Int($0)) W" } ?? ""
    var lines: [String] = []
    for (index, source) in sources.enumerated() {
      let isLast = index == sources.count - 1
      let corner = index == 0 ? "┐" : "┤"
      let joint = isLast && !load.isEmpty ? (index == 0 ? "┬" : "┼") : corner
      let line = branch(source.name, source.watts) + joint + (isLast ? load : "")
      let start = line + padding(line, to: 48)
      // Where there is no room for all of a note, it goes without its name, or is left out.
      let notes = source.note.isEmpty ? [] : ["\(source.name) \(source.note)", source.note]
      lines.append(notes.first { start.count + $0.count <= width }.map { start + style.dim($0) } ?? line)
    }
    let joint = sources.isEmpty ? (load.isEmpty ? " " : "─" + load) : "┘"
    // Positive charges: seen from the house the battery then takes.
    let known = battery.map { branch("battery", -$0) } ?? "  battery" + String(repeating: " ", count: 22)
    lines.append(known + joint + "  " + charge(width - known.count - joint.count - 2, style))
    return lines.map { cut($0, to: width, style) }
  }

  private func charge(_ room: Int, _ style: TextStyle) -> String {
    var parts: [String] = []
    if let percent = number("state_of_charge") {
      // Beside it stand up to "100 %  57.5 V  discharging".
      let length = min(20, max(0, room - 27))
      let full = Int((min(max(percent, 0), 100) / 100 * Double(length)).rounded())
      let bar = String(repeating: "█", count: full) + String(repeating: "░", count: length - full)
      parts.append((percent < 40 ? style.alarm(bar) : bar) + (length > 0 ? " " : "") + "\(Int(percent)) %")
    }
    if let volts = values["battery_voltage"], Double(volts) != nil { parts.append("\(volts) V") }
    if let direction = values["battery_direction"], direction != "None" { parts.append(direction) }
    return parts.joined(separator: "  ")
  }

  /// The way of a source's power, which may also run backwards.
  private func branch(_ name: String, _ watts: Double) -> String {
    let number = "\(Int(abs(watts))) W"
    let arrow = watts > 0 ? "──▶──" : (watts < 0 ? "──◀──" : "─────")
    return "  \(name)\(String(repeating: " ", count: max(1, 20 - name.count - number.count)))\(number) \(arrow)"
  }

  private func today(_ fields: (name: String, word: String)...) -> String {
    let parts = fields.compactMap { field -> String? in
      guard let energy = values[field.name], Double(energy) != nil else { return nil }
      return "\(energy) kWh\(field.word)"
    }
    return parts.isEmpty ? "" : "today " + parts.joined(separator: ", ")
  }

  private func watts(_ name: String) -> Double? { number(name) }

  /// What comes from a broker may be anything; no house has gigawatts.
  private func number(_ name: String) -> Double? {
    values[name].flatMap(Double.init).flatMap { abs($0) < 1e9 ? $0 : nil }
  }

  private func padding(_ line: String, to column: Int) -> String {
    String(repeating: " ", count: max(1, column - line.count))
  }

  /// What is coloured is only cut where that hurts nothing.
  private func cut(_ line: String, to width: Int, _ style: TextStyle) -> String {
    style.isColored || line.count <= width ? line : String(line.prefix(width))
  }
}
