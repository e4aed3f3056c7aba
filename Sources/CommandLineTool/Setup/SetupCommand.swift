import ArgumentParser
import Configuration
import Foundation

/// `mate3 setup`: from the installed program to a running bridge.
struct SetupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Asks for gateway and broker, tries both, and writes the bridge's configuration.",
    discussion: """
      What no flag and no variable MATE3_… of the environment gives is asked for on a terminal; without one, or with \
      --yes, nothing is asked, and what is missing ends it with one sentence. A broker on this machine is found by \
      itself; gateways are looked for on the network only with --find or when asked to. Nothing is written when \
      gateway or broker does not answer, unless --anyway is given. As root it writes /etc/mate3/bridge.yaml and starts \
      the service where there is one.
      """)

  @Option(
    name: [.customShort("H"), .long],
    help: "Name or address of the gateway, also with its port, as in 192.0.2.7:1502.")
  var host: String?

  @Option(name: [.customShort("p"), .long], help: "Its Modbus TCP port; 502 unless given.")
  var port: String?

  @Flag(help: "Look for the gateway on this machine's networks: one connection to each address.")
  var find = false

  @Option(help: "Look for it in this network instead, such as 192.168.1.0/24; of 1024 addresses at most.")
  var network: String?

  @Option(
    help: "The broker: mqtt://[user@]host[:port], or mqtts://…; one on this machine is found unless given.")
  var broker: String?

  @Option(
    help: "File with the broker's password; MATE3_BROKER_PASSWORD otherwise, which is put into a file of its own.",
    completion: .file())
  var brokerPasswordFile: String?

  @Option(help: "Certificates of the authorities to trust, with mqtts.", completion: .file())
  var brokerCaFile: String?

  @Option(help: "The bridge's base topic; mate3 unless given.")
  var base: String?

  @Option(
    help: "The configuration file to write; /etc/mate3/bridge.yaml as root, else ~/.config/mate3/bridge.yaml.",
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  @Flag(help: "Replace a configuration that is there; it is kept as ….old, and its password's file as it is.")
  var overwrite = false

  @Flag(help: "Write the configuration also when gateway or broker does not answer.")
  var anyway = false

  @Flag(help: "Do not start the service.")
  var noStart = false

  @Flag(name: [.customShort("y"), .long], help: "Ask nothing: take what flags say and what is found.")
  var yes = false

  func validate() throws {
    guard host == nil || !(find || network != nil) else {
      throw ValidationError("Give --host, or have it looked for with --find or --network, not both.")
    }
  }

  func run() async throws {
    let dialog = SetupDialog(isOn: Terminal.isInput && !yes)
    var target = SetupTarget(config)
    try target.prepare(overwrite: overwrite, dialog)
    var answers = try SetupAnswers([
      ("--host", host), ("--port", port), ("--broker", broker),
      ("--broker-password-file", brokerPasswordFile),
      ("--broker-ca-file", brokerCaFile), ("--base", base),
    ])
    let gateway = try await answers.gateway(find: find, network: network, dialog)
    gateway.printDevices()
    // Before anything is asked that a gateway out of reach makes needless.
    if gateway.failure != nil, dialog.isOn { StandardOutput.print("gateway \(answers.gatewayPlace): \(gateway.state)") }
    let broker = try await answers.broker(dialog)
    // Not cut: the end of a sentence says what to do.
    var table = TextTable(width: nil)
    table.add(["", "PLACE", "STATE"])
    table.add(["gateway", answers.gatewayPlace, gateway.state])
    table.add(["broker", answers.configuration.broker.address.description, broker.state])
    printTable(table)

    if let failure = gateway.failure ?? broker.failure, !anyway {
      guard try dialog.confirm("Write the configuration all the same?", standard: false) else {
        throw Failure(
          failure.status,
          failure.description + (failure.description.hasSuffix("?") ? " N" : "; n")
            + "othing was written: mend it, or write it all the same with --anyway")
      }
    }
    let service = SetupService(reading: target.path)
    let starts = service != nil && !noStart
    guard try dialog.confirm(starts ? "Write \(target.path), and start the service?" : "Write \(target.path)?")
    else { throw Failure(.refused, "nothing was written") }
    let notes = try target.write(answers, service)
    for line in ["written: \(target.path)"] + notes { StandardOutput.print(line) }
    if let service, starts {
      try service.start()
      StandardOutput.print("running: \(SetupService.unit); journalctl -u mate3 shows what it says")
    } else {
      let command = service == nil ? "mate3 bridge --config \(target.path)" : "systemctl restart mate3"
      StandardOutput.print("to run it: \(command)")
    }
  }

  private func printTable(_ table: TextTable) {
    let style = TextStyle(isColored: Terminal.hasColor)
    for line in table.lines({ text, row, _ in row == 0 ? style.bold(text) : text }) { StandardOutput.print(line) }
  }
}
