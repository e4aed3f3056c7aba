import Dispatch
import Foundation
import Synchronization

/// Standard output of a verb that ends by itself: what can't be written is told at the end, with the exit status.
enum StandardOutput {
  private static let failure = Mutex<Int32?>(nil)

  static func write(_ text: String) {
    guard failure.withLock({ $0 == nil }) else { return }
    guard let failed = writeAll(Array(text.utf8), to: STDOUT_FILENO) else { return }
    failure.withLock { $0 = failed.code }
  }

  static func print(_ line: String) { write(line + "\n") }

  /// For verbs that go on until they are ended: nothing there ever waits for who reads. When it can't be written, the
  /// program ends.
  static func lineWriter() -> LineWriter {
    LineWriter(
      STDOUT_FILENO, limit: 1 << 20,
      told: { count in
        StandardError.write("mate3: \(count) lines were left out, because standard output was not read in time")
        return nil
      },
      failed: { code in
        failure.withLock { $0 = code }
        end(EXIT_SUCCESS)
      })
  }

  /// Ends the program, with another status than 0 where output is missing.
  static func end(_ status: Int32) -> Never {
    var status = status
    if let code = failure.withLock({ $0 }) {
      if code == EPIPE {
        if status == 0 { status = ExitStatus.readerGone.rawValue }
      } else {
        let why = String(cString: strerror(code))
        StandardError.write("mate3: standard output can't be written (\(why)); give it another place")
        if status == 0 { status = ExitStatus.file.rawValue }
      }
    }
    StandardError.writer.flush(within: .milliseconds(200))
    // Nothing is left to be done that could hold this up, or could not stand another thread's doing it too.
    _exit(status)
  }
}

/// Standard error, the log's among it. A failure there is of no consequence.
enum StandardError {
  static let writer = LineWriter(
    STDERR_FILENO, limit: 1 << 18, told: { count in told.withLock { $0 }(count) })

  private static let waits = Mutex(true)
  private static let told = Mutex<@Sendable (Int) -> String>({
    "mate3: \($0) lines were lost here, because they could not be written"
  })

  /// From now on, no line waits until it is written: for verbs that go on until they are ended.
  /// - Parameter told: makes the line that says how many were lost.
  static func neverWait(told: (@Sendable (Int) -> String)? = nil) {
    waits.withLock { $0 = false }
    if let told { self.told.withLock { $0 = told } }
  }

  /// One write a line, so that lines of several threads don't mix.
  static func write(_ line: String) {
    writer.add(line + "\n")
    if waits.withLock({ $0 }) { writer.flush(within: .never) }
  }
}

/// What has to be so before anything else.
enum StandardStreams {
  static func prepare() {
    // Who writes hears of a missing reader by the error.
    signal(SIGPIPE, SIG_IGN)
    // So of a file that may not grow.
    signal(SIGXFSZ, SIG_IGN)
    // Closed ones would be given to the next socket or file, and text meant for people would go there. These take and
    // give nothing.
    for (descriptor, direction) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
    where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", direction)
    }
  }
}
