/// The documented values of an enumerated register.
public final class Enumeration: Sendable {
  /// A documented value.
  public struct Entry: Sendable, Hashable {
    /// The number in the register; negative only for signed registers.
    public let value: Int
    /// `[a-z0-9_]+`.
    public let label: String
    /// Name for people.
    public let title: String
  }

  /// Name of the table in the register map.
  public let name: String
  /// In order of value.
  public let entries: [Entry]
  private let byValue: [Int: Entry]
  private let byLabel: [String: Entry]

  init(name: String, entries: [Entry]) {
    self.name = name
    self.entries = entries.sorted { $0.value < $1.value }
    byValue = Dictionary(entries.map { ($0.value, $0) }, uniquingKeysWith: { first, _ in first })
    byLabel = Dictionary(entries.map { ($0.label, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The entry of a number, or nil when no document explains it.
  public func entry(_ value: Int) -> Entry? { byValue[value] }

  /// The entry with a label, or nil.
  public func entry(labelled label: String) -> Entry? { byLabel[label] }

  /// The entry that a command's text names: by its label, in small or capital letters, or by another word for on and off
  /// where one value alone means it. A number is no label: it is the register's.
  package func entry(commanded text: String) -> Entry? {
    let word = text.lowercased()
    if let entry = byLabel[word] { return entry }
    guard let words = Self.sameWords.first(where: { $0.contains(word) }) else { return nil }
    let meant = entries.filter { words.contains($0.label) }
    return meant.count == 1 ? meant.first : nil
  }

  private static let sameWords: [Set<String>] = [
    ["on", "true", "yes", "enable", "enabled"], ["off", "false", "no", "disable", "disabled"],
  ]
}

/// The documented bits of a bitfield register.
public final class FlagTable: Sendable {
  /// A documented bit.
  public struct Entry: Sendable, Hashable {
    /// 0…31.
    public let bit: Int
    /// `[a-z0-9_]+`.
    public let label: String
    /// Name for people.
    public let title: String
    /// Whether the bit reports a fault or a warning.
    public let isProblem: Bool
  }

  /// Name of the table in the register map.
  public let name: String
  /// In order of bit.
  public let entries: [Entry]
  private let byBit: [Int: Entry]
  private let byLabel: [String: Entry]

  init(name: String, entries: [Entry]) {
    self.name = name
    self.entries = entries.sorted { $0.bit < $1.bit }
    byBit = Dictionary(entries.map { ($0.bit, $0) }, uniquingKeysWith: { first, _ in first })
    byLabel = Dictionary(entries.map { ($0.label, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The entry of a bit, or nil when no document explains it.
  public func entry(bit: Int) -> Entry? { byBit[bit] }

  /// The entry with a label, or nil.
  public func entry(labelled label: String) -> Entry? { byLabel[label] }

  /// The name of a bit: its label, or `bit_11` where no document has one.
  public func name(ofBit bit: Int) -> String { byBit[bit]?.label ?? "bit_\(bit)" }

  /// Names of the bits set in `bits`, lowest first.
  public func names(in bits: UInt32) -> [String] {
    (0..<32).filter { bits & (1 << UInt32($0)) != 0 }.map(name(ofBit:))
  }
}
