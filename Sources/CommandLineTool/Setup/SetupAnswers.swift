import ArgumentParser
import Configuration
import Foundation
import ModbusTransport
import Registry

/// What is known of gateway and broker, and what is asked for until all of it is.
struct SetupAnswers {
  private var flags: [String: String]
  private(set) var configuration: BridgeConfiguration
  private let registry: Registry
  /// The broker's password, where it is to be put into a file.
  private(set) var password: String?

  /// - Parameter flags: as `bridge` has them.
  init(_ flags: [(String, String?)]) throws(Failure) {
    self.flags = Dictionary(
      flags.compactMap { flag, value in value.map { (flag, $0) } }, uniquingKeysWith: { first, _ in first })
    let settings = try Self.settings(self.flags)
    configuration = settings.configuration
    registry = settings.registry
    password = configuration.broker.password?.value
    guard password == nil || configuration.broker.passwordFile == nil else {
      throw Failure(.usage, "the broker's password is given in a file and as MATE3_BROKER_PASSWORD; keep one")
    }
    guard password?.contains(where: \.isNewline) != true else {
      throw Failure(.usage, "MATE3_BROKER_PASSWORD has several lines, of which a file can hold the first alone")
    }
  }

  /// The file that has the password, where it needs none of its own.
  var passwordFile: String? { configuration.broker.passwordFile.map(absolute) }

  var gatewayPlace: String { "\(configuration.gateway.host):\(configuration.gateway.port)" }

  private static func settings(_ flags: [String: String]) throws(Failure) -> VerbSettings {
    try VerbSettings(nil, words: flags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, for: .gateway)
  }

  /// Takes one more answer.
  private mutating func set(_ flag: String, _ value: String) throws(Failure) {
    var more = flags
    more[flag] = value
    configuration = try Self.settings(more).configuration
    flags = more
    if let password { configuration.broker.password = Secret(password) }
  }

  // MARK: The gateway

  /// Finds out which gateway is meant, and tries it.
  mutating func gateway(
    find: Bool, network: String?, _ dialog: SetupDialog
  ) async throws -> GatewayTrial {
    var isSought = find || network != nil
    while configuration.gateway.host.isEmpty, !isSought {
      guard let answer = try dialog.ask("Name or address of the gateway (Enter looks for it on this network):") else {
        throw Failure(
          .usage,
          "which gateway is not said: name it with --host, or have it looked for on this machine's network with --find")
      }
      if answer.isEmpty {
        isSought = true
      } else {
        do { try set("--host", answer) } catch { StandardOutput.print(error.description) }
      }
    }
    guard isSought else { return await GatewayTrial.run(configuration.gateway.modbusOptions, registry) }
    let found = try await search(network, dialog)
    try set("--host", found.host)
    return found.trial
  }

  private func search(_ network: String?, _ dialog: SetupDialog) async throws -> GatewaySearch.Found {
    let search = try GatewaySearch(network)
    let networks = search.networks.map(\.description).joined(separator: ", ")
    let port = configuration.gateway.port
    StandardOutput.print("looking for gateways in \(networks), port \(port) …")
    let all = await search.run(port: UInt16(clamping: port), registry)
    for other in all where other.trial.failure != nil {
      StandardOutput.print("\(other.host): \(other.trial.state)")
    }
    let gateways = all.filter { $0.trial.failure == nil }
    guard let first = gateways.first else {
      throw Failure(
        .noConnection,
        "no gateway answers in \(networks) on port \(port): is Modbus switched on in its network menu, and is no other "
          + "program connected to it? Name it with --host if it is elsewhere")
    }
    guard gateways.count > 1 else { return first }
    for (index, gateway) in gateways.enumerated() {
      StandardOutput.print("\(index + 1)  \(gateway.host)  \(gateway.trial.state)")
    }
    guard let index = try dialog.choose("Which one? 1 to \(gateways.count):", among: gateways.count) else {
      throw Failure(
        .usage,
        "there are several gateways: \(gateways.map(\.host).joined(separator: ", ")); say which with --host")
    }
    return gateways[index]
  }

  // MARK: The broker

  /// Finds out which broker is meant, and tries it.
  mutating func broker(_ dialog: SetupDialog) async throws -> BrokerTrial {
    if configuration.broker.address.host.isEmpty {
      try set("--broker", "mqtt://127.0.0.1")
      let own = await BrokerTrial.run(configuration)
      let isThere = own.failure == nil || own.isRefusal
      if try !isThere || !dialog.confirm("A broker runs on this machine. Use it?") { try askForBroker(dialog) }
    }
    if configuration.broker.address.user == nil, password != nil || passwordFile != nil {
      guard let user = try dialog.ask("User at the broker:"), !user.isEmpty else {
        throw Failure(
          .usage, "a password for the broker is given but no user; write the user into --broker, as in mqtt://user@host"
        )
      }
      try set(user: user)
    }
    var trial = await BrokerTrial.run(configuration)
    // The user is in the URL, and the broker wants its password.
    var known = password == nil && passwordFile == nil ? configuration.broker.address.user : nil
    // As long as the broker does not let in who it is told of.
    while trial.isRefusal, dialog.isOn {
      StandardOutput.print(trial.state)
      guard let user = try known ?? dialog.ask("User at the broker (Enter leaves it so):"), !user.isEmpty,
        let secret = try dialog.askSecretly(known.map { "Password of \($0):" } ?? "Password:")
      else { break }
      known = nil
      flags["--broker-password-file"] = nil
      password = secret.isEmpty ? nil : secret
      try set(user: user)
      trial = await BrokerTrial.run(configuration)
    }
    if trial.isRefusal, let failure = trial.failure, let missing = configuration.missingCredentials {
      trial.failure = Failure(failure.status, "\(failure.description); \(missing)")
    }
    return trial
  }

  private mutating func set(user: String) throws(Failure) {
    var address = configuration.broker.address
    address.user = user
    try set("--broker", address.description)
  }

  private mutating func askForBroker(_ dialog: SetupDialog) throws(Failure) {
    while true {
      guard let answer = try dialog.ask("The broker, such as 192.0.2.8 or mqtt://user@192.0.2.8:1883:") else {
        throw Failure(
          .usage,
          "which broker is not said, and none runs on this machine: give it with --broker, as in mqtt://192.0.2.8")
      }
      guard !answer.isEmpty else { continue }
      do {
        return try set("--broker", answer)
      } catch {
        StandardOutput.print(error.description)
      }
    }
  }

  // MARK: The file

  /// The configuration as text.
  /// - Parameter passwordFile: the file that has the password, if there is one.
  func text(passwordFile: String?) -> String {
    func line(_ name: String, _ value: String?) -> [String] {
      value.map { ["  \(name): \(JSONText.string($0).compact)"] } ?? []
    }
    let (gateway, broker) = (configuration.gateway, configuration.broker)
    let lines =
      ["# Written by mate3 setup. mate3 bridge --help tells every other setting.", "gateway:"]
      + line("host", gateway.host) + (gateway.port == 502 ? [] : ["  port: \(gateway.port)"])
      + ["broker:"] + line("url", broker.address.description)
      + line("password_file", passwordFile) + line("ca_file", broker.caFile.map(absolute))
      + (configuration.topics.base == "mate3" ? [] : ["topics:"] + line("base", configuration.topics.base))
    return lines.joined(separator: "\n") + "\n"
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
