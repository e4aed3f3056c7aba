import ArgumentParser
import Configuration
import Dispatch
import Foundation
import Simulator

/// `mate3 simulate`: a gateway on a TCP port.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Serves a simulated gateway over Modbus TCP.",
    discussion: """
      The first line on standard output is `port N`. Lines of JSON on standard input are actions, such as \
      {"action":"swap_ports","ports":[1,2]}; each is answered with a line of JSON. The actions are \
      \(FaultParser.actions.joined(separator: ", ")); one that lacks something says what. SIGUSR1 prints a line of counters.
      """)

  @Option(help: "A register dump (JSON) or a described system (YAML).")
  var from: String

  @Option(name: [.customShort("p"), .long], help: "TCP port to listen on, up to 65535; 0 picks a free one.")
  var port: UInt16

  @Option(help: "Address to listen on.")
  var bind = "127.0.0.1"

  @Option(help: "A YAML list of actions, each with `at_request` or `at_s`.")
  var faults: String?

  @Option(
    help: "How long to wait before each answer, such as 50ms; a number alone is milliseconds.", transform: Self.delay)
  var delay = Duration.zero

  private static func delay(_ text: String) throws -> Duration {
    guard let delay = Int64(text).map({ .milliseconds($0) }) ?? Duration(shortText: text),
      (.zero...(.seconds(3600))).contains(delay)
    else { throw ValidationError("--delay takes a duration up to 1h, such as 50ms, not ‘\(text.prefix(60))’.") }
    return delay
  }

  @Option(
    help: "Seconds that pass in the system in each second; 1440 makes a day a minute.", transform: Self.speed)
  var speed = 1.0

  private static func speed(_ text: String) throws -> Double {
    // Beyond that who reads every few seconds sees too little of a day to tell one from the next.
    guard let speed = Double(text), speed > 0, speed <= 3600 else {
      throw ValidationError("--speed takes a number above 0, 3600 at most, such as 60, not ‘\(text.prefix(60))’.")
    }
    return speed
  }

  @Flag(help: "Refuse a second connection while one is open.")
  var singleClient = false

  @Flag(help: "Let the gateway's clock stand still.")
  var freezeClock = false

  @Flag(help: "Let the system of a dump live through the day; a described one always does.")
  var animate = false

  func run() async throws {
    // Before anything is printed, so that who reads `port N` can already send signals.
    let signals = Signals([SIGTERM, SIGINT, SIGUSR1])
    let gateway = try await start()
    StandardError.neverWait()
    let output = StandardOutput.lineWriter()
    let control = ControlLine(gateway)
    output.add("port \(gateway.port)\n")
    let reader = Task {
      for await line in Self.standardInputLines() { output.add(control.answer(line) + "\n") }
    }
    for await signal in signals.stream {
      guard signal == SIGUSR1 else { break }
      output.add(control.counters() + "\n")
    }
    reader.cancel()
    await gateway.stop()
    output.flush(within: .milliseconds(500))
  }

  private func start() async throws -> SimulatedGateway {
    var options = SimulatorOptions()
    options.bind = bind
    options.port = port
    options.isSingleClient = singleClient
    options.delay = delay
    options.speed = speed
    options.freezesClock = freezeClock
    if let faults { options.faults = try ScheduledFault.load(faults) }
    return try await SimulatedGateway.start(file: from, isAnimated: animate, options: options)
  }

  /// The lines of standard input. A blocking read can't be cancelled, so it has a thread of its own, which ends with
  /// the process.
  private static func standardInputLines() -> AsyncStream<String> {
    let (stream, continuation) = AsyncStream<String>.makeStream()
    Thread.detachNewThread {
      while let line = readLine() {
        if line.contains(where: { !$0.isWhitespace }) { continuation.yield(line) }
      }
      continuation.finish()
    }
    return stream
  }
}
