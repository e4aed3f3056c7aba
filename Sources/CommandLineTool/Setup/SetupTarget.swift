import Configuration
import Foundation
import Glibc
import Registry

/// The configuration file that is to be written, and the password beside it.
struct SetupTarget {
  let path: String
  private let folder: String
  private var isOverwriting = false

  static let service = "/etc/mate3/bridge.yaml"
  private static let passwordName = "broker-password"

  /// - Parameter given: a path; nil for the usual one.
  init(_ given: String?) {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { "\($0)/.config" } ?? "."
    let chosen = given ?? (geteuid() == 0 ? Self.service : "\(home)/mate3/bridge.yaml")
    path = URL(filePath: chosen).standardizedFileURL.path(percentEncoded: false)
    folder = (path as NSString).deletingLastPathComponent
  }

  var passwordPath: String { "\(folder)/\(Self.passwordName)" }

  /// Makes sure that nothing is overwritten unasked, before anybody is asked anything else.
  mutating func prepare(overwrite: Bool, _ dialog: SetupDialog) throws(Failure) {
    isOverwriting = overwrite
    guard !overwrite, access(path, F_OK) == 0 else { return }
    isOverwriting = try dialog.confirm(
      "\(path) is there already. Replace it? It is kept as \(path).old.", standard: false)
    guard isOverwriting else {
      throw Failure(
        .refused, "\(path) is there already, and was left as it is; add --overwrite to replace it")
    }
  }

  /// Writes password and configuration, the latter whole or not at all.
  func write(_ answers: SetupAnswers) throws(Failure) {
    try makeFolder()
    if let password = answers.password {
      if !isOverwriting, access(passwordPath, F_OK) == 0 {
        throw Failure(
          .refused,
          "\(passwordPath) is there already, and was left as it is; take it with --broker-password-file, or add "
            + "--overwrite to replace it")
      }
      try put(password + "\n", at: passwordPath, mode: 0o600, keepsOld: false)
    }
    let text = answers.text(passwordName: answers.password == nil ? nil : Self.passwordName)
    do {
      // As the bridge will read it, without this shell's environment.
      var sources = ConfigurationSources(file: (path, text), isRoot: geteuid() == 0)
      sources.use = .bridge
      _ = try BridgeConfiguration.read(sources)
    } catch {
      throw Failure(.configuration, error.description)
    }
    // The service runs as a user of its own, which reads the file; no secret is in it.
    try put(text, at: path, mode: 0o644)
  }

  private func makeFolder() throws(Failure) {
    guard access(folder, F_OK) != 0 else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    } catch {
      throw unwritable(folder, error.systemReason)
    }
  }

  /// Writes a file beside its place and moves it there. Where nothing may be overwritten, nothing is.
  /// - Parameter keepsOld: whether what was there is kept as ….old.
  private func put(_ text: String, at place: String, mode: mode_t, keepsOld: Bool = true) throws(Failure) {
    let new = "\(place).new-\(getpid())"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw unwritable(place) }
    defer { unlink(new) }
    let bytes = Array(text.utf8)
    let isWritten =
      Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fchmod(descriptor, mode) == 0
      && fsync(descriptor) == 0
    let failure = unwritable(place)
    close(descriptor)
    guard isWritten else { throw failure }
    if isOverwriting {
      if keepsOld, access(place, F_OK) == 0 {
        let old = "\(place).old"
        unlink(old)
        guard link(place, old) == 0 else { throw unwritable(old) }
      }
      guard rename(new, place) == 0 else { throw unwritable(place) }
    } else {
      guard link(new, place) == 0 else { throw unwritable(place) }
    }
  }

  private func unwritable(_ place: String, _ why: String = String(cString: strerror(errno))) -> Failure {
    let root = geteuid() == 0 ? "" : "run it as root, as in sudo mate3 setup, or "
    return Failure(.file, "\(place) can't be written (\(why)); \(root)choose another place with --config")
  }
}
