import Foundation
import Glibc
public import Mate3
import Synchronization

/// The append-only ledger of writes: a JSON object a line, each on the disk before `begin` returns.
public final class LedgerFile: WriteLedger {
  static let name = "ledger.jsonl"
  /// Size at which a file is put aside.
  static let sizeLimit = 1 << 20
  /// Files put aside that are kept.
  static let keptFiles = 4

  private struct State {
    var descriptor: Int32
    var size: Int
    var next: Int
    /// Whether the end of the file is not known any more.
    var isBroken = false
  }

  private let directory: StateDirectory
  private let state: Mutex<State>
  /// What the file held at start, oldest first.
  public let entries: [LedgerEntry]
  /// Intents without an end.
  public var unresolved: [WriteIntent] {
    var open: [Int: WriteIntent] = [:]
    for entry in entries {
      switch entry {
      case .intent(let intent): open[intent.number] = intent
      case .end(let end): open[end.number] = nil
      }
    }
    return open.values.sorted { $0.number < $1.number }
  }

  /// Opens the ledger; a last line that a crash cut short is put right.
  /// - Throws: ``StateError``; `corrupt` when a whole line makes no sense.
  public init(_ directory: StateDirectory) throws(StateError) {
    self.directory = directory
    let older = try Self.read(directory, Self.name + ".1")
    let current = try Self.read(directory, Self.name)
    entries = older.entries + current.entries
    let file = "\(directory.path)/\(Self.name)"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StateDirectory.failure(file, errno) }
    guard ftruncate(descriptor, off_t(current.length)) == 0 else { throw StateDirectory.failure(file, errno) }
    try directory.sync()
    let last =
      entries.map { entry in
        switch entry {
        case .intent(let intent): intent.number
        case .end(let end): end.number
        }
      }.max() ?? 0
    state = Mutex(State(descriptor: descriptor, size: current.length, next: last + 1))
  }

  deinit { state.withLock { _ = close($0.descriptor) } }

  public func begin(_ intent: WriteIntent) throws -> Int {
    try state.withLock { state in
      var intent = intent
      intent.number = state.next
      try append(.intent(intent), &state)
      state.next += 1
      return intent.number
    }
  }

  public func end(_ end: WriteEnd) throws {
    try state.withLock { try append(.end(end), &$0) }
  }

  private func append(_ entry: LedgerEntry, _ state: inout State) throws {
    if state.isBroken { state.isBroken = ftruncate(state.descriptor, off_t(state.size)) != 0 }
    guard !state.isBroken else {
      throw StateError(
        .inputOutput,
        "\(directory.path)/\(Self.name) can't be mended after a failed write, so nothing is written to any device; "
          + "see to its disk")
    }
    if state.size >= Self.sizeLimit { try rotate(&state) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601WithMilliseconds
    var data = try encoder.encode(entry)
    data.append(UInt8(ascii: "\n"))
    do {
      try StateDirectory.writeAll(data, to: state.descriptor, Self.name)
      guard fdatasync(state.descriptor) == 0 else { throw StateDirectory.failure(Self.name, errno) }
    } catch {
      // Half a line would make the next one unreadable too, and of a whole one nobody knows whether it is on the disk.
      state.isBroken = ftruncate(state.descriptor, off_t(state.size)) != 0
      throw error
    }
    state.size += data.count
  }

  private func rotate(_ state: inout State) throws {
    let file = "\(directory.path)/\(Self.name)"
    let new = "\(file).new"
    // First, so that nothing has moved yet when there is no room for another file or descriptor.
    let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StateDirectory.failure(new, errno) }
    for number in stride(from: Self.keptFiles - 1, through: 1, by: -1) {
      _ = rename("\(file).\(number)", "\(file).\(number + 1)")
    }
    let isAside = rename(file, "\(file).1") == 0
    guard isAside, rename(new, file) == 0 else {
      let code = errno
      // The file stays where the next attempt, and the next start, look for it.
      if isAside { _ = rename("\(file).1", file) }
      close(descriptor)
      throw StateDirectory.failure(file, code)
    }
    close(state.descriptor)
    state.descriptor = descriptor
    state.size = 0
    try directory.sync()
  }

  private static func read(
    _ directory: StateDirectory, _ name: String
  ) throws(StateError) -> (entries: [LedgerEntry], length: Int) {
    guard let data = try directory.read(name) else { return ([], 0) }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601WithMilliseconds
    var entries: [LedgerEntry] = []
    var length = 0
    for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let end = line.endIndex
      // Without its end a line was never finished: the write that it announces was never sent.
      guard end < data.endIndex else { break }
      length = end - data.startIndex + 1
      if line.isEmpty { continue }
      guard let entry = try? decoder.decode(LedgerEntry.self, from: Data(line)) else {
        throw StateError(
          .corrupt,
          "line \(entries.count + 1) of \(directory.path)/\(name) can't be understood, so nothing is written to any "
            + "device; put the file aside to begin a new one")
      }
      entries.append(entry)
    }
    return (entries, length)
  }
}

extension JSONEncoder.DateEncodingStrategy {
  static let iso8601WithMilliseconds = custom { date, encoder in
    var container = encoder.singleValueContainer()
    try container.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
  }
}

extension JSONDecoder.DateDecodingStrategy {
  static let iso8601WithMilliseconds = custom { decoder in
    let text = try decoder.singleValueContainer().decode(String.self)
    return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
