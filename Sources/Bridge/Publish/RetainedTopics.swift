import DequeModule
package import Mate3

/// Every retained topic with its last payload, and which of them the broker does not have yet.
///
/// State is coalesced here and nowhere else: a topic holds one payload however often it changes while the broker is
/// away or slow, so that memory does not grow with the length of an outage.
package struct RetainedTopics: Sendable {
  /// Order in which everything goes out on a new connection: what says "all is fresh" comes last.
  package enum Rank: Int, Sendable, Comparable {
    case discovery, state, object, availability, bridge, bridgeState
    package static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }

  struct Entry {
    let topic: String
    let rank: Rank
    /// Whose topic it is: it is cleared with those of the device.
    var device: DeviceKey?
    fileprivate(set) var payload: String?
    fileprivate(set) var isDirty = false
  }

  private(set) var entries: [Entry] = []
  private var indexByTopic: [String: Int] = [:]
  /// Positions of the entries to be sent, oldest change first.
  private var dirty: Deque<Int> = []

  package init() {}

  /// The position of a topic, which is added without a payload when it is new.
  package mutating func index(of topic: String, rank: Rank, device: DeviceKey?) -> Int {
    if let index = indexByTopic[topic] { return index }
    indexByTopic[topic] = entries.count
    entries.append(Entry(topic: topic, rank: rank, device: device))
    return entries.count - 1
  }

  /// Says whose topic it is.
  mutating func assign(_ index: Int, to device: DeviceKey?) { entries[index].device = device }

  /// Takes what the broker has already.
  mutating func adopt(_ index: Int, _ payload: [UInt8]) {
    if entries[index].payload == nil { entries[index].payload = String(decoding: payload, as: UTF8.self) }
  }

  package func contains(_ topic: String) -> Bool { indexByTopic[topic] != nil }

  /// Sets a payload; an empty one clears the topic at the broker. Nothing happens when it is what was set before.
  package mutating func set(_ index: Int, _ payload: String) {
    // Byte for byte: texts that only look the same are others to whoever reads them.
    if let old = entries[index].payload, old.utf8.elementsEqual(payload.utf8) { return }
    entries[index].payload = payload
    mark(index)
  }

  /// Sets a payload of UTF-8 text.
  package mutating func set(_ index: Int, _ payload: [UInt8]) { set(index, String(decoding: payload, as: UTF8.self)) }

  /// Has a payload sent once more.
  mutating func `repeat`(_ index: Int) {
    if entries[index].payload != nil { mark(index) }
  }

  package func payload(_ index: Int) -> String? { entries[index].payload }

  /// Everything that has a payload is to be sent again, in the order of rank.
  package mutating func markAll() {
    unmarkAll()
    for index in entries.indices.sorted(by: { (entries[$0].rank, $0) < (entries[$1].rank, $1) })
    where entries[index].payload != nil { mark(index) }
  }

  /// Nothing is to be sent: the next connection sends everything.
  package mutating func unmarkAll() {
    for index in dirty { entries[index].isDirty = false }
    dirty = []
  }

  package var pending: Int { dirty.count }

  /// The first of what is to be sent, oldest change first.
  func next(_ count: Int) -> [Entry] { dirty.prefix(count).map { entries[$0] } }

  /// The first `count` of what is to be sent were taken.
  package mutating func took(_ count: Int) {
    for _ in 0..<min(count, dirty.count) { entries[dirty.removeFirst()].isDirty = false }
    // What everything at once has needed is not kept for the few changes of a cycle.
    if dirty.isEmpty { dirty = [] }
  }

  private mutating func mark(_ index: Int) {
    guard !entries[index].isDirty else { return }
    entries[index].isDirty = true
    dirty.append(index)
  }
}
