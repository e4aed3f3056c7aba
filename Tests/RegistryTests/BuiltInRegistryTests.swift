import CRegistryData
import Foundation
import TestSupport
import Testing

@testable import Registry

/// The register map that the project ships.
@Suite struct BuiltInRegistryTests {
  private static let registry = Result { try Registry.embedded() }

  private var directory: URL { ProcessRunner.packageDirectory.appending(path: "registry_data") }

  private func field(_ name: String) throws -> FieldDefinition {
    let parts = name.split(separator: ".")
    let block = try Self.registry.get().block(named: String(parts[0]))
    return try #require(block?.field(String(parts[1])), "\(name)")
  }

  @Test func whatIsEmbeddedIsWhatStandsInTheFolder() throws {
    var embedded: [String: Data] = [:]
    for index in 0..<mate3_registry_file_count() {
      let file = mate3_registry_file_at(index)
      embedded[String(cString: file.name)] = Data(bytes: file.bytes, count: file.length)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path(percentEncoded: false))
      .filter { $0.hasSuffix(".csv") }
    #expect(Set(embedded.keys) == Set(names))
    for name in names {
      let data = try Data(contentsOf: directory.appending(path: name))
      #expect(embedded[name] == data, "\(name): build again")
    }
  }

  @Test func hasNothingToComplainAbout() throws {
    #expect(try Self.registry.get().warnings.isEmpty)
    #expect(try Registry.load(directory: directory.path(percentEncoded: false)).warnings.isEmpty)
  }

  @Test func missingFolderIsAnError() {
    #expect {
      try Registry.load(directory: "/nonexistent/map")
    } throws: {
      "\($0)".hasPrefix("/nonexistent/map: error: the folder can't be read")
    }
  }

  @Test func publicNamesAreThoseOfTheDesign() throws {
    let names = try Self.registry.get().blocks.map { "\($0.did) \($0.name)" }
    #expect(
      names == [
        "1 common", "101 sunspec_single_phase_inverter", "102 sunspec_split_phase_inverter",
        "103 sunspec_three_phase_inverter", "64110 gateway", "64111 charge_controller",
        "64112 charge_controller_configuration", "64113 fx_inverter", "64114 fx_inverter_configuration",
        "64115 split_phase_radian_inverter", "64116 radian_inverter_configuration",
        "64117 single_phase_radian_inverter", "64118 flexnet_dc", "64119 flexnet_dc_configuration",
        "64120 system_control", "64255 optics_statistics",
      ])
  }

  @Test(arguments: [
    ("charge_controller.battery_voltage", "CC_Batt_Voltage"),
    ("single_phase_radian_inverter.output_kw", "GS_Single_Output_kW"),
    ("radian_inverter_configuration.aux_control", "GSconfig_AUX_Control"),
    ("charge_controller.todays_kwh", "CC_Todays_kWH"), ("gateway.tcpip_address", "OutBack_TCP/IP_Address"),
    ("charge_controller_configuration.absorb_volts", "CCconfig_Absorb_Volts"),
    ("sunspec_single_phase_inverter.ac_current_a", "I_AC_CurrentA"),
  ])
  func fieldsAreNamedAfterTheNote(name: String, vendorName: String) throws {
    #expect(try field(name).vendorName == vendorName)
  }

  @Test func readmeCountsWhatIsThere() throws {
    let registry = try Self.registry.get()
    let readme = try String(contentsOf: directory.appending(path: "README.md"), encoding: .utf8)
    for block in registry.blocks {
      #expect(readme.contains("| \(block.did) `\(block.name)` | \(block.fields.count) |"), "\(block.name)")
    }
    let fields = registry.blocks.reduce(0) { $0 + $1.fields.count }
    #expect(readme.contains("\n\(registry.blocks.count) blocks, \(fields) fields, "))
  }

  @Test func namesAndLabelsCanStandInTopicsAndPayloads() throws {
    let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789_")
    func check(_ name: String) { #expect(!name.isEmpty && name.allSatisfy(allowed.contains), "\(name)") }
    for block in try Self.registry.get().blocks {
      check(block.name)
      #expect(!["bridge", "availability", "set"].contains(block.name))
      #expect(Set(block.fields.map(\.name)).count == block.fields.count, "\(block.name)")
      for field in block.fields {
        check(field.name)
        #expect(
          !field.label.isEmpty && !field.description.isEmpty && !field.source.isEmpty, "\(block.name).\(field.name)")
        field.enumeration?.entries.map(\.label).forEach(check)
        field.flags?.entries.map(\.label).forEach(check)
      }
    }
  }

  @Test func everyBlockBeginsWithItsHeader() throws {
    for block in try Self.registry.get().blocks {
      #expect(block.fields.prefix(2).map(\.offset) == [1, 2], "\(block.name)")
      #expect(block.fields.prefix(2).map(\.name) == ["did", "length"], "\(block.name)")
      #expect(block.fields.prefix(2).allSatisfy { $0.evidence == .fixed }, "\(block.name)")
    }
  }

  @Test func portsBelongToDevicesOnTheHub() throws {
    let without = Set(try Self.registry.get().blocks.filter { $0.portField == nil }.map(\.did))
    #expect(without == [1, 101, 102, 103, 64110, 64120, 64255])
  }

  /// See traps.md: "Dangerous to write, whatever the mark R/W says".
  @Test(arguments: [
    "gateway.update_device_firmware_port", "gateway.url_update_lock", "gateway.modbus_port", "gateway.tcpip_address",
    "gateway.tcpip_netmask_msw", "gateway.smtp_server_name", "gateway.smtp_email_password", "gateway.write_password",
    "gateway.ftp_password", "gateway.telnet_password", "common.device_address",
  ])
  func nothingOpensWhatEndangersTheGateway(name: String) throws {
    let command = try #require(try field(name).command)
    #expect(command.standard == .never)
    #expect(command.exceptions.isEmpty)
  }

  @Test(arguments: [
    "radian_inverter_configuration.model_select", "radian_inverter_configuration.grid_tie_window",
    "radian_inverter_configuration.ac_output_voltage", "fx_inverter_configuration.ac_output_voltage",
    "fx_inverter_configuration.grid_tie_window", "system_control.set_ac_output_freq_offline_mode",
    "charge_controller_configuration.battery_voltage_calibrate_offset",
    "charge_controller_configuration.stats_totals_write_complement",
    "flexnet_dc.shunt_a_reset_maximum_data_write_complement",
  ])
  func installersFieldsAreOfTheirClass(name: String) throws {
    #expect(try field(name).command?.standard == .installer)
  }

  @Test func serialsAreReadOnly() throws {
    for block in try Self.registry.get().blocks {
      for field in block.fields where field.name.contains("serial_number") {
        #expect(!field.access.isWritable, "\(block.name).\(field.name)")
      }
    }
  }

  /// One register starts and stops bulk and equalise alike; only stopping equalise is harmless.
  @Test func onlyStoppingEqualiseIsOperational() throws {
    let control = try field("system_control.bulk_charge_enable_disable")
    let command = try #require(control.command)
    let classes = try #require(control.enumeration).entries.map { "\($0.label) \(command.commandClass(of: $0.value))" }
    #expect(
      Set(classes) == [
        "start_bulk setpoint", "stop_bulk setpoint", "start_eq_charge setpoint", "stop_eq_charge operational",
      ])
  }

  @Test(arguments: [
    "gateway.encryption_key", "gateway.write_password", "gateway.smtp_email_password", "gateway.ftp_password",
    "gateway.telnet_password", "gateway.url_update_lock",
  ])
  func passwordsAndKeysAreSecret(name: String) throws {
    #expect(try field(name).privacy == .secret)
  }

  @Test(arguments: [
    "gateway.tcpip_address", "gateway.smtp_email_user_name", "gateway.system_name", "gateway.alarm_email_to_address_1",
    "gateway.status_email_to_address_2", "gateway.time_server_name", "gateway.modbus_port",
  ])
  func namesMailAndNetworkArePersonal(name: String) throws {
    #expect(try field(name).privacy == .personal)
  }

  /// See traps.md: low word first but for addresses and the SunSpec blocks.
  @Test func wordOrderIsLowButForSunSpec() throws {
    for block in try Self.registry.get().blocks {
      for field in block.fields where field.type == .uint32 || field.type == .int32 {
        let expected: WordOrder = block.kind == .sunspecInverter ? .high : .low
        #expect(field.wordOrder == expected, "\(block.name).\(field.name)")
      }
    }
    #expect(try field("gateway.tcpip_address").wordOrder == .high)
  }

  @Test(arguments: [
    ("sunspec_single_phase_inverter.ac_power", "kW"), ("sunspec_split_phase_inverter.ac_va", "kVA"),
    ("sunspec_three_phase_inverter.ac_var", "kvar"), ("gateway.ags_total_generator_run_time", "min"),
    ("gateway.set_time_zone", "h"),
  ])
  func misprintedUnitsAreMended(name: String, units: String) throws {
    #expect(try field(name).units == units)
  }

  @Test(arguments: [
    ("charge_controller.array_current", "power_sf"), ("single_phase_radian_inverter.output_kw", "kwh_sf"),
    ("gateway.set_time_zone", "time_zone_sf"),
  ])
  func oddScaleFactorsHold(name: String, scale: String) throws {
    let block = try #require(try Self.registry.get().block(named: String(name.prefix { $0 != "." })))
    #expect(block.scaleFactor(of: try field(name))?.name == scale)
  }

  /// The vendor's own tool prints these the other way round.
  @Test(arguments: [
    "gateway.ags_port_type", "gateway.ags_sell_mode", "charge_controller_configuration.aux_polarity",
    "radian_inverter_configuration.aux_relay_control", "radian_inverter_configuration.model_select",
  ])
  func doubtfulLabelsAreMarked(name: String) throws {
    #expect(try field(name).labelDoubt != nil)
  }
}

/// Times of day are pairs of an hour and a minute (note table 1 offsets 288 to 355 and 411 to 418).
struct ClockTimeTests {
  /// What is missing is answered with what might be meant.
  @Test(arguments: [
    ("absorb_volt", "; did you mean absorb_volts?"), ("watts", "; charge_controller/3 has it"),
    ("bulk_amps", "; did you mean one of absorb_end_amps, rebulk_volts, bulk_current, snooze_mode_amps?"),
    ("nonsense", ""),
  ]) func aFieldThatIsMissingIsHinted(name: String, hint: String) throws {
    let registry = try Registry.embedded()
    let block = try #require(registry.block(named: "charge_controller_configuration"))
    #expect(block.hint(missing: name, in: registry) { "\($0.name)/3" } == hint)
  }

  @Test func everyPairIsATime() throws {
    let gateway = try #require(try Registry.embedded().block(named: "gateway"))
    let names = gateway.clockTimes.map(\.field.name)
    #expect(names.count == 20)
    #expect(names.contains("grid_use_interval_1_weekday_start_time") && names.contains("sched_3_ac_mode_time"))
    let time = try #require(gateway.clockTime("ags_exercise_start_time"))
    #expect(time.field.offset == 288 && time.field.size == 2 && time.field.label == "Generator exercise start")
    // No field has the name of a time.
    for name in names { #expect(gateway.field(name) == nil) }
    #expect(gateway.target("hour")?.size == 1 && gateway.target("no_such_time") == nil)
  }
}
