import Foundation
import RegisterIO
import Synchronization
import TestSupport
import Testing
import Threads

@testable import ModbusTransport

/// What goes over the wire, and what the connection makes of what comes back.
@Suite(.timeLimit(.minutes(1))) struct WireTests {
  private static func connection(
    to port: UInt16, responseTimeout: Duration = .seconds(20), unit: UInt8 = 1
  ) throws -> ModbusConnection {
    try ModbusConnection(ModbusOptions(host: "127.0.0.1", port: port, unit: unit, responseTimeout: responseTimeout))
  }

  private static func range(_ start: Int, _ count: Int) throws -> RegisterRange {
    try #require(RegisterRange(start: start, count: count))
  }

  /// Reads one request and answers it; the answer's transaction id is the request's. False if there was none.
  ///
  /// The request is in the log before it is answered: who has the answer may look.
  @discardableResult private static func serve(
    _ peer: ScriptedPeer, log: ByteLog? = nil, _ answer: ([UInt8]) -> [UInt8]
  ) -> Bool {
    guard let header = peer.read(7), let pdu = peer.read(Int(header[5]) - 1) else { return false }
    log?.append(Array(header[2...]) + pdu)
    peer.write(answer(Array(header[0..<2])))
    return true
  }

  private static let oneWord: [UInt8] = [0, 0, 0, 5, 17, 3, 2, 0xAB, 0xCD]

  @Test func oneWordIsWrittenWithFunction6AndMoreWithFunction16() async throws {
    let log = ByteLog()
    let server = try ScriptedServer { peer in
      Self.serve(peer, log: log) { $0 + Self.oneWord }
      Self.serve(peer, log: log) { $0 + [0, 0, 0, 6, 17, 6, 0x9C, 0x40, 0x12, 0x34] }
      Self.serve(peer, log: log) { $0 + [0, 0, 0, 6, 17, 16, 0x9C, 0x40, 0, 2] }
    }
    let range = try Self.range(40_000, 1)
    let words = try await Self.connection(to: server.port, unit: 17).transact { exchange in
      let words = try await exchange.read(range)
      try await exchange.write([0x1234], at: 40_000)
      try await exchange.write([0x1234, 0xFFFF], at: 40_000)
      return words
    }
    #expect(words == [0xABCD])
    #expect(
      log.all == [
        [0, 0, 0, 6, 17, 3, 0x9C, 0x40, 0, 1], [0, 0, 0, 6, 17, 6, 0x9C, 0x40, 0x12, 0x34],
        [0, 0, 0, 11, 17, 16, 0x9C, 0x40, 0, 2, 4, 0x12, 0x34, 0xFF, 0xFF],
      ])
  }

  @Test func bytesLeftOverFromBeforeAreNotTakenForAnAnswer() async throws {
    let log = ByteLog()
    let server = try ScriptedServer { peer in
      // The second frame is the right answer to the request that is still to come: its id is one higher.
      Self.serve(peer, log: log) { [$0[0], $0[1]] + Self.oneWord + [$0[0], $0[1] + 1] + Self.oneWord }
      log.append(peer.read(1))
    }
    let range = try Self.range(40_000, 1)
    let connection = try Self.connection(to: server.port)
    let error = try await #require(throws: RegisterError.self) {
      try await connection.transact { exchange in
        _ = try await exchange.read(range)
        _ = try await exchange.read(range)
      }
    }
    #expect(error.code == .badReply)
    // The second request was not sent, and the connection is closed.
    try await eventually("the end of the connection") { log.all.count == 2 }
    #expect(log.all[1] == [])
  }

  @Test func timeoutCoversTheWholeAnswerNotItsSingleBytes() async throws {
    let pause = DispatchSemaphore(value: 0)
    let server = try ScriptedServer { peer in
      Self.serve(peer) { $0 }
      for byte in Self.oneWord {
        _ = pause.wait(timeout: .now() + .milliseconds(80))
        peer.write([byte])
      }
    }
    let range = try Self.range(40_000, 1)
    // All bytes together would take 720 ms, and each is here well before the limit.
    let connection = try Self.connection(to: server.port, responseTimeout: .milliseconds(300))
    let error = try await #require(throws: RegisterError.self) {
      _ = try await connection.transact { try await $0.read(range) }
    }
    #expect(error.code == .timedOut)
  }

  @Test(arguments: [[0, 0, 0, 5, 17, 3, 4, 1, 2], [0, 0, 0, 6, 17, 4, 2, 1, 2, 0], [0, 0, 0, 3, 17, 0x84, 2]])
  func answersThatDoNotFitAreBadReplies(answer: [UInt8]) async throws {
    let server = try ScriptedServer { peer in
      Self.serve(peer) { $0 + answer + [0, 0] }
      _ = peer.read(1)
    }
    let range = try Self.range(40_000, 1)
    let connection = try Self.connection(to: server.port)
    let error = try await #require(throws: RegisterError.self) {
      _ = try await connection.transact { try await $0.read(range) }
    }
    #expect(error.code == .badReply)
    // What a gateway says of another function is told as what it is.
    #expect(!answer.contains(0x84) || error.message.contains("it is illegal data address (2) of function 4"))
  }

  @Test func connectionThatTheGatewayClosedMeanwhileIsMadeAnew() async throws {
    let gateway = try ScriptedGateway()
    let connection = try Self.connection(to: gateway.port)
    let range = try Self.range(40_000, 1)
    for count in 1...3 {
      try await connection.transact { try await $0.write([UInt16(count)], at: 40_000) }
      #expect(gateway.memory.counts.writes == count)
      gateway.cutConnections()
      #expect(try await connection.transact { try await $0.read(range) } == [UInt16(count)])
      #expect(gateway.memory.counts.connections == count + 1)
    }
  }

  @Test func socketIsClosedWithTheConnection() async throws {
    let log = ByteLog()
    let server = try ScriptedServer { peer in
      Self.serve(peer) { $0 + Self.oneWord }
      log.append(peer.read(1))
    }
    let range = try Self.range(40_000, 1)
    _ = try await Self.connection(to: server.port).transact { try await $0.read(range) }
    try await eventually("the end of the connection") { log.all.count == 1 }
  }

  /// Cancelled, a request waits for its answer all the same: a write would count as failed that the gateway carries out.
  @Test func cancellationLeavesNoRequestHalfDone() async throws {
    let (asked, answer) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let server = try ScriptedServer { peer in
      Self.serve(peer) {
        asked.signal()
        answer.wait()
        return $0 + [0, 0, 0, 6, 1, 6, 0x9C, 0x40, 0x12, 0x34]
      }
    }
    let connection = try Self.connection(to: server.port)
    let writing = Task { try await connection.transact { try await $0.write([0x1234], at: 40_000) } }
    await Task.detached { Self.wait(for: asked) }.value
    writing.cancel()
    answer.signal()
    try await writing.value
  }

  private static func wait(for semaphore: DispatchSemaphore) { semaphore.wait() }

  /// Neither a wake-up from outside nor one left over from a name that was resolved too late is an answer.
  @Test func spuriousReadinessDoesNoHarm() async throws {
    let server = try ScriptedServer { peer in while Self.serve(peer, { $0 + Self.oneWord }) {} }
    let cutter = SocketCutter(on: ThreadExecutor(name: "test"))
    let link = try ModbusLink(ModbusOptions(host: "127.0.0.1", port: server.port), cutter: cutter)
    cutter.waiter.wake()
    try await link.open()
    for _ in 0..<100 {
      cutter.waiter.wake()
      #expect(try await link.read(Self.range(40_000, 1)) == [0xABCD])
    }
  }

  @Test func shutdownClosesAnIdleConnection() async throws {
    let log = ByteLog()
    let server = try ScriptedServer { peer in
      Self.serve(peer) { $0 + Self.oneWord }
      log.append(peer.read(1))
    }
    let range = try Self.range(40_000, 1)
    let connection = try Self.connection(to: server.port)
    _ = try await connection.transact { try await $0.read(range) }
    connection.shutdown()
    try await eventually("the end of the connection") { log.all.count == 1 }
    let error = await #expect(throws: RegisterError.self) { try await connection.transact { try await $0.read(range) } }
    #expect(error?.code == .closed)
  }

  /// A task that finds the turn taken may suspend before it waits: the turn that ends in between must not be missed.
  @Test func noTurnIsMissed() async throws {
    let connection = try Self.connection(to: 1)
    try await within(.seconds(30), "the end of all turns") {
      for number in 0..<5000 {
        let other = Task { await connection.disconnect() }
        // It comes at every moment of the other's turn.
        let start = ContinuousClock.now
        while ContinuousClock.now < start + .microseconds(number % 100) {}
        await connection.disconnect()
        await other.value
      }
    }
  }

  @Test func waitingForOneGatewayHoldsUpNoOther() async throws {
    let hole = try ScriptedServer { peer in while peer.read(1) != nil {} }
    let range = try Self.range(40_000, 1)
    let took = await ContinuousClock().measure {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<16 {
          group.addTask {
            let options = ModbusOptions(host: "localhost", port: hole.port, responseTimeout: .milliseconds(500))
            let connection = try? ModbusConnection(options)
            let error = await #expect(throws: RegisterError.self) {
              try await connection?.transact { try await $0.read(range) }
            }
            #expect(error?.code == .timedOut)
          }
        }
      }
    }
    // One after the other they would take 8 s; two at a time, on the two threads of a small machine, 4 s.
    #expect(took < .seconds(2))
  }
}

private final class ByteLog: Sendable {
  private let log = Mutex<[[UInt8]]>([])
  var all: [[UInt8]] { log.withLock { $0 } }
  func append(_ bytes: [UInt8]?) { log.withLock { $0.append(bytes ?? []) } }
}
