import Foundation
import Registry
import TestSupport
import Testing

@testable import RegistryPipeline

@Suite struct PublicNameTests {
  @Test(arguments: [
    (64111, "CC_Batt_Voltage", "battery_voltage"), (64117, "GS_Single_Output_kW", "output_kw"),
    (64116, "GSconfig_AUX_Control", "aux_control"), (64111, "CC_Todays_kWH", "todays_kwh"),
    (64112, "CCconfig_Absorb_Volts", "absorb_volts"), (64110, "OutBack_TCP/IP_Address", "tcpip_address"),
    (101, "I_AC_CurrentA", "ac_current_a"), (103, "I_AC_VoltageAB", "ac_voltage_ab"),
    (1, "C_SerialNumber", "serial_number"),
    (1, "C_SunSpec_DID", "did"), (64116, "GSconfig_ReFloat_Volts", "refloat_volts"), (64110, "Outback_Month", "month"),
    (64116, "Gsconfig_High_Battery_Cut_Out_Delay", "high_battery_cut_out_delay"), (7, "Some_Thing", "some_thing"),
  ])
  func followsTheDesign(did: Int, vendorName: String, name: String) {
    #expect(PublicName.of(vendorName, did: did) == name)
  }

  /// The rule and the map, written by hand, agree on every field.
  @Test func givesEveryNameOfTheMap() throws {
    for block in try Registry.embedded().blocks {
      for field in block.fields {
        #expect(PublicName.of(field.vendorName, did: Int(block.did)) == field.name, "\(block.name)")
      }
    }
  }
}

@Suite struct DocumentedValueTests {
  private func list(_ text: String) -> [String] { DocumentedValue.list(in: text).map { "\($0.value) \($0.label)" } }

  @Test(arguments: [
    ("0=Off, 1=On", ["0 off", "1 on"]), ("0 = Off; 1 = Search Mode", ["0 off", "1 search_mode"]),
    ("Mode: -1=None, 0=Grid (tied), 14=Last", ["-1 none", "0 grid", "14 last"]),
    ("Limit, 7=A/B ,8=C D,9=E", ["7 a_b", "8 c_d", "9 e"]), ("GEN_STOP=0, GEN_RUN= 2", ["0 gen_stop", "2 gen_run"]),
    ("24 hours 0=No, 1=24", ["0 no", "1 24"]), ("Plain text", []), ("=", []), ("a = b = c", []), ("", []),
    ("99999999999999999999=Off", []),
  ])
  func valuesInADescription(text: String, expected: [String]) {
    #expect(list(text) == expected)
  }

  @Test func bitsInADescription() {
    let bits = DocumentedValue.bits(in: "Flags: 0x0080=Too Hot, 0x0001 = Low, 0x0003=Two bits, 0xPPXX=No")
    #expect(bits.map { "\($0.value) \($0.label)" } == ["7 too_hot", "0 low"])
  }

  @Test(arguments: [
    ("Gen", "generator", true), ("AC Use", "use", true), ("Enabled", "disabled", false), ("Off", "on", false),
    ("High Voc", "high_voc", true), ("24", "every_24_hours", true), ("20", "every_24_hours", false), ("", "off", false),
    ("Grid Zero", "grid_tied", false),
  ])
  func labelsAreComparedByTheirWords(documented: String, label: String, isSame: Bool) {
    #expect(DocumentedValue(0, documented).isSaid(by: label) == isSame)
  }
}

@Suite struct ExternalToolTests {
  @Test func missingProgramIsNamedWithItsPackage() throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("a.pdf", "")
    #expect {
      try ExternalTool.pdftotext.output([], file: file, path: folder.path)
    } throws: {
      "\($0)" == "pdftotext is missing; install the package poppler-utils, as in: apt-get install poppler-utils"
    }
  }

  @Test func missingFileIsNamed() {
    #expect {
      try TableReader(pdf: "/nonexistent/note.pdf")
    } throws: {
      "\($0)" == "/nonexistent/note.pdf can't be read; give the path of a file that is there"
    }
  }

  @Test func programThatDoesNotEndIsEnded() throws {
    let folder = try TemporaryDirectory()
    try makeProgram("pdftotext", "exec sleep 600", in: folder)
    let file = try folder.write("a.pdf", "")
    let clock = ContinuousClock()
    let start = clock.now
    #expect {
      try ExternalTool.pdftotext.output([], file: file, limit: .milliseconds(100), path: folder.path)
    } throws: {
      "\($0)".hasPrefix("pdftotext did not come to an end with \(file)")
    }
    #expect(clock.now - start < .seconds(60))
  }

  @Test func programThatFailsIsReported() throws {
    let folder = try TemporaryDirectory()
    try makeProgram("unzip", "exit 9", in: folder)
    let file = try folder.write("a.xlsx", "")
    #expect {
      try ExternalTool.unzip.output([], file: file, path: folder.path)
    } throws: {
      "\($0)" == "unzip could not read \(file) and ended with status 9; is the file whole?"
    }
  }

  private func makeProgram(_ name: String, _ script: String, in folder: TemporaryDirectory) throws {
    let path = try folder.write(name, "#!/bin/sh\n\(script)\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }
}

@Suite struct ListingTests {
  @Test func tableIsAsWideAsItsCellsWithoutEmptyColumns() {
    let text = RegistryListing.table(["a", "empty", "long"], [["1", "", "x"], ["22", "", "°C and more"]])
    #expect(text == "a   long\n1   x\n22  °C and more\n")
  }

  @Test func fieldsShowWhatAnEditorLooksFor() throws {
    let block = try #require(try Registry.embedded().block(named: "system_control"))
    let lines = RegistryListing.fields(block).split(separator: "\n")
    #expect(lines.count == 2 + block.fields.count)
    #expect(lines[0] == "64120 system_control")
    let control = try #require(lines.first { $0.contains("bulk_charge_enable_disable") })
    #expect(
      control.split(separator: " ").prefix(6) == [
        "6", "bulk_charge_enable_disable", "uint16", "w", "bulk_charge_control", "setpoint*",
      ])
  }

  @Test func everyBlockHasItsLine() throws {
    let registry = try Registry.embedded()
    #expect(RegistryListing.blocks(registry).split(separator: "\n").count == 1 + registry.blocks.count)
  }
}
