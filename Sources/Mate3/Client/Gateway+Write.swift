import RegisterIO
import Registry

extension Gateway {
  /// Writes a value to one field of one device, after proving on the spot that the device is the one that was there
  /// when this `Gateway`, or the pins it was given, first saw it; then reads back what the device made of it.
  ///
  /// What may be written is decided by the register map and the policy of this `Gateway`.
  /// - Parameters:
  ///   - value: a label, a number in the field's units, or a text.
  ///   - field: the field's name, such as `aux_control`.
  ///   - device: the device's name and port.
  ///   - isDryRun: does everything but the write.
  ///   - isRounded: takes the nearer of two steps of the device for a number between them, rather than refusing it.
  /// - Returns: the outcome, a refusal included.
  /// - Throws: ``GatewayError`` when the gateway can't be read in the first place.
  public func write(
    _ value: String, to field: String, of device: DeviceKey, isDryRun: Bool = false, isRounded: Bool = false
  ) async throws -> WriteOutcome {
    do {
      return await perform(
        try await prepare(value, field: field, of: device, isDryRun: isDryRun, isRounded: isRounded))
    } catch let refusal as CommandRefusal {
      return WriteOutcome(.rejected, refusal.code, refusal.reason)
    }
  }

  /// Writes a value by the field's typed name, such as `.radianInverterConfiguration.auxControl`.
  /// - Parameters:
  ///   - value: in the field's units, or a case of its enumeration.
  ///   - field: its typed name.
  ///   - port: the hub port; may be left out where only one device has the name.
  ///   - device: the name that you gave the device, if you did.
  ///   - isDryRun: does everything but the write.
  ///   - isRounded: takes the nearer of two steps of the device for a number between them, rather than refusing it.
  /// - Throws: ``GatewayError`` when the gateway can't be read in the first place.
  public func write<Value>(
    _ value: Value, to field: Field<Value>, port: Int? = nil, device: String? = nil, isDryRun: Bool = false,
    isRounded: Bool = false
  ) async throws -> WriteOutcome {
    try await write(
      value.commandText, to: field.name, of: try await key(of: device ?? field.block, port: port), isDryRun: isDryRun,
      isRounded: isRounded)
  }

  /// Checks everything about a write that needs no wire but a first complete reading.
  /// - Throws: ``CommandRefusal``, or ``GatewayError`` when the gateway can't be read.
  package func prepare(
    _ value: String, field: String, of device: DeviceKey, isDryRun: Bool = false, isRounded: Bool = false
  ) async throws -> WriteRequest {
    if image == nil { try await walk() }
    guard let image else { throw CommandRefusal(.gatewayOffline, "the gateway could not be read; nothing was written") }
    var request = try CommandValidator(policy: policy, registry: registry)
      .request(
        device: device, field: field, text: value, isDryRun: isDryRun, image: image, pins: pins, limit: size.current)
    request.isRounded = isRounded
    return request
  }

  /// Looks whether several settings could all be written, as the gateway stands now. Nothing is.
  /// - Parameter caps: which of these writes, in their order, comes too often.
  /// - Throws: ``CommandRefusal``, or ``GatewayError`` when the gateway can't be read.
  package func rehearse(
    _ settings: [(device: DeviceKey, field: String, value: String)],
    caps: ([(request: WriteRequest, words: [UInt16])]) -> (index: Int, refusal: CommandRefusal)? = { _ in nil }
  ) async throws -> SettingsRun {
    if image == nil { try await walk() }
    guard let image else { throw CommandRefusal(.gatewayOffline, "the gateway could not be read; nothing was written") }
    var parts: [SettingsRun.Part] = []
    for setting in settings {
      let request: Result<WriteRequest, CommandRefusal>
      do {
        request = .success(try await prepare(setting.value, field: setting.field, of: setting.device))
      } catch let refusal as CommandRefusal {
        request = .failure(refusal)
      }
      parts.append(
        SettingsRun.Part(device: setting.device, field: setting.field, text: setting.value, request: request))
    }
    var run = SettingsRun(parts, isRelease: false)
    let whole = image.map.whole
    var readings: [WriteOutcome.Reading] = []
    try await fetch(run.reads(keepingWhole: whole, limit: size.current), keepingWhole: whole) {
      readings.append(WriteOutcome.Reading(address: $0.start, words: $1))
    }
    if let (index, refusal) = caps(run.rehearse(on: readings)) { run.refuse(index, refusal) }
    return run
  }

  /// Carries out a write that was prepared.
  /// - Parameter beforeWrite: called when all is proven and the write comes next, with its words; throwing prevents it.
  package func perform(
    _ request: WriteRequest,
    beforeWrite: @escaping @Sendable (WriteProcedure, [UInt16]) async throws -> Void = { _, _ in }
  ) async -> WriteOutcome {
    let outcome = await connection.perform(WriteProcedure(request), beforeWrite: beforeWrite)
    switch outcome.code {
    case .identityChangedDuringWrite:
      pins.distrust(request.block, after: outcome)
      image = nil
    // What was read before is no longer to be trusted; the next write looks anew.
    case .identityMismatch: image = nil
    default: if outcome.status == .accepted { pins.repin(request.field, of: request.block, words: outcome.read) }
    }
    return outcome
  }

  /// The word of a request's scale factor in the last complete reading.
  package func scaleWord(of request: WriteRequest) -> UInt16? {
    request.block.definition.scaleFactor(of: request.field).flatMap { request.block.range(of: $0) }
      .flatMap { image?.word($0.start) }
  }

  /// The one device of a name.
  /// - Throws: ``GatewayError`` when there is none, or several and no port is given.
  public func key(of name: String, port: Int? = nil) async throws -> DeviceKey {
    if image == nil { try await walk() }
    let keys = image?.layout.blocks.map(\.key).filter { $0.name == name && (port == nil || $0.port == port) } ?? []
    guard let key = keys.first else {
      throw GatewayError(
        .unknownDevice, image?.layout.absence(of: name, port: port) ?? "there is no \(name) in this system")
    }
    guard port != nil || Set(keys).count == 1 else { throw ambiguous(name, keys.map(\.port)) }
    return key
  }
}
