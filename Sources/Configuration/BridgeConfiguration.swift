public import Logging
public import Mate3
public import MessageIO

/// Every setting of the bridge, checked. Made by ``BridgeConfiguration/read(_:)``.
public struct BridgeConfiguration: Sendable, Equatable {
  public var gateway = Gateway()
  public var broker = Broker()
  public var topics = Topics()
  public var intervals = Intervals()
  /// Names of the user's own for devices.
  public var devices: [Device] = []
  /// Several gateways; empty when ``gateway`` is the only one. See ``bridges``.
  public var gateways: [GatewayEntry] = []
  /// What may be commanded.
  public var commands = CommandPolicy()
  /// How often may be written.
  public var caps = WriteCaps.Settings()
  /// What Home Assistant is told.
  public var homeAssistant = HomeAssistant()
  /// Folder for what must outlive a restart.
  public var stateDirectory = ""
  /// Folder of a register map that takes the place of the built-in one, or nil.
  public var registryDirectory: String?
  public var log = Log()

  public init() {}

  /// The MQTT client id: the user's, or one that no other run and no other gateway has.
  /// - Parameter instance: what tells this run of the program from others.
  public func clientID(instance: String) -> String {
    broker.clientID ?? "mate3-\(topics.baseAsName)-\(instance)"
  }

  /// The user's names in the form that the layout takes.
  public var deviceNames: DeviceNames {
    DeviceNames(
      Dictionary(
        devices.map { (DeviceKey(name: $0.block, port: $0.port), $0.name) }, uniquingKeysWith: { first, _ in first }))
  }

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
    /// Whether the values of the whole system are computed.
    public var publishesHouse = true
    /// Whether each device has a JSON topic too.
    public var publishesObjects = false
    public var stateQoS = QoS.atMostOnce
    public var resultQoS = QoS.atLeastOnce
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
  }

  /// What Home Assistant is told.
  public struct HomeAssistant: Sendable, Equatable {
    public var isOn = true
    /// First level of Home Assistant's discovery topics.
    public var prefix = "homeassistant"

    public init() {}
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

  public struct Log: Sendable, Equatable {
    public enum Format: String, Sendable, CaseIterable {
      case text, json
    }

    public var level = Logger.Level.info
    public var format = Format.text

    public init() {}
  }
}
