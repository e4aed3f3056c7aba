import Foundation
import Glibc
import Registry
import Synchronization

/// Why the state on disk can't be used.
package struct StateError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// Another process has the directory.
    case locked
    /// A file is there and makes no sense.
    case corrupt
    /// Reading or writing failed.
    case inputOutput
  }

  package let code: Code
  /// One sentence with the mend.
  package let message: String
  package var description: String { message }

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The same with what follows from it.
  func adding(_ consequence: String) -> StateError { StateError(code, "\(message), \(consequence)") }
}

/// The folder with what must outlive the program: pins, ledger, timed commands. One process at a time has it.
///
/// What goes wrong with it while the program runs is thrown to who asked, and stands in ``problems``.
package final class StateDirectory: Sendable {
  package let path: String
  private let owner: String
  private let state: Mutex<State>

  private struct State {
    /// The locked file, which is also the folder's mark: when it has gone, so has all the rest.
    var lock: Int32
    /// What files hold that are written seldom, so that one that has gone can be written again.
    var kept: [String: Data] = [:]
    /// Failures, each until the same succeeds.
    var failures: [String: String] = [:]
    /// What was lost while the program ran.
    var losses: [String: String] = [:]
    /// What the last look at the folder has found.
    var findings: [String: String] = [:]
    /// Why files were set aside.
    var reasons: [String: String] = [:]
  }

  /// Makes the folder if it is not there and takes its lock.
  /// - Parameter owner: what to tell others who want it, such as `mate3 bridge`.
  /// - Throws: ``StateError`` with code `locked` naming the holder, or `inputOutput`.
  package init(_ path: String, owner: String) throws(StateError) {
    self.path = path
    self.owner = owner
    state = Mutex(State(lock: try Self.lock(path, owner)))
    look()
  }

  deinit { state.withLock { _ = close($0.lock) } }

  /// What is wrong now, a sentence for each file or for the folder; by file name.
  package var problems: [String: String] {
    state.withLock { state in
      state.findings.merging(state.losses) { $1 }.merging(state.failures) { $1 }
    }
  }

  private static func lock(_ path: String, _ owner: String) throws(StateError) -> Int32 {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StateError(
        .inputOutput,
        "the state directory \(path) can't be made (\(error.systemReason)); choose another with --state-dir")
    }
    let file = path + "/lock"
    var descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    var code = errno
    if descriptor < 0, code == EROFS || code == EACCES {
      // A disk that can't be written any more: readings, and what makes the system safer, go on.
      descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      if descriptor >= 0 { code = 0 }
    }
    guard descriptor >= 0 else {
      throw StateError(
        .inputOutput,
        "\(file) can't be opened (\(String(cString: strerror(code)))); choose another directory with --state-dir")
    }
    giveToOwner(of: path, descriptor)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      var buffer = [UInt8](repeating: 0, count: 200)
      let count = max(0, Glibc.read(descriptor, &buffer, buffer.count))
      close(descriptor)
      let holder = String(decoding: buffer.prefix(count), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      // A second bridge can't go through the first.
      let other = owner.hasSuffix(" bridge") ? "give this one a --state-dir of its own" : "go through it with --broker"
      throw StateError(
        .locked, "\(path) is in use by \(holder.isEmpty ? "another process" : holder); stop it, or \(other)")
    }
    let text = Array("\(owner) (process \(getpid()))\n".utf8)
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, text, text.count, 0)
    return descriptor
  }

  // MARK: What becomes of it while the program runs

  /// Looks whether the folder and its files are as they were left, and puts back what has gone. It may wait for the disk.
  package func check() {
    do throws(StateError) {
      try ensure()
      clear("directory")
    } catch {
      fail("directory", error)
    }
    let (kept, failures) = state.withLock { ($0.kept, $0.failures) }
    for (name, data) in kept {
      let isGone = isMissing(name)
      guard isGone || failures[name] != nil else { continue }
      do throws(StateError) {
        try replace(name, data)
        // One that could not be written yet was not deleted.
        if isGone, failures[name] == nil {
          lose(name, "\(path)/\(name) was deleted while this program ran, and was written again")
        }
      } catch {
        // It stands among the failures, and is tried again.
        continue
      }
    }
    look()
  }

  /// Makes the folder again, and takes its lock, when it was deleted.
  func ensure() throws(StateError) {
    var mark = stat()
    var there = stat()
    let lock = state.withLock { $0.lock }
    if fstat(lock, &mark) == 0, lstat("\(path)/lock", &there) == 0, mark.st_ino == there.st_ino,
      mark.st_dev == there.st_dev
    {
      return
    }
    let anew = try Self.lock(path, owner)
    state.withLock { state in
      close(state.lock)
      state.lock = anew
    }
    lose(
      "directory",
      "\(path), or the lock in it, was deleted while this program ran; it was made again, and what is remembered is "
        + "written there")
  }

  /// What stands until the next start, because nothing that is done now brings it back.
  func lose(_ name: String, _ message: String) { state.withLock { $0.losses[name] = message } }

  func fail(_ name: String, _ error: StateError) { state.withLock { $0.failures[name] = error.message } }

  func clear(_ name: String) { state.withLock { $0.failures[name] = nil } }

  /// Who may change the folder, and what was set aside in it.
  private func look() {
    var findings: [String: String] = [:]
    var folder = stat()
    if stat(path, &folder) == 0 {
      // Not refused: a bridge that does not start can't switch anything off either.
      if folder.st_mode & S_IWOTH != 0 {
        findings["rights"] =
          "everybody on this machine can change \(path), and with it which devices are trusted; chmod 700 \(path)"
      } else if folder.st_uid != geteuid(), folder.st_uid != 0, geteuid() != 0 {
        findings["rights"] =
          "\(path) belongs to another user (\(folder.st_uid)), who can change which devices are trusted; chown it to the "
          + "user that runs this program"
      }
    }
    let reasons = state.withLock { $0.reasons }
    for name in asides() {
      findings[name] =
        "\(reasons[name] ?? "\(path)/\(name) was set aside because it could not be understood"); look at it, then remove it"
    }
    state.withLock { [findings] in $0.findings = findings }
  }

  private func asides() -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    // More than anybody wants to read of; the first ones are removed before the others are told.
    while names.count < 8, let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.contains(".aside-") { names.append(name) }
    }
    return names
  }

  /// Puts a file, link or whatever it is under another name.
  func setAside(_ name: String, because reason: String) throws(StateError) {
    let stamp = Int(Date().timeIntervalSince1970)
    var number = 0
    var aside = "\(name).aside-\(stamp)"
    while !isMissing(aside) {
      number += 1
      aside = "\(name).aside-\(stamp)-\(number)"
    }
    guard rename("\(path)/\(name)", "\(path)/\(aside)") == 0 else {
      throw Self.failure("\(path)/\(name)", errno)
    }
    try sync()
    let text = "\(path)/\(reason); it was set aside as \(aside)"
    state.withLock { state in
      state.reasons[aside] = text
      state.findings[aside] = "\(text); look at it, then remove it"
    }
  }

  func isMissing(_ name: String) -> Bool {
    var entry = stat()
    return lstat("\(path)/\(name)", &entry) != 0 && errno == ENOENT
  }

  /// Whether a file tells of nothing; what can't be looked at may.
  func isEmpty(_ name: String) -> Bool {
    guard !isMissing(name) else { return true }
    var entry = stat()
    return lstat("\(path)/\(name)", &entry) == 0 && entry.st_mode & S_IFMT == S_IFREG && entry.st_size == 0
  }

  // MARK: Files

  /// Reads a file, nil when there is none.
  /// - Throws: `corrupt` for what is no file of at most so many bytes; the message has no mend then.
  func read(_ name: String, upTo limit: Int) throws(StateError) -> Data? {
    guard let (data, size) = try readEnd(name, limit) else { return nil }
    guard size <= limit else {
      throw StateError(.corrupt, "\(path)/\(name) has \(size) bytes, where \(limit) are the most that it can have")
    }
    return data
  }

  /// Has a file written again when somebody deletes it.
  func keep(_ name: String, _ data: Data) { state.withLock { $0.kept[name] = data } }

  /// Reads the last bytes of a file.
  /// - Returns: them and the file's whole size; nil when there is none.
  func readEnd(_ name: String, _ limit: Int) throws(StateError) -> (data: Data, size: Int)? {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT, isMissing(name) { return nil }
      if code == ENOENT || code == ELOOP { throw StateError(.corrupt, "\(file) is a link that leads nowhere") }
      throw StateError(
        .inputOutput,
        "\(file) can't be read (\(String(cString: strerror(code)))); give it to the user that runs this program")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw StateError(.corrupt, "\(file) is no file")
    }
    let size = Int(status.st_size)
    let (data, _) = try Self.end(of: descriptor, size: size, limit, file)
    return (data, size)
  }

  /// The last bytes of an open file.
  static func end(
    of descriptor: Int32, size: Int, _ limit: Int, _ file: String
  ) throws(StateError) -> (data: Data, isWhole: Bool) {
    var data = Data(count: min(size, limit))
    var done = 0
    while done < data.count {
      let count = data.withUnsafeMutableBytes { bytes in
        pread(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(size - bytes.count + done))
      }
      let code = errno
      if count < 0, code == EINTR { continue }
      guard count >= 0 else {
        throw StateError(.inputOutput, "\(file) can't be read (\(String(cString: strerror(code)))); see to its disk")
      }
      if count == 0 { break }
      done += count
    }
    return (data.prefix(done), size <= limit)
  }

  /// Puts a new file in the place of the old one, so that a kill at any byte leaves one of the two whole.
  func replace(_ name: String, _ data: Data) throws(StateError) {
    do throws(StateError) {
      try ensure()
      let descriptor = try create("\(name).new")
      defer { close(descriptor) }
      try Self.writeAll(data, to: descriptor, "\(path)/\(name).new")
      guard fsync(descriptor) == 0 else { throw Self.failure("\(path)/\(name).new", errno) }
      guard rename("\(path)/\(name).new", "\(path)/\(name)") == 0 else {
        throw Self.failure("\(path)/\(name)", errno)
      }
      try sync()
    } catch {
      fail(name, error)
      throw error
    }
    clear(name)
  }

  /// Opens an empty file of our own; what was there under its name, such as a link to somewhere else, is left alone.
  func create(_ name: String) throws(StateError) -> Int32 {
    let file = "\(path)/\(name)"
    _ = unlink(file)
    let descriptor = open(file, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Self.failure(file, errno) }
    giveToOwner(of: path, descriptor)
    return descriptor
  }

  /// Makes names in the folder durable.
  func sync() throws(StateError) {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw Self.failure(path, errno) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw Self.failure(path, errno) }
  }

  static func writeAll(_ data: Data, to descriptor: Int32, _ file: String) throws(StateError) {
    var rest = data[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      let code = errno
      if count < 0, code == EINTR { continue }
      guard count > 0 else { throw failure(file, code) }
      rest = rest.dropFirst(count)
    }
  }

  static func failure(_ file: String, _ code: Int32) -> StateError {
    let mend =
      switch code {
      case ENOSPC, EDQUOT: "make room on its disk"
      case EROFS: "its disk has become read-only; see to it"
      case EACCES, EPERM: "give it to the user that runs this program"
      case EMFILE, ENFILE: "this program needs more open files (LimitNOFILE= of the systemd unit)"
      case EISDIR, EEXIST, ENOTDIR: "remove what is in its place"
      default: "see to its disk"
      }
    return StateError(.inputOutput, "\(file) can't be written (\(String(cString: strerror(code)))); \(mend)")
  }
}
