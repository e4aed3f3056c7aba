import ArgumentParser
import Configuration
import Foundation
import Mate3
import StateStore

/// `mate3 forget`: gives up devices that are gone for good.
struct ForgetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Gives up devices that were pinned and are gone.",
    discussion: """
      A device that is pinned and missing stands in the way of what acts on all of them. This looks at the gateway, lists \
      what it does not show, and asks once; without a terminal it wants --yes. A device that comes back is what it was \
      before. While a bridge runs it has the state directory: give --broker to go through it.
      """)

  @Flag(name: [.customShort("y"), .long], help: "Don't ask.")
  var yes = false

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions
  @OptionGroup var state: StateOptions

  // To say that it is asked for none.
  @Argument(help: .hidden) var devices: [String] = []

  func validate() throws {
    guard devices.isEmpty else {
      throw ValidationError("mate3 forget takes no device: it lists all that are gone, and asks.")
    }
  }

  private static let question = Confirmation(
    verb: "Forget", nothing: "every pinned device is there", refusal: "nothing was forgotten")

  func run() async throws {
    let settings = try gateway.settings(broker, state)
    guard !broker.isGiven else {
      let missing = try await BridgeClient.with(settings.configuration) { try await $0.missingDevices() }
      try Confirmation.ask(missing, Self.question, isGiven: yes)
      if missing.isEmpty { return }
      return StandardOutput.print(try await BridgeClient.with(settings.configuration) { try await $0.forget() })
    }
    let file = PinFile(try StateDirectory(settings.configuration.stateDirectory, owner: "mate3 forget"))
    let connection = try await gateway.open(settings, pins: try file.load())
    defer { connection.close() }
    let (missing, pins) = try await connection.missing()
    try Confirmation.ask(missing.map(\.description), Self.question, isGiven: yes)
    if missing.isEmpty { return }
    try file.save(pins)
    StandardOutput.print("forgotten: \(missing.map(\.description).joined(separator: ", "))")
  }
}
