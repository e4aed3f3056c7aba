import FieldCodec
import RegisterIO
import Registry
import TestSupport

@testable import Mate3

/// A gateway's registers put together from blocks, each field set by name.
struct TestSystem {
  struct Block {
    var did: UInt16
    var length: Int?
    var values: [String: String]

    init(_ did: UInt16, length: Int? = nil, _ values: [String: String] = [:]) {
      self.did = did
      self.length = length
      self.values = values
    }
  }

  static let registry: Registry = {
    do { return try Registry.embedded() } catch { preconditionFailure("\(error)") }
  }()

  /// Gateway, two single-phase inverters with configuration on ports 1 and 2, a charge controller on port 3.
  static let home: [Block] = [
    Block(1, ["serial_number": "GATEWAY-1"]),
    Block(
      64110,
      ["mac_address": "0090EA000001", "voltage_sf": "-1", "hour_sf": "-1", "year": "2026", "system_voltage": "48"]),
    Block(64120, ["dc_voltage_sf": "-1", "control_status": "4"]),
    Block(64117, ["port_number": "1", "dc_voltage_sf": "-1", "battery_voltage": "50.6"]),
    Block(
      64116,
      [
        "port_number": "1", "dc_voltage_sf": "-1", "ac_current_sf": "-1", "aux_control": "0", "stacking_mode": "10",
        "model_number": "VFXR", "absorb_volts": "57.6", "major_firmware_number": "1",
      ]),
    Block(64117, ["port_number": "2", "dc_voltage_sf": "-1", "battery_voltage": "50.7"]),
    Block(
      64116,
      [
        "port_number": "2", "dc_voltage_sf": "-1", "ac_current_sf": "-1", "aux_control": "0", "stacking_mode": "12",
        "model_number": "VFXR", "absorb_volts": "57.6", "major_firmware_number": "1",
      ]),
    Block(64111, ["port_number": "3", "voltage_sf": "-1", "battery_voltage": "50.8"]),
    Block(64112, ["port_number": "3", "voltage_sf": "-1", "absorb_volts": "57.6", "model_number": "FM80"]),
  ]

  private(set) var registers: [Int: UInt16] = [:]
  private(set) var addresses: [Int] = []
  let blocks: [Block]

  init(_ blocks: [Block] = home) {
    self.blocks = blocks
    registers[40000] = 0x5375
    registers[40001] = 0x6E53
    var address = 40002
    for block in blocks {
      let definition = Self.registry.block(id: block.did)
      let length = block.length ?? definition.flatMap { $0.fields.last.map { $0.endOffset - 3 } } ?? 10
      addresses.append(address)
      for offset in 0..<length + 2 { registers[address + offset] = 0 }
      registers[address] = block.did
      registers[address + 1] = UInt16(length)
      // Scale factors first: the other values are encoded with them.
      for pass in [true, false] {
        for (name, text) in block.values {
          guard let field = definition?.field(name), (field.type == .sunssf) == pass else { continue }
          let scale = definition?.scaleFactor(of: field).flatMap { registers[address + $0.offset - 1] }
          guard let words = try? field.encode(text, scaleWord: scale) else {
            preconditionFailure("\(name) can't hold \(text)")
          }
          for (index, word) in words.enumerated() { registers[address + field.offset - 1 + index] = word }
        }
      }
      address += length + 2
    }
    registers[address] = 0xFFFF
    registers[address + 1] = 0
  }

  /// Address of a field of the block at `index`.
  func address(_ index: Int, _ name: String) -> Int {
    guard let field = Self.registry.block(id: blocks[index].did)?.field(name) else {
      preconditionFailure("no field \(name)")
    }
    return addresses[index] + field.offset - 1
  }
}

/// Walks a chain over a connection, as the bridge does.
func walk(
  _ connection: any RegisterConnection, limit: Int = 100, expectedEnd: Int? = nil
) async throws -> ChainWalk {
  var walk = ChainWalk(registry: TestSystem.registry, limit: limit, expectedEnd: expectedEnd)
  while case .read(let range) = try walk.next() {
    do {
      walk.receive(try await connection.transact { try await $0.read(range) }, from: range)
    } catch let error as RegisterError where !error.isWireFailure {
      if walk.expectNothing() { continue }
      if range.count > 8 {
        walk.lower(limit: range.count / 2, afterRefused: range)
      } else if !walk.giveUp() {
        throw error
      }
    }
  }
  return walk
}

/// A complete image of the registers in memory.
func image(of registers: [Int: UInt16]) async throws -> SystemImage {
  let found = try await walk(ReplayConnection(registers))
  let layout = found.layout(registry: TestSystem.registry, names: DeviceNames())
  var image = SystemImage(layout: layout)
  image.beginCycle()
  for block in layout.blocks {
    if let range = block.range { image.receive(range.words(of: registers), from: range) }
  }
  _ = image.commit()
  return image
}

extension RegisterRange {
  func words(of registers: [Int: UInt16]) -> [UInt16] { (start..<end).map { registers[$0] ?? 0 } }
}
