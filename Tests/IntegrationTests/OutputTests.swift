import Foundation
import RegisterIO
import Simulator
import TestSupport
import Testing

/// Where the program writes may be full, gone or never read.
@Suite(.timeLimit(.minutes(2))) struct OutputTests {
  static let from = ["--from", CommandLine.file("home")]

  /// Verbs that end by themselves, each with something on standard output.
  static let verbs: [[String]] = [
    ["read"] + from, ["read", "--format", "json"] + from, ["devices"] + from, ["dump", "-"] + from,
    ["write", "--list-fields"] + from, ["write", "--dry-run", "--set", "system_control.set_ags_op_mode=off"] + from,
    ["registry", "list"], ["registry", "lint"], ["bridge", "--print-configuration-reference"], ["--help"],
    ["--version"], ["watch", "--help"],
  ]

  /// Runs the program with its streams redirected by a shell.
  private func start(_ words: [String], _ redirection: String, hasInput: Bool = false) throws -> ProcessRunner {
    try ProcessRunner(
      URL(filePath: "/bin/bash"),
      ["-c", "exec \"$@\" \(redirection)", "bash", ProcessRunner.product("mate3").path(percentEncoded: false)] + words,
      hasInput: hasInput)
  }

  @Test(arguments: verbs) func aFullDiskUnderTheOutputIsSaid(_ words: [String]) async throws {
    let run = try start(words, ">/dev/full")
    #expect(try await run.exitStatus() == 66)
    let line = try await run.errorLine { $0.contains("standard output can't be written (No space left on device)") }
    #expect(line.hasPrefix("mate3: "))
  }

  @Test(arguments: verbs) func aReaderThatIsGoneEndsQuietly(_ words: [String]) async throws {
    let pipe = try ReaderlessPipe()
    let run = try ProcessRunner(
      URL(filePath: "/bin/sh"),
      ["-c", "exec 3>\(pipe.path); echo open; read go; exec \"$@\" >&3 3>&-", "sh"]
        + [ProcessRunner.product("mate3").path(percentEncoded: false)] + words,
      hasInput: true)
    try await run.line { $0 == "open" }
    pipe.abandon()
    run.send(line: "go")
    #expect(try await run.exitStatus() == 141)
    try await eventually("both outputs are closed") { run.isSilent }
    #expect(!run.errorLines.contains { $0.contains("standard output") || $0.contains("rror:") })
  }

  /// The descriptor of a closed stream must not become a connection's: text would go to the gateway.
  @Test func closedStreamsStayClosed() async throws {
    let run = try start(["devices"] + Self.from, ">&-")
    #expect(try await run.exitStatus() == 66)
    let gateway = try await CommandLine.serve("home")
    let quiet = try start(
      ["read", "--host", "127.0.0.1", "--port", "\(gateway.port)", "--stats"], "<&- >/dev/null 2>&-")
    #expect(try await quiet.exitStatus() == 0)
    await gateway.stop()
  }

  @Test func watchEndsWhenItsReaderHas() async throws {
    let gateway = try await CommandLine.serve("home")
    let words = ["watch", "--host", "127.0.0.1", "--port", "\(gateway.port)", "--interval", "1"]
    let full = try start(words, ">/dev/full")
    #expect(try await full.exitStatus() == 66)
    await gateway.stop()
  }

  @Test func watchAndSimulateEndWhileNobodyReads() async throws {
    let pipe = try StalledPipe()
    let simulator = try start(
      ["simulate", "--from", CommandLine.file("home"), "--port", "0"], ">\(pipe.path) 2>&1", hasInput: true)
    for _ in 0..<500 { simulator.send(line: "{\"action\":\"nonsense\"}") }
    let gateway = try await CommandLine.serve("home")
    let watch = try start(
      ["watch", "--host", "127.0.0.1", "--port", "\(gateway.port)", "--interval", "1"], ">\(pipe.path) 2>&1")
    try await eventually(within: .seconds(10), "watch has read") { gateway.counters.requests > 20 }
    for run in [simulator, watch] {
      run.signal(SIGTERM)
      #expect(try await run.exitStatus(within: .seconds(5)) == 0)
    }
    await gateway.stop()
  }

  /// With too few descriptors the bridge says so, whatever it would come to lack later.
  @Test(arguments: [8, 12, 20, 31]) func tooFewDescriptorsAreSaidAtTheStart(_ count: Int) async throws {
    let folder = try TemporaryDirectory()
    let run = try ProcessRunner(
      URL(filePath: "/bin/sh"),
      [
        "-c", "ulimit -n \(count); exec \"$@\"", "sh", ProcessRunner.product("mate3").path(percentEncoded: false),
        "bridge",
        "--host", "127.0.0.1", "--broker", "mqtt://127.0.0.1", "--state-dir", folder.path,
      ])
    #expect(try await run.exitStatus() == 78)
    try await run.errorLine { $0.contains("the system allows this process \(count): raise the limit") }
  }
}
