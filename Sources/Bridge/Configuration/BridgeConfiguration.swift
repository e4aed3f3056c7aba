public import Logging
public import Mate3
public import Registry

/// Every setting of the bridge, checked. Made by ``BridgeConfiguration/read(_:)``.
public struct BridgeConfiguration: Sendable, Equatable {
  public var gateway = Gateway()
  public var broker = Broker()
  public var topics = Topics()
  public var intervals = Intervals()
  /// Names of the user's own for devices.
  public var devices: [Device] = []
  public var commands = Commands()
  /// Folder for what must outlive a restart.
  public var stateDirectory = ""
  /// Folder of a register map that takes the place of the built-in one, or nil.
  public var registryDirectory: String?
  public var log = Log()

  public init() {}

  /// The MATE3s and the way to it.
  public struct Gateway: Sendable, Equatable {
    /// Host name or address.
    public var host = ""
    public var port = 502
    /// Modbus unit id.
    public var unit = 1
    /// Most registers a read request.
    public var maxRead = 100
    public var responseTimeout = Duration.seconds(1)
    public var connectTimeout = Duration.seconds(5)
    /// False: the connection is given up after each cycle, so that another client can have its turn.
    public var keepsConnection = true
    /// Whether a gateway clock that stands still marks every reading stale.
    public var checksClock = true

    public init() {}
  }

  /// The MQTT broker and the way to it.
  public struct Broker: Sendable, Equatable {
    public var address = BrokerAddress(host: "", port: 1883)
    /// Nil: the bridge makes one of the base topic and a random suffix.
    public var clientID: String?
    /// From the environment or from the password file.
    public var password: Secret?
    public var passwordFile: String?
    public var caFile: String?
    public var certificateFile: String?
    public var keyFile: String?
    public var keepalive = Duration.seconds(30)

    public init() {}
  }

  /// What is published, and how.
  public struct Topics: Sendable, Equatable {
    /// First levels of every topic.
    public var base = "mate3"
    /// Whether mail addresses, names and network settings are published; passwords never are.
    public var publishesPersonal = false
    public var stateQoS = 0
    public var resultQoS = 1
    /// How long a device or field must be gone before its retained topics are cleared.
    public var forgetAfter = Duration.seconds(86400)

    public init() {}
  }

  /// How often the blocks of each interval class are read.
  public struct Intervals: Sendable, Equatable {
    public var live = Duration.seconds(5)
    public var settings = Duration.seconds(60)
    public var fixed = Duration.seconds(900)

    public init() {}

    public func of(_ interval: IntervalClass) -> Duration {
      switch interval {
      case .live: live
      case .settings: settings
      case .fixed: fixed
      }
    }
  }

  /// A name of the user's own for the device at a hub port.
  public struct Device: Sendable, Equatable {
    /// Registry name of the status block, or of a block without a partner.
    public var block: String
    /// 0 for blocks without a port.
    public var port: Int
    public var name: String

    public init(block: String, port: Int, name: String) {
      self.block = block
      self.port = port
      self.name = name
    }
  }

  /// What may be commanded.
  public struct Commands: Sendable, Equatable {
    /// Only `operational` and `setpoint` can be opened as a class.
    public var allow: Set<CommandClass> = [.operational]
    /// Fields opened by name, whatever their class but `never`.
    public var fields: Set<FieldName> = []
    /// Bounds that narrow those of the registry, or stand in where it has none.
    public var limits: [FieldName: Bounds] = [:]
    /// Fields whose doubtful labels the owner has checked.
    public var labelsConfirmed: Set<FieldName> = []

    public init() {}
  }

  /// A field of a device, as `device.field`. The device is a block's name, which means every device of that kind, or
  /// one of the user's own names.
  public struct FieldName: Sendable, Hashable, CustomStringConvertible {
    public var device: String
    public var field: String

    public init(device: String, field: String) {
      self.device = device
      self.field = field
    }

    public var description: String { "\(device).\(field)" }
  }

  /// Bounds of a commanded value in the field's units, both inclusive.
  public struct Bounds: Sendable, Equatable {
    public var minimum: ScaledDecimal?
    public var maximum: ScaledDecimal?

    public init(minimum: ScaledDecimal?, maximum: ScaledDecimal?) {
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  public struct Log: Sendable, Equatable {
    public enum Format: String, Sendable, CaseIterable {
      case text, json
    }

    public var level = Logger.Level.info
    public var format = Format.text

    public init() {}
  }
}

extension BridgeConfiguration {
  /// The user's names in the form that the layout takes.
  public var deviceNames: DeviceNames {
    DeviceNames(
      Dictionary(
        devices.map { (DeviceKey(name: $0.block, port: $0.port), $0.name) }, uniquingKeysWith: { first, _ in first }))
  }
}

extension BridgeConfiguration.Commands {
  /// Whether a value of class `commandClass` may be written to the field.
  /// - Parameters:
  ///   - device: name of the device in topics.
  ///   - block: registry name of its block.
  public func allows(_ commandClass: CommandClass, field: String, device: String, block: String) -> Bool {
    switch commandClass {
    case .never: false
    case .installer: Self.names(field, device, block).contains(where: fields.contains)
    case .operational, .setpoint:
      allow.contains(commandClass) || Self.names(field, device, block).contains(where: fields.contains)
    }
  }

  /// Configured bounds of the field: those under the device's own name before those under its block's.
  public func bounds(field: String, device: String, block: String) -> BridgeConfiguration.Bounds? {
    Self.names(field, device, block).lazy.compactMap { limits[$0] }.first
  }

  /// Whether the owner has confirmed the field's labels.
  public func hasConfirmedLabels(field: String, device: String, block: String) -> Bool {
    Self.names(field, device, block).contains(where: labelsConfirmed.contains)
  }

  private static func names(_ field: String, _ device: String, _ block: String) -> [BridgeConfiguration.FieldName] {
    [.init(device: device, field: field), .init(device: block, field: field)]
  }
}
