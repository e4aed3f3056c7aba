import Foundation
import Mate3
import MessageIO
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Bridge

/// A command of several settings that is cut at each of its requests: what its answer says of each setting is what the
/// gateway has got, and no rule between them is broken at any time.
@Suite(.timeLimit(.minutes(2))) struct SettingsCutTests {
  enum Cut: Hashable {
    /// The request is not carried out, and not answered.
    case silence
    /// It is refused.
    case exception(UInt8)
    /// It is carried out, and its answer is lost.
    case lostAnswer
    /// Another device is there from now on.
    case swap
    /// The gateway does not answer any more.
    case silenceForGood

    static let all = [silence, lostAnswer, swap, silenceForGood] + exceptions.map(exception)
    static let exceptions: [UInt8] = [1, 2, 3, 4, 6]

    /// The requests of a command that are cut.
    func numbers(of whole: (requests: Int, writes: [Int])) -> [Int] {
      switch self {
      // A single read that is lost is asked again.
      case .silence, .lostAnswer: whole.writes
      case .exception(1), .exception(2), .exception(3), .exception(6):
        Set(whole.writes + stride(from: 0, to: whole.requests, by: 5)).sorted()
      default: Array(0..<whole.requests)
      }
    }
  }

  private static let device = DeviceKey(name: "radian_inverter_configuration", port: 1)
  private static let values = ["absorb_volts": "60.0", "float_volts": "59.2", "refloat_volts": "58.8"]

  @Test func whatTheAnswerSaysIsWhatTheGatewayGot() async throws {
    let whole = try await play(nil, at: 0, Self.system())
    #expect(whole.status == "accepted")
    // What all settings need once, and then of each what a command of its own asks.
    #expect(whole.requests > 20 && whole.writes.count == 3)
    let statuses = try await withThrowingTaskGroup(of: (Cut, String).self) { group in
      for cut in Cut.all {
        for number in cut.numbers(of: (whole.requests, whole.writes)) {
          let system = try await Self.system()
          group.addTask { (cut, try await play(cut, at: number, system).status) }
        }
      }
      return try await group.reduce(into: [Cut: Set<String>]()) { $0[$1.0, default: []].insert($1.1) }
    }
    for number in Cut.exceptions {
      #expect(
        statuses[.exception(number)] == ["accepted", "failed", "rejected"],
        "the last read-backs are repeated: \(number)")
    }
    #expect(statuses[.silenceForGood] == ["rejected", "failed", "unconfirmed"])
    #expect(statuses[.swap] == ["rejected", "failed", "unconfirmed"])
    #expect(statuses[.silence] == ["failed"] && statuses[.lostAnswer] == ["accepted"])
  }

  private static func system() async throws -> SettledGateway {
    try await SettledGateway(policy: CommandPolicy(classes: [.operational, .setpoint]))
  }

  /// - Returns: how the command was answered, and how many requests it took.
  private func play(
    _ cut: Cut?, at number: Int, _ system: SettledGateway
  ) async throws -> (status: String, requests: Int, writes: [Int]) {
    let service = system.service(WriteGuard(caps: WriteCaps(.init(fieldInterval: .zero))))
    let running = Task { await service.run() }
    let block = try #require(await system.gateway.image?.layout.block(Self.device))
    let addresses = try Self.values.keys.reduce(into: [Int: String]()) { addresses, name in
      let field = try #require(block.definition.field(name).flatMap(block.range(of:)))
      addresses[field.start] = name
    }
    let serial = try #require(block.definition.field("serial_number").flatMap(block.range(of:)))
    let memory = system.connection.memory
    let before = memory.log.count
    let start = memory.registers
    let (end, isOver) = (before + number, cut == .silenceForGood)
    memory.onRequest { [memory] _ in
      let index = memory.log.count
      guard index == end || (isOver && index > end) else { return nil }
      switch cut {
      case .silence, .silenceForGood: return .silence
      case .exception(let number): return .exception(ModbusException(rawValue: number))
      case .lostAnswer: return .lostReply
      case .swap: return .change([serial.start: 0x5A5A])
      case nil: return nil
      }
    }
    let values = Self.values.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
    service.submit(InboundMessage(topic: "mate3/\(Self.device)/set", payload: Array("{\"values\": {\(values)}}".utf8)))
    try await eventually(within: .seconds(30), "an answer after \(String(describing: cut)) at \(number)") {
      try !system.answers.isEmpty
    }
    let message = try #require(system.broker.sent.last { $0.topic.hasSuffix("/set/result") })
    let answer = try JSONDecoder().decode(SettingsCommandTests.Answer.self, from: Data(message.payload))
    await service.stop()
    await running.value
    await system.stop()
    let log = Array(memory.log[before...])
    let what = "\(String(describing: cut)) at \(number)"
    try judge(answer, log, addresses, start, memory.registers, what, cut, number)
    let writes = log.indices.filter { if case .write = log[$0] { true } else { false } }
    return (answer.status, log.count, writes)
  }

  private func judge(
    _ answer: SettingsCommandTests.Answer, _ log: [GatewayRequest], _ addresses: [Int: String], _ start: [Int: UInt16],
    _ end: [Int: UInt16], _ what: String, _ cut: Cut?, _ number: Int
  ) throws {
    let parts = try #require(answer.fields)
    #expect(parts.count == 3)
    let writes = log.enumerated().compactMap { index, request -> (index: Int, name: String, address: Int)? in
      guard case .write(_, let address) = request, let name = addresses[address] else { return nil }
      return (index, name, address)
    }
    var isStopped = false
    for part in parts {
      let name = String(part.field.split(separator: "/").last ?? "")
      let sent = writes.filter { $0.name == name }
      let story = "\(what): \(part.field) \(part.status) \(part.code) of \(answer.reason)"
      #expect(sent.count <= 1, "\(story), written \(sent.count) times")
      #expect(!isStopped || sent.isEmpty, "\(story), written after the command had stopped")
      switch part.status {
      case "accepted":
        #expect(sent.count == 1 && sent.allSatisfy { end[$0.address] != start[$0.address] }, "\(story)")
        #expect(answer.status == "accepted" || answer.reason.contains("As asked for"), "\(story)")
      case "rejected":
        #expect(sent.isEmpty, "\(story)")
        #expect(answer.status == "rejected" || answer.reason.contains("Not written"), "\(story)")
      case "failed", "unconfirmed": #expect(sent.count == 1, "\(story)")
      default: Issue.record("\(story)")
      }
      if part.status != "accepted" { isStopped = true }
      if cut == .swap {
        // A swap between the last look and the write is found after it.
        #expect(sent.allSatisfy { $0.index <= number }, "\(story), to another device")
        if sent.contains(where: { $0.index == number }) {
          #expect(part.code == "identity_changed_during_write", "\(story)")
        }
      }
    }
    #expect((answer.status == "accepted") == parts.allSatisfy { $0.status == "accepted" }, "\(what): \(answer.reason)")
    #expect((answer.status == "rejected") == writes.isEmpty, "\(what): \(answer.reason)")
    if answer.status == "failed" || answer.status == "unconfirmed" { #expect(answer.code == "incomplete") }
    // Float is at most absorb, and refloat below it, after each write.
    var registers = start
    func value(_ name: String) -> UInt16 { addresses.first { $0.value == name }.flatMap { registers[$0.key] } ?? 0 }
    for case .write(let words, let address) in log {
      registers[address] = words.first
      #expect(value("float_volts") <= value("absorb_volts"), "\(what)")
      #expect(value("refloat_volts") < value("float_volts"), "\(what)")
    }
  }
}
