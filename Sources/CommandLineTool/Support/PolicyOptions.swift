import ArgumentParser
import FieldCodec
import Mate3
import Registry

/// What the owner allows to be written this time; the bridge's `commands` settings on the command line.
struct PolicyOptions: ParsableArguments {
  @Option(
    help: "Allow a class (setpoint) or a device.field by name; operational ones are allowed anyway. May be repeated.")
  var allow: [String] = []

  @Option(
    help: "Bounds of a field, in its units: device.field=MIN..MAX. They narrow the documented ones. May be repeated.")
  var limit: [FieldLimit] = []

  @Option(help: "A device.field whose labels you have checked on the device, where the documents are in doubt.")
  var confirmLabels: [String] = []

  var isGiven: Bool { !allow.isEmpty || !limit.isEmpty || !confirmLabels.isEmpty }

  func validate() throws {
    for name in allow where !name.contains(".") && name != "operational" && name != "setpoint" {
      throw ValidationError("--allow takes operational, setpoint or a device.field, not ‘\(name)’.")
    }
  }

  var policy: CommandPolicy {
    CommandPolicy(
      classes: Set([CommandClass.operational] + allow.compactMap(CommandClass.init(rawValue:))),
      fields: Set(allow.filter { $0.contains(".") }),
      limits: Dictionary(limit.map { ($0.name, $0.bounds) }, uniquingKeysWith: { $1 }),
      confirmedLabels: Set(confirmLabels))
  }
}

/// `device.field=MIN..MAX`.
struct FieldLimit: ExpressibleByArgument {
  let name: String
  let bounds: CommandPolicy.Bounds

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, parts[0].contains("."), let dots = parts[1].firstRange(of: ".."),
      let minimum = ScaledDecimal(parts[1][..<dots.lowerBound]),
      let maximum = ScaledDecimal(parts[1][dots.upperBound...]),
      minimum <= maximum
    else { return nil }
    name = String(parts[0])
    bounds = CommandPolicy.Bounds(minimum: minimum, maximum: maximum)
  }
}
