import Registry

/// `OutBack_Error` (application note, table 1, offset 402, bits in table 2) as far as writes concern it.
///
/// The note calls three of its bits "last write", so a write first clears them and sets them again if it goes wrong.
struct ErrorRegister: Sendable {
  static let highLimit: UInt16 = 0x0001
  static let lowLimit: UInt16 = 0x0002
  static let invalid: UInt16 = 0x0004
  static let locked: UInt16 = 0x0400

  /// Whether every write is refused.
  var isLocked = false
  /// Bits that stand whatever happens.
  private(set) var standing: UInt16 = 0
  private var lastWrite: UInt16 = 0
  /// False until something had to be shown: a dump keeps the bits it came with.
  private var isOwned = false

  mutating func beginWrite() {
    if lastWrite != 0 { isOwned = true }
    lastWrite = 0
  }

  mutating func setStanding(_ bits: UInt16) {
    standing = bits
    isOwned = true
  }

  mutating func add(_ bits: UInt16) {
    lastWrite |= bits
  }

  mutating func show(in map: inout GatewayMap) {
    isOwned = isOwned || standing != 0 || lastWrite != 0
    guard isOwned, let gateway = map.placement(id: 64110) else { return }
    map.set("error", bits: standing | lastWrite, in: gateway)
  }
}
