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

  /// A topic in few bytes: a system has some 800, and a process may serve hundreds of systems. The levels before the
  /// last are kept once a folder; names of fields and labels are the registry's own texts, and short ones need no memory
  /// beside the entry.
  struct Entry {
    let name: String
    var payload: String?
    fileprivate let folder: Int32
    /// Position among the devices, -1 for none.
    fileprivate var owner: Int16
    let rank: Rank
    fileprivate(set) var isDirty = false
  }

  private struct Folder {
    /// The levels before the last, with the `/` behind them.
    let path: String
    /// Where its entries are: a few runs, because most of a device's topics become known together.
    var runs: [Range<Int32>] = []

    mutating func append(_ index: Int32) {
      if let last = runs.last, last.upperBound == index {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }
  }

  private(set) var entries: [Entry] = []
  private var folders: [Folder] = []
  private var folderByPath: [String: Int32] = [:]
  /// The devices that topics belong to.
  private var devices: [DeviceKey] = []
  private var dirty: [Int] = []
  private var dirtyHead = 0

  public init() {}

  /// The position of a topic, which is added without a payload when it is new.
  public mutating func index(of topic: String, rank: Rank, device: DeviceKey?) -> Int {
    let (path, name) = Self.split(topic)
    return index(of: String(name), in: path, rank: rank, device: device)
  }

  /// - Parameters:
  ///   - name: the topic's last level.
  ///   - path: what stands before it, with its `/`.
  mutating func index(of name: String, in path: String, rank: Rank, device: DeviceKey?) -> Int {
    if let index = position(of: name, in: path) { return index }
    let folder = folderByPath[path] ?? Int32(folders.count)
    if folder == folders.count {
      folders.append(Folder(path: path))
      folderByPath[path] = folder
    }
    folders[Int(folder)].append(Int32(entries.count))
    // By an eighth: an array that grows by itself doubles, and a system's topics are nearly all known at once.
    if entries.count == entries.capacity { entries.reserveCapacity(entries.count + entries.count / 8 + 8) }
    entries.append(Entry(name: name, folder: folder, owner: owner(device), rank: rank))
    return entries.count - 1
  }

  /// Makes room for so many topics in all, and for no more: arrays double their room when they grow by themselves.
  mutating func reserve(_ count: Int) { entries.reserveCapacity(count) }

  private func position(of name: some StringProtocol, in path: String) -> Int? {
    guard let folder = folderByPath[path] else { return nil }
    for run in folders[Int(folder)].runs {
      if let index = run.first(where: { entries[Int($0)].name == name }) { return Int(index) }
    }
    return nil
  }

  private mutating func owner(_ device: DeviceKey?) -> Int16 {
    guard let device else { return -1 }
    if let index = devices.firstIndex(of: device) { return Int16(index) }
    guard devices.count < Int16.max else { return -1 }
    devices.append(device)
    return Int16(devices.count - 1)
  }

  /// Whose topic it is.
  func device(of entry: Entry) -> DeviceKey? {
    devices.indices.contains(Int(entry.owner)) ? devices[Int(entry.owner)] : nil
  }

  private static func split(_ topic: String) -> (path: String, name: Substring) {
    guard let slash = topic.lastIndex(of: "/") else { return ("", topic[...]) }
    return (String(topic[...slash]), topic[topic.index(after: slash)...])
  }

  /// Says whose topic it is: it is cleared with those of the device.
  mutating func assign(_ index: Int, to device: DeviceKey?) {
    if entries.indices.contains(index) { entries[index].owner = owner(device) }
  }

  /// Takes what the broker has already.
  mutating func adopt(_ index: Int, _ payload: [UInt8]) {
    guard entries.indices.contains(index), entries[index].payload == nil else { return }
    entries[index].payload = String(decoding: payload, as: UTF8.self)
  }

  public func contains(_ topic: String) -> Bool {
    let (path, name) = Self.split(topic)
    return position(of: name, in: path) != nil
  }

  /// Sets a payload; an empty one clears the topic at the broker. Nothing happens when it is what was set before.
  public mutating func set(_ index: Int, _ payload: String) {
    guard entries.indices.contains(index) else { return }
    if let old = entries[index].payload, Self.isSame(old, payload) { return }
    entries[index].payload = payload
    mark(index)
  }

  /// Byte for byte: texts that only look the same are others to whoever reads them.
  private static func isSame(_ old: String, _ new: String) -> Bool {
    guard old == new, old.utf8.count == new.utf8.count else { return false }
    let isSame = old.utf8.withContiguousStorageIfAvailable { old in
      new.utf8.withContiguousStorageIfAvailable { old.elementsEqual($0) }
    }
    return (isSame ?? nil) ?? old.utf8.elementsEqual(new.utf8)
  }

  /// Sets a payload of UTF-8 text.
  public mutating func set(_ index: Int, _ payload: [UInt8]) { set(index, String(decoding: payload, as: UTF8.self)) }

  /// Has a payload sent once more.
  mutating func `repeat`(_ index: Int) {
    guard entries.indices.contains(index), entries[index].payload != nil else { return }
    mark(index)
  }

  public func payload(_ index: Int) -> String? { entries.indices.contains(index) ? entries[index].payload : nil }

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

  /// Writes one of the pending messages, oldest change first.
  /// - Parameter position: below ``pending``.
  public func write(_ position: Int, into buffer: inout MessageBuffer) {
    guard dirty.indices.contains(dirtyHead + position) else { return }
    let index = dirty[dirtyHead + position]
    let folder = entries[index].folder
    // Most messages have the folder of the one before.
    if position == 0 || entries[dirty[dirtyHead + position - 1]].folder != folder {
      buffer.setFolder(folders[Int(folder)].path)
    }
    buffer.set(name: entries[index].name, payload: entries[index].payload ?? "")
  }

  /// The first `count` of the pending messages were taken.
  public mutating func took(_ count: Int) {
    for _ in 0..<min(count, pending) {
      entries[dirty[dirtyHead]].isDirty = false
      dirtyHead += 1
    }
    if dirtyHead == dirty.count {
      // What everything at once has needed is not kept for the few changes of a cycle.
      dirty.removeAll(keepingCapacity: dirty.capacity <= 256)
      dirtyHead = 0
    } else if dirtyHead > 4096 {
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
