import Foundation
package import Mate3
import Registry
import Synchronization
import Topics

/// Commands from the page: who has the token hands them to the bridge's own queue, where they are judged as any other.
package final class PageCommands: Sendable {
  /// Attempts with a wrong token that an address has, and all together, in a minute.
  static let attempts = 5
  static let attemptsOfAll = 30
  /// How long an answer is waited for.
  static let patience: Duration = .seconds(15)

  private struct Failures {
    var since = ContinuousClock.now
    var peers: [String: Int] = [:]
    var all = 0
  }

  private let token: [UInt8]
  private let failures = Mutex(Failures())
  /// What may be written.
  private let policy: CommandPolicy
  /// Takes a payload for a device's field, for the gateway at that position.
  private let submit: @Sendable (Int, DeviceKey, String, [UInt8]) -> Void

  package init(
    token: String, policy: CommandPolicy, submit: @escaping @Sendable (Int, DeviceKey, String, [UInt8]) -> Void
  ) {
    self.token = Array(token.utf8)
    self.policy = policy
    self.submit = submit
  }

  // MARK: Who may

  /// - Returns: why a request may not command, or nil.
  func refusal(of request: PageRequest) -> PageResponse? {
    let isOverrun = failures.withLock { failures in
      if failures.since + .seconds(60) < .now { failures = Failures() }
      return failures.all >= Self.attemptsOfAll || failures.peers[request.peer, default: 0] >= Self.attempts
    }
    guard !isOverrun else { return .problem(429, "too many wrong tokens; wait a minute") }
    guard let given = request.headers["authorization"], given.hasPrefix("Bearer ") else {
      return .problem(401, "commands want the token, as in Authorization: Bearer …")
    }
    guard isToken(Array(given.dropFirst(7).utf8)) else {
      failures.withLock { failures in
        failures.all += 1
        failures.peers[request.peer, default: 0] += 1
      }
      return .problem(401, "this is not the token")
    }
    return nil
  }

  /// Takes as long for every token of a length, so that its time tells nothing.
  private func isToken(_ given: [UInt8]) -> Bool {
    var difference = UInt(bitPattern: given.count ^ token.count)
    for index in token.indices { difference |= UInt(token[index] ^ (index < given.count ? given[index] : 0)) }
    return difference == 0
  }

  // MARK: What

  private struct Wanted: Decodable {
    let device: String
    let port: Int
    let field: String
    let value: String
    let forSeconds: Double?
    let isDryRun: Bool?

    enum CodingKeys: String, CodingKey {
      case device, port, field, value
      case forSeconds = "for_s"
      case isDryRun = "dry_run"
    }
  }

  private struct Payload: Encodable {
    let value: String
    let id: String
    let forSeconds: Double?
    let isDryRun: Bool

    enum CodingKeys: String, CodingKey {
      case value, id
      case forSeconds = "for_s"
      case isDryRun = "dry_run"
    }
  }

  /// Has a command carried out, and answers with what became of it.
  func carryOut(_ request: PageRequest, _ index: Int, _ gateway: PageGateway) -> PageAnswer {
    guard request.headers["content-type"]?.lowercased().hasPrefix("application/json") == true else {
      return .now(.problem(415, "send the command as application/json"))
    }
    if let key = JSONKeys.repeated(in: request.body) {
      return .now(.problem(400, "the command has the key ‘\(key)’ twice; give each once"))
    }
    // UTF-16, which a decoder would take as well, has zeros, and its keys were not looked at.
    guard !request.body.contains(0), let wanted = try? JSONDecoder().decode(Wanted.self, from: Data(request.body))
    else {
      return .now(
        .problem(400, "send {\"device\":…,\"port\":…,\"field\":…,\"value\":…}, and for_s for a time limit, in seconds"))
    }
    let now = gateway.model.now
    let device = DeviceKey(name: wanted.device, port: wanted.port)
    // Only a device that is there, and a name as fields have: nothing of it can be another topic.
    guard let block = now.blocks[device].flatMap({ gateway.model.registry.block(named: $0) }),
      let field = block.field(wanted.field), field.command != nil
    else { return .now(.problem(404, "there is no such device or control")) }
    guard wanted.value.utf8.count <= 200 else { return .now(.problem(400, "the value is too long")) }
    guard gateway.isFresh(now) else {
      return .now(.problem(503, "this bridge does not read the gateway now, so nothing is sent to it"))
    }
    let id = "page-" + String(UInt64.random(in: .min ... .max), radix: 16)
    let payload = JSONPayload.bytes(
      Payload(value: wanted.value, id: id, forSeconds: wanted.forSeconds, isDryRun: wanted.isDryRun ?? false))
    return .later { [submit] in
      let answer = await gateway.model.answer(to: id, within: Self.patience) {
        submit(index, device, field.name, payload)
      }
      guard let answer else { return .problem(504, "the bridge has not answered yet; the answer will be on the page") }
      return PageResponse(.json, "\(answer)\n".utf8)
    }
  }

  /// The controls that are allowed, with the values that each can have.
  func list(_ gateway: PageGateway) -> String {
    let now = gateway.model.now
    let controls = now.devices.flatMap { device -> [String] in
      guard let name = now.blocks[device], let block = gateway.model.registry.block(named: name) else { return [] }
      return block.fields.compactMap { field in
        let names = ["\(name).\(field.name)", "\(device.name).\(field.name)"]
        guard let rule = field.command, field.privacy == .shared, now.values[device]?["commands"] != nil else {
          return nil
        }
        let isSure = field.labelDoubt == nil || policy.hasConfirmedLabels(of: names)
        let labels = (field.enumeration?.entries ?? [])
          .filter { isSure && policy.allows(rule.commandClass(of: $0.value), of: names) }.map(\.label)
        guard !labels.isEmpty || field.enumeration == nil && policy.allows(rule.standard, of: names) else { return nil }
        return """
          {"device":\(JSON.quoted(device.name)),"port":\(device.port),"field":\(JSON.quoted(field.name)),\
          "label":\(JSON.quoted(field.label)),"on":\(JSON.quoted(block.label)),"unit":\(JSON.quoted(field.units)),\
          "values":[\(labels.map { JSON.quoted($0) }.joined(separator: ","))]}
          """
      }
    }
    return "[\(controls.joined(separator: ","))]"
  }
}
