/// What happened in many sequences.
struct OracleTotals: CustomStringConvertible {
  var sequences = 0
  var commands = 0
  var scans = 0
  var writes = 0
  var ends = 0
  var timed = 0
  /// Timed commands whose field was looked at after their time.
  var endsChecked = 0
  /// Commands that had to be taken, and were.
  var calmCommands = 0
  /// Writes that reached another device of which nothing on the wire could tell.
  var undetectable = 0
  /// Writes that reached another device by a change after the last read before them.
  var afterLastRead = 0
  var changedDuringWrite = 0
  var restarts = 0
  var outcomes: [String: Int] = [:]
  var endOutcomes: [String: Int] = [:]
  /// Of commands of several settings.
  var setOutcomes: [String: Int] = [:]
  var events: [String: Int] = [:]

  mutating func add(_ other: OracleTotals) {
    sequences += other.sequences
    commands += other.commands
    scans += other.scans
    writes += other.writes
    ends += other.ends
    timed += other.timed
    endsChecked += other.endsChecked
    calmCommands += other.calmCommands
    undetectable += other.undetectable
    afterLastRead += other.afterLastRead
    changedDuringWrite += other.changedDuringWrite
    restarts += other.restarts
    outcomes.merge(other.outcomes, uniquingKeysWith: +)
    endOutcomes.merge(other.endOutcomes, uniquingKeysWith: +)
    setOutcomes.merge(other.setOutcomes, uniquingKeysWith: +)
    events.merge(other.events, uniquingKeysWith: +)
  }

  var description: String {
    func list(_ counts: [String: Int]) -> String {
      counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
    return "\(sequences) sequences, \(commands) commands, \(writes) writes, of them \(ends) ends; \(scans) scans, "
      + "\(restarts) restarts; \(timed) timed, \(endsChecked) ends looked at; \(calmCommands) commands had to be taken; "
      + "to another device: \(undetectable) undetectable, \(afterLastRead) by a change after the last read, "
      + "\(changedDuringWrite) found; answers: \(list(outcomes)); ends: \(list(endOutcomes)); several settings: \(list(setOutcomes)); events: \(list(events))"
  }
}
