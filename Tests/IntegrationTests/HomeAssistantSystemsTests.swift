import Foundation
import Simulator
import TestSupport
import Testing

/// Other systems and another release of Home Assistant, everything allowed; for `make soak`.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["MATE3_HOME_ASSISTANT_SYSTEMS"] != nil,
    "runs with MATE3_HOME_ASSISTANT_SYSTEMS set, as make soak does"))
struct HomeAssistantSystemsTests {
  struct Case: Sendable, CustomStringConvertible {
    var version: String
    var system: String
    /// The bridge, the gateway and the house, and one for each port of the description.
    var devices: Int

    var description: String { "\(system) with \(version)" }
  }

  static let cases = ["2025.4.4", "2026.2.3"].flatMap { version in
    [("capture", 8), ("fx", 5), ("split_phase_radian", 7), ("ten_devices", 13)].map {
      Case(version: version, system: $0.0, devices: $0.1)
    }
  }

  @Test(arguments: cases)
  func appears(_ item: Case) async throws {
    try #require(HomeAssistantUnderTest.program(item.version) != nil, "\(HomeAssistantUnderTest.absence)")
    let file =
      item.system == "capture"
      ? try SharedData.captureFile().path(percentEncoded: false) : CommandLine.file(item.system)
    let simulator = try await SimulatedGateway.start(file: file, isAnimated: false)
    let system = try await RunningSystem.start(simulator, arguments: ["--allow", "operational,setpoint"])
    try await system.ready()
    let ha = try await HomeAssistantUnderTest.start(system.broker, version: item.version)
    let expected = try AnnouncedMessages(system.watcher).enabledCount
    let count = try await ha.settle(count: expected)
    #expect(count == expected)
    let devices = try await ha.devices()
    #expect(devices.count == item.devices)
    try await HomeAssistantTests.expectSound(try await ha.entities(), system.watcher)
    let statistics = try await ha.statistics()
    #expect(statistics.complaints.isEmpty && !statistics.ids.isEmpty)
    let complaints = try await ha.complaints()
    #expect(complaints.isEmpty)
    try await ha.stop()
    try await system.stop()
  }
}
