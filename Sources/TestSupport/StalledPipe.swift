internal import Foundation
internal import Glibc

/// A named pipe that is full and that nobody reads, until a test does.
package final class StalledPipe: Sendable {
  package let path: String
  private let directory: TemporaryDirectory
  private let descriptor: Int32

  package init() throws {
    directory = try TemporaryDirectory()
    path = directory.path + "/pipe"
    guard mkfifo(path, 0o600) == 0 else { throw SystemCallFailed("mkfifo") }
    // Reading and writing, so that neither end waits for the other to be opened.
    descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemCallFailed("open") }
    var line = Array(repeating: UInt8(ascii: "."), count: 63) + [UInt8(ascii: "\n")]
    while write(descriptor, &line, line.count) == line.count {}
  }

  deinit { close(descriptor) }

  /// Takes what is in it now, without its filling.
  package func read() -> String {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var all: [UInt8] = []
    while true {
      let count = Glibc.read(descriptor, &bytes, bytes.count)
      guard count > 0 else { break }
      all += bytes.prefix(count)
    }
    return String(decoding: all, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("....") }
      .joined(separator: "\n")
  }
}

/// A named pipe whose only reader goes when a test says so.
package final class ReaderlessPipe: Sendable {
  package let path: String
  private let directory: TemporaryDirectory
  private let descriptor: Int32

  package init() throws {
    directory = try TemporaryDirectory()
    path = directory.path + "/pipe"
    guard mkfifo(path, 0o600) == 0 else { throw SystemCallFailed("mkfifo") }
    descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemCallFailed("open") }
  }

  /// Closes the reading end, once.
  package func abandon() { close(descriptor) }
}
