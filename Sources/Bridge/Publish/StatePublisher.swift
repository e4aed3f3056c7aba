public import Derived
import Foundation
public import Logging
public import Mate3
public import MessageIO
import Synchronization
public import Topics

/// Publishes what was read, and nothing else: keeps every retained topic's last value and brings the broker up to
/// date whenever it can be reached.
///
/// It is a lock, not an actor, so that what one thread learns in order is published in that order, without a wait for
/// another thread.
public final class StatePublisher: Sendable {
  public struct Settings: Sendable {
    public var scheme: TopicScheme
    /// Also publish mail, names and network settings.
    public var publishesPersonal: Bool
    /// Also publish the values of the whole system.
    public var publishesHouse: Bool
    /// Also publish a JSON topic for each device.
    public var publishesObjects: Bool
    public var stateQoS: QoS
    public var resultQoS: QoS
    /// How long a device that left keeps its topics.
    public var forgetAfter: Duration

    public init(
      scheme: TopicScheme, publishesPersonal: Bool = false, publishesHouse: Bool = true,
      publishesObjects: Bool = false, stateQoS: QoS = .atMostOnce,
      resultQoS: QoS = .atLeastOnce, forgetAfter: Duration = .seconds(86400)
    ) {
      self.scheme = scheme
      self.publishesPersonal = publishesPersonal
      self.publishesHouse = publishesHouse
      self.publishesObjects = publishesObjects
      self.stateQoS = stateQoS
      self.resultQoS = resultQoS
      self.forgetAfter = forgetAfter
    }
  }

  /// Most results and events that wait for the broker.
  public static let queueLimit = 256
  /// Most bytes that they may have together.
  public static let queueByteLimit = 1 << 20
  static let batchSize = 128
  /// As many states: what a batch gathers goes out in few segments, and the connection's lock is held for a few
  /// milliseconds.
  static let stateBatchSize = 512

  public let settings: Settings
  let state: Mutex<PublishedState>
  private let logger: Logger

  /// - Parameter energies: the counters of the day's energies as an earlier run left them.
  public init(
    settings: Settings, program: ProgramInfo, broker: any BrokerConnection, energies: DailyEnergies = DailyEnergies(),
    logger: Logger
  ) {
    self.settings = settings
    self.logger = logger
    state = Mutex(
      PublishedState(
        settings: settings, program: program, broker: broker, energies: energies, logger: logger))
  }

  /// Results and events that found no place in the queue.
  public var dropped: Int { state.withLock { $0.dropped } }

  // MARK: What was read

  /// Takes a new layout: topics for its fields; fields that are gone become `None`, devices that are gone `offline`.
  /// - Parameter values: every value that the scan found; a topic that holds anything else becomes `None`.
  public func install(
    _ layout: SystemLayout, _ map: ReadMap, values: [FieldChange] = [], at now: ContinuousClock.Instant = .now
  ) {
    state.withLock { $0.install(layout, map, values: values, freshness: nil, at: now) }
  }

  /// As ``install(_:_:values:at:)``, with how old the readings are.
  func install(
    _ layout: SystemLayout, _ map: ReadMap, values: [FieldChange], freshness: Freshness, at now: ContinuousClock.Instant
  ) {
    state.withLock { $0.install(layout, map, values: values, freshness: freshness, at: now) }
  }

  /// Takes changed values, in the order of the installed layout's slots.
  public func apply(_ changes: [FieldChange]) { state.withLock { $0.apply(changes) } }

  /// Takes what is known of the gateway into `bridge/info`.
  func setGatewayInfo(_ gateway: GatewayInfo) { state.withLock { $0.setGatewayInfo(gateway) } }

  /// Takes the timed commands that are under way into `bridge/info`.
  func setTimers(_ timers: [TimedCommand]) { state.withLock { $0.setTimers(timers) } }

  /// Takes the alerts that stand; an empty list is published as one.
  func setAlerts(_ alerts: [BridgeAlert]) { state.withLock { $0.setAlerts(alerts) } }

  func setDevices(_ devices: [DeviceEntry]) { state.withLock { $0.setDevices(devices) } }

  /// Clears the topics of devices that left.
  /// - Parameter all: true to clear them now, false to clear those that left longer ago than the setting.
  /// - Returns: the devices forgotten.
  @discardableResult
  public func forget(all: Bool, at now: ContinuousClock.Instant = .now) -> [DeviceKey] {
    state.withLock { $0.forget(all: all, at: now) }
  }

  // MARK: Results and events

  public func publish(event: BridgeEvent) {
    logger.notice("\(event.message)", metadata: ["event": "\(event.event.rawValue)"])
    enqueue(
      OutboundMessage(topic: settings.scheme.bridgeEvent, payload: JSONPayload.bytes(event), qos: settings.resultQoS))
  }

  /// Publishes an answer, and drops the oldest waiting one when there are too many.
  public func enqueue(_ message: OutboundMessage) { state.withLock { $0.enqueue(message) } }

  // MARK: The broker

  /// What an earlier run left at the broker, a message a topic. Availability that still says `online` is put right
  /// at once; the rest is judged when the layout is known.
  public func adopt(_ retained: [InboundMessage], at now: ContinuousClock.Instant = .now) {
    state.withLock { $0.adopt(retained, at: now) }
  }

  public func brokerConnected() { state.withLock { $0.brokerConnected() } }

  /// Says once more that the bridge is there, after somebody else said that it is not.
  func repeatBridgeState() { state.withLock { $0.repeatBridgeState() } }

  /// - Parameter reason: for `bridge/info`, once there is a connection again.
  public func brokerDisconnected(reason: String = "") { state.withLock { $0.brokerDisconnected(reason: reason) } }

  /// Takes into the alerts what keeps the connection from being made until somebody mends it. They are published once
  /// it is made again, and say so for some minutes.
  func brokerFault(_ reason: String) { state.withLock { $0.note(.broker, "broker", reason) } }

  /// Takes the number of messages that found no room, commands among them, into the alerts and `bridge/info`.
  func messagesDropped(_ count: Int) { state.withLock { $0.messagesDropped(count) } }

  /// Another bridge serves: nothing is published, and what waits for the broker is given up.
  func standDown() { state.withLock { $0.standDown() } }

  public func brokerDrained() { state.withLock { $0.brokerDrained() } }

  /// The messages that say goodbye, in order.
  /// None when nothing was published: a bridge that stood by has nothing to take back.
  public func farewell() -> [OutboundMessage] { state.withLock { $0.farewell() } }
}
