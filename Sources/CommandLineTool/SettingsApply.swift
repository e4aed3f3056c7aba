import ArgumentParser
import Bridge
import Configuration
import FieldCodec
import Mate3
import Registry

/// `mate3 settings apply`: writes what differs from a file, each setting as `mate3 write` does.
struct SettingsApply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Writes those settings of a file that a system has otherwise.",
    discussion: """
      All are checked before the first is written, and none is when one of them would be refused. They are written in an \
      order that passes through no state that a rule forbids, each with the device's identity proven right before. The \
      first that does not succeed ends it, and what was and what was not written is said. What may be written is for \
      commands.allow of the configuration to say, or for --allow setpoint.

      EXAMPLES:
        mate3 settings apply -H 192.0.2.7 --allow setpoint --dry-run settings.yaml
        mate3 settings apply -H 192.0.2.7 --allow setpoint settings.yaml

      """)

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var policy: PolicyOptions

  @Argument(help: "File that settings save has written.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Flag(help: "Do everything but the writes.")
  var dryRun = false

  @Flag(name: [.customShort("y"), .long], help: "Don't ask.")
  var yes = false

  func validate() throws {
    guard gateway.from == nil || dryRun else {
      throw ValidationError("A file can't be written to; add --dry-run, or name a gateway with --host.")
    }
    if broker.isGiven, policy.isGiven {
      throw ValidationError("What may be written through a bridge is set in its own configuration.")
    }
  }

  func run() async throws {
    let settings = try gateway.settings(broker, state)
    try policy.check(settings)
    let saved = try SettingsCommand.saved(file, settings.registry)
    if broker.isGiven {
      let system = try await SystemReading.read(gateway, broker, settings).system
      try await apply(
        saved, to: system, settings,
        // What follows one another and is for the same device goes in one command.
        batches: { Self.runs(of: $0) },
        rehearse: { differences in
          let result = try await BridgeClient.with(settings.configuration) { bridge in
            try await bridge.rehearse(differences.map { ($0.change.device, $0.change.field, $0.text) })
          }
          let whole = outcome(result.status, result.code, result.reason)
          return result.fields?.map { ($0.field, outcome($0.status, $0.code, $0.reason)) }
            ?? differences.map { ($0.topic, whole) }
        }, write: { try await send($0, settings) })
      return
    }
    let allowed = policy.policy(over: settings.configuration.commands)
    let writer = try await DeviceWriter(
      gateway, state, settings, policy: allowed, isDryRun: dryRun, who: "mate3 settings apply")
    defer { writer.close() }
    var readings = try await writer.connection.read()
    // One scan alone proves no change; the second one can say what it is.
    if await writer.connection.pins.wantsAnotherScan { readings = try await writer.connection.read() }
    let system = SystemValues(readings)
    try await writer.keepPins()
    func tell() async { gateway.tell(await writer.connection.traffic) }
    do {
      try await apply(saved, to: system, settings, with: writer)
    } catch {
      await tell()
      throw error
    }
    await tell()
  }

  private func apply(
    _ saved: SavedSettings, to system: SystemValues, _ settings: VerbSettings, with writer: DeviceWriter
  ) async throws {
    try await apply(
      saved, to: system, settings, batches: { $0.map { [$0] } },
      rehearse: { differences in
        try await writer.rehearse(differences.map { ($0.change.device, $0.change.field, $0.text) })
          .map { ($0.name, $0.outcome.map(Outcome.init)) }
      },
      write: { batch in
        var outcomes: [Outcome] = []
        for difference in batch {
          let change = difference.change
          outcomes.append(Outcome(try await writer.write(difference.text, change.field, of: change.device)))
        }
        return outcomes
      })
  }

  /// Most settings of one command to a bridge, which fit into its payload whatever they are called.
  private static let batchLimit = 30

  /// Settings that follow one another and are of one device.
  private static func runs(of differences: [SavedSettings.Difference]) -> [[SavedSettings.Difference]] {
    differences.reduce(into: []) { runs, difference in
      if let last = runs.last, last[0].change.device == difference.change.device, last.count < batchLimit {
        runs[runs.count - 1].append(difference)
      } else {
        runs.append([difference])
      }
    }
  }

  /// Has a bridge write settings of one device as one command.
  private func send(
    _ batch: [SavedSettings.Difference], _ settings: VerbSettings
  ) async throws -> [Outcome] {
    let device = batch[0].change.device
    let result = try await BridgeClient.with(settings.configuration) {
      try await $0.write(
        batch.map { ($0.change.field, $0.text) }, of: device, isDryRun: false, isRounded: false)
    }
    return batch.map { difference in
      guard let part = result.fields?.first(where: { $0.field == difference.topic }) else {
        return outcome(result.status, result.code, result.reason)
      }
      return outcome(part.status, part.code, part.reason)
    }
  }

  /// What a bridge answered, with its advice for this bridge.
  private func outcome(_ status: String, _ code: String, _ reason: String) -> Outcome {
    let target = VerbSettings.given([("--config", gateway.config)]) + broker.target
    return Outcome(status: status, code: code, reason: Advice.repeating(target, in: reason))
  }

  private struct Outcome {
    let status: String
    let code: String
    let reason: String

    init(status: String, code: String, reason: String) {
      (self.status, self.code, self.reason) = (status, code, reason)
    }

    init(_ outcome: WriteOutcome) {
      self.init(status: outcome.status.rawValue, code: outcome.code.rawValue, reason: outcome.reason)
    }

    /// Nil when it ended well.
    var failure: ExitStatus? { WriteCommand.exitStatus(status, code) }

    var heading: String { status + (code == "ok" ? "" : " (\(code))") + ": \(Terminal.plain(reason))" }
  }

  /// All of them by their topics in the order in which they can be written, and what stands in the way of some.
  private typealias Rehearsal = ([SavedSettings.Difference]) async throws -> [(topic: String, outcome: Outcome?)]

  private func apply(
    _ saved: SavedSettings, to system: SystemValues, _ settings: VerbSettings,
    batches: ([SavedSettings.Difference]) -> [[SavedSettings.Difference]], rehearse: Rehearsal,
    write: ([SavedSettings.Difference]) async throws -> [Outcome]
  ) async throws {
    let comparison = saved.comparison(with: system)
    for remark in comparison.remarks(on: file) { StandardError.write("mate3: \(remark)") }
    // What the file has and the system has not is not as in the file.
    let rest: ExitCode? = comparison.absent.isEmpty ? nil : ExitCode(ExitStatus.other.rawValue)
    guard !comparison.differences.isEmpty else {
      StandardOutput.print("nothing is to be written: everything \(rest == nil ? "" : "that is here ")is as in \(file)")
      if let rest { throw rest }
      return
    }
    let ordered = try await checked(comparison.differences, settings, rehearse)
    guard !dryRun else {
      let lines = ordered.map { "\($0.name): \($0.now.text) would become \($0.text)" }
      StandardOutput.print((lines + ["dry run, nothing was written"]).joined(separator: "\n"))
      if let rest { throw rest }
      return
    }
    try confirm(ordered)
    var open = ordered
    for batch in batches(ordered) {
      let outcomes: [Outcome]
      do {
        outcomes = try await write(batch)
      } catch {
        StandardError.write("mate3: \(Self.stopped(at: open[0], of: ordered.count, open))")
        throw error
      }
      for (difference, outcome) in zip(batch, outcomes) {
        StandardOutput.print("\(difference.name): \(difference.now.text) → \(difference.text): \(outcome.heading)")
        if outcome.failure == nil { open.removeAll { $0.change == difference.change } }
      }
      // Of several at once one is the reason, and others were not reached for it.
      let bad = zip(batch, outcomes).filter { $0.1.failure != nil }
      guard let (difference, outcome) = bad.first(where: { $0.1.code != "not_reached" }) ?? bad.first else { continue }
      StandardError.write("mate3: \(Self.stopped(at: difference, of: ordered.count, open))")
      // What was refused after others were written is no refusal of it all.
      let isPartly = open.count < ordered.count && outcome.failure == .refused
      throw ExitCode((isPartly ? .other : outcome.failure ?? .failed).rawValue)
    }
    StandardOutput.print("all \(ordered.count) are as in \(file)")
    if let rest { throw rest }
  }

  /// What is written, in order.
  /// - Throws: ``Failure`` when one of them would be refused, or none could come first.
  private func checked(
    _ differences: [SavedSettings.Difference], _ settings: VerbSettings, _ rehearse: Rehearsal
  ) async throws -> [SavedSettings.Difference] {
    try checkCaps(differences, settings.configuration.caps)
    let byTopic = Dictionary(differences.map { ($0.topic, $0) }, uniquingKeysWith: { first, _ in first })
    var ordered: [SavedSettings.Difference] = []
    var refused: [String: [String]] = [:]
    for (topic, outcome) in try await rehearse(differences) {
      guard let difference = byTopic[topic] else { continue }
      ordered.append(difference)
      guard let outcome, !["dry_run", "already_so", "not_reached"].contains(outcome.code) else { continue }
      let others = outcome.code == "cross_field" ? " (so also after all the others that can be written)" : ""
      refused[outcome.heading + others, default: []].append(difference.name)
    }
    guard refused.isEmpty, ordered.count == differences.count else {
      let problems = refused.map { "  \($0.value.joined(separator: ", ")): \($0.key)" }.sorted()
      throw Failure(
        .refused, "nothing was written, because not all can be:\n" + problems.joined(separator: "\n"))
    }
    return ordered
  }

  /// So that it does not stop half-way for what can be known before.
  private func checkCaps(_ differences: [SavedSettings.Difference], _ caps: WriteCaps.Settings) throws {
    guard !broker.isGiven, !dryRun else { return }
    let most = Dictionary(grouping: differences, by: \.change.device).map { ($0.value.count, $0.key.description) }
      .max { $0.0 < $1.0 }
    if let (count, device) = most, count > caps.devicePerDay {
      throw Failure(
        .refused,
        "\(count) settings of \(device) differ, and caps.device_per_day allows \(caps.devicePerDay) in 24 hours; nothing "
          + "was written. Raise it for this once with MATE3_CAPS_DEVICE_PER_DAY=\(count)")
    }
    guard differences.count > caps.gatewayPerDay else { return }
    throw Failure(
      .refused,
      "\(differences.count) settings differ, and caps.gateway_per_day allows \(caps.gatewayPerDay) in 24 hours; nothing "
        + "was written. Raise it for this once with MATE3_CAPS_GATEWAY_PER_DAY=\(differences.count)")
  }

  private func confirm(_ ordered: [SavedSettings.Difference]) throws {
    guard !yes, Terminal.isInput else { return }
    StandardOutput.print(ordered.map { "\($0.name): \($0.now.text) → \($0.text)" }.joined(separator: "\n"))
    StandardOutput.write("Write \(ordered.count == 1 ? "it" : "these \(ordered.count)")? [y/N] ")
    guard let answer = readLine()?.lowercased(), answer == "y" || answer == "yes" else {
      throw Failure(.refused, "nothing was written")
    }
  }

  /// - Parameter open: what is not as in the file yet, with the one that it stopped at.
  private static func stopped(
    at difference: SavedSettings.Difference, of count: Int, _ open: [SavedSettings.Difference]
  ) -> String {
    guard open.count < count else { return "nothing was written, because of \(difference.name); mend the reason" }
    let rest = open.map(\.name).filter { $0 != difference.name }
    return "stopped half-way at \(difference.name): of \(count) settings \(count - open.count) are as in the file"
      + (rest.isEmpty ? "" : ", and not written were \(rest.joined(separator: ", "))")
      + "; mend the reason and run it again, which writes what still differs"
  }
}

extension SavedSettings.Difference {
  fileprivate var topic: String { "\(change.device)/\(change.field)" }
}
