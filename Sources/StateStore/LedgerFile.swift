import Foundation
import Glibc
package import Mate3
import Synchronization

/// The append-only ledger of writes: a JSON object a line, each on the disk before `begin` returns.
///
/// Nothing that is found in its place keeps it from going on: what makes no sense is set aside, what was deleted is
/// begun anew, and both stand among the directory's problems. A write to the disk that fails is thrown, and tried again
/// with the next line.
package final class LedgerFile: WriteLedger {
  static let name = "ledger.jsonl"
  /// Size at which a file is put aside.
  static let sizeLimit = 1 << 20
  /// Files put aside that are kept.
  static let keptFiles = 4
  /// Most bytes of a file that are read: from its end, where everything is that counts.
  static let readLimit = 4 << 20

  private struct State {
    /// -1 as long as there is no file.
    var descriptor: Int32 = -1
    var size = 0
    var next = 1
    /// Whether the end of the file is not known any more.
    var isBroken = false
  }

  private let directory: StateDirectory
  /// Most writes of a field in a day that a new file takes over.
  private let perField: Int
  private let state: Mutex<State>
  private var path: String { "\(directory.path)/\(Self.name)" }

  /// Opens the ledger; a last line that a crash cut short is put right.
  /// - Parameter perField: most writes of a field in a day that caps have to know of.
  package init(_ directory: StateDirectory, perField: Int = 24) {
    self.directory = directory
    // Some to spare: what is counted here may be free there.
    self.perField = max(128, 2 * perField)
    state = Mutex(State())
    state.withLock { state in
      do throws(StateError) {
        try attach(&state)
      } catch {
        directory.fail(Self.name, error)
      }
    }
  }

  deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

  /// What the file holds, oldest first, as far back as it counts; read anew each time.
  package var entries: [LedgerEntry] {
    let file = try? directory.readEnd(Self.name, Self.readLimit)
    return file.map { LedgerLines($0.data, isEnd: $0.size > $0.data.count).lines.map(\.entry) } ?? []
  }

  /// Intents without an end.
  package var unresolved: [WriteIntent] {
    var open: [Int: WriteIntent] = [:]
    for entry in entries {
      switch entry {
      case .intent(let intent): open[intent.number] = intent
      case .end(let end): open[end.number] = nil
      }
    }
    return open.values.sorted { $0.number < $1.number }
  }

  package func begin(_ intent: WriteIntent) throws -> Int {
    try state.withLock { state in
      var intent = intent
      try append(&state) { number in
        intent.number = number
        return .intent(intent)
      }
      state.next += 1
      return intent.number
    }
  }

  package func end(_ end: WriteEnd) throws {
    try state.withLock { try append(&$0) { _ in .end(end) } }
  }

  private func append(_ state: inout State, _ entry: (_ number: Int) -> LedgerEntry) throws {
    do throws(StateError) {
      try directory.ensure()
      try makeReady(&state)
    } catch {
      directory.fail(Self.name, error)
      throw error
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601WithMilliseconds
    var data = try encoder.encode(entry(state.next))
    data.append(UInt8(ascii: "\n"))
    do throws(StateError) {
      try StateDirectory.writeAll(data, to: state.descriptor, path)
      guard fdatasync(state.descriptor) == 0 else { throw StateDirectory.failure(path, errno) }
    } catch {
      // Half a line would make the next one unreadable too, and of a whole one nobody knows whether it is on the disk.
      state.isBroken = ftruncate(state.descriptor, off_t(state.size)) != 0
      directory.fail(Self.name, error)
      throw error
    }
    state.size += data.count
    directory.clear(Self.name)
  }

  // MARK: The file

  /// Sees to it that the open file is the one in the folder, ends where the last line ended and has room.
  private func makeReady(_ state: inout State) throws(StateError) {
    if state.isBroken { state.isBroken = ftruncate(state.descriptor, off_t(state.size)) != 0 }
    guard state.descriptor >= 0 else { return try attach(&state) }
    var own = stat()
    var there = stat()
    guard fstat(state.descriptor, &own) == 0 else { throw StateDirectory.failure(path, errno) }
    if lstat(path, &there) != 0 {
      guard errno == ENOENT else { throw StateDirectory.failure(path, errno) }
      try beginAnew(&state, with: lines(of: state.descriptor))
      directory.lose(
        Self.name,
        "\(path) was deleted while this program ran; a new one was begun with those lines of it that still count")
    } else if own.st_ino != there.st_ino || own.st_dev != there.st_dev || Int(own.st_size) != state.size {
      try beginAnew(
        &state, with: lines(of: state.descriptor),
        settingAside: state.isBroken
          ? "could not be mended after a line that the disk did not take"
          : "was changed by another program while this one ran")
    } else if state.size >= Self.sizeLimit {
      try rotate(&state)
    }
  }

  /// Opens what an earlier run left.
  private func attach(_ state: inout State) throws(StateError) {
    do throws(StateError) {
      guard let file = try directory.readEnd(Self.name, Self.readLimit) else {
        // A crash between the two names of a rotation, or no ledger yet.
        let older = try? directory.readEnd("\(Self.name).1", Self.readLimit)
        return try beginAnew(
          &state, with: older.map { LedgerLines($0.data, isEnd: $0.size > $0.data.count) } ?? .init())
      }
      let lines = LedgerLines(file.data, isEnd: file.size > file.data.count)
      if let number = lines.firstBad {
        let place =
          file.size > file.data.count ? "line \(number) of its last \(Self.readLimit) bytes" : "line \(number)"
        return try beginAnew(
          &state, with: lines,
          settingAside: "can't be understood at \(place); what can be of it was taken over into a new ledger")
      }
      let descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
      let code = errno
      if descriptor < 0, code == ELOOP {
        return try beginAnew(&state, with: lines, settingAside: "is a link; what it leads to was taken over")
      }
      guard descriptor >= 0 else { throw StateDirectory.failure(path, code) }
      let size = file.size - file.data.count + lines.length
      guard size == file.size || ftruncate(descriptor, off_t(size)) == 0 else {
        let code = errno
        close(descriptor)
        throw StateDirectory.failure(path, code)
      }
      adopt(descriptor, size, lines.last, &state)
    } catch {
      guard error.code == .corrupt else { throw error }
      try beginAnew(
        &state, with: LedgerLines(),
        settingAside: "\(error.message.dropFirst(path.count + 1)); a new ledger was begun, and caps count from now on")
    }
  }

  private func adopt(_ descriptor: Int32, _ size: Int, _ last: Int, _ state: inout State) {
    if state.descriptor >= 0 { close(state.descriptor) }
    state = State(descriptor: descriptor, size: size, next: max(state.next, last + 1))
  }

  /// Has a new file with what still counts take the place of the old one.
  /// - Parameter reason: what is wrong with what is there now under the ledger's name, which is then set aside; nil when
  ///   nothing is there.
  private func beginAnew(
    _ state: inout State, with lines: LedgerLines, settingAside reason: String? = nil
  ) throws(StateError) {
    try put(lines, &state) { () throws(StateError) in
      if let reason { try directory.setAside(Self.name, because: "\(Self.name) \(reason)") }
    }
  }

  private func rotate(_ state: inout State) throws(StateError) {
    try put(lines(of: state.descriptor), &state) { () throws(StateError) in
      for number in stride(from: Self.keptFiles - 1, through: 1, by: -1) {
        _ = rename("\(path).\(number)", "\(path).\(number + 1)")
      }
      guard rename(path, "\(path).1") == 0 else { throw StateDirectory.failure(path, errno) }
    }
  }

  /// - Parameter makeRoom: frees the ledger's name. Between that and the new file's coming there a crash leaves what
  ///   ``attach(_:)`` looks for.
  private func put(
    _ lines: LedgerLines, _ state: inout State, makeRoom: () throws(StateError) -> Void
  ) throws(StateError) {
    let new = "\(Self.name).new"
    let data = lines.counting(at: Date(), perField: perField)
    // First, so that nothing has moved yet when there is no room for another file or descriptor.
    let descriptor = try directory.create(new)
    do throws(StateError) {
      try StateDirectory.writeAll(data, to: descriptor, "\(directory.path)/\(new)")
      guard fsync(descriptor) == 0 else { throw StateDirectory.failure(new, errno) }
      try makeRoom()
      guard rename("\(directory.path)/\(new)", path) == 0 else { throw StateDirectory.failure(path, errno) }
      try directory.sync()
    } catch {
      close(descriptor)
      throw error
    }
    adopt(descriptor, data.count, lines.last, &state)
  }

  private func lines(of descriptor: Int32) throws(StateError) -> LedgerLines {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw StateDirectory.failure(path, errno) }
    let (data, isWhole) = try StateDirectory.end(of: descriptor, size: Int(status.st_size), Self.readLimit, path)
    return LedgerLines(data, isEnd: !isWhole)
  }
}

extension JSONEncoder.DateEncodingStrategy {
  static let iso8601WithMilliseconds = custom { date, encoder in
    var container = encoder.singleValueContainer()
    try container.encode(date.timestamp)
  }
}

extension JSONDecoder.DateDecodingStrategy {
  static let iso8601WithMilliseconds = custom { decoder in
    let text = try decoder.singleValueContainer().decode(String.self)
    return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
