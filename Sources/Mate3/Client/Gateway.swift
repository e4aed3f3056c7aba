public import ModbusTransport
public import RegisterIO
public import Registry

/// An OutBack MATE3, MATE3s or AXS Port, and the devices on its hub.
///
///     let gateway = try await Gateway.connect(host: "192.0.2.7")
///     let volts = try await gateway.value(of: .chargeController.batteryVoltage, port: 3)
///     await gateway.close()
///
/// The gateway serves one client at a time and can hang when asked too much: keep one `Gateway` and use it from
/// wherever you like; its requests go out one after the other.
public actor Gateway {
  /// What the blocks of the gateway's map mean.
  public nonisolated let registry: Registry
  let connection: any RegisterConnection
  let names: DeviceNames
  let policy: CommandPolicy

  /// What was asked of the gateway so far.
  public internal(set) var traffic = GatewayTraffic()
  /// Registers that the gateway refused to read in the last reading; their fields are left out of it.
  public internal(set) var refused: [RegisterRange] = []
  /// Who the devices are, from the pins given at the start and every complete reading since.
  public internal(set) var pins: PinBook
  /// What the last complete reading told of the devices' identity.
  public internal(set) var notices: [IdentityNotice] = []
  var size: ReadSize
  /// The words of the last complete walk.
  var image: SystemImage?
  /// Where devices were found, so that the chain need not be walked again for each field.
  var located: [DeviceKey: PlacedBlock] = [:]
  private var hasAnswered = false

  /// Uses a connection of any kind.
  /// - Parameters:
  ///   - connection: to a gateway, or to what stands in for one.
  ///   - registry: the register map; that built into the library when nil.
  ///   - names: names of your own for devices.
  ///   - policy: which fields may be written, besides what the register map itself forbids.
  ///   - pins: what devices were when they were first seen, to be kept by the program; none means that the first
  ///     reading is taken for right.
  ///   - maxRead: most registers a request, 2…125. 100 is known to agree with the gateway.
  /// - Throws: `RegistryError`; not with the registry built in.
  public init(
    _ connection: any RegisterConnection, registry: Registry? = nil, names: DeviceNames = DeviceNames(),
    policy: CommandPolicy = CommandPolicy(), pins: PinBook = PinBook(), maxRead: Int = 100
  ) throws(RegistryError) {
    self.connection = connection
    if let registry { self.registry = registry } else { self.registry = try .embedded() }
    self.names = names
    self.policy = policy
    self.pins = pins
    size = ReadSize(configured: maxRead)
  }

  /// Connects over Modbus TCP and makes sure that an OutBack gateway answers.
  /// - Throws: ``GatewayError``.
  public static func connect(
    host: String, port: UInt16 = 502, unit: UInt8 = 1, registry: Registry? = nil, names: DeviceNames = DeviceNames(),
    policy: CommandPolicy = CommandPolicy(), pins: PinBook = PinBook(), maxRead: Int = 100
  ) async throws -> Gateway {
    try await connect(
      ModbusOptions(host: host, port: port, unit: unit), registry: registry, names: names, policy: policy,
      pins: pins, maxRead: maxRead)
  }

  /// Connects over Modbus TCP with time-outs of your own.
  /// - Throws: ``GatewayError``.
  public static func connect(
    _ options: ModbusOptions, registry: Registry? = nil, names: DeviceNames = DeviceNames(),
    policy: CommandPolicy = CommandPolicy(), pins: PinBook = PinBook(), maxRead: Int = 100
  ) async throws -> Gateway {
    let connection: ModbusConnection
    do {
      connection = try ModbusConnection(options)
    } catch {
      throw GatewayError(.notConnected, error.message, cause: error)
    }
    let gateway = try Gateway(
      connection, registry: registry, names: names, policy: policy, pins: pins, maxRead: maxRead)
    do {
      try await gateway.check()
    } catch {
      connection.shutdown()
      throw error
    }
    return gateway
  }

  /// Closes the connection for good.
  public nonisolated func close() { connection.shutdown() }

  /// Reads the mark that every SunSpec map begins with.
  private func check() async throws {
    guard let mark = RegisterRange(start: SystemLayout.base, count: 2) else { return }
    guard try await request(mark) == [0x5375, 0x6E53] else { throw GatewayError(ScanError.notSunSpec) }
  }

  // MARK: Requests

  func request(_ range: RegisterRange) async throws -> [UInt16] {
    traffic.requests += 1
    traffic.registers += range.count
    do {
      let words = try await connection.transact { try await $0.read(range) }
      hasAnswered = true
      return words
    } catch let error as RegisterError {
      throw described(error)
    }
  }

  /// Goes through a reading to its end.
  func read<Reading: RegisterReading>(_ begun: Reading) async throws -> Reading {
    var reading = begun
    do {
      while true {
        let step = try await connection.goOn(with: reading)
        reading = step.reading
        traffic.requests += step.asked.count
        traffic.registers += step.asked.reduce(0) { $0 + $1.count }
        if step.hasAnswer { hasAnswered = true }
        if let failure = step.failure { throw failure }
        if step.isDone { return reading }
      }
    } catch let error as RegisterError {
      throw described(error)
    } catch let error as ScanError {
      throw GatewayError(error)
    }
  }

  /// Reads ranges; in smaller pieces where the gateway refuses them. What it refuses even so is left out.
  func fetch(
    _ ranges: [RegisterRange], keepingWhole whole: [RegisterRange], _ take: (RegisterRange, [UInt16]) -> Void
  ) async throws {
    var reading = try await read(PlanReading(ranges, keepingWhole: whole, size: size))
    size = reading.size
    refused += reading.refused
    for (range, words) in reading.takeBrought() { take(range, words) }
  }

  private func described(_ error: RegisterError) -> GatewayError {
    switch error.code {
    case .exception, .invalidRequest: return GatewayError(.refused, error.message, cause: error)
    // A gateway with another client either refuses the connection or takes it and closes it.
    case .connectionLost where !hasAnswered:
      return GatewayError(
        .busy,
        "the gateway closed the connection at the first request: it is busy with another client, and serves one at a "
          + "time; end the other program", cause: error)
    case .connectFailed, .timedOut, .connectionLost, .badReply, .closed:
      return GatewayError(.notConnected, error.message, cause: error)
    }
  }
}

extension GatewayError {
  init(_ error: ScanError) { self.init(.notSunSpec, error.message) }
}
