/// What of the history is kept, and for how long.
package struct HistorySettings: Sendable, Equatable {
  package var isOn = true
  /// What a row stands for.
  package var interval = Duration.seconds(60)
  /// How often is written to the disk.
  package var writeInterval = Duration.seconds(60)
  package var keepsRecorded = Duration.seconds(30 * 86400)
  package var keepsFiveMinutes = Duration.seconds(365 * 86400)
  /// Most megabytes on the disk.
  package var maxSize = 512
  /// A PostgreSQL server that gets every row too.
  package var postgres: PostgresURL?
  package var usesHypertables = false

  package init() {}
}
