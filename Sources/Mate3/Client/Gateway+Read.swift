import FieldCodec
import RegisterIO
import Registry

extension Gateway {
  /// Reads everything, or what a selection asks for and nothing more.
  /// - Returns: one reading a block of the gateway's map, in order of address.
  /// - Throws: ``GatewayError``.
  public func read(_ selection: ReadSelection = .everything) async throws -> [DeviceReading] {
    refused = []
    if selection.isEverything {
      let walk = try await walk().walk
      return walk.layout(registry: registry, names: names).blocks.map { DeviceReading($0, selection, words: walk.word) }
    }
    let found = try await find(selection, isForOne: selection.isForOne)
    let blocks = found.layout.blocks.filter { selection.matches($0.key) }
    guard !blocks.isEmpty else { throw unknown(selection, in: found.layout) }
    for pattern in selection.fields
    where !blocks.contains(where: { $0.definition.fields.contains { ReadSelection.matches(pattern, $0.name) } }) {
      let isForAll = selection.devices.isEmpty && selection.ports.isEmpty
      throw GatewayError(
        .unknownField,
        isForAll
          ? SystemLayout.absence(of: pattern, among: blocks.map(\.definition))
          : found.layout.absence(of: pattern, in: blocks[0], registry, names))
    }
    return blocks.map { DeviceReading($0, selection) { found.words[$0] } }
  }

  /// Reads one device.
  /// - Parameters:
  ///   - name: its name, such as `charge_controller`.
  ///   - port: the hub port; may be left out where only one device has the name.
  /// - Throws: ``GatewayError``.
  public func read(device name: String, port: Int? = nil) async throws -> DeviceReading {
    let readings = try await read(ReadSelection(devices: [name], ports: port.map { [$0] } ?? []))
    guard readings.count == 1 || port != nil, let first = readings.first else {
      throw ambiguous(name, readings.map(\.port))
    }
    return first
  }

  /// Reads one field of one device: the headers that lead to it, once, and the field with its scale factor.
  /// - Parameters:
  ///   - field: its name, such as `battery_voltage`.
  ///   - name: the device's name, such as `charge_controller`.
  ///   - port: the hub port; may be left out where only one device has the name.
  /// - Returns: nil when the device's block ends before the field.
  /// - Throws: ``GatewayError``.
  public func reading(of field: String, device name: String, port: Int? = nil) async throws -> FieldReading? {
    refused = []
    if let port, let block = located[DeviceKey(name: name, port: port)] {
      if let reading = try await read(field, of: block) { return reading.first }
      located = [:]
    }
    let selection = ReadSelection(devices: [name], ports: port.map { [$0] } ?? [], fields: [field])
    let found = try await find(selection, isForOne: port != nil)
    let blocks = found.layout.blocks.filter { selection.matches($0.key) }
    guard let block = blocks.first else { throw unknown(selection, in: found.layout) }
    guard blocks.count == 1 || port != nil else { throw ambiguous(name, blocks.map(\.key.port)) }
    try check(field, block, in: found.layout)
    return DeviceReading(block, selection) { found.words[$0] }.fields.first
  }

  /// The value of one field by its typed name, such as `.chargeController.batteryVoltage`.
  /// - Parameters:
  ///   - field: its typed name.
  ///   - port: the hub port; may be left out where only one device has the name.
  ///   - device: the name that you gave the device, if you did.
  /// - Returns: nil when the device does not have it.
  /// - Throws: ``GatewayError``.
  public func value<Value>(of field: Field<Value>, port: Int? = nil, device: String? = nil) async throws -> Value? {
    try await reading(of: field.name, device: device ?? field.block, port: port).flatMap { Value(fieldValue: $0.value) }
  }

  /// Every register from `SunS` to the end block by its address, blocks that no document explains included. Passwords
  /// and keys are zero.
  /// - Throws: ``GatewayError``.
  public func registers() async throws -> RegisterCopy {
    refused = []
    let walk = try await walk().walk
    let layout = walk.layout(registry: registry, names: names)
    var words: [Int: UInt16] = [:]
    for address in SystemLayout.base..<layout.end + 2 { words[address] = walk.word(address) }
    for block in layout.unknown {
      guard block.length > 0, let range = RegisterRange(start: block.address + 2, count: block.length) else { continue }
      try await fetch(ReadPlan.requests(for: [range], keepingWhole: [], limit: size.current), keepingWhole: []) {
        for (index, word) in $1.enumerated() { words[$0.start + index] = word }
      }
    }
    return RegisterCopy(words: words, layout: layout)
  }

  // MARK: -

  /// Walks the whole chain, which reads every register of the known blocks.
  @discardableResult
  func walk() async throws -> (walk: ChainWalk, image: SystemImage, values: [FieldChange]) {
    let walk = try await read(
      ChainReading(ChainWalk(registry: registry, limit: size.current), size: size)
    ).walk
    let layout = walk.layout(registry: registry, names: names)
    try checkMaker(layout, walk.word)
    var image = SystemImage(layout: layout)
    image.receive(walk)
    let values = image.commit().changes
    notices = pins.observe(layout, word: image.word)
    located = Dictionary(layout.blocks.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    self.image = image
    return (walk, image, values)
  }

  /// The pinned blocks that a complete reading does not find, and the pins without them.
  /// - Throws: ``GatewayError``, also when the map breaks off, so that it is not known what is there.
  package func missing() async throws -> (blocks: [PinKey], pins: PinBook) {
    let layout = try await walk().image.layout
    guard layout.isEndKnown else {
      throw GatewayError(
        .refused, "the register map breaks off at \(layout.end) without its end, so it is not known what is missing")
    }
    var rest = pins
    return (rest.forgetMissing(from: layout), rest)
  }

  /// A difference counts once two complete readings agree on it; then it can be told, and kept.
  package func confirmIdentity() async throws {
    _ = try await walk()
    if pins.wantsAnotherScan { _ = try await walk() }
  }

  private func find(
    _ selection: ReadSelection, isForOne: Bool = false
  ) async throws -> (layout: SystemLayout, words: [Int: UInt16]) {
    var walk = HeaderWalk(
      registry: registry, names: names, selection: selection, limit: size.current, isForOne: isForOne)
    do {
      var ranges = try walk.next()
      while !ranges.isEmpty {
        let before = refused.count
        try await fetch(ranges, keepingWhole: walk.whole) { walk.receive($1, from: $0) }
        for range in refused[before...] { walk.giveUp(range) }
        ranges = try walk.next()
      }
    } catch let error as ScanError {
      throw GatewayError(error)
    }
    let words = walk.words
    let layout = SystemLayout(
      chain: walk.chain, end: walk.end ?? SystemLayout.base, registry: registry, names: names, word: { words[$0] })
    if !isForOne || walk.matches.isEmpty { try checkMaker(layout, { words[$0] }) }
    for block in layout.blocks where selection.matches(block.key) && located[block.key] == nil {
      located[block.key] = block
    }
    return (layout, words)
  }

  /// Reads a field where the device was before, with the header and port that show that it still is there.
  /// - Returns: nil when something else is there now; else the field, or nothing when the block ends before it.
  private func read(_ name: String, of block: PlacedBlock) async throws -> [FieldReading]? {
    try check(name, block)
    let selection = ReadSelection(fields: [name])
    var wanted = [RegisterRange(start: block.address, count: 2)]
    wanted.append(block.definition.portField.flatMap(block.range(of:)))
    guard let field = block.definition.field(name), let range = block.range(of: field) else { return [] }
    wanted.append(range)
    wanted.append(block.definition.scaleFactor(of: field).flatMap(block.range(of:)))
    var words: [Int: UInt16] = [:]
    for range in ReadPlan.requests(for: wanted.compactMap { $0 }, keepingWhole: [range], limit: size.current) {
      for (index, word) in try await request(range).enumerated() { words[range.start + index] = word }
    }
    guard words[block.address] == block.definition.did, words[block.address + 1].map({ Int($0) }) == block.length else {
      return nil
    }
    if let port = block.definition.portField.flatMap(block.range(of:)),
      words[port.start].map({ Int($0) }) != block.key.port
    {
      return nil
    }
    return DeviceReading(block, selection) { words[$0] }.fields
  }

  private func check(_ field: String, _ block: PlacedBlock, in layout: SystemLayout? = nil) throws {
    guard let definition = block.definition.field(field) else {
      throw GatewayError(
        .unknownField,
        layout?.absence(of: field, in: block, registry, names) ?? "\(block.key.name) has no field \(field)")
    }
    guard definition.access.isReadable, definition.privacy != .secret else {
      throw GatewayError(.unknownField, "\(block.key.name).\(field) can't be read out")
    }
  }

  /// - Throws: ``GatewayError`` for a SunSpec device of another maker.
  private func checkMaker(_ layout: SystemLayout, _ word: (Int) -> UInt16?) throws {
    let isOutBack = layout.blocks.contains { $0.definition.kind != .common && $0.definition.kind != .sunspecInverter }
    guard !isOutBack else { return }
    let common = layout.block(kind: .common).map { DeviceReading($0, .everything, words: word) }
    let maker = common?["manufacturer"]?.value
    throw GatewayError(
      .notOutBack,
      "this is a SunSpec device" + (maker.map { $0.isPresent ? " of \($0)" : "" } ?? "")
        + " without any block of OutBack's; give the address of a MATE3, MATE3s or AXS Port")
  }

  private func unknown(_ selection: ReadSelection, in layout: SystemLayout) -> GatewayError {
    guard let wanted = selection.devices.first else {
      return GatewayError(
        .unknownDevice, SystemLayout.absence(ofPorts: selection.ports, among: layout.blocks.map(\.key)))
    }
    let parts = wanted.split(separator: "/", maxSplits: 1).map(String.init)
    let port = parts.count == 2 ? Int(parts[1]) : selection.ports.min()
    return GatewayError(.unknownDevice, layout.absence(of: parts.first ?? wanted, port: port))
  }

  func ambiguous(_ name: String, _ ports: [Int]) -> GatewayError {
    GatewayError(
      .ambiguousDevice,
      "\(name) is on ports \(ports.map(String.init).joined(separator: ", ")); say which with its port")
  }
}
