public import RegisterIO
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
  public func apply(_ action: FaultAction) throws {
    core.advance(to: now())
    try core.apply(action)
  }

  /// Carries out an action at its time.
  public func schedule(_ fault: ScheduledFault) {
    core.schedule.append(fault)
  }

  /// Number of requests after which the next one comes; for schedules relative to now.
  public var requestCount: Int { core.counters.requests }

  // MARK: For the listener

  func connectionOpened() -> Bool { core.connectionOpened(at: now()) }

  func connectionClosed() { core.connectionClosed() }

  func answer(_ frame: ModbusFrame) -> GatewayCore.Reply { core.answer(frame, at: now()) }
}
