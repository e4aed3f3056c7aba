import Foundation

/// A command of several settings, as the ledger tells of it after a restart.
package struct LedgerCommand: Sendable {
  package private(set) var writes: [(intent: WriteIntent, end: WriteEnd?)]

  /// The write that came last.
  package var last: (intent: WriteIntent, end: WriteEnd?)? { writes.last }

  /// How it ended; nil when the bridge was stopped before that was put down.
  package var answer: WriteEnd.Answer? { last?.end?.answer }

  /// Whether a stop of the bridge came in between, so that nobody was told how it ended.
  package var isCut: Bool {
    guard let (intent, end) = last, end?.answer == nil else { return false }
    return end == nil || !(intent.several?.following.isEmpty ?? true)
  }

  /// Takes what became of the write that came last.
  package mutating func end(_ end: WriteEnd) {
    guard !writes.isEmpty else { return }
    writes[writes.count - 1].end = end
  }

  /// How it ended, as far as these lines tell.
  package var outcome: WriteOutcome {
    let known = told
    var outcome = WriteOutcome(.accepted, .ok, "")
    if !known.perhaps.isEmpty {
      outcome = WriteOutcome(.unconfirmed, .incomplete, "")
    } else if !known.not.isEmpty {
      outcome = WriteOutcome(.failed, .incomplete, "")
    }
    outcome.reason = account
    return outcome
  }

  /// What was written and what not, in a sentence.
  package var account: String {
    let known = told
    return [("written", known.written), ("not written", known.not), ("perhaps written", known.perhaps)]
      .filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }.joined(separator: "; ")
  }

  private var told: (written: [String], not: [String], perhaps: [String]) {
    var told: (written: [String], not: [String], perhaps: [String]) = ([], [], [])
    for (intent, end) in writes {
      let name = "\(intent.block)/\(intent.field)"
      switch end?.told {
      case .accepted, .unchanged: told.written.append(name)
      case .rejected, .failed: told.not.append(name)
      case .unconfirmed, nil: told.perhaps.append(name)
      }
    }
    told.not += last?.intent.several?.following ?? []
    return told
  }
}

extension WriteEnd {
  /// Codes of a write that a crash had left open, by what the register held afterwards.
  package static let foundWritten = "found_written"
  package static let foundNotWritten = "found_not_written"
  package static let notReadable = "not_readable"

  /// The line of a write that a crash had left open, made of what the register holds afterwards.
  package init(resolving intent: WriteIntent, now words: [UInt16]) {
    self.init(
      number: intent.number, at: Date(), status: WriteOutcome.Status.unconfirmed.rawValue,
      code: words.isEmpty ? Self.notReadable : words == intent.words ? Self.foundWritten : Self.foundNotWritten,
      read: words)
  }

  /// How the write ended for who asked for it; nil when that can't be told.
  package var told: WriteOutcome.Status? {
    switch code {
    case Self.foundWritten: .accepted
    case Self.foundNotWritten: .failed
    default: WriteOutcome.Status(rawValue: status)
    }
  }
}

extension [LedgerEntry] {
  /// The commands of several settings among these lines, in their order.
  package var commands: [LedgerCommand] {
    var ends: [Int: WriteEnd] = [:]
    for case .end(let end) in self { ends[end.number] = end }
    var order: [UUID] = []
    var writes: [UUID: [(WriteIntent, WriteEnd?)]] = [:]
    for case .intent(let intent) in self {
      guard let command = intent.several?.command else { continue }
      if writes[command] == nil { order.append(command) }
      writes[command, default: []].append((intent, ends[intent.number]))
    }
    return order.compactMap { writes[$0].map(LedgerCommand.init) }
  }
}

extension LedgerCommand {
  fileprivate init(_ writes: [(WriteIntent, WriteEnd?)]) { self.init(writes: writes.map { (intent: $0.0, end: $0.1) }) }
}
