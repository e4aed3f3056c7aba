/// A system whose measurements change.
struct LivingSystem: Sendable {
  mutating func advance(by seconds: Double) {}
  mutating func setTime(_ seconds: Double) {}
  mutating func take(_ control: SystemControl, _ value: UInt16) {}
  mutating func show(in map: inout GatewayMap) {}
}
