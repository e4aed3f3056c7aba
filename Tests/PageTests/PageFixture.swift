import Derived
import Foundation
import Logging
import Mate3
import Registry
import Synchronization
import TestSupport
import Topics

@testable import Page

/// A page of one gateway on a free port, and what its bridge would hand over.
final class PageFixture {
  let model: PageModel
  let site: PageSite
  let port: Int
  let directory: TemporaryDirectory
  /// What was commanded, each as a message would have it.
  let submitted = Submitted()
  private let serving: Task<Void, Never>

  static let token = "0123456789abcdef0123456789abcdef"
  static let controller = DeviceKey(name: "charge_controller", port: 3)

  init(proxy: String? = nil, _ change: (inout PageLimits) -> Void = { _ in }) async throws {
    let model = PageModel(registry: try Registry.embedded())
    directory = try TemporaryDirectory()
    Self.fill(model)
    self.model = model
    let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let commands = PageCommands(token: Self.token, policy: CommandPolicy(), logger: quiet) {
      [submitted] _, device, field, payload in submitted.add(device, field, payload, model)
    }
    site = PageSite(
      version: "1.2.3",
      gateways: [PageGateway(base: "mate3", title: nil, model: model, historyFolder: nil, freshFor: 5)],
      commands: commands, isLive: { true })
    var settings = PageServer.Settings()
    settings.listen = ("127.0.0.1", 0)
    settings.socket = directory.path + "/health.sock"
    settings.proxy = proxy
    change(&settings.limits)
    let server = PageServer(settings, site, quiet)
    serving = Task { await server.run() }
    port = try await value(within: .seconds(5)) { server.port }
  }

  deinit { serving.cancel() }

  /// Ends the server, so that what it had open is closed.
  func stop() async {
    serving.cancel()
    await serving.value
  }

  static func fill(_ model: PageModel) {
    let devices = """
      [{"name":"charge_controller","port":3,"block":"charge_controller","id":64111,"address":1,"length":2,\
      "trusted":true,"model":"<script>alert(1)</script>"}]
      """
    model.apply([
      .broker(isConnected: true), .reading(.now), .topic(nil, name: "devices", payload: devices),
      .topic(nil, name: "alerts", payload: "[]"),
      .topic(controller, name: "availability", payload: "online"),
      .topic(controller, name: "watts", payload: "1100"), .topic(controller, name: "battery_voltage", payload: "57.5"),
      .topic(controller, name: "charger_state", payload: "absorb"),
      .topic(controller, name: "todays_kwh", payload: "6.6"),
      .topic(HouseTotals.device, name: "availability", payload: "online"),
      .topic(HouseTotals.device, name: "solar_power", payload: "2530"),
      .topic(HouseTotals.device, name: "state_of_charge", payload: "94"),
      .topic(HouseTotals.device, name: "solar_energy_today", payload: "15.2"),
    ])
  }

  func post(_ body: String, token: String? = "Bearer \(token)", kind: String = "application/json", from source: String)
    throws -> String
  {
    let client = try RawClient(port, source: source, patience: 20)
    let lines = [
      "POST /api/command HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close", "Content-Type: \(kind)",
      "Content-Length: \(body.utf8.count)",
    ]
    try client.send((lines + [token.map { "Authorization: \($0)" }].compactMap { $0 }).joined(separator: "\r\n"))
    try client.send("\r\n\r\n\(body)")
    return try client.readAll()
  }

  func get(_ path: String, headers: [String] = []) throws -> String {
    let client = try RawClient(port)
    let lines = ["GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"] + headers
    try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
    return try client.readAll()
  }
}

/// A bridge that carries out whatever it is told.
final class Submitted: Sendable {
  private let payloads = Mutex<[[UInt8]]>([])
  var all: [[UInt8]] { payloads.withLock { $0 } }

  func add(_ device: DeviceKey, _ field: String, _ payload: [UInt8], _ model: PageModel) -> Bool {
    payloads.withLock { $0.append(payload) }
    let id = CommandPayload.id(of: payload) ?? ""
    let result = """
      {"status":"accepted","code":"ok","reason":"","field":"\(device)/\(field)","id":"\(id)",\
      "received_at":"2026-03-04T05:06:00.000Z","finished_at":"2026-03-04T05:06:00.100Z"}
      """
    model.apply([.result(Array(result.utf8))])
    return true
  }
}

/// Waits until something is there.
func value<Value>(within limit: Duration, _ body: () throws -> Value?) async throws -> Value {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if let value = try body() { return value }
    try await Task.sleep(for: .milliseconds(10))
  }
  throw TookTooLong()
}

struct TookTooLong: Error {}
