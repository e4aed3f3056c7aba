import ArgumentParser
import Bridge
import FieldCodec
import Foundation
import Mate3
import Registry
import StateStore

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
        mate3 write -H 192.0.2.7 --set 'radian_inverter_configuration/1.aux_control=on'
        mate3 write -H 192.0.2.7 --hub-port 3 --allow charge_controller_configuration.absorb_volts \\
          --limit charge_controller_configuration.absorb_volts=54..60 \\
          --set charge_controller_configuration.absorb_volts=57.6

      """)

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions
  @OptionGroup var state: StateOptions

  @Option(
    help: "device.field=value or device/port.field=value; a number in the field's units, or a label; may be repeated.")
  var set: [Assignment] = []

  @Option(help: "Hub port of the device.")
  var hubPort: Int?

  @Flag(help: "List the fields that can be written, with their classes and values.")
  var listFields = false

  @Flag(help: "Do everything but the write.")
  var dryRun = false

  @Flag(help: "Don't ask.")
  var yes = false

  @OptionGroup var policy: PolicyOptions

  func validate() throws {
    guard listFields || !set.isEmpty else {
      throw ValidationError("Give --set device.field=value, or --list-fields to see what there is.")
    }
    guard gateway.from == nil || dryRun || set.isEmpty else {
      throw ValidationError("A file can't be written to; add --dry-run, or name a gateway with --host.")
    }
    if broker.isGiven, policy.isGiven {
      throw ValidationError("What may be written through a bridge is set in its own configuration.")
    }
  }

  func run() async throws {
    let registry = try gateway.loadRegistry()
    if listFields {
      try await list(registry)
    } else if broker.isGiven {
      try await writeThroughBridge()
    } else {
      try await write(registry)
    }
  }

  // MARK: Writing

  private func write(_ registry: Registry) async throws {
    let store =
      try dryRun && !FileManager.default.fileExists(atPath: state.path) || gateway.from != nil
      ? nil : WriteStore(state.path, registry)
    let connection = try await gateway.open(registry, policy: policy.policy, pins: store?.pins ?? PinBook())
    defer { connection.close() }
    for assignment in set {
      let device = try await key(of: assignment, on: connection)
      try store?.keep(await connection.pins, unless: dryRun)
      if !dryRun, !yes, Terminal.isInput {
        let check = try await connection.write(assignment.value, to: assignment.field, of: device, isDryRun: true)
        guard check.code == .dryRun else {
          show(assignment, device, check)
          throw ExitCode(Failure.status(check.code).rawValue)
        }
        try confirm(assignment, device, now: check.value?.text)
      }
      let outcome = try await write(assignment, device, on: connection, store)
      try store?.keep(await connection.pins, unless: dryRun)
      show(assignment, device, outcome)
      if let status = Self.exitStatus(outcome.status.rawValue, outcome.code.rawValue) {
        throw ExitCode(status.rawValue)
      }
    }
  }

  private func write(
    _ assignment: Assignment, _ device: DeviceKey, on connection: Gateway, _ store: WriteStore?
  ) async throws -> WriteOutcome {
    let context = CommandContext(who: "mate3 write")
    do {
      let request = try await connection.prepare(
        assignment.value, field: assignment.field, of: device, isDryRun: dryRun)
      guard let store else { return await connection.perform(request) }
      if let refusal = store.writes.capRefusal(request, scaleWord: await connection.scaleWord(of: request)) {
        throw refusal
      }
      let writes = store.writes
      var outcome = await connection.perform(request) { try await writes.begin(context, $0, $1) }
      if let remark = await store.writes.end(context, request, outcome) { outcome.reason += "; \(remark)" }
      return outcome
    } catch let refusal as CommandRefusal {
      return WriteOutcome(.rejected, refusal.code, refusal.reason + mend(refusal.code, assignment, connection.registry))
    }
  }

  /// What opens a refused field on the command line, where the bridge has settings.
  private func mend(_ code: ResultCode, _ assignment: Assignment, _ registry: Registry) -> String {
    let name = "\(assignment.device).\(assignment.field)"
    let rule = registry.block(named: assignment.device)?.field(assignment.field)?.command
    switch code {
    case .notAllowed where rule?.standard != .never: return "; on the command line with --allow \(name)"
    case .noLimits: return "; on the command line with --limit \(name)=MIN..MAX"
    case .labelInDoubt: return "; on the command line with --confirm-labels \(name)"
    default: return ""
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

  private func writeThroughBridge() async throws {
    let rows = try await BridgeClient.with(broker) { try await $0.deviceRows() }
    for assignment in set {
      let ports = rows.filter { $0.name == assignment.device }.map(\.port)
      let wanted = assignment.port ?? hubPort
      guard let port = wanted ?? (ports.count == 1 ? ports.first : nil), ports.contains(port) else {
        let list = ports.map(String.init).joined(separator: ", ")
        throw Failure(
          .unknownName,
          ports.isEmpty
            ? "the bridge has no \(assignment.device); it has \(Set(rows.map(\.name)).sorted().joined(separator: ", "))"
            : "\(assignment.device) is on port \(list); say which, as in \(assignment.device)/PORT.\(assignment.field)")
      }
      let device = DeviceKey(name: assignment.device, port: port)
      if !dryRun, !yes, Terminal.isInput { try confirm(assignment, device, now: nil) }
      let result = try await BridgeClient.with(broker) {
        try await $0.write(assignment.value, field: assignment.field, of: device, isDryRun: dryRun)
      }
      show(
        assignment, device, status: result.status, code: result.code, reason: result.reason,
        written: result.written, read: result.read, value: result.value, evidence: result.evidence)
      if let status = Self.exitStatus(result.status, result.code) { throw ExitCode(status.rawValue) }
    }
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
  private static func exitStatus(_ status: String, _ code: String) -> ExitStatus? {
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
    var lines = ["\(device).\(assignment.field)=\(assignment.value): \(isGood ? heading : style.alarm(heading))"]
    if !written.isEmpty { lines.append("  written    \(words(written))") }
    if !read.isEmpty {
      lines.append("  read       \(words(read))" + (value.map { ", which is \(Terminal.plain($0))" } ?? ""))
    }
    if !evidence.isEmpty { lines.append("  evidence   \(evidence.joined(separator: " "))") }
    if isGood {
      lines.append("  \(Terminal.plain(reason))")
    } else {
      StandardError.write("mate3: \(Terminal.plain(reason))")
    }
    StandardOutput.print(lines.joined(separator: "\n"))
  }

  private func list(_ registry: Registry) async throws {
    guard !broker.isGiven else {
      throw ValidationError("--list-fields asks the gateway or a file; it does not go with --broker.")
    }
    let connection = try await gateway.open(registry)
    defer { connection.close() }
    // The headers and ports are enough to know what there is.
    let devices = try await connection.read(ReadSelection(ports: hubPort.map { [$0] } ?? [], fields: ["did"]))
    StandardOutput.write(WritableFields(devices, policy.policy).text(width: Terminal.width))
  }
}

/// What a write needs of the state directory: who the devices are, what was written before, and where to put it down.
private final class WriteStore {
  let writes: WriteGuard
  private let file: PinFile
  private(set) var pins: PinBook

  init(_ path: String, _ registry: Registry) throws {
    let directory = try StateDirectory(path, owner: "mate3 write")
    file = PinFile(directory)
    pins = try file.load()
    if let loss = file.loss() { pins = PinBook(lost: loss) }
    let ledger = LedgerFile(directory)
    writes = WriteGuard.load(directory, ledger: ledger, caps: WriteCaps.Settings(), registry: registry)
    for problem in directory.problems.values.sorted() { StandardError.write("mate3: \(Terminal.plain(problem))") }
  }

  func keep(_ pins: PinBook, unless isDryRun: Bool) throws {
    guard !isDryRun, pins.pins != self.pins.pins else { return }
    try file.save(pins)
    self.pins = pins
  }
}

/// `device.field=value` or `device/port.field=value`.
struct Assignment: ExpressibleByArgument {
  let device: String
  let port: Int?
  let field: String
  let value: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "=") else { return nil }
    let name = argument[..<equals]
    guard let dot = name.firstIndex(of: "."), equals < argument.index(before: argument.endIndex) else { return nil }
    let parts = name[..<dot].split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first, !first.isEmpty, dot < name.index(before: name.endIndex) else {
      return nil
    }
    if parts.count == 2 {
      guard let number = Int(parts[1]), number >= 0 else { return nil }
      port = number
    } else {
      port = nil
    }
    device = String(first)
    field = String(name[name.index(after: dot)...])
    value = String(argument[argument.index(after: equals)...])
  }
}
