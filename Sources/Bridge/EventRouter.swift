import Foundation
import Logging
import Mate3
import MessageIO
import Threads
import Topics

/// Routes what the broker says: subscriptions on connect, commands to the command service, requests to their answers.
actor EventRouter {
  /// Time the broker gets to hand over what an earlier run left.
  static let surveyLimit: Duration = .seconds(5)

  private let broker: any BrokerConnection
  private let publisher: StatePublisher
  private let gateway: GatewayService
  private let commands: CommandService
  private let discovery: DiscoveryService?
  private let scheme: TopicScheme
  private let instance: String
  private let logger: Logger
  /// Why the bridge can't go on, if that comes to pass.
  let fatal: AsyncStream<String>
  private let end: AsyncStream<String>.Continuation
  private var survey: RetainedSurvey
  private var other: OtherBridge
  private var isStandingBy = false
  private var isAnswered = false
  /// Most requests that wait for the disk.
  static let requestLimit = 32
  /// Requests that change the pins, in order, and whether one of them is being carried out.
  private var requests: [(verb: String, message: InboundMessage)] = []
  private var isResponding = false
  /// Asks the other bridge whether it lives, as long as this one stands by.
  private var probing: Task<Void, Never>?
  /// How long the other bridge has to answer.
  static let probeLimit: Duration = .seconds(5)

  init(
    broker: any BrokerConnection, publisher: StatePublisher, gateway: GatewayService, commands: CommandService,
    discovery: DiscoveryService?, instance: String, logger: Logger
  ) {
    self.broker = broker
    self.publisher = publisher
    self.gateway = gateway
    self.commands = commands
    self.discovery = discovery
    self.instance = instance
    self.logger = logger
    scheme = publisher.settings.scheme
    (fatal, end) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    other = OtherBridge(scheme: publisher.settings.scheme, instance: instance)
    survey = RetainedSurvey(
      scheme: publisher.settings.scheme, instance: instance, prefix: discovery?.settings.prefix)
  }

  /// Ends the wait for a reason why the bridge can't go on.
  nonisolated func endWait() { end.finish() }

  /// Works until the broker connection is stopped.
  func run() async {
    await withDiscardingTaskGroup { group in
      for await event in broker.events {
        if case .connected = event, !survey.isDone {
          group.addTask {
            await pause(for: Self.surveyLimit)
            await self.surveyTimedOut()
          }
        }
        await handle(event)
      }
      probing?.cancel()
      group.cancelAll()
    }
  }

  private func handle(_ event: BrokerEvent) async {
    switch event {
    case .connected(let session):
      logger.info("connected to the broker", metadata: ["mqtt": session.isVersion5 ? "5" : "3.1.1"])
      if !session.isVersion5 {
        logger.warning(
          "the broker does not speak MQTT 5: response topics, message expiry and the retain flag of live commands are lost"
        )
      }
      if survey.isDone {
        await serve()
      } else {
        survey.begin()
        report(
          broker.subscribe(
            [scheme.everyState, scheme.everyObject, scheme.bridgeState, scheme.bridgeInfo] + leftovers,
            qos: .atMostOnce))
      }
    case .subscribed(let refused):
      for filter in refused {
        logger.error("the broker refused a subscription; check its access rules", metadata: ["filter": "\(filter)"])
      }
      if !survey.isDone {
        report(broker.send(OutboundMessage(topic: scheme.echo(instance), text: "echo", qos: .atMostOnce)))
      }
    case .message(let message):
      let isEcho = survey.take(message)
      other.take(message)
      if isEcho {
        await endSurvey()
      } else {
        await route(message)
        await watchOther(message)
      }
    case .disconnected(let reason, let willRetry):
      logger.warning("no connection to the broker", metadata: ["reason": "\(reason)", "retry": "\(willRetry)"])
      publisher.brokerDisconnected(reason: reason)
      if !willRetry { end.yield(reason) }
    case .overtaken(let message):
      if !isStandingBy { commands.submit(message) }
    case .fault(let reason):
      publisher.brokerFault(reason)
    case .drained:
      publisher.brokerDrained()
    case .dropped(let count):
      logger.warning(
        "messages came faster than they can be judged, or were too large", metadata: ["dropped": "\(count)"])
      publisher.messagesDropped(count)
    }
  }

  private func surveyTimedOut() async {
    guard !Task.isCancelled, !survey.isDone else { return }
    logger.warning("the broker did not hand over what an earlier run left in time; old topics may remain")
    survey.end()
    await endSurvey()
  }

  private func endSurvey() async {
    let found = survey.takeFound()
    publisher.adopt(found)
    discovery?.adopt(found)
    report(broker.unsubscribe([scheme.everyState, scheme.everyObject, scheme.bridgeInfo] + leftovers))
    await serve()
  }

  private var leftovers: [String] { discovery.map { [$0.leftoverFilter] } ?? [] }

  /// While another live bridge has the base topic, this one takes no commands and publishes nothing; when the other
  /// goes, it takes over. The will of a bridge that stood by may say `offline` in our name: that is put right.
  private func watchOther(_ message: InboundMessage) async {
    guard survey.isDone, message.topic == scheme.bridgeState else { return }
    if isStandingBy, !other.isLive {
      await takeOver()
    } else if !isStandingBy, message.text == "offline" {
      publisher.repeatBridgeState()
    }
  }

  private func takeOver() async {
    probing?.cancel()
    isStandingBy = false
    other.forget()
    logger.notice("the other bridge on this base topic has gone; this one takes over")
    await serve()
  }

  /// A broker that keeps its messages over a power cut says `online` of a bridge that died with it. Only an answer
  /// proves that the other one lives.
  private func probe() {
    probing?.cancel()
    report(broker.subscribe([scheme.bridgeState, scheme.response("ping")], qos: .atLeastOnce))
    probing = Task(executorPreference: ThreadExecutor.shared) { await self.askUntilSilent() }
  }

  private func askUntilSilent() async {
    while !Task.isCancelled {
      isAnswered = false
      report(
        broker.send(
          OutboundMessage(
            topic: "\(scheme.base)/bridge/request/ping", text: "{\"id\":\"\(instance)\"}", qos: .atLeastOnce)
        ))
      await pause(for: Self.probeLimit)
      guard !Task.isCancelled else { return }
      if !isAnswered {
        await takeOver()
        return
      }
      await pause(for: .seconds(25))
    }
  }

  private func serve() async {
    if other.isLive {
      guard !isStandingBy else {
        probe()
        return
      }
      isStandingBy = true
      probe()
      logger.error(
        "another bridge publishes below this base topic; this one takes no commands and publishes nothing until the other is gone. Stop one, or give them different bases",
        metadata: ["base": "\(scheme.base)", "instance": "\(other.instance ?? "unknown")"])
      return
    }
    other.forget()
    let status = discovery?.statusTopic.map { [$0] } ?? []
    report(broker.subscribe(scheme.inbound + [scheme.bridgeState] + status, qos: .atLeastOnce))
    publisher.brokerConnected()
  }

  private func report(_ outcome: SendOutcome) {
    if case .invalid(let reason) = outcome { logger.error("the broker connection refused a request: \(reason)") }
  }

  private func route(_ message: InboundMessage) async {
    if isStandingBy {
      if message.topic == scheme.response("ping"), !message.isRetained { isAnswered = true }
      return
    }
    if message.topic == discovery?.statusTopic {
      if message.text == "online" { discovery?.homeAssistantStarted() }
      return
    }
    switch scheme.parse(message.topic) {
    case .command, .badCommand:
      // Clearing a retained command is housekeeping, no command.
      if message.isRetained, message.payload.isEmpty { return }
      commands.submit(message)
    case .request(let verb):
      guard !message.isRetained, verb.utf8.count <= 64 else { return }
      await answer(verb, message)
    case .state, .object, .other: break
    }
  }

  /// What changes the pins waits for the disk, and is answered apart, so that pings and commands never do.
  private func answer(_ verb: String, _ message: InboundMessage) async {
    guard ["forget", "trust"].contains(verb) else {
      await respond(verb, message)
      return
    }
    guard requests.count < Self.requestLimit else {
      send(
        RequestResponse(
          id: id(of: message), status: "error",
          message: "\(Self.requestLimit) requests are waiting already; try again later"),
        to: verb)
      return
    }
    requests.append((verb, message))
    guard !isResponding else { return }
    isResponding = true
    Task(executorPreference: ThreadExecutor.shared) { await self.respondInTurn() }
  }

  private func respondInTurn() async {
    while !requests.isEmpty {
      let (verb, message) = requests.removeFirst()
      await respond(verb, message)
    }
    isResponding = false
  }

  private func id(of message: InboundMessage) -> String? {
    (try? JSONDecoder().decode(RequestID.self, from: Data(message.payload)))?.id
  }

  private func respond(_ verb: String, _ message: InboundMessage) async {
    var response = RequestResponse(id: id(of: message), status: "ok", message: "")
    switch verb {
    case "ping":
      response.message = "bridge \(instance) is here"
    case "rescan":
      response.message =
        gateway.rescanForUser()
        ? "the gateway is scanned again before the next cycle"
        : "a scan was asked for just now; the next one follows \(ScanWish.userInterval.components.seconds) s after it"
    case "forget":
      let gone = publisher.forget(all: true).map(\.description)
      let pins = await gateway.forgetMissing().map(\.description)
      let all = Set(gone + pins).sorted()
      response.message = all.isEmpty ? "no device has left" : "forgotten: \(all.joined(separator: ", "))"
    case "trust":
      guard let request = try? JSONDecoder().decode(TrustRequest.self, from: Data(message.payload)) else {
        response.status = "error"
        response.message = "name the device as {\"device\": \"radian_inverter_configuration\", \"port\": 1}"
        break
      }
      if let trusted = await gateway.trust(request.device, port: request.port), !trusted.isEmpty {
        response.message = "trusted: \(trusted.map(\.description).joined(separator: ", "))"
      } else {
        response.status = "error"
        response.message = "the last scan saw no \(request.device) on port \(request.port)"
      }
    default:
      response.status = "error"
      response.message = "the request is unknown; the requests are ping, rescan, forget and trust"
    }
    send(response, to: verb)
  }

  private func send(_ response: RequestResponse, to verb: String) {
    publisher.enqueue(
      OutboundMessage(
        topic: scheme.response(verb), payload: JSONPayload.bytes(response), qos: publisher.settings.resultQoS))
  }
}

private struct RequestID: Decodable {
  let id: String?
}

private struct TrustRequest: Decodable {
  let device: String
  let port: Int
}

/// What the broker says of another bridge on the same base topic.
private struct OtherBridge {
  let scheme: TopicScheme
  let own: String
  private(set) var instance: String?
  private var isOnline = false

  init(scheme: TopicScheme, instance: String) {
    self.scheme = scheme
    own = instance
  }

  var isLive: Bool { isOnline && instance != nil && instance != own }

  /// From now on the state below the base is ours.
  mutating func forget() { instance = nil }

  mutating func take(_ message: InboundMessage) {
    if message.topic == scheme.bridgeState { isOnline = message.text == "online" }
    if message.topic == scheme.bridgeInfo {
      instance = (try? JSONDecoder().decode(Info.self, from: Data(message.payload)))?.instance
    }
  }

  private struct Info: Decodable {
    let instance: String
  }
}

extension InboundMessage {
  fileprivate var text: String { String(decoding: payload, as: UTF8.self) }
}

private struct RequestResponse: Encodable {
  var id: String?
  var status: String
  var message: String
}
