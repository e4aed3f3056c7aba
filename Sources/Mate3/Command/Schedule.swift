/// A schedule of the gateway as one value: windows of the day, or modes that begin at times.
package struct Schedule: Sendable, Hashable {
  /// A key of its JSON, and the field behind it.
  package struct Member: Sendable, Hashable {
    package let key: String
    package let field: String
    /// Whether it is true or false there, and `enabled` or `disabled` here.
    package let isSwitch: Bool
  }

  /// What its topic is called.
  package let name: String
  /// For people, as the register map has them for fields.
  package let label: String
  package let summary: String
  /// By the key that its JSON has for each; without one where there is one alone.
  package let entries: [(key: String?, members: [Member])]

  package static let block = "gateway"

  package static let all: [Schedule] = [
    Schedule(
      "grid_use_schedule", "Grid use schedule", "When the system may use the grid.",
      (1...3).map { ("\($0)", windows("grid_use_interval_\($0)", $0 == 1 ? ["weekday", "weekend"] : ["weekday"])) }),
    Schedule(
      "ags_quiet_time_schedule", "Generator quiet time schedule", "When the generator stays off.",
      [(nil, windows("ags_quiet_time", ["weekday", "weekend"]))]),
    Schedule(
      "ags_must_run_schedule", "Generator must-run schedule", "When the generator runs.",
      [(nil, windows("ags_must_run", ["weekday", "weekend"]))]),
    Schedule(
      "ac_mode_schedule", "Input mode schedule", "When the inputs change their mode.",
      (1...3).map { number in
        (
          "\(number)",
          [
            Member(key: "mode", field: "sched_\(number)_ac_mode", isSwitch: false),
            Member(key: "at", field: "sched_\(number)_ac_mode_time", isSwitch: false),
          ]
        )
      }),
  ]

  private init(
    _ name: String, _ label: String, _ summary: String, _ entries: [(key: String?, members: [Member])]
  ) {
    self.name = name
    self.label = label
    self.summary = summary
    self.entries = entries
  }

  private static func windows(_ name: String, _ days: [String]) -> [Member] {
    [Member(key: "enabled", field: "\(name)_mode", isSwitch: true)]
      + days.map { Member(key: $0, field: "\(name)_\($0)_window", isSwitch: false) }
  }

  package static func named(_ name: String) -> Schedule? {
    name.hasSuffix("_schedule") ? all.first { $0.name == name } : nil
  }

  /// Whether a field says whether its part of a schedule is in force.
  static func isMode(_ field: String) -> Bool {
    all.contains { $0.entries.contains { $0.members.first?.field == field } }
  }

  package var members: [Member] { entries.flatMap(\.members) }

  package static func == (left: Schedule, right: Schedule) -> Bool { left.name == right.name }
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
