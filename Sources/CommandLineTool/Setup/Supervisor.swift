import Configuration
import Foundation
import Glibc

/// Home Assistant's supervisor, as an app sees it: it knows a broker.
struct Supervisor {
  let token: String
  /// Name or address, and a port where it is not 80.
  let place: String

  /// Names another place, for tests.
  static let variable = "MATE3_SUPERVISOR"
  private static let patience = 10

  /// Nil where no supervisor runs this program.
  init?(_ environment: [String: String]) {
    guard let token = environment["SUPERVISOR_TOKEN"], !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    self.token = token
    place = environment[Self.variable] ?? "supervisor"
  }

  /// The broker of its MQTT service, as settings of the bridge.
  func broker() throws(Failure) -> [String: String] {
    let failure = Failure(
      .noConnection,
      "Home Assistant has no MQTT broker to give: install the app Mosquitto broker, or name a broker of your own in the "
        + "options")
    let answer = try get("/services/mqtt")
    guard answer.status == 200 else { throw failure }
    guard let service = try? JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8)).data else {
      throw Failure(.noConnection, "the supervisor's answer about MQTT can't be understood; update Home Assistant")
    }
    let user = service.username.flatMap { $0.isEmpty ? nil : $0 }
    let address = BrokerAddress(
      usesTLS: service.ssl ?? false, user: user, host: service.host, port: service.port.number)
    var settings = ["MATE3_BROKER_URL": address.description]
    if user != nil, let password = service.password, !password.isEmpty { settings["MATE3_BROKER_PASSWORD"] = password }
    return settings
  }

  private struct Answer: Decodable {
    struct Service: Decodable {
      let host: String
      let port: Port
      let ssl: Bool?
      let username: String?
      let password: String?
    }

    /// A number, or text with a number.
    struct Port: Decodable {
      let number: Int

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
          number = Int(text) ?? 1883
        } else {
          number = try container.decode(Int.self)
        }
      }
    }

    let data: Service
  }

  private func get(_ target: String) throws(Failure) -> (status: Int?, body: String) {
    let parts = place.split(separator: ":", maxSplits: 1).map(String.init)
    guard let host = parts.first else { throw unreachable }
    let descriptor = try connect(host, parts.count > 1 ? parts[1] : "80")
    defer { close(descriptor) }
    guard
      let answer = PlainHTTP.get(
        target, host: place, headers: ["Authorization: Bearer \(token)"], on: descriptor, within: Self.patience)
    else { throw unreachable }
    return answer
  }

  private func connect(_ host: String, _ port: String) throws(Failure) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, port, &hints, &list) == 0 else { throw unreachable }
    defer { freeaddrinfo(list) }
    for entry in sequence(first: list, next: { $0?.pointee.ai_next }).prefix(while: { $0 != nil }) {
      guard let entry = entry?.pointee else { continue }
      let descriptor = socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { continue }
      PlainHTTP.limit(descriptor, to: Self.patience)
      if Glibc.connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 { return descriptor }
      close(descriptor)
    }
    throw unreachable
  }

  private var unreachable: Failure {
    Failure(.noConnection, "the supervisor of Home Assistant does not answer at \(place)")
  }
}
