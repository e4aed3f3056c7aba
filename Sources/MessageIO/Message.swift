/// Delivery guarantee of MQTT (MQTT 5.0, section 4.3).
package enum QoS: Int, Sendable, Hashable {
  case atMostOnce = 0
  case atLeastOnce = 1
  case exactlyOnce = 2
}

/// A message to be published.
package struct OutboundMessage: Sendable, Hashable {
  package var topic: String
  package var payload: [UInt8]
  package var qos: QoS
  package var retain: Bool
  /// MQTT 5 correlation data (section 3.3.2.3.6) for an answer; ignored on 3.1.1.
  package var correlationData: [UInt8]?
  /// MQTT 5 response topic and message expiry in seconds; ignored on 3.1.1.
  package var responseTopic: String?
  package var expiryInterval: UInt32?

  package init(
    topic: String, payload: [UInt8], qos: QoS = .atMostOnce, retain: Bool = false, correlationData: [UInt8]? = nil,
    responseTopic: String? = nil, expiryInterval: UInt32? = nil
  ) {
    self.topic = topic
    self.payload = payload
    self.qos = qos
    self.retain = retain
    self.correlationData = correlationData
    self.responseTopic = responseTopic
    self.expiryInterval = expiryInterval
  }

  package init(
    topic: String, text: String, qos: QoS = .atMostOnce, retain: Bool = false, correlationData: [UInt8]? = nil
  ) {
    self.init(topic: topic, payload: Array(text.utf8), qos: qos, retain: retain, correlationData: correlationData)
  }
}

/// A message that arrived.
package struct InboundMessage: Sendable, Hashable {
  package var topic: String
  package var payload: [UInt8]
  package var qos: QoS
  /// The retain flag. On MQTT 5 the subscription asks for retain-as-published (section 3.8.3.1), so this is set also
  /// on a live message that was published as retained; on 3.1.1 it is set only on what was stored before.
  package var isRetained: Bool
  /// MQTT 5 response topic (section 3.3.2.3.5).
  package var responseTopic: String?
  /// MQTT 5 correlation data (section 3.3.2.3.6).
  package var correlationData: [UInt8]?
  /// MQTT 5 message expiry that was left on arrival, in seconds (section 3.3.2.3.3).
  package var expiryInterval: UInt32?
  /// When it reached this process.
  package var receivedAt: ContinuousClock.Instant

  package init(
    topic: String, payload: [UInt8], qos: QoS = .atMostOnce, isRetained: Bool = false, responseTopic: String? = nil,
    correlationData: [UInt8]? = nil, expiryInterval: UInt32? = nil, receivedAt: ContinuousClock.Instant = .now
  ) {
    self.topic = topic
    self.payload = payload
    self.qos = qos
    self.isRetained = isRetained
    self.responseTopic = responseTopic
    self.correlationData = correlationData
    self.expiryInterval = expiryInterval
    self.receivedAt = receivedAt
  }
}
