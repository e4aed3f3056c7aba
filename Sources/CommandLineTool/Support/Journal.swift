import Foundation
import Logging

/// The journal of systemd, where standard error leads to it.
enum Journal {
  /// Whether standard error is the journal's socket: the variable says which file that is (systemd.exec(5),
  /// `$JOURNAL_STREAM`), and may have been inherited by a program whose standard error is another one.
  private static let isThere: Bool = {
    var file = stat()
    guard let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"], fstat(STDERR_FILENO, &file) == 0 else {
      return false
    }
    return isStream(stream, device: file.st_dev, inode: file.st_ino)
  }()

  static func isStream(_ stream: String, device: UInt, inode: UInt) -> Bool { stream == "\(device):\(inode)" }

  /// What gives a line its priority there (sd-daemon(3)); nothing elsewhere.
  static func prefix(_ level: Logger.Level) -> String { isThere ? "<\(priority(level))>" : "" }

  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}
