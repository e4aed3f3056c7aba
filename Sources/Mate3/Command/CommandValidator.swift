import FieldCodec
import RegisterIO
package import Registry

/// Everything that can be said of a command without the wire, in the order of the design.
package struct CommandValidator: Sendable {
  package let policy: CommandPolicy
  package let registry: Registry

  package init(policy: CommandPolicy, registry: Registry) {
    self.policy = policy
    self.registry = registry
  }

  /// - Parameters:
  ///   - device: where the user means it.
  ///   - name: the field's name.
  ///   - text: a label, a number or a text.
  ///   - isDryRun: whether the write itself is left out.
  ///   - image: the last complete reading.
  ///   - pins: who the devices are.
  ///   - limit: most registers a request.
  ///   - now: for how far counters may have risen.
  /// - Throws: ``CommandRefusal``.
  package func request(
    device: DeviceKey, field name: String, text: String, isDryRun: Bool, image: SystemImage,
    pins: PinBook, limit: Int, at now: LookTime = .now
  ) throws(CommandRefusal) -> WriteRequest {
    guard let block = image.layout.block(device) else {
      throw CommandRefusal(.unknownDevice, image.layout.absence(of: device.name, port: device.port))
    }
    guard !image.layout.blocks.contains(where: { $0.isDuplicate && $0.key == device }) else {
      throw CommandRefusal(
        .duplicateDevice, "two blocks answer as \(device); neither is written until the ports on the hub differ")
    }
    let span = block.definition.clockSpan(name)
    let times = block.definition.clockTime(name).map { [$0] } ?? span.map { [$0.start, $0.stop] } ?? []
    guard let field = block.definition.target(name) else {
      throw CommandRefusal(.unknownField, image.layout.absence(of: name, in: block, registry))
    }
    let fullName = "\(block.key.name).\(name)"
    guard field.access.isWritable, let rule = field.command else {
      throw CommandRefusal(.notWritable, "\(fullName) can only be read")
    }
    if !times.isEmpty {
      try checkTimes(times, of: field, block, text)
    } else {
      try checkAllowed(field, rule, block, text)
      try checkValue(field, block, text)
    }
    try checkBattery(field, block, text)
    guard block.range(of: field) != nil else {
      throw CommandRefusal(.fieldAbsent, "this device's block ends before \(fullName); its firmware does not have it")
    }
    if let refusal = pins.refusal(for: block, in: image.layout, isRelease: field.isRelease(text)) { throw refusal }
    guard
      var request = WriteRequest(
        block: block, field: field, text: text, isDryRun: isDryRun, layout: image.layout, pins: pins,
        whole: image.map.whole, limit: limit, battery: policy.battery, at: now)
    else {
      throw CommandRefusal(.fieldAbsent, "this device does not have \(fullName)")
    }
    request.ownBounds = policy.bounds(of: CommandPolicy.names(of: field, in: block))
    return request
  }

  /// Whether a command that ends with a value can do so, as far as is known before the wire. What makes the system safer
  /// does not wait until its end could be written too: other devices may stand in the way of that one only.
  /// - Parameters:
  ///   - text: what is to come back.
  ///   - request: the command.
  ///   - name: the field as the command names it.
  /// - Throws: ``CommandRefusal``.
  package func checkEnd(
    _ text: String, of request: WriteRequest, named name: String, image: SystemImage, pins: PinBook, limit: Int,
    at now: LookTime = .now
  ) throws(CommandRefusal) {
    do throws(CommandRefusal) {
      _ = try self.request(
        device: request.block.key, field: name, text: text, isDryRun: true, image: image, pins: pins, limit: limit,
        at: now)
    } catch {
      guard request.isRelease, error.code == .untrusted || error.code == .deviceMissing else { throw error }
    }
  }

  /// The end of a timed command: what stood before comes back whatever the permissions are now, within the limits;
  /// identity is proven as for any write, and the value must still be the one that was written.
  /// - Throws: ``CommandRefusal``; `superseded` when another device is pinned there by now.
  package func revert(
    _ timer: TimedCommand, image: SystemImage, pins: PinBook, limit: Int, at now: LookTime = .now
  ) throws(CommandRefusal) -> WriteRequest {
    guard let block = image.layout.blocks.first(where: { PinKey($0) == timer.block && !$0.isDuplicate }) else {
      throw CommandRefusal(.unknownDevice, "\(timer.block) is not there now")
    }
    guard let field = block.definition.target(timer.field), field.access.isWritable, block.range(of: field) != nil
    else {
      throw CommandRefusal(.fieldAbsent, "\(timer.name) is not there now")
    }
    guard pins.isPinned(timer) else {
      throw CommandRefusal(.superseded, "\(timer.block) is another device than the one that was commanded")
    }
    try checkBattery(field, block, timer.revertTo)
    // A generator that was started for a time goes back to its rules as it would go off.
    let endsControl =
      block.definition.kind == .system && !(field.command?.release.isEmpty ?? true) && timer.isRelease == false
      && timer.revertTo == "auto"
    let isRelease = field.isRelease(timer.revertTo) || endsControl
    if let refusal = pins.refusal(for: block, in: image.layout, isRelease: isRelease) { throw refusal }
    guard
      var request = WriteRequest(
        block: block, field: field, text: timer.revertTo, isDryRun: false, layout: image.layout, pins: pins,
        whole: image.map.whole, limit: limit, battery: policy.battery, endsControl: endsControl, at: now)
    else {
      throw CommandRefusal(.fieldAbsent, "\(timer.name) is not there now")
    }
    request.isEnd = true
    request.ownBounds = policy.bounds(of: CommandPolicy.names(of: field, in: block))
    if field.access.isReadable { request.expectedNow = timer.ours } else { request.expectedEffect = timer.ours }
    return request
  }

  /// Hours and minutes as if each were commanded by itself; they are written together.
  private func checkTimes(
    _ times: [ClockTime], of field: FieldDefinition, _ block: PlacedBlock, _ text: String
  ) throws(CommandRefusal) {
    let parts = times.flatMap { [$0.hour, $0.minute] }
    for part in parts {
      if let rule = part.command { try checkAllowed(part, rule, block, "0") }
    }
    let words: [UInt16]
    do {
      words = try field.encode(text, scaleWord: nil)
    } catch {
      throw CommandRefusal(.invalidValue, error.message)
    }
    for (part, word) in zip(parts, words) { try checkValue(part, block, "\(word)") }
  }

  private func checkAllowed(
    _ field: FieldDefinition, _ rule: CommandRule, _ block: PlacedBlock, _ text: String
  ) throws(CommandRefusal) {
    let fullName = "\(block.key.name).\(field.name)"
    let number = ScaledDecimal(text)?.coefficient(atExponent: 0).map { Int($0) }
    let value = field.enumeration?.entry(commanded: text)?.value ?? number
    let commandClass = value.map(rule.commandClass(of:)) ?? rule.standard
    guard policy.allows(commandClass, of: CommandPolicy.names(of: field, in: block)) else {
      switch commandClass {
      case .never:
        throw CommandRefusal(.notAllowed, "\(fullName) is never written, whatever the configuration says")
      case .installer:
        // No setting opens all of it.
        throw CommandRefusal(
          .notAllowed, "\(fullName) is of class installer, which is not allowed; add the field to commands.fields")
      case .operational, .setpoint:
        throw CommandRefusal(
          .notAllowed,
          "\(fullName) is of class \(commandClass.rawValue), which is not allowed; add "
            + "\(commandClass.rawValue) to commands.allow, or the field to commands.fields")
      }
    }
    if let doubt = field.labelDoubt, field.enumeration?.entry(commanded: text) != nil,
      !policy.hasConfirmedLabels(of: CommandPolicy.names(of: field, in: block))
    {
      throw CommandRefusal(
        .labelInDoubt,
        "the labels of \(fullName) are in doubt (\(doubt)); give the number, or confirm the labels in "
          + "commands.labels_confirmed")
    }
  }

  private func checkBattery(
    _ field: FieldDefinition, _ block: PlacedBlock, _ text: String
  ) throws(CommandRefusal) {
    guard let value = field.unscaledNumber(text), let entry = field.enumeration?.entry(value),
      let refusal = policy.battery?.refusal(of: entry.label, for: field.name, in: block.definition.name)
    else { return }
    throw refusal
  }

  private func checkValue(
    _ field: FieldDefinition, _ block: PlacedBlock, _ text: String
  ) throws(CommandRefusal) {
    let fullName = "\(block.key.name).\(field.name)"
    if let enumeration = field.enumeration {
      if enumeration.entry(commanded: text) != nil { return }
      let labels = enumeration.entries.map { "\($0.label) (\($0.value))" }.joined(separator: ", ")
      guard let value = ScaledDecimal(text)?.coefficient(atExponent: 0), enumeration.entry(Int(value)) != nil else {
        throw CommandRefusal(.invalidValue, "‘\(text)’ is no value of \(fullName); give one of \(labels)")
      }
      return
    }
    guard field.type.isNumeric, field.type != .ipv4 else {
      do {
        _ = try field.encode(text, scaleWord: 0)
      } catch {
        throw CommandRefusal(.invalidValue, error.message)
      }
      return
    }
    guard let number = ScaledDecimal(text) else {
      throw CommandRefusal(
        .invalidValue, "‘\(text)’ is no number; \(fullName) takes a decimal number such as 48 or 57.6")
    }
    // A range that depends on model or voltage is judged by what is read with the write.
    let isDecidedByRead = field.ranges.contains { $0.isParticular && $0.basis != .none }
    let bounds = policy.bounds(of: field, in: block, at: .unknown)
    if isDecidedByRead, bounds.range == nil { return }
    if let refusal = bounds.refusal(number, of: fullName, units: field.units) { throw refusal }
  }
}
