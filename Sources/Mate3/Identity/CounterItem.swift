import FieldCodec
public import RegisterIO
public import Registry

/// A lifetime counter as evidence: it rises while the device is the same.
public struct CounterItem: Sendable {
  public let device: DeviceKey
  public let field: FieldDefinition
  public let range: RegisterRange
  /// Highest unscaled value seen.
  public let known: Int64
  /// The same counter of the devices that look the same.
  public let rivals: [Int64]

  /// Why the counter can't be that of the pinned device, or nil.
  func difference(_ words: [UInt16]) -> String? {
    guard let now = field.rawNumber(words), field.decode(words, scaleWord: 0).isPresent else { return nil }
    if now < known, !Self.isReset(from: known, to: now) {
      return "\(field.name) of \(device) was \(known) and is \(now) now, though it never falls"
    }
    if fitsAnother(now) {
      return "\(field.name) of \(device) was \(known) and is \(now) now, which fits another device of its kind better"
    }
    return nil
  }

  /// Between devices that look the same, a counter that is nearer to another's than to its own, and not below it, says
  /// that they have changed places. A little rise is what counters do.
  func fitsAnother(_ now: Int64) -> Bool {
    let distance = now - known
    return distance > 10 && rivals.contains { now >= $0 && now - $0 < distance }
  }

  /// A fall to less than a fiftieth is a reset, not another device.
  static func isReset(from known: Int64, to now: Int64) -> Bool { now < known && now <= known / 50 }
}
