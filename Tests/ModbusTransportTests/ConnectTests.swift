import Foundation
import ModbusTransport
import RegisterIO
import TestSupport
import Testing

/// Connections that don't come about, and the sentence that each gets.
@Suite(.timeLimit(.minutes(1))) struct ConnectTests {
  private static func failure(_ options: ModbusOptions) async throws -> RegisterError {
    let connection = try ModbusConnection(options)
    return try await #require(throws: RegisterError.self) { try await connection.transact { _ in } }
  }

  @Test func refusalAsksForTheOtherClient() async throws {
    let gateway = try ScriptedGateway()
    let port = gateway.port
    gateway.close()
    let error = try await Self.failure(ModbusOptions(host: "127.0.0.1", port: port))
    #expect(error.code == .connectFailed)
    #expect(error.message.contains("127.0.0.1:\(port) refused") && error.message.contains("another client"))
  }

  @Test func hostNamesAreResolved() async throws {
    let gateway = try ScriptedGateway()
    let connection = try ModbusConnection(ModbusOptions(host: "localhost", port: gateway.port))
    try await connection.transact { try await $0.write([1], at: 40_000) }
    #expect(gateway.memory.counts.writes == 1)
  }

  @Test func unknownNameSaysSo() async throws {
    let error = try await Self.failure(ModbusOptions(host: "no-such-gateway.invalid"))
    #expect(error.code == .connectFailed)
    #expect(error.message.contains("no-such-gateway.invalid is not known") || error.message.contains("not resolved"))
  }

  @Test func connectIsBounded() async throws {
    let hole = try FullBacklog()
    let options = ModbusOptions(host: "127.0.0.1", port: hole.port, connectTimeout: .milliseconds(300))
    let start = ContinuousClock.now
    let error = try await Self.failure(options)
    let took = ContinuousClock.now - start
    #expect(error.code == .connectFailed)
    #expect(error.message.contains("within 300 ms"))
    #expect(took > .milliseconds(250) && took < .seconds(5))
  }

  @Test(arguments: [false, true]) func shutdownOrCancellationEndsAConnectUnderWay(isCancelled: Bool) async throws {
    let hole = try FullBacklog()
    let options = ModbusOptions(host: "127.0.0.1", port: hole.port, connectTimeout: .seconds(20))
    let connection = try ModbusConnection(options)
    let before = try hole.connectsUnderWay()
    let failed = Task {
      await #expect(throws: RegisterError.self) { try await connection.transact { _ in } }
    }
    try await eventually("the connect") { try hole.connectsUnderWay() > before }
    let start = ContinuousClock.now
    if isCancelled { failed.cancel() } else { connection.shutdown() }
    let error = await failed.value
    #expect(error?.code == .closed)
    #expect(ContinuousClock.now - start < .seconds(2))
  }

  @Test func optionsOutsideTheirRangesAreErrors() {
    #expect(throws: RegisterError.self) { try ModbusConnection(ModbusOptions(host: "x", unit: 248)) }
    #expect(throws: RegisterError.self) { try ModbusConnection(ModbusOptions(host: "x", responseTimeout: .zero)) }
  }

  /// Where `select` has no place for the socket. In a process of its own: the descriptors would be missing in the other
  /// tests.
  @Test func descriptorsBeyond1023AreNoProblem() async throws {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 2000, rlim_max: 2000)
      #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
      let gateway = try ScriptedGateway()
      var highest: Int32 = 0
      while highest >= 0, highest < 1100 { highest = dup(0) }
      #expect(highest >= 1100)
      let connection = try ModbusConnection(ModbusOptions(host: "127.0.0.1", port: gateway.port))
      let range = try #require(RegisterRange(start: 40_000, count: 2))
      _ = try await connection.transact { try await $0.read(range) }
    }
  }
}
