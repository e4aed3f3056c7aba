extension BridgeConfiguration {
  /// One of several gateways that one process bridges. What an entry does not set is as for all.
  package struct GatewayEntry: Sendable, Equatable {
    package var gateway: Gateway
    /// First levels of its topics: no other gateway's base, and neither begins with the levels of the other.
    package var base: String
    package var intervals: Intervals
    package var devices: [Device]

    package init(gateway: Gateway, base: String, intervals: Intervals = Intervals(), devices: [Device] = []) {
      self.gateway = gateway
      self.base = base
      self.intervals = intervals
      self.devices = devices
    }
  }

  /// A complete configuration for each gateway, with a base topic, a state folder and a client id of its own. A
  /// configuration of a single gateway gives itself.
  package var bridges: [BridgeConfiguration] {
    gateways.isEmpty ? [self] : gateways.map(bridge)
  }

  private func bridge(of entry: GatewayEntry) -> BridgeConfiguration {
    var bridge = with(entry)
    bridge.stateDirectory = "\(stateDirectory)/\(bridge.topics.baseAsName)"
    bridge.broker.clientID = broker.clientID.map { "\($0)-\(bridge.topics.baseAsName)" }
    return bridge
  }

  /// The settings that an entry may change, as they are for it.
  func with(_ entry: GatewayEntry) -> BridgeConfiguration {
    var configuration = self
    configuration.gateways = []
    configuration.gateway = entry.gateway
    configuration.topics.base = entry.base
    configuration.intervals = entry.intervals
    configuration.devices = entry.devices
    return configuration
  }
}

extension BridgeConfiguration.Topics {
  /// The base in a form that can name a folder or a client. No two bases give the same: `/` becomes `.`, and `.` and
  /// `%` are escaped as in a URL.
  var baseAsName: String {
    base.replacing("%", with: "%25").replacing(".", with: "%2E").replacing("/", with: ".")
  }
}
