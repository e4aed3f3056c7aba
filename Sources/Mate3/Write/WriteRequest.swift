import FieldCodec
package import RegisterIO
package import Registry

/// A command that passed every check that needs no wire: which field of which block gets which value, and what must
/// be proven first.
package struct WriteRequest: Sendable {
  package let block: PlacedBlock
  package let field: FieldDefinition
  package let range: RegisterRange
  /// The value as asked for.
  package let text: String
  package let isDryRun: Bool
  /// Words of which the field must have some now, for the end of a timed command.
  package var expectedNow: [[UInt16]]?
  /// Words of a write-only control of which the effect of some must still show, for the end of a timed command.
  package var expectedEffect: [[UInt16]]?
  /// Whether this is the end of a timed command, which does what it can: where the value can't be written any more, the
  /// nearest that can is.
  package var isEnd = false
  /// Whether such an end waits rather than do what it can, because the end of another timed command makes room for it.
  package var isExact = false
  /// How a timed command ends; nil for one without a time.
  package var end: End?
  /// The range of the value that the configuration gives, which narrows the documented one.
  package var ownBounds: CommandPolicy.Bounds?
  /// Whether a value between two steps of the device is rounded rather than refused.
  package var isRounded = false
  /// What comes back after a timed command.
  package enum End: Sendable, Hashable {
    /// The value before.
    case before
    case value(String)
  }

  let scale: RegisterRange?
  let evidence: [EvidenceItem]
  let counters: [CounterItem]
  /// `OutBack_Error` of the gateway (application note, table 1 offset 402), if the gateway has it.
  let errorFlags: RegisterRange?
  let errorTable: FlagTable?
  /// The status word that shows what a write-only control did, and the condition it must meet.
  let confirmation: (range: RegisterRange, condition: BitCondition)?
  /// What decides the documented range of a setpoint.
  let places: [SetpointSite.Place]
  let orders: [OrderCheck]
  /// What the battery's profile leaves the field at a site.
  let profile: BatteryProfile?
  /// The rules of that profile between devices, where one concerns the field.
  let battery: BatteryCheck?
  /// What must hold between the gateway's schedules, where the field is of one.
  let schedules: ScheduleRules?
  /// What a setpoint for all devices must keep on each.
  let global: GlobalRule?
  /// What must hold of the gateway's date, where the field is of it.
  let date: DateRule?
  /// All that is read before and after the write, in the fewest requests.
  let reads: [RegisterRange]

  /// - Parameters:
  ///   - now: for how far counters may have risen.
  ///   - block: the block as the last scan found it.
  ///   - field: a writable field of it.
  ///   - text: a label, a number or a text.
  ///   - isDryRun: whether the write itself is left out.
  ///   - layout: all that the last scan found.
  ///   - pins: who the devices are.
  ///   - whole: numbers of two registers, which one request must hold whole.
  ///   - limit: most registers a request.
  ///   - battery: what the battery bears.
  ///   - endsControl: whether this ends the time of a control that acts on all devices.
  package init?(
    block: PlacedBlock, field: FieldDefinition, text: String, isDryRun: Bool, layout: SystemLayout,
    pins: PinBook, whole: [RegisterRange], limit: Int, battery profile: BatteryProfile? = nil,
    endsControl: Bool = false, at now: LookTime = .now
  ) {
    guard let range = block.range(of: field) else { return nil }
    self.block = block
    self.field = field
    self.range = range
    self.text = text
    self.isDryRun = isDryRun
    scale = block.definition.scaleFactor(of: field).flatMap(block.range(of:))
    needsGatewayAlone = field.isRelease(text) || endsControl
    evidence = pins.evidence(for: block, in: layout, isRelease: needsGatewayAlone)
    counters = pins.counters(for: block, in: layout, at: now)
    let gateway = layout.block(kind: .gateway)
    let errorField = gateway?.definition.field("error")
    errorFlags = errorField.flatMap { gateway?.range(of: $0) }
    errorTable = errorField?.flags
    var wanted = evidence.map(\.range) + counters.map(\.range)
    if field.access.isReadable { wanted.append(range) }
    if let scale { wanted.append(scale) }
    if let errorFlags { wanted.append(errorFlags) }
    orders = OrderCheck.checks(of: field, in: block)
    wanted += orders.map(\.range)
    self.profile = profile
    battery = BatteryCheck(profile, field, of: block, in: layout, pinned: pins.expected)
    wanted += battery?.reads ?? []
    schedules = field.isRelease(text) ? nil : ScheduleRules(layout, changing: field)
    wanted += schedules?.reads ?? []
    global = GlobalRule(layout, changing: field, of: block)
    wanted += global?.reads ?? []
    date = DateRule(block, changing: field)
    wanted += date?.reads ?? []
    places = SetpointSite.places(of: field, in: block, layout: layout)
    wanted += places.compactMap { $0.reading.flatMap { $0.block.range(of: $0.field) } }
    if field.access == .writeOnly, let confirmation = field.confirmation,
      let value = (try? field.encode(text, scaleWord: 0)).flatMap({ field.rawNumber($0) }),
      let condition = confirmation.conditions[Int(value)],
      let status = block.range(of: block.definition.fields[confirmation.statusFieldIndex])
    {
      self.confirmation = (status, condition)
      wanted.append(status)
    } else {
      confirmation = nil
    }
    reads = ReadPlan.requests(for: wanted, keepingWhole: whole, limit: limit)
  }

  /// Whether other devices than the addressed one do not matter: a generator stops whatever has become of them.
  package let needsGatewayAlone: Bool

  /// Whether a block is the addressed one or its partner.
  func isOwn(_ device: DeviceKey) -> Bool { device.port == block.key.port }

  /// The fields of which it writes registers, by block and name.
  package var fieldsConcerned: [String] {
    block.definition.fields.filter { other in
      block.range(of: other).map { $0.start < range.end && range.start < $0.end } ?? false
    }.map { "\(PinKey(block)).\($0.name)" } + ["\(PinKey(block)).\(field.name)"]
  }

  /// Whether the value asked for is marked as one that makes the system safer.
  package var isRelease: Bool { field.isRelease(text) }

  /// Whether the value asked for is of the operational class.
  package var isOperational: Bool {
    (field.unscaledNumber(text).map { field.command?.commandClass(of: $0) } ?? field.command?.standard) == .operational
  }

  /// The condition that shows the effect of a write-only control's words.
  func condition(of words: [UInt16]) -> BitCondition? {
    field.rawNumber(words).flatMap { field.confirmation?.conditions[Int($0)] }
  }

  /// Whether another block stands where a rule looks at one.
  func isMoved(_ read: (RegisterRange) -> [UInt16]?) -> Bool {
    battery?.isMoved(read) ?? false || schedules?.isMoved(read) ?? false || global?.isMoved(read) ?? false
  }

  /// The devices whose settings decide whether this one may be written, its own first.
  package var concerned: [DeviceKey] {
    [block.key] + (battery?.devices ?? []) + (schedules?.devices ?? []) + (global?.devices ?? [])
  }

  /// Whether what another request writes bears on this one: its own registers, or such as a rule looks at.
  package func isJudged(by other: WriteRequest) -> Bool { other.actsOnAll || isJudged(by: other.range) }

  /// Whether a rule looks at registers, or they are its own.
  package func isJudged(by registers: RegisterRange) -> Bool {
    let rules = [battery?.reads, schedules?.reads, global?.reads, date?.reads].compactMap(\.self).joined()
    return ([range] + orders.map(\.range) + rules).contains(where: registers.overlaps)
  }

  /// What else changes with words of the field.
  func effects(
    of words: [UInt16], _ read: (RegisterRange) -> [UInt16]?
  ) -> [(range: RegisterRange, words: [UInt16])] {
    guard let global, case .number(let value) = field.decode(words, scaleWord: scale.flatMap { read($0)?.first })
    else { return [] }
    return global.effects(value, read)
  }

  /// Global setpoints act on several devices, which may differ from the one value that the gateway shows.
  var actsOnAll: Bool { block.definition.kind == .system }
}

extension FieldDefinition {
  /// Whether a command's text is a value that makes the system safer.
  package func isRelease(_ text: String) -> Bool {
    guard let release = command?.release, !release.isEmpty else { return false }
    return unscaledNumber(text).map(release.contains) ?? false
  }

  /// The number that a command's text asks for, where the field is not scaled.
  func unscaledNumber(_ text: String) -> Int? {
    guard scaleFactorIndex == nil, let words = try? encode(text, scaleWord: nil) else { return nil }
    return rawNumber(words).map { Int($0) }
  }

  /// Whether words are what a device shows while it takes a value over, and no value.
  func isUnsettled(_ words: [UInt16]) -> Bool { words == [0x8000] && flags == nil }

  /// The same of a setting that a device surely has: one of a signed type that it does not have shows these words too.
  package func isUnsettledSetting(_ words: [UInt16]) -> Bool {
    access == .readWrite && type == .uint16 && isUnsettled(words)
  }

  /// Whether words are a value, so that another setting can be judged with it.
  func hasValue(_ words: [UInt16]?, scaleWord: UInt16?) -> Bool {
    words.map { !isUnsettled($0) && decode($0, scaleWord: scaleWord).isPresent } ?? false
  }
}

extension CommandRefusal {
  /// A setting that a rule looks at shows no value, so that nothing can be said of another.
  static func notKnown(_ field: String, of device: DeviceKey) -> CommandRefusal {
    CommandRefusal(.crossField, notKnown(field, of: device))
  }

  static func notKnown(_ field: String, of device: DeviceKey) -> String {
    "\(field) of \(device) shows no value for the moment, and this must be judged with it; try again in some seconds"
  }
}
