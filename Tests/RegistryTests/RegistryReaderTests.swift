import Testing

@testable import Registry

@Suite struct RegistryReaderTests {
  @Test func aSmallMapIsRead() throws {
    let registry = try Registry(
      files: SmallRegistry.files([
        SmallRegistry.field([
          "type": "uint32", "size": "2", "word_order": "low", "name": "energy", "units": "kWh", "scale_factor": "scale",
          "identity": "grows", "interval": "settings",
        ]),
        SmallRegistry.field([
          "offset": "7", "name": "control", "access": "rw", "enumeration": "mode", "command": "setpoint",
          "command_values": "off=operational", "release": "off",
        ]),
        SmallRegistry.field([
          "offset": "8", "name": "limit", "access": "rw", "command": "setpoint", "minimum": "10", "maximum": "14.5",
          "limit_source": "note", "private": "personal",
        ]),
        SmallRegistry.field(["offset": "9", "name": "error_bits", "flags": "errors"]),
        SmallRegistry.field([
          "offset": "10", "name": "start", "access": "w", "enumeration": "mode", "command": "operational",
          "confirmed_by": "error_bits on=low&!high off=!low|high",
        ]),
      ]))
    #expect(registry.warnings.isEmpty)
    let block = try #require(registry.block(id: 64111))
    #expect(block.name == "charger")
    #expect(block.portField?.offset == 3)
    #expect(
      block.fields.map(\.name) == [
        "did", "length", "port", "scale", "energy", "control", "limit", "error_bits", "start",
      ])

    let energy = try #require(block.field("energy"))
    #expect(energy.wordOrder == .low)
    #expect(energy.endOffset == 7)
    #expect(block.scaleFactor(of: energy)?.name == "scale")
    #expect(energy.interval == .settings)
    #expect(energy.evidence == .grows)
    #expect(energy.command == nil)

    let control = try #require(block.field("control"))
    #expect(control.interval == .live)
    #expect(control.command?.commandClass(of: 0) == .operational)
    #expect(control.command?.commandClass(of: 2) == .setpoint)
    #expect(control.command?.release == [0])
    #expect(control.enumeration?.entry(labelled: "auto")?.value == 1)

    let limit = try #require(block.field("limit"))
    #expect(limit.limits?.maximum == ScaledDecimal(145, exponent: -1))
    #expect(limit.privacy == .personal)

    let start = try #require(block.field("start")?.confirmation)
    #expect(block.fields[start.statusFieldIndex].name == "error_bits")
    let on = try #require(start.conditions[2])
    #expect(on.holds(0x0001))
    #expect(!on.holds(0x8001))
    #expect(!on.holds(0x0000))
    let off = try #require(start.conditions[0])
    #expect(off.holds(0x0000))
    #expect(off.holds(0x8001))
    #expect(!off.holds(0x0001))
  }

  /// Cells of the field in line 6, and the cell and the problem that they give; no cell for the row.
  @Test(arguments: [
    (["offset": "x"], "offset", "‘x’ is no offset; give a whole number from 1 to 65535"),
    (["offset": "4"], "offset", "‘value’ overlaps ‘scale’, which ends at 4"),
    (["size": "0"], "size", "‘0’ is no size; give a whole number from 1 to 125"),
    (["size": "2"], "size", "a uint16 takes 1 registers, not 2"),
    (["name": "Value"], "name", "‘Value’ is no name; use a–z, 0–9 and _"),
    (["name": ""], "name", "‘’ is no name; use a–z, 0–9 and _"),
    (["name": "availability"], "name", "‘availability’ is taken by the topic scheme; choose another name"),
    (["name": "scale"], "name", "‘scale’ stands already in line 5"),
    (
      ["type": "float"], "type",
      "‘float’ is no type; give ‘int16’, ‘int32’, ‘ipv4’, ‘string’, ‘sunssf’, ‘uint16’, ‘uint32’"
    ),
    (["type": "uint32", "size": "2"], "word_order", "‘’ is no word_order; give ‘high’, ‘low’"),
    (["units": "volts"], "units", "‘volts’ is no known unit; use one of % "),
    (["scale_factor": "port"], "scale_factor", "the block has no scale factor ‘port’"),
    (["scale_factor": "nothing"], "scale_factor", "the block has no scale factor ‘nothing’"),
    (["type": "string", "scale_factor": "scale"], "scale_factor", "a string can have no scale factor"),
    (["access": "x"], "access", "‘x’ is no access; give ‘r’, ‘rw’, ‘w’"),
    (["enumeration": "modes"], "enumeration", "‘modes’ is not in enumerations.csv"),
    (["flags": "error"], "flags", "‘error’ is not in flags.csv"),
    (["enumeration": "mode", "flags": "errors"], "flags", "a field has an enumeration or flags, not both"),
    (["type": "string", "flags": "errors"], "type", "a string can have no enumeration or flags"),
    (["minimum": "1,5"], "", "the row has 28 cells where the header has 27"),
    (["minimum": "low", "limit_source": "note"], "minimum", "‘low’ is no number"),
    (["minimum": "2", "maximum": "1", "limit_source": "note"], "maximum", "the maximum 1 is below the minimum 2"),
    (["minimum": "2"], "limit_source", "limits need their source"),
    (
      ["minimum": "2", "limit_source": "note", "limit_basis": "12"], "limit_basis",
      "‘12’ is no limit_basis; give nothing, ‘battery’"
    ),
    (["interval": "often"], "interval", "‘often’ is no interval; give ‘fixed’, ‘live’, ‘settings’"),
    (["command": "operational"], "command", "a field that can't be written has no command class"),
    (["access": "rw"], "command", "‘’ is no command; give ‘installer’, ‘never’, ‘operational’, ‘setpoint’"),
    (
      ["access": "rw", "command": "setpoint", "command_values": "on=operational"], "command_values",
      "‘on=operational’ is not label=class with a label of the field's enumeration"
    ),
    (
      ["access": "rw", "command": "setpoint", "enumeration": "mode", "release": "of"], "release",
      "‘of’ is no label of the field's enumeration"
    ),
    (
      ["access": "w", "command": "setpoint", "confirmed_by": "status on=low"], "confirmed_by",
      "the block has no flags field ‘status’"
    ),
    (["private": "hidden"], "private", "‘hidden’ is no private; give nothing, ‘personal’, ‘secret’"),
    (["identity": "maybe"], "identity", "‘maybe’ is no identity; give nothing, ‘fixed’, ‘grows’, ‘standing’"),
  ])
  func mistakeInAField(cells: [String: String], column: String, expected: String) {
    let field = SmallRegistry.field(cells)
    let found = SmallRegistry.problems(SmallRegistry.files([field]))
    // A cell begins behind those before it and their commas.
    let before = FieldReader.columns.prefix { $0 != column }
    let position = column.isEmpty ? 1 : before.reduce(1) { $0 + (field[$1] ?? "").count + 1 }
    #expect(found.contains { $0.hasPrefix("charger.csv:6:\(position): error: \(expected)") }, "\(position) \(found)")
  }

  @Test func gapIsAWarning() {
    let files = SmallRegistry.files([SmallRegistry.field(["offset": "7"])])
    #expect(SmallRegistry.problems(files) == ["charger.csv:6:1: warning: offsets 5 to 6 have no field"])
  }

  @Test func confirmationConditionsAreChecked() {
    let bits = SmallRegistry.field(["name": "error_bits", "flags": "errors"])
    for condition in ["on=lo", "onn=low", "on", "on=low&", "on="] {
      let control = SmallRegistry.field([
        "offset": "6", "name": "start", "access": "w", "enumeration": "mode", "command": "operational",
        "confirmed_by": "error_bits \(condition)",
      ])
      let found = SmallRegistry.problems(SmallRegistry.files([bits, control]))
      #expect(found.count == 1 && found[0].contains("is not label=flag"), "\(condition): \(found)")
    }
  }

  @Test func firstFieldMustBeTheBlocksID() {
    var files = SmallRegistry.files()
    files["charger.csv"] = [SmallRegistry.header, SmallRegistry.header2, SmallRegistry.port].joined(separator: "\n")
    #expect(
      SmallRegistry.problems(files)
        == ["charger.csv:2:1: error: the first field must be the block's id at offset 1"])
  }

  @Test(arguments: [
    (
      "blocks.csv", "64111,charger,status", "x,charger,status",
      "blocks.csv:2:1: error: ‘x’ is no did; give a whole number from 1 to 65534"
    ),
    ("blocks.csv", "64111,charger,status", "64111,charger,statue", "blocks.csv:2:15: error: ‘statue’ is no kind; give"),
    (
      "blocks.csv", "64111,charger,", "64111,bridge,",
      "blocks.csv:2:7: error: ‘bridge’ is taken by the topic scheme; choose another name"
    ),
    ("blocks.csv", ",4,port,", ",4,prt,", "blocks.csv:2:37: error: the block has no field ‘prt’"),
    (
      "blocks.csv", ",live,", ",sometimes,",
      "blocks.csv:2:30: error: ‘sometimes’ is no interval; give ‘fixed’, ‘live’, ‘settings’"
    ),
    (
      "blocks.csv", ",4,port", ",0,port",
      "blocks.csv:2:35: error: ‘0’ is no length; give a whole number from 1 to 65535"
    ),
    ("enumerations.csv", "mode,2,on", "mode,1,on", "enumerations.csv:4:6: error: ‘mode’ has this value or label twice"),
    (
      "enumerations.csv", "mode,2,on", "mode,2,off", "enumerations.csv:4:6: error: ‘mode’ has this value or label twice"
    ),
    ("enumerations.csv", "mode,2,on", "mode,2,On", "enumerations.csv:4:8: error: ‘On’ is no name; use a–z, 0–9 and _"),
    (
      "enumerations.csv", "mode,2,on", "mode,70000,on",
      "enumerations.csv:4:6: error: ‘70000’ is no value; give a whole number from -32768 to 65535"
    ),
    ("flags.csv", "errors,15", "errors,32", "flags.csv:3:8: error: ‘32’ is no bit; give a whole number from 0 to 31"),
    ("flags.csv", "errors,15", "errors,0", "flags.csv:3:8: error: ‘errors’ has this bit or label twice"),
    ("flags.csv", "Low,yes", "Low,no", "flags.csv:2:18: error: ‘no’ is no problem; give nothing, ‘yes’"),
  ])
  func mistakeInATable(file: String, old: String, new: String, expected: String) {
    var files = SmallRegistry.files()
    let text = files[file] ?? ""
    files[file] = text.replacing(old, with: new)
    #expect(files[file] != text)
    let found = SmallRegistry.problems(files)
    #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
  }

  @Test(arguments: ["blocks.csv", "enumerations.csv", "flags.csv", "charger.csv"])
  func missingFileIsNamed(file: String) {
    var files = SmallRegistry.files()
    files[file] = nil
    #expect(SmallRegistry.problems(files).contains("\(file):1:1: error: the file is missing"))
  }

  @Test func fileOfNoBlockIsNamed() {
    var files = SmallRegistry.files()
    files["chargers.csv"] = SmallRegistry.header
    files["README.md"] = "not a table"
    #expect(
      SmallRegistry.problems(files)
        == ["chargers.csv:1:1: error: no row of blocks.csv names this block; add one"])
  }

  @Test func sameBlockTwiceIsAnError() {
    var files = SmallRegistry.files()
    files["blocks.csv", default: ""] += "64111,charger,status,charger,live,4,port,Charger,A charger.,note\n"
    let found = SmallRegistry.problems(files)
    #expect(found.contains("blocks.csv:3:1: error: ‘64111’ stands already in line 2"))
    #expect(found.contains("blocks.csv:3:7: error: ‘charger’ stands already in line 2"))
  }

  @Test func everyErrorIsReportedAtOnce() {
    let found = SmallRegistry.problems(
      SmallRegistry.files([
        SmallRegistry.field(["units": "volts"]), SmallRegistry.field(["offset": "6", "name": "other", "access": "x"]),
      ]))
    #expect(found.count == 2)
  }
}
