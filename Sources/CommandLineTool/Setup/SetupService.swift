import Foundation
import Glibc
import Registry

/// The service of a Debian package or of examples/systemd, where systemd runs and has it.
struct SetupService {
  static let unit = "mate3.service"
  private static let dropIn = "/etc/systemd/system/\(unit).d/broker-password.conf"

  /// Nil where there is no service that reads the configuration at `path`, or where this user may not start it.
  init?(reading path: String) {
    guard geteuid() == 0, access("/run/systemd/system", F_OK) == 0,
      let text = Self.systemctl(["cat", Self.unit]), text.contains("--config \(path)\n")
    else { return nil }
  }

  /// Hands the password to the service, which runs as another user, and starts it.
  func start(passwordFile: String?) throws(Failure) {
    do {
      if let passwordFile {
        // The environment goes before the file, whose own path root's other verbs go by.
        let text = """
          # Written by mate3 setup.
          [Service]
          LoadCredential=broker-password:\(passwordFile.replacing(scalar: "%", with: "%%"))
          Environment=MATE3_BROKER_PASSWORD_FILE=%d/broker-password

          """
        let folder = (Self.dropIn as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        try Data(text.utf8).write(to: URL(filePath: Self.dropIn), options: .atomic)
        chmod(Self.dropIn, 0o644)
      } else if access(Self.dropIn, F_OK) == 0 {
        try FileManager.default.removeItem(atPath: Self.dropIn)
      }
    } catch {
      throw Failure(.file, "\(Self.dropIn) can't be written (\(error.systemReason)); mend its folder")
    }
    for words in [["daemon-reload"], ["enable", Self.unit], ["restart", Self.unit]]
    where Self.systemctl(["--quiet"] + words) == nil {
      throw Failure(
        .other,
        "the configuration is written, but systemctl \(words.joined(separator: " ")) failed; see journalctl -u mate3")
    }
  }

  /// Longer than a service has to start.
  private static let limit: DispatchTimeInterval = .seconds(120)

  /// - Returns: what it printed; nil when it failed.
  private static func systemctl(_ words: [String]) -> String? {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/systemctl")
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do { try process.run() } catch { return nil }
    // What it prints is small enough for the pipe to hold.
    guard ended.wait(timeout: .now() + limit) == .success else {
      kill(process.processIdentifier, SIGKILL)
      return nil
    }
    guard process.terminationReason == .exit, process.terminationStatus == 0 else { return nil }
    return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }
}
