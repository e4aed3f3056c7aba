import RegisterIO
import Registry

/// A gateway's registers together with where its SunSpec blocks lie, so that blocks can be moved, dropped and
/// resized without losing track of which is which.
struct GatewayMap: Sendable {
  /// A block's place in the map.
  struct Placement: Hashable, Sendable {
    /// The same for one block as long as the simulator runs, wherever it moves: its index in the map at start.
    let key: Int
    /// SunSpec id.
    let id: Int
    /// Address of the block's first register, the id.
    var start: Int
    /// Number of registers with id and length.
    var count: Int

    /// Address after the block's last register.
    var end: Int { start + count }

    /// Address of an offset as the application note counts them: from 1, the id's. Nil past the block's end.
    func address(ofOffset offset: Int) -> Int? {
      offset >= 1 && offset <= count ? start + offset - 1 : nil
    }
  }

  private(set) var image: RegisterImage
  private(set) var placements: [Placement]

  /// Where the chain of blocks starts: the address of `SunS`.
  static let chainStart = 40000
  private static let mark: [UInt16] = [0x5375, 0x6E53]
  private static let endID: UInt16 = 0xFFFF
  /// Stands for the key of a block in ``place(of:)``.
  private static let outside = -1

  /// What the blocks mean.
  let registry: Registry

  /// Finds the blocks of an image. An image without a chain has none and is served all the same.
  init(_ image: RegisterImage, registry: Registry) {
    self.image = image
    self.registry = registry
    placements = []
    guard let range = RegisterRange(start: Self.chainStart, count: 2), image.words(in: range) == Self.mark else {
      return
    }
    var start = range.end
    while let id = image[start], id != Self.endID, let length = image[start + 1], start + 2 + Int(length) <= 0x1_0000 {
      placements.append(Placement(key: placements.count, id: Int(id), start: start, count: Int(length) + 2))
      start += Int(length) + 2
    }
  }

  /// The block that an address belongs to.
  func placement(at address: Int) -> Placement? {
    placements.first { address >= $0.start && address < $0.end }
  }

  func placement(key: Int) -> Placement? {
    placements.first { $0.key == key }
  }

  /// The first block of an id, on a port if one is given.
  func placement(id: Int, port: Int? = nil) -> Placement? {
    placements.first { $0.id == id && (port == nil || self.port(of: $0) == port) }
  }

  /// The hub port that a block gives, nil for blocks without one.
  func port(of placement: Placement) -> Int? {
    guard let field = definition(of: placement)?.portField else { return nil }
    return self[placement, field.offset].map(Int.init)
  }

  /// The blocks of the device on a hub port.
  func placements(port: Int) -> [Placement] {
    placements.filter { self.port(of: $0) == port }
  }

  /// The word at an offset (from 1) of a block, nil past its end.
  subscript(placement: Placement, offset: Int) -> UInt16? {
    get { placement.address(ofOffset: offset).flatMap { image[$0] } }
    set {
      guard let address = placement.address(ofOffset: offset) else { return }
      image[address] = newValue
    }
  }

  subscript(address: Int) -> UInt16? {
    get { image[address] }
    set { image[address] = newValue }
  }

  mutating func setPort(_ port: UInt16, of placement: Placement) {
    guard let field = definition(of: placement)?.portField else { return }
    self[placement, field.offset] = port
  }

  /// What the registry knows of a block, nil for blocks that no document explains.
  func definition(of placement: Placement) -> BlockDefinition? {
    UInt16(exactly: placement.id).flatMap { registry.block(id: $0) }
  }

  /// Takes a block out; what follows moves up.
  mutating func drop(_ placement: Placement) {
    guard let index = placements.firstIndex(where: { $0.key == placement.key }) else { return }
    image.replaceWords(at: placement.start, count: placement.count, with: [])
    placements.remove(at: index)
    movePlacements(from: index, by: -placement.count)
  }

  /// Makes a block longer (by words that are not implemented) or shorter; what follows moves.
  mutating func resize(_ placement: Placement, by change: Int) {
    guard let index = placements.firstIndex(where: { $0.key == placement.key }) else { return }
    let count = min(max(placement.count + change, 2), 0x1_0000 - placement.start)
    let actual = count - placement.count
    if actual >= 0 {
      image.replaceWords(at: placement.end, count: 0, with: Array(repeating: 0xFFFF, count: actual))
    } else {
      image.replaceWords(at: placement.end + actual, count: -actual, with: [])
    }
    placements[index].count = count
    self[placements[index], 2] = UInt16(truncatingIfNeeded: count - 2)
    movePlacements(from: index + 1, by: actual)
  }

  /// A register as block key and offset from 1, which stay the same when blocks move. Registers outside all blocks
  /// have the key -1 and their address as offset.
  func place(of address: Int) -> (key: Int, offset: Int) {
    guard let placement = placement(at: address) else { return (Self.outside, address) }
    return (placement.key, address - placement.start + 1)
  }

  /// The map with other words in some registers, by block key and offset. Those that are gone are left out.
  func replaying(_ words: [Int: [Int: UInt16]]) -> GatewayMap {
    guard !words.isEmpty else { return self }
    var map = self
    for (key, words) in words {
      if key == Self.outside {
        for (address, word) in words { map[address] = word }
      } else if let placement = map.placement(key: key) {
        for (offset, word) in words { map[placement, offset] = word }
      }
    }
    return map
  }

  private mutating func movePlacements(from index: Int, by distance: Int) {
    for index in index..<placements.count { placements[index].start += distance }
  }
}
