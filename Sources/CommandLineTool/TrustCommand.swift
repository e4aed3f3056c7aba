import ArgumentParser
import Configuration
import Foundation
import Glibc
import Mate3
import Registry
import StateStore

/// `mate3 trust`: pins a device anew, in the state directory or through the bridge that has it.
struct TrustCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust",
    abstract: "Trusts a device that changed, or all of them.",
    discussion: """
      Takes what the device is now for right, so that it can be written again. Look at the device first: the event or \
      alert says what differs. While a bridge runs it has the state directory: give --broker to go through it. --all \
      lists what is not trusted and asks once; without a terminal it wants --yes.
      """)

  @Argument(
    help: "Device and hub port as in topics or alerts, such as radian_inverter_configuration/1.",
    completion: NameCompletion.placedDevices)
  var device: String?

  @Flag(help: "Every device that is not trusted.")
  var all = false

  @Flag(name: [.customShort("y"), .long], help: "With --all, don't ask.")
  var yes = false

  @OptionGroup var state: StateOptions
  @OptionGroup var broker: BrokerOptions

  @Option(help: "A bridge's configuration file, to take from it what no flag gives.", completion: .file())
  var config: String?

  func validate() throws {
    guard all != (device != nil) else {
      throw ValidationError("Name a device as NAME/PORT, such as charge_controller/3, or give --all.")
    }
    if let device, Self.key(device) == nil {
      throw ValidationError("‘\(device)’ is no device; give NAME/PORT such as charge_controller/3")
    }
  }

  private static func key(_ text: String) -> DeviceKey? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, let port = Int(parts[1]), (0...0xFFFF).contains(port) else { return nil }
    return DeviceKey(name: String(parts[0]), port: port)
  }

  func run() async throws {
    let settings = try VerbSettings(
      config, words: state.words + broker.words, for: broker.isGiven ? .broker : .gateway, base: broker.base)
    let key = device.flatMap(Self.key)
    if broker.isGiven {
      try await trust(key, throughBridge: settings.configuration)
    } else {
      try trust(key.map { PinKey(block: $0.name, port: $0.port) }, in: settings.configuration.stateDirectory)
    }
  }

  private func trust(_ key: DeviceKey?, throughBridge configuration: BridgeConfiguration) async throws {
    if let key {
      return StandardOutput.print(try await BridgeClient.with(configuration) { try await $0.trust(key) })
    }
    let rows = try await BridgeClient.with(configuration) { try await $0.deviceRows() }.filter { $0.pin == "untrusted" }
    try Confirmation.ask(
      rows.map { row in
        let known = [row.model, row.serial.map { "serial \($0)" }].compactMap { $0 }.joined(separator: ", ")
        return "\(row.name)/\(row.port)" + (known.isEmpty ? "" : " (\(known))")
      }, Self.question(nothing: "every device is trusted already"), isGiven: yes)
    // Who trusts one block of a device trusts all.
    var ports: Set<Int> = []
    let chosen = rows.filter { $0.port == 0 || ports.insert($0.port).inserted }
    try await BridgeClient.with(configuration) { bridge in
      for row in chosen {
        StandardOutput.print(try await bridge.trust(DeviceKey(name: row.name, port: row.port)))
      }
    }
  }

  private func trust(_ key: PinKey?, in path: String) throws {
    // One that is made anew would trust all that it has, which is nothing.
    guard access(path, F_OK) == 0 || errno != ENOENT else {
      throw Failure(
        .file,
        ServiceState.hinted(
          "there is no state directory \(path); give the bridge's with --state-dir or --config", about: path))
    }
    let directory = try StateDirectory(path, owner: "mate3 trust")
    let file = PinFile(directory)
    var book = try file.load()
    let known = book.pins.keys.sorted()
    var wanted: [PinKey] = []
    if let key {
      guard known.contains(key) else {
        let list = known.isEmpty ? "none" : known.map(\.description).joined(separator: ", ")
        let near = NearestName.of(key.description, among: known.map(\.description))
        let hint = near.map { "; did you mean \($0)? It has " } ?? "; it has "
        throw Failure(.unknownName, "\(path) has no pin for \(key)\(hint)\(list)")
      }
      wanted = [key]
    } else {
      wanted = known.filter { book.pins[$0].map { $0.state != .adopting && $0.state.reason != nil } ?? false }
      try Confirmation.ask(
        wanted.map { "\($0): \(book.pins[$0]?.state.reason ?? "")" },
        Self.question(nothing: "every device that is pinned in \(path) is trusted already"), isGiven: yes)
    }
    let trusted = Set(wanted.flatMap { book.adoptAtNextSight($0) }).sorted()
    guard !trusted.isEmpty else { return }
    try file.save(book)
    StandardOutput.print("trusted at the next scan: \(trusted.map(\.description).joined(separator: ", "))")
  }

  private static func question(nothing: String) -> Confirmation {
    Confirmation(verb: "Trust", nothing: nothing, refusal: "nothing was trusted")
  }
}
