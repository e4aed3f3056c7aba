/// Short forms for the table of derived values.
extension DerivedField {
  static let singlePhase = "single_phase_radian_inverter"
  static let splitPhase = "split_phase_radian_inverter"

  static func monitor(_ field: String) -> Recipe {
    Recipe(extent: .only, needs: [.batteryMonitor], terms: [Term(block: "flexnet_dc", field: field)])
  }

  static func controllers(_ field: String) -> Recipe {
    Recipe(
      extent: .all, needs: [.chargeControllers], terms: [Term(block: "charge_controller", field: field)])
  }

  /// A sum over all inverters. A kind of inverter without a term makes it incomplete, so there is none.
  static func sum(_ terms: [Term]) -> Recipe { Recipe(extent: .all, needs: [.inverters], terms: terms) }

  /// A field that every kind of inverter has.
  static func inverters(_ field: String, _ role: Term.Role = .plus) -> [Term] {
    DeviceRole.inverters.blocks.map { Term(block: $0, field: field, role: role) }
  }

  /// A field of both kinds of Radian inverter, of those that look at one of their AC inputs: 0 grid, 1 generator
  /// (application note, table 7 row 36).
  static func radians(_ field: String, whileInput number: Int) -> [Term] {
    [singlePhase, splitPhase].map {
      Term(block: $0, field: field, condition: Term.Condition(field: "ac_input_selection", number: number))
    }
  }
}
