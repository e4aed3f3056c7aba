import Foundation
import NIOCore
import TestSupport
import Testing
import Topics

@testable import Page

/// What clients of every kind get, and what they cost.
@Suite(.serialized) struct PageServerTests {
  @Test func valuesAreWhatWasPublished() async throws {
    let page = try await PageFixture()
    let answer = try page.get("/api/values")
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(answer.contains("\"charger_state\":\"absorb\""))
    #expect(answer.contains("\"battery_voltage\":57.5"))
    #expect(answer.contains("\"state_of_charge\":94"))
    #expect(answer.contains("Content-Security-Policy: default-src 'none'"))
    await page.stop()
  }

  @Test func aStreamBringsEverythingAndThenWhatIsNew() async throws {
    let page = try await PageFixture()
    let client = try RawClient(page.port)
    try client.send("GET /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let first = try client.read(until: "}\n\n")
    #expect(first.contains("Content-Type: text/event-stream"))
    #expect(first.contains("\"solar_power\":2530"))
    page.model.apply([.topic(PageFixture.controller, name: "watts", payload: "1234")])
    let second = try client.read(until: "}\n\n")
    #expect(second.contains("\"watts\":1234"))
    // Only of what has changed.
    #expect(!second.contains("solar_power"))
    await page.stop()
  }

  @Test func whatIsNotTheirsIsRefused() async throws {
    let page = try await PageFixture()
    let cases: [(String, String)] = [
      ("GET / HTTP/1.1\r\n\r\n", "400"),
      ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "421"),
      ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", "400"),
      ("GET /api/values HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n", "403"),
      ("GET /api/values HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n\r\n", "403"),
      ("GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
      ("GET /%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
      ("GET //etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
      ("GET /api/%0d%0aX-Injected:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
      ("GET /api/values?gateway=%0d%0aX-Injected:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
      ("DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"),
      ("GET /api/command HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"),
      ("HEAD /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"),
      ("POST /api/values HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", "405"),
      ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n", "413"),
      ("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"),
      ("nonsense\r\n\r\n", "400"),
    ]
    for (request, status) in cases {
      let client = try RawClient(page.port)
      try client.send(request)
      let answer = try client.read(until: "\r\n\r\n")
      #expect(
        answer.hasPrefix("HTTP/1.1 \(status) ") || answer.hasPrefix("HTTP/1.0 \(status) "), "\(request) \(answer)")
      #expect(!answer.contains("\r\nX-Injected"))
      // RFC 9110, section 15.5.6.
      #expect((status == "405") == answer.contains("\r\nAllow: "), "\(request)")
    }
    await page.stop()
  }

  @Test func whatIsTooLargeIsCut() async throws {
    let page = try await PageFixture()
    let client = try RawClient(page.port)
    // Nobody reads so much: the connection ends before all is sent.
    let line = "X-Fill: \(String(repeating: "a", count: 1000))\r\n"
    do {
      try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n")
      for _ in 0..<10_000 { try client.send(line) }
      Issue.record("ten megabytes of headers were taken")
    } catch {}
    let body = try RawClient(page.port)
    do {
      try body.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
      for _ in 0..<10_000 { try body.send("3e8\r\n\(String(repeating: "a", count: 1000))\r\n") }
      Issue.record("ten megabytes of a body were taken")
    } catch {}
    #expect(try page.get("/health/live").hasPrefix("HTTP/1.1 200"))
    await page.stop()
  }

  @Test func whoIsSlowIsGivenUp() async throws {
    let page = try await PageFixture { limits in
      limits.request = .milliseconds(200)
      limits.idle = .milliseconds(200)
    }
    // Nothing at all; a header that never ends; a body that never comes.
    let beginnings = [
      "", "GET / HTTP/1.1\r\nHost: loc", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1",
    ]
    let clients = try beginnings.map { beginning in
      let client = try RawClient(page.port)
      try client.send(beginning)
      return client
    }
    for client in clients { #expect(try client.readAll().isEmpty) }
    // Between two requests.
    let idle = try RawClient(page.port)
    try idle.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try idle.readAll().hasPrefix("HTTP/1.1 200"))
    await page.stop()
  }

  /// A connection that is reset while its stream is opened takes no place of one.
  @Test func streamsThatAreResetTakeNoPlace() async throws {
    let page = try await PageFixture { $0.streams = 20 }
    for _ in 0..<200 {
      let client = try RawClient(page.port)
      client.endsByReset()
      try client.send("GET /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    }
    try await eventually(within: .seconds(10), "no stream") {
      try page.get("/metrics").contains("mate3_page_streams 0\n")
    }
    let client = try RawClient(page.port)
    try client.send("GET /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try client.read(until: "data:").contains("200 OK"))
    await page.stop()
  }

  @Test func aStreamThatIsNotReadIsGivenUp() async throws {
    let page = try await PageFixture { limits in
      limits.stall = .milliseconds(300)
      limits.push = .milliseconds(1)
    }
    let client = try RawClient(page.port, receiveBuffer: 4096)
    try client.send("GET /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try client.read(until: "data:").contains("200 OK"))
    // More than both ends buffer, which the client never reads.
    let long = String(repeating: "x", count: 100_000)
    let deadline = ContinuousClock.now + .seconds(8)
    var isGone = false
    while !isGone, ContinuousClock.now < deadline {
      for index in 0..<8 {
        page.model.apply([
          .topic(PageFixture.controller, name: "note\(index)", payload: "\(long)\(ContinuousClock.now)")
        ]
        )
      }
      isGone = try page.get("/metrics").contains("mate3_page_streams 0\n")
    }
    #expect(isGone)
    await page.stop()
  }

  /// One address can't take all; a proxy on the machine itself, which speaks for many, may.
  @Test func anAddressHasItsShare() async throws {
    let page = try await PageFixture { $0.connectionsPerPeer = 3 }
    let held = try (0..<3).map { _ in try RawClient(page.port, source: "127.0.0.2") }
    for client in held {
      try client.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200"))
    }
    #expect(try RawClient(page.port, source: "127.0.0.2").readAll().isEmpty)
    for _ in 0..<5 { #expect(try page.get("/health/live").hasPrefix("HTTP/1.1 200")) }
    withExtendedLifetime(held) {}
    await page.stop()
  }

  /// Who comes through the proxy may use any name, other sites may not, and nobody else may connect.
  @Test func onlyTheProxyIsServed() async throws {
    let page = try await PageFixture(proxy: "127.0.0.2")
    let other = try RawClient(page.port)
    try other.send("GET /api/values HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    #expect(try other.readAll().isEmpty)
    for (headers, status) in [
      ("Host: home.example.org:8123", "200"), ("Host: home.example.org\r\nOrigin: https://home.example.org", "200"),
      ("Host: home.example.org\r\nOrigin: https://evil.example", "403"),
      ("Host: home.example.org\r\nSec-Fetch-Site: cross-site", "403"),
    ] {
      let client = try RawClient(page.port, source: "127.0.0.2")
      try client.send("GET /api/values HTTP/1.1\r\n\(headers)\r\n\r\n")
      #expect(try client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 \(status) "), "\(headers)")
    }
    await page.stop()
  }

  @Test func theSocketTellsOfHealthAndNothingElse() async throws {
    let page = try await PageFixture()
    let path = page.directory.path + "/health.sock"
    try await eventually("the socket") { FileManager.default.fileExists(atPath: path) }
    for (target, status) in [("/health/live", "200"), ("/health/ready", "200"), ("/api/values", "404"), ("/", "404")] {
      let client = try RawClient(socket: path)
      try client.send("GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      #expect(try client.readAll().hasPrefix("HTTP/1.1 \(status)"), "\(target)")
    }
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    await page.stop()
  }

  /// Also when the page has all the connections that it may.
  @Test func theSocketAnswersWhateverThePageHas() async throws {
    let page = try await PageFixture {
      $0.connections = 4
      $0.pending = 0
    }
    let path = page.directory.path + "/health.sock"
    try await eventually("the socket") { FileManager.default.fileExists(atPath: path) }
    let visitors = try (0..<8).map { _ in try RawClient(page.port) }
    #expect(try visitors[7].readAll().isEmpty)
    let client = try RawClient(socket: path)
    try client.send("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(try client.readAll().hasPrefix("HTTP/1.1 200"))
    withExtendedLifetime(visitors) {}
    await page.stop()
  }

  /// Who sends and never reads has one answer made, not all that were asked for, and delays nobody.
  @Test func theNextRequestWaitsUntilTheAnswerIsTaken() async throws {
    let page = try await PageFixture { $0.answer = .seconds(2) }
    let path = page.directory.path + "/health.sock"
    try await eventually("the socket") { FileManager.default.fileExists(atPath: path) }
    let long = String(repeating: "x", count: 1 << 20)
    page.model.apply([.topic(PageFixture.controller, name: "note", payload: long)])
    let request = "GET /api/values HTTP/1.1\r\nHost: localhost\r\n\r\n"
    let clients = try (0..<20).map { _ in
      let client = try RawClient(page.port, receiveBuffer: 4096)
      try client.send(String(repeating: request, count: 80))
      return client
    }
    let begin = ContinuousClock.now
    let local = try RawClient(socket: path)
    try local.send("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(try local.readAll().hasPrefix("HTTP/1.1 200"))
    #expect(begin.duration(to: .now) < .seconds(1))
    let metrics = try page.get("/metrics")
    let line = try #require(metrics.split(separator: "\n").first { $0.hasPrefix("mate3_page_requests_total ") })
    let answered = try #require(line.split(separator: " ").last.flatMap { Int($0) })
    #expect(answered <= 21 * 5, "\(answered)")
    // And is given up.
    try await eventually(within: .seconds(10), "the end of their connections") {
      try page.get("/metrics").contains("\nmate3_page_connections 1\n")
    }
    withExtendedLifetime(clients) {}
    await page.stop()
  }

  @Test func whoReadsIsAnsweredInTurnAndNotForEver() async throws {
    let page = try await PageFixture { $0.requests = 20 }
    let client = try RawClient(page.port)
    try client.send(String(repeating: "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 50))
    let answers = try client.readAll()
    #expect(answers.matches(of: /HTTP\/1\.1 200 OK/).count == 20)
    #expect(answers.matches(of: /Connection: close/).count == 1)
    await page.stop()
  }

  /// Whoever holds all connections of the socket has them for as long as nobody else wants one.
  @Test func theSocketTakesTheNextForTheOldest() async throws {
    let page = try await PageFixture()
    let path = page.directory.path + "/health.sock"
    try await eventually("the socket") { FileManager.default.fileExists(atPath: path) }
    let held = try (0..<69).map { _ in try RawClient(socket: path) }
    let client = try RawClient(socket: path)
    try client.send("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(try client.readAll().hasPrefix("HTTP/1.1 200"))
    withExtendedLifetime(held) {}
    await page.stop()
  }

  /// What a page has been told it is not told again.
  @Test func aStreamBringsOnlyWhatIsNewOfALedger() async throws {
    let page = try await PageFixture()
    func result(_ id: String) -> StateChange {
      .result(
        Array(
          """
          {"status":"accepted","code":"ok","reason":"","id":"\(id)","received_at":"2026-03-04T05:06:00.000Z",\
          "finished_at":"2026-03-04T05:06:00.100Z"}
          """.utf8))
    }
    page.model.apply((0..<60).map { result("early-\($0)-") })
    let client = try RawClient(page.port)
    try client.send("GET /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let first = try client.read(until: "}\n\n")
    #expect(first.contains("early-59-") && first.contains("\"total\":60"))
    // A page shows the last ones; all that are kept are at /api/ledger.
    #expect(!first.contains("early-10-"))
    page.model.apply([result("late-1-")])
    let second = try client.read(until: "}\n\n")
    #expect(second.contains("late-1-") && second.contains("\"total\":61"))
    #expect(!second.contains("early-"))
    page.model.apply([
      .topic(PageFixture.controller, name: "watts", payload: "1234"),
      .topic(PageFixture.controller, name: "battery_voltage", payload: ""),
    ])
    let third = try client.read(until: "}\n\n")
    #expect(third.contains("\"watts\":1234") && third.contains("\"battery_voltage\":null"))
    // Nor other values of the device, nor what becomes of commands.
    #expect(!third.contains("charger_state") && !third.contains("\"commands\""), "\(third)")
    await page.stop()
  }

  @Test func aLineFeedEndsNoEvent() async throws {
    let page = try await PageFixture()
    page.model.apply([.topic(nil, name: "alerts", payload: "[\r\n]"), .topic(nil, name: "info", payload: "{\n}")])
    let client = try RawClient(page.port)
    try client.send("GET /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let first = try client.read(until: "}\n\n")
    let event = try #require(first.firstRange(of: "data: ")).upperBound
    let line = first[event...].unicodeScalars.prefix { $0 != "\n" && $0 != "\r" }
    #expect(String(line).hasSuffix("\"whole\":true}"), "\(first)")
    await page.stop()
  }

  /// Who has no script reads one sentence.
  @Test func theSentenceSaysThatSomethingIsWrong() async throws {
    let page = try await PageFixture()
    #expect(try page.get("/").contains("All is well"))
    let alert = #"[{"kind":"missing","name":"x","message":"<b>\u0301 is away","since":"2026-03-04T05:06:00Z"}]"#
    page.model.apply([.topic(nil, name: "alerts", payload: alert)])
    let body = try page.get("/")
    #expect(!body.contains("All is well") && body.contains("One thing needs your attention"))
    await page.stop()
  }

  @Test func onlyTheFieldsThatAreAskedForAreListed() async throws {
    let page = try await PageFixture()
    let some = try page.get("/api/fields?names=watts,solar_power")
    #expect(some.contains("\"watts\"") && some.contains("\"solar_power\"") && !some.contains("battery_voltage"))
    #expect(try page.get("/api/fields").contains("battery_voltage"))
    await page.stop()
  }

  /// Ten thousand connections at once are more than a process may have open; the server takes 128.
  @Test func connectionsAreBounded() async throws {
    let page = try await PageFixture { $0.connections = 20 }
    func open() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
    let before = try open()
    let clients = try (0..<200).map { _ in try RawClient(page.port) }
    // All but twenty find their connection closed.
    let now = try await value(within: .seconds(5)) { () -> Int? in
      let now = try open()
      return now <= before + 200 + 20 ? now : nil
    }
    #expect(now >= before + 200)
    #expect(try clients[199].readAll().isEmpty)
    withExtendedLifetime(clients) {}
    await page.stop()
  }
}
