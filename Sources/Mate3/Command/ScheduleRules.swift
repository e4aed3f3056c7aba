import FieldCodec
package import RegisterIO
import Registry

/// What must hold between the schedules of a gateway, judged by the registers as they would be.
///
/// The MATE3's manual (900-0117-01-00 Rev C, pages 124 and 125): of Grid Use Time, high battery transfer and the inverters'
/// Mini Grid mode no two can be used together, and a window whose start is its stop does nothing.
package struct ScheduleRules: Sendable {
  private let gateway: PlacedBlock
  /// The input modes of the inverters.
  private let inputs: [(field: FieldDefinition, range: RegisterRange)]

  private static let prefixes = ["grid_use_interval_", "ags_quiet_time_", "ags_must_run_", "sched_"]
  private static let modes = ["hbx_mode", "grid_input_mode"]

  /// Nil where none of the fields has to do with schedules.
  package init?(_ layout: SystemLayout, changing fields: [String]) {
    guard
      fields.contains(where: { name in Self.modes.contains(name) || Self.prefixes.contains(where: name.hasPrefix) }),
      let gateway = layout.block(kind: .gateway)
    else { return nil }
    self.gateway = gateway
    inputs = layout.blocks.compactMap { block in
      guard let field = block.definition.field("grid_input_mode"), let range = block.range(of: field) else {
        return nil
      }
      return (field, range)
    }
  }

  package var reads: [RegisterRange] {
    let names = Schedule.all.flatMap { $0.members.map(\.field) } + ["hbx_mode"]
    return names.compactMap { gateway.definition.target($0).flatMap(gateway.range(of:)) } + inputs.map(\.range)
  }

  /// What is wrong with these registers, a sentence each.
  package func problems(_ word: (Int) -> UInt16?) -> Set<String> {
    var problems: Set<String> = []
    let uses = (1...3).filter { isOn("grid_use_interval_\($0)_mode", word) }
    for (index, one) in uses.enumerated() {
      for other in uses[(index + 1)...] where overlap(Self.use(one), Self.use(other), "weekday", word) {
        problems.insert("grid use intervals \(one) and \(other) overlap on weekdays")
      }
    }
    if isOn("ags_quiet_time_mode", word), isOn("ags_must_run_mode", word) {
      for day in ["weekday", "weekend"] where overlap("ags_quiet_time", "ags_must_run", day, word) {
        problems.insert("the generator would have to run in its quiet time on \(day)s")
      }
    }
    let modes = (1...3).filter { (number("sched_\($0)_ac_mode", word) ?? -1) >= 0 }
    for (index, one) in modes.enumerated() {
      for other in modes[(index + 1)...] {
        guard let time = words("sched_\(one)_ac_mode_time", word), time == words("sched_\(other)_ac_mode_time", word)
        else { continue }
        problems.insert("input modes \(one) and \(other) would begin at the same time")
      }
    }
    let isMiniGrid =
      modes.contains { number("sched_\($0)_ac_mode", word) == Self.miniGrid }
      || inputs.contains { $0.field.rawNumber(read($0.range, word) ?? []) == Self.miniGrid }
    let isTransfer = (number("hbx_mode", word) ?? 0) > 0
    if !uses.isEmpty, isTransfer {
      problems.insert("grid use intervals and high battery transfer (hbx_mode) exclude one another")
    }
    if !uses.isEmpty, isMiniGrid {
      problems.insert("grid use intervals and the input mode mini_grid exclude one another")
    }
    if isTransfer, isMiniGrid {
      problems.insert("high battery transfer (hbx_mode) and the input mode mini_grid exclude one another")
    }
    return problems
  }

  private static let miniGrid: Int64 = 5
  private static func use(_ number: Int) -> String { "grid_use_interval_\(number)" }

  private func read(_ range: RegisterRange, _ word: (Int) -> UInt16?) -> [UInt16]? {
    let words = (range.start..<range.end).compactMap(word)
    return words.count == range.count ? words : nil
  }

  private func words(_ name: String, _ word: (Int) -> UInt16?) -> [UInt16]? {
    gateway.definition.target(name).flatMap(gateway.range(of:)).flatMap { read($0, word) }
  }

  private func number(_ name: String, _ word: (Int) -> UInt16?) -> Int64? {
    guard let field = gateway.definition.field(name), let words = words(name, word),
      field.decode(words, scaleWord: nil).isPresent
    else { return nil }
    return field.rawNumber(words)
  }

  private func isOn(_ name: String, _ word: (Int) -> UInt16?) -> Bool { number(name, word) == 1 }

  private func overlap(_ one: String, _ other: String, _ day: String, _ word: (Int) -> UInt16?) -> Bool {
    let (left, right) = (minutes("\(one)_\(day)_window", word), minutes("\(other)_\(day)_window", word))
    return left.contains { part in right.contains { part.overlaps($0) } }
  }

  /// The minutes of the day of a window, in two parts where it goes over midnight.
  private func minutes(_ name: String, _ word: (Int) -> UInt16?) -> [Range<Int>] {
    guard let words = words(name, word), words.count == 4 else { return [] }
    let (start, stop) = (Int(words[0]) * 60 + Int(words[1]), Int(words[2]) * 60 + Int(words[3]))
    guard max(start, stop) < 1440 else { return [] }
    return start <= stop ? [start..<stop].filter { !$0.isEmpty } : [start..<1440, 0..<stop].filter { !$0.isEmpty }
  }
}
