import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import Threads

@testable import History
@testable import HistoryStore
@testable import PostgresStore

/// A server that is not there, that hangs, and that is killed.
@Suite(.enabled(if: PostgresServer.isInstalled, "needs postgresql"))
struct PostgresServerTests {
  private let noon = SinkBench.noon

  /// Every row once, and as it is in the file, while the server is killed, stopped and suspended and the sink is cut at
  /// any moment.
  @Test func everyRowOnceWhateverTheServerDoes() async throws {
    let bench = try await SinkBench()
    var random = SplitMix64(seed: 16)
    let minutes: Int64 = 2500
    for part in 0..<10 as Range<Int64> {
      var items: [HistoryItem] = []
      for minute in part * 250..<part * 250 + 250 {
        let values: [HistoryValue] = [.real(Double(minute) / 4), .text("on"), .integer(minute)]
        for port in 1...4 { items.append(SinkBench.row(noon + minute * 60, values, port: port)) }
      }
      try await bench.write(items, at: noon + (part + 1) * 250 * 60)
    }
    try bench.start()
    // So that there is a time to be killed in.
    try await bench.shows("SELECT count(*) > 0 FROM mate3.house", ["t"])
    try await bench.query(
      """
      CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.03); RETURN NULL; END';
      CREATE TRIGGER slow AFTER INSERT ON mate3.house EXECUTE FUNCTION slow();
      DELETE FROM mate3.sent; DELETE FROM mate3.house
      """)
    await bench.stop()
    for round in 0..<12 {
      try bench.start()
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...250, using: &random)))
      switch round % 4 {
      case 0: try await bench.server.kill()
      case 1: try await bench.server.stop()
      case 2: bench.server.suspend()
      default: break
      }
      // Cut, as the sink would be by a kill, within whatever it does.
      await bench.stop()
      switch round % 4 {
      case 0, 1: try await bench.server.launch()
      case 2: bench.server.resume()
      default: break
      }
    }
    try await bench.query("DROP TRIGGER slow ON mate3.house")
    try bench.start()
    try await bench.shows("SELECT count(*) FROM mate3.house", ["\(minutes * 4)"])
    let sums = try await bench.query(
      "SELECT count(DISTINCT (gateway, port, time)), sum(power), sum(count), count(state), min(readings) FROM mate3.house"
    )
    // Of 0 … 2499, four times, as quarters and as they are.
    #expect(sums == ["10000|3123750|12495000|10000|12"])
    await bench.stop()
  }

  /// A server that is killed and comes back under a sink that goes on; nobody needs to hear of it.
  @Test func aRestartIsNoNews() async throws {
    let bench = try await SinkBench()
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    try bench.start()
    try await bench.shows("SELECT count(*) FROM mate3.house", ["1"])
    try await bench.server.kill()
    try await bench.write([SinkBench.row(noon + 60)], at: noon + 120)
    try await bench.server.launch()
    try await bench.shows("SELECT count(*) FROM mate3.house", ["2"])
    #expect(bench.alerts.isEmpty)
    await bench.stop()
  }

  /// One that takes connections and says nothing holds up nobody: the end comes at once.
  @Test func aServerThatSaysNothing() async throws {
    let (listener, port) = try ScriptedServer.listen(backlog: 4)
    defer { close(listener) }
    let bench = try await SinkBench()
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    try bench.start(
      url: "postgres://postgres@localhost:\(port)/postgres?connect_timeout=2&sslmode=disable", patience: .zero)
    try await bench.alert("postgres", "did not answer in time")
    let begin = ContinuousClock.now
    await bench.stop()
    #expect(begin.duration(to: .now) < .milliseconds(1500))
  }

  /// What a server may say is bounded, be it in rows, in notices, in one message or before it lets us in.
  @Test(arguments: ["rows", "notices", "message", "greeting"])
  func aServerThatSaysTooMuch(_ kind: String) async throws {
    @Sendable func message(_ type: Character, _ body: [UInt8], length: Int? = nil) -> [UInt8] {
      let count = UInt32((length ?? body.count) + 4)
      return [type.asciiValue ?? 0] + withUnsafeBytes(of: count.bigEndian) { Array($0) } + body
    }
    let filling = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
    let column: [UInt8] =
      [0, 1, UInt8(ascii: "a"), 0] + [0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]
    let server = try ScriptedServer { peer in
      _ = peer.readSome()
      peer.write(message("R", [0, 0, 0, 0]))
      if kind != "greeting" {
        for (name, value) in [("server_version", "15.0"), ("client_encoding", "UTF8")] {
          peer.write(message("S", Array("\(name)\0\(value)\0".utf8)))
        }
        peer.write(message("K", [0, 0, 0, 1, 0, 0, 0, 2]) + message("Z", [UInt8(ascii: "I")]))
        _ = peer.readSome()
      }
      switch kind {
      case "rows": peer.write(message("T", column))
      case "message": peer.write(message("T", column) + message("D", [0, 1, 0x3F, 0, 0, 0], length: 0x3F00_0006))
      default: break
      }
      for _ in 0..<4000 {
        switch kind {
        case "rows": peer.write(message("D", [0, 1, 0, 1, 0x86, 0xA0] + filling))
        case "message": peer.write(filling)
        default: peer.write(message("N", Array("SNOTICE\0M".utf8) + filling.prefix(20000) + [0, 0]))
        }
      }
    }
    defer { server.close() }
    let bench = try await SinkBench()
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    try bench.start(url: "postgres://postgres@127.0.0.1:\(server.port)/postgres?sslmode=disable", patience: .zero)
    try await bench.alert("postgres", "says more than")
    await bench.stop()
  }

  /// A server that stops answering in the middle: the sink ends at once all the same.
  @Test func aServerThatHangs() async throws {
    let bench = try await SinkBench()
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    try bench.start()
    try await bench.shows("SELECT count(*) FROM mate3.house", ["1"])
    let lock = try ProcessRunner(
      URL(filePath: "/usr/bin/psql"),
      [
        "-h", bench.server.directory.path, "-p", "\(bench.server.port)", "-U", "postgres", "-c",
        "BEGIN; LOCK TABLE mate3.house; SELECT pg_sleep(60)",
      ])
    try await bench.shows(
      "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'mate3.house'::regclass", ["1"])
    try await bench.write([SinkBench.row(noon + 60)], at: noon + 120)
    try await bench.shows("SELECT count(*) FROM pg_locks WHERE NOT granted", ["1"])
    let begin = ContinuousClock.now
    await bench.stop()
    #expect(begin.duration(to: .now) < .milliseconds(1500))
    lock.signal(SIGKILL)
  }

  /// Rows of mate3_pg wait in memory only: their loss is said.
  @Test func rowsThatAreLostWithTheEnd() async throws {
    let said = Mutex<[String]>([])
    let (listener, port) = try ScriptedServer.listen(backlog: 4)
    defer { close(listener) }
    let table = WideTable(name: "a", columns: [WideColumn(name: "b", kind: .integer)])
    let writer = WideTableWriter(
      [table],
      try PostgresAddress(url: "postgres://postgres@127.0.0.1:\(port)/postgres", password: nil, passwordFile: nil),
      hypertables: false, on: ThreadExecutor(name: "postgres-test")
    ) { text in said.withLock { $0.append(text) } }
    let values = [WideValue(raw: 1, text: "1", exponent: 0)]
    writer.add((0..<3).map { WideRow(table: 0, time: $0, values: values) })
    let task = Task { await writer.run() }
    task.cancel()
    await task.value
    #expect(said.withLock(\.last) == "3 rows that the database has not taken yet went with this end")
  }

  /// What the URL asks for is had, or nothing is sent.
  @Test func encryptionThatIsAskedForIsNotGoneWithout() async throws {
    let bench = try await SinkBench()
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    try bench.start(
      url: "postgres://postgres@localhost:\(bench.server.port)/postgres?sslmode=require", patience: .zero)
    try await bench.alert("postgres", "server does not support SSL")
    await bench.stop()
    #expect(try await bench.query("SELECT to_regnamespace('mate3')") == [""])
  }

  /// Whose certificate it is shows by the name in the URL, though it is looked up here and not by libpq.
  @Test func theServersCertificateIsLookedAt() async throws {
    let bench = try await SinkBench(PostgresServer.start(usesTLS: true))
    let other = try await PostgresServer.start(usesTLS: true)
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    func url(_ host: String, _ authority: PostgresServer) -> String {
      "postgres://postgres@\(host):\(bench.server.port)/postgres?sslmode=verify-full&sslrootcert=\(authority.authorityFile)"
    }
    for (host, authority, problem) in [
      ("127.0.0.1", bench.server, "does not match host name"), ("localhost", other, "certificate verify failed"),
    ] {
      try bench.start(url: url(host, authority), patience: .zero)
      try await bench.alert("postgres", problem)
      await bench.stop()
    }
    try bench.start(url: url("localhost", bench.server))
    try await bench.shows("SELECT count(*) FROM mate3.house", ["1"])
    #expect(
      try await bench.query(
        "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'mate3'")
        == ["t"])
    await bench.stop()
  }

  @Test func urlsThatMakeNoSense() throws {
    func reason(_ url: String) -> String? {
      do {
        _ = try PostgresAddress(url: url, password: nil, passwordFile: nil)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(reason("postgres://solar@db.example/solar?sslmode=verify-full&sslrootcert=/etc/ca.pem") == nil)
    #expect(reason("postgres://solar@db.example/solar?nonsense=1")?.contains("invalid URI query parameter") ?? false)
    #expect(reason("postgres://solar@a,b:1,2/solar")?.contains("not as long as each other") ?? true)
    #expect(reason("postgres:///solar?service=x")?.contains("names a service") ?? false)
    for text in [
      "postgres://solar:secret@db/solar", "postgresql://db/solar?password=secret", "postgres://db/?sslpassword=x",
      "postgres://db/?%70assword=secret", "mysql://db", "host=db password=secret", "postgres://u@h/d\nb",
    ] {
      do {
        _ = try PostgresURL(text)
        Issue.record("\(text) was taken")
      } catch {
        #expect(!error.message.contains("secret"))
      }
    }
  }
}
