import Configuration
import FieldCodec
import Mate3
import Registry

/// All that can be read of a system, from the gateway, a file or a running bridge.
enum SystemReading {
  /// - Throws: ``Failure``, or what the connection throws.
  static func read(
    _ gateway: GatewayOptions, _ broker: BrokerOptions, _ settings: VerbSettings
  ) async throws -> SystemValues {
    if broker.isGiven {
      let devices = try await BridgeClient.with(settings.configuration) {
        try await $0.devices(settings.registry, .everything)
      }
      return SystemValues(devices, settings.registry)
    }
    let connection = try await gateway.open(settings)
    defer { connection.close() }
    let readings = try await connection.read()
    gateway.tell(await connection.traffic)
    return SystemValues(readings)
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
