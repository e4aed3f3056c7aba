import Foundation
import Registry
import TestSupport
import Testing

@testable import RegistryPipeline

/// The vendor's own documents, which are no part of the project.
@Suite(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
struct VendorDocumentTests {
  private static let note = Result { try TableReader(pdf: path("axs-app-note.pdf")) }
  private static let spreadsheet = Result { try Document(xlsx: path("outback-sunspec-map.xlsx")) }

  private static func path(_ name: String) throws -> String {
    try SharedData.url("data/\(name)").path(percentEncoded: false)
  }

  /// Counted with `pdftotext -layout` and `grep`, by the first number of a line.
  private static let rows = [
    1: 166, 2: 15, 3: 1, 4: 2, 5: 28, 6: 74, 7: 60, 8: 8, 9: 8, 10: 7, 11: 74, 12: 48, 13: 38, 14: 8, 15: 8, 16: 8,
    17: 58,
    18: 38, 19: 76, 20: 2, 21: 27, 22: 11, 23: 8, 24: 45, 25: 45, 26: 45,
  ]

  @Test func allTablesAreThereWithAllRows() throws {
    let reader = try Self.note.get()
    #expect(reader.problems == [])
    #expect(reader.tables.map(\.number) == Array(1...26))
    for table in reader.tables { #expect(table.rows.count == Self.rows[table.number], "table \(table.number)") }
    #expect(reader.tables.flatMap(\.rows).count { Int($0[.did]) != nil } == 830)
  }

  /// Each of another kind of wrapping, read off the page by eye.
  @Test(arguments: [
    (1, "3", "OutBack_Major_Firmware_Number", "N/A"),
    (1, "361", "OutBack_Load_Grid_Transfer_Re_Connect_Battery_Voltage", "OutBack_Voltage_SF"),
    (11, "36", "GSconfig_Gen_Connect_Delay", "GSconfig_Time_SF"),
    (13, "22", "FX_AC_Input_Frequency", "FX_AC_Frequency_SF"),
    (7, "37", "GS_Split_AC_Input_Frequency", "GS_Split_AC_Frequency_SF"), (25, "21", "I_AC_VAR", "I_AC_VAR_SF"),
    (1, "54", "OutBack_SMTP_Account_Name", "N/A"),
  ])
  func wrappedNamesAreWhole(table: Int, offset: String, name: String, scale: String) throws {
    let rows = try Self.note.get().tables[table - 1].rows
    let row = try #require(rows.first { $0[.start] == offset })
    #expect(row[.name] == name)
    #expect(row[.scaleFactor] == scale)
  }

  @Test func everyDifferenceIsListed() throws {
    var check = RegistryCheck(registry: try Registry.embedded(), exceptions: try Exceptions.load(directory: nil))
    check.compare(Document(note: try Self.note.get().tables))
    #expect(check.fields == 830)
    check.compare(try Self.spreadsheet.get())
    #expect(check.fields == 830 + 889)
    #expect(check.unlisted.map(\.description) == [])
    #expect(check.stale.map(\.line) == [])
    let readme = try String(
      contentsOf: ProcessRunner.packageDirectory.appending(path: "registry_data/README.md"), encoding: .utf8)
    #expect(
      readme.contains("\(check.fields) documented fields in \(check.facts) facts, \(check.listed.count) differences"))
  }

  /// One value of the map broken at a time, of each kind that is compared.
  @Test(arguments: [
    ("charger_state", "enumerations.csv", "charger_state,2,bulk", "charger_state,2,boost", "value 2"),
    ("error", "flags.csv", "gateway_error,3,", "gateway_error,30,", "bit 3"),
    ("offset", "system_control.csv", "\n28,1,", "\n30,1,", "field"),
    (
      "size", "common.csv", "\n67,1,device_address,C_DeviceAddress,uint16",
      "\n67,2,device_address,C_DeviceAddress,string", "size"
    ),
    ("name", "charge_controller.csv", ",battery_voltage,", ",batt_voltage,", "name"),
    ("type", "flexnet_dc.csv", "FN_Shunt_A_Current,int16", "FN_Shunt_A_Current,uint16", "type"),
    ("units", "flexnet_dc.csv", "FN_Battery_Voltage,uint16,,V", "FN_Battery_Voltage,uint16,,A", "units"),
    (
      "scale", "flexnet_dc.csv", "FN_Battery_Voltage,uint16,,V,dc_voltage_sf",
      "FN_Battery_Voltage,uint16,,V,dc_current_sf", "scale_factor"
    ),
    ("access", "gateway.csv", "OutBack_Year,uint16,,,,rw", "OutBack_Year,uint16,,,,w", "access"),
    ("length", "blocks.csv", "flexnet_dc,status,flexnet_dc,live,76", "flexnet_dc,status,flexnet_dc,live,77", "length"),
  ])
  func brokenMapFails(name: String, file: String, old: String, new: String, what: String) throws {
    var files = Registry.embeddedFiles()
    let text = try #require(files[file])
    files[file] = text.replacing(old, with: new)
    #expect(files[file] != text, "\(name)")
    var check = RegistryCheck(registry: try Registry(files: files), exceptions: try Exceptions.load(directory: nil))
    check.compare(Document(note: try Self.note.get().tables))
    #expect(!check.passes)
    #expect(check.unlisted.contains { $0.what == what }, "\(check.unlisted)")
  }
}
