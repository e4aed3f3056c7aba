import ArgumentParser
import Configuration
import Mate3
import Registry

/// `mate3 battery check`: the settings that stand outside the battery's profile, and what would mend them.
struct BatteryCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Lists every setting that stands outside the battery's profile.",
    discussion: """
      The profile is the section battery of the configuration file that --config names. Each setting is followed by the \
      command that would mend it; one after the other, in this order, they pass through no state that a rule forbids. \
      The exit status is 0 when no setting stands outside, and 1 when some do.

      EXAMPLES:
        mate3 battery check -H 192.0.2.7 --config /etc/mate3/bridge.yaml
        mate3 battery check --from system.json --config bridge.yaml

      """)

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions

  func run() async throws {
    let settings = try gateway.settings(broker)
    guard let profile = settings.configuration.commands.battery else {
      throw Failure(
        .configuration,
        "no battery profile is given; write the section battery into the file that --config names, as in "
          + "examples/bridge.yaml")
    }
    let system = try await SystemReading.read(gateway, broker, settings)
    if let conflict = profile.conflict(nominalVoltage: system.nominalVoltage) {
      throw Failure(.configuration, "\(conflict); mend one of the two before the settings are compared")
    }
    let findings = profile.findings(in: system, settings.configuration.commands)
    guard !findings.isEmpty else {
      StandardOutput.print("every setting stands within the battery's profile")
      return
    }
    let lines = findings.map { finding in
      let units = finding.field.units.map { " \($0)" } ?? ""
      return "\(finding.device).\(finding.field.name) is \(finding.value)\(units), \(finding.reason)\n  "
        + (command(finding, settings) ?? "nothing mends it: profile and documents leave no value; see the reason above")
    }
    StandardOutput.print(lines.joined(separator: "\n"))
    throw ExitCode(ExitStatus.other.rawValue)
  }

  /// The command that mends a finding, to be pasted; nil where there is none.
  private func command(_ finding: BatteryFinding, _ settings: VerbSettings) -> String? {
    guard let mend = finding.mend else { return nil }
    let name = "\(finding.device.name).\(finding.field.name)"
    var words = ["mate3", "write"]
    for (flag, value) in gateway.target + broker.target { words += [flag, value] }
    if !broker.isGiven {
      if gateway.host == nil, settings.configuration.gateway.host.isEmpty { words += ["--host", "ADDRESS"] }
      let policy = settings.configuration.commands
      let names = [name, "\(finding.block).\(finding.field.name)"]
      if !policy.allows(finding.field.command?.standard ?? .never, of: names) { words += ["--allow", name] }
      if let limits = finding.limits { words += ["--limit", "\(name)=\(limits.lowerBound)..\(limits.upperBound)"] }
    }
    words += ["--set", "\(finding.device).\(finding.field.name)=\(mend)"]
    let line = words.map(Self.quoted).joined(separator: " ")
    guard broker.isGiven, finding.limits != nil else { return line }
    return line + "   # once commands.limits of the bridge has bounds for \(name)"
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || "-_./:=@,%+".utf8.contains(byte)
      }
    return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}
