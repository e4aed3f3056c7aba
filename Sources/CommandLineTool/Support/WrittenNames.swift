import Derived
import Mate3
import Registry

/// Names as people type them that no gateway knows: the whole house, times of day, schedules, the Python program's.
extension SelectionOptions {
  /// - Parameter settings: whose devices' own names go before the Python program's.
  /// - Throws: ``Failure`` for what only a bridge has.
  func selection(_ settings: VerbSettings) throws(Failure) -> ReadSelection {
    let own = Set(settings.blocks.keys.map(\.name))
    let devices = device.map { own.contains($0) ? $0 : Assignment.deviceName($0) ?? $0 }
    try checkForms(settings.registry)
    if devices.contains(where: { $0.prefix { $0 != "/" } == HouseTotals.device.name }) { throw .house }
    let blocks = settings.registry.blocks
    var fields: [String] = []
    for name in field {
      if let time = blocks.lazy.compactMap({ $0.clockTime(name) }).first {
        fields += [time.hour.name, time.minute.name]
        continue
      }
      fields.append(name)
      guard !blocks.contains(where: { $0.field(name) != nil }) else { continue }
      if Schedule.named(name) != nil { throw .schedule(name) }
      guard DerivedField.named(name) == nil else {
        throw Failure(.unknownName, "no device has \(name): it is \(HouseTotals.device.name).\(name); \(Failure.house)")
      }
    }
    return ReadSelection(devices: devices, ports: Set(hubPort), fields: fields)
  }
}

extension SelectionOptions {
  /// - Throws: ``Failure`` for device and field in one word, and for a port that is no number.
  private func checkForms(_ registry: Registry) throws(Failure) {
    for (flag, word) in device.map({ ("--device", $0) }) + field.map({ ("--field", $0) }) {
      let parts = word.split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 2, registry.block(named: String(parts[0].prefix { $0 != "/" })) != nil else { continue }
      throw Failure(.usage, "\(flag) takes one of both: write --device \(parts[0]) --field \(parts[1])")
    }
    for word in device {
      let parts = word.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2, Int(parts[1]) == nil, !parts[1].contains(where: { "*?".contains($0) }) else { continue }
      throw Failure(
        .usage, "‘\(parts[1])’ is no hub port; write --device \(parts[0])/1, or \(parts[0]) for all of them")
    }
  }
}

extension Failure {
  static let house = Failure(
    .unknownName,
    "the house is no device of the gateway, and has nothing to write: its values are on the topics "
      + "BASE/\(HouseTotals.device)/…, mate3 watch --broker shows them, and mate3 history what they were")

  /// What becomes of a schedule without a bridge, which makes one of many fields.
  static func schedule(_ name: String) -> Failure {
    let fields = Schedule.named(name)?.members.map(\.field).joined(separator: ", ") ?? ""
    return Failure(
      .unknownName,
      "\(name) is a bridge's value of many fields: its topic is BASE/\(Schedule.block)/0/\(name), and mate3 write "
        + "takes it; a gateway itself has \(fields), each …_window as four fields, …_start_hour to …_stop_minute")
  }
}
