import Foundation
import MessageIO
import RegisterIO
import Simulator
import TestSupport

/// A simulated gateway, a real broker, the real program and a client that watches.
final class RunningSystem {
  let broker: MosquittoBroker
  private(set) var simulator: SimulatedGateway
  private(set) var bridge: ProcessRunner
  let watcher: TopicWatcher
  let directory: TemporaryDirectory
  private var arguments: [String]
  private let redirection: String
  private let environment: [String: String]

  /// - Parameters:
  ///   - live: seconds between live cycles.
  ///   - arguments: further arguments of `mate3 bridge`.
  static func start(
    _ registers: [Int: UInt16], live: Int = 1, arguments: [String] = [],
    options: SimulatorOptions = SimulatorOptions(), broker: MosquittoBroker? = nil, redirection: String = "",
    environment: [String: String] = [:]
  ) async throws -> RunningSystem {
    let simulator = try await SimulatedGateway.start(registers: RegisterImage(registers), options: options)
    return try await start(
      simulator, live: live, arguments: arguments, broker: broker, redirection: redirection, environment: environment)
  }

  /// - Parameter redirection: where a shell has the bridge's streams go.
  static func start(
    _ simulator: SimulatedGateway, live: Int = 1, arguments: [String] = [], broker: MosquittoBroker? = nil,
    redirection: String = "", environment: [String: String] = [:]
  ) async throws -> RunningSystem {
    let running: MosquittoBroker
    if let broker { running = broker } else { running = try await MosquittoBroker.start() }
    return try await RunningSystem(simulator, running, live, arguments, redirection, environment)
  }

  private init(
    _ simulator: SimulatedGateway, _ broker: MosquittoBroker, _ live: Int, _ arguments: [String],
    _ redirection: String, _ environment: [String: String]
  ) async throws {
    self.redirection = redirection
    self.environment = environment
    self.simulator = simulator
    self.broker = broker
    directory = try TemporaryDirectory()
    watcher = try await TopicWatcher.start(broker)
    self.arguments =
      [
        "bridge", "--host", "127.0.0.1", "--port", "\(simulator.port)", "--broker", "mqtt://127.0.0.1:\(broker.port)",
        "--state-dir", directory.path, "--interval", "\(live)",
      ] + arguments
    bridge = try Self.bridge(self.arguments, redirection, environment)
  }

  private static func bridge(
    _ arguments: [String], _ redirection: String, _ environment: [String: String]
  ) throws -> ProcessRunner {
    let program = try ProcessRunner.product("mate3")
    guard !redirection.isEmpty else { return try ProcessRunner(program, arguments, environment: environment) }
    return try ProcessRunner(
      URL(filePath: "/bin/bash"),
      ["-c", "exec \"$@\" \(redirection)", "bash", program.path(percentEncoded: false)] + arguments,
      environment: environment)
  }

  /// Waits until every device of the system is published, and the house, whose values follow the devices' and whose
  /// availability comes last of all.
  /// - Parameter hasHouse: false for a bridge that publishes none.
  func ready(hasHouse: Bool = true) async throws {
    for topic in ["bridge/state", "system_control/0/availability"] + (hasHouse ? ["house/0/availability"] : []) {
      try await watcher.next("mate3/\(topic)", where: { $0.text == "online" }, within: .seconds(20))
    }
  }

  /// Ends the bridge in good order and starts it with other arguments beside its usual ones.
  func reconfigureBridge(replacing old: [String] = [], with further: [String]) async throws {
    bridge.signal(SIGTERM)
    try await bridge.exitStatus()
    arguments = arguments.dropLast(old.count) + further
    try restartBridge()
  }

  func restartBridge() throws { bridge = try Self.bridge(arguments, redirection, environment) }

  /// Starts another simulator on the port of the one that was stopped.
  func restartSimulator(_ registers: [Int: UInt16]) async throws {
    var options = SimulatorOptions()
    options.port = simulator.port
    simulator = try await SimulatedGateway.start(registers: RegisterImage(registers), options: options)
  }

  /// Sends a command and waits for its answer.
  /// - Parameter expected: the id of a payload that is JSON.
  func command(
    _ topic: String, _ payload: String, id expected: String? = nil, within limit: Duration = .seconds(15)
  ) async throws -> Result {
    let id = UUID().uuidString
    let text = payload.hasPrefix("{") ? payload : "{\"value\":\"\(payload)\",\"id\":\"\(id)\"}"
    let expected = expected ?? (payload.hasPrefix("{") ? nil : id)
    watcher.publish("mate3/\(topic)/set", text)
    let message = try await watcher.next(
      "mate3/\(topic)/set/result",
      where: { message in
        expected == nil || (try? Result(message))?.id == expected
      }, within: limit)
    return try Result(message)
  }

  struct Result: Decodable {
    var status: String
    var code: String
    var reason: String
    var requested: String?
    var registersWritten: [UInt16]
    var registersRead: [UInt16]
    var value: String?
    var id: String?
    var evidence: [String]

    private enum CodingKeys: String, CodingKey {
      case status, code, reason, requested, value, id, evidence
      case registersWritten = "registers_written"
      case registersRead = "registers_read"
    }

    init(_ message: InboundMessage) throws {
      self = try JSONDecoder().decode(Result.self, from: Data(message.payload))
    }
  }

  func stop() async throws {
    bridge.signal(SIGTERM)
    try await bridge.exitStatus()
    await watcher.stop()
    await simulator.stop()
    try await broker.stop()
  }
}

/// Resident memory of a process in KiB (proc(5)).
func residentMemory(of process: Int32) throws -> Int {
  let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
  return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
}
