/// The documented ranges of the thirty settings that owners change most, as the cited pages print them, on six systems:
/// a VFX3524M at 24 V (FX mobile manual table 23 page 54, steps FX export manual page 29), a VFXR3648A at 48 V (FXR A
/// manual table 23 pages 72 to 73), a GS8048A at 48 V (programs A and B), and an FM60, FM80 and FM100 at 48 V (program
/// A, narrowed by the FXR A manual). What has no source is closed, what the block does not have is a dash.
package enum DocumentedSettings {
  package struct Row: Sendable, CustomStringConvertible {
    package let field: String
    package let cells: [String]

    fileprivate init(_ field: String, _ cells: String...) {
      self.field = field
      self.cells = cells
    }

    package var description: String { field }
  }

  package static let systems: [(block: String, model: String, volts: Int64)] = [
    ("fx_inverter_configuration", "VFX3524M", 24), ("radian_inverter_configuration", "VFXR3648A", 48),
    ("radian_inverter_configuration", "GS8048A", 48), ("charge_controller_configuration", "FM60-150VDC", 48),
    ("charge_controller_configuration", "FM80-150VDC", 48), ("charge_controller_configuration", "FM100-300VDC", 48),
  ]

  package static let rows: [Row] = [
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
}
