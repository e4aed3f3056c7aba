import FieldCodec
import Foundation
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

  /// What stands at a port of the hub and shows 0 for a moment is no device of its own, for which others would wait.
  /// Without a hub the only device stands at 0.
  @Test func whatShowsNoPortBesideOthersIsNotPinned() async throws {
    var book = PinBook()
    var starting = TestSystem.home
    starting[8].values["port_number"] = "0"
    _ = try await look(&book, at: registers(starting))
    let config = PinKey(block: "charge_controller_configuration", port: 0)
    #expect(book.pins[config] == nil && book.pins.count == 8)
    let layout = try await image(of: registers(starting)).layout
    let system = try #require(layout.block(DeviceKey(name: config.block, port: 0)))
    #expect(book.refusal(for: system, in: layout) != nil)
    _ = try await look(&book, at: registers(TestSystem.home))
    #expect(book.pins.count == 9 && book.expected.allSatisfy { $0.port != 0 || $0.block != config.block })

    var alone = PinBook()
    let hubless = TestSystem.home.prefix(3) + [starting[8]]
    _ = try await look(&alone, at: registers(Array(hubless)))
    #expect(alone.pins[config] != nil)
  }

  @Test func aSystemThatChangedMakesTheAmbiguousUntrusted() async throws {
    var book = PinBook()
    _ = try await look(&book, at: registers(Self.twins))
    // Not at its first start, when everything is new.
    book = PinBook(pins: Array(book.pins.values))
    let grown =
      Self.twins + [
        TestSystem.Block(64118, ["port_number": "9", "state_of_charge": "90"]),
        TestSystem.Block(64119, ["port_number": "9", "major_firmware_number": "1"]),
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
    #expect(item.judge([5000]) == .fits)
    #expect(item.judge([5001]) == .fits)
    #expect(item.judge([4999]).isDifferent)
    // To a scan it may be one; a write waits until two of them have seen it.
    #expect(item.judge(60) == .fits)
    #expect(item.judge([60]).isBlank)
    // What shows nothing proves nothing.
    for words: [UInt16] in [[0xFFFF], [0x8000]] { #expect(item.judge(words).isBlank) }
    blocks[7].values["lifetime_kwh_hours"] = "2"
    // One reading of about zero may be a bad one.
    #expect(try await look(&book, at: registers(blocks)).isEmpty)
    #expect(book.wantsAnotherScan)
    let notices = try await look(&book, at: registers(blocks))
    guard case .reset(key("charge_controller", 3), _)? = notices.first else {
      Issue.record("\(notices)")
      return
    }
    #expect(book.pins[key("charge_controller", 3)]?.counters["lifetime_kwh_hours"] == 2)
  }

  /// Whatever a counter shows for a moment, when it goes on where it was nobody is asked.
  @Test(arguments: [UInt16(0), 0x8000, 0xFFFF]) func badReadingsOfACounterEndNoTrust(_ word: UInt16) async throws {
    var book = PinBook()
    var blocks = Self.twins
    blocks[7].values["lifetime_kwh_hours"] = "5000"
    _ = try await look(&book, at: registers(blocks))
    for _ in 0..<3 {
      var bad = registers(blocks)
      bad[TestSystem(blocks).address(7, "lifetime_kwh_hours")] = word
      for _ in 0..<3 { _ = try await look(&book, at: bad) }
      blocks[7].values["lifetime_kwh_hours"] = "5001"
      for _ in 0..<2 { _ = try await look(&book, at: registers(blocks)) }
      #expect(book.pins.values.allSatisfy { $0.state == .trusted })
      #expect(book.pins[key("charge_controller", 3)]?.counters["lifetime_kwh_hours"] == 5001)
    }
  }

  /// A spare that was used elsewhere has counted more, and could not have here.
  @Test func aCounterRisesNoFasterThanTheDeviceCanWork() async throws {
    var book = PinBook()
    var blocks = TestSystem.home
    let start = Date(timeIntervalSinceReferenceDate: 0)
    let origin = ContinuousClock.now
    func look(_ value: Int, hours: Double) async throws -> Pin.State? {
      blocks[7].values["lifetime_kwh_hours"] = "\(value)"
      let image = try await image(of: registers(blocks))
      let now = LookTime(wall: start + hours * 3600, clock: origin + .seconds(hours * 3600))
      for _ in 0..<2 { _ = book.observe(image.layout, at: now, word: image.word) }
      return book.pins[key("charge_controller", 3)]?.state
    }
    #expect(try await look(6109, hours: 0) == .trusted)
    // 100 A at 60 V for an hour, and the two that say nothing.
    #expect(try await look(6109 + 8, hours: 1) == .trusted)
    #expect(try await look(6117 + 9, hours: 2) != .trusted)
    #expect(try await look(6118, hours: 2) == .trusted)
    #expect(try await look(9000, hours: 2) != .trusted)
    #expect(try await look(6118, hours: 2) == .trusted)
    // A bridge that was off for a month believes what a month can do.
    #expect(try await look(6118 + 1600, hours: 2 + 24 * 30) == .trusted)
    #expect(try await look(9999, hours: 2 + 24 * 30) != .trusted)
  }

  /// A spare whose counter the device could have reached by next week is not taken for it by waiting until then, nor by
  /// a restart; a clock that was wrong and is set puts right what it made look wrong.
  @Test(arguments: [false, true]) func noTimeMakesAnotherDeviceTheSame(isRestarted: Bool) async throws {
    var book = PinBook()
    var blocks = TestSystem.home
    var now = LookTime(wall: Date(timeIntervalSinceReferenceDate: 0), clock: .now)
    func look(_ value: Int) async throws -> Bool {
      blocks[7].values["lifetime_kwh_hours"] = "\(value)"
      let image = try await image(of: registers(blocks))
      for _ in 0..<2 { _ = book.observe(image.layout, at: now, word: image.word) }
      return book.pins[key("charge_controller", 3)]?.state == .trusted
    }
    #expect(try await look(5000))
    #expect(try await !look(5100))
    if isRestarted {
      let data = try JSONEncoder().encode(Array(book.pins.values))
      book = PinBook(pins: try JSONDecoder().decode([Pin].self, from: data))
    }
    for _ in 0..<10 {
      now.wall += 86400
      now.clock += .seconds(86400)
      #expect(try await !look(5100))
    }
    #expect(try await look(5002))
    // A machine without a clock of its own starts where it was switched off, three days ago.
    #expect(try await !look(5100))
    now.wall += 3 * 86400
    #expect(try await look(5100))
  }

  @Test func ofTwoThatLookTheSameTheCountersOfBothAreRead() async throws {
    var book = PinBook()
    var blocks = Self.twins
    blocks[7].values["lifetime_kwh_hours"] = "5000"
    blocks[9].values["lifetime_kwh_hours"] = "5001"
    _ = try await look(&book, at: registers(blocks))
    let layout = try await image(of: registers(blocks)).layout
    let block = try #require(layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    let items = book.counters(for: block, in: layout).filter { $0.field.name == "lifetime_kwh_hours" }
    #expect(items.map { "\($0.device) \($0.last)" } == ["charge_controller/3 5000", "charge_controller/4 5001"])
    // In each other's places one of the two falls, however close they are.
    #expect(zip(items, [5001, 5000]).map { $0.judge([UInt16($1)]).isDifferent } == [false, true])
    // An old one and a new one: the new one's fall could be a reset, the other's rise is none.
    blocks[9].values["lifetime_kwh_hours"] = "3"
    var second = PinBook()
    _ = try await look(&second, at: registers(blocks))
    let old = second.counters(for: block, in: layout).filter { $0.field.name == "lifetime_kwh_hours" }
    #expect(zip(old, [3, 5000]).map { $0.judge([UInt16($1)]).isDifferent } == [false, true])
  }

  /// Of two that look the same one is unplugged, and the other is plugged in there.
  @Test(arguments: [5003, 5010, 9000]) func aTwinInTheOthersPlaceIsNeverTakenForIt(_ twin: Int) async throws {
    var book = PinBook()
    var blocks = Self.twins
    blocks[7].values["lifetime_kwh_hours"] = "5000"
    blocks[9].values["lifetime_kwh_hours"] = "\(twin)"
    _ = try await look(&book, at: registers(blocks))
    blocks[7].values["lifetime_kwh_hours"] = "\(twin)"
    let alone = Array(blocks.prefix(9))
    let image = try await image(of: registers(alone))
    let block = try #require(image.layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    for _ in 0..<6 {
      _ = try await look(&book, at: registers(alone))
      let status = image.layout.blocks[7]
      _ = book.follow([status], in: image.layout, word: image.word)
      // Refused by what is known, or by what is read before the write.
      let items = book.counters(for: block, in: image.layout)
      let isRefused =
        book.refusal(for: block, in: image.layout) != nil
        || items.contains { item in
          item.judge((item.range.start..<item.range.end).compactMap(image.word)).isDifferent
        }
      #expect(isRefused)
      #expect(book.pins[key("charge_controller", 3)]?.counters["lifetime_kwh_hours"] == 5000)
    }
    // Put back, everything is as before, and nobody is asked.
    blocks[7].values["lifetime_kwh_hours"] = "5000"
    for _ in 0..<2 { _ = try await look(&book, at: registers(blocks)) }
    #expect(book.pins.values.allSatisfy { $0.state == .trusted })
  }

  /// Two that look the same changed places by mistake, and are put back.
  @Test func aSwapThatIsPutBackAsksForNothing() async throws {
    var book = PinBook()
    var blocks = Self.twins
    blocks[7].values["lifetime_kwh_hours"] = "5000"
    _ = try await look(&book, at: registers(blocks))
    var swapped = blocks
    swapped[7].values["lifetime_kwh_hours"] = "9000"
    swapped[9].values["lifetime_kwh_hours"] = "5000"
    for _ in 0..<4 { _ = try await look(&book, at: registers(swapped)) }
    for port in [3, 4] { #expect(book.pins[key("charge_controller", port)]?.state != .trusted) }
    for _ in 0..<2 { _ = try await look(&book, at: registers(blocks)) }
    #expect(book.pins.values.allSatisfy { $0.state == .trusted })
  }

  @Test func trustInOneDeviceClearsNothingOfAnother() async throws {
    var book = PinBook()
    _ = try await look(&book, at: registers(TestSystem.home))
    var changed = TestSystem.home
    changed[4].values["model_number"] = "OTHER"
    changed[6].values["model_number"] = "OTHER"
    _ = try await look(&book, at: registers(changed))
    let layout = try await image(of: registers(changed)).layout
    let first = try #require(layout.block(DeviceKey(name: "radian_inverter_configuration", port: 1)))
    _ = book.trust(first, in: layout)
    _ = try await look(&book, at: registers(changed))
    #expect(book.pins[key("radian_inverter_configuration", 1)]?.state == .trusted)
    guard case .changed = book.pins[key("radian_inverter_configuration", 2)]?.state else {
      Issue.record("\(book.pins)")
      return
    }
  }

  @Test func whatIsForgottenIsTrustedAgainWhenItReturnsAndNothingElseIs() async throws {
    var book = PinBook()
    var blocks = TestSystem.home
    blocks[7].values["lifetime_kwh_hours"] = "5000"
    _ = try await look(&book, at: registers(blocks))
    let less = Array(blocks.prefix(7))
    let generation = try #require(book.pins[key("charge_controller", 3)]?.generation)
    _ = try await look(&book, at: registers(less))
    let gone = book.forgetMissing(from: try await image(of: registers(less)).layout)
    #expect(gone == [key("charge_controller", 3), key("charge_controller_configuration", 3)])
    #expect(!book.expected.contains(key("charge_controller", 3)))
    var second = book
    for _ in 0..<2 { _ = try await look(&second, at: registers(blocks)) }
    #expect(second.pins.values.allSatisfy { $0.state == .trusted })
    blocks[7].values["lifetime_kwh_hours"] = "4000"
    for _ in 0..<2 { _ = try await look(&book, at: registers(blocks)) }
    guard case .untrusted = book.pins[key("charge_controller", 3)]?.state else {
      Issue.record("\(book.pins)")
      return
    }
    #expect(book.pins[key("charge_controller", 3)]?.generation == generation + 1)
  }

  @Test func pinsThatWereLostAreAReasonToAsk() async throws {
    var book = PinBook(lost: "the pins are gone")
    // In the middle of a reboot, for one.
    for count in [5, 7, 9, 9] { _ = try await look(&book, at: registers(Array(TestSystem.home.prefix(count)))) }
    #expect(book.pins.values.allSatisfy { $0.state == .untrusted("the pins are gone") })
  }

  /// What is blank for a moment suspends; it is no other device.
  @Test func blankEvidenceEndsNoTrust() async throws {
    var book = PinBook()
    _ = try await look(&book, at: registers(TestSystem.home))
    var blank = TestSystem.home
    blank[4].values["model_number"] = nil
    for _ in 0..<3 { #expect(try await look(&book, at: registers(blank)).isEmpty) }
    #expect(book.pins.values.allSatisfy { $0.state == .trusted })
  }

  @Test func aReleaseThatActsOnAllNeedsTheGatewayAlone() async throws {
    var book = PinBook()
    _ = try await look(&book, at: registers(TestSystem.home))
    let less = Array(TestSystem.home.prefix(5))
    _ = try await look(&book, at: registers(less))
    let layout = try await image(of: registers(less)).layout
    let system = try #require(layout.block(kind: .system))
    #expect(book.refusal(for: system, in: layout)?.code == .deviceMissing)
    #expect(book.refusal(for: system, in: layout, isRelease: true) == nil)
    let evidence = book.evidence(for: system, in: layout, isRelease: true).map(\.name)
    #expect(evidence.contains("gateway/0.mac_address") && evidence.contains("common/0.serial_number"))
    #expect(evidence.contains("system_control/0.did"))
    #expect(!evidence.contains { $0.contains("inverter") || $0.contains("end") })
    // Everything else looks at every device, and at what may have been added behind the last one.
    let all = book.evidence(for: system, in: layout).map(\.name)
    #expect(all.contains("end of the map") && all.contains("radian_inverter_configuration/1.did"))
    var other = less
    other[1].values["mac_address"] = "OTHER"
    for _ in 0..<2 { _ = try await look(&book, at: registers(other)) }
    #expect(book.refusal(for: system, in: layout, isRelease: true)?.code == .untrusted)
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
    var now = LookTime(wall: Date(timeIntervalSinceReferenceDate: 0), clock: .now)
    func poll(_ value: Int) async throws -> Bool {
      blocks[7].values["lifetime_kwh_hours"] = "\(value)"
      let image = try await image(of: registers(blocks))
      now.wall += 3600
      now.clock += .seconds(3600)
      if book.pins.isEmpty { _ = book.observe(image.layout, at: now, word: image.word) }
      return book.follow([image.layout.blocks[7]], in: image.layout, at: now, word: image.word)
    }
    // By small steps beyond the other's counter, over the years.
    for value in stride(from: 8900, through: 9100, by: 5) {
      let isOwn = try await poll(value)
      #expect(isOwn)
    }
    let isOwn = try await poll(9000)
    #expect(!isOwn)
    #expect(book.pins[key("charge_controller", 3)]?.counters["lifetime_kwh_hours"] == 9100)
  }
}

extension EvidenceVerdict {
  var isDifferent: Bool { if case .differs = self { true } else { false } }
  var isBlank: Bool { if case .blank = self { true } else { false } }
}
