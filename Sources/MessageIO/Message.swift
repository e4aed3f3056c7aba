/// Delivery guarantee of MQTT (MQTT 5.0, section 4.3).
public enum QoS: Int, Sendable, Hashable {
  case atMostOnce = 0
  case atLeastOnce = 1
  case exactlyOnce = 2
}

/// A message to be published.
public struct OutboundMessage: Sendable, Hashable {
  public var topic: String
  public var payload: [UInt8]
  public var qos: QoS
  public var retain: Bool
  /// MQTT 5 correlation data (section 3.3.2.3.6) for an answer; ignored on 3.1.1.
  public var correlationData: [UInt8]?

  public init(
    topic: String, payload: [UInt8], qos: QoS = .atMostOnce, retain: Bool = false, correlationData: [UInt8]? = nil
  ) {
    self.topic = topic
    self.payload = payload
    self.qos = qos
    self.retain = retain
    self.correlationData = correlationData
  }

  public init(
    topic: String, text: String, qos: QoS = .atMostOnce, retain: Bool = false, correlationData: [UInt8]? = nil
  ) {
    self.init(topic: topic, payload: Array(text.utf8), qos: qos, retain: retain, correlationData: correlationData)
  }
}

/// A message that arrived.
public struct InboundMessage: Sendable, Hashable {
  public var topic: String
  public var payload: [UInt8]
  public var qos: QoS
  /// The retain flag. On MQTT 5 the subscription asks for retain-as-published (section 3.8.3.1), so this is set also
  /// on a live message that was published as retained; on 3.1.1 it is set only on what was stored before.
  public var isRetained: Bool
  /// MQTT 5 response topic (section 3.3.2.3.5).
  public var responseTopic: String?
  /// MQTT 5 correlation data (section 3.3.2.3.6).
  public var correlationData: [UInt8]?
  /// MQTT 5 message expiry that was left on arrival, in seconds (section 3.3.2.3.3).
  public var expiryInterval: UInt32?
  /// When it reached this process.
  public var receivedAt: ContinuousClock.Instant

  public init(
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
