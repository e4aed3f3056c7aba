public import Foundation

/// What the ledger keeps of a write before it is sent.
public struct WriteIntent: Sendable, Hashable, Codable {
  public enum Origin: String, Sendable, Hashable, Codable {
    case command
    /// The end of a timed command.
    case revert
  }

  /// Rises with every write of this state directory.
  public var number: Int
  public var at: Date
  public var origin: Origin
  /// The topic, or the program, that asked for it.
  public var who: String
  public var id: String?
  /// What was asked for, as it was given: a repetition of the id asks for the same.
  public var asked: String?
  public var block: PinKey
  public var field: String
  public var address: Int
  /// Words of the field before, empty when it can't be read.
  public var before: [UInt16]
  public var words: [UInt16]
  /// What was compared, as `device/port.field`.
  public var evidence: [String]
  /// True for what no cap counts: releases, restorations and reverts.
  public var isFree: Bool

  public init(
    number: Int, at: Date, origin: Origin, who: String, id: String?, asked: String? = nil, block: PinKey, field: String,
    address: Int,
    before: [UInt16], words: [UInt16], evidence: [String], isFree: Bool
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
  }
}

/// What became of a write.
public struct WriteEnd: Sendable, Hashable, Codable {
  public var number: Int
  public var at: Date
  public var status: String
  public var code: String
  public var read: [UInt16]

  public init(number: Int, at: Date, status: String, code: String, read: [UInt16]) {
    self.number = number
    self.at = at
    self.status = status
    self.code = code
    self.read = read
  }
}

/// A line of the ledger.
public enum LedgerEntry: Sendable, Hashable, Codable {
  case intent(WriteIntent)
  case end(WriteEnd)
}

/// Where writes are put down before they are sent. An implementation returns only when the line is on the disk.
public protocol WriteLedger: Sendable {
  /// - Returns: the number given to the write.
  func begin(_ intent: WriteIntent) throws -> Int
  func end(_ end: WriteEnd) throws
}

/// A ledger that keeps nothing, for dry runs and tests.
public struct NoLedger: WriteLedger {
  public init() {}
  public func begin(_ intent: WriteIntent) throws -> Int { intent.number }
  public func end(_ end: WriteEnd) throws {}
}
