import ArgumentParser
import Configuration
import FieldCodec
import Foundation
import Mate3
import ModbusTransport
import RegisterIO
import Registry
import Simulator

/// Which gateway a verb is about: one on the network, or a recorded one.
struct GatewayOptions: ParsableArguments {
  @Option(
    name: [.customShort("H"), .long],
    help: "Name or address of the gateway, also with its port, as in 192.0.2.7:1502.")
  var host: String?

  @Option(name: [.customShort("p"), .long], help: "Its Modbus TCP port; 502 unless given.")
  var port: String?

  @Option(help: "Its Modbus unit id, 1 to 247; 1 unless given.")
  var unit: String?

  @Option(
    name: [.long, .customLong("cache-path"), .customShort("c")],
    help: "A register dump (JSON) or a described system (YAML), to be looked at instead of a gateway.",
    completion: .file(extensions: ["json", "yaml", "yml"]))
  var from: String?

  // The Python program's words for what --from does anyway.
  @Flag(help: .hidden) var cacheOnly = false
  @Flag(help: .hidden) var cacheWriteable = false

  @Option(help: "How long to wait for an answer, such as 500ms or 2s; 1s unless given.")
  var timeout: String?

  @Option(help: "How long connecting may take, such as 5s, which it is unless given.")
  var gatewayConnectTimeout: String?

  @Option(help: "Most registers in one request, 2 to 125; 100 unless given.")
  var maxRead: String?

  @Option(help: "Folder with a register map to use instead of the built-in one.", completion: .directory)
  var registry: String?

  @Option(
    help: """
      A bridge's configuration file, to take from it what no flag gives, as from the variables MATE3_… of the \
      environment.
      """, completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  @Option(
    name: [.customShort("l"), .long, .customLong("loglevel")],
    help: "With debug, standard error tells how many requests it took.")
  var logLevel = LogDetail.info

  func validate() throws {
    guard host == nil || from == nil else {
      let flags = CommandLine.arguments.map { String($0.prefix { $0 != "=" }) }
      let old = flags.first { ["--cache-path", "-c"].contains($0) }
      throw ValidationError(
        "Give --host or \(old ?? "--from"), not both: a file takes the gateway's place"
          + (old == nil ? "." : "; what records one is mate3 dump now."))
    }
    guard from != nil || !cacheOnly else { throw ValidationError("--cache-only goes with --cache-path, or --from.") }
    guard !cacheWriteable else {
      throw ValidationError("A recorded file is never changed; take --cache-writeable out.")
    }
  }

  /// What leads another verb to the same gateway.
  var target: [(flag: String, value: String)] { VerbSettings.given([("--config", config)] + flags) }

  private var flags: [(String, String?)] {
    [
      ("--host", host), ("--port", port), ("--unit", unit), ("--timeout", timeout),
      ("--gateway-connect-timeout", gatewayConnectTimeout), ("--max-read", maxRead), ("--registry", registry),
    ]
  }

  fileprivate var words: [String] { VerbSettings.words(flags) }

  /// What the flags, the environment and the file say together.
  /// - Throws: ``Failure``, or `ValidationError` when bridge and gateway are both named.
  func settings(_ broker: BrokerOptions? = nil, _ state: StateOptions? = nil) throws -> VerbSettings {
    let isBridge = broker?.isGiven ?? false
    for (flag, what, value) in [("--host", "the gateway", host), ("--from", "a file", from)]
    where isBridge && value != nil {
      throw ValidationError("--broker asks the bridge, and \(flag) \(what); give one of them.")
    }
    var settings = try VerbSettings(
      config, words: words + (broker?.words ?? []) + (state?.words ?? []), for: isBridge ? .broker : .gateway,
      host: host, base: broker?.base)
    settings.takesBroker = broker != nil
    return settings
  }

  /// Connects, or loads the file.
  func open(
    _ settings: VerbSettings, policy: CommandPolicy = CommandPolicy(), pins: PinBook = PinBook()
  ) async throws -> Gateway {
    let registry = settings.registry
    let (gateway, names) = (settings.configuration.gateway, settings.configuration.deviceNames)
    if let from {
      let image = try RegisterImage.load(file: from, registry: registry)
      let words = Dictionary(image.registers.map { ($0.address, $0.word) }, uniquingKeysWith: { first, _ in first })
      return try Gateway(
        RecordedConnection(words), registry: registry, names: names, policy: policy, pins: pins,
        maxRead: gateway.maxRead)
    }
    guard !gateway.host.isEmpty else {
      throw ValidationError(
        ([
          settings.takesBroker
            ? "Name the gateway with --host, a running bridge with --broker, or a file with a recorded gateway with --from."
            : "Name the gateway with --host, or a file with a recorded one with --from."
        ] + settings.warnings).joined(separator: "\n"))
    }
    do {
      return try await Gateway.connect(
        gateway.modbusOptions, registry: registry, names: names, policy: policy, pins: pins, maxRead: gateway.maxRead)
    } catch let error as GatewayError {
      throw Self.failure(error, port: gateway.port)
    }
  }

  /// What a connection that failed is to be told as: a program that speaks something else may look busy.
  static func failure(_ error: GatewayError, port: Int) -> any Error {
    guard error.code == .busy, port != 502 else { return error }
    return Failure(
      .busy, "\(error.message); or port \(port) is not its Modbus port, which is 502 unless its menu says so")
  }

  /// Says what it took, where that is wanted.
  func tell(_ traffic: GatewayTraffic, always: Bool = false) {
    guard always || logLevel == .debug || logLevel == .trace else { return }
    StandardError.write("\(traffic.requests) requests, \(traffic.registers) registers")
  }
}

/// Which devices and fields a verb is about.
struct SelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Device, such as charge_controller or charge_controller/3; may be repeated and have wildcards."),
    completion: NameCompletion.devices)
  var device: [String] = []

  @Option(name: [.customShort("P"), .long], help: "Hub port; may be repeated.")
  var hubPort: [Int] = []

  @Option(
    help: "Field, such as battery_voltage; may be repeated and have wildcards, as in '*_kwh'.",
    completion: NameCompletion.fields)
  var field: [String] = []
}
