import Foundation
import Glibc
import Registry

/// The service of a Debian package or of examples/systemd, where systemd runs and has it.
struct SetupService {
  static let unit = "mate3.service"
  private let folder: String
  private let systemctl: ([String]) -> String?

  /// Nil where there is no service that reads the configuration at `path`, or where this user may not start it.
  init?(reading path: String) {
    guard geteuid() == 0, access("/run/systemd/system", F_OK) == 0,
      let text = Self.systemctl(["cat", Self.unit]), text.contains("--config \(path)\n")
    else { return nil }
    self.init(folder: "/etc/systemd/system/\(Self.unit).d", systemctl: Self.systemctl)
  }

  /// - Parameters:
  ///   - folder: of the unit's drop-ins.
  ///   - systemctl: gives what it prints; nil when it fails.
  init(folder: String, systemctl: @escaping ([String]) -> String?) {
    self.folder = folder
    self.systemctl = systemctl
  }

  /// Has systemd hand a password's file to the service, which runs as another user, under the file's own name, by which
  /// the bridge looks for it. Others are handed over as before.
  func handOver(_ file: String) throws(Failure) -> (path: String, isNew: Bool) {
    let name = (file as NSString).lastPathComponent
    guard name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }), !name.contains(":") else {
      throw Failure(.usage, "systemd hands no file named ‘\(name)’ to a service; give it a name of plain letters")
    }
    let text = """
      # Written by mate3 setup.
      [Service]
      LoadCredential=\("\(name):\(file)".replacing(scalar: "%", with: "%%"))

      """
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    } catch {
      throw Failure(.file, "\(folder) can't be made (\(error.systemReason)); mend its place")
    }
    func unwritable(_ path: String) -> Failure {
      Failure(.file, "\(path) can't be written (\(String(cString: strerror(errno)))); mend its folder")
    }
    return try SetupTarget.put(text, at: dropIn, mode: 0o644, unwritable)
  }

  private func dropIn(_ number: String) -> String { "\(folder)/broker-password\(number).conf" }

  /// Has systemd read the drop-ins.
  func reload() throws(Failure) { try run("daemon-reload") }

  /// Takes drop-ins of other passwords out of systemd's sight.
  /// - Returns: what they are named now.
  func setAside(allBut kept: String?) throws(Failure) -> [String] {
    var asides: [String] = []
    for path in SetupTarget.numbers.map(dropIn) where path != kept && access(path, F_OK) == 0 {
      let names: [String] = SetupTarget.numbers.map { "\(path).old\($0)" }
      guard let free = names.first(where: { access($0, F_OK) != 0 }), rename(path, free) == 0 else {
        throw Failure(
          .file,
          "the configuration is written, but \(path) of the one before can't be renamed "
            + "(\(String(cString: strerror(errno)))); remove it")
      }
      asides.append(free)
    }
    if !asides.isEmpty { try reload() }
    return asides
  }

  func start() throws(Failure) {
    try run("enable", Self.unit)
    try run("restart", Self.unit)
  }

  private func run(_ words: String...) throws(Failure) {
    guard systemctl(["--quiet"] + words) == nil else { return }
    throw Failure(
      .other, "systemctl \(words.joined(separator: " ")) failed; see systemctl status mate3 and journalctl -u mate3")
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
