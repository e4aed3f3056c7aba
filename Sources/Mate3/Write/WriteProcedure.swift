import FieldCodec
public import RegisterIO
import Registry

/// One validated write as a state machine: identity, error flags before, write, read-back with the identity again.
///
/// It does no input or output. The driver performs the step it is given, feeds back what happened and gets the next.
/// Everything up to a `pause` or `finish` belongs into one transaction; after a pause the driver opens another.
public struct WriteProcedure: Sendable {
  public enum Step: Sendable, Equatable {
    case read(RegisterRange)
    case write([UInt16], at: Int)
    /// Leave the transaction, wait, and go on in a new one.
    case pause(Duration)
    /// ``outcome`` has the result.
    case finish
  }

  public enum Event: Sendable {
    /// A transaction begins.
    case begin
    case read([UInt16])
    case written
    case failed(RegisterError)
  }

  private enum Phase: Equatable {
    case before, write, after
  }

  /// Pauses between read-backs: some units show 0x8000 for a while after a good write.
  static let pauses: [Duration] = [250, 500, 1000, 2000, 2000, 2000, 2000].map { .milliseconds($0) }

  public private(set) var outcome: WriteOutcome
  public let request: WriteRequest

  private var phase = Phase.before
  private var position = 0
  private var readings: [WriteOutcome.Reading] = []
  private var words: [UInt16] = []
  private var errorsBefore: UInt16?
  private var heldBefore = false
  private var isAnswerLost = false
  private var hasRetriedBefore = false
  private var pause = 0

  public init(_ request: WriteRequest) {
    self.request = request
    outcome = WriteOutcome(.rejected, .gatewayOffline, "the gateway was not reached; nothing was written")
    outcome.evidence = request.evidence.map { "\($0.device).\($0.field.name)" }
  }

  public mutating func next(_ event: Event) -> Step {
    switch event {
    case .begin:
      position = 0
      readings = []
      return nextRead()
    case .read(let read):
      guard request.reads.indices.contains(position), read.count == request.reads[position].count else {
        return failed(RegisterError(.badReply, "the gateway answered with another number of registers"))
      }
      readings.append(WriteOutcome.Reading(address: request.reads[position].start, words: read))
      position += 1
      return nextRead()
    case .written:
      phase = .after
      position = 0
      readings = []
      return nextRead()
    case .failed(let error):
      return failed(error)
    }
  }

  private mutating func nextRead() -> Step {
    if position < request.reads.count { return .read(request.reads[position]) }
    outcome.readings = readings
    if request.field.access.isReadable { outcome.read = read(request.range) ?? [] }
    return phase == .before ? judgeBefore() : judgeAfter()
  }

  // MARK: Before the write

  private mutating func judgeBefore() -> Step {
    if let difference = identityDifference() {
      return finish(
        .rejected, .identityMismatch,
        "this is not the device that is pinned: \(difference); nothing was written. If the change is meant, trust the "
          + "device again with: mate3 trust \(PinKey(request.block))")
    }
    let scaleWord = request.scale.flatMap { read($0)?.first }
    do {
      words = try request.field.encode(request.text, scaleWord: scaleWord)
    } catch {
      return finish(.rejected, .invalidValue, error.message)
    }
    if let refusal = setpointRefusal(scaleWord) { return finish(.rejected, refusal.code, refusal.reason) }
    errorsBefore = request.errorFlags.flatMap { read($0)?.first }
    if let confirmation = request.confirmation {
      heldBefore = read(confirmation.range)?.first.map { confirmation.condition.holds(UInt32($0)) } ?? false
      if let effects = request.expectedEffect, let status = read(confirmation.range)?.first,
        // What has no effect that shows may be what stands.
        !effects.contains(where: { request.condition(of: $0)?.holds(UInt32(status)) ?? true })
      {
        return finish(
          .rejected, .superseded,
          "the status no longer shows what \(request.field.name) was set to for a time; it was changed since, and is left"
        )
      }
    }
    if request.field.access.isReadable {
      guard let current = read(request.range), request.field.decode(current, scaleWord: scaleWord).isPresent else {
        return finish(
          .rejected, .notImplemented, "\(request.field.name) is not implemented by this device; nothing was written")
      }
      outcome.before = current
      outcome.beforeText = request.field.commandText(current, scaleWord: scaleWord)
      if let expected = request.expectedNow, !expected.contains(current) {
        return finish(
          .rejected, .superseded,
          "\(request.field.name) no longer has the value that was written for a time; it was changed since, and is left"
        )
      }
      if current == words, !request.actsOnAll {
        return finish(.unchanged, .alreadySo, "the register already has this value; nothing was written")
      }
    }
    if request.isDryRun {
      return finish(
        .rejected, .dryRun, "dry run: every check passed, \(words) would go to register \(request.range.start)")
    }
    phase = .write
    outcome.written = words
    return .write(words, at: request.range.start)
  }

  /// Why the value does not suit this system, or the other setpoints as they are now.
  private func setpointRefusal(_ scaleWord: UInt16?) -> CommandRefusal? {
    if request.field.isBatteryVoltage {
      guard let (field, range) = request.systemVoltage, let now = read(range), let volts = field.rawNumber(now),
        BatteryVoltage.nominal.contains(volts)
      else {
        return CommandRefusal(
          .noSystemVoltage, "the gateway does not give the nominal system voltage, so no battery setpoint can be judged"
        )
      }
      if case .number(let value) = request.field.decode(words, scaleWord: scaleWord),
        let reason = BatteryVoltage.refusal(value, nominal: volts)
      {
        return CommandRefusal(.outOfLimits, reason)
      }
    }
    for check in request.orders {
      guard let current = read(request.range), let other = read(check.range),
        let reason = check.refusal(current: current, words: words, other: other)
      else { continue }
      return CommandRefusal(.crossField, "\(reason); change the other one first")
    }
    return nil
  }

  private func identityDifference() -> String? {
    for item in request.evidence {
      guard let words = read(item.range) else { return "\(item.field.name) of \(item.device) could not be read" }
      if let difference = item.difference(words) { return difference }
    }
    for item in request.counters {
      if let words = read(item.range), let difference = item.difference(words) { return difference }
    }
    return nil
  }

  // MARK: After the write

  private mutating func judgeAfter() -> Step {
    if let difference = identityDifference() {
      return finish(
        .unconfirmed, .identityChangedDuringWrite,
        "the device changed between the identity check and the read-back: \(difference); what was written to which "
          + "device is not known")
    }
    let newErrors = newErrorBits()
    if let confirmation = request.confirmation {
      if read(confirmation.range)?.first.map({ confirmation.condition.holds(UInt32($0)) }) ?? false {
        return heldBefore
          ? finish(.unchanged, .alreadySo, "the status was already as asked; the command was sent all the same")
          : finish(.accepted, .ok, "the status shows that the command was carried out")
      }
      return again(orFinish: .unconfirmed, .statusNotSeen, "the command was sent, but the status does not show it")
    }
    guard request.field.access.isReadable else {
      return finish(.unconfirmed, .noReadBack, "the command was sent; this register can't be read back")
    }
    let now = read(request.range) ?? []
    if now == words {
      return finish(
        .accepted, .ok,
        isAnswerLost
          ? "the answer to the write was lost, but the words read back are those asked for"
          : "written, and the words read back are those asked for")
    }
    if let newErrors { return finish(.failed, newErrors.code, newErrors.reason) }
    return again(
      orFinish: .failed, .notTaken, "the write was answered as good, but the register holds \(now) instead of \(words)")
  }

  /// The write error that `OutBack_Error` shows now and did not before (application note, table 2).
  private func newErrorBits() -> (code: ResultCode, reason: String)? {
    guard let range = request.errorFlags, let before = errorsBefore, let now = read(range)?.first else { return nil }
    let new = now & ~before
    let meanings: [(UInt16, ResultCode, String)] = [
      (0x0001, .highLimit, "the device refused the value as above its high limit"),
      (0x0002, .lowLimit, "the device refused the value as below its low limit"),
      (0x0004, .invalidWrite, "the device refused the value as invalid"),
      (0x0400, .locked, "the device refused the write because it is locked; unlock it in the gateway's menu"),
    ]
    return meanings.first { new & $0.0 != 0 }.map { ($0.1, $0.2) }
  }

  private mutating func again(orFinish status: WriteOutcome.Status, _ code: ResultCode, _ reason: String) -> Step {
    guard pause < Self.pauses.count else { return finish(status, code, reason) }
    pause += 1
    return .pause(Self.pauses[pause - 1])
  }

  // MARK: Failures

  private mutating func failed(_ error: RegisterError) -> Step {
    switch phase {
    case .before:
      // Nothing is written yet: a connection that the gateway had dropped while idle deserves a second attempt.
      if error.isWireFailure, error.code != .connectFailed, error.code != .closed, !hasRetriedBefore {
        hasRetriedBefore = true
        return .pause(.zero)
      }
      return finish(.rejected, .gatewayOffline, "\(error.message); nothing was written")
    case .write:
      guard error.isWireFailure else {
        return finish(.failed, .deviceRefused, "the gateway refused the write: \(error.message)")
      }
      // The device may have taken it. It is never sent again; the read-back says what happened.
      isAnswerLost = true
      phase = .after
      return .pause(.zero)
    case .after:
      if error.isWireFailure || isAnswerLost {
        return again(
          orFinish: .unconfirmed, .answerLost,
          "written, but the gateway could not be read afterwards: \(error.message)")
      }
      return again(
        orFinish: .unconfirmed, .answerLost, "written, but the gateway refused the read-back: \(error.message)")
    }
  }

  /// Ends the procedure before its write was sent.
  mutating func reject(_ refusal: CommandRefusal) {
    phase = .before
    outcome.written = []
    _ = finish(.rejected, refusal.code, refusal.reason)
  }

  private mutating func finish(_ status: WriteOutcome.Status, _ code: ResultCode, _ reason: String) -> Step {
    if request.field.access.isReadable, !outcome.read.isEmpty {
      outcome.value = request.field.decode(outcome.read, scaleWord: request.scale.flatMap { read($0)?.first })
    }
    outcome.status = status
    outcome.code = code
    outcome.reason = reason
    return .finish
  }

  private func read(_ range: RegisterRange) -> [UInt16]? {
    let read = (range.start..<range.end)
      .compactMap { address -> UInt16? in
        for reading in readings {
          let offset = address - reading.address
          if reading.words.indices.contains(offset) { return reading.words[offset] }
        }
        return nil
      }
    return read.count == range.count ? read : nil
  }
}

extension FieldDefinition {
  /// A field's words as a command's text that gives them back, or nil for what no command can write.
  func commandText(_ words: [UInt16], scaleWord: UInt16?) -> String? {
    let value = decode(words, scaleWord: scaleWord)
    switch value {
    case .enumerated(let number, let entry): return labelDoubt == nil ? entry?.label ?? String(number) : String(number)
    case .flags(let bits, _): return String(bits)
    case .notImplemented, .unreadable: return nil
    case .number, .text, .address: return value.text
    }
  }
}
