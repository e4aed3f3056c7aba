import Dispatch
import FieldCodec
import Foundation
import RegisterIO
import Registry
import Synchronization
import TestSupport

@testable import Simulator

/// A house with every kind of thing that a test wants to switch.
let houseText = """
  clock: 2025-06-14 06:00:00
  time_zone: 2
  ac_voltage: 230
  battery: { nominal_voltage: 48, capacity_ah: 600, charge: 62 }
  generator_w: 5000
  devices:
    - { kind: single_phase_radian_inverter, port: 1, model: GS4048A, serial: A, firmware: [1, 6, 15] }
    - { kind: single_phase_radian_inverter, port: 2, model: GS4048A, serial: A, settings: { stacking_mode: slave } }
    - { kind: charge_controller, port: 3, model: FM60-150VDC, array_w: 2600 }
    - { kind: charge_controller, port: 4, model: FM80-150VDC, array_w: 3400 }
    - { kind: flexnet_dc, port: 5, model: FLEXnet DC }
  """

/// A gateway without sockets, at a time that the test sets.
struct TestGateway {
  var core: GatewayCore
  private var transaction: UInt16 = 0
  var time: Duration = .zero

  init(
    _ text: String, file: String = "test.yaml", isAlive: Bool = true, options: SimulatorOptions = SimulatorOptions()
  ) throws {
    let system = try SystemDescription(text, file: file)
    let known = try registry()
    core = GatewayCore(
      try system.image(known), registry: known, options: options, life: isAlive ? system.parameters : nil)
  }

  init(_ image: RegisterImage, options: SimulatorOptions = SimulatorOptions()) throws {
    core = GatewayCore(image, registry: try registry(), options: options)
  }

  /// What comes back for a protocol data unit.
  mutating func reply(_ pdu: [UInt8]) -> GatewayCore.Reply {
    transaction &+= 1
    return core.answer(ModbusFrame(transaction: transaction, unit: 1, pdu: pdu), at: time)
  }

  /// The protocol data unit that comes back, nil for none.
  mutating func ask(_ pdu: [UInt8]) throws -> [UInt8]? {
    var reader = ModbusFrameReader()
    reader.append(reply(pdu).bytes)
    return try reader.next()?.pdu
  }

  /// The words from an address on; throws the exception that came instead.
  mutating func read(_ address: Int, _ count: Int = 1) throws -> [UInt16] {
    let answer = try ask(readRequest(address, count)) ?? []
    if answer.count == 2 { throw ModbusRefusal(ModbusException(rawValue: answer[1])) }
    return stride(from: 2, to: answer.count - 1, by: 2).map { UInt16(high: answer[$0], low: answer[$0 + 1]) }
  }

  /// Writes one word with function 6; throws the exception that came back.
  mutating func write(_ word: UInt16, at address: Int) throws {
    let answer = try ask([6] + UInt16(address).bigEndianBytes + word.bigEndianBytes) ?? []
    if answer.count == 2 { throw ModbusRefusal(ModbusException(rawValue: answer[1])) }
  }

  /// Lets time pass.
  mutating func pass(_ duration: Duration) {
    time += duration
    core.advance(to: time)
    core.refresh(force: true)
  }

  func block(_ name: String, port: Int? = nil) throws -> GatewayMap.Placement {
    let id = try found(core.map.registry.block(named: name)?.did, "the block \(name)")
    return try found(core.map.placement(id: Int(id), port: port), "\(name) on port \(port.map(String.init) ?? "any")")
  }

  /// A field's number as decoded from the registers.
  func number(_ field: String, of block: String, port: Int? = nil) throws -> Double {
    try found(core.map.number(field, in: try self.block(block, port: port)), "a number in \(field) of \(block)")
  }

  func address(_ field: String, of block: String, port: Int? = nil) throws -> Int {
    let placement = try self.block(block, port: port)
    let definition = try found(core.map.definition(of: placement)?.field(field), "the field \(field)")
    return try found(placement.address(ofOffset: definition.offset), "the address of \(field)")
  }

  /// Writes a field as a client would: the raw word.
  mutating func write(_ word: UInt16, to field: String, of block: String, port: Int? = nil) throws {
    try write(word, at: try address(field, of: block, port: port))
  }
}

func readRequest(_ address: Int, _ count: Int) -> [UInt8] {
  [3] + UInt16(address).bigEndianBytes + UInt16(count).bigEndianBytes
}

struct NotFound: Error, CustomStringConvertible {
  let description: String
}

func found<Value>(_ value: Value?, _ what: String) throws -> Value {
  guard let value else { throw NotFound(description: "\(what) is not there") }
  return value
}

/// Seconds that a test sets.
final class ManualTime: Sendable {
  private let elapsed = Mutex(Duration.zero)

  func pass(_ duration: Duration) { elapsed.withLock { $0 += duration } }

  var options: SimulatorOptions {
    var options = SimulatorOptions()
    options.now = { self.elapsed.withLock { $0 } }
    return options
  }
}

let examples = ProcessRunner.packageDirectory.appending(path: "examples/systems")

private let embedded = Result { try Registry.embedded() }

/// The built-in registry, read once.
func registry() throws -> Registry { try embedded.get() }

/// A socket whose blocking calls happen on threads of their own, so that the server under test, which shares the
/// process's few concurrency threads, can answer them.
struct Client: Sendable {
  private let peer: ScriptedPeer

  init(_ port: UInt16) async throws {
    peer = try await offPool { Result { try ScriptedPeer(connectingTo: port) } }.get()
  }

  func write(_ bytes: [UInt8]) { peer.write(bytes) }

  func cut() { peer.cut() }

  /// Exactly so many bytes, or nil when the connection ended before.
  func read(_ count: Int) async -> [UInt8]? { await offPool { peer.read(count) } }

  /// At least one byte, or nil when the connection has ended.
  func readSome() async -> [UInt8]? { await offPool { peer.readSome() } }
}

func clients(_ count: Int, _ port: UInt16) async throws -> [Client] {
  var clients: [Client] = []
  for _ in 0..<count { clients.append(try await Client(port)) }
  return clients
}

private func offPool<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    DispatchQueue(label: "client").async { continuation.resume(returning: body()) }
  }
}
