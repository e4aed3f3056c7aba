extension DerivedField {
  /// Every value that a system can have, in the order of the documents. Which of them a system has, its devices say.
  package static let all: [DerivedField] = battery + solar + house + grid + generator

  /// The battery monitor measures at the battery; without one, what flows is taken from the devices around it.
  private static let batteryPower: [Recipe] = [
    monitor("net_kw"),
    Recipe(
      extent: .all, needs: [.inverters], lacks: [.batteryMonitor],
      terms: [Term(block: "charge_controller", field: "watts")] + inverters("charge_kw")
        + inverters("output_kw", .minus) + inverters("sell_kw", .mustBeZero)),
  ]

  private static let battery: [DerivedField] = [
    DerivedField(
      "battery_power", "Battery power", .power,
      formula: "FLEXnet DC: `net_kw`. Without one: all charge controllers' `watts`, plus all inverters' `charge_kw`, "
        + "less their `output_kw`; losses in the inverters are then left out, and there is no value while they sell. "
        + "Positive charges the battery",
      batteryPower),
    DerivedField(
      "battery_direction", "Battery direction", .choice, options: ["charging", "discharging", "idle"],
      formula: "sign of `battery_power`: `charging`, `discharging`, or `idle` at zero", batteryPower),
    DerivedField(
      "state_of_charge", "State of charge", .percentage, formula: "FLEXnet DC: `state_of_charge`",
      [monitor("state_of_charge")]),
    DerivedField(
      "battery_voltage", "Battery voltage", .voltage, decimals: 1,
      formula: "FLEXnet DC: `battery_voltage`; without one that of the inverter, else charge controller, at the lowest "
        + "hub port",
      [
        monitor("battery_voltage"),
        Recipe(
          extent: .first, needs: [.inverters], lacks: [.batteryMonitor], terms: inverters("battery_voltage")),
        Recipe(
          extent: .first, needs: [.chargeControllers], lacks: [.batteryMonitor, .inverters],
          terms: [Term(block: "charge_controller", field: "battery_voltage")]),
      ]),
    DerivedField(
      "battery_current", "Battery current", .current, decimals: 1,
      formula: "FLEXnet DC: `battery_current`. Positive charges the battery", [monitor("battery_current")]),
    DerivedField(
      "battery_charge_energy_today", "Battery energy in today", .energy, decimals: 2,
      formula: "FLEXnet DC: `todays_net_input_kwh`", [monitor("todays_net_input_kwh")]),
    DerivedField(
      "battery_discharge_energy_today", "Battery energy out today", .energy, decimals: 2,
      formula: "FLEXnet DC: `todays_net_output_kwh`", [monitor("todays_net_output_kwh")]),
  ]

  private static let solar: [DerivedField] = [
    DerivedField(
      "solar_power", "Solar power", .power, formula: "sum of the charge controllers' `watts`",
      [controllers("watts")]),
    DerivedField(
      "solar_energy_today", "Solar energy today", .energy, decimals: 1,
      formula: "sum of the charge controllers' `todays_kwh`", [controllers("todays_kwh")]),
  ]

  private static let house: [DerivedField] = [
    DerivedField(
      "load_power", "Load power", .power, formula: "sum of the inverters' `load_kw`", [sum(inverters("load_kw"))]),
    DerivedField(
      "inverter_power", "Inverter power", .power,
      formula: "sum of the inverters' `output_kw`: what they make from the battery", [sum(inverters("output_kw"))]),
    DerivedField(
      "inverter_energy_today", "Inverter energy today", .energy, decimals: 1,
      formula: "sum of the inverters' `output_kwh`, or `l1_output_kwh` and `l2_output_kwh`",
      [
        sum([
          Term(block: "fx_inverter", field: "output_kwh"), Term(block: singlePhase, field: "output_kwh"),
          Term(block: splitPhase, field: "l1_output_kwh"), Term(block: splitPhase, field: "l2_output_kwh"),
        ])
      ]),
    DerivedField(
      "inverter_charge_power", "Charger power", .power,
      formula: "sum of the inverters' `charge_kw`: what their chargers draw", [sum(inverters("charge_kw"))]),
    DerivedField(
      "inverter_charge_energy_today", "Charger energy today", .energy, decimals: 1,
      formula: "sum of the inverters' `charger_kwh`", [sum(inverters("charger_kwh"))]),
  ]

  private static let grid: [DerivedField] = [
    DerivedField(
      "grid_import_power", "Grid import power", .power,
      formula: "sum of the inverters' `buy_kw`, of Radian inverters and FXR those whose `ac_input_selection` is `grid`",
      [sum([Term(block: "fx_inverter", field: "buy_kw")] + radians("buy_kw", whileInput: 0))]),
    DerivedField(
      "grid_import_energy_today", "Grid import today", .energy, decimals: 1,
      formula: "sum of `buy_kwh` (FX), `ac1_buy_kwh`, or `ac1_l1_buy_kwh` and `ac1_l2_buy_kwh`",
      [
        sum([
          Term(block: "fx_inverter", field: "buy_kwh"), Term(block: singlePhase, field: "ac1_buy_kwh"),
          Term(block: splitPhase, field: "ac1_l1_buy_kwh"), Term(block: splitPhase, field: "ac1_l2_buy_kwh"),
        ])
      ]),
    DerivedField(
      "grid_export_power", "Grid export power", .power, formula: "sum of the inverters' `sell_kw`",
      [sum(inverters("sell_kw"))]),
    DerivedField(
      "grid_export_energy_today", "Grid export today", .energy, decimals: 1,
      formula: "sum of `sell_kwh` (FX), or of every `ac1_…sell_kwh` and `ac2_…sell_kwh`",
      [
        sum([
          Term(block: "fx_inverter", field: "sell_kwh"), Term(block: singlePhase, field: "ac1_sell_kwh"),
          Term(block: singlePhase, field: "ac2_sell_kwh"), Term(block: splitPhase, field: "ac1_l1_sell_kwh"),
          Term(block: splitPhase, field: "ac1_l2_sell_kwh"), Term(block: splitPhase, field: "ac2_l1_sell_kwh"),
          Term(block: splitPhase, field: "ac2_l2_sell_kwh"),
        ])
      ]),
  ]

  /// FX inverters have one AC input and do not tell what is connected to it, so there is no term for them.
  private static let generator: [DerivedField] = [
    DerivedField(
      "generator_power", "Generator power", .power,
      formula: "sum of `buy_kw` of the Radian inverters and FXR whose `ac_input_selection` is `generator`",
      [sum(radians("buy_kw", whileInput: 1))]),
    DerivedField(
      "generator_energy_today", "Generator energy today", .energy, decimals: 1,
      formula: "sum of `ac2_buy_kwh`, or `ac2_l1_buy_kwh` and `ac2_l2_buy_kwh`",
      [
        sum([
          Term(block: singlePhase, field: "ac2_buy_kwh"), Term(block: splitPhase, field: "ac2_l1_buy_kwh"),
          Term(block: splitPhase, field: "ac2_l2_buy_kwh"),
        ])
      ]),
  ]
}
