import RegisterIO
import Registry
import TestSupport

@testable import Mate3

/// The devices of a house as they really are: what a block holds travels with the device, whatever port it answers on.
struct SafetyWorld {
  struct Device {
    /// Which piece of hardware this is.
    var hardware: Int
    var kind: Kind
    var port: Int
    var isPresent = true
    /// Model and stacking words that tell it from others; equal for look-alikes.
    var look: UInt16
    var isOn: UInt16 = 0
    var lifetime: UInt16 = 100
  }

  enum Kind: CaseIterable { case inverter, charger }

  /// The lengths of the blocks, as short as the fields that matter allow.
  private static let gatewayLength = 420
  private static let lengths: [Kind: (status: Int, configuration: Int)] = [.inverter: (46, 86), .charger: (26, 88)]

  var devices: [Device]
  var hasMAC = true
  var isGatewaySwapped = false
  private static let template = TestSystem([TestSystem.Block(1), TestSystem.Block(64110), TestSystem.Block(64120)])

  init() {
    devices = [
      // Two inverters that differ in stacking mode, and two chargers that differ in nothing but their counter.
      Device(hardware: 1, kind: .inverter, port: 1, look: 10), Device(hardware: 2, kind: .inverter, port: 2, look: 12),
      Device(hardware: 3, kind: .charger, port: 3, look: 80, lifetime: 5000),
      Device(hardware: 4, kind: .charger, port: 4, look: 80, lifetime: 9000),
    ]
  }

  /// Offsets from the block's first register, from 0: note tables 6, 11, 5.
  static func control(_ kind: Kind) -> Int { kind == .inverter ? 40 : 33 }

  func registers() -> [Int: UInt16] {
    var words = Self.template.registers
    let end = Self.template.addresses[2] + 29
    let (common, gateway) = (Self.template.addresses[0], Self.template.addresses[1])
    for index in 0..<4 { words[common + 50 + index] = isGatewaySwapped ? 0x5858 : 0x4747 }
    for index in 0..<7 where hasMAC { words[gateway + 6 + index] = isGatewaySwapped ? 0x3131 : 0x3030 }
    words[gateway + 405] = 48
    var address = end
    for device in devices where device.isPresent {
      let lengths = Self.lengths[device.kind] ?? (0, 0)
      for (did, length, isStatus) in [
        (device.kind == .inverter ? 64117 : 64111, lengths.status, true),
        (device.kind == .inverter ? 64116 : 64112, lengths.configuration, false),
      ] {
        for offset in 0..<length + 2 { words[address + offset] = 0 }
        words[address] = UInt16(did)
        words[address + 1] = UInt16(length)
        words[address + 2] = UInt16(device.port)
        if isStatus, device.kind == .charger { words[address + 20] = device.lifetime }
        if !isStatus {
          words[address + Self.control(device.kind)] = device.isOn
          // Stacking mode of an inverter, first word of a charger's model.
          words[address + (device.kind == .inverter ? 51 : 81)] =
            device.kind == .inverter ? device.look : 0x4600 + device.look
        }
        address += length + 2
      }
    }
    words[address] = 0xFFFF
    words[address + 1] = 0
    return words
  }

  /// Position of the device whose control register is at an address.
  func device(controlledAt wanted: Int) -> Int? {
    var address = Self.template.addresses[2] + 29
    for (index, device) in devices.enumerated() where device.isPresent {
      let lengths = Self.lengths[device.kind] ?? (0, 0)
      let configuration = address + lengths.status + 2
      if wanted == configuration + Self.control(device.kind) { return index }
      address = configuration + lengths.configuration + 2
    }
    return nil
  }

  /// Everything that identifies a device on the wire, but for counters.
  func evidence(of index: Int) -> [UInt16] {
    let device = devices[index]
    return [
      device.kind == .inverter ? 1 : 2, UInt16(device.port), device.look, hasMAC ? 1 : 0, isGatewaySwapped ? 1 : 0,
    ]
  }
}
