import Bridge
import Configuration
import FieldCodec
import Foundation
import Mate3
import Registry
import StateStore

/// Writes to a gateway as a bridge does: with the pins, the ledger and the caps of the state directory.
final class DeviceWriter {
  let connection: Gateway
  private let store: WriteStore?
  private let isDryRun: Bool
  private let who: String
  /// What leads `mate3 trust` and `forget` to the same state directory.
  private let target: [(flag: String, value: String)]
  /// And to its gateway.
  private let place: [(flag: String, value: String)]

  /// - Parameters:
  ///   - isDryRun: nothing is written, and nothing kept.
  ///   - who: what the ledger is told.
  init(
    _ gateway: GatewayOptions, _ state: StateOptions, _ settings: VerbSettings, policy: CommandPolicy, isDryRun: Bool,
    who: String
  ) async throws {
    let path = settings.configuration.stateDirectory
    store =
      try isDryRun && !FileManager.default.fileExists(atPath: path) || gateway.from != nil
      ? nil : WriteStore(path, settings)
    connection = try await gateway.open(settings, policy: policy, pins: store?.pins ?? PinBook())
    self.isDryRun = isDryRun
    self.who = who
    target = VerbSettings.given([("--config", gateway.config)]) + state.target
    place = VerbSettings.given([("--host", gateway.host), ("--port", gateway.port)])
  }

  func close() { connection.close() }

  /// Puts down who the devices are, as far as that was learnt.
  func keepPins() async throws { try store?.keep(await connection.pins, unless: isDryRun) }

  /// Judges a write without its words being sent.
  func check(
    _ value: String, _ field: String, of device: DeviceKey, isRounded: Bool = false
  ) async throws -> WriteOutcome {
    mended(
      try await connection.write(value, to: field, of: device, isDryRun: true, isRounded: isRounded), device, field)
  }

  /// Whether several settings could all be written, by what was written before too.
  /// - Returns: in the order in which they can be written, what stands in the way of each.
  func rehearse(
    _ settings: [(device: DeviceKey, field: String, value: String)]
  ) async throws -> [(name: String, outcome: WriteOutcome?)] {
    let writes = store?.writes
    let run = try await connection.rehearse(settings) { writes?.capRefusal($0) }
    return run.parts.map { part in (part.name, part.outcome.map { mended($0, part.device, part.field) }) }
  }

  func write(
    _ value: String, _ field: String, of device: DeviceKey, isRounded: Bool = false
  ) async throws -> WriteOutcome {
    let outcome = mended(try await attempt(value, field, device, isRounded), device, field)
    // So that `mate3 trust --all` knows of it.
    if outcome.code == .identityMismatch { try await connection.confirmIdentity() }
    try await keepPins()
    return outcome
  }

  private func attempt(
    _ value: String, _ field: String, _ device: DeviceKey, _ isRounded: Bool
  ) async throws -> WriteOutcome {
    let context = CommandContext(who: who)
    do {
      let request = try await connection.prepare(
        value, field: field, of: device, isDryRun: isDryRun, isRounded: isRounded)
      guard let store else { return await connection.perform(request) }
      if let refusal = store.writes.capRefusal(request, scaleWord: await connection.scaleWord(of: request)) {
        throw refusal
      }
      let writes = store.writes
      var outcome = await connection.perform(request) { try await writes.begin(context, $0, $1) }
      if let remark = await store.writes.end(context, request, outcome) { outcome.reason += "; \(remark)" }
      return outcome
    } catch let refusal as CommandRefusal {
      return WriteOutcome(.rejected, refusal.code, refusal.reason)
    }
  }

  private func mended(_ outcome: WriteOutcome, _ device: DeviceKey, _ field: String) -> WriteOutcome {
    var outcome = outcome
    if outcome.status == .rejected { outcome.reason += mend(outcome.code, device.name, field, connection.registry) }
    outcome.reason = Advice.repeating(target, gateway: place, in: outcome.reason)
    return outcome
  }

  /// What opens a refused field on the command line, where the bridge has settings.
  private func mend(_ code: ResultCode, _ device: String, _ field: String, _ registry: Registry) -> String {
    let name = "\(device).\(field)"
    let definition = registry.block(named: device)
    switch code {
    // A time of day is of several fields.
    case .notAllowed where definition != nil && definition?.field(field) == nil:
      return "; on the command line with --allow setpoint"
    case .notAllowed where definition?.field(field)?.command?.standard == .setpoint:
      return "; on the command line with --allow setpoint, or --allow \(name) for this one alone"
    case .notAllowed where definition?.field(field)?.command?.standard != .never:
      return "; on the command line with --allow \(name)"
    case .noLimits: return "; on the command line with --limit \(name)=MIN..MAX"
    case .labelInDoubt: return "; on the command line with --confirm-labels \(name)"
    default: return ""
    }
  }
}

/// What a write needs of the state directory: who the devices are, what was written before, and where to put it down.
private final class WriteStore {
  let writes: WriteGuard
  private let path: String
  private let file: PinFile
  private(set) var pins: PinBook

  init(_ path: String, _ settings: VerbSettings) throws {
    let caps = settings.configuration.caps
    self.path = path
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
    let new = pins.pins.keys.filter { self.pins.pins[$0] == nil }.sorted()
    if !new.isEmpty {
      // Nobody has looked at them, and another directory may know them otherwise.
      let what =
        self.pins.pins.isEmpty ? "all that the gateway shows" : new.map(\.description).joined(separator: ", ")
      StandardError.write(
        "mate3: "
          + ServiceState.hinted("seen for the first time, and pinned in \(path): \(what)", about: path))
    }
    self.pins = pins
  }
}
