/// Turns the files of `registry_data/` into a registry and collects every problem on the way.
struct RegistryReader {
  static let blockColumns = [
    "did", "name", "kind", "family", "interval", "length", "port_field", "label", "description", "source",
  ]
  static let enumerationColumns = ["enumeration", "value", "label", "title", "source"]
  static let flagColumns = ["flags", "bit", "label", "title", "problem", "source"]
  static let reservedNames: Set<String> = ["bridge", "availability", "commands", "set", "house"]

  let files: [String: String]
  var problems: [RegistryProblem] = []
  private var enumerations: [String: Enumeration] = [:]
  private var flags: [String: FlagTable] = [:]
  private var ranges = RangeReader()

  init(files: [String: String]) { self.files = files }

  mutating func read() -> [BlockDefinition] {
    readEnumerations()
    readFlags()
    // A folder that takes the place of the built-in map may leave them out.
    if files[RangeReader.file] != nil { ranges.read(table(RangeReader.file, RangeReader.columns)) }
    var blocks: [BlockDefinition] = []
    let rows = table("blocks.csv", Self.blockColumns)
    checkUnique(rows, "did")
    checkUnique(rows, "name")
    for row in rows {
      if let block = readBlock(row) { blocks.append(block) }
    }
    ranges.check(against: blocks)
    problems += ranges.problems
    let known = Set(
      blocks.map { "\($0.name).csv" } + [
        "blocks.csv", "enumerations.csv", "flags.csv", RangeReader.file, Registry.exceptionsFile,
      ])
    for file in files.keys.sorted() where file.hasSuffix(".csv") && !known.contains(file) {
      problems.append(
        RegistryProblem(.error, file: file, line: 1, column: 1, "no row of blocks.csv names this block; add one"))
    }
    return blocks
  }

  private mutating func table(_ file: String, _ columns: [String]) -> [CSVTable.Row] {
    guard let text = files[file] else {
      problems.append(RegistryProblem(.error, file: file, line: 1, column: 1, "the file is missing"))
      return []
    }
    let table = CSVTable(file: file, text: text, columns: columns)
    problems += table.problems
    return table.rows
  }

  private mutating func readEnumerations() {
    var entries: [String: [Enumeration.Entry]] = [:]
    for row in table("enumerations.csv", Self.enumerationColumns) {
      guard checkName(row, "enumeration"), checkName(row, "label"),
        let value = integer(row, "value", -0x8000...0xFFFF)
      else { continue }
      let name = row["enumeration"]
      if entries[name, default: []].contains(where: { $0.value == value || $0.label == row["label"] }) {
        problems.append(row.problem("value", "‘\(name)’ has this value or label twice"))
      }
      entries[name, default: []].append(Enumeration.Entry(value: value, label: row["label"], title: row["title"]))
    }
    enumerations = entries.reduce(into: [:]) { $0[$1.key] = Enumeration(name: $1.key, entries: $1.value) }
  }

  private mutating func readFlags() {
    var entries: [String: [FlagTable.Entry]] = [:]
    for row in table("flags.csv", Self.flagColumns) {
      guard checkName(row, "flags"), checkName(row, "label"), let bit = integer(row, "bit", 0...31),
        let isProblem = choice(row, "problem", ["": false, "yes": true])
      else { continue }
      let name = row["flags"]
      if entries[name, default: []].contains(where: { $0.bit == bit || $0.label == row["label"] }) {
        problems.append(row.problem("bit", "‘\(name)’ has this bit or label twice"))
      }
      entries[name, default: []]
        .append(FlagTable.Entry(bit: bit, label: row["label"], title: row["title"], isProblem: isProblem))
    }
    flags = entries.reduce(into: [:]) { $0[$1.key] = FlagTable(name: $1.key, entries: $1.value) }
  }

  private mutating func readBlock(_ row: CSVTable.Row) -> BlockDefinition? {
    guard checkName(row, "name"), let did = integer(row, "did", 1...0xFFFE),
      let kind = raw(row, "kind", BlockDefinition.Kind.self),
      let interval = raw(row, "interval", IntervalClass.self),
      let length = integer(row, "length", 1...0xFFFF)
    else { return nil }
    let fieldRows = table("\(row["name"]).csv", FieldReader.columns)
    checkUnique(fieldRows, "name")
    var reader = FieldReader(
      blockInterval: interval, enumerations: enumerations, flags: flags, ranges: ranges.ranges[row["name"]] ?? [:])
    let fields = reader.read(fieldRows)
    problems += reader.problems
    let port = row["port_field"]
    let portFieldIndex = port.isEmpty ? nil : fields.firstIndex { $0.name == port }
    if !port.isEmpty, portFieldIndex == nil {
      problems.append(row.problem("port_field", "the block has no field ‘\(port)’"))
    }
    return BlockDefinition(
      did: UInt16(clamping: did), name: row["name"], kind: kind, family: row["family"].isEmpty ? nil : row["family"],
      interval: interval, documentedLength: length, portFieldIndex: portFieldIndex, label: row["label"],
      description: row["description"], source: row["source"], line: row.line, fields: fields)
  }
}

/// Cells to values, with a problem for each that has none.
protocol CellReader {
  var problems: [RegistryProblem] { get set }
}

extension RegistryReader: CellReader {}

extension CellReader {
  mutating func report(_ row: CSVTable.Row, _ column: String, _ message: String) {
    problems.append(row.problem(column, message))
  }

  mutating func checkName(_ row: CSVTable.Row, _ column: String) -> Bool {
    let name = row[column]
    let isValid =
      !name.isEmpty
      && name.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || $0 == UInt8(ascii: "_")
      }
    if !isValid {
      report(row, column, "‘\(name)’ is no name; use a–z, 0–9 and _")
    } else if RegistryReader.reservedNames.contains(name), column == "name" {
      report(row, column, "‘\(name)’ is taken by the topic scheme; choose another name")
    }
    return isValid
  }

  mutating func checkUnique(_ rows: [CSVTable.Row], _ column: String) {
    var seen: [String: Int] = [:]
    for row in rows {
      if let line = seen.updateValue(row.line, forKey: row[column]) {
        report(row, column, "‘\(row[column])’ stands already in line \(line)")
      }
    }
  }

  mutating func integer(_ row: CSVTable.Row, _ column: String, _ range: ClosedRange<Int>) -> Int? {
    guard let value = Int(row[column]), range.contains(value) else {
      report(
        row, column,
        "‘\(row[column])’ is no \(column); give a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
      return nil
    }
    return value
  }

  mutating func decimal(_ row: CSVTable.Row, _ column: String) -> ScaledDecimal? {
    if row[column].isEmpty { return nil }
    guard let value = ScaledDecimal(row[column]) else {
      report(row, column, "‘\(row[column])’ is no number")
      return nil
    }
    return value
  }

  mutating func choice<Value>(_ row: CSVTable.Row, _ column: String, _ choices: [String: Value]) -> Value? {
    guard let value = choices[row[column]] else {
      let names = choices.keys.sorted().map { $0.isEmpty ? "nothing" : "‘\($0)’" }.joined(separator: ", ")
      report(row, column, "‘\(row[column])’ is no \(column); give \(names)")
      return nil
    }
    return value
  }

  mutating func raw<Value: RawRepresentable<String> & CaseIterable>(
    _ row: CSVTable.Row, _ column: String, _ type: Value.Type
  ) -> Value? {
    choice(
      row, column, Dictionary(Value.allCases.map { ($0.rawValue, $0) }, uniquingKeysWith: { first, _ in first }))
  }
}
