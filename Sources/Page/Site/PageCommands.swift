import Foundation
package import Logging
package import Mate3
import Registry
import Synchronization
import Topics

/// Commands from the page: who has the token hands them to the bridge's own queue, where they are judged as any other.
package final class PageCommands: Sendable {
  /// Wrong tokens of an address in a minute, before it is told to wait.
  static let attempts = 5
  /// Addresses that are counted each by itself; the rest is counted as one.
  private static let addresses = 256
  /// How long an answer is waited for.
  static let patience: Duration = .seconds(15)
  private static let period: Duration = .seconds(60)

  private struct Failures {
    var since = ContinuousClock.now
    var peers: [String: Int] = [:]
    var total = 0
  }

  private let token: [UInt8]
  private let failures = Mutex(Failures())
  /// What may be written.
  private let policy: CommandPolicy
  private let logger: Logger
  /// Takes a payload for a device's field, for the gateway at that position; false when another bridge has that.
  private let submit: @Sendable (Int, DeviceKey, String, [UInt8]) -> Bool

  package init(
    token: String, policy: CommandPolicy, logger: Logger,
    submit: @escaping @Sendable (Int, DeviceKey, String, [UInt8]) -> Bool
  ) {
    self.token = Array(token.utf8)
    self.policy = policy
    self.logger = logger
    self.submit = submit
  }

  // MARK: Who may

  /// Commands with a wrong token, since the start.
  var wrongTokens: Int { failures.withLock { $0.total } }

  /// The right token is taken whatever has come before: guesses must not lock its owner out, and at the least length
  /// that a token has they lead nowhere.
  /// - Returns: why a request may not command, or nil.
  func refusal(of request: PageRequest) -> PageResponse? {
    let words = (request.headers["authorization"] ?? "").split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0].lowercased() == "bearer" else {
      return .problem(401, "commands want the token, as in Authorization: Bearer …")
    }
    guard !isToken(Array(words[1].utf8)) else { return nil }
    let now = ContinuousClock.now
    let (count, left, isFirst) = failures.withLock { failures in
      if failures.since + Self.period < now { failures = Failures(since: now, total: failures.total) }
      let isFirst = failures.peers.isEmpty
      let isCounted = failures.peers[request.peer] != nil || failures.peers.count < Self.addresses
      let peer = isCounted ? request.peer : ""
      failures.total += 1
      failures.peers[peer, default: 0] += 1
      return (failures.peers[peer, default: 0], now.duration(to: failures.since + Self.period), isFirst)
    }
    if isFirst {
      logger.warning("a command came to the page with a wrong token", metadata: ["address": "\(request.peer)"])
    }
    guard count > Self.attempts else { return .problem(401, "this is not the token") }
    var response = PageResponse.problem(429, "too many wrong tokens; wait a minute")
    response.headers.append(("Retry-After", "\(max(1, left.components.seconds + 1))"))
    return response
  }

  /// Takes as long for every token of a length, so that its time tells nothing.
  private func isToken(_ given: [UInt8]) -> Bool {
    var difference = UInt(bitPattern: given.count ^ token.count)
    for index in token.indices { difference |= UInt(token[index] ^ (index < given.count ? given[index] : 0)) }
    return difference == 0
  }

  // MARK: What

  /// What the bridge gets: all that was asked for, with an id by which its answer is known.
  private struct Payload: Encodable {
    let value: String
    let id: String
    let expiresAt: Double?
    let isDryRun: Bool
    let isRounded: Bool
    let forSeconds: Double?
    let then: String?

    init(_ payload: CommandPayload, id: String) {
      value = payload.text
      self.id = id
      expiresAt = payload.expiresAt?.timeIntervalSince1970
      isDryRun = payload.isDryRun
      isRounded = payload.isRounded
      forSeconds = payload.forSeconds
      then = payload.then
    }

    enum CodingKeys: String, CodingKey {
      case value, id, then
      case expiresAt = "expires_at"
      case isDryRun = "dry_run"
      case isRounded = "round"
      case forSeconds = "for_s"
    }
  }

  private static func isID(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// Has a command carried out, and answers with what became of it.
  func carryOut(_ request: PageRequest, _ index: Int, _ gateway: PageGateway) -> PageAnswer {
    let kind = request.headers["content-type"]?.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
    guard kind?.lowercased() == "application/json" else {
      return .now(.problem(415, "send the command as application/json"))
    }
    let command: CommandPayload.Addressed
    do throws(CommandRefusal) {
      command = try CommandPayload.Addressed(request.body)
    } catch {
      return .now(.problem(400, error.reason))
    }
    guard command.payload.id.map(Self.isID) ?? true else {
      return .now(.problem(400, "‘id’ is 1 to 64 letters, digits, ‘-’ and ‘_’; leave it out, and the bridge gives one"))
    }
    let now = gateway.model.now
    // Only a device that is there, and a name as fields have: nothing of it can be another topic.
    guard let block = now.blocks[command.device].flatMap({ gateway.model.registry.block(named: $0) }),
      let field = block.field(command.field), field.command != nil
    else { return .now(.problem(404, "there is no such device or control")) }
    // A browser or a proxy may send a request again whose answer was lost: with its id it is carried out once.
    let id = "page-" + (command.payload.id ?? String(UInt64.random(in: .min ... .max), radix: 16))
    let payload = JSONPayload.bytes(Payload(command.payload, id: id))
    return .later { [submit] in
      let answer = await gateway.model.answer(to: id, within: Self.patience) {
        submit(index, command.device, field.name, payload)
      }
      switch answer {
      case .result(let text): return PageResponse(.json, "\(text)\n".utf8)
      case .notSent: return .problem(503, "this bridge does not have the gateway now, so nothing is sent to it")
      case .tooLate: return .problem(504, "the bridge has not answered yet; the answer will be on the page")
      }
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
