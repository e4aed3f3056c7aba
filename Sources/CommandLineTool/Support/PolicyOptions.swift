import ArgumentParser
import Configuration
import FieldCodec
import Mate3
import Registry

/// What the owner allows to be written this time; the bridge's `commands` settings on the command line.
struct PolicyOptions: ParsableArguments {
  @Option(
    help: "Allow a class (setpoint) or a device.field by name; operational ones are allowed anyway. May be repeated.")
  var allow: [String] = []

  @Option(
    help: "Bounds of a field, in its units: device.field=MIN..MAX. They narrow the documented ones. May be repeated.",
    transform: FieldLimit.init)
  var limit: [FieldLimit] = []

  @Option(help: "A device.field whose labels you have checked on the device, where the documents are in doubt.")
  var confirmLabels: [String] = []

  var isGiven: Bool { !allow.isEmpty || !limit.isEmpty || !confirmLabels.isEmpty }

  func validate() throws {
    for name in allow where !name.contains(".") && name != "operational" && name != "setpoint" {
      throw ValidationError("--allow takes operational, setpoint or a device.field, not ‘\(name)’.")
    }
  }

  /// - Throws: ``Failure`` for a field that does not exist, which would have no effect.
  func check(_ settings: VerbSettings) throws {
    let own = settings.configuration.devices.flatMap { [$0.name, $0.name + "_configuration"] }
    for name in allow.filter({ $0.contains(".") }) + limit.map(\.name) + confirmLabels {
      let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 2, !own.contains(parts[0]) else { continue }
      guard let block = settings.registry.block(named: parts[0]) else {
        let hint = NearestName.of(parts[0], among: settings.registry.blocks.map(\.name) + own)
        throw Failure(
          .unknownName,
          "there is no device \(parts[0]), which \(name) names\(hint.map { "; did you mean \($0)?" } ?? "")")
      }
      guard block.field(parts[1]) == nil else { continue }
      throw Failure(
        .unknownName,
        "\(parts[0]) has no field \(parts[1])\(block.hint(missing: parts[1], in: settings.registry, at: \.name))")
    }
  }

  /// What is allowed besides what the configuration allows.
  func policy(over configured: CommandPolicy) -> CommandPolicy {
    CommandPolicy(
      classes: configured.classes.union(allow.compactMap(CommandClass.init(rawValue:))),
      fields: configured.fields.union(allow.filter { $0.contains(".") }),
      limits: configured.limits.merging(limit.map { ($0.name, $0.bounds) }) { $1 },
      confirmedLabels: configured.confirmedLabels.union(confirmLabels), battery: configured.battery)
  }
}

/// `device.field=MIN..MAX`.
struct FieldLimit {
  let name: String
  let bounds: CommandPolicy.Bounds

  /// - Throws: `ValidationError` with what to write instead.
  init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, parts[0].contains("."), let range = ClosedRange(dotted: parts[1]) else {
      throw ValidationError(
        "--limit takes device.field=MIN..MAX, such as charge_controller_configuration.absorb_volts=54..60, not "
          + "‘\(text.prefix(120))’.")
    }
    name = String(parts[0])
    bounds = CommandPolicy.Bounds(minimum: range.lowerBound, maximum: range.upperBound)
  }
}
