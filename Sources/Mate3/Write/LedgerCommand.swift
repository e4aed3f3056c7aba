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

  /// What was written and what not, in a sentence. Of what was under way the read words tell, where they are given.
  package func account(now words: [UInt16]? = nil) -> String {
    var lists: [(String, [String])] = [("written", []), ("not written", []), ("perhaps written", [])]
    for (intent, end) in writes {
      let name = "\(intent.block)/\(intent.field)"
      switch end.flatMap({ WriteOutcome.Status(rawValue: $0.status) }) {
      case .accepted, .unchanged: lists[0].1.append(name)
      case .rejected, .failed: lists[1].1.append(name)
      case .unconfirmed where end?.code == "found_written": lists[0].1.append(name)
      case .unconfirmed where end?.code == "found_not_written": lists[1].1.append(name)
      case .unconfirmed, nil:
        let index = words.map { $0.isEmpty ? 2 : $0 == intent.words ? 0 : 1 } ?? 2
        lists[index].1.append(name)
      }
    }
    lists[1].1 += last?.intent.several?.following ?? []
    return lists.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }.joined(separator: "; ")
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
