import Foundation
import Registry
import TestSupport
import Testing

/// The `registry` verbs of the program.
@Suite struct RegistryCommandTests {
  private func run(_ arguments: String...) async throws -> (status: Int32, output: [String], errors: [String]) {
    let program = try ProcessRunner(ProcessRunner.product("mate3"), ["registry"] + arguments)
    let status = try await program.exitStatus(within: .seconds(60))
    try await eventually(within: .seconds(10), "the output") { program.isSilent }
    return (status, program.outputLines, program.errorLines)
  }

  private func path(_ name: String) throws -> String {
    try SharedData.url("data/\(name)").path(percentEncoded: false)
  }

  /// By a label, by a name in Home Assistant, by a meaning, by words in any order; and the house.
  @Test(arguments: [
    ("generator", "gateway.ags_mode"), ("Charger", "radian_inverter_configuration.charger_operating_mode"),
    ("LIFETIME ENERGY", "charge_controller.lifetime_kwh_hours"),
    ("ac1 buy", "single_phase_radian_inverter.ac1_buy_kwh"),
    ("voltage battery", "flexnet_dc.battery_voltage"), ("solar", "house.solar_power"),
    ("quiet weekday start", "gateway.ags_quiet_time_weekday_start_time"),
    ("mate3/house/0/battery_power", "house.battery_power"),
    ("charge_controller/3/battery_voltage", "charge_controller.battery_voltage"),
    ("radian_inverter_configuration/1.aux_control", "radian_inverter_configuration.aux_control"),
    ("east_roof/3/todays_kwh", "charge_controller.todays_kwh"),
    ("Inverter 1 AUX control", "radian_inverter_configuration.aux_control"),
    ("sensor.inverter_1_load_power", "single_phase_radian_inverter.load_kw"),
    ("sensor.inverter_1_load", "single_phase_radian_inverter.load_kw"),
    ("sensor.house_solar_power", "house.solar_power"), ("grid_use_schedule", "gateway.grid_use_schedule"),
    ("generator must run", "gateway.ags_must_run_schedule"), ("input mode schedule", "gateway.ac_mode_schedule"),
  ])
  func findLooksEverywhere(words: String, field: String) async throws {
    let result = try await run("find", words)
    #expect(result.status == 0 && result.output.contains(field), "\(result.output)")
    #expect(!result.output.contains { $0.hasSuffix("_sf") || $0.hasSuffix(".did") })
  }

  @Test func whatIsNotFoundIsSaid() async throws {
    let result = try await run("find", "generator", "xyzzy")
    #expect(result.status == 6 && result.output.isEmpty)
    #expect(result.errors.first?.contains("no field has ‘generator xyzzy’") == true, "\(result.errors)")
    let near = try await run("find", "genrator")
    #expect(near.status == 6 && near.errors.first?.contains("did you mean generator?") == true, "\(near.errors)")
    #expect(try await run("find").status == 64)
  }

  @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
  func extractWritesAFileATable() async throws {
    let folder = try TemporaryDirectory()
    let result = try await run("extract", "--pdf", try path("axs-app-note.pdf"), "-o", folder.path + "new/tables")
    #expect(result.status == 0)
    #expect(result.errors == ["26 tables, 908 rows"])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "new/tables")
    #expect(names.count == 26)
    let text = try String(
      contentsOfFile: folder.path + "new/tables/table_05_charge_controller_block.csv", encoding: .utf8)
    #expect(
      text.hasPrefix(
        "DID,Start,End,Size,R/W,Field Name,Type,Units,Scale Factor,Contents,Description\n64111,1,1,1,R,CC_DID,"))
    #expect(text.split(separator: "\n").count == 29)
  }

  @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
  func extractPrintsEveryTableBelowItsTitle() async throws {
    let result = try await run("extract", "--pdf", try path("axs-app-note.pdf"))
    #expect(result.status == 0)
    #expect(result.output.count { $0.hasPrefix("Table ") } == 26)
    #expect(
      result.output.prefix(2) == [
        "Table 1 OutBack Block", "DID,Start,End,Size,R/W,Field Name,Type,Units,Scale Factor,Contents,Description",
      ])
  }

  @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
  func checkFindsNothingThatIsNotListed() async throws {
    let result = try await run("check", "--pdf", try path("axs-app-note.pdf"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.count == 1)
    #expect(result.output.first?.hasPrefix("830 fields compared in ") == true)
    #expect(result.output.first?.hasSuffix(" differences listed, 0 not listed") == true)
  }

  @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
  func checkFailsForAMapThatDiffers() async throws {
    let folder = try TemporaryDirectory()
    for (name, text) in Registry.embeddedFiles() {
      try folder.write(
        name,
        text.replacing("CC_Watts,uint16,,W", with: "CC_Watts,uint16,,kW").replacing(
          ",290,value 4,", with: ",290,value 5,"))
    }
    let arguments = ["check", "--pdf", try path("axs-app-note.pdf"), "--registry", folder.path]
    let result = try await run(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4])
    #expect(result.status == 1)
    #expect(result.errors.contains("charge_controller offset 14, units: the note has ‘Watts’, the register map ‘kW’"))
    #expect(result.errors.contains("gateway offset 290, value 4: the note has ‘thr’, the register map ‘thursday’"))
    #expect(result.errors.contains { $0.hasSuffix(": is no difference any more; take the row out") })
    let rows = try await run(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], "--csv")
    #expect(rows.output.contains("note,charge_controller,14,units,Watts,kW,"))
  }

  @Test func whatCannotBeReadIsSaidInASentence() async throws {
    let missing = try await run("extract", "--pdf", "/nonexistent/note.pdf")
    #expect(missing.status == 66)
    #expect(missing.errors == ["mate3: /nonexistent/note.pdf can't be read; give the path of a file that is there"])
    let folder = try TemporaryDirectory()
    let file = try folder.write("note.pdf", "not a PDF")
    let broken = try await run("check", "--pdf", file)
    #expect(broken.status == 66)
    #expect(broken.errors.count == 1)
    #expect(broken.errors.first?.hasPrefix("mate3: pdftotext could not read \(file)") == true)
    #expect(try await run("check").status == 64)
  }

  @Test func listShowsOneBlockOrAll() async throws {
    let one = try await run("list", "--block", "64111")
    #expect(one.status == 0)
    #expect(one.output.first == "64111 charge_controller")
    #expect(one.output.contains { $0.hasPrefix("9       battery_voltage ") })
    let all = try await run("list")
    #expect(all.output.count { $0.hasPrefix("offset ") } == 16)
    let none = try await run("list", "--block", "charger")
    #expect(none.status == 6)
    #expect(
      none.errors.first?.hasPrefix("mate3: the register map has no block charger; the blocks are common, ") == true)
  }

  @Test func wideningMapIsRefusedByEveryVerbThatCouldWrite() async throws {
    let folder = try TemporaryDirectory()
    for (name, text) in Registry.embeddedFiles() {
      try folder.write(name, text.replacing(",,never,", with: ",,setpoint,"))
    }
    let lint = try await run("lint", "--registry", folder.path)
    #expect(lint.status == 1)
    let refusal =
      "‘write_password’ is ‘setpoint’ and ‘never’ in the built-in map; an override may only move towards ‘never’"
    #expect(lint.errors.contains { $0.hasPrefix("gateway.csv:") && $0.hasSuffix("error: \(refusal)") })
    for verb in [["read"], ["write", "--set", "gateway.year=2030"]] {
      let program = try ProcessRunner(
        ProcessRunner.product("mate3"), verb + ["--host", "192.0.2.7", "--registry", folder.path])
      #expect(try await program.exitStatus() != 0)
      try await eventually(within: .seconds(10), "the sentence") {
        program.errorLines.contains { $0.hasSuffix(refusal) }
      }
    }
    let bridge = try ProcessRunner(
      ProcessRunner.product("mate3"),
      ["bridge", "--host", "192.0.2.7", "--broker", "mqtt://192.0.2.8", "--registry", folder.path])
    #expect(try await bridge.exitStatus() == 78)
    try await eventually(within: .seconds(10), "the sentence") {
      bridge.errorLines.contains { $0.contains("‘write_password’ is ‘setpoint’ and ‘never’ in the built-in map") }
    }
  }
}
