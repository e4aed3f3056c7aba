import Foundation
package import Logging
package import Mate3
package import MessageIO
import Synchronization
import Threads
package import Topics

/// Publishes what was read, and nothing else: keeps every retained topic's last value and brings the broker up to
/// date whenever it can be reached.
///
/// It is a lock, not an actor, so that what one thread learns in order is published in that order, without a wait for
/// another thread.
package final class StatePublisher: Sendable {
  package struct Settings: Sendable {
    package var scheme: TopicScheme
    /// Also publish mail, names and network settings.
    package var publishesPersonal: Bool
    /// Also publish block ids, lengths and scale factors.
    package var publishesInternal: Bool
    /// Also publish the values of the whole system.
    package var publishesHouse: Bool
    /// Also publish a JSON topic for each device.
    package var publishesObjects: Bool
    package var stateQoS: QoS
    package var resultQoS: QoS
    /// How long a device that left keeps its topics.
    package var forgetAfter: Duration

    package init(
      scheme: TopicScheme, publishesPersonal: Bool = false, publishesInternal: Bool = false,
      publishesHouse: Bool = true, publishesObjects: Bool = false, stateQoS: QoS = .atMostOnce,
      resultQoS: QoS = .atLeastOnce, forgetAfter: Duration = .seconds(86400)
    ) {
      self.scheme = scheme
      self.publishesPersonal = publishesPersonal
      self.publishesInternal = publishesInternal
      self.publishesHouse = publishesHouse
      self.publishesObjects = publishesObjects
      self.stateQoS = stateQoS
      self.resultQoS = resultQoS
      self.forgetAfter = forgetAfter
    }
  }

  /// Most results and events that wait for the broker.
  package static let queueLimit = 256
  /// Most bytes that they may have together.
  package static let queueByteLimit = 1 << 20
  static let batchSize = 128

  package let settings: Settings
  /// The program's version.
  let version: String
  private let state: Mutex<PublishedState>
  /// The answer to a start of Home Assistant that is under way.
  private let birth = Mutex<Task<Void, Never>?>(nil)
  private let logger: Logger
  /// Takes what is published, to keep it; nil when nothing is.
  private let history: HistoryRecorder?
  /// Shows what is published elsewhere; nil when nobody does.
  private let observer: (any StateObserver)?

  package init(
    settings: Settings, program: ProgramInfo, broker: any BrokerConnection, history: HistoryRecorder? = nil,
    observer: (any StateObserver)? = nil, logger: Logger
  ) {
    self.settings = settings
    self.history = history
    self.observer = observer
    version = program.version
    self.logger = logger
    var state = PublishedState(settings: settings, program: program, broker: broker, logger: logger)
    if observer?.wantsTopics == true { state.topics.watch() }
    self.state = Mutex(state)
  }

  /// Changes what is known, and hands the broker what came of it.
  private func update<Result>(
    _ news: [StateChange] = [], _ body: (inout PublishedState) -> Result
  ) -> Result {
    state.withLock { state in
      defer {
        state.flush()
        if let observer {
          let all = state.topics.takeUnseen() + news
          if !all.isEmpty { observer.apply(all) }
        }
      }
      return body(&state)
    }
  }

  /// Results and events that found no place in the queue.
  package var dropped: Int { state.withLock { $0.dropped } }

  // MARK: What was read

  /// Takes what was read, and what follows from it.
  package func apply(_ cycle: Cycle) {
    update(news(of: cycle)) { $0.apply(cycle) }
    history?.record(cycle)
  }

  private func news(of cycle: Cycle) -> [StateChange] {
    guard let observer else { return [] }
    let read: [StateChange] = cycle.groups == nil ? [] : [.reading(.now)]
    guard !observer.wantsTopics else { return read }
    return read + cycle.isFresh.map { .topic($0, name: "availability", payload: $1 ? "online" : "offline") }
  }

  /// Takes what is known of the gateway into `bridge/info`.
  func setGatewayInfo(_ gateway: GatewayInfo) { update { $0.setGatewayInfo(gateway) } }

  /// Takes the timed commands that are under way into `bridge/info`.
  func setTimers(_ timers: [TimedCommand]) { update { $0.setTimers(timers) } }

  /// Takes over from another bridge, which had these timed commands.
  func takeOver(_ timers: [TimerMark]) { update { $0.takeOver(timers) } }

  /// Fields were commanded.
  func noteCommanded(_ fields: [String]) { update { $0.noteCommanded(fields) } }

  /// Takes the alerts that stand; an empty list is published as one.
  func setAlerts(_ alerts: [BridgeAlert]) { update { $0.setAlerts(alerts) } }

  func setDevices(_ devices: [DeviceEntry]) { update { $0.setDevices(devices) } }

  /// Says of each device with commands why they are refused; nil when they are not.
  func setCommandStates(_ reasons: [DeviceKey: String?]) { update { $0.setCommandStates(reasons) } }

  /// Clears the topics of devices that left.
  /// - Parameter all: true to clear them now, false to clear those that left longer ago than the setting.
  /// - Returns: the devices forgotten.
  @discardableResult
  package func forget(all: Bool, at now: ContinuousClock.Instant = .now) -> [DeviceKey] {
    update { $0.forget(all: all, at: now) }
  }

  // MARK: Home Assistant

  /// Announces devices, or withdraws them.
  func announce(_ announcements: [Announcement], at now: ContinuousClock.Instant = .now) {
    update { $0.announce(announcements, at: now) }
  }

  /// Programs that answer at the same moment that Home Assistant has started would choke it.
  static let birthDelay: ClosedRange<Double> = 0.5...3

  /// Home Assistant has started: sends everything retained again, a moment later and once.
  func homeAssistantStarted() {
    birth.withLock { birth in
      guard birth == nil else { return }
      birth = Task {
        await pause(for: .seconds(Double.random(in: Self.birthDelay)))
        self.birth.withLock { $0 = nil }
        if !Task.isCancelled { self.repeatAll() }
      }
    }
  }

  /// Sends everything retained once more.
  func repeatAll() { update { $0.repeatAll() } }

  /// Nothing is sent later any more.
  func stop() { birth.withLock { $0?.cancel() } }

  // MARK: Results and events

  package func publish(event: BridgeEvent) {
    logger.notice("\(event.message)", metadata: ["event": "\(event.event.rawValue)"])
    history?.record(event)
    let payload = JSONPayload.bytes(event)
    let message = OutboundMessage(topic: settings.scheme.bridgeEvent, payload: payload, qos: settings.resultQoS)
    update([.event(payload)]) { if !$0.isStandingBy { $0.enqueue(message) } }
  }

  /// Publishes an answer, and drops the oldest waiting one when there are too many.
  package func enqueue(_ message: OutboundMessage) {
    let isResult =
      message.topic.hasPrefix(settings.scheme.base + "/") && message.topic.hasSuffix(TopicScheme.resultSuffix)
    update(isResult ? [.result(message.payload)] : []) { $0.enqueue(message) }
  }

  // MARK: The broker

  /// What an earlier run left at the broker, a message a topic. Availability that still says `online` is put right
  /// at once; the rest is judged when the layout is known.
  package func adopt(_ retained: [InboundMessage], at now: ContinuousClock.Instant = .now) {
    update { $0.adopt(retained, at: now) }
  }

  package func brokerConnected() { update([.broker(isConnected: true)]) { $0.brokerConnected() } }

  /// Says once more that the bridge is there, after somebody else said that it is not.
  func repeatBridgeState() { update { $0.repeatBridgeState() } }

  /// - Parameter reason: for `bridge/info`, once there is a connection again.
  package func brokerDisconnected(reason: String = "") {
    update([.broker(isConnected: false)]) { $0.brokerDisconnected(reason: reason) }
  }

  /// Raises an alert that ends by itself.
  func note(_ kind: BridgeAlert.Kind, _ name: String, _ message: String) { update { $0.note(kind, name, message) } }

  /// Takes into the alerts what keeps the connection from being made until somebody mends it. They are published once
  /// it is made again, and say so for some minutes.
  func brokerFault(_ reason: String) { update { $0.note(.broker, "broker", reason) } }

  /// Says for some minutes what has become of the history.
  func historyNotice(_ message: String) { update { $0.note(.history, "history.db", message) } }

  /// Takes the number of messages that found no room, commands among them, into the alerts and `bridge/info`.
  func messagesDropped(_ count: Int) { update { $0.messagesDropped(count) } }

  /// Another bridge serves: nothing is published but what commands were answered that came before.
  func standDown() { update([.standingBy]) { $0.standDown() } }

  package func brokerDrained() { update { $0.brokerDrained() } }

  /// The messages that say goodbye, in order.
  /// None when nothing was published: a bridge that stood by has nothing to take back.
  package func farewell() -> [OutboundMessage] { state.withLock { $0.farewell() } }
}
