import Derived
package import Foundation
import Mate3
import Registry
import Topics

/// A gateway as the page shows it.
package struct PageGateway: Sendable {
  /// The base of its topics, which names it.
  package let base: String
  /// What its owner calls it, if anything.
  package let title: String?
  package let model: PageModel
  /// Where its history is; nil when none is kept.
  package let historyFolder: String?
  /// How long a reading is a recent one.
  package let freshFor: TimeInterval

  package init(base: String, title: String?, model: PageModel, historyFolder: String?, freshFor: TimeInterval) {
    self.base = base
    self.title = title
    self.model = model
    self.historyFolder = historyFolder
    self.freshFor = freshFor
  }

  // MARK: Values

  /// The values of a device, as its JSON topic has them; what it does not have is null.
  /// - Parameter names: which of them; nil for all. One that is no more is null.
  func values(_ device: DeviceKey, _ now: PageModel.Snapshot, only names: Set<String>? = nil) -> String {
    let block = now.blocks[device].flatMap { model.registry.block(named: $0) }
    let known = now.values[device] ?? [:]
    let members = (names?.sorted() ?? known.keys.sorted())
      .compactMap { name -> DevicePayload.Member? in
        let payload = known[name] ?? "None"
        guard name != "availability", name != "commands" else { return nil }
        return DevicePayload.Member(name: name, payload: Array(payload.utf8), shape: Self.shape(name, device, block))
      }
    return String(decoding: DevicePayload.bytes(device, isOnline: now.isOnline(device), members), as: UTF8.self)
  }

  private static func shape(_ name: String, _ device: DeviceKey, _ block: BlockDefinition?) -> JSONShape {
    if let field = block?.field(name) { return JSONShape(field) }
    if device == HouseTotals.device, let field = DerivedField.named(name) {
      return field.kind == .choice ? .text : .plain
    }
    // Made of several fields: a time of day, or a schedule in JSON.
    return block == nil || Schedule.named(name) == nil ? .text : .plain
  }

  func values(_ now: PageModel.Snapshot) -> String {
    "[\(now.devices.map { values($0, now) }.joined(separator: ","))]"
  }

  // MARK: State

  /// How many alerts stand.
  func alertCount(_ now: PageModel.Snapshot) -> Int {
    struct Alert: Decodable {}
    // Our own JSON.
    let alerts = try? JSONDecoder().decode([Alert].self, from: Data((now.documents["alerts"] ?? "[]").utf8))
    return alerts?.count ?? 0
  }

  /// Whether the gateway was read just now.
  func isFresh(_ now: PageModel.Snapshot, at instant: ContinuousClock.Instant = .now) -> Bool {
    now.age(at: instant).map { $0 <= freshFor } ?? false
  }

  /// Why not all is well with the way from the gateway to the broker; empty when it is.
  func reasons(_ now: PageModel.Snapshot, at instant: ContinuousClock.Instant = .now) -> [String] {
    guard !now.isStandingBy else { return ["another bridge on this base topic serves, and this one stands by"] }
    var reasons: [String] = []
    switch now.age(at: instant) {
    case nil: reasons.append("the gateway has not been read yet")
    case let age? where age > freshFor: reasons.append("the gateway was last read \(Int(age)) s ago")
    default: break
    }
    if now.values[HouseTotals.device] != nil, !now.isOnline(HouseTotals.device), reasons.isEmpty {
      reasons.append("the values of the house are too old, or the gateway's clock stands still")
    }
    if !now.isBrokerConnected { reasons.append("there is no connection to the broker") }
    return reasons
  }

  /// How old the readings are, and what is not well.
  func status(_ now: PageModel.Snapshot) -> String {
    let (date, reasons) = (Date(), reasons(now))
    let readAt = now.age().map { date - $0 }
    return """
      {"gateway":\(JSON.quoted(base)),"title":\(JSON.quoted(title)),"now":\(PageWrite.time(date)),\
      "read_at":\(readAt.map(PageWrite.time) ?? "null"),"fresh_for":\(JSON.number(freshFor)),\
      "ready":\(reasons.isEmpty),"broker":\(now.isBrokerConnected),"standing_by":\(now.isStandingBy),\
      "reasons":[\(reasons.map { JSON.quoted($0) }.joined(separator: ","))]}
      """
  }

  // MARK: Server-sent events

  /// How many of each list a page is sent when it is opened; the rest of what is kept is at `/api/ledger`.
  private static let recent = 20

  /// Everything, for a page that has just been opened or has missed something.
  func everything() -> String {
    let now = model.now
    return Self.frame(
      [
        ("status", status(now)), ("devices", now.documents["devices"] ?? "[]"), ("values", values(now)),
        ("commands", commands(now)), ("alerts", now.documents["alerts"] ?? "[]"),
        ("info", now.documents["info"] ?? "{}"), ("events", now.events.json(last: Self.recent)),
        ("results", now.results.json(last: Self.recent)), ("writes", now.writes.json(last: 2 * Self.recent)),
        ("whole", "true"),
      ])
  }

  /// What is new since the last call; nil when nothing is.
  func takeNews() -> String? {
    guard let news = model.takeNews() else { return nil }
    let (documents, told, now) = (news.documents, news.told, news.now)
    var parts = [("status", status(now))]
    for name in ["devices", "alerts", "info"] where documents.contains(name) {
      parts.append((name, now.documents[name] ?? "null"))
    }
    if !news.values.isEmpty {
      let sorted = now.devices.filter { news.values[$0] != nil }
      parts.append(
        ("values", "[\(sorted.map { values($0, now, only: news.values[$0]) }.joined(separator: ","))]"))
      // A device whose topics were cleared.
      if sorted.count < news.values.count { parts.append(("present", names(now))) }
    }
    if documents.contains("commands") { parts.append(("commands", commands(now))) }
    for (name, list, before) in [
      ("events", now.events, told.events), ("results", now.results, told.results), ("writes", now.writes, told.writes),
    ] where list.total > before {
      parts.append((name, list.json(last: list.total - before)))
    }
    return Self.frame(parts)
  }

  /// Whether commands to a device are taken, and why not.
  private func commands(_ now: PageModel.Snapshot) -> String {
    let states = now.devices.compactMap { device in
      now.values[device]?["commands"].map { "\(JSON.quoted("\(device)")):\($0)" }
    }
    return "{\(states.joined(separator: ","))}"
  }

  private func names(_ now: PageModel.Snapshot) -> String {
    "[\(now.devices.map { JSON.quoted("\($0)") }.joined(separator: ","))]"
  }

  /// A line feed would end the event; JSON has none but between its members.
  private static func frame(_ parts: [(String, String)]) -> String {
    let members = parts.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
    return "data: {\(members.replacing(scalar: "\n", with: " ").replacing(scalar: "\r", with: " "))}\n\n"
  }
}
