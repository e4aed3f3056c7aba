extension BlockDefinition {
  /// The rest of a sentence about a field that the block does not have: where it is, or the nearest name.
  ///
  /// The commonest mistake is to ask a device's measurements for one of its settings.
  /// - Parameter place: how a block is called where it can be asked, or nil where it can't.
  package func hint(
    missing name: String, in registry: Registry, at place: (BlockDefinition) -> String?
  ) -> String {
    let partners = registry.blocks.filter { family != nil && $0.family == family && $0.kind != kind }
    for block in partners + registry.blocks where block.did != did && block.field(name) != nil {
      if let place = place(block) { return "; \(place) has it" }
    }
    if let near = NearestName.of(name, among: fields.map(\.name)) { return "; did you mean \(near)?" }
    for block in partners {
      guard let near = NearestName.of(name, among: block.fields.map(\.name)), let place = place(block) else { continue }
      return "; did you mean \(near) of \(place)?"
    }
    let alike = fields(sharingWordsWith: name)
    return alike.isEmpty ? "" : "; did you mean one of \(alike.joined(separator: ", "))?"
  }

  /// Names of fields with the most words of a name in them, at most four.
  private func fields(sharingWordsWith name: String) -> [String] {
    let words = name.lowercased().split(separator: "_").filter { $0.count > 2 }
    let counts = fields.map { field in (field.name, words.count { field.name.contains($0) }) }
    let most = counts.map(\.1).max() ?? 0
    return most == 0 ? [] : counts.filter { $0.1 == most }.prefix(4).map(\.0)
  }
}
