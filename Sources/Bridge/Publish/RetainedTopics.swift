public import Mate3
public import MessageIO
import Registry

/// Every retained topic with its last payload, and which of them the broker does not have yet.
///
/// State is coalesced here and nowhere else: a topic holds one payload however often it changes while the broker is
/// away or slow, so that memory does not grow with the length of an outage.
public struct RetainedTopics: Sendable {
  /// Order in which everything goes out on a new connection: what says "all is fresh" comes last.
  public enum Rank: UInt8, Sendable, Comparable {
    case discovery, state, object, availability, bridge, bridgeState
    public static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }

  /// A topic in few bytes: a system has some 800, and a process may serve hundreds of systems. The levels before the
  /// last are kept once a folder, and short payloads need no memory beside the entry.
  struct Entry {
    var payload: String?
    fileprivate let folder: Int16
    /// Which of the folder's names is the topic's last level.
    fileprivate let name: Int16
    /// Position among the devices, -1 for none.
    fileprivate var owner: Int16
    let rank: Rank
    fileprivate(set) var isDirty = false
  }

  private struct Folder {
    /// The levels before the last, with the `/` behind them.
    let path: String
    /// The fields whose topics are here: the registry's own list, which takes no memory of the folder's.
    var fields: [FieldDefinition] = []
    /// Other last levels, and those of fields that were known before ``fields``: they keep their numbers.
    private var others: [String] = []
    /// Where its entries are: a few runs, because most of a device's topics become known together.
    var runs: [Range<Int>] = []

    init(path: String) { self.path = path }

    mutating func append(_ index: Int) {
      if let last = runs.last, last.upperBound == index {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }

    /// A last level by its number: the fields count up from 0, the others down from -1.
    func name(_ number: Int16) -> String {
      let place = number >= 0 ? Int(number) : -1 - Int(number)
      if number >= 0 { return fields.indices.contains(place) ? fields[place].name : "" }
      return others.indices.contains(place) ? others[place] : ""
    }

    func number(of name: some StringProtocol) -> Int16? {
      if let place = others.firstIndex(where: { $0 == name }) { return Int16(exactly: -1 - place) }
      return fields.firstIndex { $0.name == name }.flatMap(Int16.init(exactly:))
    }

    func number(of field: FieldDefinition) -> Int16? {
      guard fields.indices.contains(field.index), fields[field.index] === field, !others.contains(field.name) else {
        return number(of: field.name)
      }
      return Int16(exactly: field.index)
    }

    /// - Returns: nil when there are too many.
    mutating func add(_ name: String) -> Int16? {
      guard let number = Int16(exactly: -1 - others.count) else { return nil }
      others.append(name)
      return number
    }
  }

  private(set) var entries: [Entry] = []
  private var folders: [Folder] = []
  private var folderByPath: [String: Int16] = [:]
  /// The devices that topics belong to.
  private var devices: [DeviceKey] = []
  private var dirty: [Int] = []
  private var dirtyHead = 0

  public init() {}

  /// The position of a topic, which is added without a payload when it is new. When there are 32,768 folders already, or
  /// as many names in one, it is -1, which has no effect anywhere.
  public mutating func index(of topic: String, rank: Rank, device: DeviceKey?) -> Int {
    let (path, name) = Self.split(topic)
    guard let folder = folder(path) else { return -1 }
    let known = folders[Int(folder)].number(of: name)
    guard let number = known ?? folders[Int(folder)].add(String(name)) else { return -1 }
    return index(of: number, isNew: known == nil, in: folder, rank: rank, device: device)
  }

  /// - Parameter path: what stands before the field's name, with its `/`.
  mutating func index(of field: FieldDefinition, in path: String, rank: Rank, device: DeviceKey?) -> Int {
    guard let folder = folder(path) else { return -1 }
    let known = folders[Int(folder)].number(of: field)
    guard let number = known ?? folders[Int(folder)].add(field.name) else { return -1 }
    return index(of: number, isNew: known == nil, in: folder, rank: rank, device: device)
  }

  private mutating func index(of name: Int16, isNew: Bool, in folder: Int16, rank: Rank, device: DeviceKey?) -> Int {
    if !isNew, let index = position(of: name, in: folder) { return index }
    folders[Int(folder)].append(entries.count)
    // By an eighth: an array that grows by itself doubles, and a system's topics are nearly all known at once.
    if entries.count == entries.capacity { entries.reserveCapacity(entries.count + entries.count / 8 + 8) }
    entries.append(Entry(folder: folder, name: name, owner: owner(device), rank: rank))
    return entries.count - 1
  }

  /// Makes room for so many topics in all, and for no more: arrays double their room when they grow by themselves.
  mutating func reserve(_ count: Int) { entries.reserveCapacity(count) }

  /// Says which fields' topics there are below a path: their names are then not kept once more. The first say counts.
  mutating func setFields(_ fields: [FieldDefinition], in path: String) {
    guard let folder = folder(path), folders[Int(folder)].fields.isEmpty else { return }
    folders[Int(folder)].fields = fields
  }

  private mutating func folder(_ path: String) -> Int16? {
    if let folder = folderByPath[path] { return folder }
    guard let folder = Int16(exactly: folders.count) else { return nil }
    folders.append(Folder(path: path))
    folderByPath[path] = folder
    return folder
  }

  private func position(of name: Int16, in folder: Int16) -> Int? {
    for run in folders[Int(folder)].runs {
      if let index = run.first(where: { entries[$0].name == name }) { return index }
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
    guard let folder = folderByPath[path], let number = folders[Int(folder)].number(of: name) else { return false }
    return position(of: number, in: folder) != nil
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
    buffer.set(name: folders[Int(folder)].name(entries[index].name), payload: entries[index].payload ?? "")
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
