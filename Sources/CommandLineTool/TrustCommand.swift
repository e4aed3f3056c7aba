import ArgumentParser
import Configuration
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
      alert says what differs. While a bridge runs it has the state directory: give --broker to go through it.
      """)

  @Argument(help: "Device and hub port as in topics or alerts, such as radian_inverter_configuration/1.")
  var device: String

  @OptionGroup var state: StateOptions
  @OptionGroup var broker: BrokerOptions

  @Option(help: "A bridge's configuration file, to take from it what no flag gives.", completion: .file())
  var config: String?

  func run() async throws {
    let parts = device.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, let port = Int(parts[1]), (0...0xFFFF).contains(port) else {
      throw ValidationError("‘\(device)’ is no device; give NAME/PORT such as charge_controller/3")
    }
    let settings = try VerbSettings(
      config, words: state.words + broker.words, for: broker.isGiven ? .broker : .gateway, base: broker.base)
    if broker.isGiven {
      StandardOutput.print(
        try await BridgeClient.with(settings.configuration) {
          try await $0.trust(DeviceKey(name: String(parts[0]), port: port))
        })
    } else {
      StandardOutput.print(
        try trustInState(PinKey(block: String(parts[0]), port: port), settings.configuration.stateDirectory))
    }
  }

  private func trustInState(_ key: PinKey, _ path: String) throws -> String {
    let directory = try StateDirectory(path, owner: "mate3 trust")
    let file = PinFile(directory)
    var book = try file.load()
    let trusted = book.adoptAtNextSight(key)
    guard !trusted.isEmpty else {
      let known = book.pins.keys.sorted().map(\.description).joined(separator: ", ")
      throw Failure(.unknownName, "\(path) has no pin for \(key); it has \(known.isEmpty ? "none" : known)")
    }
    try file.save(book)
    return "trusted at the next scan: \(trusted.map(\.description).joined(separator: ", "))"
  }
}
