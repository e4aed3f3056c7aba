import FieldCodec
import Foundation
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Mate3

/// A real MATE3s with two inverters, an FM60, an FM80 and a FLEXnet DC.
@Suite(.enabled(if: SharedData.isPresent, "the shared folder with the capture is not here"))
struct CaptureTests {
  let registers: [Int: UInt16]

  init() throws { registers = try SharedData.capture() }

  @Test func findsTheChain() async throws {
    let found = try await walk(ReplayConnection(registers))
    let layout = found.layout(registry: TestSystem.registry, names: DeviceNames())
    #expect(
      layout.blocks.map { "\($0.address) \($0.key) \($0.length)" } == [
        "40002 common/0 65", "40069 gateway/0 420", "40491 system_control/0 27",
        "40520 sunspec_single_phase_inverter/0 50", "40572 optics_statistics/0 56",
        "40630 single_phase_radian_inverter/1 46", "40678 radian_inverter_configuration/1 89",
        "40769 single_phase_radian_inverter/2 46", "40817 radian_inverter_configuration/2 89",
        "40908 charge_controller/3 26", "40936 charge_controller_configuration/3 88", "41026 charge_controller/4 26",
        "41054 charge_controller_configuration/4 88", "41144 flexnet_dc/5 76", "41222 flexnet_dc_configuration/5 52",
      ])
    #expect(layout.end == 41276)
    #expect(layout.unknown.isEmpty)
  }

  @Test(arguments: [(100, 13), (125, 11)])
  func aFullReadTakesTheFewestRequests(limit: Int, expected: Int) async throws {
    let image = try await image(of: registers)
    #expect(image.map.requests(Set(IntervalClass.allCases), limit: limit).count == expected)
  }

  /// Worked out by hand: the note's offset gives the register, the scale factor it cites the decimals.
  @Test(arguments: [
    // Table 12 row 18, scale factor -1: 508 is 50.8 V.
    Known("single_phase_radian_inverter", 1, "battery_voltage", at: 40630 + 17, word: 508, "50.8"),
    // Table 5 row 12 cites the power scale 0, not the current scale -1: 3 is 3 A.
    Known("charge_controller", 4, "array_current", at: 41026 + 11, word: 3, "3"),
    // Table 5 row 19, scale factor -1: 1 is 0.1 kWh.
    Known("charge_controller", 4, "todays_kwh", at: 41026 + 18, word: 1, "0.1"),
    // Table 6 row 11, scale factor -1: 588 is 58.8 V.
    Known("charge_controller_configuration", 3, "absorb_volts", at: 40936 + 10, word: 588, "58.8"),
    // Table 19 row 9, scale factor -1: 128 is 12.8 A.
    Known("flexnet_dc", 5, "shunt_a_current", at: 41144 + 8, word: 128, "12.8"),
    // Table 19 row 28, not scaled: 96 %.
    Known("flexnet_dc", 5, "state_of_charge", at: 41144 + 27, word: 96, "96"),
    // Table 11 row 41: 1 is auto.
    Known("radian_inverter_configuration", 2, "aux_control", at: 40817 + 40, word: 1, "auto"),
    // Table 24 row 15, scale factor -2: 70 is 0.70.
    Known("sunspec_single_phase_inverter", 0, "ac_power", at: 40520 + 14, word: 70, "0.70"),
  ])
  func decodesAsTheNoteSays(known: Known) async throws {
    #expect(registers[known.address] == known.word)
    let image = try await image(of: registers)
    #expect(value(known.device, known.port, known.field, image)?.text == known.text)
    #expect(slot(at: known.address, image) == known.field)
  }

  struct Known: Sendable, CustomTestStringConvertible {
    let device: String
    let port: Int
    let field: String
    let address: Int
    let word: UInt16
    let text: String

    init(_ device: String, _ port: Int, _ field: String, at address: Int, word: UInt16, _ text: String) {
      self.device = device
      self.port = port
      self.field = field
      self.address = address
      self.word = word
      self.text = text
    }

    var testDescription: String { "\(device)/\(port).\(field)" }
  }

  @Test func readsWhatTheTrapsSay() async throws {
    let image = try await image(of: registers)
    // 200 with -2: two hours east of Greenwich.
    #expect(value("gateway", 0, "set_time_zone", image)?.text == "2.00")
    // 41183 is 29725, 24557, low word first: 24557 × 65536 + 29725, the morning of the capture.
    #expect(registers[41183] == 29725)
    #expect(value("flexnet_dc", 5, slot(at: 41183, image), image)?.text == String(24557 * 65536 + 29725))
    // "Never" is the epoch shifted by the time zone.
    #expect(value("system_control", 0, "gen_last_run_start_time_gmt", image)?.text == "-7200")
    // 0.70 at 3 A and 236 V.
    #expect(value("sunspec_single_phase_inverter", 0, "ac_power", image)?.text == "0.70")
    // Stacking modes of the two inverters that give the same serial.
    #expect(value("radian_inverter_configuration", 1, "stacking_mode", image)?.text == "master")
    // An undocumented gateway type is its number.
    #expect(value("gateway", 0, "gateway_type", image)?.text == "3")
  }

  /// Fields of every block: implemented and public ones have topics. Counted independently from the CSV files by a
  /// script: 774 implemented and readable, of which 9 are personal and 1 secret.
  @Test func countsTheImplementedFields() async throws {
    let image = try await image(of: registers)
    let present = image.map.slots.filter { image.value(ofSlot: $0.index)?.isPresent ?? false }
    #expect(present.count == 773)
    #expect(present.filter { $0.field.privacy == .shared }.count == 764)
    #expect(present.filter { $0.field.privacy == .personal }.count == 9)
  }

  @Test func encodingWhatWasDecodedGivesTheSameWords() async throws {
    let image = try await image(of: registers)
    var compared = 0
    for slot in image.map.slots where slot.field.access == .readWrite {
      guard let value = image.value(ofSlot: slot.index), value.isPresent else { continue }
      if case .flags = value { continue }
      let words = slot.range.words(of: registers)
      let text = value.text
      let encoded = try slot.field.encode(text, scaleWord: slot.scaleAddress.flatMap { registers[$0] })
      // Text ends at the first NUL; what lies behind it is not part of the value.
      if slot.field.type == .string {
        #expect(slot.field.decode(encoded, scaleWord: nil) == value)
      } else {
        #expect(encoded == words, "\(slot.field.name)")
      }
      compared += 1
    }
    #expect(compared > 300)
  }

  private func slot(at address: Int, _ image: SystemImage) -> String {
    image.map.slots.first { $0.range.start == address }?.field.name ?? ""
  }

  private func value(_ device: String, _ port: Int, _ field: String, _ image: SystemImage) -> FieldValue? {
    guard let block = image.layout.block(DeviceKey(name: device, port: port)) else { return nil }
    return image.map.slots.first { $0.blockIndex == block.index && $0.field.name == field }
      .flatMap { image.value(ofSlot: $0.index) }
  }
}
