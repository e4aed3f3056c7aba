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
      The exit status is 0 when no setting stands outside, 1 when some do, and 2 when not all could be read.

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
    let reading = try await SystemReading.read(gateway, broker, settings)
    let system = reading.system
    func isCompared(_ setting: SystemReading.Setting) -> Bool {
      profile.concerns(setting.field.name, of: setting.block.name)
    }
    let incomplete =
      reading.incomplete("their settings were not compared") ?? reading.unread("that was not compared", isCompared)
    if system.members.isEmpty, let incomplete { throw incomplete }
    if let conflict = profile.conflict(nominalVoltage: system.nominalVoltage) {
      throw Failure(.configuration, "\(conflict); mend one of the two before the settings are compared")
    }
    let findings = profile.findings(in: system, settings.configuration.commands)
    let unbounded = broker.isGiven ? findings.filter { $0.limits != nil } : []
    var lines = Self.limits(unbounded)
    lines += findings.map { finding in
      let units = finding.field.units.map { " \($0)" } ?? ""
      return "\(finding.device).\(finding.field.name) is \(finding.value)\(units), \(finding.reason)\n  "
        + mend(finding, unbounded, settings)
    }
    if !lines.isEmpty { StandardOutput.print(lines.joined(separator: "\n")) }
    let isWithout = reading.tellWithoutValue("they were not compared", isCompared)
    if let incomplete { throw incomplete }
    guard findings.isEmpty else { throw ExitCode(ExitStatus.other.rawValue) }
    StandardOutput.print("every setting \(isWithout ? "that has a value " : "")stands within the battery's profile")
  }

  /// What the bridge needs before it takes some of the commands.
  private static func limits(_ findings: [BatteryFinding]) -> [String] {
    guard !findings.isEmpty else { return [] }
    var bounds: [String: ClosedRange<ScaledDecimal>] = [:]
    for finding in findings {
      guard let limits = finding.limits else { continue }
      let name = "\(finding.block).\(finding.field.name)"
      let known = bounds[name] ?? limits
      bounds[name] = min(known.lowerBound, limits.lowerBound)...max(known.upperBound, limits.upperBound)
    }
    let lines = bounds.sorted { $0.key < $1.key }.map {
      "    \($0.key): {min: \($0.value.lowerBound), max: \($0.value.upperBound)}"
    }
    return [
      "No document gives limits of some of these. Put such lines into the bridge's configuration, with bounds that you have "
        + "looked up, have it reload, and run this again:"
    ] + ["commands:", "  limits:"] + lines + [""]
  }

  private func mend(_ finding: BatteryFinding, _ unbounded: [BatteryFinding], _ settings: VerbSettings) -> String {
    let isUnbounded = unbounded.contains { $0.device == finding.device && $0.field.name == finding.field.name }
    guard !isUnbounded else { return "its command follows when commands.limits has it" }
    // Part of it written, and looked at again, would take the same ones down once more.
    guard !finding.isShared || !unbounded.contains(where: \.isShared) else {
      return "its command follows when commands.limits has all that are lowered together"
    }
    return command(finding, settings)
      ?? "nothing mends it: \(finding.obstacle ?? "profile and documents leave no value; see the reason above")"
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
    return words.map(ShellWord.quoted).joined(separator: " ")
  }
}
