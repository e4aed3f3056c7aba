import TestSupport
import Testing

@testable import Registry

/// What an override of the register map may change.
@Suite struct OverrideTests {
  private static let blocks = SmallRegistry.blocks
  private static let setpoint = SmallRegistry.field([
    "name": "volts", "access": "rw", "units": "V", "scale_factor": "scale", "minimum": "12", "maximum": "16",
    "limit_basis": "battery", "limit_source": "note", "command": "setpoint",
  ])
  private static let control = SmallRegistry.field([
    "offset": "6", "name": "control", "access": "rw", "enumeration": "mode", "command": "setpoint",
    "command_values": "off=operational", "release": "off", "confirmed_by": "status on=low",
    "label_doubt": "May be turned.",
  ])
  private static let status = SmallRegistry.field(["offset": "7", "name": "status", "flags": "errors"])
  private static let serial = SmallRegistry.field([
    "offset": "8", "size": "2", "name": "serial", "type": "string", "identity": "fixed", "private": "personal",
  ])
  private static let key = SmallRegistry.field([
    "offset": "10", "name": "key", "access": "w", "command": "never", "private": "secret",
  ])
  private static let free = SmallRegistry.field([
    "offset": "11", "name": "current", "units": "A", "scale_factor": "scale",
  ])
  private static let open = SmallRegistry.field([
    "offset": "12", "name": "delay", "access": "rw", "command": "setpoint",
  ])
  private static let fields = [setpoint, control, status, serial, key, free, open]

  private static let original = SmallRegistry.files(fields)

  /// The map with some cells of one field changed.
  private static func files(_ name: String, _ cells: [String: String]) -> [String: String] {
    SmallRegistry.files(fields.map { $0["name"] == name ? $0.merging(cells) { $1 } : $0 })
  }

  private func problems(_ files: [String: String]) throws -> [String] {
    try Registry(files: files).problems(asOverrideOf: Registry(files: Self.original)).map(\.description)
  }

  @Test func theSameMapIsNoProblem() throws {
    #expect(try problems(Self.original) == [])
  }

  @Test(arguments: [
    ("volts", ["minimum": "13", "maximum": "15.5"]), ("volts", ["command": "installer"]),
    ("volts", ["command": "never"]),
    ("volts", ["access": "r", "command": "", "minimum": "", "maximum": "", "limit_basis": "", "limit_source": ""]),
    ("control", ["command_values": "off=setpoint"]), ("control", ["command_values": ""]), ("control", ["release": ""]),
    ("control", ["command_values": "off=operational on=never"]), ("control", ["confirmed_by": ""]),
    ("serial", ["private": "secret"]), ("current", ["private": "personal", "identity": "grows"]),
    ("current", ["offset": "13", "name": "current", "units": "kW", "scale_factor": ""]),
    ("status", ["interval": "settings"]),
    ("volts", ["label": "Other", "description": "Other.", "doubt": "Some."]),
  ])
  func narrowingIsAllowed(name: String, cells: [String: String]) throws {
    // The field that moves to the end goes to the end of the file.
    var fields = Self.fields.map { $0["name"] == name ? $0.merging(cells) { $1 } : $0 }
    fields.sort { (Int($0["offset"] ?? "") ?? 0) < (Int($1["offset"] ?? "") ?? 0) }
    #expect(try problems(SmallRegistry.files(fields)) == [])
  }

  @Test(arguments: [
    ("volts", ["minimum": "11.9"], 6, "may be written down to 11.9 and down to 12 in the built-in map"),
    ("volts", ["maximum": "16.1"], 6, "may be written up to 16.1 and up to 16 in the built-in map"),
    ("volts", ["maximum": ""], 6, "may be written without a maximum and up to 16 in the built-in map"),
    ("volts", ["minimum": ""], 6, "may be written without a minimum and down to 12 in the built-in map"),
    ("volts", ["limit_basis": ""], 6, "has another limit_basis in the built-in map"),
    ("delay", ["minimum": "1", "maximum": "2", "limit_source": "note"], 12, "has no limits in the built-in map"),
    ("volts", ["command": "operational"], 6, "is ‘operational’ and ‘setpoint’ in the built-in map"),
    ("key", ["command": "installer"], 11, "is ‘installer’ and ‘never’ in the built-in map"),
    (
      "control", ["command_values": "off=operational on=operational"], 7,
      "allows ‘on’ as ‘operational’ and the built-in map as ‘setpoint’"
    ),
    ("control", ["release": "off auto"], 7, "has ‘auto’ as a release"),
    ("control", ["label_doubt": ""], 7, "has a doubt about its labels in the built-in map"),
    ("control", ["confirmed_by": "status on=!low"], 7, "is confirmed by other bits in the built-in map"),
    (
      "control", ["enumeration": "", "command_values": "", "release": "", "confirmed_by": ""], 7,
      "has the enumeration ‘mode’ in the built-in map"
    ),
    ("current", ["access": "rw", "command": "setpoint"], 12, "has the access ‘rw’ and ‘r’ in the built-in map"),
    ("volts", ["access": "w"], 6, "has the access ‘w’ and ‘rw’ in the built-in map"),
    ("key", ["access": "rw"], 11, "has the access ‘rw’ and ‘w’ in the built-in map"),
    ("key", ["private": "personal"], 11, "is ‘secret’ in the built-in map"),
    ("serial", ["private": ""], 9, "is ‘personal’ in the built-in map"),
    ("serial", ["identity": ""], 9, "is ‘fixed’ as evidence of identity in the built-in map"),
    ("serial", ["identity": "standing"], 9, "is ‘fixed’ as evidence of identity in the built-in map"),
    ("volts", ["type": "int16"], 6, "is a uint16 of the same word order in the built-in map"),
    ("volts", ["scale_factor": ""], 6, "has the scale factor ‘scale’ in the built-in map"),
    ("serial", ["size": "1"], 9, "is at offset 8 with size 2 in the built-in map"),
    ("status", ["offset": "13"], 12, "is at offset 7 with size 1 in the built-in map"),
  ])
  func wideningIsRefused(name: String, cells: [String: String], line: Int, expected: String) throws {
    var fields = Self.fields.map { $0["name"] == name ? $0.merging(cells) { $1 } : $0 }
    fields.sort { (Int($0["offset"] ?? "") ?? 0) < (Int($1["offset"] ?? "") ?? 0) }
    let found = try problems(SmallRegistry.files(fields))
    let position = (fields.firstIndex { $0["name"] == name } ?? 0) + 6
    #expect(found.count == 1, "\(found)")
    #expect(found.first?.hasPrefix("charger.csv:\(position):1: error: ‘\(name)’ \(expected)") == true, "\(found)")
  }

  @Test func newFieldsCanOnlyBeRead() throws {
    let new = SmallRegistry.field(["offset": "13", "name": "new"])
    #expect(try problems(SmallRegistry.files(Self.fields + [new])) == [])
    let writable = new.merging(["access": "rw", "command": "installer"]) { $1 }
    #expect(
      try problems(SmallRegistry.files(Self.fields + [writable])) == [
        "charger.csv:13:1: error: ‘new’ is not in the built-in map and can only be read; give it the access ‘r’"
      ])
    let sealed = new.merging(["access": "rw", "command": "never"]) { $1 }
    #expect(try problems(SmallRegistry.files(Self.fields + [sealed])) == [])
    #expect(
      try problems(
        SmallRegistry.files(
          Self.fields + [sealed.merging(["enumeration": "mode", "command_values": "on=operational"]) { $1 }])
      )
      .count == 1)
  }

  /// Renaming would take a secret, or a limit, from its register.
  @Test func fieldsStayUnderTheirNames() throws {
    let renamed = try problems(Self.files("key", ["name": "harmless", "access": "r", "command": "", "private": ""]))
    #expect(
      renamed == [
        "blocks.csv:2:1: error: block ‘charger’ has no field ‘key’; keep it, an override may narrow a field but not drop it",
        "charger.csv:11:1: error: ‘harmless’ lies on the secret ‘key’; take it out",
      ])
  }

  @Test(arguments: [
    (
      "blocks.csv", ",status,charger,", ",configuration,charger,",
      "blocks.csv:2:1: error: block ‘charger’ has another kind"
    ),
    ("blocks.csv", ",status,charger,", ",status,other,", "blocks.csv:2:1: error: block ‘charger’ has another family"),
    ("blocks.csv", ",4,port,", ",4,,", "blocks.csv:2:1: error: block ‘charger’ has another port field"),
    ("blocks.csv", "64111,", "64211,", "blocks.csv:1:1: error: block 64111 ‘charger’ of the built-in map is missing"),
    (
      "enumerations.csv", "mode,2,on", "mode,3,on",
      "charger.csv:7:1: error: ‘control’ does not have the label ‘on’ for 3"
    ),
    (
      "enumerations.csv", "mode,1,auto", "mode,1,automatic",
      "charger.csv:7:1: error: ‘control’ does not have the label ‘automatic’ for 1"
    ),
  ])
  func tablesKeepTheirMeaning(file: String, old: String, new: String, expected: String) throws {
    var files = Self.original
    files[file] = files[file]?.replacing(old, with: new)
    #expect(files[file] != Self.original[file])
    let found = try problems(files)
    #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
  }

  @Test func newBlockCanOnlyBeRead() throws {
    var files = Self.original
    files["blocks.csv", default: ""] += "64200,extra,status,,live,3,,Extra,Extra.,own\n"
    let rows = [SmallRegistry.header, SmallRegistry.header1, SmallRegistry.header2]
    files["extra.csv"] = rows.joined(separator: "\n")
    #expect(try problems(files) == [])
    let setpoint = SmallRegistry.row([
      "offset": "3", "size": "1", "name": "x", "type": "uint16", "access": "w", "command": "installer",
    ])
    files["extra.csv"] = (rows + [setpoint]).joined(separator: "\n")
    #expect(
      try problems(files) == [
        "extra.csv:4:1: error: ‘x’ is in no block of the built-in map and can only be read; give it the access ‘r’"
      ])
  }

  @Test func folderIsComparedWithTheBuiltInMap() throws {
    let folder = try TemporaryDirectory()
    for (name, text) in Registry.embeddedFiles() { try folder.write(name, text) }
    #expect(try Registry.override(directory: folder.path).blocks.count == Registry.embedded().blocks.count)
    let file = "charge_controller_configuration.csv"
    let text = try #require(Registry.embeddedFiles()[file])
    let widened = text.replacing(",never,", with: ",operational,").replacing(",installer,", with: ",operational,")
    #expect(widened != text)
    try folder.write(file, widened)
    #expect {
      try Registry.override(directory: folder.path)
    } throws: {
      "\($0)".contains("an override may only move towards ‘never’") && "\($0)".hasPrefix("\(file):")
    }
    // Nothing is said about it where no gateway is written to.
    #expect(throws: Never.self) { try Registry.load(directory: folder.path) }
  }
}
