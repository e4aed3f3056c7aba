import FieldCodec
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Mate3

@Suite struct PinBookTests {
  /// Two charge controllers that look the same, beside the rest of the house.
  static let twins: [TestSystem.Block] =
    TestSystem.home + [
      TestSystem.Block(64111, ["port_number": "4", "voltage_sf": "-1", "lifetime_kwh_hours": "9000"]),
      TestSystem.Block(64112, ["port_number": "4", "voltage_sf": "-1", "model_number": "FM80"]),
    ]

  func look(_ book: inout PinBook, at registers: [Int: UInt16]) async throws -> [IdentityNotice] {
    let image = try await image(of: registers)
    return book.observe(image.layout, word: image.word)
  }

  func registers(_ blocks: [TestSystem.Block]) -> [Int: UInt16] { TestSystem(blocks).registers }

  func key(_ block: String, _ port: Int) -> PinKey { PinKey(block: block, port: port) }

  @Test func pinsAtFirstSightAndStaysQuiet() async throws {
    var book = PinBook()
    let first = try await look(&book, at: registers(TestSystem.home))
    #expect(first.count == 9)
    #expect(first.allSatisfy { if case .pinned = $0 { true } else { false } })
    for _ in 0..<3 { #expect(try await look(&book, at: registers(TestSystem.home)).isEmpty) }
    #expect(!book.wantsAnotherScan)
  }

  @Test func gradesByWhatTellsDevicesApart() async throws {
    var book = PinBook()
    var blocks = Self.twins
    blocks[4].values["serial_number"] = "R1"
    _ = try await look(&book, at: registers(blocks))
    #expect(book.grades[key("radian_inverter_configuration", 1)] == .unique)
    #expect(book.grades[key("single_phase_radian_inverter", 1)] == .unique)
    #expect(book.grades[key("radian_inverter_configuration", 2)] == .sole)
    #expect(book.grades[key("charge_controller", 3)] == .ambiguous)
    #expect(book.grades[key("charge_controller_configuration", 4)] == .ambiguous)
    #expect(book.grades[key("common", 0)] == .unique)
  }

  @Test func aSharedSerialIsNone() async throws {
    var book = PinBook()
    var blocks = TestSystem.home
    for index in [4, 6] { blocks[index].values["serial_number"] = "SPARE" }
    _ = try await look(&book, at: registers(blocks))
    #expect(book.grades[key("radian_inverter_configuration", 1)] == .sole)
    blocks[6].values["stacking_mode"] = "10"
    var second = PinBook()
    _ = try await look(&second, at: registers(blocks))
    #expect(second.grades[key("radian_inverter_configuration", 1)] == .ambiguous)
  }

  @Test func oneScanAloneEndsNoTrust() async throws {
    var book = PinBook()
    _ = try await look(&book, at: registers(TestSystem.home))
    var changed = TestSystem.home
    changed[4].values["model_number"] = "OTHER"
    #expect(try await look(&book, at: registers(changed)).isEmpty)
    #expect(book.wantsAnotherScan)
    #expect(try await look(&book, at: registers(TestSystem.home)).isEmpty)
    #expect(!book.wantsAnotherScan)
    #expect(book.pins.values.allSatisfy { $0.state == .trusted })
  }

  @Test func twoScansThatAgreeRefuseAndItsReturnRestores() async throws {
    var book = PinBook()
    _ = try await look(&book, at: registers(TestSystem.home))
    var changed = TestSystem.home
    changed[4].values["model_number"] = "OTHER"
    _ = try await look(&book, at: registers(changed))
    let notices = try await look(&book, at: registers(changed))
    guard case .changed(key("radian_inverter_configuration", 1), let reason)? = notices.first, notices.count == 1 else {
      Issue.record("\(notices)")
      return
    }
    #expect(reason.contains("model_number") && reason.contains("‘VFXR’") && reason.contains("‘OTHER’"))
    let layout = try await image(of: registers(changed)).layout
    let block = try #require(layout.block(DeviceKey(name: "single_phase_radian_inverter", port: 1)))
    // Its partner is the same device.
    #expect(book.refusal(for: block, in: layout)?.code == .untrusted)
    let other = try #require(layout.block(DeviceKey(name: "single_phase_radian_inverter", port: 2)))
    #expect(book.refusal(for: other, in: layout) == nil)
    let all = try #require(layout.block(kind: .system))
    #expect(book.refusal(for: all, in: layout)?.code == .untrusted)
    // It goes on without asking for scan after scan.
    _ = try await look(&book, at: registers(changed))
    #expect(!book.wantsAnotherScan)
    #expect(
      try await look(&book, at: registers(TestSystem.home)) == [.restored(key("radian_inverter_configuration", 1))])
    #expect(book.refusal(for: block, in: layout) == nil)
  }

  @Test func trustPinsWhatIsThere() async throws {
    var book = PinBook()
    _ = try await look(&book, at: registers(TestSystem.home))
    var changed = TestSystem.home
    changed[4].values["model_number"] = "OTHER"
    for _ in 0..<2 { _ = try await look(&book, at: registers(changed)) }
    let layout = try await image(of: registers(changed)).layout
    let block = try #require(layout.block(DeviceKey(name: "radian_inverter_configuration", port: 1)))
    #expect(book.trust(block, in: layout).count == 2)
    #expect(book.refusal(for: block, in: layout) == nil)
    #expect(try await look(&book, at: registers(changed)).isEmpty)
  }

  /// A reboot: the MAC is blank for a while, devices are gone and come back one by one, and the bridge is restarted in
  /// between. Nothing is asked.
  @Test func aRebootAsksForNothing() async throws {
    var book = PinBook()
    let full = Self.twins
    _ = try await look(&book, at: registers(full))
    for round in 0..<5 {
      var blank = Array(full.prefix(3))
      blank[1].values["mac_address"] = nil
      for _ in 0..<2 { #expect(try await look(&book, at: registers(blank)) == [.gatewayBlank]) }
      for count in [5, 7, 9, 11] {
        for _ in 0..<2 { #expect(try await look(&book, at: registers(Array(full.prefix(count)))).isEmpty) }
        let layout = try await image(of: registers(Array(full.prefix(count)))).layout
        let system = try #require(layout.block(kind: .system))
        #expect((book.refusal(for: system, in: layout)?.code == .deviceMissing) == (count < 11))
      }
      if round.isMultiple(of: 2) { book = PinBook(pins: Array(book.pins.values)) }
    }
    #expect(book.pins.values.allSatisfy { $0.state == .trusted })
  }

  @Test func aSystemThatChangedMakesTheAmbiguousUntrusted() async throws {
    var book = PinBook()
    _ = try await look(&book, at: registers(Self.twins))
    let grown =
      Self.twins + [
        TestSystem.Block(64118, ["port_number": "9"]), TestSystem.Block(64119, ["port_number": "9"]),
      ]
    #expect(try await look(&book, at: registers(grown)).count == 2)
    let notices = try await look(&book, at: registers(grown))
    let untrusted = notices.compactMap { if case .untrusted(let key, _) = $0 { "\(key)" } else { nil } }
    #expect(
      untrusted == [
        "charge_controller/3", "charge_controller/4", "charge_controller_configuration/3",
        "charge_controller_configuration/4",
      ])
    #expect(book.pins[key("radian_inverter_configuration", 1)]?.state == .trusted)
    #expect(try await look(&book, at: registers(grown)).isEmpty)
  }

  @Test func aCounterThatFallsIsAnotherDevicesUnlessItIsReset() async throws {
    var book = PinBook()
    var blocks = TestSystem.home
    blocks[7].values["lifetime_kwh_hours"] = "5000"
    _ = try await look(&book, at: registers(blocks))
    let layout = try await image(of: registers(blocks)).layout
    let block = try #require(layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    let item = try #require(
      book.counters(for: block, in: layout).first { $0.field.name == "lifetime_kwh_hours" })
    #expect(item.difference([5000]) == nil)
    #expect(item.difference([5300]) == nil)
    #expect(item.difference([4999]) != nil)
    #expect(item.difference([60]) == nil)
    blocks[7].values["lifetime_kwh_hours"] = "2"
    let notices = try await look(&book, at: registers(blocks))
    guard case .reset(key("charge_controller", 3), _)? = notices.first else {
      Issue.record("\(notices)")
      return
    }
    #expect(book.pins[key("charge_controller", 3)]?.counters["lifetime_kwh_hours"] == 2)
  }

  @Test func aCounterThatFitsAnotherOfTheKindBetterIsAnothers() async throws {
    var book = PinBook()
    var blocks = Self.twins
    blocks[7].values["lifetime_kwh_hours"] = "5000"
    _ = try await look(&book, at: registers(blocks))
    let layout = try await image(of: registers(blocks)).layout
    let block = try #require(layout.block(DeviceKey(name: "charge_controller", port: 3)))
    let item = try #require(
      book.counters(for: block, in: layout).first { $0.field.name == "lifetime_kwh_hours" })
    #expect(item.rivals == [9000])
    #expect(item.difference([5010]) == nil)
    // Below the other's counter it can't be the other's.
    #expect(item.difference([8990]) == nil)
    #expect(item.difference([9003]) != nil)
  }

  @Test func whatWasTrustedOfflineIsPinnedAtTheNextSight() async throws {
    var book = PinBook()
    _ = try await look(&book, at: registers(TestSystem.home))
    var changed = TestSystem.home
    changed[4].values["model_number"] = "OTHER"
    for _ in 0..<2 { _ = try await look(&book, at: registers(changed)) }
    #expect(book.adoptAtNextSight(key("radian_inverter_configuration", 1)).count == 2)
    #expect(book.adoptAtNextSight(key("radian_inverter_configuration", 8)).isEmpty)
    _ = try await look(&book, at: registers(changed))
    #expect(book.pins.values.allSatisfy { $0.state == .trusted })
    #expect(!book.wantsAnotherScan)
  }
}

extension PinBookTests {
  /// Two chargers that look the same trade places while the bridge is off: one counter falls, and both are refused.
  @Test func countersTellLookAlikesApartAfterARestart() async throws {
    var book = PinBook()
    var blocks = Self.twins
    blocks[7].values["lifetime_kwh_hours"] = "5000"
    _ = try await look(&book, at: registers(blocks))
    book = PinBook(pins: Array(book.pins.values))
    blocks[7].values["lifetime_kwh_hours"] = "9004"
    blocks[9].values["lifetime_kwh_hours"] = "5002"
    let layout = try await image(of: registers(blocks)).layout
    let first = try #require(layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    _ = try await look(&book, at: registers(blocks))
    // Until the second scan has agreed nothing ambiguous is written.
    #expect(book.refusal(for: first, in: layout)?.code == .untrusted)
    _ = try await look(&book, at: registers(blocks))
    for port in [3, 4] {
      let block = try #require(layout.block(DeviceKey(name: "charge_controller", port: port)))
      #expect(book.refusal(for: block, in: layout)?.code == .untrusted)
    }
  }

  @Test func countersRiseWithThePolls() async throws {
    var book = PinBook()
    var blocks = Self.twins
    blocks[7].values["lifetime_kwh_hours"] = "5000"
    let image = try await image(of: registers(blocks))
    _ = book.observe(image.layout, word: image.word)
    let block = image.layout.blocks[7]
    let field = try #require(block.definition.field("lifetime_kwh_hours"))
    // By small steps beyond the other's counter, over the years.
    for value in stride(from: Int64(5000), through: 9500, by: 5) {
      let isOwn = book.take(counter: value, of: field, block)
      #expect(isOwn)
    }
    let isOwn = book.take(counter: 9400, of: field, block)
    #expect(!isOwn)
    #expect(book.pins[PinKey(block)]?.counters["lifetime_kwh_hours"] == 9500)
  }
}
