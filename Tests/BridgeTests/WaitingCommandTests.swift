import Foundation
import Logging
import Mate3
import RegisterIO
import Registry
import Simulator
import TestSupport
import Testing
import Topics

@testable import Bridge

extension GatewayService {
  /// As a scan would that saw another device there.
  fileprivate func distrust(_ device: DeviceKey) throws {
    let layout = try #require(image?.layout)
    pins.distrust(try #require(layout.block(device)), in: layout, because: "the test says so")
  }

  fileprivate func invalidateLayout() { isLayoutValid = false }
}

/// A command that was found right and then has to wait for its turn on the connection.
@Suite(.timeLimit(.minutes(1))) struct WaitingCommandTests {
  private static let device = DeviceKey(name: "radian_inverter_configuration", port: 1)

  enum Meanwhile: CaseIterable, Sendable {
    case nothing, distrusted, layoutChanged
  }

  /// What was learnt meanwhile counts, not what was known when it was found right.
  @Test(arguments: Meanwhile.allCases) func isFoundRightOnceMoreBeforeItIsWritten(_ meanwhile: Meanwhile) async throws {
    let registry = try Registry.embedded()
    let file = ProcessRunner.packageDirectory.appending(path: "examples/systems/home.yaml")
    let loaded = try RegisterImage.load(file: file.path(percentEncoded: false), registry: registry)
    let connection = ReplayConnection(
      Dictionary(uniqueKeysWithValues: loaded.registers.map { ($0.address, $0.word) }))
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let publisher = StatePublisher(
      settings: StatePublisher.Settings(scheme: TopicScheme(base: "mate3")),
      program: ProgramInfo(version: "0", instance: "i", startedAt: Date(), settings: { [:] }),
      broker: ScriptedBroker(), logger: logger)
    let gateway = GatewayService(
      settings: PollSettings(live: .seconds(3600)), registry: registry, connection: connection, publisher: publisher,
      logger: logger)
    let reading = Task { await gateway.run() }
    // Twice: the second scan confirms what the first one pinned.
    while await !gateway.isSettled { await Task.yield() }

    let holding = Task.immediate {
      try await connection.transact { exchange in
        while !exchange.isAwaited { await Task.yield() }
        switch meanwhile {
        case .nothing: break
        case .distrusted: try await gateway.distrust(Self.device)
        case .layoutChanged: await gateway.invalidateLayout()
        }
      }
    }
    let progress = try await gateway.carryOut(
      Self.device, "aux_control", CommandPayload(text: "on"), CommandContext(who: "test"), WriteGuard(), isBusy: false,
      startingBy: .now + .seconds(30))
    try await holding.value
    guard case .finished(let outcome) = progress else {
      Issue.record("the command is not finished: \(progress)")
      return
    }
    let expected: ResultCode =
      switch meanwhile {
      case .nothing: .ok
      case .distrusted: .untrusted
      case .layoutChanged: .gatewayOffline
      }
    #expect(outcome.code == expected, "\(outcome.reason)")
    #expect(connection.memory.counts.writes == (meanwhile == .nothing ? 1 : 0))
    reading.cancel()
    await reading.value
  }
}

extension GatewayService {
  /// Whether commands would be taken.
  fileprivate var isSettled: Bool {
    guard isRead, let layout = image?.layout else { return false }
    return !pins.wantsAnotherScan
      && layout.blocks.allSatisfy { pins.refusal(for: $0, in: layout) == nil } && freshness.isAnswering(at: .now)
  }
}
