import Foundation
import Simulator
import TestSupport
import Testing

private let program = "/usr/bin/prometheus"

/// The example's configuration and rules in a real Prometheus, only faster.
@Suite(
  .enabled(
    if: MosquittoBroker.isInstalled && FileManager.default.isExecutableFile(atPath: program),
    "needs mosquitto and Debian's prometheus"), .timeLimit(.minutes(2)))
struct PrometheusTests {
  private static let examples = ProcessRunner.packageDirectory.appending(path: "examples/prometheus")

  private struct Answer<Content: Decodable>: Decodable {
    let status: String
    let data: Content
  }

  private struct Vector: Decodable {
    struct Sample: Decodable {
      let metric: [String: String]
      let value: [Scalar]
    }

    /// A time or a number as text.
    enum Scalar: Decodable {
      case time
      case number(Double?)

      init(from decoder: any Decoder) throws {
        let text = try? decoder.singleValueContainer().decode(String.self)
        self = text.map { .number(Double($0)) } ?? .time
      }
    }

    let result: [Sample]

    var numbers: [Double] {
      result.flatMap(\.value).compactMap { if case .number(let number) = $0 { number } else { nil } }
    }
  }

  private struct Targets: Decodable {
    struct Target: Decodable {
      let health: String
      let lastError: String
    }

    let activeTargets: [Target]
  }

  private struct Rules: Decodable {
    struct Group: Decodable {
      struct Rule: Decodable {
        let name: String
        let health: String
        let state: String
      }

      let rules: [Rule]
    }

    let groups: [Group]
  }

  /// In HTTP 1.0, which has no chunks.
  private static func body(_ port: Int, _ path: String) throws -> String {
    let client = try RawClient(port)
    try client.send("GET \(path) HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    let answer = try client.readAll()
    return answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
  }

  private static func ask<Content: Decodable>(_ port: Int, _ path: String, _: Content.Type) throws -> Content {
    try JSONDecoder().decode(Answer<Content>.self, from: Data(body(port, path).utf8)).data
  }

  private static func start(
    page port: Int, in directory: TemporaryDirectory
  ) async throws -> (prometheus: ProcessRunner, port: Int) {
    let scrape = try String(contentsOf: examples.appending(path: "prometheus.yml"), encoding: .utf8)
      .replacing("127.0.0.1:8463", with: "127.0.0.1:\(port)").replacing("15s", with: "1s")
    let rules = try String(contentsOf: examples.appending(path: "alerts.yml"), encoding: .utf8)
      .replacing(/for: \d+[mh]/, with: "for: 1s")
    try directory.write("alerts.yml", rules)
    let file = try directory.write("prometheus.yml", "global: {evaluation_interval: 1s}\n" + scrape)
    // The port is free when it is chosen; another process may still take it first.
    for _ in 0..<5 {
      let (descriptor, own) = try ScriptedServer.listen(backlog: 1)
      close(descriptor)
      let prometheus = try ProcessRunner(
        URL(filePath: program),
        [
          "--config.file", file, "--storage.tsdb.path", directory.path + "/data-\(own)",
          "--web.listen-address", "127.0.0.1:\(own)",
        ])
      do {
        try await eventually(within: .seconds(30), "a Prometheus that is ready") {
          guard prometheus.isRunning else { throw TimedOut("Prometheus ended: \(prometheus.errorLines.suffix(3))") }
          return (try? body(Int(own), "/-/ready").contains("Ready")) ?? false
        }
        return (prometheus, Int(own))
      } catch  where prometheus.errorLines.contains(where: { $0.contains("address already in use") }) {}
    }
    throw TimedOut("Prometheus did not start on five free ports")
  }

  @Test func scrapesWhatTheTopicsSayAndWakesTheOwner() async throws {
    let (system, page) = try await PageOverHTTPTests.start()
    let directory = try TemporaryDirectory()
    let (prometheus, port) = try await Self.start(page: page, in: directory)
    func numbers(_ query: String) throws -> [Double] {
      try Self.ask(port, "/api/v1/query?query=\(query)", Vector.self).numbers
    }
    let watcher = system.watcher
    try await eventually(within: .seconds(20), "the topic's value in Prometheus") {
      let topic = watcher.texts["mate3/house/0/solar_power"].flatMap(Double.init)
      return try topic != nil && numbers("mate3_house_solar_power_watts") == [topic]
    }
    let targets = try Self.ask(port, "/api/v1/targets", Targets.self).activeTargets
    #expect(targets.map(\.health) == ["up"] && targets.map(\.lastError) == [""])
    #expect(try numbers("mate3_gateway_up") == [1])
    #expect(try numbers("mate3_device_up").count > 4)

    await system.simulator.stop()
    try await eventually(within: .seconds(30), "the alert") {
      try Self.ask(port, "/api/v1/rules", Rules.self).groups.flatMap(\.rules)
        .contains { $0.name == "GatewaySilent" && $0.state == "firing" }
    }
    // What is not known has no sample, not its last one.
    #expect(try numbers("mate3_house_solar_power_watts").isEmpty)
    let rules = try Self.ask(port, "/api/v1/rules", Rules.self).groups.flatMap(\.rules)
    #expect(rules.count == 8 && rules.allSatisfy { $0.health == "ok" })

    prometheus.signal(SIGTERM)
    #expect(try await prometheus.exitStatus(within: .seconds(20)) == 0)
    try await system.stop()
  }
}
