import Registry

/// The clock that a gateway shows in its registers (application note, table 1, offsets 393 to 398), and which a
/// client may set.
struct GatewayClock: Sendable {
  /// Seconds since 1970 in the gateway's own time zone.
  private(set) var seconds: Double
  var isFrozen: Bool

  private static let block: UInt16 = 64110
  private static let fields = ["year", "month", "day", "hour", "minute", "second"]

  /// Takes the time over from the registers; nil when the map has no clock.
  init?(_ map: GatewayMap, isFrozen: Bool) {
    guard let seconds = Self.read(map) else { return nil }
    self.seconds = seconds
    self.isFrozen = isFrozen
  }

  /// The time as civil time.
  var civil: CivilTime { CivilTime(secondsSince1970: Int64(seconds.rounded(.down))) }

  mutating func advance(by seconds: Double) {
    guard !isFrozen, seconds.isFinite, seconds > 0 else { return }
    self.seconds = min(self.seconds + seconds, 1e11)
  }

  /// Takes the time over again after a client wrote to the clock.
  mutating func takeOver(from map: GatewayMap) {
    if let seconds = Self.read(map) { self.seconds = seconds }
  }

  /// Shows the time in the registers.
  func show(in map: inout GatewayMap) {
    guard let placement = map.placement(id: Int(Self.block)) else { return }
    let time = civil
    let values = [time.year, time.month, time.day, time.hour, time.minute, time.second]
    for (name, value) in zip(Self.fields, values) { map.set(name, to: Double(value), in: placement) }
  }

  /// Whether a field belongs to the clock.
  static func isClock(_ field: FieldDefinition, of block: BlockDefinition) -> Bool {
    block.did == Self.block && fields.contains(field.name)
  }

  private static func read(_ map: GatewayMap) -> Double? {
    guard let placement = map.placement(id: Int(block)) else { return nil }
    let values = fields.compactMap { map.integer($0, in: placement) }
    guard values.count == fields.count else { return nil }
    return Double(
      CivilTime(
        year: values[0], month: values[1], day: values[2], hour: values[3], minute: values[4], second: values[5]
      ).secondsSince1970)
  }
}
