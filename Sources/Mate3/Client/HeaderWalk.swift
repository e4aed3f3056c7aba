import RegisterIO
import Registry

/// Finds wanted devices by the headers of the chain alone, skipping every block by its length, and reads of the wanted
/// ones no more than port, fields and the scale factors that these cite. Says what to read next; reads nothing itself.
///
/// Like ``ChainWalk`` it asks only for registers that the chain has promised.
struct HeaderWalk: Sendable {
  /// With a port yet to be found out, up to so many registers are rather read in vain than by one more request.
  static let spare = 16

  let registry: Registry
  let names: DeviceNames
  let selection: ReadSelection
  let limit: Int
  /// Whether the first match ends the walk.
  let isForOne: Bool

  private(set) var chain: [ChainBlock] = []
  private(set) var matches: [DeviceKey] = []
  private(set) var end: Int?
  private(set) var words: [Int: UInt16] = [:]
  /// Numbers of two registers in the block under way, which one request must hold whole.
  private(set) var whole: [RegisterRange] = []
  private var lost: Set<Int> = []
  private var header = SystemLayout.base + 2

  init(registry: Registry, names: DeviceNames, selection: ReadSelection, limit: Int, isForOne: Bool = false) {
    self.registry = registry
    self.names = names
    self.selection = selection
    self.limit = limit
    self.isForOne = isForOne
  }

  /// The next requests, or none when the walk is finished.
  /// - Throws: ``ScanError`` when what was read is no SunSpec map.
  mutating func next() throws(ScanError) -> [RegisterRange] {
    let base = SystemLayout.base
    guard let first = words[base], let second = words[base + 1] else {
      return request(limit < 4 ? [(base, 2)] : [(base, 4)])
    }
    guard first == 0x5375, second == 0x6E53 else { throw .notSunSpec }
    while end == nil {
      if let last = chain.last {
        let wanted = try missing(of: last)
        if !wanted.isEmpty { return wanted }
        if end != nil { break }
      }
      // Real firmware has been seen whose chain breaks off: what stands before is all there is.
      guard header + 2 <= 0x1_0000, !lost.contains(header), !lost.contains(header + 1) else {
        end = header
        break
      }
      guard let did = words[header], let length = words[header + 1] else { return request([(header, 2)]) }
      guard let block = ChainBlock(did: did, length: length, at: header, after: chain.last, registry: registry) else {
        end = header
        break
      }
      chain.append(block)
      header += block.length + 2
    }
    guard !chain.isEmpty else { throw .empty }
    return []
  }

  mutating func receive(_ read: [UInt16], from range: RegisterRange) {
    for (index, word) in read.enumerated() { words[range.start + index] = word }
  }

  /// Takes note of registers that the gateway does not give.
  mutating func giveUp(_ range: RegisterRange) { lost.formUnion(range.start..<range.end) }

  /// What must still be read of the chain's last block. Ends the walk when it is the one that was looked for.
  private mutating func missing(of block: ChainBlock) throws(ScanError) -> [RegisterRange] {
    guard let definition = registry.block(id: block.did), selection.mayMatch(definition, names: names) else {
      return []
    }
    var needed: [RegisterRange] = []
    var port = 0
    let portAddress = definition.portField.flatMap { range(of: $0, in: block)?.start }
    let fields = definition.fields.filter {
      $0.access.isReadable && $0.privacy != .secret && selection.matches(field: $0.name)
    }
    var wanted: [RegisterRange] = []
    for field in fields {
      guard let place = range(of: field, in: block) else { continue }
      wanted.append(place)
      if let scale = definition.scaleFactor(of: field).flatMap({ range(of: $0, in: block) }) { wanted.append(scale) }
    }
    whole = definition.fields.filter { $0.type.isNumeric && $0.size > 1 }.compactMap { self.range(of: $0, in: block) }
    if let portAddress {
      guard !lost.contains(portAddress) else { return [] }
      guard let word = words[portAddress] else {
        let isSpare = selection.ports.isEmpty || wanted.reduce(0, { $0 + $1.count }) <= Self.spare
        needed = isSpare ? wanted : []
        if let place = RegisterRange(start: portAddress, count: 1) { needed.append(place) }
        return plan(needed)
      }
      port = Int(word)
    }
    let key = DeviceKey(name: names.name(of: definition, port: port, in: registry), port: port)
    guard selection.matches(key) else { return [] }
    let rest = plan(wanted)
    guard rest.isEmpty else { return rest }
    if !matches.contains(key) { matches.append(key) }
    if isForOne { end = header }
    return []
  }

  private func range(of field: FieldDefinition, in block: ChainBlock) -> RegisterRange? {
    guard field.endOffset - 1 <= block.length + 2 else { return nil }
    return RegisterRange(start: block.address + field.offset - 1, count: field.size)
  }

  private func plan(_ wanted: [RegisterRange]) -> [RegisterRange] {
    let open = wanted.filter { range in
      let addresses = range.start..<range.end
      return addresses.contains { words[$0] == nil } && !addresses.contains(where: lost.contains)
    }
    return ReadPlan.requests(for: open, keepingWhole: whole, limit: limit)
  }

  private func request(_ ranges: [(start: Int, count: Int)]) -> [RegisterRange] {
    ranges.compactMap { RegisterRange(start: $0.start, count: $0.count) }
  }
}
