extension Registry {
  /// The registry in a folder of CSV files, which takes the place of the one built into the program.
  ///
  /// What may be written, and the proof of who is written to, rest on the built-in registry: an override may narrow
  /// them, never widen them. See ``problems(asOverrideOf:)``.
  /// - Throws: ``RegistryError`` with every error and every place where it allows more than the built-in registry.
  public static func override(directory: String) throws(RegistryError) -> Registry {
    var files = try files(directory: directory)
    files[RangeReader.file] = files[RangeReader.file] ?? embeddedFiles()[RangeReader.file]
    let registry = try Registry(files: files)
    let problems = registry.problems(asOverrideOf: try embedded())
    guard problems.isEmpty else { throw RegistryError(problems) }
    return registry
  }

  /// Every place where this registry would allow more than `original`, one sentence each.
  ///
  /// A class may move towards `never`, access towards read-only, privacy towards `secret`; limits may draw in and
  /// releases go; evidence of identity may be added. All fields stay, and those that writing, identity or privacy rest on
  /// keep their registers and their meaning. New fields and blocks can only be read.
  public func problems(asOverrideOf original: Registry) -> [RegistryProblem] {
    var problems: [RegistryProblem] = []
    for block in original.blocks {
      guard let own = self.block(id: block.did) else {
        problems.append(
          RegistryProblem(
            .error, file: "blocks.csv", line: 1, column: 1,
            "block \(block.did) ‘\(block.name)’ of the built-in map is missing; an override keeps all blocks"))
        continue
      }
      var check = OverrideCheck(block: own, original: block)
      check.check()
      problems += check.problems
    }
    for block in blocks where original.block(id: block.did) == nil {
      for field in block.fields where field.opensWriting {
        problems.append(
          RegistryProblem(
            .error, file: "\(block.name).csv", line: field.line, column: 1,
            "‘\(field.name)’ is in no block of the built-in map and can only be read; give it the access ‘r’"))
      }
    }
    return problems
  }
}

extension FieldDefinition {
  /// Whether any value of the field may ever be written.
  fileprivate var opensWriting: Bool {
    guard access.isWritable, let command else { return false }
    return command.standard != .never || command.exceptions.values.contains { $0 != .never }
  }
}

/// Compares one block of an override with the same block of the built-in registry.
struct OverrideCheck {
  /// Fields that the write procedure reads by name.
  private static let readByName: Set<String> = ["error", "system_voltage"]

  let block: BlockDefinition
  let original: BlockDefinition
  private(set) var problems: [RegistryProblem] = []

  init(block: BlockDefinition, original: BlockDefinition) {
    self.block = block
    self.original = original
  }

  mutating func check() {
    if block.name != original.name { reportBlock("is named ‘\(original.name)’ in the built-in map; keep the name") }
    if block.kind != original.kind {
      reportBlock("has another kind than in the built-in map; keep ‘\(original.kind.rawValue)’")
    }
    if block.family != original.family {
      reportBlock("has another family than in the built-in map; keep ‘\(original.family ?? "")’")
    }
    if block.portField?.name != original.portField?.name {
      reportBlock("has another port field than in the built-in map; keep ‘\(original.portField?.name ?? "")’")
    }
    for field in original.fields {
      if let own = block.field(field.name) {
        compare(own, field)
      } else {
        reportBlock("has no field ‘\(field.name)’; keep it, an override may narrow a field but not drop it")
      }
    }
    for field in block.fields where original.field(field.name) == nil {
      if field.opensWriting { report(field, "is not in the built-in map and can only be read; give it the access ‘r’") }
      if let secret = original.fields.first(where: { $0.privacy == .secret && $0.overlaps(field) }) {
        report(field, "lies on the secret ‘\(secret.name)’; take it out")
      }
    }
  }

  private mutating func reportBlock(_ message: String) {
    problems.append(
      RegistryProblem(.error, file: "blocks.csv", line: block.line, column: 1, "block ‘\(block.name)’ \(message)"))
  }

  private mutating func report(_ field: FieldDefinition, _ message: String) {
    problems.append(
      RegistryProblem(
        .error, file: "\(block.name).csv", line: field.line, column: 1, "‘\(field.name)’ \(message)"))
  }

  private mutating func compare(_ field: FieldDefinition, _ original: FieldDefinition) {
    if isReliedOn(original) { comparePlace(field, original) }
    if field.access != original.access, field.access != .readOnly {
      report(
        field,
        "has the access ‘\(field.access.rawValue)’ and ‘\(original.access.rawValue)’ in the built-in map; "
          + "an override may only go to ‘r’")
    }
    if field.privacy.strictness < original.privacy.strictness {
      report(field, "is ‘\(original.privacy.rawValue)’ in the built-in map; an override may not show it more freely")
    }
    if field.evidence != original.evidence, original.evidence != .none, field.evidence != .fixed {
      report(
        field,
        "is ‘\(original.evidence.rawValue)’ as evidence of identity in the built-in map; an override may not weaken it")
    }
    if field.access.isWritable { compareWriting(field, original) }
  }

  /// Whether writing, identity or privacy rest on the field.
  private func isReliedOn(_ field: FieldDefinition) -> Bool {
    field.access.isWritable || field.evidence != .none || field.privacy != .shared || field.type == .sunssf
      || field.index == original.portFieldIndex
      || original.kind == .gateway && Self.readByName.contains(field.name)
      || original.fields.contains { $0.confirmation?.statusFieldIndex == field.index }
  }

  private mutating func comparePlace(_ field: FieldDefinition, _ original: FieldDefinition) {
    if field.offset != original.offset || field.size != original.size {
      report(
        field,
        "is at offset \(original.offset) with size \(original.size) in the built-in map; "
          + "writing, identity or privacy rest on it, so it stays there")
    }
    if field.type != original.type || field.wordOrder != original.wordOrder {
      report(field, "is a \(original.type.rawValue) of the same word order in the built-in map; keep type and order")
    }
    let scale = block.scaleFactor(of: field)?.name
    let originalScale = self.original.scaleFactor(of: original)?.name
    if scale != originalScale {
      report(field, "has the scale factor ‘\(originalScale ?? "")’ in the built-in map; keep it")
    }
  }

  private mutating func compareWriting(_ field: FieldDefinition, _ original: FieldDefinition) {
    guard let command = field.command, let originalCommand = original.command else { return }
    compareClasses(field, command, originalCommand, labels: original.enumeration)
    compareLimits(field, original.limits)
    if field.ranges != original.ranges {
      report(
        field,
        "has other ranges by model in the built-in map; leave \(RangeReader.file) out, and narrow them in commands.limits"
      )
    }
    if field.isBatteryVoltage != original.isBatteryVoltage {
      report(field, "has another limit_basis in the built-in map; keep it")
    }
    let labels = original.enumeration
    if field.enumeration == nil, let labels {
      report(field, "has the enumeration ‘\(labels.name)’ in the built-in map; keep it")
    }
    for entry in field.enumeration?.entries ?? [] where labels?.entry(entry.value)?.label != entry.label {
      report(
        field,
        "does not have the label ‘\(entry.label)’ for \(entry.value) in the built-in map; an override may only drop labels"
      )
    }
    if field.labelDoubt == nil, original.labelDoubt != nil {
      report(
        field,
        "has a doubt about its labels in the built-in map; keep it, the owner confirms labels in the configuration")
    }
    if let confirmation = field.confirmation, confirmation != original.confirmation {
      report(field, "is confirmed by other bits in the built-in map; keep them")
    }
  }

  private mutating func compareClasses(
    _ field: FieldDefinition, _ command: CommandRule, _ original: CommandRule, labels: Enumeration?
  ) {
    if command.standard.strictness < original.standard.strictness {
      report(
        field,
        "is ‘\(command.standard.rawValue)’ and ‘\(original.standard.rawValue)’ in the built-in map; "
          + "an override may only move towards ‘never’")
    }
    let values = Set(command.exceptions.keys).union(original.exceptions.keys).sorted()
    for value in values where command.commandClass(of: value).strictness < original.commandClass(of: value).strictness {
      let label = labels?.entry(value)?.label ?? String(value)
      report(
        field,
        "allows ‘\(label)’ as ‘\(command.commandClass(of: value).rawValue)’ and the built-in map as "
          + "‘\(original.commandClass(of: value).rawValue)’; an override may only move towards ‘never’")
    }
    for value in command.release.subtracting(original.release).sorted() {
      let label = labels?.entry(value)?.label ?? String(value)
      report(
        field, "has ‘\(label)’ as a release, which caps never hold back, and the built-in map does not; take it out")
    }
  }

  private mutating func compareLimits(_ field: FieldDefinition, _ original: Limits?) {
    guard let original else {
      if field.limits != nil {
        report(field, "has no limits in the built-in map; give both bounds in the configuration instead")
      }
      return
    }
    let limits = field.limits
    if let minimum = original.minimum, limits?.minimum.map({ $0 < minimum }) ?? true {
      let own = limits?.minimum.map { "down to \($0)" } ?? "without a minimum"
      report(
        field, "may be written \(own) and down to \(minimum) in the built-in map; an override may only draw limits in")
    }
    if let maximum = original.maximum, limits?.maximum.map({ $0 > maximum }) ?? true {
      let own = limits?.maximum.map { "up to \($0)" } ?? "without a maximum"
      report(
        field, "may be written \(own) and up to \(maximum) in the built-in map; an override may only draw limits in")
    }
  }
}

extension FieldDefinition {
  fileprivate func overlaps(_ other: FieldDefinition) -> Bool {
    offset < other.endOffset && other.offset < endOffset
  }
}

extension CommandClass {
  /// Higher is harder to open.
  fileprivate var strictness: Int {
    switch self {
    case .operational: 0
    case .setpoint: 1
    case .installer: 2
    case .never: 3
    }
  }
}

extension Privacy {
  /// Higher is shown to fewer.
  fileprivate var strictness: Int {
    switch self {
    case .shared: 0
    case .personal: 1
    case .secret: 2
    }
  }
}
