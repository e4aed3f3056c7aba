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
    let values = scope.field.map { [CommandPayload.Value(field: $0, text: payload.text)] } ?? payload.values ?? []
    let devices = try devices(scope, image.layout, isRelease: isRelease)
    guard devices.count * values.count <= SettingsRun.limit else {
      throw CommandRefusal(
        .badPayload,
        "the command has \(devices.count * values.count) settings; at most \(SettingsRun.limit) go into one")
    }
    var parts: [SettingsRun.Part] = []
    for device in devices {
      for value in values {
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
        parts.append(SettingsRun.Part(device: device, field: value.field, text: value.text, request: request))
      }
    }
    return SettingsRun(parts, isRelease: isRelease, isDryRun: payload.isDryRun)
  }

  /// What must be read to rehearse a command.
  func reads(for run: SettingsRun) -> [RegisterRange] {
    run.reads(keepingWhole: image?.map.whole ?? [], limit: size.current)
  }

  /// The devices that a command is for.
  private func devices(
    _ scope: Command.Scope, _ layout: SystemLayout, isRelease: Bool
  ) throws(CommandRefusal) -> [DeviceKey] {
    if let port = scope.port { return [DeviceKey(name: scope.device, port: port)] }
    let blocks = layout.blocks.filter { $0.key.name == scope.device || $0.definition.name == scope.device }
    guard !blocks.isEmpty else { throw CommandRefusal(.unknownDevice, layout.absence(of: scope.device, port: nil)) }
    // One that is away for a while is meant as well; what makes the system safer does not wait for it.
    let kinds = Set(blocks.map(\.definition.name))
    let missing = pins.pins.keys.filter { pin in
      kinds.contains(pin.block) && !layout.blocks.contains { PinKey($0) == pin }
    }
    if let missing = missing.min(), !isRelease {
      throw CommandRefusal(
        .deviceMissing, "the command is for all devices, and \(missing) is not there; wait for it, or forget it")
    }
    return blocks.filter { !$0.isDuplicate }.map(\.key)
  }
}
