import Foundation
import Registry
import TestSupport
import Testing
import TypedNames

struct TypedNamesTests {
  /// `mate3 registry generate` mends it.
  @Test func theCommittedNamesAreThoseOfTheRegistry() throws {
    let folder = ProcessRunner.packageDirectory.appending(path: "Sources/Mate3/Generated")
    let files = TypedNames(try Registry.embedded()).files
    let committed = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
    #expect(Set(committed) == Set(files.keys))
    for (name, text) in files {
      #expect(try String(contentsOf: folder.appending(path: name), encoding: .utf8) == text, "\(name) is stale")
    }
  }

  /// Kinds of fields and the Swift types that they get, by the columns of the map.
  @Test(arguments: [
    (["type": "uint16", "units": "V", "scale_factor": "scale"], "Field<Double>"),
    (["type": "uint16"], "Field<Int>"),
    (["type": "uint16", "enumeration": "mode"], "Field<Enumerated.Mode>"),
    (["type": "uint16", "flags": "errors"], "Field<Flags.Errors>"),
    (["type": "string", "size": "4"], "Field<String>"),
    (["type": "ipv4", "size": "2"], "Field<String>"),
  ])
  func givesEachKindItsType(cells: [String: String], type: String) throws {
    let field = SmallRegistry.field(cells.merging(["name": "todays_value"]) { $1 })
    let text = TypedNames(try Registry(files: SmallRegistry.files([field]))).files["ChargerFields.swift"] ?? ""
    #expect(text.contains("public static var todaysValue: \(type) {"))
  }

  /// Passwords have no name that could be read.
  @Test func leavesSecretsOut() throws {
    let field = SmallRegistry.field(["type": "string", "size": "4", "private": "secret"])
    let text = TypedNames(try Registry(files: SmallRegistry.files([field]))).files["ChargerFields.swift"] ?? ""
    #expect(text.contains("var port") && !text.contains("var value"))
  }

  @Test func saysUnitRangeCommandAndSource() throws {
    let field = SmallRegistry.field([
      "name": "absorb", "type": "uint16", "units": "V", "access": "rw", "minimum": "10", "maximum": "60",
      "limit_source": "note table 6", "command": "setpoint", "description": "Voltage to absorb at.",
      "source": "note table 6 row 9",
    ])
    let text = TypedNames(try Registry(files: SmallRegistry.files([field]))).files["ChargerFields.swift"] ?? ""
    #expect(
      text.contains(
        "/// Voltage to absorb at. In V, 10 to 60. Command: setpoint. Source: note table 6 row 9.\n"
          + "  public static var absorb: Field<Int>"))
  }

  /// What only explains the map is no value that a program looks for.
  @Test func leavesIDsLengthsAndScaleFactorsOut() throws {
    for text in TypedNames(try Registry.embedded()).files.values {
      #expect(!text.contains(" did: Field<") && !text.contains(" length: Field<") && !text.contains("Sf: Field<"))
    }
  }
}
