import Foundation
import Logging
import MessageIO
import RegisterIO
import Registry
import Synchronization
import TestSupport
import Topics

@testable import Bridge
@testable import Mate3

/// A gateway in a time of its own, which passes only by what is done: by a request, or by waiting. So hours of it take
/// milliseconds, and every run of a script is the same.
actor VirtualGateway: RegisterConnection {
  typealias Instant = ContinuousClock.Instant

  /// How a read is answered at a time since the start.
  typealias Answer = @Sendable (_ range: RegisterRange, _ time: Duration) -> GatewayFault

  struct Clock: Sendable {
    var now: Instant
    var requests: [(time: Duration, range: RegisterRange)] = []
  }

  nonisolated let start = ContinuousClock.now
  private nonisolated let clock: Mutex<Clock>
  private let requestTime: Duration
  private let end: Instant
  private let answer: Answer
  /// Called whenever time passes; says when it wants to be called again.
  private let watch: @Sendable (Instant) -> Instant
  private var nextWatch: Instant
  private nonisolated let finish: AsyncStream<Void>.Continuation
  private nonisolated let finished: AsyncStream<Void>

  init(
    until end: Duration, requestTime: Duration, answer: @escaping Answer,
    watch: @escaping @Sendable (Instant) -> Instant = { $0 + .seconds(3600) }
  ) {
    clock = Mutex(Clock(now: start))
    self.requestTime = requestTime
    self.end = start + end
    self.answer = answer
    self.watch = watch
    nextWatch = start
    (finished, finish) = AsyncStream.makeStream()
  }

  nonisolated var now: Instant { clock.withLock { $0.now } }
  nonisolated var time: Duration { start.duration(to: now) }
  /// Every request so far.
  nonisolated var requests: [(time: Duration, range: RegisterRange)] { clock.withLock { $0.requests } }

  /// Has a gateway service work until its end of time.
  nonisolated func run(_ service: GatewayService) async {
    let running = Task { await service.run() }
    for await _ in finished {}
    running.cancel()
    await running.value
  }

  nonisolated func wake() {}
  nonisolated func shutdown() {}
  func disconnect() async {}

  func sleep(until deadline: Instant) async {
    guard deadline < end, now < end else {
      pass(until: end)
      finish.finish()
      while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
      return
    }
    pass(until: deadline)
    await Task.yield()
  }

  func transact<Result: Sendable>(
    _ body: @Sendable (any RegisterExchange) async throws -> Result
  ) async throws -> Result {
    let exchange = Exchange(gateway: self)
    return try await body(exchange)
  }

  fileprivate func read(_ range: RegisterRange) throws(RegisterError) -> [UInt16] {
    let fault = answer(range, time)
    clock.withLock { $0.requests.append((start.duration(to: $0.now), range)) }
    pass(until: now + (fault == .silence ? .seconds(1) : requestTime))
    // A gateway that is asked without a pause never comes to sleep.
    if now >= end { throw RegisterError(.connectFailed, "time is over") }
    switch fault {
    case .words(let words): return words
    case .exception(let exception): throw RegisterError(.exception(exception), "the gateway answered \(exception)")
    case .silence: throw RegisterError(.timedOut, "the gateway did not answer")
    default: throw RegisterError(.connectFailed, "the gateway refused the connection")
    }
  }

  private func pass(until deadline: Instant) {
    while nextWatch <= deadline {
      let moment = max(nextWatch, now)
      clock.withLock { $0.now = moment }
      nextWatch = max(watch(moment), moment + .milliseconds(1))
    }
    clock.withLock { $0.now = max($0.now, deadline) }
  }

  private struct Exchange: RegisterExchange {
    let gateway: VirtualGateway

    func read(_ range: RegisterRange) async throws(RegisterError) -> [UInt16] { try await gateway.read(range) }
    func write(_ words: [UInt16], at address: Int) async throws(RegisterError) {
      throw RegisterError(.exception(.illegalFunction), "nothing is written here")
    }
  }
}

/// A map of registers, of which some may be missing.
struct VirtualMap: Sendable {
  var words: [Int: UInt16]

  func answer(_ range: RegisterRange) -> GatewayFault {
    let found = (range.start..<range.end).compactMap { words[$0] }
    return found.count == range.count ? .words(found) : .exception(.illegalDataAddress)
  }
}

/// A bridge of a virtual gateway to a scripted broker.
struct VirtualBridge: Sendable {
  let broker = ScriptedBroker()
  let gateway: VirtualGateway
  let service: GatewayService

  /// - Parameters:
  ///   - end: how long it works.
  ///   - requestTime: what a request takes.
  ///   - settings: how the gateway is read.
  ///   - look: called at this time since the start with what the broker keeps then.
  init(
    _ registry: Registry, until end: Duration, requestTime: Duration = .milliseconds(30), settings: PollSettings,
    answer: @escaping VirtualGateway.Answer, at time: Duration = .zero,
    look: @escaping @Sendable (ScriptedBroker) -> Void = { _ in }
  ) {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let publisher = StatePublisher(
      settings: StatePublisher.Settings(scheme: TopicScheme(base: "mate3")),
      program: ProgramInfo(version: "0", instance: "i", startedAt: Date(), settings: { [:] }), broker: broker,
      logger: logger)
    let reader = Mutex<GatewayService?>(nil)
    let moment = Mutex<ContinuousClock.Instant?>(nil)
    let hasLooked = Mutex(false)
    gateway = VirtualGateway(
      until: end, requestTime: requestTime, answer: answer,
      watch: { [broker] now in
        let due = moment.withLock { moment in
          let due = moment ?? now + time
          moment = due
          return due
        }
        let again = reader.withLock { $0 }?.live.look(at: now) ?? now
        guard due <= now else { return min(again, due) }
        let isFirst = hasLooked.withLock { hasLooked in
          defer { hasLooked = true }
          return !hasLooked
        }
        if isFirst { look(broker) }
        return again
      })
    service = GatewayService(
      settings: settings, registry: registry, connection: gateway, publisher: publisher,
      discovery: DiscoverySettings(), logger: logger)
    reader.withLock { [service] in $0 = service }
    broker.connect()
    publisher.brokerConnected()
  }

  func run() async { await gateway.run(service) }

  /// Requests between two times.
  func requests(_ from: Duration, _ to: Duration) -> Int {
    gateway.requests.count { $0.time >= from && $0.time < to }
  }

  /// Names of the events so far.
  var events: [String] {
    broker.sent.filter { $0.topic == "mate3/bridge/event" }.compactMap { message in
      let object = try? JSONSerialization.jsonObject(with: Data(message.payload)) as? [String: Any]
      return object?["event"] as? String
    }
  }

  /// Devices by their availability.
  static func devices(_ state: String, _ broker: ScriptedBroker) -> [String] {
    broker.retainedTexts.filter { $0.key.hasSuffix("/availability") && $0.value == state }.keys.sorted()
  }
}
