import FieldCodec
import RegisterIO
import Registry

/// What must hold between the schedules of a gateway, judged by the registers as they would be.
///
/// The MATE3's manual (900-0117-01-00 Rev C, pages 124 and 125): of Grid Use Time, high battery transfer and the inverters'
/// Mini Grid mode no two can be used together, and a window whose start is its stop does nothing.
struct ScheduleRules: Sendable {
  private let gateway: PlacedBlock
  /// The input modes of the inverters.
  private let inputs: [(block: PlacedBlock, field: FieldDefinition, range: RegisterRange)]

  private static let prefixes = ["grid_use_interval_", "ags_quiet_time_", "ags_must_run_", "sched_"]
  private static let modes = ["hbx_mode", "grid_input_mode"]

  /// Nil where the field has nothing to do with schedules.
  init?(_ layout: SystemLayout, changing field: FieldDefinition) {
    guard Self.modes.contains(field.name) || Self.prefixes.contains(where: field.name.hasPrefix),
      let gateway = layout.block(kind: .gateway)
    else { return nil }
    self.gateway = gateway
    inputs = layout.blocks.compactMap { block in
      guard let field = block.definition.field("grid_input_mode"), let range = block.range(of: field) else {
        return nil
      }
      return (block, field, range)
    }
  }

  var devices: [DeviceKey] { [gateway.key] + inputs.map(\.block.key) }

  /// The gateway's fields that are looked at, each with its registers.
  private var own: [(field: String, range: RegisterRange)] {
    (Schedule.all.flatMap { $0.members.map(\.field) } + ["hbx_mode"]).compactMap { name in
      gateway.definition.target(name).flatMap(gateway.range(of:)).map { (name, $0) }
    }
  }

  /// What must be read, with the headers that show that the inverters still stand there.
  var reads: [RegisterRange] {
    own.map(\.range)
      + inputs.flatMap { [$0.range, $0.block.header].compactMap(\.self) }
  }

  /// Whether another block stands where an inverter was seen last.
  func isMoved(_ read: (RegisterRange) -> [UInt16]?) -> Bool { inputs.contains { $0.block.isMoved(read) } }

  /// Why words may not go to a range as the schedules stand, or nil. What is wrong already may stay so.
  func refusal(_ words: [UInt16], to range: RegisterRange, _ word: (Int) -> UInt16?) -> CommandRefusal? {
    // Other words than this are how a schedule that is off may look.
    func isSettling(_ other: RegisterRange) -> Bool {
      !(other.start < range.end && range.start < other.end)
        && (other.start..<other.end).contains { word($0) == 0x8000 }
    }
    if let (field, _) = own.first(where: { isSettling($0.range) }) { return .notKnown(field, of: gateway.key) }
    if let (block, field, _) = inputs.first(where: { isSettling($0.range) }) {
      return .notKnown(field.name, of: block.key)
    }
    let next = problems { address in
      (range.start..<range.end).contains(address) ? words[address - range.start] : word(address)
    }
    guard let problem = next.subtracting(problems(word)).min() else { return nil }
    return CommandRefusal(.crossField, "\(problem), afterwards or on the way; change or switch off the other one first")
  }

  /// What is wrong with these registers, a sentence each.
  private func problems(_ word: (Int) -> UInt16?) -> Set<String> {
    var problems: Set<String> = []
    let uses = (1...3).filter { isOn("grid_use_interval_\($0)_mode", word) }
    for (index, one) in uses.enumerated() {
      for other in uses[(index + 1)...] {
        for when in overlaps("grid_use_interval_\(one)", "grid_use_interval_\(other)", word) {
          problems.insert("grid use intervals \(one) and \(other) overlap \(when)")
        }
      }
    }
    if isOn("ags_quiet_time_mode", word), isOn("ags_must_run_mode", word) {
      for when in overlaps("ags_quiet_time", "ags_must_run", word) {
        problems.insert("the generator would have to run in its quiet time \(when)")
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

  /// When two schedules are in force at the same time, in words.
  private func overlaps(_ one: String, _ other: String, _ word: (Int) -> UInt16?) -> Set<String> {
    var found: Set<String> = []
    for day in Self.days {
      for another in Self.days {
        let (left, right) = (spans(one, day, word), spans(other, another, word))
        guard left.contains(where: { part in right.contains { part.overlaps($0) } }) else { continue }
        found.insert(
          day.name == another.name ? "on \(day.name)s" : "over the midnight between weekend and working week")
      }
    }
    return found
  }

  /// Days of the week from Monday on.
  private static let days = [(name: "weekday", numbers: 0..<5), (name: "weekend", numbers: 5..<7)]
  private static let day = 1440

  /// The minutes of the week in which a window is open, from Monday on. One over midnight is that of the day on which it
  /// begins, also where the next is of another kind.
  private func spans(
    _ name: String, _ days: (name: String, numbers: Range<Int>), _ word: (Int) -> UInt16?
  ) -> [Range<Int>] {
    guard let words = words("\(name)_\(days.name)_window", word), words.count == 4 else { return [] }
    let (start, stop) = (Int(words[0]) * 60 + Int(words[1]), Int(words[2]) * 60 + Int(words[3]))
    guard max(start, stop) < Self.day, start != stop else { return [] }
    let length = (stop - start + Self.day) % Self.day
    return days.numbers.flatMap { number -> [Range<Int>] in
      let begin = number * Self.day + start
      let (end, week) = (begin + length, 7 * Self.day)
      return end <= week ? [begin..<end] : [begin..<week, 0..<end - week]
    }
  }
}
