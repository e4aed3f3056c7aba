/// Why the server did not do what was asked of it.
package struct PostgresProblem: Error, Sendable, CustomStringConvertible {
  /// Five characters that say what it is, as PostgreSQL's manual lists them; nil when it did not come from the server.
  let state: String?
  package let description: String
  /// Whether it is not expected to go away by itself.
  let isLasting: Bool

  init(_ description: String, state: String? = nil, isLasting: Bool? = nil) {
    self.description = description
    self.state = state
    // Wrong users, passwords and databases, missing rights.
    self.isLasting = isLasting ?? state.map { $0.hasPrefix("28") || $0 == "3D000" || $0 == "42501" } ?? false
  }

  /// What has to be done about it.
  enum Remedy {
    /// Wait, connect, see what there is, and try again: the server is away, full, in recovery, read-only or busy, tables
    /// are not as they were, or somebody must do something.
    case wait
    /// The server does not take what is in a row.
    case row
  }

  var remedy: Remedy {
    // Bad data, broken rules; a trigger's own objection.
    ["22", "23", "P0"].contains(state?.prefix(2)) ? .row : .wait
  }
}
