package import History

extension HistoryReader {
  /// Something that happened, to be marked in a chart.
  package struct Mark: Sendable {
    package enum Kind: String, Sendable {
      case event, command
    }

    package let time: Int64
    package let kind: Kind
    /// The event, or the field that was written.
    package let name: String
    package let text: String
  }

  /// Events and commands of a time, the newest of them when there are more than `limit` of a kind.
  package func marks(in range: Range<Int64>, limit: Int) throws(HistoryProblem) -> [Mark] {
    try read { () throws(DatabaseError) in
      var marks: [Mark] = []
      let bounds: [HistoryValue] = [.integer(range.lowerBound), .integer(range.upperBound), .integer(Int64(limit))]
      try database.rows(
        "SELECT time, event, message FROM event WHERE time >= ? AND time < ? ORDER BY time DESC LIMIT ?", bounds
      ) { marks.append(Mark(time: $0.integer(0), kind: .event, name: $0.string(1), text: $0.string(2))) }
      try database.rows(
        """
        SELECT time, device || '/' || port || '/' || field, coalesce(asked, ''), coalesce(status, '') FROM command
        WHERE time >= ? AND time < ? ORDER BY time DESC LIMIT ?
        """, bounds
      ) {
        let text = [$0.string(2), $0.string(3)].filter { !$0.isEmpty }.joined(separator: ": ")
        marks.append(Mark(time: $0.integer(0), kind: .command, name: $0.string(1), text: text))
      }
      return marks.sorted { $0.time < $1.time }
    }
  }
}
