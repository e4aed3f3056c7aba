internal import Foundation
internal import Glibc
internal import Synchronization

/// A real PostgreSQL with a cluster of its own on a free loopback port and a socket, which dies with this object and with
/// the test process. It refuses to run as root, so that it runs as the user `postgres` where the tests do.
package final class PostgresServer: Sendable {
  package let port: UInt16
  package let directory: TemporaryDirectory
  /// Where a statement is run that does not say.
  package let database: String
  private let host: String
  private let process = Mutex<ProcessRunner?>(nil)

  private static let folder: String? = {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    return versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "/usr/lib/postgresql/\($0)/bin" }
      .first { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }
  }()
  /// Whether it is installed.
  package static var isInstalled: Bool { folder != nil }
  /// Not runuser, whose child would outlive the test.
  private static let asUser =
    getuid() == 0
    ? [
      "/usr/bin/setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "--pdeathsig", "KILL", "--",
    ] : []

  /// Makes a cluster, starts it and waits until it takes connections. Its superuser is `postgres`, whom it trusts; whoever
  /// else connects over TCP needs a password.
  /// - Parameter usesTLS: with a certificate for `localhost`, made for the occasion.
  package static func start(usesTLS: Bool = false) async throws -> PostgresServer {
    let (descriptor, port) = try ScriptedServer.listen(backlog: 1)
    close(descriptor)
    let server = try PostgresServer(port)
    try await server.make(usesTLS: usesTLS)
    try await server.launch()
    return server
  }

  private init(_ port: UInt16) throws {
    self.port = port
    directory = try TemporaryDirectory()
    database = "postgres"
    host = directory.path
  }

  // MARK: TimescaleDB

  /// The port of the real one that `.ci/timescale` has started, where it has.
  private static let timescalePort = ProcessInfo.processInfo.environment["MATE3_TIMESCALE"]
    .flatMap { URLComponents(string: $0)?.port }.flatMap(UInt16.init)
  package static var hasTimescale: Bool { timescalePort != nil }

  /// A new database with TimescaleDB, on a server that is not this object's to start or end.
  package static func timescale() async throws -> PostgresServer {
    let name = "test_\(UUID().uuidString.prefix(8).lowercased())"
    let server = try PostgresServer(timescalePort: timescalePort ?? 0, name)
    try await server.query("CREATE DATABASE \(name)", database: "postgres")
    try await server.query("CREATE EXTENSION timescaledb")
    return server
  }

  private init(timescalePort: UInt16, _ database: String) throws {
    port = timescalePort
    directory = try TemporaryDirectory()
    self.database = database
    host = "127.0.0.1"
  }

  // MARK: The server

  private var data: String { "\(directory.path)/data" }

  /// The certificate to trust, with TLS.
  package var authorityFile: String { "\(data)/server.crt" }

  private func make(usesTLS: Bool) async throws {
    if getuid() == 0, let user = getpwnam("postgres")?.pointee {
      chown(directory.path, user.pw_uid, user.pw_gid)
    }
    try await run(
      "\(Self.folder ?? "")/initdb",
      ["-D", data, "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C", "-A", "trust"])
    let rules = """
      local all all trust
      host all postgres 127.0.0.1/32 trust
      host all all 127.0.0.1/32 scram-sha-256

      """
    try Data(rules.utf8).write(to: URL(filePath: "\(data)/pg_hba.conf"))
    let settings = """

      port = \(port)
      listen_addresses = '127.0.0.1'
      unix_socket_directories = '\(directory.path)'
      shared_buffers = 16MB
      max_connections = 30
      logging_collector = off
      log_statement = all
      ssl = \(usesTLS ? "on" : "off")
      log_destination = stderr

      """
    if usesTLS {
      try await run(
        "/usr/bin/openssl",
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
          "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(data)/server.key", "-out",
          authorityFile,
        ])
    }
    let file = FileHandle(forWritingAtPath: "\(data)/postgresql.conf")
    try file?.seekToEnd()
    try file?.write(contentsOf: Data(settings.utf8))
    try file?.close()
  }

  private func run(_ program: String, _ arguments: [String]) async throws {
    let words = Self.asUser + [program] + arguments
    let runner = try ProcessRunner(URL(filePath: words[0]), Array(words.dropFirst()))
    guard try await runner.exitStatus(within: .seconds(60)) == 0 else {
      throw ProcessRunner.Failure(description: "\(program) failed: \(runner.errorLines.joined(separator: " "))")
    }
  }

  /// Starts the server, and waits until it takes connections.
  package func launch() async throws {
    let words = Self.asUser + ["\(Self.folder ?? "")/postgres", "-D", data]
    let runner = try ProcessRunner(URL(filePath: words[0]), Array(words.dropFirst()))
    process.withLock { $0 = runner }
    try await eventually(within: .seconds(30), "PostgreSQL on port \(port)") {
      guard runner.isRunning else {
        throw ProcessRunner.Failure(
          description: "PostgreSQL ended: \(runner.errorLines.suffix(5).joined(separator: " "))")
      }
      return try await query("SELECT 1", quiet: true) == ["1"]
    }
  }

  /// Ends it as a crash would, with all its processes.
  package func kill() async throws { try await end(SIGQUIT) }

  /// Ends it in good order.
  package func stop() async throws { try await end(SIGINT) }

  /// Lets it hang: its connections stay, and it takes no more.
  package func suspend() { process.withLock { $0?.signal(SIGSTOP) } }

  package func resume() { process.withLock { $0?.signal(SIGCONT) } }

  private func end(_ number: Int32) async throws {
    guard let runner = process.withLock({ $0 }) else { return }
    runner.signal(number)
    try await runner.exitStatus(within: .seconds(30))
    process.withLock { $0 = nil }
  }

  /// Rows of a statement, run as the superuser, with `|` between the columns.
  @discardableResult
  package func query(_ sql: String, database: String? = nil, quiet: Bool = false) async throws -> [String] {
    let runner = try ProcessRunner(
      URL(filePath: "\(Self.folder ?? "")/psql"),
      [
        "-h", host, "-p", "\(port)", "-U", "postgres", "-d", database ?? self.database, "-AtqX", "-v",
        "ON_ERROR_STOP=1",
        "-c", sql,
      ])
    let status = try await runner.exitStatus(within: .seconds(60))
    try await eventually("psql's output") { runner.isSilent }
    guard status == 0 || quiet else {
      throw ProcessRunner.Failure(description: "\(sql): \(runner.errorLines.joined(separator: " "))")
    }
    return runner.outputLines
  }

  /// What it has written to its log since it was started.
  package var log: [String] { process.withLock { $0?.errorLines } ?? [] }
}
