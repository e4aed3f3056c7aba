import Foundation
import Mate3

/// Lists the devices of a gateway, reads some fields by their typed names, tries a write, and counts the values.
///
///     swift run library-example 192.0.2.7 [port]
@main
struct Example {
  static func main() async {
    do {
      try await run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }

  static func run(_ arguments: [String]) async throws {
    guard let host = arguments.first else {
      print("usage: library-example HOST [PORT]")
      return
    }
    let gateway = try await Gateway.connect(host: host, port: arguments.dropFirst().first.flatMap { UInt16($0) } ?? 502)
    defer { gateway.close() }

    for device in try await gateway.devices where !device.isPart {
      print(
        "\(device.name)/\(device.port)", device.model ?? "-", device.serial ?? "-", device.identity?.rawValue ?? "-")
      guard device.name == "charge_controller" else { continue }
      // A field by its typed name: volts, or nil when the device does not have it.
      if let volts = try await gateway.value(of: .chargeController.batteryVoltage, port: device.port) {
        print("  battery \(volts) V")
      }
      // Enumerations keep numbers that no document explains.
      switch try await gateway.value(of: .chargeController.chargerState, port: device.port) {
      case .bulk, .absorb: print("  charging")
      case .other(let number): print("  in a state of number \(number)")
      case let state?: print("  \(state)")
      case nil: break
      }
    }

    // A dry run does everything but the write: is it allowed, in range, and still the same device?
    for port in 1...10 {
      guard (try? await gateway.key(of: "radian_inverter_configuration", port: port)) != nil else { continue }
      let outcome = try await gateway.write(
        .on, to: .radianInverterConfiguration.auxControl, port: port, isDryRun: true)
      print("aux_control/\(port): \(outcome.reason)")
    }

    // The first reading has every value; the next ones what has changed.
    for try await changes in gateway.changes(every: .seconds(1)) {
      print("\(changes.count) values")
      break
    }
  }
}
