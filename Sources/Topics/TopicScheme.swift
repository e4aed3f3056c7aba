package import Mate3

/// Where everything is published and commanded, below a base topic.
package struct TopicScheme: Sendable, Hashable {
  package let base: String

  package init(base: String) { self.base = base }

  package var bridgeState: String { "\(base)/bridge/state" }
  package var bridgeInfo: String { "\(base)/bridge/info" }
  package var bridgeDevices: String { "\(base)/bridge/devices" }
  package var bridgeAlerts: String { "\(base)/bridge/alerts" }
  /// Where bridges on one base say which of them serves.
  package var bridgeClaim: String { "\(base)/bridge/claim" }
  package var bridgeEvent: String { "\(base)/bridge/event" }

  package func state(_ device: DeviceKey, _ field: String) -> String { folder(device) + field }

  /// What stands before the field in a device's topics, with the `/`.
  package func folder(_ device: DeviceKey) -> String { "\(base)/\(device.name)/\(device.port)/" }

  /// The JSON topic with all fields of a device.
  package func object(_ device: DeviceKey) -> String { "\(base)/\(device.name)/\(device.port)" }

  package func availability(_ device: DeviceKey) -> String { state(device, "availability") }

  /// Whether commands to a device are taken, and why not.
  package func commands(_ device: DeviceKey) -> String { state(device, "commands") }

  package func command(_ device: DeviceKey, _ field: String) -> String { state(device, field) + "/set" }

  /// Where several settings of a device are commanded as one.
  package func settings(_ device: DeviceKey) -> String { object(device) + "/set" }

  /// How the topics of answers to commands end.
  package static let resultSuffix = "/set/result"

  /// Filter for the answers to all commands of a device.
  package func results(_ device: DeviceKey) -> String { state(device, "+") + "/set/result" }

  /// Filter for the answers to all commands.
  package var everyResult: String { "\(base)/+/+/+/set/result" }

  package func response(_ verb: String) -> String { "\(base)/bridge/response/\(verb)" }

  /// Filters for commands and requests: topics of the wrong form too, so that they are answered.
  package var inbound: [String] {
    (0...Self.deepestCommand).map { "\(base)/" + String(repeating: "+/", count: $0) + "set" }
      + ["\(base)/bridge/request/+"]
  }

  /// Most levels before the `set` of a topic that is answered.
  private static let deepestCommand = 6

  /// Filter that every retained state of an earlier run matches.
  package var everyState: String { "\(base)/+/+/+" }

  /// Filter that every JSON topic matches.
  package var everyObject: String { "\(base)/+/+" }

  /// A topic of `everyState` that no state uses: its echo says that everything retained has arrived.
  package func echo(_ instance: String) -> String { "\(base)/bridge/echo/\(instance)" }

  /// What an inbound topic asks for.
  package enum Inbound: Sendable, Hashable {
    case command(DeviceKey, field: String)
    /// Several settings: of one device or, without a port, of all devices of that name; the same field of all of them
    /// where one is named.
    case settings(device: String, port: Int?, field: String?)
    /// A `/set` topic that can name no device and field.
    case badCommand
    case request(verb: String)
    case state(DeviceKey, field: String)
    /// A device's JSON topic.
    case object(DeviceKey)
    case other
  }

  package func parse(_ topic: String) -> Inbound {
    guard topic.hasPrefix(base + "/") else { return .other }
    let levels = topic.dropFirst(base.count + 1).split(separator: "/", omittingEmptySubsequences: false)
    if levels.last == "set", levels != ["bridge", "request", "set"] { return command(levels) }
    switch levels.count {
    case 2: return device(levels[0], levels[1]).map { .object($0) } ?? .other
    case 3 where levels[0] == "bridge":
      return levels[1] == "request" ? .request(verb: String(levels[2])) : .other
    case 3:
      guard let device = device(levels[0], levels[1]) else { return .other }
      return .state(device, field: String(levels[2]))
    default: return .other
    }
  }

  /// What stands right behind the base.
  package func firstLevel(_ topic: String) -> String? {
    guard topic.hasPrefix(base + "/") else { return nil }
    return topic.dropFirst(base.count + 1).split(separator: "/", omittingEmptySubsequences: false).first.map(
      String.init)
  }

  /// What stands in place of a port for all devices of a name.
  package static let all = "all"

  private func command(_ levels: [Substring]) -> Inbound {
    func place(_ count: Int) -> (name: String, port: Int?)? {
      let end = Array(levels.suffix(count))
      guard end.count == count else { return nil }
      if end[1] == Self.all { return (String(end[0]), nil) }
      return device(end[0], end[1]).map { ($0.name, $0.port) }
    }
    if levels.count == 4, let (name, port) = place(4), name != "bridge" {
      let field = String(levels[2])
      return port.map { .command(DeviceKey(name: name, port: $0), field: field) }
        ?? .settings(device: name, port: nil, field: field)
    }
    if levels.count == 3, let (name, port) = place(3), name != "bridge" {
      return .settings(device: name, port: port, field: nil)
    }
    // The end is a command for a bridge whose base begins with this one's; that bridge answers. No device is called as a
    // port is.
    func isNamed(_ count: Int) -> Bool { place(count).map { $0.name != Self.all && Int($0.name) == nil } ?? false }
    let isBelowAnotherBase = levels.count > 4 && isNamed(4) || levels.count > 3 && isNamed(3)
    return isBelowAnotherBase ? .other : .badCommand
  }

  private func device(_ name: Substring, _ port: Substring) -> DeviceKey? {
    // `Int` would take "+1" and "01" as well, so that two topics named one port.
    guard let number = Int(port), (0...0xFFFF).contains(number), String(number) == port else { return nil }
    return DeviceKey(name: String(name), port: number)
  }
}
