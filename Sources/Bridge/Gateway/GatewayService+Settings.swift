import Mate3
import RegisterIO
import Registry
import Topics

/// Several settings as one command.
extension GatewayService {
  /// Finds the devices and fields of a command, and checks each as far as that needs no wire.
  /// - Throws: ``CommandRefusal`` of the command as a whole.
  func settings(
    _ scope: Command.Scope, _ payload: CommandPayload, isRelease: Bool
  ) throws(CommandRefusal) -> SettingsRun {
    try checkUse()
    if let statesProblem { throw CommandRefusal(.stateUnwritable, statesProblem) }
    guard let image, isLayoutValid else {
      throw CommandRefusal(.gatewayOffline, "the gateway's devices are not known yet; nothing was written")
    }
    let settings = try settings(scope, payload, image.layout, isRelease: isRelease)
    let limit = scope.isHouse ? SettingsRun.houseLimit : SettingsRun.limit
    guard settings.count <= limit else {
      throw CommandRefusal(
        .badPayload, "the command has \(settings.count) settings; at most \(limit) go into one")
    }
    let parts = settings.map { device, value in
      let request: Result<WriteRequest, CommandRefusal>
      do throws(CommandRefusal) {
        var found = try validator.request(
          device: device, field: value.field, text: value.text, isDryRun: false, image: image, pins: pins,
          limit: size.current)
        found.isRounded = payload.isRounded
        request = .success(found)
      } catch {
        request = .failure(error)
      }
      return SettingsRun.Part(device: device, field: value.field, text: value.text, request: request)
    }
    return SettingsRun(parts, isRelease: isRelease, isDryRun: payload.isDryRun)
  }

  /// What must be read to rehearse a command.
  func reads(for run: SettingsRun) -> [RegisterRange] {
    run.reads(keepingWhole: image?.map.whole ?? [], limit: size.current)
  }

  /// What a command asks for, by device.
  private func settings(
    _ scope: Command.Scope, _ payload: CommandPayload, _ layout: SystemLayout, isRelease: Bool
  ) throws(CommandRefusal) -> [(DeviceKey, CommandPayload.Value)] {
    let values = scope.field.map { [CommandPayload.Value(field: $0, text: payload.text)] } ?? payload.values ?? []
    guard scope.isHouse else {
      return try devices(scope, layout, isRelease: isRelease).flatMap { device in values.map { (device, $0) } }
    }
    var settings: [(DeviceKey, CommandPayload.Value)] = []
    for value in values {
      let levels = value.field.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard levels.count == 3, let port = Int(levels[1]) else {
        throw CommandRefusal(
          .badPayload,
          "‘\(value.field)’ names no setting of a device; give it as charge_controller_configuration/3/absorb_volts")
      }
      settings.append(
        (DeviceKey(name: levels[0], port: port), CommandPayload.Value(field: levels[2], text: value.text)))
    }
    return settings
  }

  /// The devices that a command is for.
  private func devices(
    _ scope: Command.Scope, _ layout: SystemLayout, isRelease: Bool
  ) throws(CommandRefusal) -> [DeviceKey] {
    if let port = scope.port { return [DeviceKey(name: scope.device, port: port)] }
    let blocks = layout.blocks.filter { $0.key.name == scope.device || $0.definition.name == scope.device }
    // One that is away for a while is meant as well.
    let kinds = Set(blocks.map(\.definition.name) + [scope.device])
    let missing = pins.expected.filter { pin in
      kinds.contains(pin.block) && !layout.blocks.contains { PinKey($0) == pin }
    }
    guard !blocks.isEmpty || !missing.isEmpty else {
      throw CommandRefusal(.unknownDevice, layout.absence(of: scope.device, port: nil))
    }
    if let missing = missing.first, !isRelease {
      throw CommandRefusal(
        .deviceMissing, "the command is for all devices, and \(missing) is not there; wait for it, or forget it")
    }
    return blocks.filter { !$0.isDuplicate }.map(\.key) + missing.map { DeviceKey(name: $0.block, port: $0.port) }
  }
}
