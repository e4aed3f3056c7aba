import Configuration
import Foundation
import MQTTTransport
import Mate3
import MessageIO
import ModbusTransport
import Registry
import Topics

/// What became of asking a gateway what it is.
struct GatewayTrial: Sendable {
  var devices: [DeviceRow] = []
  var failure: Failure?

  /// One connection, which is closed again: the gateway serves one client at a time.
  static func run(_ options: ModbusOptions, _ registry: Registry) async -> GatewayTrial {
    do {
      let gateway = try await Gateway.connect(options, registry: registry)
      defer { gateway.close() }
      let devices = try await gateway.devices.filter { !$0.isPart && $0.block.kind != .common }
      return GatewayTrial(devices: devices.map { DeviceRow($0, isPinned: false, isKnown: true) })
    } catch {
      let error = (error as? GatewayError).map { GatewayOptions.failure($0, port: Int(options.port)) } ?? error
      let failure = Failure(error) ?? Failure(.other, "\(error)")
      guard failure.status == .busy else { return GatewayTrial(failure: failure) }
      return GatewayTrial(
        failure: Failure(
          .busy, "\(failure.description); if it is a bridge on this machine, end it first, as in: systemctl stop mate3")
      )
    }
  }

  var state: String {
    guard let failure else { return "answers: \(devices.count) device\(devices.count == 1 ? "" : "s")" }
    return Terminal.plain(failure.description)
  }

  func printDevices() {
    guard !devices.isEmpty else { return }
    var table = TextTable(width: Terminal.width)
    table.add(["DEVICE", "PORT", "MODEL", "FIRMWARE", "SERIAL"])
    for row in devices {
      table.add(
        [row.name, String(row.port), row.model ?? "-", row.firmware ?? "-", row.serial ?? "-"].map(Terminal.plain))
    }
    let style = TextStyle(isColored: Terminal.hasColor)
    for line in table.lines({ text, row, _ in row == 0 ? style.bold(text) : text }) { StandardOutput.print(line) }
    StandardOutput.print("")
  }
}

/// What became of connecting to a broker.
struct BrokerTrial: Sendable {
  var failure: Failure?
  /// The broker is there, and does not let this user in.
  var isRefusal = false
  private var note = ""

  /// How long the broker may take for everything.
  private static let limit: Duration = .seconds(15)

  /// Connects, subscribes as a bridge does, and has one message come back on the topic that bridges have for that.
  static func run(_ configuration: BridgeConfiguration) async -> BrokerTrial {
    let instance = String(UInt32.random(in: .min ... .max), radix: 16)
    var options = configuration.mosquittoOptions(clientID: "mate3-setup-\(instance)")
    options.connectTimeout = .seconds(5)
    options.tellsRefusals = true
    let client: MosquittoClient
    do {
      client = try MosquittoClient(options)
      try await client.start()
    } catch {
      return BrokerTrial(failure: Failure(error) ?? Failure(.other, "\(error)"))
    }
    // The events end when the client is stopped, and with them the wait.
    let timer = Task {
      try await Task.sleep(for: limit)
      await client.stop(farewell: [], within: .seconds(1))
    }
    let trial = await outcome(client, TopicScheme(base: configuration.topics.base), instance)
    timer.cancel()
    await client.stop(farewell: [], within: .seconds(1))
    return trial
  }

  private static func outcome(_ client: MosquittoClient, _ scheme: TopicScheme, _ instance: String) async -> BrokerTrial
  {
    var trial = BrokerTrial()
    var isOnline = false
    var version = ""
    let echo = scheme.echo(instance)
    for await event in client.events {
      switch event {
      case .connected(let session):
        version = session.isVersion5 ? "MQTT 5" : "MQTT 3.1.1"
        _ = client.subscribe(scheme.inbound + [scheme.bridgeState, echo], qos: .atLeastOnce)
      case .subscribed(let refused) where refused.isEmpty:
        _ = client.send(OutboundMessage(topic: echo, text: instance, qos: .atLeastOnce))
      case .subscribed(let refused):
        trial.failure = denied("read \(refused.joined(separator: ", "))")
        return trial
      case .publishRefused:
        trial.failure = denied("publish below \(scheme.base)/")
        return trial
      case .message(let message) where message.topic == echo:
        // What is retained came before it.
        trial.note = version + (isOnline ? "; a bridge with the base \(scheme.base) runs there already" : "")
        return trial
      case .message(let message):
        if message.topic == scheme.bridgeState { isOnline = message.payload == Array("online".utf8) }
      case .fault: trial.isRefusal = true
      case .disconnected(let reason, _):
        trial.failure = Failure(.noConnection, reason)
        return trial
      case .drained, .dropped: break
      }
    }
    // One of MQTT 3.1.1 says nothing when it takes no message.
    trial.failure =
      version.isEmpty
      ? Failure(.noConnection, "the broker did not answer within \(limit.components.seconds) s; does it hang?")
      : denied("publish and read below \(scheme.base)/")
    return trial
  }

  private static func denied(_ what: String) -> Failure {
    Failure(.noConnection, "the broker does not let this user \(what); its access rules must, see examples/mosquitto")
  }

  var state: String { Terminal.plain(failure?.description ?? "answers: \(note)") }
}
