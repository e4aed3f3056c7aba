import FieldCodec
import Foundation
import Mate3
import RegisterIO
import Registry
import Threads
import Topics

extension GatewayService {
  /// Waits until the gateway can be asked. What makes the system safer has it tried at once, whatever it was last heard to
  /// be; anything else is not kept for later.
  /// - Throws: ``CommandRefusal``.
  nonisolated func awaitTurn(
    isRelease: Bool, until deadline: ContinuousClock.Instant
  ) async throws(CommandRefusal) {
    guard isRelease else {
      guard isAnswering() else { throw Self.offline }
      return
    }
    while await !canBeAsked, deadline > .now, !Task.isCancelled {
      try checkUse()
      do {
        _ = try await withTimeout(ContinuousClock.now.duration(to: deadline)) { await self.tryNow() }
      } catch {
        throw Self.offline
      }
    }
  }

  /// A command has found that blocks are not where they were seen last.
  func layoutMoved() {
    isLayoutValid = false
    expectedEnd = nil
    rescan()
  }

  /// Whether a device that is not there belongs to the system, and is looked for.
  func isAwaited(_ device: DeviceKey) -> Bool {
    let present = Set((image?.layout.blocks ?? []).map { PinKey($0) })
    return pins.expected.contains { $0.port == device.port && !present.contains($0) }
  }

  /// Whether a doubt may be put right by the next scans, or was since something was refused for it.
  func isDoubtNew(of device: DeviceKey?) -> Bool {
    if let device, let layout = image?.layout, let block = layout.block(device),
      pins.refusal(for: block, in: layout, isRelease: true) == nil
    {
      return true
    }
    return pins.isDoubtNew(at: now)
  }

  private var canBeAsked: Bool { image != nil && isLayoutValid }

  /// Takes a command's outcome.
  /// - Returns: the keeping of the pins on disk, when the outcome has changed them.
  func finish(_ request: WriteRequest, _ outcome: WriteOutcome) async -> Task<Void, Never>? {
    let known = pins
    adopt(request, outcome)
    for (key, pin) in pins.pins { await setAlert(.identity, "\(key)", pin.state.reason) }
    return pins != known ? saving : nil
  }

  /// Has the alerts say what can't be kept of writes. What works again, the look at the files tells.
  func report(_ problems: [String: String]) async {
    for (name, problem) in problems { await setAlert(.state, name, "it can't be kept: \(problem)") }
    saveLater(.check)
  }

  /// A request, and the layout that it was found right in.
  struct PreparedWrite: Sendable {
    let request: WriteRequest
    let layout: SystemLayout
    /// Which of the devices that were pinned there is meant.
    let generation: Int?
    /// The word of its scale factor in the last reading.
    let scaleWord: UInt16?
  }

  /// Looks once more whether a request stands that was prepared before its turn came: a scan may have come in between.
  func confirm(_ prepared: PreparedWrite) throws(CommandRefusal) {
    try checkUse()
    guard isLayoutValid, let layout = image?.layout, layout.isSame(as: prepared.layout) else {
      throw CommandRefusal(
        .gatewayOffline, "the gateway's devices changed while the command waited; nothing was written")
    }
    let request = prepared.request
    if let refusal = pins.refusal(for: request.block, in: layout, isRelease: request.needsGatewayAlone) {
      throw refusal
    }
    if let statesProblem { throw CommandRefusal(.stateUnwritable, statesProblem) }
  }

  /// Checks a command against the layout as it is now, and holds the field's state until ``finish(_:_:)``.
  func prepare(
    device: DeviceKey, field: String, payload: CommandPayload
  ) throws(CommandRefusal) -> PreparedWrite {
    try checkUse()
    if let statesProblem { throw CommandRefusal(.stateUnwritable, statesProblem) }
    guard let image, isLayoutValid else {
      throw CommandRefusal(.gatewayOffline, "the gateway's devices are not known yet; nothing was written")
    }
    var request = try validator.request(
      device: device, field: field, text: payload.text, isDryRun: payload.isDryRun, image: image, pins: pins,
      limit: size.current)
    request.isRounded = payload.isRounded
    if let then = payload.then {
      try validator.checkEnd(then, of: request, named: field, image: image, pins: pins, limit: size.current)
    } else if payload.forSeconds != nil, !request.field.access.isReadable {
      throw CommandRefusal(
        .badPayload, "\(field) can't be read, so what comes back after the time must be given as ‘then’")
    }
    if payload.forSeconds != nil { request.end = payload.then.map { .value($0) } ?? .before }
    return hold(request, image)
  }

  /// The request that ends a timed command, checked as ``prepare(device:field:payload:)`` checks a command.
  /// - Parameter others: timed commands whose ends are due as well, or soon: where a rule looks at one of them, this one
  ///   waits for it rather than do what it can.
  func prepare(_ timer: TimedCommand, besides others: [TimedCommand] = []) throws(CommandRefusal) -> PreparedWrite {
    guard let image, isLayoutValid else {
      throw CommandRefusal(.gatewayOffline, "the gateway's devices are not known yet")
    }
    try checkUse()
    if let statesProblem { throw CommandRefusal(.stateUnwritable, statesProblem) }
    guard isAnswering() else { throw Self.offline }
    var request = try validator.revert(timer, image: image, pins: pins, limit: size.current)
    request.isExact = others.contains { other in
      let block = image.layout.blocks.first { PinKey($0) == other.block && !$0.isDuplicate }
      return block?.definition.target(other.field).flatMap { block?.range(of: $0) }.map(request.isJudged) ?? false
    }
    return hold(request, image)
  }

  private func scaleWord(of request: WriteRequest) -> UInt16? {
    guard let field = request.block.definition.scaleFactor(of: request.field),
      let range = request.block.range(of: field)
    else { return nil }
    return image?.word(range.start)
  }

  /// Whether topics of this bridge begin with a name, and nobody else's base does. That may be called `house`.
  func hasDevice(named name: String) -> Bool {
    [TopicScheme.all, "bridge"].contains(name) || registry.block(named: name) != nil
      || image?.layout.blocks.contains { $0.key.name == name } ?? false
  }

  /// The words of a field in the last reading, for a write that a crash left open.
  func words(of intent: WriteIntent) -> [UInt16]? {
    guard let image, let block = image.layout.blocks.first(where: { PinKey($0) == intent.block }),
      let field = block.definition.target(intent.field), field.access.isReadable, let range = block.range(of: field)
    else { return nil }
    let words = (range.start..<range.end).compactMap(image.word)
    return words.count == range.count ? words : nil
  }

  static let offline = CommandRefusal(
    .gatewayOffline, "the gateway does not answer; nothing was written, nothing is kept for later")

  /// Lets a field's state go again whose command is not carried out after all.
  func release(_ request: WriteRequest) {
    for slot in slots(of: request) { held.remove(slot) }
  }

  private func hold(_ request: WriteRequest, _ image: SystemImage) -> PreparedWrite {
    for slot in slots(of: request) { held.add(slot) }
    return PreparedWrite(
      request: request, layout: image.layout, generation: pins.pins[PinKey(request.block)]?.generation,
      scaleWord: scaleWord(of: request))
  }

  /// Takes what a command's read-back has read, lets the field's state go again and has its block read soon. Suspends
  /// nowhere, so that nothing is published in between.
  private func adopt(_ request: WriteRequest, _ outcome: WriteOutcome) {
    let known = pins
    defer { savePins(ifNot: known) }
    let slots = slots(of: request)
    for slot in slots { held.remove(slot) }
    switch outcome.code {
    case .identityMismatch: noteMismatch(outcome)
    case .identityChangedDuringWrite:
      rescan()
      publisher.publish(event: BridgeEvent(.identityChangedDuringWrite, outcome.reason))
      pins.distrust(request.block, after: outcome)
      refreshCommandStates()
    default: break
    }
    guard outcome.status == .accepted || outcome.status == .unchanged, !outcome.written.isEmpty else {
      if !outcome.written.isEmpty { schedule.makeDue(request.field.interval) }
      return
    }
    var changes: [FieldChange] = []
    for slot in slots + [statusSlot(of: request)].compactMap({ $0 }) {
      if let change = image?.absorb(outcome.readings, slot: slot) { changes.append(change) }
    }
    schedule.makeDue(request.field.interval)
    if outcome.status == .accepted {
      pins.repin(request.field, of: request.block, words: outcome.read)
      noteWritten(request, outcome)
    }
    guard let image else { return }
    var cycle = Cycle(at: now, changes: changes)
    cycle.times = timeValues(after: changes, image)
    _ = live.apply(cycle)
  }

  /// A command has found another device than the pinned one.
  func noteMismatch(_ outcome: WriteOutcome) {
    if outcome.isMoved { layoutMoved() } else { rescan() }
    publisher.publish(event: BridgeEvent(.identityMismatch, outcome.reason))
  }

  /// The fields that a command writes: itself, or the hour and the minute of a time of day.
  private func slots(of request: WriteRequest) -> [Int] {
    guard let image, let block = image.layout.block(request.block.key) else { return [] }
    // A scan may have found the block elsewhere meanwhile.
    let start = request.range.start - request.block.address + block.address
    return image.map.slots.filter { slot in
      slot.blockIndex == block.index && slot.range.start < start + request.range.count && start < slot.range.end
    }.map(\.index)
  }

  private func statusSlot(of request: WriteRequest) -> Int? {
    request.field.confirmation.flatMap { slot(request.block.key, request.block.definition.fields[$0.statusFieldIndex]) }
  }

  private func slot(_ device: DeviceKey, _ field: FieldDefinition) -> Int? {
    guard let image, let block = image.layout.block(device) else { return nil }
    return image.map.slots.first { $0.blockIndex == block.index && $0.field.index == field.index }?.index
  }
}
