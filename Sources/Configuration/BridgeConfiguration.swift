package import History
package import Logging
package import Mate3
package import MessageIO

/// Every setting of the bridge, checked. Made by ``BridgeConfiguration/read(_:)``.
package struct BridgeConfiguration: Sendable, Equatable {
  package var gateway = Gateway()
  package var broker = Broker()
  package var topics = Topics()
  package var intervals = Intervals()
  /// Names of the user's own for devices.
  package var devices: [Device] = []
  /// Several gateways; empty when ``gateway`` is the only one. See ``bridges``.
  package var gateways: [GatewayEntry] = []
  /// What the owner says of the battery; ``commands`` has the profile that it makes.
  package var battery = Battery()
  /// What may be commanded.
  package var commands = CommandPolicy()
  /// How often may be written.
  package var caps = WriteCaps.Settings()
  /// What Home Assistant is told.
  package var homeAssistant = HomeAssistant()
  /// What of the readings is kept.
  package var history = HistorySettings()
  /// What ``history`` has for a PostgreSQL server; from the environment alone.
  package var postgresPassword: Secret?
  package var postgresPasswordFile: String?
  /// What is shown over HTTP.
  package var page = Page()
  /// Folder for what must outlive a restart.
  package var stateDirectory = ""
  /// Folder of a register map that takes the place of the built-in one, or nil.
  package var registryDirectory: String?
  package var log = Log()

  package init() {}

  /// The MQTT client id: the user's, or one that no other run and no other gateway has.
  /// - Parameter instance: what tells this run of the program from others.
  package func clientID(instance: String) -> String {
    broker.clientID ?? "mate3-\(topics.baseAsName)-\(instance)"
  }

  /// The user's names in the form that the layout takes.
  package var deviceNames: DeviceNames {
    DeviceNames(
      Dictionary(
        devices.map { (DeviceKey(name: $0.block, port: $0.port), $0.name) }, uniquingKeysWith: { first, _ in first }))
  }

  /// The MATE3s and the way to it.
  package struct Gateway: Sendable, Equatable {
    /// What tells its devices from those of other gateways in Home Assistant, nil for nothing.
    package var name: String?
    /// Host name or address.
    package var host = ""
    package var port = 502
    /// Modbus unit id.
    package var unit = 1
    /// Most registers a read request.
    package var maxRead = 100
    package var responseTimeout = Duration.seconds(1)
    package var connectTimeout = Duration.seconds(5)
    /// False: the connection is given up after each cycle, so that another client can have its turn.
    package var keepsConnection = true
    /// Whether a gateway clock that stands still marks every reading stale.
    package var checksClock = true

    package init() {}
  }

  /// The MQTT broker and the way to it.
  package struct Broker: Sendable, Equatable {
    package var address = BrokerAddress(host: "", port: 1883)
    /// Nil: the bridge makes one of the base topic and a random suffix.
    package var clientID: String?
    /// From the environment or from the password file.
    package var password: Secret?
    package var passwordFile: String?
    package var caFile: String?
    package var certificateFile: String?
    package var keyFile: String?
    package var keepalive = Duration.seconds(30)

    package init() {}
  }

  /// What is published, and how.
  package struct Topics: Sendable, Equatable {
    /// First levels of every topic.
    package var base = "mate3"
    /// Whether mail addresses, names and network settings are published; passwords never are.
    package var publishesPersonal = false
    /// Whether block ids, lengths and scale factors are published.
    package var publishesInternal = false
    /// Whether the values of the whole system are computed.
    package var publishesHouse = true
    /// Whether each device has a JSON topic too.
    package var publishesObjects = false
    package var stateQoS = QoS.atMostOnce
    package var resultQoS = QoS.atLeastOnce
    /// How long a device or field must be gone before its retained topics are cleared.
    package var forgetAfter = Duration.seconds(86400)

    package init() {}
  }

  /// How often the blocks of each interval class are read.
  package struct Intervals: Sendable, Equatable {
    package var live = Duration.seconds(5)
    package var settings = Duration.seconds(60)
    package var fixed = Duration.seconds(900)

    package init() {}
  }

  /// What Home Assistant is told.
  package struct HomeAssistant: Sendable, Equatable {
    package var isOn = true
    /// First level of Home Assistant's discovery topics.
    package var prefix = "homeassistant"

    package init() {}
  }

  /// A name of the user's own for the device at a hub port.
  package struct Device: Sendable, Equatable {
    /// Registry name of the status block, or of a block without a partner.
    package var block: String
    /// 0 for blocks without a port.
    package var port: Int
    package var name: String

    package init(block: String, port: Int, name: String) {
      self.block = block
      self.port = port
      self.name = name
    }
  }

  package struct Log: Sendable, Equatable {
    package enum Format: String, Sendable, CaseIterable {
      case text, json
    }

    package var level = Logger.Level.info
    package var format = Format.text

    package init() {}
  }
}
