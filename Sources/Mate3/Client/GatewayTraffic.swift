/// What reading and writing has cost the gateway, which is a weak device.
public struct GatewayTraffic: Sendable, Hashable {
  /// Requests sent.
  public var requests = 0
  /// Registers asked for by read requests.
  public var registers = 0

  /// Nothing yet.
  public init() {}
}
