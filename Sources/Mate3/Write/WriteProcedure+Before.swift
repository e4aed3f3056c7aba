import FieldCodec
import Foundation
import RegisterIO
import Registry

/// What is judged before the write: identity, the value, what stands, and what is to come back.
extension WriteProcedure {
  mutating func judgeBefore() -> Step {
    switch identity() {
    case .fits where request.isMoved(read):
      outcome.isMoved = true
      outcome.read = []
      return finish(
        .rejected, .identityMismatch,
        "the gateway's blocks do not stand where they were seen last; nothing was written, and the gateway is scanned "
          + "again. Try again in a moment")
    case .fits: break
    case .blank(let reason):
      outcome.read = []
      return finish(
        .rejected, .identityBlank,
        "\(reason), as while the gateway starts; nothing was written, try again in some seconds")
    case .differs(let reason) where isMoved:
      outcome.isMoved = true
      outcome.read = []
      return finish(
        .rejected, .identityMismatch,
        "the gateway's blocks do not stand where they were seen last: \(reason); nothing was written, and the gateway is "
          + "scanned again. Try again in a moment")
    case .differs(let reason):
      outcome.read = []
      return finish(
        .rejected, .identityMismatch,
        "this is not the device that is pinned: \(reason); nothing was written. If the change is meant, trust what "
          + "has changed with: mate3 trust --all")
    }
    scaleWord = request.scale.flatMap { read($0)?.first }
    do {
      words = try request.field.encode(textToWrite, scaleWord: scaleWord)
    } catch {
      return finish(.rejected, .invalidValue, error.message)
    }
    if let refusal = setpointRefusal(words, isRounded: request.isRounded) {
      guard request.isEnd, !request.isExact, let nearest = nearest(to: words), nearest != words else {
        return finish(.rejected, refusal.code, refusal.reason)
      }
      words = nearest
      outcome.substitute = request.field.commandText(nearest, scaleWord: scaleWord)
    }
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
    // Also where the value stands already, and only its end is to come.
    if case .value = request.end, let refusal = endRefusal() { return finish(.rejected, refusal.code, refusal.reason) }
    if request.field.access.isReadable, let ending = judgeCurrent() { return ending }
    if let refusal = endRefusal() { return finish(.rejected, refusal.code, refusal.reason) }
    if request.isDryRun {
      return finish(
        .rejected, .dryRun, "dry run: every check passed, \(words) would go to register \(request.range.start)")
    }
    phase = .write
    outcome.written = words
    return .write(words, at: request.range.start)
  }

  /// Looks at what the field holds now.
  /// - Returns: how that ends the procedure, nil when it goes on.
  private mutating func judgeCurrent() -> Step? {
    guard let current = read(request.range) else {
      return finish(.rejected, .notImplemented, "\(request.field.name) could not be read; nothing was written")
    }
    if request.field.isUnsettled(current) {
      // What makes the system safer does not wait for what it replaces.
      guard !request.isRelease else { return nil }
      return finish(
        .rejected, .notImplemented,
        "\(request.field.name) has no value for the moment; nothing was written, try again in some seconds")
    }
    guard request.field.decode(current, scaleWord: scaleWord).isPresent else {
      return finish(
        .rejected, .notImplemented, "\(request.field.name) is not implemented by this device; nothing was written")
    }
    outcome.before = current
    outcome.beforeText = request.field.commandText(current, scaleWord: scaleWord)
    // Where the nearest is written in place of another value, what was changed since is not what is left of it.
    let isChanged = outcome.substitute != nil && request.expectedNow.map { !$0.contains(current) } ?? false
    if current == words, !request.actsOnAll, !isChanged {
      return finish(.unchanged, .alreadySo, "the register already has this value; nothing was written")
    }
    if let expected = request.expectedNow, !expected.contains(current) {
      return finish(
        .rejected, .superseded,
        "\(request.field.name) no longer has the value that was written for a time; it was changed since, and is left")
    }
    return nil
  }

  /// Why what is to come back after a timed command could not be written then, or nil.
  private func endRefusal() -> CommandRefusal? {
    switch request.end {
    case nil: return nil
    case .value(let text):
      do {
        let words = try request.field.encode(text, scaleWord: scaleWord)
        return setpointRefusal(words, isRounded: false, after: self.words).map {
          CommandRefusal($0.code, "‘then’ can't be written: \($0.reason)")
        }
      } catch {
        return CommandRefusal(.invalidValue, "‘then’ can't be written: \(error.message)")
      }
    case .before:
      // What makes the system safer goes ahead, and then holds without a time.
      guard request.field.access.isReadable, !request.isRelease else { return nil }
      guard !request.actsOnAll || request.isOperational else {
        return CommandRefusal(
          .invalidValue,
          "\(request.field.name) sets all devices, and what each of them holds now may be another value than the last that "
            + "was set for all; give what comes back as ‘then’")
      }
      guard let text = outcome.beforeText, canBeCommanded(outcome.before) else {
        return CommandRefusal(
          .invalidValue,
          "what \(request.field.name) holds now (\(outcome.before.map(String.init).joined(separator: " "))) could not be "
            + "written back after the time; give what comes back as ‘then’")
      }
      guard (try? request.field.encode(text, scaleWord: scaleWord)) == outcome.before else {
        return CommandRefusal(.invalidValue, "‘\(text)’ could not be written back after the time; give ‘then’")
      }
      return setpointRefusal(outcome.before, isRounded: true, after: words).map {
        CommandRefusal($0.code, "‘\(text)’ could not be written back after the time: \($0.reason)")
      }
    }
  }

  /// Whether words lie within what a command may write: a label that exists, a number within the limits.
  private func canBeCommanded(_ words: [UInt16]) -> Bool {
    switch request.field.decode(words, scaleWord: scaleWord) {
    case .enumerated(_, let entry): entry != nil
    case .number(let value): bounds.range?.contains(value) ?? true
    case .flags, .text, .address: true
    case .notImplemented, .unreadable: false
    }
  }

  /// Why words do not suit this system, or the other setpoints as they are now.
  /// - Parameters:
  ///   - isRounded: whether the words are the nearest step already, so that none between two is meant.
  ///   - timed: what will stand for a time before these words, which nothing rounds then, come back; nil where they go in
  ///     place of what stands now.
  private func setpointRefusal(
    _ words: [UInt16], isRounded: Bool, after timed: [UInt16]? = nil
  ) -> CommandRefusal? {
    let nominal = site.nominalVoltage
    let read = standing(after: timed)
    if nominal == nil, needsNominalVoltage(words, over: read(request.range)) {
      return CommandRefusal(
        .noSystemVoltage,
        "the gateway gives no nominal system voltage that is known, so no battery setpoint can be judged")
    }
    if case .number(let value) = request.field.decode(words, scaleWord: scaleWord) {
      if let refusal = boundsRefusal(value, isRounded, isThen: timed != nil) { return refusal }
      if request.field.isBatteryVoltage, let reason = nominal.flatMap({ BatteryVoltage.refusal(value, nominal: $0) }) {
        return CommandRefusal(.outOfLimits, reason)
      }
    }
    // A label has no bounds, but may be a setting for the battery: the switch of the limit of all charge controllers.
    if request.field.enumeration != nil, !request.isRelease,
      let refusal = bounds.conflictRefusal(of: "\(request.block.key.name).\(request.field.name)")
    {
      return refusal
    }
    for check in request.orders {
      // What is set for all shows nothing until it is set; each device is looked at instead.
      if !request.actsOnAll, !request.isRelease,
        check.isOpen(current: read(request.range), words: words, other: read(check.range))
      {
        return .notKnown(check.other.name, of: request.block.key)
      }
      guard let current = read(request.range), let other = read(check.range),
        let reason = check.refusal(current: current, words: words, other: other)
      else { continue }
      return CommandRefusal(.crossField, "\(reason); change the other one first")
    }
    if case .number(let value) = request.field.decode(words, scaleWord: scaleWord),
      let refusal = request.global?.refusal(value, read)
    {
      return refusal
    }
    // What stood before a timed command may not stand again beside what was set meanwhile.
    if let refusal = request.schedules?.refusal(words, to: request.range, readings.word)
      ?? request.date?.refusal(words, to: request.range, readings.word)
    {
      return refusal
    }
    return request.battery?.refusal(
      request.field.decode(words, scaleWord: scaleWord),
      current: read(request.range).map { request.field.decode($0, scaleWord: scaleWord) }, read)
  }

  /// What the registers hold, or will hold when words of the field have been written.
  private func standing(after words: [UInt16]?) -> (RegisterRange) -> [UInt16]? {
    guard let words else { return read }
    let changed = [(range: request.range, words: words)] + request.effects(of: words, read)
    return { range in changed.first { $0.range == range }?.words ?? read(range) }
  }

  /// Whether words can't be judged without the system voltage: those of a voltage, and, as it is not known then whether
  /// the battery's profile is for this system, those that let a charger put more into it.
  private func needsNominalVoltage(_ words: [UInt16], over current: [UInt16]?) -> Bool {
    if request.field.isBatteryVoltage { return true }
    guard request.profile != nil, BatteryRole(request.field.name, of: request.block.definition.name) != nil else {
      return false
    }
    guard !request.isRelease else { return false }
    // What was last set for all says nothing of what each of them holds.
    guard !request.actsOnAll, let current = current.flatMap(request.field.rawNumber),
      let wanted = request.field.rawNumber(words), request.field.enumeration == nil
    else { return true }
    return wanted > current
  }

  /// Why a number is outside of its bounds, or between two steps of the device, or nil. What stood before a timed command
  /// comes back also where documents say nothing of its device, and between steps.
  private func boundsRefusal(_ value: ScaledDecimal, _ isRounded: Bool, isThen: Bool) -> CommandRefusal? {
    let bounds = bounds
    let name = "\(request.block.key.name).\(request.field.name)"
    let units = request.field.units
    let outside =
      request.isEnd ? bounds.endRefusal(value, of: name, units: units) : bounds.refusal(value, of: name, units: units)
    if let outside { return outside }
    guard !request.isEnd, !isRounded, let step = bounds.step,
      let (below, above) = SetpointBounds.neighbours(of: value, step: step), below != above
    else { return nil }
    let unit = units.map { " \($0)" } ?? ""
    let mends = [below, above].filter { bounds.range?.contains($0) ?? true }.map { "\($0)" }
    return CommandRefusal(
      .invalidValue,
      "\(value) lies between two steps of \(step)\(unit), in which the device keeps \(name); give "
        + mends.joined(separator: " or ")
        + (isThen ? "" : ", or have it rounded (\"round\": true; on the command line --round)"))
  }

  /// What decides the documented range, as it is now.
  private var site: SetpointSite {
    SetpointSite(request.places) { block, field in
      block.range(of: field).flatMap(read).map { field.decode($0, scaleWord: nil) }
    }
  }

  /// The bounds of the value as the system is now.
  var bounds: SetpointBounds {
    var bounds = SetpointBounds(documentedFor: request.field, at: site)
    bounds.narrow(to: request.ownBounds)
    if let profile = request.profile {
      bounds.narrow(to: profile, request.field, in: request.block.definition.name, at: site)
    }
    return bounds
  }

  /// The value as it is to be written: as asked, or the nearest step.
  private var textToWrite: String {
    guard request.isRounded, request.field.enumeration == nil, let value = ScaledDecimal(request.text) else {
      return request.text
    }
    let bounds = bounds
    guard bounds.refusal(value, of: request.field.name, units: nil) == nil,
      let exponent = request.field.scaleFactorIndex == nil ? 0 : scaleWord.flatMap(FieldDefinition.scaleExponent),
      let nearest = bounds.nearest(to: value, step: bounds.step ?? ScaledDecimal(1, exponent: exponent))
    else { return request.text }
    return "\(nearest)"
  }

  /// The words nearest to those given that may be written as the other setpoints stand, or nil.
  private func nearest(to words: [UInt16]) -> [UInt16]? {
    let field = request.field
    guard field.size == 1,
      let exponent = field.scaleFactorIndex == nil ? 0 : scaleWord.flatMap(FieldDefinition.scaleExponent),
      let wanted = field.rawNumber(words),
      // What can't be judged is waited for.
      site.nominalVoltage != nil || !needsNominalVoltage(words, over: read(request.range))
    else { return nil }
    var lowest = Int64.min
    var highest = Int64.max
    func steps(_ value: ScaledDecimal, _ rule: FloatingPointRoundingRule) -> Int64 {
      if let exact = value.coefficient(atExponent: exponent) { return exact }
      return Int64(exactly: (value.double * pow(10, Double(-exponent))).rounded(rule)) ?? 0
    }
    func narrow(_ least: ScaledDecimal?, _ most: ScaledDecimal?) {
      if let least { lowest = max(lowest, steps(least, .up)) }
      if let most { highest = min(highest, steps(most, .down)) }
    }
    narrow(bounds.minimum, bounds.maximum)
    if field.isBatteryVoltage {
      guard let volts = site.nominalVoltage, case let range = BatteryVoltage.range(nominal: volts) else { return nil }
      narrow(range.lowerBound, range.upperBound)
    }
    for check in request.orders {
      guard check.other.hasValue(read(check.range), scaleWord: 0),
        let other = read(check.range).flatMap(check.limit)
      else {
        // An end waits until it is known.
        if request.actsOnAll { continue }
        return nil
      }
      if check.isLower { highest = min(highest, other) } else { lowest = max(lowest, other) }
    }
    guard lowest <= highest else { return nil }
    func allowed(_ steps: Int64) -> [UInt16]? {
      guard let found = try? field.encode("\(ScaledDecimal(steps, exponent: exponent))", scaleWord: scaleWord),
        setpointRefusal(found, isRounded: true) == nil
      else { return nil }
      return found
    }
    let step = bounds.step
    /// A device that rounds must not come out beyond what is allowed: the next of its steps on the allowed side.
    func whole(_ steps: Int64, isUp: Bool) -> Int64 {
      guard let step,
        let (below, above) = SetpointBounds.neighbours(of: ScaledDecimal(steps, exponent: exponent), step: step)
      else { return steps }
      return (isUp ? above : below).coefficient(atExponent: exponent) ?? steps
    }
    let nearest = wanted < lowest ? whole(lowest, isUp: true) : wanted > highest ? whole(highest, isUp: false) : wanted
    if let found = allowed(nearest) { return found }
    // What the other devices leave: from a value that may be written on, as far as it goes. What is not known of a
    // device that is away is waited for.
    guard request.battery?.isWhole(read) ?? (request.global != nil) else { return nil }
    let now = read(request.range).flatMap(field.rawNumber)
    let current = request.actsOnAll ? nil : now
    guard field.enumeration == nil else { return current.flatMap(allowed) }
    guard var good = [current, lowest, now].compactMap(\.self).first(where: { allowed($0) != nil }) else { return nil }
    var bad = nearest
    // Each halves the distance of two words.
    for _ in 0..<17 where abs(bad - good) > 1 {
      let middle = good + (bad - good) / 2
      if allowed(middle) == nil { bad = middle } else { good = middle }
    }
    if good != current, let found = allowed(whole(good, isUp: bad < good)) { return found }
    return allowed(good)
  }

  /// Whether a header or a port is another, so that something else stands here behind the same gateway.
  var isMoved: Bool {
    let different = request.evidence.filter { item in
      if let words = read(item.range), case .differs = item.judge(words) { true } else { false }
    }
    return different.contains(where: \.isPlace) && !different.contains(where: \.isOfGateway)
  }

  func identity() -> EvidenceVerdict {
    var looks: [EvidenceLook] = []
    for item in request.evidence {
      guard let words = read(item.range) else { return .blank("\(item.name) could not be read") }
      let verdict = item.judge(words)
      // Behind a gateway that starts nothing follows from what stands where.
      if item.isOfGateway, case .blank = verdict { return verdict }
      looks.append(EvidenceLook(device: item.device, words: words, verdict: verdict))
    }
    let others = Dictionary(grouping: request.counters.filter { !request.isOwn($0.device) }, by: \.device)
    for item in request.counters where !(others[item.device].map(isElsewhere) ?? false) {
      guard let words = read(item.range) else {
        return .blank("\(item.field.name) of \(item.device) could not be read")
      }
      looks.append(EvidenceLook(device: item.device, words: words, verdict: item.judge(words)))
    }
    return looks.verdict
  }

  /// Whether a device that looks the same shows nothing for the moment, and can't be what is addressed: a counter that is
  /// read there is none that it can have.
  private func isElsewhere(_ other: [CounterItem]) -> Bool {
    guard other.contains(where: { item in read(item.range).map(item.field.isBlank) ?? false }) else { return false }
    return other.contains { item in
      let own = request.counters.first { request.isOwn($0.device) && $0.field.index == item.field.index }
      guard let own, let words = read(own.range), !own.field.isBlank(words), let now = own.field.rawNumber(words) else {
        return false
      }
      return item.excludes(now)
    }
  }
}
