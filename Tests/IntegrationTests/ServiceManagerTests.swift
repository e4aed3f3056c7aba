import Foundation
import Glibc
import Simulator
import TestSupport
import Testing

/// What systemd hears of the real program, at a socket in place of its own.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct ServiceManagerTests {
  /// A socket as systemd has one.
  private final class Manager {
    let path: String
    private let descriptor: Int32

    init(_ folder: TemporaryDirectory) throws {
      path = "\(folder.path)/notify"
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      var place = sockaddr_un()
      place.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let result = withUnsafePointer(to: place) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(result == 0)
    }

    deinit { close(descriptor) }

    /// What has come and was not waited for.
    private var backlog: [String] = []

    /// What has come since this was asked last.
    func heard() -> [String] {
      var words = backlog
      backlog = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        guard count > 0 else { return words }
        words.append(String(decoding: buffer.prefix(count), as: UTF8.self))
      }
    }

    /// Waits for a word; what comes behind it is for the next one who waits.
    func hears(_ word: String) async throws {
      try await eventually(within: .seconds(15), word) {
        self.backlog = self.heard()
        guard let index = self.backlog.firstIndex(where: { $0.hasPrefix(word) }) else { return false }
        self.backlog.removeFirst(index + 1)
        return true
      }
    }
  }

  @Test func hearsThatTheBridgeIsReadyLivesAndBeginsAnew() async throws {
    let folder = try TemporaryDirectory()
    let manager = try Manager(folder)
    let file = "\(folder.path)/bridge.yaml"
    try Data("commands: { allow: [operational] }\n".utf8).write(to: URL(filePath: file))
    let system = try await RunningSystem.start(
      try SharedData.capture(), arguments: ["--config", file],
      environment: ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "900000"])
    try await manager.hears("READY=1\nSTATUS=one gateway is bridged")
    try await manager.hears("WATCHDOG=1")
    try Data("commands: { allow: [operational, setpoint] }\n".utf8).write(to: URL(filePath: file))
    system.bridge.signal(SIGHUP)
    try await manager.hears("RELOADING=1\nMONOTONIC_USEC=")
    try await manager.hears("READY=1")
    // Who stands still says nothing, and is ended by the manager.
    system.bridge.signal(SIGSTOP)
    _ = manager.heard()
    try await Task.sleep(for: .seconds(2))
    #expect(manager.heard().isEmpty)
    system.bridge.signal(SIGCONT)
    try await manager.hears("WATCHDOG=1")
    try await system.stop()
  }

  @Test func aWatchdogOfAnotherProcessIsNone() async throws {
    let folder = try TemporaryDirectory()
    let manager = try Manager(folder)
    let system = try await RunningSystem.start(
      try SharedData.capture(),
      environment: ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "300000", "WATCHDOG_PID": "1"])
    try await manager.hears("READY=1")
    try await system.ready()
    #expect(manager.heard().isEmpty)
    try await system.stop()
  }

  /// Reads it and nothing else: neither gateway nor broker are there, and the state directory can't be made.
  @Test func checkNamesWhatIsWrongAndReachesNothing() async throws {
    let folder = try TemporaryDirectory()
    let file = "\(folder.path)/bridge.yaml"
    func check(_ text: String) async throws -> (status: Int32, output: [String], errors: [String]) {
      try Data(text.utf8).write(to: URL(filePath: file))
      let program = try ProcessRunner(
        ProcessRunner.product("mate3"), ["bridge", "--config", file, "--check", "--state-dir", "/proc/none"])
      let status = try await program.exitStatus()
      try await eventually("all its lines") { program.isSilent }
      return (status, program.outputLines, program.errorLines)
    }
    let good = try await check("gateway: { host: 192.0.2.7 }\nbroker: { url: mqtt://192.0.2.8 }\n")
    #expect(good.status == 0 && good.output == ["the configuration can be used"], "\(good)")
    let bad = try await check("gateway: { host: 192.0.2.7 }\nbroker: { ulr: mqtt://192.0.2.8 }\ntopics: { json: 3 }\n")
    #expect(bad.status == 78 && bad.output.isEmpty)
    #expect(
      bad.errors.contains { $0.contains("bridge.yaml:2:11") } && bad.errors.contains { $0.contains("bridge.yaml:3:") })
  }
}
