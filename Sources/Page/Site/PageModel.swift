import Derived
import FieldCodec
import Foundation
package import Mate3
package import Registry
import Synchronization
import Threads
package import Topics

/// What a gateway's bridge has last published, for whoever asks over HTTP. The bridge hands over what is new and goes on.
package final class PageModel: StateObserver {
  /// A device in `bridge/devices`, as far as the page works with it.
  struct Entry: Decodable {
    let name: String
    let port: Int
    let block: String
  }

  struct Answered: Sendable, Hashable {
    let status: String
    let code: String
  }

  /// What holds for one moment.
  struct Snapshot: Sendable {
    var values: [DeviceKey: [String: String]] = [:]
    /// What the bridge says of itself, as JSON: `info`, `devices`, `alerts`.
    var documents: [String: String] = [:]
    var events = Recent()
    var results = Recent()
    var writes = Recent()
    /// How many commands were answered with what.
    var answered: [Answered: Int] = [:]
    var commandDurations = DurationHistogram()
    /// Not by the wall clock, which may be set while the gateway is silent.
    var readAt: ContinuousClock.Instant?
    var isBrokerConnected = false
    /// Whether another bridge serves in place of this one.
    var isStandingBy = false
    /// The register map's name of each device's block.
    var blocks: [DeviceKey: String] = [:]

    /// Seconds since the gateway was read.
    func age(at instant: ContinuousClock.Instant = .now) -> TimeInterval? {
      readAt.map { $0.duration(to: instant) / .seconds(1) }
    }

    var totals: Told { Told(events: events.total, results: results.total, writes: writes.total) }

    func isOnline(_ device: DeviceKey) -> Bool { values[device]?["availability"] == "online" }

    /// In the order of the devices' document, the house first.
    var devices: [DeviceKey] {
      values.keys.sorted {
        let isHouse = ($0 == HouseTotals.device, $1 == HouseTotals.device)
        return isHouse.0 != isHouse.1 ? isHouse.0 : ($0.name, $0.port) < ($1.name, $1.port)
      }
    }
  }

  /// The last of something, as JSON, bounded in number and bytes.
  struct Recent: Sendable {
    static let count = 100
    static let bytes = 128 << 10
    private(set) var items: [String] = []
    /// All that there have been.
    private(set) var total = 0
    private var size = 0

    mutating func add(_ item: String) {
      guard item.utf8.count <= Self.bytes / 4 else { return }
      total += 1
      items.append(item)
      size += item.utf8.count
      while items.count > Self.count || size > Self.bytes { size -= items.removeFirst().utf8.count }
    }

    /// The newest first.
    var json: String { "[\(items.reversed().joined(separator: ","))]" }

    /// The newest of them, and how many there have been, so that who has some can tell which are new.
    func json(last count: Int) -> String {
      "{\"total\":\(total),\"items\":[\(items.suffix(count).reversed().joined(separator: ","))]}"
    }
  }

  private struct State {
    var now = Snapshot()
    /// What no stream has been told yet; nil while nobody listens.
    var changed: [DeviceKey: Set<String>]?
    var news: Set<String> = []
    /// How many events, results and writes the streams were told of.
    var told = Told()
    var tell: (@Sendable () -> Void)?
    /// Who waits for the answer to a command, by its id.
    var waiting: [String: AsyncStream<String>.Continuation] = [:]
  }

  /// How many there have been of each list.
  struct Told: Sendable {
    var events = 0
    var results = 0
    var writes = 0
  }

  /// What streams have not been told.
  struct News: Sendable {
    /// Of each device the values that are other ones now.
    var values: [DeviceKey: Set<String>]
    var documents: Set<String>
    /// What they were told before.
    var told: Told
    var now: Snapshot
  }

  let registry: Registry
  private let state = Mutex(State())

  /// False when nothing is shown, and only the health is asked for: texts of 800 topics take memory.
  package let wantsTopics: Bool

  package init(registry: Registry, wantsTopics: Bool = true) {
    self.registry = registry
    self.wantsTopics = wantsTopics
  }

  // MARK: From the bridge

  package func apply(_ changes: [StateChange]) {
    let tell = state.withLock { state in
      for change in changes { self.apply(change, &state) }
      return state.changed == nil ? nil : state.tell
    }
    tell?()
  }

  private func apply(_ change: StateChange, _ state: inout State) {
    switch change {
    case .topic(let device?, let name, let payload):
      state.now.values[device, default: [:]][name] = payload.isEmpty ? nil : payload
      if state.now.values[device]?.isEmpty == true { state.now.values[device] = nil }
      if name == "commands" { state.news.insert(name) } else { state.changed?[device, default: []].insert(name) }
    case .topic(nil, let name, let payload):
      state.now.documents[name] = name == "info" ? Self.withoutSettings(payload) : payload
      state.news.insert(name)
      if name == "devices" { state.now.blocks = Self.blocks(payload) }
    case .reading(let instant):
      state.now.readAt = instant
      state.news.insert("status")
    case .event where !wantsTopics, .result where !wantsTopics: break
    case .event(let bytes):
      state.now.events.add(String(decoding: bytes, as: UTF8.self))
      state.news.insert("events")
    case .result(let bytes):
      guard let result = PageResult(bytes, { self.isShared($0, state.now) }) else { return }
      state.now.answered[Answered(status: result.status, code: result.code), default: 0] += 1
      if let duration = result.duration { state.now.commandDurations.note(duration) }
      let text = String(decoding: JSONPayload.bytes(result), as: UTF8.self)
      state.now.results.add(text)
      if let id = result.id, let waiting = state.waiting[id] { waiting.yield(text) }
      state.news.insert("results")
    case .broker(let isConnected):
      (state.now.isBrokerConnected, state.now.isStandingBy) = (isConnected, false)
      state.news.insert("status")
    case .standingBy:
      (state.now.isBrokerConnected, state.now.isStandingBy) = (true, true)
      state.news.insert("status")
    }
  }

  private static func blocks(_ document: String) -> [DeviceKey: String] {
    // Our own JSON; what could not be read would only leave out units.
    let entries = (try? JSONDecoder().decode([Entry].self, from: Data(document.utf8))) ?? []
    return Dictionary(entries.map { (DeviceKey(name: $0.name, port: $0.port), $0.block) }) { first, _ in first }
  }

  /// Whoever may look at the page need not know the broker and its user.
  private static func withoutSettings(_ info: String) -> String {
    guard var members = (try? JSONSerialization.jsonObject(with: Data(info.utf8))) as? [String: Any] else {
      return "{}"
    }
    members["settings"] = nil
    let data = try? JSONSerialization.data(withJSONObject: members, options: [.sortedKeys, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// Whether everybody may see the values of a field.
  private func isShared(_ field: DeviceField, _ now: Snapshot) -> Bool {
    now.blocks[field.device].flatMap { registry.block(named: $0) }?.field(field.name)?.privacy == .shared
  }

  /// Takes a line of the ledger.
  package func apply(_ entry: LedgerEntry) {
    guard wantsTopics else { return }
    let tell = state.withLock { state in
      state.now.writes.add(PageWrite.json(entry))
      state.news.insert("writes")
      return state.changed == nil ? nil : state.tell
    }
    tell?()
  }

  enum Answer: Sendable {
    case result(String)
    case notSent
    case tooLate
  }

  /// The answer to a command of the page's own.
  func answer(to id: String, within limit: Duration, after send: () -> Bool) async -> Answer {
    let (answers, waiting) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingOldest(1))
    state.withLock { $0.waiting[id] = waiting }
    defer { state.withLock { $0.waiting[id] = nil } }
    guard send() else { return .notSent }
    let timer = Task {
      await pause(for: limit)
      waiting.finish()
    }
    defer { timer.cancel() }
    for await answer in answers { return .result(answer) }
    return .tooLate
  }

  // MARK: To the page

  var now: Snapshot { state.withLock { $0.now } }

  func watch(_ tell: @escaping @Sendable () -> Void) {
    state.withLock { state in
      state.tell = tell
      if state.changed == nil { state.told = state.now.totals }
      state.changed = state.changed ?? [:]
    }
  }

  func unwatch() {
    state.withLock { state in
      state.tell = nil
      state.changed = nil
      state.news = []
    }
  }

  /// What has changed since the last call; nil when nothing has.
  func takeNews() -> News? {
    state.withLock { state in
      guard let values = state.changed, !values.isEmpty || !state.news.isEmpty else { return nil }
      defer {
        state.changed = [:]
        state.news = []
        state.told = state.now.totals
      }
      return News(values: values, documents: state.news, told: state.told, now: state.now)
    }
  }
}

/// A field of a device.
struct DeviceField: Sendable, Hashable {
  let device: DeviceKey
  let name: String

  /// From `device/port/field`.
  init?(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, let port = Int(parts[1]) else { return nil }
    device = DeviceKey(name: String(parts[0]), port: port)
    name = String(parts[2])
  }
}

/// An answer to a command, as the page shows it. What may have been meant for a password is left out.
struct PageResult: Codable {
  var status: String
  var code: String
  var reason: String
  var field: String?
  var requested: String?
  var value: String?
  var id: String?
  var receivedAt: String
  var finishedAt: String

  enum CodingKeys: String, CodingKey {
    case status, code, reason, field, requested, value, id
    case receivedAt = "received_at"
    case finishedAt = "finished_at"
  }

  /// From arrival to answer, in seconds; nil when the wall clock was set back meanwhile.
  var duration: TimeInterval? {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    guard let begin = try? style.parse(receivedAt), let end = try? style.parse(finishedAt), end >= begin else {
      return nil
    }
    // The texts have milliseconds.
    return (end.timeIntervalSince(begin) * 1000).rounded() / 1000
  }

  init?(_ bytes: [UInt8], _ isShared: (DeviceField) -> Bool) {
    guard let result = try? JSONDecoder().decode(PageResult.self, from: Data(bytes)) else { return nil }
    self = result
    if let field = field.flatMap(DeviceField.init), isShared(field) { return }
    requested = nil
    value = nil
  }
}

/// A line of the ledger, as the page shows it.
enum PageWrite {
  static func json(_ entry: LedgerEntry) -> String {
    switch entry {
    case .intent(let intent):
      """
      {"number":\(intent.number),"at":\(time(intent.at)),"origin":\(JSON.quoted(intent.origin.rawValue)),\
      "who":\(JSON.quoted(intent.who)),"id":\(JSON.quoted(intent.id)),"asked":\(JSON.quoted(intent.asked)),\
      "field":\(JSON.quoted("\(intent.block)/\(intent.field)")),"before":\(intent.before.description),\
      "written":\(intent.words.description)}
      """
    case .end(let end):
      """
      {"number":\(end.number),"at":\(time(end.at)),"status":\(JSON.quoted(end.status)),\
      "code":\(JSON.quoted(end.code)),"read":\(end.read.description)}
      """
    }
  }

  static func time(_ date: Date) -> String {
    JSON.quoted(date.timestamp)
  }
}
