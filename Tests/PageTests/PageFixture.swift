import Derived
import Foundation
import Logging
import Mate3
import Registry
import TestSupport
import Topics

@testable import Page

/// A page of one gateway on a free port, and what its bridge would hand over.
final class PageFixture {
  let model: PageModel
  let site: PageSite
  let port: Int
  private let serving: Task<Void, Never>

  static let controller = DeviceKey(name: "charge_controller", port: 3)

  init(_ change: (inout PageLimits) -> Void = { _ in }) async throws {
    let model = PageModel(registry: try Registry.embedded())
    Self.fill(model)
    self.model = model
    site = PageSite(
      version: "1.2.3",
      gateways: [PageGateway(base: "mate3", title: nil, model: model, historyFolder: nil, freshFor: 5)],
      isLive: { true })
    var settings = PageServer.Settings()
    settings.listen = ("127.0.0.1", 0)
    change(&settings.limits)
    let server = PageServer(settings, site, Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
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
    model.take([
      .broker(isConnected: true), .reading(Date()), .topic(nil, name: "devices", payload: devices),
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

  func get(_ path: String, headers: [String] = []) throws -> String {
    let client = try RawClient(port)
    let lines = ["GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"] + headers
    try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
    return client.readAll()
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

/// A client that may send anything.
final class RawClient {
  struct Failed: Error {
    let code = errno
  }

  private let descriptor: Int32

  init(_ port: Int, receiveBuffer: Int32? = nil, patience: Int = 10) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failed() }
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    if var size = receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let failed = Failed()
      close(descriptor)
      throw failed
    }
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { throw Failed() }
      bytes = bytes.dropFirst(count)
    }
  }

  /// What has come by now, or at once when nothing has: empty at the end.
  func read() -> String {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : ""
  }

  func readAll() -> String {
    var text = ""
    while true {
      let part = read()
      if part.isEmpty { return text }
      text += part
    }
  }

  /// Reads until a text has come, or the end.
  func read(until mark: String) -> String {
    var text = ""
    while !text.contains(mark) {
      let part = read()
      if part.isEmpty { break }
      text += part
    }
    return text
  }
}
