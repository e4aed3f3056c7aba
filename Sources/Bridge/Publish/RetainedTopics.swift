import DequeModule
package import Mate3
import Topics

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
    /// The topic's last level.
    fileprivate let name: String
    fileprivate let folder: Int
    let rank: Rank
    fileprivate(set) var isDirty = false
    fileprivate(set) var payload: String?
  }

  /// What the topics of a device have in common. With a text of its own for each of some 800 topics, and a dictionary to
  /// find them by, a gateway took 180 KiB more, of the 300 that it may.
  private struct Folder {
    /// The levels before the last, with the `/` behind them.
    let path: String
    /// Whose topics they are: they are cleared with those of the device.
    var device: DeviceKey?
    var entries: [Int] = []
  }

  private(set) var entries: [Entry] = []
  private var folders: [Folder] = []
  private var folderByPath: [String: Int] = [:]
  /// Positions of the entries to be sent, oldest change first.
  private var dirty: Deque<Int> = []
  /// Positions of what has changed since somebody looked; nil when nobody does.
  private var unseen: [Int]?

  package init() {}

  /// Keeps what changes for ``takeUnseen()``.
  mutating func watch() { unseen = unseen ?? [] }

  /// What has changed since the last time, but for what only repeats it for others.
  mutating func takeUnseen() -> [StateChange] {
    guard let positions = unseen, !positions.isEmpty else { return [] }
    unseen = []
    return positions.compactMap { index in
      let entry = entries[index]
      guard entry.rank != .discovery, entry.rank != .object else { return nil }
      return .topic(folders[entry.folder].device, name: entry.name, payload: entry.payload ?? "")
    }
  }

  /// The position of a topic, which is added without a payload when it is new.
  package mutating func index(of topic: String, rank: Rank, device: DeviceKey?) -> Int {
    // The JSON topics of devices of one name are not one device's.
    let (path, name) = rank == .object ? (topic, "") : Self.split(topic)
    return index(of: name, in: path, rank: rank, device: device)
  }

  /// - Parameters:
  ///   - name: the topic's last level.
  ///   - path: the levels before it, with the `/`.
  mutating func index(of name: String, in path: String, rank: Rank, device: DeviceKey?) -> Int {
    if let index = position(of: name, in: path) { return index }
    let folder = folderByPath[path] ?? folders.count
    if folder == folders.count {
      folders.append(Folder(path: path, device: device))
      folderByPath[path] = folder
    }
    folders[folder].entries.append(entries.count)
    entries.append(Entry(name: name, folder: folder, rank: rank))
    return entries.count - 1
  }

  private func position(of name: String, in path: String) -> Int? {
    folderByPath[path].flatMap { folders[$0].entries.first { entries[$0].name == name } }
  }

  /// Makes room for that many topics at once: an array that grows by doubling leaves its earlier storage behind.
  mutating func reserve(_ count: Int) { entries.reserveCapacity(count) }

  private static func split(_ topic: String) -> (path: String, name: String) {
    guard let slash = topic.lastIndex(of: "/") else { return ("", topic) }
    return (String(topic[...slash]), String(topic[topic.index(after: slash)...]))
  }

  /// Whose topic it is.
  func device(of entry: Entry) -> DeviceKey? { folders[entry.folder].device }

  /// Says whose topic it is.
  mutating func assign(_ index: Int, to device: DeviceKey?) { folders[entries[index].folder].device = device }

  /// Takes what the broker has already.
  mutating func adopt(_ index: Int, _ payload: [UInt8]) {
    if entries[index].payload == nil { entries[index].payload = String(decoding: payload, as: UTF8.self) }
  }

  /// Whether a state's topic is known.
  package func contains(_ topic: String) -> Bool {
    let (path, name) = Self.split(topic)
    return position(of: name, in: path) != nil
  }

  /// Sets a payload; an empty one clears the topic at the broker. Nothing happens when it is what was set before.
  package mutating func set(_ index: Int, _ payload: String) {
    // Byte for byte: texts that only look the same are others to whoever reads them.
    if let old = entries[index].payload, old.utf8.elementsEqual(payload.utf8) { return }
    entries[index].payload = payload
    unseen?.append(index)
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
  func next(_ count: Int) -> [(topic: String, payload: String)] {
    dirty.prefix(count).map { (folders[entries[$0].folder].path + entries[$0].name, entries[$0].payload ?? "") }
  }

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
