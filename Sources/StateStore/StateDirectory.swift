import Foundation
import Glibc

/// Why the state on disk can't be used.
public struct StateError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// Another process has the directory.
    case locked
    /// A file is there and makes no sense.
    case corrupt
    /// Reading or writing failed.
    case inputOutput
  }

  public let code: Code
  /// One sentence with the mend.
  public let message: String
  public var description: String { message }

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

/// The folder with what must outlive the program: pins, ledger, timed commands. One process at a time has it.
public final class StateDirectory: Sendable {
  public let path: String
  private let lock: Int32

  /// Makes the folder if it is not there and takes its lock.
  /// - Parameter owner: what to tell others who want it, such as `mate3 bridge`.
  /// - Throws: ``StateError`` with code `locked` naming the holder, or `inputOutput`.
  public init(_ path: String, owner: String) throws(StateError) {
    self.path = path
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StateError(
        .inputOutput,
        "the state directory \(path) can't be made (\(error.localizedDescription)); choose another with --state-dir")
    }
    let file = path + "/lock"
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    let code = errno
    guard descriptor >= 0 else {
      throw StateError(
        .inputOutput,
        "\(file) can't be opened (\(String(cString: strerror(code)))); choose another directory with --state-dir")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      var buffer = [UInt8](repeating: 0, count: 200)
      let count = max(0, Glibc.read(descriptor, &buffer, buffer.count))
      close(descriptor)
      let holder = String(decoding: buffer.prefix(count), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      throw StateError(
        .locked,
        "\(path) is in use by \(holder.isEmpty ? "another process" : holder); stop it, or go through it with --broker")
    }
    let text = Array("\(owner) (process \(getpid()))\n".utf8)
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, text, text.count, 0)
    lock = descriptor
  }

  deinit { close(lock) }

  /// Reads a file, nil when there is none.
  func read(_ name: String) throws(StateError) -> Data? {
    let file = "\(path)/\(name)"
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    do {
      return try Data(contentsOf: URL(filePath: file))
    } catch {
      throw StateError(.inputOutput, "\(file) can't be read: \(error.localizedDescription)")
    }
  }

  /// Puts a new file in the place of the old one, so that a kill at any byte leaves one of the two whole.
  func replace(_ name: String, _ data: Data) throws(StateError) {
    let file = "\(path)/\(name)"
    let temporary = file + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure(temporary, errno) }
    defer { close(descriptor) }
    try Self.writeAll(data, to: descriptor, temporary)
    guard fsync(descriptor) == 0 else { throw Self.failure(temporary, errno) }
    guard rename(temporary, file) == 0 else { throw Self.failure(file, errno) }
    try sync()
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
    StateError(.inputOutput, "\(file) can't be written: \(String(cString: strerror(code)))")
  }
}
