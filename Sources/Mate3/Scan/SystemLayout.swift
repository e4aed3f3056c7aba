package import RegisterIO
package import Registry

/// A device's place on the hub, as topics name it.
public struct DeviceKey: Hashable, Sendable, CustomStringConvertible {
  /// Name in topics, such as `charge_controller`.
  public let name: String
  /// Hub port, 0 for blocks without one.
  public let port: Int

  /// The last port of a hub (application note, the rows of the port numbers: 0 to 10).
  package static let highestPort: UInt16 = 10

  /// Names a device by its name and hub port.
  public init(name: String, port: Int) {
    self.name = name
    self.port = port
  }

  public var description: String { "\(name)/\(port)" }
}

/// A block that a gateway really has, at its address and with its own length.
package struct PlacedBlock: Sendable {
  /// Position among the layout's blocks.
  package let index: Int
  package let definition: BlockDefinition
  /// Address of the id register.
  package let address: Int
  /// Registers after the length register, as the device says.
  package let length: Int
  package let key: DeviceKey
  /// True when an earlier block has the same device and port: nothing of it is published or written.
  package let isDuplicate: Bool

  /// The whole block, id and length registers included.
  package var range: RegisterRange? { RegisterRange(start: address, count: length + 2) }

  /// Id and length.
  package var header: RegisterRange? { RegisterRange(start: address, count: 2) }

  /// Whether something else stands here than the last scan found.
  package func isMoved(_ read: (RegisterRange) -> [UInt16]?) -> Bool {
    header.flatMap(read) != [definition.did, UInt16(truncatingIfNeeded: length)]
  }

  /// Where a field is, or nil when the device's block ends before it.
  package func range(of field: FieldDefinition) -> RegisterRange? {
    guard field.endOffset - 1 <= length + 2 else { return nil }
    return RegisterRange(start: address + field.offset - 1, count: field.size)
  }
}

/// A block that no document explains, or that the gateway does not give whole; it is skipped by its length.
package struct UnknownBlock: Sendable, Hashable {
  package let did: UInt16
  package let address: Int
  package let length: Int
}

extension ChainBlock {
  /// Whether a block has nothing but sentinels behind its header, as for a while after a reboot.
  fileprivate func showsNothing(_ word: (Int) -> UInt16?) -> Bool {
    (address + 2..<address + 2 + length).allSatisfy { [0, 0x8000, 0xFFFF].contains(word($0)) }
  }
}

/// Names that the user gives devices instead of the registry's.
public struct DeviceNames: Sendable {
  /// By the registry's name of the status block (or of a block without partner) and the hub port.
  public var names: [DeviceKey: String]

  /// Gives devices these names.
  public init(_ names: [DeviceKey: String] = [:]) { self.names = names }

  func name(of block: BlockDefinition, port: Int, in registry: Registry) -> String {
    if let own = names[DeviceKey(name: block.name, port: port)] { return own }
    guard block.kind == .configuration, let family = block.family else { return block.name }
    for partner in registry.blocks where partner.family == family && partner.kind == .status {
      if let own = names[DeviceKey(name: partner.name, port: port)] { return own + "_configuration" }
    }
    return block.name
  }
}

/// Which blocks a gateway has, and where.
package struct SystemLayout: Sendable {
  /// Address of the `SunS` mark.
  package static let base = 40000

  /// Known blocks in order of address.
  package let blocks: [PlacedBlock]
  package let unknown: [UnknownBlock]
  /// Address of the end block, or of what stands in its place.
  package let end: Int
  /// Whether the end block was seen there. Without it devices may follow that were not seen.
  package let isEndKnown: Bool
  /// What stands at the end, as far as the gateway gives it: id and length of the end block, or what is there instead.
  package let endWords: [UInt16]

  private let indexByKey: [DeviceKey: Int]

  /// Places the registry's blocks at the addresses of a walked chain.
  /// - Parameters:
  ///   - chain: the headers in order.
  ///   - unreadable: headers of blocks that the gateway does not give whole.
  ///   - end: address of the end block, or of what stands in its place.
  ///   - isEndKnown: whether the end block was seen there.
  ///   - registry: what the blocks mean.
  ///   - names: names of the user's own.
  ///   - word: the word at an address, as read by the walk.
  package init(
    chain: [ChainBlock], unreadable: [ChainBlock] = [], end: Int, isEndKnown: Bool = true, registry: Registry,
    names: DeviceNames, word: (Int) -> UInt16?
  ) {
    var blocks: [PlacedBlock] = []
    var unknown = unreadable.map { UnknownBlock(did: $0.did, address: $0.address, length: $0.length) }
    var indexByKey: [DeviceKey: Int] = [:]
    for block in chain {
      guard let definition = registry.block(id: block.did) else {
        unknown.append(UnknownBlock(did: block.did, address: block.address, length: block.length))
        continue
      }
      var port = 0
      if let field = definition.portField, field.endOffset - 1 <= block.length + 2 {
        let place = block.address + field.offset - 1
        let shown = word(place) ?? 0
        // A device that starts: where it is, and so who it is, can't be seen yet. A port that no hub has is another
        // block's word, of a chain that changed while it was walked.
        guard shown <= DeviceKey.highestPort, shown != 0 || !block.showsNothing(word) else {
          unknown.append(UnknownBlock(did: block.did, address: block.address, length: block.length))
          continue
        }
        port = Int(shown)
      }
      let key = DeviceKey(name: names.name(of: definition, port: port, in: registry), port: port)
      let isDuplicate = indexByKey[key] != nil
      if !isDuplicate { indexByKey[key] = blocks.count }
      blocks.append(
        PlacedBlock(
          index: blocks.count, definition: definition, address: block.address, length: block.length, key: key,
          isDuplicate: isDuplicate))
    }
    self.blocks = blocks
    self.unknown = unknown.sorted { $0.address < $1.address }
    self.end = end
    self.isEndKnown = isEndKnown
    endWords = [word(end), word(end + 1)].prefix { $0 != nil }.compactMap(\.self)
    self.indexByKey = indexByKey
  }

  package func block(_ key: DeviceKey) -> PlacedBlock? { indexByKey[key].map { blocks[$0] } }

  /// The first block of a kind, for the gateway's own blocks, of which there is one each.
  package func block(kind: BlockDefinition.Kind) -> PlacedBlock? { blocks.first { $0.definition.kind == kind } }

  /// The other block of the same device: the configuration of a status block, or the reverse.
  package func partner(of block: PlacedBlock) -> PlacedBlock? {
    guard let family = block.definition.family else { return nil }
    let kind: BlockDefinition.Kind = block.definition.kind == .status ? .configuration : .status
    return blocks.first {
      $0.definition.family == family && $0.key.port == block.key.port && $0.definition.kind == kind && !$0.isDuplicate
    }
  }

  /// What to say of a device that is not there.
  package func absence(of name: String, port: Int?) -> String {
    if let port, let named = blocks.first(where: { $0.definition.name == name && $0.key.port == port }) {
      return "the \(name)/\(port) has a name of its own here: \(named.key)"
    }
    let ports = Set(blocks.filter { $0.key.name == name }.map(\.key.port)).sorted()
    if ports.isEmpty {
      let names = Set(blocks.map(\.key.name)).sorted()
      let hint = NearestName.of(name, among: names).map { "; did you mean \($0)? It has " } ?? "; it has "
      return "there is no \(name) in this system\(hint)\(names.joined(separator: ", "))"
    }
    return "there is no \(name) on port \(port ?? 0); this system has it on "
      + (ports.count == 1 ? "port \(ports[0])" : "ports \(ports.map(String.init).joined(separator: ", "))")
  }

  /// What to say of hub ports with nothing on them.
  package static func absence(ofPorts wanted: Set<Int>, among devices: [DeviceKey]) -> String {
    func list(_ ports: Set<Int>) -> String { ports.sorted().map(String.init).joined(separator: ", ") }
    return
      "there is nothing on hub port \(list(wanted)); this system has \(list(Set(devices.map(\.port)))), where 0 is for "
      + "what has none"
  }

  /// What to say of a field that none of the blocks has.
  package static func absence(of field: String, among blocks: [BlockDefinition]) -> String {
    let hint = NearestName.of(field, among: Set(blocks.flatMap { $0.fields.map(\.name) }).sorted())
    return "no device has a field \(field)"
      + (hint.map { "; did you mean \($0)?" } ?? "; mate3 registry find looks for words in all of them")
  }

  /// What to say of a field that a block does not have.
  /// - Parameter names: given where the layout may lack the block behind this one.
  package func absence(of field: String, in block: PlacedBlock, _ registry: Registry, _ names: DeviceNames? = nil)
    -> String
  {
    "\(block.key.name) has no field \(field)"
      + block.definition.hint(missing: field, in: registry) { other in
        let port = other.portField == nil ? 0 : block.key.port
        if let placed = blocks.first(where: { $0.definition.did == other.did && $0.key.port == port }) {
          return placed.key.description
        }
        guard let names, other.family == block.definition.family,
          other.kind == .configuration || blocks.contains(where: { $0.definition.did == other.did })
        else { return nil }
        return "\(names.name(of: other, port: port, in: registry))/\(port)"
      }
  }

  /// Whether another layout has the same blocks with the same ports at the same addresses.
  package func isSame(as other: SystemLayout) -> Bool {
    end == other.end && isEndKnown == other.isEndKnown && unknown == other.unknown && blocks.count == other.blocks.count
      && zip(blocks, other.blocks).allSatisfy {
        $0.definition.did == $1.definition.did && $0.address == $1.address && $0.length == $1.length && $0.key == $1.key
      }
  }
}
