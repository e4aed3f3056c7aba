import Foundation
import ModbusTransport
import RegisterIO
import TestSupport
import Testing

@testable import Simulator

/// The server over real sockets.
@Suite struct ServerTests {
  private func start(
    _ options: SimulatorOptions = SimulatorOptions(), _ body: (SimulatedGateway) async throws -> Void
  ) async throws {
    let gateway = try await SimulatedGateway.start(
      registers: RegisterImage(start: 40000, words: [0x5375, 0x6E53, 1, 1, 7, 0xFFFF, 0]), options: options)
    do {
      try await body(gateway)
    } catch {
      await gateway.stop()
      throw error
    }
    await gateway.stop()
  }

  private func request(_ transaction: UInt16, _ pdu: [UInt8]) -> [UInt8] {
    ModbusFrame(transaction: transaction, unit: 1, pdu: pdu).bytes
  }

  private let answer: [UInt8] = [0, 9, 0, 0, 0, 7, 1, 3, 4, 0x53, 0x75, 0x6E, 0x53]

  @Test func answersRequestsInOnePieceAndInMany() async throws {
    try await start { gateway in
      let peer = try await Client(gateway.port)
      peer.write(request(9, readRequest(40000, 2)) + request(9, readRequest(40000, 2)))
      #expect(await peer.read(2 * answer.count) == answer + answer)
      for byte in request(9, readRequest(40000, 2)) { peer.write([byte]) }
      #expect(await peer.read(answer.count) == answer)
      #expect(gateway.counters.requests == 3 && gateway.counters.registers == 6 && gateway.counters.connections == 1)
    }
  }

  @Test(
    arguments: [
      [0, 1, 0, 9, 0, 6, 1, 3, 0, 0, 0, 1], [0, 1, 0, 0, 0, 0, 1], [0, 1, 0, 0, 0xFF, 0xFF, 1],
      Array("GET / HTTP/1.1\r\n\r\n".utf8),
    ] as [[UInt8]])
  func closesWhatIsNotModbusAndServesOn(_ bytes: [UInt8]) async throws {
    try await start { gateway in
      let bad = try await Client(gateway.port)
      bad.write(bytes)
      #expect(await bad.readSome() == nil)
      let good = try await Client(gateway.port)
      good.write(request(9, readRequest(40000, 2)))
      #expect(await good.read(answer.count) == answer)
      #expect(gateway.counters.requests == 1)
    }
  }

  @Test func servesManyAtOnce() async throws {
    try await start { gateway in
      let peers = try await clients(40, gateway.port)
      for peer in peers { peer.write(request(9, readRequest(40000, 2))) }
      for peer in peers { #expect(await peer.read(answer.count) == answer) }
      #expect(gateway.counters.open == 40)
      for peer in peers { peer.cut() }
      try await eventually("the end of the connections") { gateway.counters.open == 0 }
    }
  }

  @Test func aSingleClientKeepsOthersOut() async throws {
    var options = SimulatorOptions()
    options.isSingleClient = true
    try await start(options) { gateway in
      let first = try await Client(gateway.port)
      first.write(request(9, readRequest(40000, 2)))
      #expect(await first.read(answer.count) == answer)
      let second = try await Client(gateway.port)
      #expect(await second.readSome() == nil)
      #expect(gateway.counters.refused == 1 && gateway.counters.open == 1)
      first.cut()
      try await eventually("the first connection's end") { gateway.counters.open == 0 }
      let third = try await Client(gateway.port)
      third.write(request(9, readRequest(40000, 2)))
      #expect(await third.read(answer.count) == answer)
    }
  }

  @Test func faultsShowOnTheWire() async throws {
    try await start { gateway in
      let peer = try await Client(gateway.port)
      try gateway.apply(.wrongTransaction(.once))
      peer.write(request(9, readRequest(40000, 2)))
      #expect(await peer.read(answer.count)?.prefix(2) != answer.prefix(2))
      gateway.schedule(.cut(afterBytes: 5, .once), inRequests: 1)
      peer.write(request(9, readRequest(40000, 2)))
      #expect(await peer.read(5) == Array(answer.prefix(5)))
      #expect(await peer.readSome() == nil)
      let other = try await Client(gateway.port)
      gateway.schedule(.cut(afterBytes: 5, .once), inRequests: 1)
      gateway.cancelSchedule()
      try gateway.apply(.delay(.milliseconds(60), .once))
      let begin = ContinuousClock.now
      other.write(request(9, readRequest(40000, 2)))
      #expect(await other.read(answer.count) == answer)
      #expect(ContinuousClock.now - begin >= .milliseconds(60))
      try gateway.apply(.disconnect)
      #expect(await other.readSome() == nil)
    }
  }

  @Test func stopClosesEverythingAndGivesThePortBack() async throws {
    let gateway = try await SimulatedGateway.start(registers: RegisterImage(start: 0, words: [1]))
    let peer = try await Client(gateway.port)
    try await eventually("the connection") { gateway.counters.open == 1 }
    try await within(.seconds(5), "the end") { await gateway.stop() }
    #expect(await peer.readSome() == nil)
    await #expect(throws: (any Error).self) { try await Client(gateway.port) }
    var options = SimulatorOptions()
    options.port = gateway.port
    let next = try await SimulatedGateway.start(registers: RegisterImage(start: 0, words: [1]), options: options)
    #expect(next.port == gateway.port)
    await next.stop()
  }

  @Test func aTakenPortIsNamed() async throws {
    try await start { gateway in
      var options = SimulatorOptions()
      options.port = gateway.port
      let error = await #expect(throws: SimulatorError.self) {
        try await SimulatedGateway.start(registers: RegisterImage(start: 0, words: [1]), options: options)
      }
      #expect(error?.message.contains("\(gateway.port)") == true)
      options.bind = "no address"
      await #expect(throws: SimulatorError.self) {
        try await SimulatedGateway.start(registers: RegisterImage(start: 0, words: [1]), options: options)
      }
    }
  }

  @Test func controlLinesAreAnsweredWhateverTheySay() async throws {
    try await start { gateway in
      let control = ControlLine(gateway)
      #expect(control.answer(#"{"action":"set","address":40004,"value":9}"#) == #"{"ok":true}"#)
      #expect(gateway.registers[40004] == 9)
      let counters = control.answer(#"{"action":"counters"}"#)
      #expect(counters.contains(#""requests":0"#) && counters.contains(#""ok":true"#))
      let before = gateway.registers
      for line in [
        "", "x", "[", "{", "{}", "[1]", "null", #"{"action":"set"}"#, #"{"action":["set"]}"#, "\u{0}", "a: &a [*a, *a]",
        #"{"action":"set","address":40004,"value":99999}"#, #"{"action":"swap_ports","ports":[1,2]}"#, "\t{}",
        String(repeating: "[", count: 90_000), String(repeating: "x", count: 200_000), "!!binary ZZZ", "{1: 2}",
        "? - a",
      ] {
        let answer = control.answer(line)
        #expect(answer.hasPrefix(#"{"error":""#) && answer.hasSuffix(#","ok":false}"#), "\(line.prefix(30)): \(answer)")
        #expect(!answer.contains("\n"))
      }
      #expect(gateway.registers == before)
    }
  }
}

/// The suite that every connection passes, with the Modbus connection talking to the simulator.
@Suite struct SimulatorConformanceTests {
  @Test(arguments: RegisterConformance.allCases)
  func simulator(_ requirement: RegisterConformance) async throws {
    try await requirement.check { try await SimulatorFixture(responseTimeout: $0) }
  }
}

private struct SimulatorFixture: GatewayFixture {
  private static let words = (0..<40).map { UInt16($0 * 257) }
  private let gateway: SimulatedGateway
  private let modbus: ModbusConnection

  init(responseTimeout: Duration) async throws {
    var options = SimulatorOptions()
    options.writeRules = .none
    gateway = try await SimulatedGateway.start(
      registers: RegisterImage(start: 1000, words: Self.words), options: options)
    modbus = try ModbusConnection(
      ModbusOptions(host: "127.0.0.1", port: gateway.port, responseTimeout: responseTimeout))
  }

  var connection: any RegisterConnection { modbus }

  var readable: (range: RegisterRange, words: [UInt16]) {
    guard let range = RegisterRange(start: 1000, count: 30) else { preconditionFailure("the range is valid") }
    return (range, Array(Self.words.prefix(30)))
  }

  var writable: RegisterRange {
    guard let range = RegisterRange(start: 1030, count: 4) else { preconditionFailure("the range is valid") }
    return range
  }

  var counts: GatewayCounts {
    let counters = gateway.counters
    var counts = GatewayCounts()
    counts.connections = counters.connections
    counts.requests = counters.requests
    counts.registers = counters.registers
    counts.writes = counters.writes
    return counts
  }

  func script(_ faults: [GatewayFault]) {
    for (index, fault) in faults.enumerated() {
      let actions: [FaultAction] =
        switch fault {
        case .pass, .words: []
        case .exception(let exception): [.exception(exception, .once)]
        case .silence: [.silence(.once)]
        case .wrongTransaction: [.wrongTransaction(.once)]
        case .cutMidFrame: [.cut(afterBytes: 8, .once)]
        case .lostReply: [.loseAnswer(closing: true, .once)]
        case .change(let words): words.map { .set(address: $0, words: [$1]) }
        }
      for action in actions { gateway.schedule(action, inRequests: index + 1) }
    }
  }

  func close() async {
    modbus.shutdown()
    await gateway.stop()
  }
}
