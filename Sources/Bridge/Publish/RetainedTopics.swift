public import Mate3
public import MessageIO

/// Every retained topic with its last payload, and which of them the broker does not have yet.
///
/// State is coalesced here and nowhere else: a topic holds one payload however often it changes while the broker is
/// away or slow, so that memory does not grow with the length of an outage.
public struct RetainedTopics: Sendable {
  /// Order in which everything goes out on a new connection: what says "all is fresh" comes last.
  public enum Rank: Int, Sendable, Comparable {
    case discovery, state, object, availability, bridge, bridgeState
    public static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }

  struct Entry {
    let topic: String
    let rank: Rank
    var device: DeviceKey?
    var payload: [UInt8]?
    var isDirty = false
  }

  private(set) var entries: [Entry] = []
  private var indexByTopic: [String: Int] = [:]
  private var dirty: [Int] = []
  private var dirtyHead = 0

  public init() {}

  /// The position of a topic, which is added without a payload when it is new.
  public mutating func index(of topic: String, rank: Rank, device: DeviceKey?) -> Int {
    if let index = indexByTopic[topic] { return index }
    indexByTopic[topic] = entries.count
    entries.append(Entry(topic: topic, rank: rank, device: device))
    return entries.count - 1
  }

  /// Says whose topic it is: it is cleared with those of the device.
  mutating func assign(_ index: Int, to device: DeviceKey?) {
    if entries.indices.contains(index) { entries[index].device = device }
  }

  /// Takes what the broker has already.
  mutating func adopt(_ index: Int, _ payload: [UInt8]) {
    guard entries.indices.contains(index), entries[index].payload == nil else { return }
    entries[index].payload = payload
  }

  public func contains(_ topic: String) -> Bool { indexByTopic[topic] != nil }

  /// Sets a payload; an empty one clears the topic at the broker. Nothing happens when it is what was set before.
  public mutating func set(_ index: Int, _ payload: [UInt8]) {
    guard entries.indices.contains(index), entries[index].payload != payload else { return }
    entries[index].payload = payload
    mark(index)
  }

  /// Has a payload sent once more.
  mutating func `repeat`(_ index: Int) {
    guard entries.indices.contains(index), entries[index].payload != nil else { return }
    mark(index)
  }

  public func payload(_ index: Int) -> [UInt8]? { entries.indices.contains(index) ? entries[index].payload : nil }

  /// Everything that has a payload is to be sent again, in the order of rank.
  public mutating func markAll() {
    dirty = entries.indices.filter { entries[$0].payload != nil }
      .sorted { (entries[$0].rank, $0) < (entries[$1].rank, $1) }
    dirtyHead = 0
    for index in entries.indices { entries[index].isDirty = entries[index].payload != nil }
  }

  /// Nothing is to be sent: the next connection sends everything.
  public mutating func unmarkAll() {
    for index in dirty[dirtyHead...] { entries[index].isDirty = false }
    dirty = []
    dirtyHead = 0
  }

  public var pending: Int { dirty.count - dirtyHead }

  /// Up to `count` of the next messages to send, oldest change first.
  public func next(_ count: Int, qos: QoS) -> [OutboundMessage] {
    dirty[dirtyHead..<min(dirty.count, dirtyHead + count)]
      .map { OutboundMessage(topic: entries[$0].topic, payload: entries[$0].payload ?? [], qos: qos, retain: true) }
  }

  /// The first `count` of the pending messages were taken.
  public mutating func took(_ count: Int) {
    for _ in 0..<min(count, pending) {
      entries[dirty[dirtyHead]].isDirty = false
      dirtyHead += 1
    }
    if dirtyHead == dirty.count || dirtyHead > 4096 {
      dirty.removeFirst(dirtyHead)
      dirtyHead = 0
    }
  }

  private mutating func mark(_ index: Int) {
    guard !entries[index].isDirty else { return }
    entries[index].isDirty = true
    dirty.append(index)
  }
}
