/// What the owner asks for, as it goes over the wire, and what it means by the documents.
struct OracleCommand: CustomStringConvertible {
  /// Whom a command is for: the gateway itself, all devices, or the device at a port.
  enum Target: Hashable {
    case gateway, system
    case port(Int)
  }

  /// A register that can be commanded: its place in the block by the application note, from 1.
  struct Field: Hashable {
    let device: String
    let name: String
    let offset: Int
    var count = 1
    /// Offset of the scale factor, nil for a bare number.
    var scale: Int?
    var labels: [String: UInt16] = [:]
    /// What makes the system safer.
    var release: String?
    var isSetpoint = false
    var isReadable = true

    func isRelease(_ words: [UInt16]) -> Bool { release.flatMap { labels[$0] }.map { words == [$0] } ?? false }
  }

  let target: Target
  let field: Field
  let port: Int
  let text: String
  var id: String?
  var forSeconds: Double?
  var then: String?
  var isDryRun = false
  /// By the wall clock.
  var expiresAt: Double?
  var number = 0
  /// The command of several settings that this is one of.
  var several: Several?

  struct Several {
    let number: Int
    let topic: String
    /// Whether all of them make the system safer: among others one that does is held back with them.
    let isRelease: Bool
    /// Whether one of them can't be written at all.
    let isImpossible: Bool
  }

  var description: String {
    let extras = [
      id.map { "id \($0)" }, forSeconds.map { "for \($0) s" }, then.map { "then \($0)" }, isDryRun ? "dry" : nil,
      expiresAt.map { "until \($0)" },
    ].compactMap(\.self).joined(separator: ", ")
    return "[\(field.device)/\(port)/\(field.name) \(text)\(extras.isEmpty ? "" : ", " + extras)]"
  }
  var isRelease: Bool { field.release == text }
  /// Whether it must get through whatever stands in the way.
  var mustGetThrough: Bool { isRelease && several?.isRelease ?? true }
  var topic: String { several?.topic ?? "mate3/\(field.device)/\(port)/\(field.name)/set" }

  private static let aux = ["off": UInt16(0), "auto": 1, "on": 2]
  static let chargerFields = [
    Field(device: "charge_controller_configuration", name: "aux_control", offset: 34, labels: aux, release: "off"),
    Field(
      device: "charge_controller_configuration", name: "absorb_volts", offset: 11, scale: 4, isSetpoint: true),
  ]
  static let inverterFields = [
    Field(device: "radian_inverter_configuration", name: "aux_control", offset: 41, labels: aux, release: "off"),
    Field(device: "radian_inverter_configuration", name: "absorb_volts", offset: 11, scale: 4, isSetpoint: true),
  ]
  /// What goes into a command of several beside them.
  static let chargerFloat = Field(
    device: "charge_controller_configuration", name: "float_volts", offset: 15, scale: 4, isSetpoint: true)
  static let inverterFloat = Field(
    device: "radian_inverter_configuration", name: "float_volts", offset: 13, scale: 4, isSetpoint: true)
  static let gatewayFields = [
    Field(device: "gateway", name: "grid_use_interval_1_weekday_start_hour", offset: 338, isSetpoint: true),
    Field(device: "gateway", name: "grid_use_interval_1_weekday_start_minute", offset: 339, isSetpoint: true),
    Field(device: "gateway", name: "grid_use_interval_1_weekday_start_time", offset: 338, count: 2, isSetpoint: true),
  ]
  static let systemFields = [
    Field(
      device: "system_control", name: "set_ags_op_mode", offset: 21, labels: ["off": 0, "on": 1, "auto": 2],
      release: "off"),
    Field(
      device: "system_control", name: "inverter_ac_drop_use", offset: 7, labels: ["use": 1, "drop": 2], release: "drop",
      isReadable: false),
  ]

  /// The words that a text means with a scale factor, nil when it means none.
  static func words(_ text: String, _ field: Field, scale: UInt16?) -> [UInt16]? {
    if let word = field.labels[text] { return [word] }
    if field.count == 2 {
      let parts = text.split(separator: ":").compactMap { UInt16($0) }
      return parts.count == 2 ? parts : nil
    }
    guard field.scale != nil else { return UInt16(text).map { [$0] } }
    // All texts here have one decimal.
    guard let scale, let tenths = Int(text.filter { $0 != "." }) else { return nil }
    switch Int16(bitPattern: scale) {
    case -1: return [UInt16(tenths)]
    case -2: return [UInt16(tenths * 10)]
    case 0: return tenths % 10 == 0 ? [UInt16(tenths / 10)] : nil
    default: return nil
    }
  }
}
