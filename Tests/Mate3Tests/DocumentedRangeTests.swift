import Registry
import TestSupport
import Testing

@testable import Mate3

/// What documents print of the settings that owners change most, see ``DocumentedSettings``.
@Suite struct DocumentedRangeTests {
  @Test(arguments: DocumentedSettings.rows) func aSettingHasTheRangeThatIsPrinted(_ row: DocumentedSettings.Row) throws
  {
    #expect(DocumentedSettings.rows.count == 30)
    for (system, cell) in zip(DocumentedSettings.systems, row.cells) {
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

  /// FX and FLEXmax run at 36 V; of the first alone there is a table, without the steps.
  @Test func anFXOf36VHasItsTable() throws {
    for (field, range) in [
      ("absorb_volts", "39…48"), ("float_volts", "36…45"), ("low_battery_cut_out_voltage", "27…36"),
      ("charger_ac_input_current_limit", "0…14"), ("sell_volts", "closed"),
    ] {
      #expect(try shown(field, "fx_inverter_configuration", ["FX2536MT"], 36) == range, "\(field)")
    }
    #expect(try shown("set_absorb_voltage", "system_control", ["FX2536MT"], 36) == "39…48")
    #expect(try shown("absorb_volts", "charge_controller_configuration", ["FM80-150VDC"], 36) == "closed")
    #expect(try shown("absorb_volts", "radian_inverter_configuration", ["VFXR3648A"], 36) == "closed")
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
        let sites = DocumentedSettings.systems.map(\.model) + ["FLEXnet DC", "GVFX3648", "VFX3024E"]
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
    ("VFX3524M", 24, "fx_inverter_configuration", 31), ("VFX3236M", 36, "fx_inverter_configuration", 31),
    ("FM60-150VDC", 48, "charge_controller_configuration", 11),
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
