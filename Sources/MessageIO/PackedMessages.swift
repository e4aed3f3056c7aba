/// Messages that wait, in one piece of memory: what an earlier run left comes as hundreds of small messages at once, and
/// as objects of their own they would leave hundreds of gaps in the heap.
public struct PackedMessages: Sendable {
  private struct Header {
    var topicCount: Int
    var payloadCount: Int
    var qos: QoS
    var isRetained: Bool
    var receivedAt: ContinuousClock.Instant

    var messageCount: Int { topicCount + payloadCount }
  }

  private var bytes: [UInt8] = []
  private var start = 0
  /// How many messages wait.
  public private(set) var count = 0

  public init() {}

  public var isEmpty: Bool { count == 0 }
  /// Bytes that they take.
  public var byteCount: Int { bytes.count - start }

  /// Whether nothing of a message is lost here: properties of MQTT 5 are not kept.
  public static func holds(_ message: InboundMessage) -> Bool {
    message.responseTopic == nil && message.correlationData == nil && message.expiryInterval == nil
  }

  /// Appends a message without its properties of MQTT 5.
  public mutating func append(_ message: InboundMessage) {
    let header = Header(
      topicCount: message.topic.utf8.count, payloadCount: message.payload.count, qos: message.qos,
      isRetained: message.isRetained, receivedAt: message.receivedAt)
    withUnsafeBytes(of: header) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: message.topic.utf8)
    bytes.append(contentsOf: message.payload)
    count += 1
  }

  /// Takes the message that waits longest.
  public mutating func popFirst() -> InboundMessage? {
    guard let (message, end) = message(at: start) else { return nil }
    start = end
    count -= 1
    if count == 0 {
      start = 0
      // What many messages needed is not kept for the few of every day.
      bytes.removeAll(keepingCapacity: bytes.capacity <= 4096)
    } else if start >= 4096, start * 2 >= bytes.count {
      bytes.removeFirst(start)
      start = 0
    }
    return message
  }

  private func message(at place: Int) -> (InboundMessage, end: Int)? {
    let topic = place + MemoryLayout<Header>.size
    guard topic <= bytes.count else { return nil }
    let header = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Header.self) }
    let payload = topic + header.topicCount
    let end = topic + header.messageCount
    let message = InboundMessage(
      topic: String(decoding: bytes[topic..<payload], as: UTF8.self), payload: Array(bytes[payload..<end]),
      qos: header.qos, isRetained: header.isRetained, receivedAt: header.receivedAt)
    return (message, end)
  }
}

extension PackedMessages: Sequence {
  public struct Iterator: IteratorProtocol {
    fileprivate let messages: PackedMessages
    fileprivate var place: Int

    public mutating func next() -> InboundMessage? {
      guard let (message, end) = messages.message(at: place) else { return nil }
      place = end
      return message
    }
  }

  public func makeIterator() -> Iterator { Iterator(messages: self, place: start) }

  public var underestimatedCount: Int { count }
}
