import ArgumentParser
import Bridge
import Foundation
import Mate3
import StateStore

/// `mate3 trust`: pins a device anew, in the state directory or through the bridge that has it.
struct TrustCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust",
    abstract: "Trusts a device that changed.",
    discussion: """
      Takes what the device is now for right, so that it can be written again. Look at the device first: the event or \
      alert says what differs. While a bridge runs it has the state directory; publish \
      {"device": "NAME", "port": PORT} on its bridge/request/trust instead.
      """)

  @Argument(help: "Device and hub port as in topics or alerts, such as radian_inverter_configuration/1.")
  var device: String

  @Option(help: "State directory of the bridge.")
  var stateDir: String?

  func run() throws {
    let parts = device.split(separator: "/")
    guard parts.count == 2, let port = Int(parts[1]), port >= 0 else {
      throw ValidationError("‘\(device)’ is no device; give NAME/PORT such as charge_controller/3")
    }
    let path = stateDir ?? BridgeConfiguration.defaultStateDirectory(environment: ProcessInfo.processInfo.environment)
    do {
      let directory = try StateDirectory(path, owner: "mate3 trust")
      let file = PinFile(directory)
      var book = try file.load()
      let trusted = book.adoptAtNextSight(PinKey(block: String(parts[0]), port: port))
      guard !trusted.isEmpty else {
        let known = book.pins.keys.sorted().map(\.description).joined(separator: ", ")
        throw ValidationError("\(path) has no pin for \(device); it has \(known.isEmpty ? "none" : known)")
      }
      try file.save(book)
      print("trusted at the next scan: \(trusted.map(\.description).joined(separator: ", "))")
    } catch let error as StateError {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      throw ExitCode(1)
    }
  }
}
