import Foundation
package import Mate3
import Registry

extension BridgeConfiguration {
  /// One of several gateways that one process bridges. What an entry does not set is as for all.
  package struct GatewayEntry: Sendable, Equatable {
    package var gateway: Gateway
    /// First levels of its topics: no other gateway's base, and neither begins with the levels of the other.
    package var base: String
    package var intervals: Intervals
    package var devices: [Device]
    package var battery: Battery
    /// What ``battery`` makes.
    package var profile: BatteryProfile?
    /// Whether its state is where that of a single gateway is, and not in a folder of its own.
    package var keepsState: Bool

    package init(
      gateway: Gateway, base: String, intervals: Intervals = Intervals(), devices: [Device] = [],
      battery: Battery = Battery(), profile: BatteryProfile? = nil, keepsState: Bool = false
    ) {
      self.gateway = gateway
      self.base = base
      self.intervals = intervals
      self.devices = devices
      self.battery = battery
      self.profile = profile
      self.keepsState = keepsState
    }
  }

  /// A complete configuration for each gateway, with a base topic, a state folder and a client id of its own. A
  /// configuration of a single gateway gives itself.
  package var bridges: [BridgeConfiguration] {
    gateways.isEmpty ? [self] : zip(gateways, gatewayNames).map(bridge)
  }

  private func bridge(of entry: GatewayEntry, name: String?) -> BridgeConfiguration {
    var bridge = with(entry)
    bridge.gateway.name = name
    if !entry.keepsState { bridge.stateDirectory = "\(stateDirectory)/\(bridge.topics.baseAsName)" }
    bridge.broker.clientID = broker.clientID.map { "\($0)-\(bridge.topics.baseAsName)" }
    return bridge
  }

  /// A name for each of several gateways: its own, else one made of its base. No two are the same to Home Assistant.
  private var gatewayNames: [String?] {
    guard gateways.count > 1 else { return gateways.map(\.gateway.name) }
    var taken = Set(gateways.compactMap { $0.gateway.name?.nameKey })
    let endings = Dictionary(grouping: gateways) { $0.base.split(separator: "/").last?.description.nameKey }
    return gateways.enumerated().map { index, entry in
      if let own = entry.gateway.name { return own }
      let levels = entry.base.split(separator: "/").map(String.init)
      let isEnough = endings[levels.last?.nameKey]?.count == 1
      let made = [isEnough ? levels.last ?? "" : entry.base, entry.base].map(\.asDisplayName)
      if let name = made.first(where: { !$0.nameKey.isEmpty && !taken.contains($0.nameKey) }) {
        taken.insert(name.nameKey)
        return name
      }
      var number = index + 1
      while !taken.insert("gateway_\(number)").inserted { number += gateways.count }
      return "Gateway \(number)"
    }
  }

  /// The settings that an entry may change, as they are for it.
  func with(_ entry: GatewayEntry) -> BridgeConfiguration {
    var configuration = self
    configuration.gateways = []
    configuration.gateway = entry.gateway
    configuration.topics.base = entry.base
    configuration.intervals = entry.intervals
    configuration.devices = entry.devices
    configuration.battery = entry.battery
    configuration.commands.battery = entry.profile
    return configuration
  }
}

extension String {
  /// What Home Assistant makes a name into for its ids: names that give the same are the same to it.
  var nameKey: String {
    folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil).split { !$0.isLetter && !$0.isNumber }
      .joined(separator: "_")
  }

  /// Levels of a topic as words.
  fileprivate var asDisplayName: String {
    let words = split { "/_".contains($0) }.joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}

extension BridgeConfiguration.Topics {
  /// The base in a form that can name a folder or a client. No two bases give the same: `/` becomes `.`, and `.` and
  /// `%` are escaped as in a URL.
  package var baseAsName: String {
    base.replacing(scalar: "%", with: "%25").replacing(scalar: ".", with: "%2E").replacing(scalar: "/", with: ".")
  }
}
