import ArgumentParser
import Bridge
import Configuration
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
    name: [.customShort("s"), .long],
    help: "device.field=value or device/port.field=value; a number in the field's units, or a label; may be repeated.",
    completion: NameCompletion.assignments, transform: Assignment.init)
  var set: [Assignment] = []

  @Option(name: [.customShort("P"), .long], help: "Hub port of the device.")
  var hubPort: Int?

  @Flag(help: "List the fields that can be written, with their classes and values.")
  var listFields = false

  @Flag(help: "Do everything but the write.")
  var dryRun = false

  @Flag(help: "Don't ask.")
  var yes = false

  @Flag(name: [.customShort("v"), .long], help: "Tell also the words, and by what the device was known.")
  var verbose = false

  @OptionGroup var policy: PolicyOptions

  func validate() throws {
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
    let path = settings.configuration.stateDirectory
    let store =
      try isDryRun && !FileManager.default.fileExists(atPath: path) || gateway.from != nil
      ? nil : WriteStore(path, settings)
    let connection = try await gateway.open(
      settings, policy: policy.policy(over: settings.configuration.commands), pins: store?.pins ?? PinBook())
    defer { connection.close() }
    for assignment in set.map({ $0.spelled(by: settings.registry) }) {
      let device = try await key(of: assignment, on: connection)
      try store?.keep(await connection.pins, unless: isDryRun)
      if !isDryRun, !yes, Terminal.isInput {
        let check = try await connection.write(assignment.value, to: assignment.field, of: device, isDryRun: true)
        guard check.code == .dryRun else {
          show(assignment, device, check)
          throw ExitCode(Failure.status(check.code).rawValue)
        }
        try confirm(assignment, device, now: check.value?.text)
      }
      let outcome = try await write(assignment, device, on: connection, store)
      try store?.keep(await connection.pins, unless: isDryRun)
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
        assignment.value, field: assignment.field, of: device, isDryRun: isDryRun)
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

  private func writeThroughBridge(_ settings: VerbSettings) async throws {
    let rows = try await BridgeClient.with(settings.configuration) { try await $0.deviceRows() }
    for assignment in set.map({ $0.spelled(by: settings.registry) }) {
      let ports = rows.filter { $0.name == assignment.device }.map(\.port)
      let wanted = assignment.port ?? hubPort
      guard let port = wanted ?? (ports.count == 1 ? ports.first : nil), ports.contains(port) else {
        guard ports.count > 1, wanted == nil else { throw rows.absence(of: assignment.device, port: wanted) }
        let list = ports.map(String.init).joined(separator: ", ")
        throw Failure(
          .unknownName,
          "\(assignment.device) is on port \(list); say which, as in \(assignment.device)/PORT.\(assignment.field)")
      }
      let device = DeviceKey(name: assignment.device, port: port)
      if !isDryRun, !yes, Terminal.isInput { try confirm(assignment, device, now: nil) }
      let result = try await BridgeClient.with(settings.configuration) {
        try await $0.write(assignment.value, field: assignment.field, of: device, isDryRun: isDryRun)
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
    guard !broker.isGiven else {
      throw ValidationError("--list-fields asks the gateway or a file; it does not go with --broker.")
    }
    let connection = try await gateway.open(settings)
    defer { connection.close() }
    // The headers and ports are enough to know what there is.
    let devices = try await connection.read(ReadSelection(ports: hubPort.map { [$0] } ?? [], fields: ["did"]))
    StandardOutput.write(
      WritableFields(devices, policy.policy(over: settings.configuration.commands)).text(width: Terminal.width))
  }
}

/// What a write needs of the state directory: who the devices are, what was written before, and where to put it down.
private final class WriteStore {
  let writes: WriteGuard
  private let file: PinFile
  private(set) var pins: PinBook

  init(_ path: String, _ settings: VerbSettings) throws {
    let caps = settings.configuration.caps
    let directory = try StateDirectory(path, owner: "mate3 write")
    file = PinFile(directory)
    pins = try file.load()
    if let loss = file.loss() { pins = PinBook(lost: loss) }
    let ledger = LedgerFile(directory, perField: caps.fieldPerDay)
    writes = WriteGuard.load(directory, ledger: ledger, caps: caps, registry: settings.registry)
    for problem in directory.problems.values.sorted() { StandardError.write("mate3: \(Terminal.plain(problem))") }
  }

  func keep(_ pins: PinBook, unless isDryRun: Bool) throws {
    guard !isDryRun, pins.pins != self.pins.pins else { return }
    try file.save(pins)
    self.pins = pins
  }
}
