internal import CMosquitto
internal import MessageIO
internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// What the C callbacks reach: never the client itself, which may be gone before they are.
///
/// They note what happened; the network loop, which called into the library, draws the conclusions.
final class CallbackBox: Sendable {
  struct Facts {
    /// The broker's answer to CONNECT: 0, or why not.
    var answer: Int32?
    /// How often the broker wants to hear of the client, where it says so.
    var keepAlive: Duration?
    /// Why the connection ended, and the system's error number at that moment.
    var end: (code: Int32, systemError: Int32)?
    /// What OpenSSL had to say while connecting.
    var log: [String] = []
  }

  private struct Counts {
    var unwritten = 0
    var unacknowledged: Set<Int32> = []
    var wasFull = false
    var subscriptions: [Int32: [String]] = [:]
    var total: Int { unwritten + unacknowledged.count }
  }

  private let facts = Mutex(Facts())
  private let counts = Mutex(Counts())
  private let events: EventQueue
  private let outstandingLimit: Int

  init(events: EventQueue, outstandingLimit: Int) {
    self.events = events
    self.outstandingLimit = outstandingLimit
  }

  /// What was noted since the last call.
  func takeFacts() -> Facts {
    facts.withLock { facts in
      defer { facts = Facts() }
      return facts
    }
  }

  var outstanding: Int { counts.withLock { $0.total } }

  /// Counts messages that are about to be handed over, because the library reports a QoS 0 message as written from
  /// inside the call.
  /// - Parameter isLimited: whether the limit holds; a refusal is remembered for `drained`.
  /// - Returns: for how many there is room, and so many were counted.
  func begin(_ count: Int, isAcknowledged: Bool, isLimited: Bool) -> Int {
    counts.withLock { counts in
      let room = isLimited ? max(0, min(count, outstandingLimit - counts.total)) : count
      if room < count { counts.wasFull = true }
      if !isAcknowledged { counts.unwritten += room }
      return room
    }
  }

  /// Of what was counted, so many were not handed over.
  func didNotWrite(_ count: Int) { counts.withLock { $0.unwritten -= count } }
  func awaitsAcknowledgement(_ id: Int32) { counts.withLock { _ = $0.unacknowledged.insert(id) } }
  func awaitsSubscription(_ id: Int32, _ filters: [String]) { counts.withLock { $0.subscriptions[id] = filters } }

  /// libmosquitto forgets what it has not written, and keeps what is not acknowledged to send it again.
  func connectionEnded() {
    counts.withLock {
      $0.unwritten = 0
      $0.subscriptions = [:]
    }
    emitDrained()
  }

  private func emitDrained() {
    let isDrained = counts.withLock { counts in
      guard counts.wasFull, counts.total * 2 < outstandingLimit else { return false }
      counts.wasFull = false
      return true
    }
    if isDrained { events.push(.drained) }
  }
}

extension CallbackBox {
  fileprivate func connected(_ answer: Int32, _ properties: OpaquePointer?) {
    var seconds: UInt16 = 0
    let isGiven =
      properties.map {
        mosquitto_property_read_int16($0, Int32(MQTT_PROP_SERVER_KEEP_ALIVE.rawValue), &seconds, false) != nil
      } ?? false
    facts.withLock { facts in
      facts.answer = answer
      // 0 asks for no pings at all.
      if isGiven, seconds > 0 { facts.keepAlive = .seconds(Int(seconds)) }
    }
  }

  fileprivate func disconnected(_ code: Int32, _ systemError: Int32) {
    facts.withLock { $0.end = (code, systemError) }
  }

  fileprivate func logged(_ level: Int32, _ line: String) {
    guard level & Int32(MOSQ_LOG_ERR) != 0 else { return }
    facts.withLock { if $0.log.count < 8 { $0.log.append(line) } }
  }

  fileprivate func published(_ id: Int32) {
    let mayHaveDrained = counts.withLock { counts in
      let isAcknowledgement = !counts.unacknowledged.isEmpty && counts.unacknowledged.remove(id) != nil
      if !isAcknowledgement, counts.unwritten > 0 { counts.unwritten -= 1 }
      return counts.wasFull
    }
    if mayHaveDrained { emitDrained() }
  }

  fileprivate func subscribed(_ id: Int32, _ granted: UnsafeBufferPointer<Int32>) {
    let filters = counts.withLock { $0.subscriptions.removeValue(forKey: id) } ?? []
    events.push(.subscribed(refused: zip(filters, granted).filter { $1 >= 128 }.map(\.0)))
  }

  fileprivate func received(_ message: mosquitto_message, _ properties: OpaquePointer?) {
    guard let topic = message.topic else { return }
    let payload = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
    var inbound = InboundMessage(
      topic: String(cString: topic), payload: Array(payload), qos: QoS(rawValue: Int(message.qos)) ?? .atMostOnce,
      isRetained: message.retain)
    if let properties { inbound.read(properties) }
    events.push(.message(inbound))
  }
}

extension InboundMessage {
  fileprivate mutating func read(_ properties: OpaquePointer) {
    var text: UnsafeMutablePointer<CChar>?
    if mosquitto_property_read_string(properties, Int32(MQTT_PROP_RESPONSE_TOPIC.rawValue), &text, false) != nil,
      let text
    {
      responseTopic = String(cString: text)
      free(text)
    }
    var data: UnsafeMutableRawPointer?
    var count: UInt16 = 0
    if mosquitto_property_read_binary(properties, Int32(MQTT_PROP_CORRELATION_DATA.rawValue), &data, &count, false)
      != nil
    {
      correlationData = Array(UnsafeRawBufferPointer(start: data, count: Int(count)))
      free(data)
    }
    var seconds: UInt32 = 0
    if mosquitto_property_read_int32(properties, Int32(MQTT_PROP_MESSAGE_EXPIRY_INTERVAL.rawValue), &seconds, false)
      != nil
    {
      expiryInterval = seconds
    }
  }
}

extension CallbackBox {
  private static func at(_ context: UnsafeMutableRawPointer?) -> CallbackBox? {
    context.map { Unmanaged<CallbackBox>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Registers the callbacks with a client whose context is a box.
  static func install(on client: OpaquePointer) {
    mosquitto_connect_v5_callback_set(client) { _, context, answer, _, properties in
      CallbackBox.at(context)?.connected(answer, properties)
    }
    mosquitto_disconnect_v5_callback_set(client) { _, context, code, _ in
      let systemError = errno
      CallbackBox.at(context)?.disconnected(code, systemError)
    }
    mosquitto_publish_callback_set(client) { _, context, id in
      CallbackBox.at(context)?.published(id)
    }
    mosquitto_subscribe_callback_set(client) { _, context, id, count, granted in
      CallbackBox.at(context)?.subscribed(id, UnsafeBufferPointer(start: granted, count: Int(count)))
    }
    mosquitto_message_v5_callback_set(client) { _, context, message, properties in
      guard let message else { return }
      CallbackBox.at(context)?.received(message.pointee, properties)
    }
  }

  /// Has libmosquitto report errors, or not: while it does, it formats a line for every single message.
  static func setLogging(_ isOn: Bool, on client: OpaquePointer) {
    guard isOn else { return mosquitto_log_callback_set(client, nil) }
    mosquitto_log_callback_set(client) { _, context, level, line in
      guard let line else { return }
      CallbackBox.at(context)?.logged(level, String(cString: line))
    }
  }
}
