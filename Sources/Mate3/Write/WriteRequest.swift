import FieldCodec
public import RegisterIO
public import Registry

/// A command that passed every check that needs no wire: which field of which block gets which value, and what must
/// be proven first.
public struct WriteRequest: Sendable {
  public let block: PlacedBlock
  public let field: FieldDefinition
  public let range: RegisterRange
  /// The value as asked for.
  public let text: String
  public let isDryRun: Bool
  let scale: RegisterRange?
  let evidence: [EvidenceItem]
  /// `OutBack_Error` of the gateway (application note, table 1 offset 402), if the gateway has it.
  let errorFlags: RegisterRange?
  let errorTable: FlagTable?
  /// The status word that shows what a write-only control did, and the condition it must meet.
  let confirmation: (range: RegisterRange, condition: BitCondition)?
  /// All that is read before and after the write, in the fewest requests.
  let reads: [RegisterRange]

  /// - Parameter limit: most registers a request.
  public init?(
    block: PlacedBlock, field: FieldDefinition, text: String, isDryRun: Bool, layout: SystemLayout,
    baseline: IdentityBaseline, whole: [RegisterRange], limit: Int
  ) {
    guard let range = block.range(of: field) else { return nil }
    self.block = block
    self.field = field
    self.range = range
    self.text = text
    self.isDryRun = isDryRun
    scale = block.definition.scaleFactor(of: field).flatMap(block.range(of:))
    evidence = baseline.evidence(for: block, in: layout)
    let gateway = layout.block(kind: .gateway)
    let errorField = gateway?.definition.field("error")
    errorFlags = errorField.flatMap { gateway?.range(of: $0) }
    errorTable = errorField?.flags
    var wanted = evidence.map(\.range)
    if field.access.isReadable { wanted.append(range) }
    if let scale { wanted.append(scale) }
    if let errorFlags { wanted.append(errorFlags) }
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

  /// Global setpoints act on several devices, which may differ from the one value that the gateway shows.
  var actsOnAll: Bool { block.definition.kind == .system }
}
