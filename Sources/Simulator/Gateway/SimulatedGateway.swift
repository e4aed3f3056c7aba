package import Registry
import Synchronization

/// A gateway on a TCP port of this machine, in this process.
///
///     let gateway = try await SimulatedGateway.start(registers: image)
///     … connect to 127.0.0.1, gateway.port …
///     try gateway.apply(.swapPorts(1, 2))
///     await gateway.stop()
package final class SimulatedGateway: Sendable {
  /// The port it listens on.
  package var port: UInt16 { listener.port }

  private struct State {
    var core: GatewayCore
    var connectionEra = 0
  }

  private let state: Mutex<State>
  private let listener = GatewayListener()
  private let now: @Sendable () -> Duration

  /// Starts serving a register image as it is, but for the gateway's clock, which runs.
  /// - Parameters:
  ///   - registers: With a SunSpec chain at 40000, or plain registers anywhere.
  ///   - registry: What the blocks mean; the built-in registry when nil.
  /// - Throws: ``SimulatorError`` when the port can't be had, `RegistryError` when there is no registry.
  package static func start(
    registers: RegisterImage, registry: Registry? = nil, options: SimulatorOptions = SimulatorOptions()
  ) async throws -> SimulatedGateway {
    let registry = try registry ?? .embedded()
    return try await start(GatewayCore(registers, registry: registry, options: options))
  }

  static func start(_ core: GatewayCore) async throws(SimulatorError) -> SimulatedGateway {
    let gateway = SimulatedGateway(core)
    try await gateway.listener.run(gateway, bind: core.options.bind, port: core.options.port)
    return gateway
  }

  private init(_ core: GatewayCore) {
    now = core.options.now
    state = Mutex(State(core: core))
  }

  /// Ends every connection and gives up the port. Returns when nothing of it runs any more.
  package func stop() async {
    await listener.stop()
  }

  /// What was asked of the gateway since its start.
  package var counters: GatewayCounters { state.withLock { $0.core.counters } }

  /// The registers as a client would read them now.
  package var registers: RegisterImage {
    let time = now()
    return state.withLock { state in
      state.core.advance(to: time)
      state.core.refresh(force: true)
      return state.core.map.image
    }
  }

  /// Carries out an action now.
  /// - Throws: ``SimulatorError`` when the map has no such device, block or register; nothing has changed then.
  package func apply(_ action: FaultAction) throws(SimulatorError) {
    let error = withCore { core, time -> SimulatorError? in
      core.advance(to: time)
      do throws(SimulatorError) {
        try core.apply(action)
        return nil
      } catch {
        return error
      }
    }
    if let error { throw error }
  }

  /// Carries out an action at its time.
  package func schedule(_ fault: ScheduledFault) {
    state.withLock { $0.core.schedule.append(fault) }
  }

  /// Carries out an action at the request that is so many from now: 1 is the next one.
  /// - Parameter isAfter: Whether it comes after that request was carried out instead of before.
  package func schedule(_ action: FaultAction, inRequests count: Int, isAfter: Bool = false) {
    state.withLock { state in
      let number = state.core.counters.requests + count
      state.core.schedule.append(ScheduledFault(isAfter ? .afterRequest(number) : .beforeRequest(number), action))
    }
  }

  /// Forgets every scheduled action that has not happened yet.
  package func cancelSchedule() {
    state.withLock { $0.core.schedule.removeAll() }
  }

  // MARK: For the listener

  /// Counts a connection.
  /// - Returns: False when it has to be closed at once.
  func connectionOpened() -> Bool {
    withCore { core, time in core.connectionOpened(at: time) }
  }

  func connectionClosed() {
    state.withLock { $0.core.connectionClosed() }
  }

  func answer(_ frame: ModbusFrame) -> GatewayCore.Reply {
    withCore { core, time in core.answer(frame, at: time) }
  }

  /// Runs `body`, then cuts the connections if it said so.
  private func withCore<Result: Sendable>(_ body: (inout GatewayCore, Duration) -> Result) -> Result {
    let time = now()
    let (result, cuts) = state.withLock { state in
      let result = body(&state.core, time)
      let cuts = state.connectionEra != state.core.connectionEra
      state.connectionEra = state.core.connectionEra
      return (result, cuts)
    }
    if cuts { listener.cutConnections() }
    return result
  }
}
