import CPageResources
import Derived
import Foundation
import Mate3
import Registry
import Threads

/// What is served: the page, its data, metrics and health.
package struct PageSite: Sendable {
  package let version: String
  package let gateways: [PageGateway]
  /// Whether the bridge's own loops go on.
  private let isLive: @Sendable () async -> Bool
  private let history: PageHistory
  /// Nil for a page that only shows.
  let commands: PageCommands?
  let started = Date()

  package init(
    version: String, gateways: [PageGateway], commands: PageCommands? = nil,
    isLive: @escaping @Sendable () async -> Bool
  ) {
    self.version = version
    self.gateways = gateways
    self.commands = commands
    self.isLive = isLive
    history = PageHistory()
  }

  /// What is answered on the socket in the state directory.
  func localAnswer(_ request: PageRequest) -> PageAnswer {
    switch request.path {
    case "/health/live": .later { await live() }
    case "/health/ready": .now(ready())
    default: .now(.problem(404, "there is nothing here; ask for /health/live or /health/ready"))
    }
  }

  /// What may be done at a path, as the header `Allow` says it.
  func methods(at path: String) -> String {
    switch path {
    case "/api/command": commands == nil ? "" : "POST"
    case "/api/stream": "GET"
    default: "GET, HEAD"
    }
  }

  func answer(_ request: PageRequest, _ counters: PageCounters) -> PageAnswer {
    if request.method == .post { return command(request) }
    switch request.path {
    case "/health/live": return .later { await live() }
    case "/health/ready": return .now(ready())
    case "/metrics": return .now(PageResponse(.metrics, MetricsText(self, counters).text.utf8))
    case "/": return .now(index(request))
    case "/api/command": return notAllowed("a command is sent with POST", request)
    default: break
    }
    if let resource = Resource.named(request.path) { return .now(resource.response(to: request)) }
    guard request.path.hasPrefix("/api/") else {
      return .now(.problem(404, "there is nothing here; the page is at the address without a path"))
    }
    let base = request.query["gateway"]
    guard let index = base == nil ? gateways.indices.first : gateways.firstIndex(where: { $0.base == base }) else {
      return .now(.problem(404, "there is no gateway of that base"))
    }
    return api(request, index)
  }

  private func notAllowed(_ sentence: String, _ request: PageRequest) -> PageAnswer {
    .now(.notAllowed(sentence, allowed: methods(at: request.path)))
  }

  private func command(_ request: PageRequest) -> PageAnswer {
    guard let commands else { return notAllowed("nothing can be sent here: the page is read-only", request) }
    guard request.path == "/api/command" else { return notAllowed("commands go to /api/command", request) }
    if let refusal = commands.refusal(of: request) { return .now(refusal) }
    let base = request.query["gateway"]
    guard let index = base == nil ? gateways.indices.first : gateways.firstIndex(where: { $0.base == base }) else {
      return .now(.problem(404, "there is no gateway of that base"))
    }
    return commands.carryOut(request, index, gateways[index])
  }

  private func api(_ request: PageRequest, _ index: Int) -> PageAnswer {
    let gateway = gateways[index]
    let now = gateway.model.now
    switch request.path {
    case "/api/stream": return request.method == .head ? notAllowed("ask with GET", request) : .stream(index)
    case "/api/gateways":
      return json("[\(gateways.map { $0.status($0.model.now) }.joined(separator: ","))]")
    case "/api/devices": return json(now.documents["devices"] ?? "[]")
    case "/api/values":
      return json(
        "{\"status\":\(gateway.status(now)),\"devices\":\(gateway.values(now))}")
    case "/api/alerts":
      return json("{\"alerts\":\(now.documents["alerts"] ?? "[]"),\"events\":\(now.events.json)}")
    case "/api/ledger":
      return json("{\"writes\":\(now.writes.json),\"results\":\(now.results.json)}")
    case "/api/controls": return json(commands?.list(gateway) ?? "[]")
    case "/api/fields":
      let names = request.query["names"].map { Set($0.split(separator: ",").map(String.init)) }
      return json(FieldList.json(gateway.model.registry, Set(now.blocks.values), names))
    case "/api/history": return history.answer(request, gateway)
    case "/api/energy": return history.energy(request, gateway)
    default: return .now(.problem(404, "there is no such part of the interface; see docs/page.md"))
    }
  }

  private func json(_ text: String) -> PageAnswer { .now(PageResponse(.json, "\(text)\n".utf8)) }

  // MARK: Health

  private func live() async -> PageResponse {
    let isLive = await isLive()
    return PageResponse(.json, "{\"live\":\(isLive)}\n".utf8, status: isLive ? 200 : 503)
  }

  private func ready() -> PageResponse {
    let states = gateways.map { $0.status($0.model.now) }
    let isReady = gateways.allSatisfy { $0.reasons($0.model.now).isEmpty }
    return PageResponse(
      .json, "{\"ready\":\(isReady),\"gateways\":[\(states.joined(separator: ","))]}\n".utf8,
      status: isReady ? 200 : 503)
  }

  // MARK: The page

  /// With a sentence in it for whoever has no JavaScript.
  private func index(_ request: PageRequest) -> PageResponse {
    guard let page = Resource.named("/index.html") else { return .problem(404, "the page is missing") }
    var response = page.response(to: request)
    let base = request.query["gateway"]
    guard let gateway = gateways.first(where: { base == nil || $0.base == base }) else {
      return .problem(404, "there is no gateway of that base")
    }
    response.body = Array(
      String(decoding: page.bytes, as: UTF8.self)
        .replacing("<!--summary-->", with: HTML.escaped(Summary.sentence(gateway))).utf8)
    return response
  }
}

enum HTML {
  static func escaped(_ text: String) -> String {
    text.replacing(scalar: "&", with: "&amp;").replacing(scalar: "<", with: "&lt;")
      .replacing(scalar: ">", with: "&gt;").replacing(scalar: "\"", with: "&quot;")
      .replacing(scalar: "'", with: "&#39;")
  }
}

/// A file that is built in.
struct Resource: Sendable {
  let kind: PageResponse.Kind
  let bytes: [UInt8]

  private static let kinds: [String: PageResponse.Kind] = [
    "html": .html, "css": .css, "js": .script, "svg": .svg, "webmanifest": .manifest,
  ]

  private static let all: [String: Resource] = Dictionary(
    (0..<mate3_page_resource_count()).compactMap { index in
      let file = mate3_page_resource_at(index)
      let name = String(cString: file.name)
      return kinds[String(name.split(separator: ".").last ?? "")].map {
        ("/" + name, Resource(kind: $0, bytes: Array(UnsafeBufferPointer(start: file.bytes, count: file.length))))
      }
    }, uniquingKeysWith: { first, _ in first })

  /// Only what is in the list: no path leads to a disk.
  static func named(_ path: String) -> Resource? { all[path] }

  func response(to request: PageRequest) -> PageResponse { PageResponse(kind, bytes) }
}

/// The state of a system in a sentence, for whoever sees nothing else.
enum Summary {
  static func sentence(_ gateway: PageGateway) -> String {
    let now = gateway.model.now
    let house = now.values[HouseTotals.device] ?? [:]
    func value(_ name: String, _ unit: String) -> String? {
      house[name].flatMap { $0 == "None" ? nil : "\($0)\u{A0}\(unit)" }
    }
    let parts = [
      value("state_of_charge", "%").map { "battery \($0)" }, value("solar_power", "W").map { "sun \($0)" },
      value("load_power", "W").map { "house \($0)" },
    ].compactMap { $0 }
    let reasons = gateway.reasons(now)
    let alerts = gateway.alertCount(now)
    let attention: String? =
      switch alerts {
      case 0: nil
      case 1: "One thing needs your attention"
      default: "\(alerts) things need your attention"
      }
    let state = (reasons + [attention].compactMap { $0 }).joined(separator: "; ")
    let said = state.isEmpty ? "All is well" : state
    return parts.isEmpty ? "\(said)." : "\(said): \(parts.joined(separator: ", "))."
  }
}
