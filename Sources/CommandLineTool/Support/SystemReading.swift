import Configuration
import FieldCodec
import Mate3
import Registry

/// All that can be read of a system, from the gateway, a file or a running bridge.
struct SystemReading {
  let system: SystemValues
  /// What a bridge has published of each device; empty where no bridge was asked.
  var devices: [DeviceOutput] = []
  /// Devices that a bridge has, and of which it reads nothing now.
  var offline: [DeviceKey] = []
  /// Settings that read as while a device takes a value over, and have no value for the moment.
  var unsettled: [Setting] = []
  /// Settings without a value in a bridge's topics, which don't tell those that a device does not have.
  var withoutValue: [Setting] = []

  struct Setting {
    let device: DeviceKey
    let block: BlockDefinition
    let field: FieldDefinition

    var name: String { "\(device).\(field.name)" }
  }

  /// - Throws: ``Failure``, or what the connection throws.
  static func read(
    _ gateway: GatewayOptions, _ broker: BrokerOptions, _ settings: VerbSettings
  ) async throws -> SystemReading {
    if broker.isGiven {
      let (devices, offline) = try await BridgeClient.with(settings.configuration) {
        try await $0.system(settings.registry)
      }
      let withoutValue = devices.flatMap { device in
        settings.registry.block(named: device.block).map { block in
          device.fields.filter { $0.definition.access == .readWrite && !$0.value.isPresent }.map {
            Setting(device: device.key, block: block, field: $0.definition)
          }
        } ?? []
      }
      return SystemReading(
        system: SystemValues(devices, settings.registry), devices: devices, offline: offline,
        withoutValue: withoutValue)
    }
    let connection = try await gateway.open(settings)
    defer { connection.close() }
    let readings = try await connection.read()
    gateway.tell(await connection.traffic)
    let unsettled = readings.flatMap { reading in
      reading.fields.filter { $0.definition.isUnsettledSetting($0.registers) }.map {
        Setting(device: reading.key, block: reading.definition, field: $0.definition)
      }
    }
    return SystemReading(system: SystemValues(readings), unsettled: unsettled)
  }

  /// What to say where everything is wanted and something is not there; nil where nothing is missing.
  /// - Parameter consequence: what follows from it.
  func incomplete(_ consequence: String) -> Failure? {
    guard system.doubled.isEmpty else {
      let names = system.doubled.map(\.description).joined(separator: ", ")
      return Failure(
        .noConnection,
        "two devices answer as \(names), and one hides the other, so \(consequence); mend the ports on the hub")
    }
    guard !offline.isEmpty else { return nil }
    let names = offline.map(\.description).joined(separator: ", ")
    return Failure(
      .noConnection,
      "\(names) \(offline.count == 1 ? "is" : "are") offline, so \(consequence); try again when nothing is, or have the "
        + "bridge forget what is gone for good")
  }

  /// The same of settings that could not be read.
  func unread(_ consequence: String, _ isWanted: (Setting) -> Bool) -> Failure? {
    let names = unsettled.filter(isWanted).map(\.name)
    guard !names.isEmpty else { return nil }
    return Failure(
      .noConnection,
      "\(names.joined(separator: ", ")) \(names.count == 1 ? "has" : "have") no value for the moment, so \(consequence); "
        + "try again in some seconds")
  }

  /// Says which settings have no value in a bridge's topics.
  /// - Returns: whether there are such.
  func tellWithoutValue(_ consequence: String, _ isWanted: (Setting) -> Bool) -> Bool {
    let names = withoutValue.filter(isWanted).map(\.name)
    guard !names.isEmpty else { return false }
    StandardError.write(
      "mate3: the bridge shows no value of \(names.joined(separator: ", ")), so \(consequence); their devices do not have "
        + "them, or have just been written")
    return true
  }
}

extension SystemValues {
  /// Makes it of what a bridge has published.
  fileprivate init(_ devices: [DeviceOutput], _ registry: Registry) {
    var values: [DeviceKey: [String: FieldValue]] = [:]
    for device in devices {
      values[device.key] = Dictionary(
        device.fields.map { ($0.definition.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
    self.init(
      devices.compactMap { device in
        registry.block(named: device.block).map { Member(key: device.key, definition: $0) }
      }, values)
  }
}
