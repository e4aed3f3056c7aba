import Foundation
import Simulator
import Synchronization
import TestSupport
import Testing

/// What strangers send to the page: it is refused and counted, and neither readings nor commands wait for it.
@Suite(.enabled(if: MosquittoBroker.isInstalled, "needs mosquitto"), .timeLimit(.minutes(4)))
struct PageAttackTests {
  /// Connections at once; `make soak` has 10,000.
  private static let count = ProcessInfo.processInfo.environment["MATE3_CONNECTIONS"].flatMap(Int.init) ?? 400

  private static let floods = [
    // Nothing at all, what never ends, and what is too much.
    "", "GET / HTTP/1.1\r\nHost: loc", "GET /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST /api/command HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\nx",
    "GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 30000))",
    // Of other sites, and what is no business of theirs.
    "GET /api/values HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "GET /api/values HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n",
    "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /api/values?gateway=%0d%0aX-Injected:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST /api/command HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer guess\r\n"
      + "Content-Length: 2\r\n\r\n{}",
  ]

  /// Opens connections on a thread of its own and holds them until it is ended.
  private final class Flood: Sendable {
    private let state = Mutex((opened: 0, isEnding: false, isOver: false))
    var opened: Int { state.withLock { $0.opened } }
    var isOver: Bool { state.withLock { $0.isOver } }

    init(_ port: Int, _ count: Int) {
      Thread.detachNewThread { [self] in
        var held: [RawClient] = []
        for index in 0..<count where !state.withLock({ $0.isEnding }) {
          // One that is refused is closed while it still sends, or connects.
          do {
            held.append(try RawClient(port))
            try held[held.count - 1].send(floods[index % floods.count])
          } catch {}
          state.withLock { $0.opened = index + 1 }
        }
        while !state.withLock({ $0.isEnding }) { Thread.sleep(forTimeInterval: 0.05) }
        held = []
        state.withLock { $0.isOver = true }
      }
    }

    func end() { state.withLock { $0.isEnding = true } }
  }

  @Test func anOffGetsThroughAFloodOfThePage() async throws {
    let (system, port) = try await PageOverHTTPTests.start(
      ["--page-commands", "true"], ["MATE3_PAGE_TOKEN": PageCommandTests.token])
    let process = system.bridge.processIdentifier
    func descriptors() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    }
    let topic = "radian_inverter_configuration/1/aux_control"
    func off() async throws -> Duration {
      #expect(try await system.command(topic, "on").status == "accepted")
      let begin = ContinuousClock.now
      #expect(try await system.command(topic, "off").status == "accepted")
      return begin.duration(to: .now)
    }
    let usual = try await off()
    // The files of the history come to these.
    let before = (descriptors: try descriptors(), memory: try residentMemory(of: process))
    var most = before
    var slowest = Duration.zero
    let flood = Flood(port, Self.count)
    repeat {
      slowest = max(slowest, try await off())
      most = (max(most.descriptors, try descriptors()), max(most.memory, try residentMemory(of: process)))
    } while flood.opened < Self.count
    #expect(most.descriptors <= before.descriptors + 140)
    #expect(slowest < .seconds(2))
    // Readings go on.
    try await system.watcher.next("mate3/house/0/availability", where: { $0.text == "online" })
    #expect(!system.bridge.errorLines.contains { $0.contains("can't be read") })
    flood.end()
    try await eventually(within: .seconds(30), "the end of their connections") {
      let now = try descriptors()
      return flood.isOver && now <= before.descriptors + 10
    }
    let metrics = try RawClient.body(port, "/metrics")
    let rejected = metrics.split(separator: "\n").filter { $0.hasPrefix("mate3_page_rejected_total") }
      .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    #expect(rejected > Double(Self.count) / 3)
    print(
      "\(Self.count) connections: off in \(usual) before, at most \(slowest) meanwhile; descriptors",
      "\(before.descriptors), \(most.descriptors), \(try descriptors()); resident KiB \(before.memory), \(most.memory),",
      "\(try residentMemory(of: process)); rejected \(rejected)")
    try await system.stop()
  }

  /// A device may call itself whatever it likes.
  @Test(.enabled(if: PageOverHTTPTests.hasBrowser, "needs chromium")) func markupInARegisterIsText() async throws {
    let (system, port) = try await PageOverHTTPTests.start()
    try system.simulator.apply(.changeSerial(port: 1, serial: "<img src=x>"))
    // Whoever writes looks at the serial number first.
    #expect(try await system.command("radian_inverter_configuration/1/aux_control", "on").status != "accepted")
    let look = try await PageOverHTTPTests.look(
      port,
      [
        "--wait", "document.querySelector('.warning')?.textContent.includes('<img src=x>')",
        "--evaluate",
        "String(document.querySelectorAll('img').length)",
      ])
    #expect(look.isThere && look.value == "0", "\(look.value ?? "")")
    #expect(look.console.isEmpty, "\(look.console)")
    try await system.stop()
  }
}
