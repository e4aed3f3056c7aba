internal import CMosquitto
internal import Glibc
internal import MessageIO

extension ClientHandle {
  /// Has the kernel gather the messages that `body` sends into full segments; they go out at the latest when it ends.
  ///
  /// libmosquitto writes every message on its own, and sending a segment costs more than all the rest.
  func gathering<Result>(_ isWorthIt: Bool, _ body: () -> Result) -> Result {
    guard isWorthIt else { return body() }
    holdBack(true)
    defer { holdBack(false) }
    return body()
  }

  private func holdBack(_ isOn: Bool) {
    var value: Int32 = isOn ? 1 : 0
    // A hint: without it everything works just as well, at more cost.
    _ = setsockopt(
      mosquitto_socket(pointer), Int32(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// What an earlier connection took and the broker never acknowledged goes out again, before anything else.
  func resend(to box: CallbackBox, isVersion5: Bool) {
    let messages = box.takeUnacknowledged()
    gathering(messages.count > 1) {
      for message in messages {
        if case .notConnected = publish(message, isVersion5: isVersion5, counting: box) { box.keep(message) }
      }
    }
  }

  /// Hands one message over, which the box has counted. The library writes it at once, unless the network holds it up.
  func publish(_ message: OutboundMessage, isVersion5: Bool, counting box: CallbackBox) -> SendOutcome {
    guard !message.topic.utf8.contains(0) else {
      return .invalid("the topic \(message.topic.debugDescription) has a NUL character in it")
    }
    var properties: OpaquePointer?
    defer { if properties != nil { mosquitto_property_free_all(&properties) } }
    if isVersion5, let data = message.correlationData {
      guard data.count <= UInt16.max else { return .invalid("correlation data of \(data.count) bytes is too long") }
      let code = data.withUnsafeBytes {
        mosquitto_property_add_binary(
          &properties, Int32(MQTT_PROP_CORRELATION_DATA.rawValue), $0.baseAddress, UInt16($0.count))
      }
      guard code == MOSQ_ERR_SUCCESS.rawValue else { return .invalid("correlation data: \(libraryMessage(code))") }
    }
    if isVersion5, let topic = message.responseTopic {
      let code = mosquitto_property_add_string(&properties, Int32(MQTT_PROP_RESPONSE_TOPIC.rawValue), topic)
      guard code == MOSQ_ERR_SUCCESS.rawValue else { return .invalid("response topic: \(libraryMessage(code))") }
    }
    if isVersion5, let seconds = message.expiryInterval {
      let code = mosquitto_property_add_int32(
        &properties, Int32(MQTT_PROP_MESSAGE_EXPIRY_INTERVAL.rawValue), seconds)
      guard code == MOSQ_ERR_SUCCESS.rawValue else { return .invalid("message expiry: \(libraryMessage(code))") }
    }
    var id: Int32 = 0
    let code = message.payload.withUnsafeBytes {
      mosquitto_publish_v5(
        pointer, &id, message.topic, Int32(clamping: $0.count), $0.baseAddress, Int32(message.qos.rawValue),
        message.retain, properties)
    }
    switch mosq_err_t(rawValue: code) {
    case MOSQ_ERR_SUCCESS: break
    case MOSQ_ERR_CONN_LOST, MOSQ_ERR_ERRNO:
      // The socket has just broken. What needs an acknowledgement is kept, and sent again on the next connection.
      guard message.qos != .atMostOnce else { return .notConnected }
    case MOSQ_ERR_NO_CONN:
      return .notConnected
    case let error:
      return .invalid(Self.refusal(of: message, error))
    }
    if message.qos != .atMostOnce { box.awaitsAcknowledgement(id, of: message) }
    return .sent
  }

  private static func refusal(of message: OutboundMessage, _ error: mosq_err_t) -> String {
    let topic = message.topic
    if topic.isEmpty { return "a message needs a topic" }
    switch error {
    case MOSQ_ERR_INVAL:
      return "the topic \(topic.debugDescription) is too long, or has + or # in it"
    case MOSQ_ERR_MALFORMED_UTF8:
      return "the topic \(topic.debugDescription) has a control character in it"
    case MOSQ_ERR_PAYLOAD_SIZE, MOSQ_ERR_OVERSIZE_PACKET:
      return "the message on \(topic) has \(message.payload.count) bytes, which the broker does not take"
    case MOSQ_ERR_QOS_NOT_SUPPORTED:
      return "the broker does not take QoS \(message.qos.rawValue), which the message on \(topic) has"
    default:
      return "the message on \(topic) can't be sent: \(libraryMessage(Int32(error.rawValue)))"
    }
  }

  func subscribe(_ filters: [String], qos: QoS, counting box: CallbackBox) -> SendOutcome {
    withFilters(filters) { pointers in
      var id: Int32 = 0
      // The library leaves the option out when it speaks 3.1.1.
      let code = mosquitto_subscribe_multiple(
        pointer, &id, Int32(pointers.count), pointers.baseAddress, Int32(qos.rawValue),
        Int32(MQTT_SUB_OPT_RETAIN_AS_PUBLISHED.rawValue), nil)
      if code == MOSQ_ERR_SUCCESS.rawValue { box.awaitsSubscription(id, filters) }
      return code
    }
  }

  func unsubscribe(_ filters: [String]) -> SendOutcome {
    withFilters(filters) {
      mosquitto_unsubscribe_multiple(pointer, nil, Int32($0.count), $0.baseAddress, nil)
    }
  }

  private func withFilters(
    _ filters: [String], _ body: (UnsafeBufferPointer<UnsafeMutablePointer<CChar>?>) -> Int32
  ) -> SendOutcome {
    if filters.isEmpty { return .sent }
    for filter in filters {
      guard !filter.isEmpty, !filter.utf8.contains(0), mosquitto_sub_topic_check(filter) == MOSQ_ERR_SUCCESS.rawValue
      else {
        return .invalid("\(filter.debugDescription) is not a topic filter")
      }
    }
    let copies = filters.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let code = copies.withUnsafeBufferPointer(body)
    switch mosq_err_t(rawValue: code) {
    case MOSQ_ERR_SUCCESS: return .sent
    case MOSQ_ERR_NO_CONN, MOSQ_ERR_CONN_LOST, MOSQ_ERR_ERRNO: return .notConnected
    default: return .invalid("the subscription can't be made: \(libraryMessage(code))")
    }
  }
}
