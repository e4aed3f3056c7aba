import ArgumentParser
import Configuration
import Derived
import FieldCodec
import Foundation
import Mate3
import Registry
import Topics

/// `mate3 write`, also called `mate3_write`: settings and controls of the devices.
struct WriteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Writes settings and controls, after proving which device it is.",
    discussion: """
      Everything is checked as the bridge checks it: whether the field and the value are allowed, limits, how often was \
      written, and, on the spot, whether the device is the one that was there when it was first seen. On a terminal it \
      shows what stands there and asks before it writes.

      EXAMPLES:
        mate3 write -H 192.0.2.7 --list-fields
        mate3 write -H 192.0.2.7 \\
          --set radian_inverter_configuration/1.aux_control=on
        mate3 write -H 192.0.2.7 --hub-port 3 \\
          --allow charge_controller_configuration.absorb_volts \\
          --limit charge_controller_configuration.absorb_volts=54..60 \\
          --set charge_controller_configuration.absorb_volts=57.6

      """)

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions
  @OptionGroup var state: StateOptions

  @Option(
    name: [.customShort("s"), .long],
    help: "device.field=value or device/port.field=value; a number in the field's units, or a label; may be repeated.",
    completion: NameCompletion.assignments, transform: Assignment.init)
  var set: [Assignment] = []

  @Option(name: [.customShort("P"), .long], help: "Hub port of the device.")
  var hubPort: Int?

  @Flag(help: "List the fields that can be written, with their classes and values; so does -l without a level.")
  var listFields = false

  @Flag(help: "Do everything but the write.")
  var dryRun = false

  @Flag(help: "Round a number between two steps of the device to the nearer.")
  var round = false

  @Flag(name: [.customShort("y"), .long], help: "Don't ask.")
  var yes = false

  @Flag(name: [.customShort("v"), .long], help: "Tell also the words, and by what the device was known.")
  var verbose = false

  @OptionGroup var policy: PolicyOptions

  // To say where it goes.
  @Argument(help: .hidden) var rest: [String] = []

  func validate() throws {
    guard rest.isEmpty else {
      throw ValidationError(
        "‘\(rest[0].prefix(120))’ stands alone; "
          + (rest[0].contains("=") ? "a setting with its value goes behind --set." : "an address goes behind --host."))
    }
    guard listFields || !set.isEmpty else {
      throw ValidationError("Give --set device.field=value, or --list-fields to see what there is.")
    }
    guard gateway.from == nil || isDryRun || set.isEmpty else {
      throw ValidationError("A file can't be written to; add --dry-run, or name a gateway with --host.")
    }
    if broker.isGiven, policy.isGiven {
      throw ValidationError("What may be written through a bridge is set in its own configuration.")
    }
  }

  /// The Python program, too, only pretended to write to a recorded file.
  private var isDryRun: Bool { dryRun || gateway.cacheOnly }

  func run() async throws {
    let settings = try gateway.settings(broker, state)
    try policy.check(settings)
    guard !set.contains(where: { $0.device == HouseTotals.device.name }) else { throw Failure.house }
    // The topic of another bridge is of another system.
    let base = settings.configuration.topics.base
    for other in set.compactMap(\.base) where other != base {
      throw Failure(
        .usage,
        "--set names a topic of \(other), and this would go to \(base); leave the base out"
          + (broker.isGiven ? ", or give it as --base \(other)" : ""))
    }
    // Schedules are no fields, among which a device looks for the nearest.
    for field in set.map(\.field) where field.contains("schedule") && Schedule.named(field) == nil {
      let hint = NearestName.of(field, among: Schedule.all.map(\.name)).map { "; did you mean \($0)?" } ?? ""
      throw Failure(.unknownName, "there is no schedule \(field)\(hint)")
    }
    if listFields {
      try await list(settings)
    } else if broker.isGiven {
      try await writeThroughBridge(settings)
    } else {
      try await write(settings)
    }
  }

  // MARK: Writing

  private func write(_ settings: VerbSettings) async throws {
    let writer = try await DeviceWriter(
      gateway, state, settings, policy: policy.policy(over: settings.configuration.commands), isDryRun: isDryRun,
      who: "mate3 write")
    defer { writer.close() }
    do {
      try await writeAll(with: writer, settings)
    } catch {
      gateway.tell(await writer.connection.traffic)
      throw error
    }
    gateway.tell(await writer.connection.traffic)
  }

  private func writeAll(with writer: DeviceWriter, _ settings: VerbSettings) async throws {
    for assignment in set.map({ $0.spelled(by: settings.registry) }) {
      let device = try await key(of: assignment, on: writer.connection)
      try await writer.keepPins()
      if let schedule = Schedule.named(assignment.field) {
        try await write(schedule, assignment, device, with: writer)
        continue
      }
      if !isDryRun, !yes, Terminal.isInput {
        let check = try await writer.check(assignment.value, assignment.field, of: device, isRounded: round)
        guard check.code == .dryRun else {
          show(assignment, device, check)
          throw ExitCode(Failure.status(check.code).rawValue)
        }
        try confirm(assignment, device, now: check.value?.text)
      }
      let outcome = try await writer.write(assignment.value, assignment.field, of: device, isRounded: round)
      show(assignment, device, outcome)
      if let status = Self.exitStatus(outcome.status.rawValue, outcome.code.rawValue) {
        throw ExitCode(status.rawValue)
      }
    }
  }

  /// What a schedule is made of: all of it is checked before the first is written, as by a bridge.
  private func write(
    _ schedule: Schedule, _ assignment: Assignment, _ device: DeviceKey, with writer: DeviceWriter
  ) async throws {
    try checkJSON(assignment)
    let values: [CommandPayload.Value]
    do {
      let payload = try CommandPayload(schedule.settings(Array(assignment.value.utf8)), isOfSeveral: true)
      values = payload.values ?? []
      guard payload == CommandPayload(values: Dictionary(values.map { ($0.field, $0.text) }) { $1 }) else {
        throw ValidationError("\(schedule.name) takes the schedule alone here; for a rehearsal add --dry-run.")
      }
    } catch let refusal as CommandRefusal {
      throw Failure(.usage, refusal.reason)
    }
    let parts = try await writer.rehearse(values.map { (device, $0.field, $0.text) })
    // In the order in which they can be written, with what stands in the way.
    let ordered = try parts.map { name, outcome in
      let field = String(name.split(separator: "/").last ?? "")
      let text = values.first { $0.field == field }?.text ?? ""
      return (assignment: try Assignment("\(device).\(field)=\(text)"), outcome: outcome)
    }
    let refused = ordered.compactMap { part in
      part.outcome.flatMap { $0.status == .rejected ? (part.assignment, $0) : nil }
    }
    for (part, outcome) in refused where outcome.code != .notReached { show(part, device, outcome) }
    if let code = refused.map(\.1.code).first(where: { $0 != .notReached }) {
      throw ExitCode(Failure.status(code).rawValue)
    }
    if !isDryRun, !yes, Terminal.isInput { try confirm(assignment, device, now: nil) }
    for (index, (part, outcome)) in ordered.enumerated() {
      let rest = ordered[(index + 1)...].map(\.assignment.field).joined(separator: ", ")
      func tellRest() { if !rest.isEmpty { StandardError.write("mate3: not written after it: \(rest)") } }
      let end: WriteOutcome
      do {
        end =
          isDryRun
          ? outcome ?? WriteOutcome(.rejected, .dryRun, "every check passed")
          : try await writer.write(part.value, part.field, of: device, isRounded: round)
      } catch {
        tellRest()
        throw error
      }
      show(part, device, end)
      guard let status = Self.exitStatus(end.status.rawValue, end.code.rawValue) else { continue }
      tellRest()
      throw ExitCode(status.rawValue)
    }
  }

  /// - Throws: `ValidationError` for a schedule that is not given as its topic has it.
  private func checkJSON(_ assignment: Assignment) throws {
    let isObject = (try? JSONSerialization.jsonObject(with: Data(assignment.value.utf8))) is [String: Any]
    guard isObject || Schedule.named(assignment.field) == nil else {
      throw ValidationError(
        "\(assignment.field) takes JSON as its topic has it, in single quotes for the shell, not "
          + "‘\(assignment.value.prefix(60))’.")
    }
  }

  private func key(of assignment: Assignment, on connection: Gateway) async throws -> DeviceKey {
    do {
      return try await connection.key(of: assignment.device, port: assignment.port ?? hubPort)
    } catch let error as GatewayError where error.code == .ambiguousDevice {
      throw Failure(
        .unknownName, error.message + ", as in \(assignment.device)/PORT.\(assignment.field), or with --hub-port")
    }
  }

  private func writeThroughBridge(_ settings: VerbSettings) async throws {
    let rows = try await BridgeClient.with(settings.configuration) { try await $0.deviceRows() }
    var devices: [(device: DeviceKey, assignments: [Assignment])] = []
    for assignment in set.map({ $0.spelled(by: settings.registry) }) {
      let device = try key(of: assignment, in: rows)
      try checkJSON(assignment)
      if let index = devices.firstIndex(where: { $0.device == device }) {
        guard !devices[index].assignments.contains(where: { $0.field == assignment.field }) else {
          throw ValidationError("\(device).\(assignment.field) is set twice; give one value.")
        }
        devices[index].assignments.append(assignment)
      } else {
        devices.append((device, [assignment]))
      }
    }
    for (device, assignments) in devices {
      if !isDryRun, !yes, Terminal.isInput {
        // As without a bridge: what is refused is not asked, and the question has what stands there.
        let check = try await send(assignments, device, settings, isDryRun: true)
        guard check.code == "dry_run" else {
          try report(check, assignments, device)
          continue
        }
        for assignment in assignments {
          let part = check.fields?.first { $0.field == "\(device)/\(assignment.field)" }
          try confirm(assignment, device, now: part == nil ? check.value : part?.value)
        }
      }
      try report(try await send(assignments, device, settings, isDryRun: isDryRun), assignments, device)
    }
  }

  /// Several settings of a device are one command: all of them are checked before the first is written.
  private func send(
    _ assignments: [Assignment], _ device: DeviceKey, _ settings: VerbSettings, isDryRun: Bool
  ) async throws -> BridgeClient.Result {
    try await BridgeClient.with(settings.configuration) { bridge in
      if assignments.count == 1, let only = assignments.first {
        return try await bridge.write(
          only.value, field: only.field, of: device, isDryRun: isDryRun, isRounded: round)
      }
      return try await bridge.write(
        assignments.map { ($0.field, $0.value) }, of: device, isDryRun: isDryRun, isRounded: round)
    }
  }

  /// Shows what a bridge answered.
  /// - Throws: the exit status, unless it ended well.
  private func report(_ result: BridgeClient.Result, _ assignments: [Assignment], _ device: DeviceKey) throws {
    for assignment in assignments {
      let part = result.fields?.first { $0.field == "\(device)/\(assignment.field)" }
      show(
        assignment, device, status: part?.status ?? result.status, code: part?.code ?? result.code,
        reason: advised(part?.reason ?? result.reason), written: part?.written ?? result.written,
        read: part?.read ?? result.read, value: part == nil ? result.value : part?.value, evidence: result.evidence)
    }
    guard let status = Self.exitStatus(result.status, result.code) else { return }
    if assignments.count > 1 { StandardError.write("mate3: \(Terminal.plain(advised(result.reason)))") }
    throw ExitCode(status.rawValue)
  }

  private func advised(_ reason: String) -> String {
    Advice.repeating(VerbSettings.given([("--config", gateway.config)]) + broker.target, in: reason)
  }

  private func key(of assignment: Assignment, in rows: [DeviceRow]) throws -> DeviceKey {
    let ports = rows.filter { $0.name == assignment.device }.map(\.port)
    let wanted = assignment.port ?? hubPort
    guard let port = wanted ?? (ports.count == 1 ? ports.first : nil), ports.contains(port) else {
      guard ports.count > 1, wanted == nil else { throw rows.absence(of: assignment.device, port: wanted) }
      let list = ports.map(String.init).joined(separator: ", ")
      throw Failure(
        .unknownName,
        "\(assignment.device) is on port \(list); say which, as in \(assignment.device)/PORT.\(assignment.field)")
    }
    return DeviceKey(name: assignment.device, port: port)
  }

  private func confirm(_ assignment: Assignment, _ device: DeviceKey, now: String?) throws {
    let place = "\(device).\(assignment.field)"
    StandardOutput.write(
      "Write \(assignment.value) to \(place)\(now.map { ", which is \(Terminal.plain($0)) now" } ?? "")? [y/N] ")
    guard let answer = readLine()?.lowercased(), answer == "y" || answer == "yes" else {
      throw Failure(.refused, "nothing was written")
    }
  }

  // MARK: Output

  /// Nil when it ended well.
  static func exitStatus(_ status: String, _ code: String) -> ExitStatus? {
    switch status {
    case "accepted", "unchanged": nil
    case "failed": .failed
    case "unconfirmed": .unconfirmed
    default: code == "dry_run" ? nil : ResultCode(rawValue: code).map(Failure.status) ?? .refused
    }
  }

  private func show(_ assignment: Assignment, _ device: DeviceKey, _ outcome: WriteOutcome) {
    show(
      assignment, device, status: outcome.status.rawValue, code: outcome.code.rawValue, reason: outcome.reason,
      written: outcome.written, read: outcome.read, value: outcome.value?.text, evidence: outcome.evidence)
  }

  private func show(
    _ assignment: Assignment, _ device: DeviceKey, status: String, code: String, reason: String, written: [UInt16],
    read: [UInt16], value: String?, evidence: [String]
  ) {
    let style = TextStyle(isColored: Terminal.hasColor)
    let isGood = Self.exitStatus(status, code) == nil
    let heading = code == "dry_run" ? "dry run, nothing was written" : status + (code == "ok" ? "" : " (\(code))")
    func words(_ words: [UInt16]) -> String { words.map(String.init).joined(separator: " ") }
    let now =
      value.map { code == "dry_run" ? "; it is \(Terminal.plain($0))" : "; it is \(Terminal.plain($0)) now" } ?? ""
    var lines = ["\(device).\(assignment.field)=\(assignment.value): \(isGood ? heading : style.alarm(heading))\(now)"]
    if verbose {
      if !written.isEmpty { lines.append("  written    \(words(written))") }
      if !read.isEmpty { lines.append("  read       \(words(read))") }
      if !evidence.isEmpty { lines.append("  evidence   \(evidence.joined(separator: " "))") }
    }
    if isGood {
      lines.append("  \(Terminal.plain(reason))")
    } else {
      StandardError.write("mate3: \(Terminal.plain(reason))")
    }
    StandardOutput.print(lines.joined(separator: "\n"))
  }

  private func list(_ settings: VerbSettings) async throws {
    if broker.isGiven { return try await listThroughBridge(settings) }
    let connection = try await gateway.open(settings)
    defer { connection.close() }
    // All of it: model and system voltage decide what the documents say.
    let devices = try await connection.read()
    gateway.tell(await connection.traffic)
    let wanted = devices.filter { hubPort == nil || $0.port == hubPort }
    guard !wanted.isEmpty else { throw Failure(.unknownName, "there is nothing on hub port \(hubPort ?? 0)") }
    StandardOutput.write(
      WritableFields(wanted, SystemValues(devices), policy.policy(over: settings.configuration.commands)).text(
        width: Terminal.width))
  }

  /// What the bridge's own configuration narrows, it alone knows.
  private func listThroughBridge(_ settings: VerbSettings) async throws {
    let reading = try await SystemReading.read(gateway, broker, settings)
    let wanted = reading.devices.filter { hubPort == nil || $0.key.port == hubPort }
    guard !wanted.isEmpty else { throw Failure(.unknownName, "there is nothing on hub port \(hubPort ?? 0)") }
    StandardOutput.write(
      WritableFields(wanted, reading.system, settings.registry, settings.configuration.commands).text(
        width: Terminal.width))
    if let failure = reading.incomplete("the list is without it") { throw failure }
  }
}
