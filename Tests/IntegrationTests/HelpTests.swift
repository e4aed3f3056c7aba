import Foundation
import Simulator
import TestSupport
import Testing

@testable import Configuration

/// `--help` begins with how the verb is called, and the shells know every flag and name.
struct HelpTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  static let verbs = [
    "read", "devices", "write", "watch", "dump", "setup", "bridge", "simulate", "trust", "forget", "registry", "pg",
  ]

  @Test(arguments: verbs + [""]) func usageComesFirstAndLinesFitTheTerminal(verb: String) async throws {
    let help = try await line.run("mate3 \(verb) --help")
    #expect(help.status == 0 && help.output.hasPrefix("USAGE: mate3"), "\(help.output)\(help.errors)")
    #expect(help.lines.filter { $0.count > 80 } == [])
    #expect(help.output.contains("OVERVIEW: "))
    // On a terminal of another width.
    let narrow = try ProcessRunner(
      URL(filePath: "/usr/bin/script"),
      ["-qec", "stty cols 60; exec \(line.directory.path)/mate3 \(verb) --help", "/dev/null"])
    #expect(try await narrow.exitStatus() == 0)
    try await eventually("the help") { narrow.isSilent }
    // But for an option whose words alone are longer.
    #expect(narrow.outputLines.filter { $0.trimmingCharacters(in: .newlines).count > 60 && !$0.hasPrefix("  -") } == [])
  }

  /// A line that is broken where no shell goes on is no command.
  @Test func examplesCanBePasted() async throws {
    let help = try await line.run("mate3 write --help").output
    let examples = help.split(separator: "EXAMPLES:\n")[1].split(separator: "\n\n")[0].split(separator: "\n")
    #expect(examples.count > 5)
    for (line, next) in zip(examples, examples.dropFirst()) {
      #expect(line.hasSuffix("\\") != next.hasPrefix("  mate3 "), "\(line)")
    }
  }

  @Test func helpOfBridgeHasEverySetting() async throws {
    let help = try await line.run("mate3 bridge --help")
    for key in ConfigurationKey.all {
      #expect(help.output.contains("  \(key.flag) <") == !key.isSecret, "\(key.path)")
    }
    // As flags, also by their whole names; a mistyped one is the table's to explain.
    for words in ["--prt 7", "--gateway-prt 7", "--port x", "--gateway-port x", "--port 7 --gateway-port 8"] {
      let run = try await line.run("mate3 bridge --host h --broker mqtt://b \(words)")
      #expect(run.status == 78 && run.errors.contains("port"), "\(words): \(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1)
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func completionsKnowEveryFlagOfBridgeAndTheOtherName(shell: String)
    async throws
  {
    let script = try await line.run("mate3 --generate-completion-script \(shell)").output
    for key in ConfigurationKey.all where !key.isSecret {
      #expect(script.contains(shell == "fish" ? "'\(key.flag.dropFirst(2))'" : key.flag), "\(key.flag)")
    }
    #expect(script.contains("mate3_write") && script.contains("mate3_pg"))
  }

  /// As bash asks for them.
  private func completions(_ words: [String]) async throws -> [String] {
    let script = try await line.run("mate3 --generate-completion-script bash").output
    try line.directory.write("completions", script)
    let all = words.map { "'\($0)'" }.joined(separator: " ")
    let typed = words.joined(separator: " ")
    let text = """
      source ./completions
      PATH="$PWD:$PATH"
      COMP_WORDS=(\(all)); COMP_CWORD=\(words.count - 1); COMP_LINE='\(typed)'; COMP_POINT=\(typed.count); COMPREPLY=()
      _mate3_called '\(words[0])' '\(words.last ?? "")' '\(words.dropLast().last ?? "")'
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let bash = try ProcessRunner(
      URL(filePath: "/bin/bash"), ["-c", text], environment: ["MATE3_STATE_DIR": line.directory.path + "/state"],
      directory: line.directory.url)
    #expect(try await bash.exitStatus(within: .seconds(30)) == 0)
    try await eventually("the completions") { bash.isSilent }
    return bash.outputLines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  @Test func bashCompletesFlagsDevicesAndFields() async throws {
    #expect(try await completions(["mate3", "bridge", "--gateway-con"]) == ["--gateway-connect-timeout"])
    #expect(try await completions(["mate3_write", "--list"]) == ["--list-fields"])
    let file = CommandLine.file("home")
    let devices = try await completions(["mate3", "read", "--from", file, "--device", "charge_controller/"])
    #expect(devices == ["charge_controller/3", "charge_controller/4"])
    let fields = try await completions(
      ["mate3", "read", "--from", file, "--device", "charge_controller", "--field", "battery_"])
    #expect(fields == ["battery_current", "battery_voltage"])
    let assignments = try await completions(
      ["mate3_write", "--from", file, "--set", "radian_inverter_configuration/2.aux_c"])
    #expect(assignments == ["radian_inverter_configuration/2.aux_control="])
    // Without a verb, and of what a bridge has kept.
    let read = try await completions(["mate3", "--from", file, "--device", "charge_controller/"])
    #expect(read == devices)
    #expect(try await completions(["mate3", "history", "values", "--field", "solar_p"]) == ["solar_power"])
    #expect(try await completions(["mate3_pg", "--defin"]) == ["--definitions"])
  }

  /// Without a recorded system, the devices that a write or a bridge has seen.
  @Test func theStateDirectoryKnowsTheDevices() async throws {
    let gateway = try await CommandLine.serve("fx")
    let place = "-H 127.0.0.1:\(gateway.port)"
    let write = try await line.run("mate3 write \(place) --set fx_inverter_configuration.aux_control=on")
    #expect(write.status == 0, "\(write.errors)")
    await gateway.stop()
    // What it takes: one device, with its port.
    #expect(try await completions(["mate3", "trust", "fx_"]) == ["fx_inverter/1", "fx_inverter_configuration/1"])
    #expect(try await completions(["mate3", "read", "--device", "flexnet"]) == [])
  }
}
