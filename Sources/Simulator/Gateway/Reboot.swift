/// A gateway that is starting anew: first down, then without devices, which appear one by one.
struct Reboot: Sendable {
  /// The map with every device.
  var complete: GatewayMap
  /// Time since start until which the gateway doesn't answer.
  let downUntil: Duration
  /// Time from one device's appearance to the next one's.
  let perDevice: Duration
  /// The ports with devices, in the order in which they appear.
  let ports: [Int]

  init(_ map: GatewayMap, downUntil: Duration, perDevice: Duration) {
    complete = map
    self.downUntil = downUntil
    self.perDevice = perDevice
    ports = Set(map.placements.compactMap { map.port(of: $0) }).sorted()
  }

  /// How many devices are there at a time.
  func deviceCount(at now: Duration) -> Int {
    guard now > downUntil else { return 0 }
    guard perDevice > .zero else { return ports.count }
    return min(ports.count, Int(((now - downUntil) / perDevice).rounded(.down)))
  }

  /// The map at a time.
  func map(at now: Duration, journal: [Int: [Int: UInt16]]) -> GatewayMap {
    var map = complete.replaying(journal)
    let count = deviceCount(at: now)
    for port in ports.dropFirst(count) {
      for placement in map.placements(port: port).reversed() { map.drop(placement) }
    }
    if count == 0, !ports.isEmpty, let gateway = map.placement(id: 64110) {
      map.set("mac_address", text: "", in: gateway)
    }
    return map
  }
}

extension GatewayCore {
  /// Shows how far a reboot has come, and forgets it once every device is there.
  mutating func show(_ reboot: Reboot) {
    map = reboot.map(at: now, journal: journal)
    if now >= reboot.downUntil, reboot.deviceCount(at: now) == reboot.ports.count { self.reboot = nil }
    refresh(force: true)
  }
}
