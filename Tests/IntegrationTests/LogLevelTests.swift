import Foundation
import TestSupport
import Testing

/// What the log says at which level, and to the journal, with the real program.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct LogLevelTests {
  /// Logs the start and a failed connection into a file.
  /// - Parameter stream: what systemd says the journal is; the file itself, or another one.
  private func log(journal stream: String) async throws -> [Substring] {
    let folder = try TemporaryDirectory()
    for file in ["log", "other"] { try Data().write(to: URL(filePath: "\(folder.path)/\(file)")) }
    let program = try ProcessRunner.product("mate3").path(percentEncoded: false)
    let bridge = try ProcessRunner(
      URL(filePath: "/bin/bash"),
      [
        "-c",
        """
        cd \(folder.path); export JOURNAL_STREAM=$(stat -c %d:%i \(stream))
        exec \(program) bridge --host 127.0.0.1 --port 1 --broker mqtt://127.0.0.1:1 --state-dir state 2>log
        """,
      ])
    try await eventually(within: .seconds(10), "a failed connection") {
      try String(contentsOfFile: "\(folder.path)/log", encoding: .utf8).contains("no connection to the broker")
    }
    bridge.signal(SIGTERM)
    try await bridge.exitStatus()
    return try String(contentsOfFile: "\(folder.path)/log", encoding: .utf8).split(separator: "\n")
  }

  @Test func linesToTheJournalHaveTheirPriority() async throws {
    let lines = try await log(journal: "log")
    #expect(lines.contains { $0.hasPrefix("<6>") && $0.contains(" info started ") })
    #expect(lines.contains { $0.hasPrefix("<4>") && $0.contains(" warning no connection ") })
    #expect(lines.allSatisfy { $0.hasPrefix("<") })
  }

  @Test func theJournalOfAnotherProgramIsNotOurs() async throws {
    let lines = try await log(journal: "other")
    #expect(lines.allSatisfy { !$0.hasPrefix("<") })
  }

  @Test func debugShowsRequestsCyclesAndCommandsAndTraceTheWords() async throws {
    for (level, hasWords) in [("debug", false), ("trace", true)] {
      let system = try await RunningSystem.start(try SharedData.capture(), arguments: ["--log-level", level])
      try await system.ready()
      _ = try await system.command("charge_controller_configuration/3/aux_control", "on")
      let bridge = system.bridge
      for text in [
        " debug asked the gateway registers=", " debug read ", " debug command goes ahead ",
        " debug command was judged ",
      ] {
        try await bridge.errorLine { $0.contains(text) }
      }
      if hasWords { try await bridge.errorLine { $0.contains(" trace words registers=") && $0.contains("words=\"") } }
      try await system.stop()
      #expect(bridge.errorLines.contains { $0.contains(" trace words") } == hasWords)
    }
  }
}
