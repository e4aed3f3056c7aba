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
  let program: ProgramInfo
  private let broker: any BrokerConnection
  private let logger: Logger

  var topics = RetainedTopics()
  var objects = DeviceObjects()
  /// For each slot of the installed layout the position of its topic, nil when it is not published.
  private var slotTopics: [Int?] = []
  /// Topics of the values of the whole system.
  private var houseTopics: [Int] = []
  /// Topics that hold what is made of several fields.
  var combined: [(topic: Int, device: DeviceKey)] = []
  /// Devices that have commands.
  var commandable: Set<DeviceKey> = []
  /// Positions of topics that are cleared when Home Assistant has let go of them, and when that is.
  var withdrawn: [Int: ContinuousClock.Instant] = [:]
  /// Devices that Home Assistant is told of for the first time, as soon as the broker takes it.
  var untold: [String] = []
  private(set) var present: Set<DeviceKey> = []
  /// The layout installed last, nil before the first scan.
  private var layout: SystemLayout?
  private(set) var online: [DeviceKey: Bool] = [:]
  var departed: [DeviceKey: ContinuousClock.Instant] = [:]
  /// Topics of an earlier run's fields that are not judged yet.
  private var found: [String] = []
  private var queue: Deque<OutboundMessage> = []
  private var queuedBytes = 0
  var gatewayInfo: GatewayInfo?
  var timers: [TimedCommand] = []
  /// Timed commands of the bridge that served before.
  var othersTimers: [TimerMark] = []
  /// Those of them whose field was commanded since.
  var settled: [TimerMark] = []
  private(set) var isConnected = false
  private var isFull = false
  private(set) var isStandingBy = false
  /// Results and events that found no place in the queue.
  private(set) var dropped = 0
  var droppedInbound = 0
  private(set) var brokerProblem: BrokerProblem?
  var alerts: [BridgeAlert] = []
  var passing = PassingAlerts()

  init(settings: StatePublisher.Settings, program: ProgramInfo, broker: any BrokerConnection, logger: Logger) {
    self.settings = settings
    self.program = program
    self.broker = broker
    self.logger = logger
  }

  // MARK: What was read

  /// Takes what was read, and what follows from it.
  mutating func apply(_ cycle: Cycle) {
    announce(cycle.announcements, at: cycle.at)
    if let system = cycle.system { install(system, cycle.houseFields) }
    set(times: cycle.times ?? [])
    set(cycle.changes)
    if let system = cycle.system { takeAway(besides: cycle.changes, system, at: cycle.at) }
    for change in cycle.house { set(house: change) }
    for (device, isFresh) in cycle.isFresh.filter({ online[$0] != $1 }).sorted(by: { "\($0.key)" < "\($1.key)" }) {
      setOnline(device, isFresh)
    }
    publishObjects()
    if let system = cycle.system {
      layout = system.layout
      clearLeftovers(system.layout, at: cycle.at)
      setCommandStates(system.commandStates)
      setDevices(system.devices)
    }
    forget(all: false, at: cycle.at)
  }

  /// Takes a new layout: topics for its fields.
  private mutating func install(_ system: Cycle.System, _ houseFields: [DerivedField]?) {
    topics.reserve(system.map.slots.count + 100)
    slotTopics = system.map.slots.map { slot in
      guard settings.publishesPersonal || slot.field.privacy == .shared,
        settings.publishesInternal || !slot.field.isInternal
      else { return nil }
      return stateTopic(system.layout.blocks[slot.blockIndex].key, slot.field.name)
    }
    combined =
      system.times.map { (stateTopic($0.block.key, $0.time.field.name), $0.block.key) }
      + system.schedules.map { (stateTopic($0.block.key, $0.schedule.name), $0.block.key) }
    houseTopics = (houseFields ?? []).map { stateTopic(HouseTotals.device, $0.name) }
    present = Set(system.layout.blocks.map(\.key))
    if houseFields != nil { present.insert(HouseTotals.device) }
    installObjects(system, houseFields ?? [])
  }

  /// What the new layout does not give any more: values become `None`, and devices `offline`.
  private mutating func takeAway(besides values: [FieldChange], _ system: Cycle.System, at now: ContinuousClock.Instant)
  {
    let given = Set(values.compactMap { topic(ofSlot: $0.slot) } + combined.map(\.topic) + houseTopics)
    for (index, entry) in topics.entries.enumerated() where entry.rank == .state && !given.contains(index) {
      guard let device = topics.device(of: entry), present.contains(device), let payload = entry.payload,
        !payload.isEmpty
      else {
        continue
      }
      topics.set(index, "None")
    }
    for device in online.keys where !present.contains(device) {
      setOnline(device, false)
      // A chain that breaks off proves of no device that it has left.
      departed[device] = system.layout.isEndKnown ? departed[device] ?? now : now
    }
    for device in present { departed[device] = nil }
  }

  /// The position of the topic of a value.
  mutating func stateTopic(_ device: DeviceKey, _ name: String) -> Int {
    topics.index(of: name, in: settings.scheme.folder(device), rank: .state, device: device)
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

  /// Takes the values that are made of several fields, in the order in which they were installed; nil for those that the
  /// device does not have now.
  private mutating func set(times: [String?]) {
    for ((topic, device), text) in zip(combined, times) {
      // What was never there has no topic.
      guard text != nil || topics.payload(topic) != nil else { continue }
      topics.set(topic, text ?? "None")
      objects.mark(device)
    }
  }

  private mutating func set(house change: DerivedChange) {
    topics.set(stateTopic(HouseTotals.device, change.field.name), change.text)
    objects.mark(HouseTotals.device)
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
    return gone.sorted { "\($0)" < "\($1)" }
  }

  // MARK: Results and events

  /// Publishes an answer, and drops the oldest waiting one when there are too many.
  mutating func enqueue(_ message: OutboundMessage) {
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
  }

  /// Says once more that the bridge is there, after somebody else said that it is not.
  mutating func repeatBridgeState() {
    guard isConnected else { return }
    topics.repeat(topics.index(of: settings.scheme.bridgeState, rank: .bridgeState, device: nil))
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
  }

  mutating func brokerDrained() {
    isFull = false
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

  mutating func setBridge(_ topic: String, _ value: some Encodable) {
    topics.set(topics.index(of: topic, rank: .bridge, device: nil), JSONPayload.bytes(value))
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
    guard isConnected || isStandingBy, !isFull else { return }
    while isConnected && topics.pending > 0 || !queue.isEmpty {
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
    if !untold.isEmpty {
      logger.info("announced to Home Assistant", metadata: ["devices": "\(untold)"])
      untold = []
    }
  }

  private func sendStates() -> (taken: Int, outcome: SendOutcome) {
    let messages = topics.next(StatePublisher.batchSize).map {
      OutboundMessage(topic: $0.topic, text: $0.payload, qos: settings.stateQoS, retain: true)
    }
    return broker.send(messages[...])
  }
}

extension OutboundMessage {
  fileprivate var byteCount: Int {
    topic.utf8.count + payload.count + (correlationData?.count ?? 0) + (responseTopic?.utf8.count ?? 0) + 64
  }
}
