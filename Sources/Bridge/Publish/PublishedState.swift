import DequeModule
import Derived
import FieldCodec
import Foundation
import Logging
import Mate3
import MessageIO
import Registry
import Topics

/// What a ``StatePublisher`` knows: every retained topic's last value, and what waits for the broker.
struct PublishedState {
  let settings: StatePublisher.Settings
  private let program: ProgramInfo
  private let broker: any BrokerConnection
  private let logger: Logger

  var topics = RetainedTopics()
  var objects = DeviceObjects()
  let energies: DailyEnergies
  var house: HouseTotals?
  /// The totals of the layout that is about to be installed.
  var nextHouse: HouseTotals?
  /// For each slot of the installed layout the position of its topic, nil when it is not published.
  private var slotTopics: [Int?] = []
  /// Topics that hold what is made of several fields.
  var combined: [(topic: Int, device: DeviceKey)] = []
  /// Devices that have commands.
  var commandable: Set<DeviceKey> = []
  /// Positions of topics that are cleared when Home Assistant has let go of them, and when that is.
  var withdrawn: [Int: ContinuousClock.Instant] = [:]
  private(set) var present: Set<DeviceKey> = []
  /// The layout installed last, nil before the first scan.
  private var layout: SystemLayout?
  private(set) var online: [DeviceKey: Bool] = [:]
  /// Of the installed layout; nil before the first scan.
  var freshness: Freshness?
  var departed: [DeviceKey: ContinuousClock.Instant] = [:]
  /// Topics of an earlier run's fields that are not judged yet.
  private var found: [String] = []
  private var queue: Deque<OutboundMessage> = []
  private var queuedBytes = 0
  private var gatewayInfo: GatewayInfo?
  private var timers: [TimedCommand] = []
  private(set) var isConnected = false
  private var isFull = false
  private var isStandingBy = false
  /// Results and events that found no place in the queue.
  private(set) var dropped = 0
  private var droppedInbound = 0
  private var brokerProblem: BrokerProblem?
  private var alerts: [BridgeAlert] = []
  private var passing = PassingAlerts()

  init(
    settings: StatePublisher.Settings, program: ProgramInfo, broker: any BrokerConnection,
    energies: DailyEnergies, logger: Logger
  ) {
    self.energies = energies
    self.settings = settings
    self.program = program
    self.broker = broker
    self.logger = logger
  }

  // MARK: What was read

  /// Takes a new layout: topics for its fields; fields that are gone become `None`, devices that are gone `offline`.
  /// - Parameters:
  ///   - values: every value that the scan found; a topic that holds anything else becomes `None`.
  ///   - freshness: how old the readings are.
  mutating func install(
    _ layout: SystemLayout, _ map: ReadMap, values: [FieldChange], freshness: Freshness?,
    at now: ContinuousClock.Instant
  ) {
    let scheme = settings.scheme
    if let nextHouse { house = nextHouse }
    nextHouse = nil
    var published: Set<Int> = []
    slotTopics = map.slots.map { slot in
      guard settings.publishesPersonal || slot.field.privacy == .shared else { return nil }
      let device = layout.blocks[slot.blockIndex].key
      let index = topics.index(of: scheme.state(device, slot.field.name), rank: .state, device: device)
      published.insert(index)
      return index
    }
    present = Set(layout.blocks.map(\.key))
    if house != nil { present.insert(HouseTotals.device) }
    for field in house?.fields ?? [] { published.insert(houseTopic(field)) }
    installObjects(layout, map)
    set(values)
    house?.take(values, at: now)
    let given = Set(values.map(\.slot))
    for slot in slotTopics.indices where !given.contains(slot) {
      guard let index = topic(ofSlot: slot), let payload = topics.payload(index), !payload.isEmpty else { continue }
      topics.set(index, "None")
    }
    published.formUnion(combined.map(\.topic))
    for (index, entry) in topics.entries.enumerated() where entry.rank == .state && !published.contains(index) {
      guard let device = entry.device, present.contains(device), let payload = entry.payload, !payload.isEmpty else {
        continue
      }
      topics.set(index, "None")
    }
    for device in online.keys where !present.contains(device) {
      setOnline(device, false)
      // A chain that breaks off proves of no device that it has left.
      departed[device] = layout.isEndKnown ? departed[device] ?? now : now
    }
    for device in present { departed[device] = nil }
    updateHouse(at: now)
    publishObjects()
    self.layout = layout
    self.freshness = freshness
    judge(at: now)
    clearLeftovers(layout, at: now)
    flush()
  }

  /// Takes changed values, in the order of the installed layout's slots.
  mutating func apply(_ changes: [FieldChange], at now: ContinuousClock.Instant = .now) {
    set(changes)
    house?.take(changes, at: now)
    updateHouse(at: now)
    publishObjects()
    flush()
  }

  /// The position of the topic of a slot, nil when it is not published.
  func topic(ofSlot slot: Int) -> Int? {
    slotTopics.indices.contains(slot) ? slotTopics[slot] : nil
  }

  private mutating func set(_ changes: [FieldChange]) {
    for change in changes {
      guard let index = topic(ofSlot: change.slot) else { continue }
      topics.set(index, change.value.text)
      objects.mark(slot: change.slot)
    }
  }

  /// Takes what is known of the gateway into `bridge/info`.
  mutating func setGatewayInfo(_ gateway: GatewayInfo) {
    gatewayInfo = gateway
    publishInfo()
  }

  /// Takes the timed commands that are under way into `bridge/info`.
  mutating func setTimers(_ timers: [TimedCommand]) {
    self.timers = timers
    publishInfo()
  }

  private mutating func publishInfo(at now: ContinuousClock.Instant = .now) {
    if passing.expire(at: now) { publishAlerts() }
    guard let gatewayInfo else { return }
    setBridge(
      settings.scheme.bridgeInfo,
      BridgeInfo(
        program: program, gateway: gatewayInfo, dropped: dropped, droppedInbound: droppedInbound,
        brokerProblem: brokerProblem, timers: timers.map(TimerEntry.init)))
  }

  /// Takes the alerts that stand; an empty list is published as one.
  mutating func setAlerts(_ alerts: [BridgeAlert]) {
    self.alerts = alerts
    publishAlerts()
  }

  private mutating func publishAlerts() {
    setBridge(settings.scheme.bridgeAlerts, alerts + passing.all)
  }

  /// Raises an alert that ends by itself.
  mutating func note(
    _ kind: BridgeAlert.Kind, _ name: String, _ message: String, at now: ContinuousClock.Instant = .now
  ) {
    passing.raise(kind, name, message, at: now)
    publishAlerts()
  }

  mutating func messagesDropped(_ count: Int) {
    droppedInbound += count
    note(
      .dropped, "commands",
      """
      more came at once than can be judged, or larger than it may be: \(droppedInbound) messages since the start were \
      dropped without an answer, commands perhaps among them
      """)
  }

  mutating func setDevices(_ devices: [DeviceEntry]) { setBridge(settings.scheme.bridgeDevices, devices) }

  /// Clears the topics of devices that left.
  /// - Parameter all: true to clear them now, false to clear those that left longer ago than the setting.
  /// - Returns: the devices forgotten.
  @discardableResult
  mutating func forget(all: Bool, at now: ContinuousClock.Instant = .now) -> [DeviceKey] {
    clearWithdrawn(at: now)
    let gone = departed.filter { all || $0.value.duration(to: now) >= settings.forgetAfter }.map(\.key)
    for device in gone {
      withdraw(device, at: now)
      commandable.remove(device)
      online[device] = nil
      departed[device] = nil
    }
    if !gone.isEmpty {
      sortFound { state, device, topic in
        guard gone.contains(device) else { return true }
        state.clear(topic, at: now)
        return false
      }
    }
    flush()
    return gone.sorted { "\($0)" < "\($1)" }
  }

  // MARK: Results and events

  /// Publishes an answer, and drops the oldest waiting one when there are too many.
  mutating func enqueue(_ message: OutboundMessage) {
    guard !isStandingBy else { return }
    queue.append(message)
    queuedBytes += message.byteCount
    while queue.count > StatePublisher.queueLimit || queuedBytes > StatePublisher.queueByteLimit {
      removeFirst(1)
      dropped += 1
      if dropped == 1 || dropped % 1000 == 0 {
        logger.warning(
          "answers or events are dropped: the broker does not take them", metadata: ["dropped": "\(dropped)"])
      }
    }
    flush()
  }

  private mutating func removeFirst(_ count: Int) {
    queuedBytes -= queue.prefix(count).reduce(0) { $0 + $1.byteCount }
    queue.removeFirst(min(count, queue.count))
  }

  // MARK: The broker

  /// What an earlier run left at the broker, a message a topic. Availability that still says `online` is put right
  /// at once; the rest is judged when the layout is known.
  mutating func adopt(_ retained: [InboundMessage], at now: ContinuousClock.Instant = .now) {
    for message in retained where !message.payload.isEmpty {
      let place = settings.scheme.parse(message.topic)
      if case .object(let device) = place { adoptObject(device) }
      guard case .state(let device, let field) = place else { continue }
      if field == "availability" {
        if online[device] == nil { setOnline(device, false) }
      } else if !topics.contains(message.topic) || field != "commands" {
        found.append(message.topic)
      }
    }
    if let layout { clearLeftovers(layout, at: now) }
  }

  mutating func brokerConnected() {
    isConnected = true
    isStandingBy = false
    isFull = false
    brokerProblem?.until = Date()
    publishInfo()
    setBridgeState("online")
    topics.markAll()
    flush()
  }

  /// Says once more that the bridge is there, after somebody else said that it is not.
  mutating func repeatBridgeState() {
    guard isConnected else { return }
    topics.repeat(topics.index(of: settings.scheme.bridgeState, rank: .bridgeState, device: nil))
    flush()
  }

  mutating func brokerDisconnected(reason: String) {
    let since = brokerProblem.flatMap { $0.until == nil ? $0.since : nil } ?? Date()
    brokerProblem = BrokerProblem(reason: reason, since: since)
    isConnected = false
    topics.unmarkAll()
  }

  mutating func standDown() {
    isConnected = false
    topics.unmarkAll()
    isStandingBy = true
    queue.removeAll()
    queuedBytes = 0
  }

  mutating func brokerDrained() {
    isFull = false
    flush()
  }

  /// The messages that say goodbye, in order.
  /// None when nothing was published: a bridge that stood by has nothing to take back.
  func farewell() -> [OutboundMessage] {
    guard isConnected else { return [] }
    let offline = Array("offline".utf8)
    let devices = online.filter(\.value).keys.sorted { "\($0)" < "\($1)" }
      .map {
        OutboundMessage(topic: settings.scheme.availability($0), payload: offline, qos: .atLeastOnce, retain: true)
      }
    return devices + offlineObjects + [
      OutboundMessage(topic: settings.scheme.bridgeState, payload: offline, qos: .atLeastOnce, retain: true)
    ]
  }

  // MARK: -

  mutating func setOnline(_ device: DeviceKey, _ isOnline: Bool) {
    online[device] = isOnline
    objects.mark(device)
    let index = topics.index(of: settings.scheme.availability(device), rank: .availability, device: device)
    topics.set(index, isOnline ? "online" : "offline")
  }

  private mutating func setBridgeState(_ state: String) {
    let index = topics.index(of: settings.scheme.bridgeState, rank: .bridgeState, device: nil)
    topics.set(index, state)
  }

  private mutating func setBridge(_ topic: String, _ value: some Encodable) {
    topics.set(topics.index(of: topic, rank: .bridge, device: nil), JSONPayload.bytes(value))
    flush()
  }

  /// Clears what an earlier run left under names that this system does not use; what belongs to a device that may
  /// only be away for now waits as the topics of any device that left.
  private mutating func clearLeftovers(_ layout: SystemLayout, at now: ContinuousClock.Instant) {
    let names = Set(layout.blocks.map(\.key.name)).union(layout.blocks.map(\.definition.name))
    sortFound { state, device, topic in
      if state.topics.contains(topic) {
        // The device does not have this value now: what an earlier run left must not pass for one.
        let index = state.topics.index(of: topic, rank: .state, device: device)
        if state.topics.payload(index) == nil { state.topics.set(index, "None") }
        return false
      }
      guard layout.isEndKnown else { return true }
      guard !state.present.contains(device), names.contains(device.name) else {
        state.clear(topic, at: now)
        if !state.present.contains(device) { state.clear(state.settings.scheme.availability(device), at: now) }
        return false
      }
      state.departed[device] = state.departed[device] ?? now
      return true
    }
  }

  /// Goes through what an earlier run left, and keeps what `isKept` says.
  private mutating func sortFound(
    _ isKept: (_ state: inout PublishedState, _ device: DeviceKey, _ topic: String) -> Bool
  ) {
    let leftovers = found
    found = []
    for topic in leftovers {
      guard case .state(let device, _) = settings.scheme.parse(topic) else { continue }
      if isKept(&self, device, topic) { found.append(topic) }
    }
  }

  private mutating func clear(_ topic: String, at now: ContinuousClock.Instant) {
    guard case .state(let device, _) = settings.scheme.parse(topic) else { return }
    clear(topics.index(of: topic, rank: .state, device: device), at: now)
  }

  /// Hands over as much as the broker connection takes. What it does not take stays here, coalesced.
  mutating func flush() {
    guard isConnected, !isFull else { return }
    while topics.pending > 0 || !queue.isEmpty {
      let (taken, outcome) =
        queue.isEmpty ? sendStates() : broker.send(Array(queue.prefix(StatePublisher.batchSize))[...])
      var done = taken
      if case .invalid(let reason) = outcome {
        logger.warning("a message was not sent: \(reason)")
        done += 1
      }
      if queue.isEmpty { topics.took(done) } else { removeFirst(done) }
      switch outcome {
      case .notConnected: return
      case .full:
        isFull = true
        return
      case .sent where done == 0: return
      case .sent, .invalid: break
      }
    }
  }

  private func sendStates() -> (taken: Int, outcome: SendOutcome) {
    let messages = topics.next(StatePublisher.stateBatchSize).map {
      OutboundMessage(topic: $0.topic, text: $0.payload ?? "", qos: settings.stateQoS, retain: true)
    }
    return broker.send(messages[...])
  }
}

extension OutboundMessage {
  fileprivate var byteCount: Int { topic.utf8.count + payload.count + (correlationData?.count ?? 0) + 64 }
}
