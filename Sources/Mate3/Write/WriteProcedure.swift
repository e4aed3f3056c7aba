import FieldCodec
package import RegisterIO
import Registry

/// One validated write as a state machine: identity, error flags before, write, read-back with the identity again.
///
/// It does no input or output. The driver performs the step it is given, feeds back what happened and gets the next.
/// Everything up to a `pause` or `finish` belongs into one transaction; after a pause the driver opens another.
package struct WriteProcedure: Sendable {
  package enum Step: Sendable, Equatable {
    case read(RegisterRange)
    case write([UInt16], at: Int)
    /// Leave the transaction, wait, and go on in a new one.
    case pause(Duration)
    /// ``outcome`` has the result.
    case finish
  }

  package enum Event: Sendable {
    /// A transaction begins.
    case begin
    case read([UInt16])
    case written
    case failed(RegisterError)
  }

  enum Phase: Equatable {
    case before, write, after
  }

  /// Pauses between read-backs: some units show 0x8000 for a while after a good write.
  static let pauses: [Duration] = [250, 500, 1000, 2000, 2000, 2000, 2000].map { .milliseconds($0) }

  package internal(set) var outcome: WriteOutcome
  package let request: WriteRequest

  var phase = Phase.before
  var position = 0
  var readings: [WriteOutcome.Reading] = []
  var words: [UInt16] = []
  /// The scale factor that the words were made with.
  var scaleWord: UInt16?
  var errorsBefore: UInt16?
  var heldBefore = false
  /// Why the answer to the write tells nothing of what the device did; nil where it does.
  var unanswered: RegisterError?
  var hasRetriedBefore = false
  var pause = 0

  package init(_ request: WriteRequest) {
    self.request = request
    outcome = WriteOutcome(.rejected, .gatewayOffline, "the gateway was not reached; nothing was written")
    outcome.evidence = request.evidence.map(\.name)
  }

  package mutating func next(_ event: Event) -> Step {
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

  // MARK: After the write

  private mutating func judgeAfter() -> Step {
    switch identity() {
    case .fits: break
    case .blank(let reason):
      return again(
        orFinish: .unconfirmed, .identityBlank,
        "written, but \(reason), so that whether the device has it is not known")
    case .differs(let reason):
      outcome.isMoved = isMoved
      return finish(
        .unconfirmed, .identityChangedDuringWrite,
        "the device changed between the identity check and the read-back: \(reason); what was written to which "
          + "device is not known")
    }
    if let ending = judgeScale() { return ending }
    let sent = unanswered.map(Self.told) ?? "the write was answered as good"
    if let confirmation = request.confirmation {
      if read(confirmation.range)?.first.map({ confirmation.condition.holds(UInt32($0)) }) ?? false {
        if heldBefore, let newErrors = newErrorBits() { return finish(.failed, newErrors.code, newErrors.reason) }
        return heldBefore
          ? finish(.unchanged, .alreadySo, "the status was already as asked; the command was sent all the same")
          : finish(.accepted, .ok, "the status shows that the command was carried out")
      }
      if let newErrors = newErrorBits() { return finish(.failed, newErrors.code, newErrors.reason) }
      return again(orFinish: .unconfirmed, .statusNotSeen, "\(sent), but the status does not show it")
    }
    guard request.field.access.isReadable else {
      if let newErrors = newErrorBits() { return finish(.failed, newErrors.code, newErrors.reason) }
      return finish(.unconfirmed, .noReadBack, "\(sent); this register can't be read back")
    }
    let now = read(request.range) ?? []
    if now == words {
      return finish(
        .accepted, .ok,
        unanswered == nil
          ? "written, and the words read back are those asked for"
          : "\(sent), but the words read back are those asked for")
    }
    if let newErrors = newErrorBits() { return finish(.failed, newErrors.code, newErrors.reason) }
    if let step = bounds.step, isRounded(now, step) {
      if case .number(let held) = request.field.decode(now, scaleWord: scaleWord),
        let refusal = bounds.refusal(held, of: request.field.name, units: request.field.units), !request.isEnd
      {
        return again(
          orFinish: .failed, .notTaken, "\(sent), but the device made another value of it: \(refusal.reason)")
      }
      for check in request.orders where !request.isEnd {
        guard let other = read(check.range),
          let reason = check.refusal(current: outcome.before, words: now, other: other)
        else { continue }
        return again(orFinish: .failed, .notTaken, "\(sent), but the device made another value of it: \(reason)")
      }
      return finish(
        .accepted, .ok,
        "written; the device keeps steps of \(step) and holds \(request.field.commandText(now, scaleWord: scaleWord) ?? "")"
      )
    }
    guard !request.field.isUnsettled(now) else {
      return again(orFinish: .unconfirmed, .noReadBack, "\(sent), but the register shows no value yet")
    }
    return again(orFinish: .failed, .notTaken, "\(sent), but the register holds \(now) instead of \(words)")
  }

  /// Whether the device holds another value than written that is no more than half a step away. What stood before
  /// proves nothing.
  private func isRounded(_ now: [UInt16], _ step: ScaledDecimal) -> Bool {
    guard now != outcome.before, case .number(let held) = request.field.decode(now, scaleWord: scaleWord),
      case .number(let asked) = request.field.decode(words, scaleWord: scaleWord)
    else { return false }
    return SetpointBounds.isWithinHalf(step, held, asked)
  }

  /// The words mean what was asked for only while their scale is the one that they were made with.
  private mutating func judgeScale() -> Step? {
    guard let scale = request.scale, let now = read(scale)?.first, now != scaleWord else { return nil }
    guard FieldDefinition.scaleExponent(word: now) != nil else {
      return again(orFinish: .unconfirmed, .scaleChanged, "written, but the scale factor can't be read any more")
    }
    return finish(
      .unconfirmed, .scaleChanged,
      "the scale factor of \(request.field.name) changed while it was written, so that \(words) may mean another value "
        + "now; look at the device at once")
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
      // The chain has become shorter: what is left stands where it stood, or elsewhere.
      guard !error.meansAbsent else {
        outcome.isMoved = true
        return finish(
          .rejected, .identityMismatch,
          "the gateway does not have all registers any more that it had: \(error.message); nothing was written, and it is "
            + "scanned again. Try again in a moment")
      }
      return finish(.rejected, .gatewayOffline, "\(error.message); nothing was written")
    case .write:
      guard !error.meansUntouched else {
        return finish(.failed, .deviceRefused, "the gateway refused the write: \(error.message)")
      }
      // The device may have taken it. It is never sent again; the read-back says what happened.
      unanswered = error
      phase = .after
      return .pause(.zero)
    case .after:
      if error.isWireFailure || unanswered != nil {
        return again(
          orFinish: .unconfirmed, .answerLost,
          "written, but the gateway could not be read afterwards: \(error.message)")
      }
      return again(
        orFinish: .unconfirmed, .answerLost, "written, but the gateway refused the read-back: \(error.message)")
    }
  }

  /// What came in place of a good answer to the write, in half a sentence.
  private static func told(_ error: RegisterError) -> String {
    switch error.code {
    case .exception: "\(error.message), which leaves open whether the device took it"
    case .badReply: error.message
    default: "no answer to the write came"
    }
  }

  /// Ends the procedure before its write was sent.
  mutating func reject(_ refusal: CommandRefusal) {
    phase = .before
    outcome.written = []
    _ = finish(.rejected, refusal.code, refusal.reason)
  }

  mutating func finish(_ status: WriteOutcome.Status, _ code: ResultCode, _ reason: String) -> Step {
    if request.field.access.isReadable, !outcome.read.isEmpty {
      outcome.value = request.field.decode(outcome.read, scaleWord: request.scale.flatMap { read($0)?.first })
    }
    outcome.status = status
    outcome.code = code
    outcome.reason = reason
    return .finish
  }

  func read(_ range: RegisterRange) -> [UInt16]? { readings.words(range) }
}

extension [WriteOutcome.Reading] {
  /// The words of a range, nil when not all of them were read.
  func words(_ range: RegisterRange) -> [UInt16]? {
    let words = (range.start..<range.end).compactMap(word)
    return words.count == range.count ? words : nil
  }

  func word(_ address: Int) -> UInt16? {
    for reading in self where reading.words.indices.contains(address - reading.address) {
      return reading.words[address - reading.address]
    }
    return nil
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
