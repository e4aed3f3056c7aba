import Foundation
import MessageIO
import RegisterIO
import Simulator
import TestSupport
import Testing

@testable import Mate3
@testable import StateStore

/// The bridge is killed at each write of a command of several settings, and right before it: after the restart the
/// event, the alert, the answer to the same id and the ledger say what the gateway has got, and nothing is written later.
@Suite(.enabled(if: MosquittoBroker.isInstalled, "needs mosquitto"), .timeLimit(.minutes(3)))
struct SettingsKillTests {
  private static let device = "radian_inverter_configuration/1"
  private static let fields = ["absorb_volts", "float_volts", "refloat_volts"]

  @Test func whatIsToldAfterTheRestartIsWhatWasWritten() async throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("bridge.yaml", "commands: {allow: [operational, setpoint]}\n")
    let system = try await RunningSystem.start(
      try await CommandLine.serve("home"), live: 60,
      arguments: [
        "--config", file, "--caps-field-interval", "0s", "--caps-field-per-day", "100", "--caps-device-per-day", "200",
        "--caps-gateway-per-day", "200",
      ])
    try await system.ready()
    // Where in the command its writes are.
    try await reset(system, "first")
    let begin = system.simulator.counters.requests
    #expect(try await command(system, "whole", "60.0", "59.2", "58.8").code == "ok")
    let writes = system.simulator.counters.lastWrites.suffix(3).map { ($0.request - begin, $0.address) }
    #expect(writes.count == 3)
    var cuts = 0
    for (index, (offset, _)) in writes.enumerated() {
      // At the write itself, which is carried out, and at the last read before it.
      for isAtWrite in [true, false] {
        try await reset(system, "reset \(index) \(isAtWrite)")
        let id = "cut \(index) \(isAtWrite)"
        let before = system.simulator.counters
        system.simulator.schedule(
          .delay(.seconds(30), .standing), inRequests: offset - (isAtWrite ? 0 : 1), isAfter: false)
        system.watcher.publish("mate3/\(Self.device)/set", payload(id, "60.0", "59.2", "58.8"))
        try await eventually("the request to be cut") {
          system.simulator.counters.requests >= before.requests + offset - (isAtWrite ? 0 : 1)
        }
        system.bridge.signal(SIGKILL)
        try await system.bridge.exitStatus()
        try system.simulator.apply(.restore)
        let written = system.simulator.counters.writes - before.writes
        #expect(written == index + (isAtWrite ? 1 : 0))
        try await system.watcher.next("mate3/bridge/state", where: { $0.text == "offline" })
        system.watcher.clear()
        try system.restartBridge()
        try await system.ready()
        // Before the first intent nothing has happened, and nothing is told.
        if index > 0 || isAtWrite {
          let event = try await system.watcher.next("mate3/bridge/event", where: { $0.text.contains("command_cut") })
          try check(event.text, written)
          try await eventually("the alert") {
            system.watcher.texts["mate3/bridge/alerts"]?.contains("\"kind\":\"command\"") ?? false
          }
          let again = try await command(system, id, "60.0", "59.2", "58.8")
          // As the event tells it.
          let isWhole = written == writes.count
          #expect(again.status == (isWhole ? "accepted" : "failed"), "\(id): \(again.reason)")
          #expect(again.code == (isWhole ? "ok" : "incomplete"), "\(id): \(again.reason)")
          if !isWhole { try check(again.reason, written) }
          cuts += 1
        }
        #expect(system.simulator.counters.writes == before.writes + written, "\(id): written later")
      }
    }
    #expect(cuts == 5)
    try await system.stop()
    // Each write of the gateway's log has its line, each line its end, and each command its answer.
    let entries = LedgerFile(try StateDirectory(system.directory.path, owner: "test")).entries
    #expect(entries.commands.count == 12 && entries.commands.allSatisfy { !$0.isCut && $0.answer != nil })
    let told = entries.commands.flatMap(\.writes).count
    #expect(told == system.simulator.counters.writes)
  }

  private func check(_ text: String, _ written: Int) throws {
    let lists = text.components(separatedBy: "; ").flatMap { $0.components(separatedBy: ". ") }
    func names(_ start: String) -> String { lists.first { $0.hasPrefix(start) } ?? "" }
    for (index, field) in Self.fields.enumerated() {
      #expect(names("written: ").contains("/\(field)") == (index < written), "\(field) of \(written) in: \(text)")
      #expect(names("not written: ").contains("/\(field)") == (index >= written), "\(field) of \(written) in: \(text)")
    }
  }

  private func payload(_ id: String, _ values: String...) -> String { payload(id, values) }

  private func payload(_ id: String, _ values: [String]) -> String {
    let pairs = zip(Self.fields, values).map { "\"\($0)\": \($1)" }.joined(separator: ", ")
    return "{\"values\": {\(pairs)}, \"id\": \"\(id)\"}"
  }

  private func command(_ system: RunningSystem, _ id: String, _ values: String...) async throws -> RunningSystem.Result
  {
    try await system.command(Self.device, payload(id, values), id: id)
  }

  private func reset(_ system: RunningSystem, _ id: String) async throws {
    let result = try await command(system, id, "57.6", "54.4", "50.4")
    #expect(["ok", "already_so"].contains(result.code), "\(id): \(result.reason)")
  }
}
