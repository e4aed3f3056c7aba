import FieldCodec
import RegisterIO
public import Registry

/// What is connected to a gateway, one entry a block of its map: a device's measurements and its settings are two, of
/// the same port.
public struct Device: Sendable {
  /// Its name in topics: the block's, such as `charge_controller`, or one of your own.
  public let name: String
  /// Hub port, 0 for blocks without one.
  public let port: Int
  /// The block's definition in the register map.
  public let block: BlockDefinition
  /// Address of the block's first register, and how many follow id and length.
  public let address: Int
  /// Registers that follow id and length, as the device says.
  public let length: Int
  /// Model as the device tells it, nil when it does not.
  public let model: String?
  /// Serial number, nil when the device tells none.
  public let serial: String?
  /// Firmware as `major.mid.minor`, nil when the device tells none.
  public let firmware: String?
  /// How surely the device can be told from the others.
  public let identity: IdentityGrade?
  /// Whether the device is the one that was there when it was first seen.
  public let pinState: Pin.State?
  /// True for the settings of a device whose measurements have an entry of their own.
  public let isPart: Bool

  /// Name and port together.
  public var key: DeviceKey { DeviceKey(name: name, port: port) }
}

extension Gateway {
  /// The devices as a complete reading finds them, in order of address.
  public var devices: [Device] {
    get async throws {
      let walk = try await walk().walk
      let layout = walk.layout(registry: registry, names: names)
      return layout.blocks.map { block in
        let partner = layout.partner(of: block)
        let readings = [block, partner].compactMap { $0 }.map { DeviceReading($0, .everything, words: walk.word) }
        func text(_ field: String) -> String? {
          readings.lazy.compactMap { $0[field]?.value }.first { $0.isPresent }?.text
        }
        let parts = ["major", "mid", "minor"].compactMap { text("\($0)_firmware_number") }
        let isCommon = block.definition.kind == .common
        return Device(
          name: block.key.name, port: block.key.port, block: block.definition, address: block.address,
          length: block.length, model: text("model_number") ?? (isCommon ? text("model") : nil),
          serial: text("serial_number"),
          firmware: parts.count == 3 ? parts.joined(separator: ".") : (isCommon ? text("version") : nil),
          identity: block.isDuplicate ? nil : pins.grades[PinKey(block)],
          pinState: block.isDuplicate ? nil : pins.pins[PinKey(block)]?.state,
          isPart: block.definition.kind == .configuration && partner != nil)
      }
    }
  }
}
