package import Foundation

/// What the ledger keeps of a write before it is sent.
package struct WriteIntent: Sendable, Hashable, Codable {
  package enum Origin: String, Sendable, Hashable, Codable {
    case command
    /// The end of a timed command.
    case revert
  }

  /// Rises with every write of this state directory.
  package var number: Int
  package var at: Date
  package var origin: Origin
  /// The topic, or the program, that asked for it.
  package var who: String
  package var id: String?
  /// What was asked for, as it was given: a repetition of the id asks for the same.
  package var asked: String?
  package var block: PinKey
  package var field: String
  package var address: Int
  /// Words of the field before, empty when it can't be read.
  package var before: [UInt16]
  package var words: [UInt16]
  /// What was compared, as `device/port.field`.
  package var evidence: [String]
  /// True for what no cap counts: releases, restorations and reverts.
  package var isFree: Bool
  /// The command of several settings that this is one of; nil for a command of its own.
  package var several: Several?

  /// What must be known of a command of several settings after a crash.
  package struct Several: Sendable, Hashable, Codable {
    /// Which command, as long as this state directory lasts.
    package var command: UUID
    /// The settings that were to follow, as `device/port/field`.
    package var following: [String]

    package init(command: UUID, following: [String]) {
      self.command = command
      self.following = following
    }
  }

  package init(
    number: Int, at: Date, origin: Origin, who: String, id: String?, asked: String? = nil, block: PinKey, field: String,
    address: Int,
    before: [UInt16], words: [UInt16], evidence: [String], isFree: Bool, several: Several? = nil
  ) {
    self.number = number
    self.at = at
    self.origin = origin
    self.who = who
    self.id = id
    self.asked = asked
    self.block = block
    self.field = field
    self.address = address
    self.before = before
    self.words = words
    self.evidence = evidence
    self.isFree = isFree
    self.several = several
  }
}

/// What became of a write.
package struct WriteEnd: Sendable, Hashable, Codable {
  package var number: Int
  package var at: Date
  package var status: String
  package var code: String
  package var read: [UInt16]
  /// How the command of several settings ended of which this is the last that was written; nil before that.
  package var answer: Answer?

  package struct Answer: Sendable, Hashable, Codable {
    package var status: String
    package var code: String
    package var reason: String

    package init(_ outcome: WriteOutcome) {
      status = outcome.status.rawValue
      code = outcome.code.rawValue
      reason = outcome.reason
    }
  }

  package init(number: Int, at: Date, status: String, code: String, read: [UInt16]) {
    self.number = number
    self.at = at
    self.status = status
    self.code = code
    self.read = read
  }
}

/// A line of the ledger.
package enum LedgerEntry: Sendable, Hashable, Codable {
  case intent(WriteIntent)
  case end(WriteEnd)
}

/// Where writes are put down before they are sent. An implementation returns only when the line is on the disk.
package protocol WriteLedger: Sendable {
  /// - Returns: the number given to the write.
  func begin(_ intent: WriteIntent) throws -> Int
  func end(_ end: WriteEnd) throws
}

/// A ledger that keeps nothing, for dry runs and tests.
package struct NoLedger: WriteLedger {
  package init() {}
  package func begin(_ intent: WriteIntent) throws -> Int { intent.number }
  package func end(_ end: WriteEnd) throws {}
}
