internal import Foundation
internal import Glibc
internal import Synchronization

/// A real mosquitto on a free loopback port, which dies with this object and with the test process.
package final class MosquittoBroker: Sendable {
  package struct Options: Sendable {
    /// User names and passwords; anonymous clients are let in when there are none.
    package var users: [String: String] = [:]
    /// TLS with a certificate for `localhost`, made for the occasion.
    package var usesTLS = false
    /// Lines for the configuration.
    package var configuration: [String] = []

    package init(users: [String: String] = [:], usesTLS: Bool = false, configuration: [String] = []) {
      self.users = users
      self.usesTLS = usesTLS
      self.configuration = configuration
    }
  }

  package let port: UInt16
  /// The certificate to trust, with TLS.
  package let authorityFile: String?
  private let directory: TemporaryDirectory
  private let process = Mutex<ProcessRunner?>(nil)

  /// Whether mosquitto is installed.
  package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }
  private static let program = "/usr/sbin/mosquitto"

  /// Starts a broker and waits until it accepts connections.
  package static func start(_ options: Options = Options()) async throws -> MosquittoBroker {
    // The port is free when it is chosen; another process may still take it first.
    for _ in 0..<5 {
      let broker = try await MosquittoBroker(options)
      if try await broker.launch() { return broker }
    }
    throw TimedOut("mosquitto did not start on five free ports")
  }

  private init(_ options: Options) async throws {
    directory = try TemporaryDirectory()
    let (descriptor, port) = try ScriptedServer.listen(backlog: 1)
    Glibc.close(descriptor)
    self.port = port
    var lines = ["listener \(port) 127.0.0.1", "user root", "persistence false", "max_queued_messages 0"]
    if options.users.isEmpty {
      lines.append("allow_anonymous true")
    } else {
      let file = try directory.write("passwords", "")
      for (user, password) in options.users {
        try await Self.run("/usr/bin/mosquitto_passwd", ["-b", file, user, password])
      }
      lines += ["allow_anonymous false", "password_file \(file)"]
    }
    if options.usesTLS {
      let (certificate, key) = try await Self.makeCertificate(in: directory)
      lines += ["cafile \(certificate)", "certfile \(certificate)", "keyfile \(key)"]
      authorityFile = certificate
    } else {
      authorityFile = nil
    }
    try directory.write("mosquitto.conf", (lines + options.configuration).joined(separator: "\n") + "\n")
  }

  private static func run(_ program: String, _ arguments: [String]) async throws {
    let runner = try ProcessRunner(URL(filePath: program), arguments)
    let status = try await runner.exitStatus(within: .seconds(20))
    guard status == 0 else {
      throw ProcessRunner.Failure(description: "\(program) failed: \(runner.errorLines.joined(separator: " "))")
    }
  }

  private static func makeCertificate(in directory: TemporaryDirectory) async throws -> (String, String) {
    let (certificate, key) = ("\(directory.path)/broker.crt", "\(directory.path)/broker.key")
    try await run(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
      ])
    return (certificate, key)
  }

  /// - Returns: false when the broker ended instead of listening.
  private func launch() async throws -> Bool {
    let runner = try ProcessRunner(URL(filePath: Self.program), ["-c", "\(directory.path)/mosquitto.conf"])
    process.withLock { $0 = runner }
    try await eventually(within: .seconds(10), "mosquitto on port \(port)") {
      !runner.isRunning || Self.accepts(port)
    }
    return runner.isRunning
  }

  private static func accepts(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { Glibc.close(descriptor) }
    return ScriptedServer.withLoopback(port) { Glibc.connect(descriptor, $0, $1) } == 0
  }

  /// Ends the broker without any goodbye.
  package func kill() async throws { try await end(SIGKILL) }

  /// Ends the broker in good order.
  package func stop() async throws { try await end(SIGTERM) }

  private func end(_ number: Int32) async throws {
    guard let runner = process.withLock({ $0 }) else { return }
    runner.signal(number)
    try await runner.exitStatus()
    process.withLock { $0 = nil }
  }

  /// Lets the broker hang: its connections stay, and it does nothing.
  package func suspend() { process.withLock { $0?.signal(SIGSTOP) } }

  package func resume() { process.withLock { $0?.signal(SIGCONT) } }

  /// Ends the broker and starts it again on its port, with nothing retained.
  package func restart() async throws {
    try await kill()
    guard try await launch() else { throw TimedOut("mosquitto did not come back on port \(port)") }
  }
}
