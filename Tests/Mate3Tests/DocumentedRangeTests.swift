import Registry
import Testing

@testable import Mate3

/// The documented ranges of the thirty settings that owners change most, as the cited pages print them, on six systems:
/// a VFX3524M at 24 V (FX mobile manual table 23 page 54, steps FX export manual page 29), a VFXR3648A at 48 V (FXR A
/// manual table 23 pages 72 to 73), a GS8048A at 48 V (programs A and B), and an FM60, FM80 and FM100 at 48 V (program
/// A, narrowed by the FXR A manual). What has no source is closed, what the block does not have is a dash.
@Suite struct DocumentedRangeTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let field: String
    let cells: [String]

    init(_ field: String, _ cells: String...) {
      self.field = field
      self.cells = cells
    }

    var testDescription: String { field }
  }

  static let systems: [(block: String, model: String, volts: Int64)] = [
    ("fx_inverter_configuration", "VFX3524M", 24), ("radian_inverter_configuration", "VFXR3648A", 48),
    ("radian_inverter_configuration", "GS8048A", 48), ("charge_controller_configuration", "FM60-150VDC", 48),
    ("charge_controller_configuration", "FM80-150VDC", 48), ("charge_controller_configuration", "FM100-300VDC", 48),
  ]

  static let rows: [Row] = [
    Row("absorb_volts", "26…32/0.2", "44…64/0.4", "44…64/0.4", "44…64", "44…64", "44…64"),
    Row("absorb_time_hours", "0…24", "0…24", "0…24", "0…24", "0…24", "0…24"),
    Row("float_volts", "24…30/0.2", "44…64/0.4", "44…64/0.4", "44…64", "44…64", "44…64"),
    Row("float_time_hours", "0…24", "0…24", "0…24", "-", "-", "-"),
    // The FX export manual begins at 24 V.
    Row("refloat_volts", "24…26/0.2", "44…64/0.4", "44…64/0.4", "-", "-", "-"),
    Row("rebulk_volts", "-", "44…64/0.4", "closed", "44…64", "44…64", "44…64"),
    Row("eq_volts", "28…34/0.2", "44…68/0.4", "closed", "closed", "closed", "closed"),
    Row("eq_time_hours", "0…24", "0…24", "closed", "closed", "closed", "closed"),
    Row("absorb_end_amps", "-", "-", "-", "0…55", "0…55", "0…55"),
    Row("bulk_current", "-", "-", "-", "5…60", "5…80", "5…100"),
    Row("grid_ac_input_current_limit", "5…30", "5…60", "5…55", "-", "-", "-"),
    Row("gen_ac_input_current_limit", "2…30", "5…60", "5…55", "-", "-", "-"),
    Row("charger_ac_input_current_limit", "0…20", "0…20", "0…30", "-", "-", "-"),
    Row("grid_lower_input_voltage_limit", "40…115", "85…110", "closed", "-", "-", "-"),
    Row("grid_upper_input_voltage_limit", "130…150", "125…140", "closed", "-", "-", "-"),
    Row("gen_lower_input_voltage_limit", "40…115", "85…110", "closed", "-", "-", "-"),
    Row("gen_upper_input_voltage_limit", "130…150", "125…140", "closed", "-", "-", "-"),
    Row("grid_transfer_delay", "closed", "120…4000", "closed", "-", "-", "-"),
    // Cycles in table 18 page 49, seconds in table 23, which forbids less than 8.
    Row("gen_transfer_delay", "8…240", "120…4000", "closed", "-", "-", "-"),
    Row("grid_connect_delay", "-", "0.2…25", "closed", "-", "-", "-"),
    Row("gen_connect_delay", "0.2…15", "0.2…25", "closed", "-", "-", "-"),
    Row("low_battery_cut_out_voltage", "18…24/0.2", "36…54/0.4", "36…48/0.4", "-", "-", "-"),
    Row("low_battery_cut_in_voltage", "22…26/0.2", "40…56/0.4", "40…56/0.4", "-", "-", "-"),
    // An FX of the mobile series does not sell.
    Row("sell_volts", "closed", "44…64/0.4", "44…64/0.4", "-", "-", "-"),
    Row("search_sensitivity", "0…50", "0…200", "closed", "-", "-", "-"),
    Row("grid_zero_dod_volts", "-", "44…64/0.4", "closed", "-", "-", "-"),
    Row("mini_grid_lbx_volts", "-", "44…64/0.4", "closed", "-", "-", "-"),
    Row("aux_gen_alert_on_voltage", "20…28/0.2", "-", "-", "-", "-", "-"),
    Row("aux_gen_alert_off_voltage", "24…36/0.2", "-", "-", "-", "-", "-"),
    Row("aux_on_battery_voltage", "-", "40…72/0.4", "closed", "-", "-", "-"),
  ]

  @Test(arguments: rows) func aSettingHasTheRangeThatIsPrinted(_ row: Row) throws {
    #expect(Self.rows.count == 30)
    for (system, cell) in zip(Self.systems, row.cells) {
      #expect(try shown(row.field, system.block, [system.model], system.volts) == cell, "\(system.model)")
    }
  }

  @Test func whatNoDocumentCoversIsClosed() throws {
    // 230 V models: battery voltages and times are documented, AC settings are not.
    #expect(try shown("absorb_volts", "radian_inverter_configuration", ["VFXR3048E"], 48) == "44…64/0.4")
    for field in ["grid_ac_input_current_limit", "grid_lower_input_voltage_limit", "charger_ac_input_current_limit"] {
      #expect(try shown(field, "radian_inverter_configuration", ["VFXR3048E"], 48) == "closed", "\(field)")
      #expect(try shown(field, "radian_inverter_configuration", ["GS8048E"], 48) == "closed", "\(field)")
    }
    // A fixed FX of 120 V shares the battery voltages.
    #expect(try shown("float_volts", "fx_inverter_configuration", ["VFX3524"], 24) == "24…30/0.2")
    #expect(try shown("grid_ac_input_current_limit", "fx_inverter_configuration", ["VFX3524"], 24) == "closed")
    // Unknown model, unknown voltage, a voltage without a table.
    #expect(try shown("absorb_volts", "radian_inverter_configuration", [nil], 48) == "closed")
    #expect(try shown("absorb_volts", "radian_inverter_configuration", ["XYZ1"], 48) == "closed")
    #expect(try shown("absorb_volts", "radian_inverter_configuration", ["VFXR3648A"], nil) == "closed")
    #expect(try shown("absorb_volts", "charge_controller_configuration", ["FM80-150VDC"], 60) == "closed")
  }

  @Test func whatActsOnAllSuitsAll() throws {
    #expect(try shown("set_absorb_voltage", "system_control", ["VFXR3648A", "GS8048A"], 48) == "44…64/0.4")
    #expect(try shown("set_float_voltage", "system_control", ["VFX3648M", "GS8048A"], 48) == "48…60/0.4")
    #expect(try shown("set_inverter_charger_current_limit", "system_control", ["VFXR3648A", "FXR3048A"], 48) == "0…14")
    #expect(try shown("set_float_voltage", "system_control", ["VFX3648M", nil], 48) == "closed")
    #expect(try shown("set_float_voltage", "system_control", [], 48) == "closed")
  }

  /// How many of the setpoints the configuration opens with their class alone, on some documented model; each other one
  /// says why not.
  @Test func mostSetpointsNeedNothingButTheirClass() throws {
    var open = 0
    var closed: [String] = []
    for block in TestSystem.registry.blocks {
      for field in block.fields where field.access.isWritable && field.command?.standard == .setpoint {
        guard field.type.isNumeric, field.type != .ipv4, field.enumeration == nil, field.flags == nil else {
          open += 1
          continue
        }
        let sites = Self.systems.map(\.model) + ["FLEXnet DC", "GVFX3648", "VFX3024E"]
        let isOpen = sites.contains { model in
          [Int64(24), 48].contains { volts in bounds(field, [model], volts).range != nil }
        }
        if isOpen {
          open += 1
        } else {
          closed.append(field.name)
          let refusal = bounds(field, ["VFXR3648A"], 48).refusal(ScaledDecimal(1), of: field.name, units: nil)
          #expect(refusal?.code == .noLimits && refusal?.reason.contains("set both bounds") ?? false)
          #expect(field.ranges.allSatisfy { $0.doubt?.isEmpty == false && $0.basis == .none }, "\(field.name)")
          #expect(!field.ranges.isEmpty, "\(field.name)")
        }
      }
    }
    #expect(open == 220)
    #expect(closed.count == 49)
  }

  /// The numeric setpoints that are open on the recorded system: two VFXR3048E, FM60 and FM80, FLEXnet DC, at 48 V; and
  /// on one of a 24 V FX and one of a 48 V Radian.
  @Test(arguments: [
    ("VFXR3048E", 48, "radian_inverter_configuration", 26), ("GS8048A", 48, "radian_inverter_configuration", 13),
    ("VFXR3648A", 48, "radian_inverter_configuration", 34), ("VFX3524", 24, "fx_inverter_configuration", 24),
    ("VFX3524M", 24, "fx_inverter_configuration", 31), ("FM60-150VDC", 48, "charge_controller_configuration", 11),
    ("FLEXnet DC", 48, "flexnet_dc_configuration", 12), ("", 48, "gateway", 65),
    ("VFXR3048E", 48, "system_control", 5),
  ])
  func soManyNumbersAreOpen(model: String, volts: Int, block: String, count: Int) throws {
    let fields = try #require(TestSystem.registry.block(named: block)).fields.filter {
      $0.access.isWritable && $0.command?.standard == .setpoint && $0.enumeration == nil && $0.flags == nil
        && $0.type.isNumeric
    }
    let open = fields.count { bounds($0, [model], Int64(volts)).range != nil }
    #expect(open == count, "of \(fields.count)")
  }

  private func bounds(_ field: FieldDefinition, _ models: [String?], _ volts: Int64?) -> SetpointBounds {
    let targets = models.enumerated().map {
      SetpointSite.Target(device: DeviceKey(name: "device", port: $0), model: $1)
    }
    return SetpointBounds(documentedFor: field, at: SetpointSite(targets: targets, nominalVoltage: volts))
  }

  private func shown(_ field: String, _ block: String, _ models: [String?], _ volts: Int64?) throws -> String {
    guard let field = try #require(TestSystem.registry.block(named: block)).field(field) else { return "-" }
    let bounds = bounds(field, models, volts)
    guard let range = bounds.range else { return "closed" }
    return "\(range.lowerBound)…\(range.upperBound)" + (bounds.step.map { "/\($0)" } ?? "")
  }
}
