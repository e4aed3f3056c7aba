import FieldCodec
import Foundation
public import Logging
import Mate3
public import MessageIO
public import RegisterIO
import Threads
public import Topics

/// Takes `/set` messages one after the other through validation and the write procedure, and answers each once.
public actor CommandService {
  /// Most commands that wait their turn.
  public static let queueLimit = 64
  /// A command that waited longer than this is not carried out.
  public static let patience: Duration = .seconds(10)

  let gateway: GatewayService
  let connection: any RegisterConnection
  let publisher: StatePublisher
  let scheme: TopicScheme
  let writes: WriteGuard
  let logger: Logger
  private let queue: CommandQueue
  private var answers = AnswerMemory()
  /// Devices whose last command still waits for its read-back.
  var busy: Set<DeviceKey> = []
  var isStopping = false
  /// Ends timed commands; nil while there are none.
  var timing: Task<Void, Never>?
  /// The wait for the end of the next one.
  var timerSleeper: Task<Void, Never>?

  public init(
    gateway: GatewayService, connection: any RegisterConnection, publisher: StatePublisher, scheme: TopicScheme,
    writes: WriteGuard, logger: Logger
  ) {
    self.gateway = gateway
    self.connection = connection
    self.publisher = publisher
    self.scheme = scheme
    self.writes = writes
    self.logger = logger
    queue = CommandQueue(limit: Self.queueLimit, registry: gateway.registry, scheme: scheme)
  }

  /// Takes a message; one that finds no place is answered at once.
  nonisolated public func submit(_ message: InboundMessage) async {
    let (refusal, replaced) = queue.add(message)
    for older in replaced {
      await answer(
        older, WriteOutcome(.rejected, .superseded, "a later command to this field goes first; nothing was written"))
    }
    if let refusal { await answer(message, WriteOutcome(.rejected, refusal.code, refusal.reason)) }
  }

  /// Answers what still waits, and takes no more.
  public func stop() {
    isStopping = true
    timing?.cancel()
    queue.close()
  }

  /// Works until ``stop()``, and until the last read-back is done or the task is cancelled.
  public func run() async {
    await withDiscardingTaskGroup { group in
      while let message = await queue.next() {
        guard let waiting = await handle(message) else { continue }
        group.addTask { await self.wait(for: waiting) }
      }
    }
  }

  private struct Waiting: Sendable {
    let message: InboundMessage
    let payload: CommandPayload
    let context: CommandContext
    let procedure: WriteProcedure
    let duration: Duration
  }

  private func handle(_ message: InboundMessage) async -> Waiting? {
    var payload: CommandPayload?
    do {
      let (device, field) = try address(message)
      let command = try CommandPayload(message.payload)
      payload = command
      if let first = answers.answer(message.topic, command.id) {
        await publish(first, answering: message)
        return nil
      }
      try checkAge(message, command)
      guard gateway.freshness.isAnswering(at: .now) else { throw GatewayService.offline }
      let context = CommandContext(
        who: message.topic, id: command.id, forSeconds: command.forSeconds, then: command.then)
      let progress = try await gateway.carryOut(
        device, field, command, context, writes, isBusy: busy.contains(device),
        startingBy: message.receivedAt + Self.patience, whenKept: { await self.startTimers() })
      switch progress {
      case .finished(let outcome):
        await answer(message, outcome, command)
        return nil
      case .paused(let procedure, let duration):
        busy.insert(device)
        return Waiting(message: message, payload: command, context: context, procedure: procedure, duration: duration)
      }
    } catch let refusal as CommandRefusal {
      await answer(message, WriteOutcome(.rejected, refusal.code, refusal.reason), payload)
    } catch {
      await answer(message, WriteOutcome(.rejected, .badPayload, "\(error)"), payload)
    }
    return nil
  }

  private func wait(for waiting: Waiting) async {
    let request = waiting.procedure.request
    let outcome = await gateway.finish(
      request, await settle(.paused(waiting.procedure, waiting.duration)), waiting.context, writes,
      whenKept: { await self.startTimers() })
    await answer(waiting.message, outcome, waiting.payload)
    busy.remove(request.block.key)
  }

  /// Repeats the read-back as long as the procedure wants to.
  func settle(_ progress: WriteProgress) async -> WriteOutcome {
    var progress = progress
    while true {
      switch progress {
      case .finished(let outcome): return outcome
      case .paused(let procedure, let duration):
        await pause(for: duration)
        guard !Task.isCancelled else { return procedure.interrupted() }
        progress = await connection.advance(procedure)
      }
    }
  }

  private func address(_ message: InboundMessage) throws(CommandRefusal) -> (DeviceKey, String) {
    guard !isStopping else {
      throw CommandRefusal(.shuttingDown, "the bridge is shutting down; nothing was written")
    }
    guard case .command(let device, let field) = scheme.parse(message.topic) else {
      throw CommandRefusal(.unknownTopic, "the topic must be \(scheme.base)/<device>/<port>/<field>/set")
    }
    guard !message.isRetained else {
      throw CommandRefusal(
        .retained, "the command is retained, so it may be of any age; publish it again without the retain flag")
    }
    return (device, field)
  }

  private func checkAge(_ message: InboundMessage, _ payload: CommandPayload) throws(CommandRefusal) {
    if let expiresAt = payload.expiresAt, expiresAt <= Date() {
      throw CommandRefusal(.expired, "the command's time expires_at has passed; nothing was written")
    }
    let age = message.receivedAt.duration(to: .now)
    let limit = message.expiryInterval.map { min(.seconds(Int($0)), Self.patience) } ?? Self.patience
    guard age <= limit else {
      throw CommandRefusal(.expired, "the command waited longer than it may; nothing was written")
    }
  }

  private func answer(_ message: InboundMessage, _ outcome: WriteOutcome, _ payload: CommandPayload? = nil) async {
    let now = Date()
    let age = message.receivedAt.duration(to: .now)
    let seconds = Double(age.components.seconds) + Double(age.components.attoseconds) / 1e18
    var field: String?
    if case .command(let device, let name) = scheme.parse(message.topic) { field = "\(device)/\(name)" }
    let result = ResultMessage(
      outcome: outcome, field: field, requested: payload?.text, value: outcome.value?.text, id: payload?.id,
      receivedAt: now.addingTimeInterval(-seconds), finishedAt: now)
    logger.notice(
      "command \(outcome.status.rawValue)",
      metadata: [
        "topic": "\(message.topic.prefix(200))", "code": "\(outcome.code.rawValue)", "reason": "\(outcome.reason)",
      ])
    let bytes = JSONPayload.bytes(result)
    // What was refused may be tried again with its id; what may have been written may not.
    if outcome.status != .rejected { answers.keep(bytes, message.topic, payload?.id) }
    await publish(bytes, answering: message)
  }

  private func publish(_ bytes: [UInt8], answering message: InboundMessage) async {
    let qos = publisher.settings.resultQoS
    publisher.enqueue(OutboundMessage(topic: message.topic + "/result", payload: bytes, qos: qos))
    guard let response = message.responseTopic else { return }
    // A response topic below our own base could pass for a state or a command of this bridge.
    guard !response.hasPrefix(scheme.base + "/") else {
      logger.notice("the response topic is one of the bridge's own; nothing is sent there")
      return
    }
    publisher.enqueue(
      OutboundMessage(topic: response, payload: bytes, qos: qos, correlationData: message.correlationData))
  }
}
