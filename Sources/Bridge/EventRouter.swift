import Foundation
import Logging
import Mate3
import MessageIO
import Threads
import Topics

/// Routes what the broker says: subscriptions on connect, commands to the command service, requests to their answers; and
/// does what the election of the bridge that serves asks for.
actor EventRouter {
  private let broker: any BrokerConnection
  private let publisher: StatePublisher
  private let gateway: GatewayService
  private let commands: CommandService
  private let discovery: DiscoverySettings?
  private let scheme: TopicScheme
  private let instance: String
  private let logger: Logger
  /// Why the bridge can't go on, if that comes to pass.
  let fatal: AsyncStream<String>
  private let end: AsyncStream<String>.Continuation
  private var election: Election
  private var ticking: (at: Election.Instant, task: Task<Void, Never>)?
  /// Collects what an earlier run left, from the first claim to the base until this bridge serves or stands by.
  private var survey: RetainedSurvey?
  /// What another bridge has said of itself last.
  private var other: OtherInfo?
  /// What came while this bridge was a candidate, and is not to be lost should it serve.
  private var held = HeldReleases()
  /// Whether this connection has the filters of the election.
  private var isSubscribed = false
  /// Most requests that wait for the disk.
  static let requestLimit = 32
  /// Requests that change the pins, in order, and whether one of them is being carried out.
  private var requests: [(verb: String, message: InboundMessage)] = []
  private var isResponding = false

  init(
    broker: any BrokerConnection, publisher: StatePublisher, gateway: GatewayService, commands: CommandService,
    discovery: DiscoverySettings?, instance: String, logger: Logger
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
    election = Election(instance: instance, at: .now)
  }

  /// Ends the wait for a reason why the bridge can't go on.
  nonisolated func endWait() { end.finish() }

  /// Works until the broker connection is stopped.
  func run() async {
    scheduleTick()
    for await event in broker.events { await handle(event) }
    ticking?.task.cancel()
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
      isSubscribed = false
      elect(.connected)
    case .subscribed(let refused):
      for filter in refused {
        logger.error("the broker refused a subscription; check its access rules", metadata: ["filter": "\(filter)"])
      }
      elect(.subscribed)
    case .message(let message):
      if election.isCandidate { hold(message) }
      if !takeForElection(message), election.isServing { await route(message) }
    case .disconnected(let reason, let willRetry):
      logger.warning("no connection to the broker", metadata: ["reason": "\(reason)", "retry": "\(willRetry)"])
      publisher.brokerDisconnected(reason: reason)
      elect(.disconnected)
      if !willRetry { end.yield(reason) }
    case .fault(let reason):
      publisher.brokerFault(reason)
    // Asked for by none of the bridge's own.
    case .publishRefused: break
    case .drained:
      publisher.brokerDrained()
    case .dropped(let count):
      logger.warning(
        "messages came faster than they can be judged, or were too large", metadata: ["dropped": "\(count)"])
      publisher.messagesDropped(count)
    }
  }

  // MARK: Which bridge serves

  private func elect(_ event: Election.Event) {
    election.timers = commands.timersLeft
    for action in election.handle(event, at: .now) { carryOut(action) }
    // Once the gateway may be used.
    if election.isServing { held.takeAll().forEach(commands.submit) }
    scheduleTick()
  }

  private func hold(_ message: InboundMessage) {
    if message.topic.hasSuffix(TopicScheme.resultSuffix) {
      held.settle(by: message)
    } else if commands.isRelease(message) {
      held.add(message)
    }
  }

  private func scheduleTick() {
    guard election.deadline != ticking?.at else { return }
    ticking?.task.cancel()
    ticking = election.deadline.map { at in
      (
        at,
        Task {
          try? await Task.sleep(until: at)
          if !Task.isCancelled { self.tick() }
        }
      )
    }
  }

  private func tick() {
    ticking = nil
    elect(.tick)
  }

  /// - Returns: whether the message was for the election, or what an earlier run left, and for nobody else.
  private func takeForElection(_ message: InboundMessage) -> Bool {
    switch message.topic {
    case scheme.bridgeClaim:
      // A retained one is of any age.
      if !message.isRetained, let claim = Claim(message.payload) { elect(.claim(claim)) }
    case scheme.echo(instance):
      guard let number = Int(message.text), number == election.number else { break }
      _ = survey?.receive(message)
      elect(.echo(number: number))
    case scheme.bridgeInfo:
      if let info = try? JSONDecoder().decode(OtherInfo.self, from: Data(message.payload)) {
        if info.instance != instance { other = info }
        elect(.info(instance: info.instance))
      }
    case scheme.bridgeState: elect(.state(isOnline: message.text == "online"))
    default:
      _ = survey?.receive(message)
      return survey != nil
    }
    return true
  }

  private func carryOut(_ action: Election.Action) {
    switch action {
    case .subscribe(let isSurvey):
      report(broker.subscribe([scheme.bridgeClaim, scheme.echo(instance)], qos: .atLeastOnce))
      guard isSurvey || !isSubscribed else { return }
      isSubscribed = true
      if isSurvey {
        survey = RetainedSurvey(scheme: scheme, instance: instance, prefix: discovery?.prefix)
      }
      report(
        broker.subscribe(
          [scheme.bridgeState, scheme.bridgeInfo] + (isSurvey ? surveyed : []), qos: .atMostOnce))
      // Before the claim: whoever hands over for it gives its own up.
      report(broker.subscribe(scheme.inbound, qos: .atLeastOnce))
    case .send(let claim):
      report(
        broker.send(
          OutboundMessage(topic: scheme.bridgeClaim, payload: JSONPayload.bytes(claim), qos: .atLeastOnce)))
    case .sendEcho(let number):
      report(broker.send(OutboundMessage(topic: scheme.echo(instance), text: "\(number)", qos: .atMostOnce)))
    case .serve(let isTakeOver): serve(isTakeOver: isTakeOver)
    case .standBy(let other): standBy(other)
    case .repeatState: publisher.repeatBridgeState()
    case .use(let use): gateway.setUse(use)
    }
  }

  private func serve(isTakeOver: Bool) {
    if isTakeOver { logger.notice("the other bridge on this base topic has gone; this one takes over") }
    if var survey {
      self.survey = nil
      if !survey.isDone {
        logger.warning("the broker did not hand over what an earlier run left in time; old topics may remain")
      }
      gateway.adopt(survey.takeFound())
      report(broker.unsubscribe(surveyed))
    }
    report(broker.subscribe(scheme.inbound + status, qos: .atLeastOnce))
    publisher.brokerConnected()
    if let other { takeOver(from: other) }
    other = nil
  }

  /// What the other bridge was told meanwhile ends this one's timed commands there; and what that one has timed, a later
  /// command to this one ends.
  private func takeOver(from other: OtherInfo) {
    let settled = other.settled ?? []
    for timer in commands.writes.timers where settled.contains(TimerMark(timer)) && commands.writes.drop(timer) {
      publisher.publish(
        event: BridgeEvent(
          .timedCommandSuperseded,
          "\(timer.name) was commanded through another bridge since the timed command, and is left as it is"))
    }
    publisher.setTimers(commands.writes.timers)
    publisher.takeOver(other.timers ?? [])
  }

  private func standBy(_ other: String) {
    survey = nil
    held = HeldReleases()
    publisher.standDown()
    report(broker.unsubscribe(surveyed + scheme.inbound + status))
    logger.error(
      "another bridge publishes below this base topic; this one takes no commands, publishes nothing and leaves the gateway alone until the other is gone. Stop one, or give them different bases",
      metadata: ["base": "\(scheme.base)", "instance": "\(other)"])
  }

  /// Filters of what an earlier run left, and of what another bridge answers meanwhile.
  private var surveyed: [String] {
    [scheme.everyState, scheme.everyObject, scheme.everyResult] + (discovery.map { [$0.leftoverFilter] } ?? [])
  }

  private var status: [String] { discovery?.statusTopic.map { [$0] } ?? [] }

  private func report(_ outcome: SendOutcome) {
    if case .invalid(let reason) = outcome { logger.error("the broker connection refused a request: \(reason)") }
  }

  private func route(_ message: InboundMessage) async {
    if message.topic == discovery?.statusTopic {
      if message.text == "online" { publisher.homeAssistantStarted() }
      return
    }
    switch scheme.parse(message.topic) {
    case .command, .settings, .badCommand:
      // Clearing a retained command is housekeeping, no command.
      if message.isRetained, message.payload.isEmpty { return }
      commands.submit(message)
    case .request(let verb):
      guard !message.isRetained, verb.utf8.count <= 64 else { return }
      await answer(verb, message)
    case .other where message.topic.hasSuffix("/set"):
      // Only this bridge can answer what begins with one of its devices.
      guard let first = scheme.firstLevel(message.topic), await gateway.hasDevice(named: first) else { return }
      if message.isRetained, message.payload.isEmpty { return }
      commands.submit(message)
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
    Task { await self.respondInTurn() }
  }

  private func respondInTurn() async {
    while !requests.isEmpty {
      let (verb, message) = requests.removeFirst()
      await respond(verb, message)
    }
    isResponding = false
  }

  private func id(of message: InboundMessage) -> String? {
    CommandPayload.id(of: message.payload)
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
      guard let pins = await gateway.forgetMissing()?.map(\.description) else {
        response.status = "error"
        response.message = "what the gateway has is not known whole now; nothing was forgotten, try again in a minute"
        break
      }
      let gone = publisher.forget(all: true).map(\.description)
      let all = Set(gone + pins).sorted()
      response.message = all.isEmpty ? "no device has left" : "forgotten: \(all.joined(separator: ", "))"
    case "trust":
      // UTF-16, which a decoder would take as well, has zeros, and its keys were not looked at.
      guard !message.payload.contains(0), JSONKeys.repeated(in: message.payload) == nil,
        let request = try? JSONDecoder().decode(TrustRequest.self, from: Data(message.payload))
      else {
        response.status = "error"
        response.message = "name the device as {\"device\": \"radian_inverter_configuration\", \"port\": 1}"
        break
      }
      switch await gateway.trust(request.device, port: request.port) {
      case nil:
        response.status = "error"
        response.message = "the gateway can't be read now, and nothing was trusted; try again when it answers"
      case []?:
        response.status = "error"
        response.message = "a scan has just seen no \(request.device) on port \(request.port)"
      case let trusted?:
        response.message = "trusted: \(trusted.map(\.description).joined(separator: ", "))"
        if let problem = await gateway.pinsProblem {
          response.message += "; but a restart will not know of it: \(problem)"
        }
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

private struct TrustRequest: Decodable {
  let device: String
  let port: Int
}

extension InboundMessage {
  fileprivate var text: String { String(decoding: payload, as: UTF8.self) }
}

/// What counts of another bridge's `bridge/info`.
private struct OtherInfo: Decodable {
  let instance: String
  let timers: [TimerMark]?
  let settled: [TimerMark]?

  enum CodingKeys: String, CodingKey {
    case instance
    case timers = "timed_commands"
    case settled = "settled_timed_commands"
  }
}

private struct RequestResponse: Encodable {
  var id: String?
  var status: String
  var message: String
}
