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

  /// - Throws: ``Failure``, or what the connection throws.
  static func read(
    _ gateway: GatewayOptions, _ broker: BrokerOptions, _ settings: VerbSettings
  ) async throws -> SystemReading {
    if broker.isGiven {
      let (devices, offline) = try await BridgeClient.with(settings.configuration) {
        try await $0.system(settings.registry)
      }
      return SystemReading(
        system: SystemValues(devices, settings.registry), devices: devices, offline: offline)
    }
    let connection = try await gateway.open(settings)
    defer { connection.close() }
    let readings = try await connection.read()
    gateway.tell(await connection.traffic)
    return SystemReading(system: SystemValues(readings))
  }

  /// What to say where everything is wanted and something is not there; nil where nothing is missing.
  /// - Parameter consequence: what follows from it.
  func incomplete(_ consequence: String) -> Failure? {
    guard !offline.isEmpty else { return nil }
    let names = offline.map(\.description).joined(separator: ", ")
    return Failure(
      .noConnection,
      "\(names) \(offline.count == 1 ? "is" : "are") offline, so \(consequence); try again when nothing is, or have the "
        + "bridge forget what is gone for good")
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
