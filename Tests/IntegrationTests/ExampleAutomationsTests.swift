import Foundation
import MessageIO
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct ExampleAutomationsTests {
  /// Every command that the example automations for Home Assistant send is carried out.
  @Test func theirCommandsAreTaken() async throws {
    let file = ProcessRunner.packageDirectory.appending(path: "examples/home-assistant/automations.yaml")
    let commands = try String(contentsOf: file, encoding: .utf8)
      .matches(of: /topic: (\S+)\s+qos: 1\s+payload: ['"](.*)['"]/).map { (String($0.1), String($0.2)) }
    #expect(commands.count == 2)
    let system = try await RunningSystem.start(
      SharedData.capture(), arguments: ["--caps-field-interval", "0s"])
    try await system.ready()
    for (topic, payload) in commands {
      system.watcher.clear()
      system.watcher.publish(topic, payload)
      let result = try RunningSystem.Result(try await system.watcher.next("\(topic)/result"))
      #expect(["accepted", "unchanged"].contains(result.status), "\(topic) \(payload): \(result.reason)")
      #expect(result.id == nil, "the same id again would get the first answer, and nothing would be done")
      #expect(result.reason.contains("ends after"), "nothing ends by itself that Home Assistant has to end")
    }
    try await system.stop()
  }
}
