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

  /// Makes sure that nothing is overwritten unasked, before anybody is asked anything else.
  mutating func prepare(overwrite: Bool, _ dialog: SetupDialog) throws(Failure) {
    isOverwriting = overwrite
    guard !overwrite, access(path, F_OK) == 0 else { return }
    isOverwriting = try dialog.confirm(
      "\(path) is there already. Replace it? It is kept beside the new one as ….old.", standard: false)
    guard isOverwriting else {
      throw Failure(
        .refused, "\(path) is there already, and was left as it is; add --overwrite to replace it")
    }
  }

  /// Writes the configuration and what it needs. Nothing that the one of before needs is touched, and the configuration
  /// comes last, so that whatever ends this leaves all of the old or all of the new.
  /// - Returns: what else the owner should know of, a sentence each.
  func write(_ answers: SetupAnswers, _ service: SetupService?) throws(Failure) -> [String] {
    try makeFolder()
    var made: [String] = []
    do throws(Failure) {
      var passwordFile = answers.passwordFile
      if let password = answers.password {
        let (path, isNew) = try putPassword(password + "\n")
        if isNew { made.append(path) }
        passwordFile = path
      }
      let text = answers.text(passwordFile: answers.password == nil ? passwordFile : passwordFile.map(Self.name))
      try check(text)
      var dropIn: String?
      if let service, let passwordFile {
        let (path, isNew) = try service.handOver(passwordFile)
        if isNew { made.append(path) }
        dropIn = path
        try service.reload()
      }
      let old = try isOverwriting ? keepOld() : nil
      // The service runs as a user of its own, which reads the file; no secret is in it.
      let new = try Self.stage(text, for: path, mode: 0o644, unwritable)
      defer { unlink(new) }
      guard (isOverwriting ? rename(new, path) : link(new, path)) == 0 else { throw unwritable(path) }
      made = []
      let asides = try service?.setAside(allBut: dropIn) ?? []
      return (old.map { ["kept: \($0), the configuration of before"] } ?? [])
        + passwords().filter { $0 != passwordFile }.map { "kept: \($0), which this configuration does not name" }
        + asides.map { "set aside: \($0), which gave the service a password that it does not need now" }
    } catch {
      for path in made { unlink(path) }
      if !made.isEmpty { try? service?.reload() }
      throw error
    }
  }

  private static func name(_ path: String) -> String { (path as NSString).lastPathComponent }

  private func check(_ text: String) throws(Failure) {
    do {
      // As the bridge will read it, without this shell's environment.
      var sources = ConfigurationSources(file: (path, text), isRoot: geteuid() == 0)
      sources.use = .bridge
      _ = try BridgeConfiguration.read(sources)
    } catch {
      throw Failure(.configuration, error.description)
    }
  }

  // MARK: The password

  /// The password's file, which is a new one unless there is one with this password: the configuration of before, and a
  /// bridge that runs with it, may still read theirs.
  private func putPassword(_ text: String) throws(Failure) -> (path: String, isNew: Bool) {
    let first = passwordPath("")
    if !isOverwriting, access(first, F_OK) == 0, (try? String(contentsOfFile: first, encoding: .utf8)) != text {
      throw Failure(
        .refused,
        "\(first) is there already, and was left as it is; take it with --broker-password-file, or add --overwrite to "
          + "have a file of another name")
    }
    return try Self.put(text, at: passwordPath, mode: 0o600, unwritable)
  }

  private func passwordPath(_ number: String) -> String { "\(folder)/\(Self.passwordName)\(number)" }

  /// The files that setup has put passwords into, or could have.
  private func passwords() -> [String] {
    Self.numbers.map(passwordPath).filter { access($0, F_OK) == 0 }
  }

  // MARK: Files

  private func makeFolder() throws(Failure) {
    guard access(folder, F_OK) != 0 else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    } catch {
      throw unwritable(folder, error.systemReason)
    }
  }

  /// Keeps what is there under another name. What was kept before stays.
  /// - Returns: that name; nil when nothing was there.
  private func keepOld() throws(Failure) -> String? {
    guard access(path, F_OK) == 0 else { return nil }
    for number in Self.numbers {
      let old = "\(path).old\(number)"
      if link(path, old) == 0 { return old }
      guard errno == EEXIST else { throw unwritable(old) }
      if FileManager.default.contentsEqual(atPath: path, andPath: old) { return old }
    }
    throw unwritable("\(path).old")
  }

  /// What follows a name of which there are several.
  static let numbers = [""] + (2...999).map(String.init)

  /// Puts a text where nothing is, unless one of the names has it already.
  static func put(
    _ text: String, at place: (String) -> String, mode: mode_t, _ unwritable: (String) -> Failure
  ) throws(Failure) -> (path: String, isNew: Bool) {
    let new = try stage(text, for: place(""), mode: mode, unwritable)
    defer { unlink(new) }
    if let path = numbers.map(place).first(where: { isLike($0, new) }) { return (path, false) }
    for path in numbers.map(place) {
      if link(new, path) == 0 { return (path, true) }
      guard errno == EEXIST else { throw unwritable(path) }
    }
    throw unwritable(place(""))
  }

  /// Whether two files have the same text and the same rights.
  private static func isLike(_ path: String, _ other: String) -> Bool {
    var (one, two) = (stat(), stat())
    return lstat(path, &one) == 0 && lstat(other, &two) == 0 && one.st_mode == two.st_mode && one.st_uid == two.st_uid
      && FileManager.default.contentsEqual(atPath: path, andPath: other)
  }

  /// Writes a file beside its place, durably.
  /// - Returns: its path.
  private static func stage(
    _ text: String, for place: String, mode: mode_t, _ unwritable: (String) -> Failure
  ) throws(Failure) -> String {
    let new = "\(place).new-\(getpid())"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw unwritable(place) }
    let bytes = Array(text.utf8)
    let isWritten =
      Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fchmod(descriptor, mode) == 0
      && fsync(descriptor) == 0
    let failure = unwritable(place)
    close(descriptor)
    guard isWritten else {
      unlink(new)
      throw failure
    }
    return new
  }

  private func unwritable(_ place: String) -> Failure { unwritable(place, String(cString: strerror(errno))) }

  private func unwritable(_ place: String, _ why: String) -> Failure {
    let root = geteuid() == 0 ? "" : "run it as root, as in sudo mate3 setup, or "
    return Failure(.file, "\(place) can't be written (\(why)); \(root)choose another place with --config")
  }
}
