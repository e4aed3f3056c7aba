public import Registry

/// A gateway on a TCP port of this machine, in this process.
///
///     let gateway = try await SimulatedGateway.start(registers: image)
///     … connect to 127.0.0.1, gateway.port …
///     try await gateway.apply(.swapPorts(1, 2))
///     await gateway.stop()
public actor SimulatedGateway {
  /// The port it listens on.
  public nonisolated let port: UInt16

  private var core: GatewayCore
  private let now: @Sendable () -> Duration
  private let listener: GatewayListener
  private var serving: Task<Void, Never>?
  private var conversations: [Int: Task<Void?, Never>] = [:]
  private var lastConnection = 0
  private var connectionEra = 0

  /// Starts serving a register image as it is, but for the gateway's clock, which runs.
  /// - Parameters:
  ///   - registers: With a SunSpec chain at 40000, or plain registers anywhere.
  ///   - registry: What the blocks mean; the built-in registry when nil.
  /// - Throws: ``SimulatorError`` when the port can't be had.
  public static func start(
    registers: RegisterImage, registry: Registry? = nil, options: SimulatorOptions = SimulatorOptions()
  ) async throws -> SimulatedGateway {
    let registry = try registry ?? .embedded()
    return try await start(GatewayCore(registers, registry: registry, options: options))
  }

  static func start(_ core: GatewayCore) async throws -> SimulatedGateway {
    let listener = try await GatewayListener(bind: core.options.bind, port: core.options.port)
    let gateway = SimulatedGateway(core, listener)
    await gateway.serve()
    return gateway
  }

  private init(_ core: GatewayCore, _ listener: GatewayListener) {
    self.core = core
    self.listener = listener
    port = listener.port
    now = core.options.now
  }

  private func serve() {
    serving = Task { [listener] in await listener.run(self) }
  }

  /// Ends every connection and gives up the port. Returns when nothing of it runs any more.
  public func stop() async {
    serving?.cancel()
    await serving?.value
    serving = nil
  }

  /// What was asked of the gateway since its start.
  public var counters: GatewayCounters { core.counters }

  /// The registers as a client would read them now.
  public var registers: RegisterImage {
    core.advance(to: now())
    core.refresh(force: true)
    return core.map.image
  }

  /// Carries out an action now.
  /// - Throws: ``SimulatorError`` when the map has no such device, block or register.
  public func apply(_ action: FaultAction) throws(SimulatorError) {
    core.advance(to: now())
    defer { cutConnections() }
    try core.apply(action)
  }

  /// Carries out an action at its time.
  public func schedule(_ fault: ScheduledFault) {
    core.schedule.append(fault)
  }

  /// Carries out an action at the request that is so many from now: 1 is the next one.
  public func schedule(_ action: FaultAction, inRequests count: Int, isAfter: Bool) {
    let number = core.counters.requests + count
    schedule(ScheduledFault(isAfter ? .afterRequest(number) : .beforeRequest(number), action))
  }

  // MARK: For the listener

  /// Counts a connection.
  /// - Returns: What to call it, nil when it has to be closed at once.
  func connectionOpened() -> Int? {
    defer { cutConnections() }
    guard core.connectionOpened(at: now()) else { return nil }
    lastConnection += 1
    return lastConnection
  }

  /// Has a conversation cut when connections are closed from this side.
  func watch(_ connection: Int, _ conversation: Task<Void?, Never>) {
    conversations[connection] = conversation
  }

  func connectionClosed(_ connection: Int) {
    conversations[connection] = nil
    core.connectionClosed()
  }

  func answer(_ frame: ModbusFrame) -> GatewayCore.Reply {
    defer { cutConnections() }
    return core.answer(frame, at: now())
  }

  private func cutConnections() {
    guard connectionEra != core.connectionEra else { return }
    connectionEra = core.connectionEra
    for conversation in conversations.values { conversation.cancel() }
  }
}
