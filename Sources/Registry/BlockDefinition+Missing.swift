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
    return ""
  }
}
