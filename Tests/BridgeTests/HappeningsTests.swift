import FieldCodec
import Registry
import Testing

@testable import Bridge
@testable import Mate3

@Suite struct HappeningsTests {
  private let system: Cycle.System
  private var happenings = Happenings()

  init() async throws {
    let gateway = try await SettledGateway()
    let image = try #require(await gateway.gateway.image)
    await gateway.stop()
    system = Cycle.System(layout: image.layout, map: image.map)
    happenings.install(system)
  }

  private func change(_ device: String, _ port: Int, _ name: String, _ word: Int) throws -> FieldChange {
    let slot = try #require(
      system.map.slots.first {
        $0.field.name == name && system.layout.blocks[$0.blockIndex].key == DeviceKey(name: device, port: port)
      })
    if let flags = slot.field.flags { return FieldChange(slot: slot.index, value: .flags(UInt32(word), flags)) }
    return FieldChange(slot: slot.index, value: .enumerated(word, slot.field.enumeration?.entry(word)))
  }

  private func told(_ events: [BridgeEvent]) -> [String] {
    events.map { "\($0.event.rawValue) \($0.device ?? "-")" }
  }

  /// Note table 8: bit 3 is a low battery, bit 2 too hot.
  @Test mutating func aFaultIsToldWhenItBeginsAndWhenNoneIsLeft() throws {
    let device = "single_phase_radian_inverter"
    let steps: [(Int, [String])] = [
      (8, []), (8, []), (12, ["fault_began \(device)/1"]), (8, []), (0, ["fault_ended \(device)/1"]), (0, []),
      (4, ["fault_began \(device)/1"]),
    ]
    for (word, expected) in steps {
      #expect(told(happenings.apply([try change(device, 1, "error_flags", word)])) == expected, "\(word)")
    }
    // A new scan brings every value once more, and nothing that is unreadable is an end.
    happenings.install(system)
    let slot = try change(device, 1, "error_flags", 4).slot
    #expect(happenings.apply([FieldChange(slot: slot, value: .notImplemented)]).isEmpty)
    #expect(happenings.apply([try change(device, 1, "error_flags", 4)]).isEmpty)
    // Warnings are no faults.
    #expect(happenings.apply([try change(device, 1, "warning_flags", 0)]).isEmpty)
    #expect(happenings.apply([try change(device, 1, "warning_flags", 1)]).isEmpty)
  }

  /// Note table 21: 0 stopped, 1 starting, 2 running, 4 cooling down.
  @Test mutating func theGeneratorIsToldFromItsFirstStepToItsLast() throws {
    for (word, expected) in [
      (0, []), (1, ["generator_started system_control/0"]), (2, []), (4, []),
      (0, ["generator_stopped system_control/0"]),
    ] {
      #expect(told(happenings.apply([try change("system_control", 0, "ags_operational_state", word)])) == expected)
    }
  }
}
