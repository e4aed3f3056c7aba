internal import CMosquitto
internal import DequeModule
internal import Glibc
internal import MessageIO
internal import Synchronization

/// What the C callbacks reach: never the client itself, which may be gone before they are.
///
/// They note what happened; the network loop, which called into the library, draws the conclusions.
final class CallbackBox: Sendable {
  struct Facts {
    /// The broker's answer to CONNECT: 0, or why not.
    var answer: Int32?
    /// How often the broker wants to hear of the client, where it says so (MQTT 5.0, section 3.2.2.3.14).
    var keepAlive: Duration?
    /// Why the connection ended, and the system's error number at that moment.
    var end: (code: Int32, systemError: Int32)?
    /// What OpenSSL had to say while connecting.
    var log: [String] = []
  }

  private struct Counts {
    /// The sizes of messages that the library has not written yet, in order.
    var unwritten: Deque<Int> = []
    var unacknowledged: [Int32: (order: Int, message: OutboundMessage)] = [:]
    var lastOrder = 0
    /// Of all of them.
    var bytes = 0
    var wasFull = false
    var subscriptions: [Int32: [String]] = [:]
    var total: Int { unwritten.count + unacknowledged.count }

    mutating func keep(_ message: OutboundMessage, as id: Int32) {
      lastOrder += 1
      unacknowledged[id] = (lastOrder, message)
      bytes += message.byteCount
    }
  }

  private let facts = Mutex(Facts())
  private let counts = Mutex(Counts())
  private let events: EventQueue
  private let options: MosquittoOptions

  init(events: EventQueue, _ options: MosquittoOptions) {
    self.events = events
    self.options = options
  }

  /// What was noted since the last call.
  func takeFacts() -> Facts {
    facts.withLock { facts in
      defer { facts = Facts() }
      return facts
    }
  }

  var outstanding: Int { counts.withLock { $0.total } }

  /// Counts a message that is about to be handed over, because the library reports a QoS 0 message as written from
  /// inside the call.
  /// - Parameter isLimited: whether the limits hold; a refusal is remembered for `drained`.
  /// - Returns: whether there is room for it, and it was counted.
  func begin(_ size: Int, isAcknowledged: Bool, isLimited: Bool) -> Bool {
    counts.withLock { counts in
      let isTaken =
        !isLimited || counts.total == 0
        || (counts.total < options.outstandingLimit && counts.bytes + size <= options.outstandingByteLimit)
      guard isTaken else {
        counts.wasFull = true
        return false
      }
      if !isAcknowledged {
        counts.unwritten.append(size)
        counts.bytes += size
      }
      return true
    }
  }

  /// The message that was counted last was not handed over.
  func didNotWrite() {
    counts.withLock { counts in counts.bytes -= counts.unwritten.popLast() ?? 0 }
  }

  /// Keeps a message until the broker acknowledges it: the next connection's client does not know of it.
  func awaitsAcknowledgement(_ id: Int32, of message: OutboundMessage) { counts.withLock { $0.keep(message, as: id) } }

  /// Keeps a message for the next connection.
  func keep(_ message: OutboundMessage) {
    // The library's own numbers are positive.
    counts.withLock { $0.keep(message, as: -Int32(clamping: $0.lastOrder) - 1) }
  }

  /// What earlier connections took and the broker did not acknowledge, in order.
  func takeUnacknowledged() -> [OutboundMessage] {
    counts.withLock { counts in
      let messages = counts.unacknowledged.values.sorted { $0.order < $1.order }.map(\.message)
      counts.unacknowledged = [:]
      counts.bytes -= messages.reduce(0) { $0 + $1.byteCount }
      return messages
    }
  }

  func awaitsSubscription(_ id: Int32, _ filters: [String]) { counts.withLock { $0.subscriptions[id] = filters } }

  /// What was not written is lost, and what was not acknowledged is kept to be sent again.
  func connectionEnded() {
    counts.withLock {
      $0.bytes -= $0.unwritten.reduce(0, +)
      $0.unwritten = []
      $0.subscriptions = [:]
    }
    emitDrained()
  }

  private func emitDrained() {
    let isDrained = counts.withLock { counts in
      guard counts.wasFull, counts.total * 2 < options.outstandingLimit,
        counts.bytes * 2 < options.outstandingByteLimit
      else { return false }
      counts.wasFull = false
      return true
    }
    if isDrained { events.push(.drained) }
  }
}

extension CallbackBox {
  fileprivate func connected(_ answer: Int32, _ properties: OpaquePointer?) {
    var seconds: UInt16 = 0
    mosquitto_property_read_int16(properties, Int32(MQTT_PROP_SERVER_KEEP_ALIVE.rawValue), &seconds, false)
    facts.withLock { facts in
      facts.answer = answer
      // 0, as where it says nothing, asks for no pings at all.
      if seconds > 0 { facts.keepAlive = .seconds(Int(seconds)) }
    }
  }

  fileprivate func disconnected(_ code: Int32, _ systemError: Int32) {
    facts.withLock { $0.end = (code, systemError) }
  }

  fileprivate func logged(_ level: Int32, _ line: String) {
    guard level & Int32(MOSQ_LOG_ERR) != 0 else { return }
    facts.withLock { if $0.log.count < 8 { $0.log.append(line) } }
  }

  fileprivate func published(_ id: Int32, reason: Int32) {
    let mayHaveDrained = counts.withLock { counts in
      if !counts.unacknowledged.isEmpty, let acknowledged = counts.unacknowledged.removeValue(forKey: id) {
        counts.bytes -= acknowledged.message.byteCount
        if reason >= 128, options.tellsRefusals { events.push(.publishRefused(topic: acknowledged.message.topic)) }
      } else {
        counts.bytes -= counts.unwritten.popFirst() ?? 0
      }
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
    // From a broker that does not heed the announced maximum, or was never told: the library has taken it already.
    guard Int(message.payloadlen) <= options.maximumPacketSize else { return events.drop() }
    let payload = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
    var inbound = InboundMessage(
      topic: String(cString: topic), payload: Array(payload), qos: QoS(rawValue: Int(message.qos)) ?? .atMostOnce,
      isRetained: message.retain)
    if let properties { inbound.read(properties) }
    events.push(.message(inbound))
  }
}

extension OutboundMessage {
  fileprivate var byteCount: Int { topic.utf8.count + payload.count + (correlationData?.count ?? 0) }
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
    mosquitto_publish_v5_callback_set(client) { _, context, id, reason, _ in
      CallbackBox.at(context)?.published(id, reason: reason)
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
