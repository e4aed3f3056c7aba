/// Turns the rows of one block's CSV into fields.
struct FieldReader: CellReader {
  static let columns = [
    "offset", "size", "name", "vendor_name", "type", "word_order", "units", "scale_factor", "access", "enumeration",
    "flags", "minimum", "maximum", "limit_basis", "limit_source", "interval", "command", "command_values", "release",
    "confirmed_by", "private", "identity", "label", "description", "doubt", "label_doubt", "source",
  ]
  static let units: Set<String> = [
    "V", "A", "mA", "W", "kW", "VA", "kVA", "var", "kvar", "Wh", "kWh", "Ah", "kAh", "Hz", "%", "°C", "mV", "ms", "s",
    "min", "h", "d", "weeks", "cycles", "registers",
  ]

  let blockInterval: IntervalClass
  let enumerations: [String: Enumeration]
  let flags: [String: FlagTable]
  let ranges: [String: [DocumentedRange]]
  var problems: [RegistryProblem] = []

  init(
    blockInterval: IntervalClass, enumerations: [String: Enumeration], flags: [String: FlagTable],
    ranges: [String: [DocumentedRange]]
  ) {
    self.blockInterval = blockInterval
    self.enumerations = enumerations
    self.flags = flags
    self.ranges = ranges
  }

  mutating func read(_ rows: [CSVTable.Row]) -> [FieldDefinition] {
    let indexByName = Dictionary(rows.enumerated().map { ($1["name"], $0) }, uniquingKeysWith: { first, _ in first })
    var fields: [FieldDefinition] = []
    for (index, row) in rows.enumerated() {
      guard let field = readField(row, index: index, rows: rows, indexByName: indexByName) else { continue }
      if let previous = fields.last {
        if field.offset < previous.endOffset {
          report(row, "offset", "‘\(field.name)’ overlaps ‘\(previous.name)’, which ends at \(previous.endOffset - 1)")
        } else if field.offset > previous.endOffset {
          problems.append(
            row.problem(
              "offset", "offsets \(previous.endOffset) to \(field.offset - 1) have no field", .warning))
        }
      } else if field.offset != 1 {
        report(row, "offset", "the first field must be the block's id at offset 1")
      }
      fields.append(field)
    }
    return fields
  }

  private mutating func readField(
    _ row: CSVTable.Row, index: Int, rows: [CSVTable.Row], indexByName: [String: Int]
  ) -> FieldDefinition? {
    guard checkName(row, "name"), let offset = integer(row, "offset", 1...0xFFFF),
      let size = integer(row, "size", 1...125), let type = raw(row, "type", FieldType.self),
      let access = raw(row, "access", Access.self), let privacy = raw(row, "private", Privacy.self),
      let evidence = raw(row, "identity", Evidence.self)
    else { return nil }
    if let wanted = type.size, wanted != size {
      report(row, "size", "a \(type.rawValue) takes \(wanted) registers, not \(size)")
      return nil
    }
    let wordOrder: WordOrder
    if type == .uint32 || type == .int32 {
      guard let order = raw(row, "word_order", WordOrder.self) else { return nil }
      wordOrder = order
    } else {
      wordOrder = .high
    }
    let units = row["units"].isEmpty ? nil : row["units"]
    if let units, !Self.units.contains(units) {
      report(row, "units", "‘\(units)’ is no known unit; use one of \(Self.units.sorted().joined(separator: " "))")
    }
    let interval: IntervalClass
    if row["interval"].isEmpty {
      interval = blockInterval
    } else {
      guard let own = raw(row, "interval", IntervalClass.self) else { return nil }
      interval = own
    }
    let enumeration = lookUp(row, "enumeration", enumerations)
    let table = lookUp(row, "flags", flags)
    if enumeration != nil || table != nil, type == .string || type == .ipv4 || type == .sunssf {
      report(row, "type", "a \(type.rawValue) can have no enumeration or flags")
    }
    if enumeration != nil, table != nil { report(row, "flags", "a field has an enumeration or flags, not both") }

    return FieldDefinition(
      index: index, offset: offset, size: size, name: row["name"], vendorName: row["vendor_name"], type: type,
      wordOrder: wordOrder, units: units, scaleFactorIndex: scaleFactor(row, type, rows, indexByName), access: access,
      enumeration: enumeration, flags: table, limits: limits(row),
      ranges: ranges[row["name"]] ?? [], isBatteryVoltage: row["limit_basis"] == "battery", interval: interval,
      command: command(row, access, enumeration), confirmation: confirmation(row, enumeration, rows, indexByName),
      privacy: privacy, evidence: evidence, label: row["label"], description: row["description"],
      doubt: row["doubt"].isEmpty ? nil : row["doubt"],
      labelDoubt: row["label_doubt"].isEmpty ? nil : row["label_doubt"], source: row["source"], line: row.line)
  }

  private mutating func lookUp<Table>(_ row: CSVTable.Row, _ column: String, _ tables: [String: Table]) -> Table? {
    let name = row[column]
    if name.isEmpty { return nil }
    if tables[name] == nil {
      report(row, column, "‘\(name)’ is not in \(column == "flags" ? "flags" : "enumerations").csv")
    }
    return tables[name]
  }

  private mutating func scaleFactor(
    _ row: CSVTable.Row, _ type: FieldType, _ rows: [CSVTable.Row], _ indexByName: [String: Int]
  ) -> Int? {
    let name = row["scale_factor"]
    if name.isEmpty { return nil }
    guard let index = indexByName[name], rows[index]["type"] == FieldType.sunssf.rawValue else {
      report(row, "scale_factor", "the block has no scale factor ‘\(name)’")
      return nil
    }
    if type == .string || type == .ipv4 || type == .sunssf {
      report(row, "scale_factor", "a \(type.rawValue) can have no scale factor")
    }
    return index
  }

  private mutating func limits(_ row: CSVTable.Row) -> Limits? {
    guard let isPerBattery = choice(row, "limit_basis", ["": false, "battery": true]) else { return nil }
    let minimum = decimal(row, "minimum")
    let maximum = decimal(row, "maximum")
    guard minimum != nil || maximum != nil else { return nil }
    if let minimum, let maximum, minimum > maximum {
      report(row, "maximum", "the maximum \(maximum) is below the minimum \(minimum)")
    }
    if row["limit_source"].isEmpty { report(row, "limit_source", "limits need their source") }
    return Limits(
      minimum: minimum, maximum: maximum, isPerBattery12V: isPerBattery, source: row["limit_source"])
  }

  private mutating func command(
    _ row: CSVTable.Row, _ access: Access, _ enumeration: Enumeration?
  ) -> CommandRule? {
    guard access.isWritable else {
      if !row["command"].isEmpty { report(row, "command", "a field that can't be written has no command class") }
      return nil
    }
    guard let standard = raw(row, "command", CommandClass.self) else { return nil }
    var exceptions: [Int: CommandClass] = [:]
    for word in row["command_values"].split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let entry = enumeration?.entry(labelled: String(parts[0])),
        let commandClass = CommandClass(rawValue: String(parts[1]))
      else {
        report(row, "command_values", "‘\(word)’ is not label=class with a label of the field's enumeration")
        continue
      }
      exceptions[entry.value] = commandClass
    }
    var release: Set<Int> = []
    for word in row["release"].split(separator: " ") {
      guard let entry = enumeration?.entry(labelled: String(word)) else {
        report(row, "release", "‘\(word)’ is no label of the field's enumeration")
        continue
      }
      release.insert(entry.value)
    }
    return CommandRule(standard: standard, exceptions: exceptions, release: release)
  }

  private mutating func confirmation(
    _ row: CSVTable.Row, _ enumeration: Enumeration?, _ rows: [CSVTable.Row], _ indexByName: [String: Int]
  ) -> StatusConfirmation? {
    let words = row["confirmed_by"].split(separator: " ")
    guard let first = words.first else { return nil }
    guard let statusIndex = indexByName[String(first)], let table = flags[rows[statusIndex]["flags"]] else {
      report(row, "confirmed_by", "the block has no flags field ‘\(first)’")
      return nil
    }
    var conditions: [Int: BitCondition] = [:]
    for word in words.dropFirst() {
      let parts = word.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let entry = enumeration?.entry(labelled: String(parts[0])),
        let condition = condition(parts[1], table)
      else {
        report(row, "confirmed_by", "‘\(word)’ is not label=flag, label=!flag, label=a|b or label=a&b")
        continue
      }
      conditions[entry.value] = condition
    }
    return StatusConfirmation(statusFieldIndex: statusIndex, conditions: conditions)
  }

  private func condition(_ text: Substring, _ table: FlagTable) -> BitCondition? {
    let isAny = text.contains("|")
    var terms: [BitCondition.Term] = []
    for part in text.split(separator: isAny ? "|" : "&", omittingEmptySubsequences: false) {
      let isSet = !part.hasPrefix("!")
      guard let entry = table.entry(labelled: String(isSet ? part : part.dropFirst())) else { return nil }
      terms.append(BitCondition.Term(bit: entry.bit, isSet: isSet))
    }
    return BitCondition(terms: terms, isAny: isAny)
  }
}
