import Foundation
import Registry
import TestSupport
import Testing

@testable import Mate3

/// When trust begins, ends and comes back, in the cases that random sequences have found.
@Suite struct PinBookTrustTests {
  private struct House {
    var book = PinBook()
    var blocks = PinBookTests.twins
    var now = LookTime(wall: Date(timeIntervalSinceReferenceDate: 0), clock: .now)

    init() { for index in [7, 9] { blocks[index].values["lifetime_kwh_hours"] = index == 7 ? "5000" : "9000" } }

    mutating func look(_ count: Int = 1, at shown: Int = 11) async throws {
      for _ in 0..<count {
        let image = try await image(of: TestSystem(Array(blocks.prefix(shown))).registers)
        _ = book.observe(image.layout, at: now, word: image.word)
      }
    }

    func layout(_ shown: Int = 11) async throws -> SystemLayout {
      try await image(of: TestSystem(Array(blocks.prefix(shown))).registers).layout
    }

    mutating func pass(_ seconds: Double, wall: Double? = nil) {
      now.clock += .seconds(seconds)
      now.wall += wall ?? seconds
    }

    func state(_ port: Int) -> Pin.State? {
      book.pins[PinKey(block: "charge_controller_configuration", port: port)]?.state
    }
  }

  @Test func allThatAStartingGatewayShowsAtFirstBelongsToTheSystem() async throws {
    var house = House()
    for count in [3, 5, 7, 9, 11, 11] {
      try await house.look(at: count)
      house.pass(20)
    }
    #expect(house.book.pins.count == 11)
    #expect(house.book.pins.values.allSatisfy { $0.state == .trusted })
  }

  /// What joins later may have changed places with what looks the same.
  @Test(arguments: [false, true]) func whatJoinsLaterPutsLookAlikesInDoubt(_ isLater: Bool) async throws {
    var house = House()
    try await house.look(2, at: 9)
    house.pass(isLater ? 181 : 179)
    try await house.look(2)
    #expect((house.state(3)?.reason?.contains("can't be told") ?? false) == isLater)
  }

  private static let newInverter = [
    TestSystem.Block(64117, ["port_number": "7", "dc_voltage_sf": "-1", "battery_voltage": "50.6"]),
    TestSystem.Block(64116, ["port_number": "7", "dc_voltage_sf": "-1", "model_number": "VFXR"]),
  ]

  /// A device that shows nothing for a while, as after a reboot, is in its place, and no second one that looks like it.
  @Test func whatShowsNothingIsNoLookAlikeOfItself() async throws {
    var house = House()
    house.blocks[10].values["model_number"] = "FM60"
    try await house.look(2)
    house.pass(3600)
    for index in [7, 8] { house.blocks[index].values = ["port_number": "3"] }
    house.blocks += Self.newInverter
    try await house.look(2, at: 13)
    #expect(house.state(3) == .trusted)
    #expect(house.book.pins[PinKey(block: "radian_inverter_configuration", port: 7)]?.state == .trusted)
  }

  /// New devices of which only the status is seen yet look like nothing, so that nobody has to trust them when they
  /// turn out to be of different models.
  @Test func newDevicesThatShowHalfOfThemAreNoLookAlikes() async throws {
    var house = House()
    let charger = house.blocks[8]
    house.blocks[10].values = ["port_number": "4"]
    house.blocks[8].values = ["port_number": "3"]
    try await house.look(2, at: 7)
    house.pass(3600)
    try await house.look(2)
    house.blocks += Self.newInverter
    try await house.look(2, at: 13)
    house.blocks[8] = charger
    house.blocks[10].values["model_number"] = "FM60"
    try await house.look(2, at: 13)
    for port in [3, 4] {
      #expect(house.state(port) == .trusted)
      #expect(house.book.pins[PinKey(block: "charge_controller", port: port)]?.state == .trusted)
    }
  }

  /// Giving up a device that nobody trusted does not make it trusted when it is back.
  @Test func givingUpTrustsNothing() async throws {
    var house = House()
    house.book = PinBook(lost: "the pins are gone")
    try await house.look(2)
    try await house.look(2, at: 9)
    let gone = house.book.forgetMissing(from: try await house.layout(9))
    #expect(gone.map(\.port) == [4, 4])
    house.book = PinBook(
      pins: try JSONDecoder().decode([Pin].self, from: JSONEncoder().encode(Array(house.book.pins.values))))
    try await house.look(2)
    #expect(house.state(4) == .untrusted("the pins are gone"))
  }

  /// A device of which only a counter in the status block tells that it is another: the end of a timed command of its
  /// predecessor, which belongs to the other block, is not for it.
  @Test(arguments: [4000, 9500]) func aTrustedSuccessorIsAnotherWithAllItsBlocks(_ counter: Int) async throws {
    var house = House()
    try await house.look(2)
    let key = PinKey(block: "charge_controller_configuration", port: 3)
    let before = house.book.pins[key]?.generation ?? 0
    house.blocks[7].values["lifetime_kwh_hours"] = "\(counter)"
    house.pass(60)
    try await house.look(2)
    let layout = try await house.layout()
    let block = try #require(layout.block(DeviceKey(name: "charge_controller", port: 3)))
    #expect(house.book.trust(block, in: layout).count == 2)
    #expect(house.book.pins[key]?.generation ?? 0 > before)
    // Trusted once more, it is the same one.
    let after = house.book.pins[key]?.generation
    _ = house.book.trust(block, in: layout)
    #expect(house.book.pins[key]?.generation == after)
  }

  /// Polls have followed the device's counters since the last scan: trusted now, it is no other one, and the end of its
  /// timed command stays its own.
  @Test func whatIsTrustedBetweenTwoScansIsTheSameDevice() async throws {
    var house = House()
    try await house.look(2)
    let key = PinKey(block: "charge_controller_configuration", port: 3)
    let before = house.book.pins[key]?.generation
    house.blocks[7].values["lifetime_kwh_hours"] = "5001"
    house.pass(600)
    let image = try await image(of: TestSystem(house.blocks).registers)
    let block = try #require(image.layout.block(DeviceKey(name: "charge_controller", port: 3)))
    let isOwn = house.book.follow([block], in: image.layout, at: house.now, word: image.word)
    #expect(isOwn)
    #expect(house.book.trust(block, in: image.layout).count == 2)
    #expect(house.book.pins[key]?.generation == before)
    #expect(house.book.pins[PinKey(block)]?.counters["lifetime_kwh_hours"] == 5001)
  }

  /// The status block of a device is not shown, and with it the counters that tell it from its twin: its settings are not
  /// written then.
  @Test(arguments: [true, false]) func halfADeviceIsNotWritten(_ isPinned: Bool) async throws {
    var house = House()
    let whole = house.blocks
    if isPinned { try await house.look(2) }
    // It shows nothing, not even its port.
    house.blocks[7].values = ["port_number": "0"]
    try await house.look(2)
    let layout = try await house.layout()
    let block = try #require(layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    let refusal = house.book.refusal(for: block, in: layout)
    #expect(refusal?.code == .deviceMissing, "\(refusal?.reason ?? "")")
    house.blocks = whole
    try await house.look(2)
    #expect(house.book.refusal(for: block, in: try await house.layout()) == nil)
  }

  /// Nor when the gateway never shows the status block, or it was forgotten.
  @Test(arguments: [true, false]) func whatNeverShowsItsOtherHalfIsNotWritten(_ isForgotten: Bool) async throws {
    var house = House()
    if isForgotten { try await house.look(2) }
    house.blocks[7] = TestSystem.Block(64999, [:])
    try await house.look(2)
    let layout = try await house.layout()
    if isForgotten { #expect(house.book.forgetMissing(from: layout).map(\.block) == ["charge_controller"]) }
    let block = try #require(layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    #expect(house.book.refusal(for: block, in: layout)?.code == .deviceMissing)
  }

  /// A device that looks the same and hides its settings still has counters that would fall if the two had changed places.
  @Test func aRivalThatHidesHalfOfItselfIsStillRead() async throws {
    var house = House()
    try await house.look(2)
    house.blocks.remove(at: 10)
    try await house.look(2, at: 10)
    let layout = try await house.layout(10)
    let block = try #require(layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    #expect(layout.block(DeviceKey(name: "charge_controller_configuration", port: 4)) == nil)
    let read = Set(house.book.counters(for: block, in: layout).map { "\($0.device)" })
    #expect(read == ["charge_controller/3", "charge_controller/4"])
  }

  /// With neither of its own blocks nothing says which gateway it is, and nothing at all is written.
  @Test(arguments: [true, false]) func aGatewayThatHidesAllOfItselfGetsNothing(_ isPinned: Bool) async throws {
    var house = House()
    if isPinned { try await house.look(2) }
    house.blocks.removeAll { [1, 64110].contains($0.did) }
    try await house.look(2, at: 9)
    let layout = try await house.layout(9)
    let block = try #require(layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    for isRelease in [true, false] {
      #expect(house.book.refusal(for: block, in: layout, isRelease: isRelease)?.code == .deviceMissing)
    }
  }

  /// The gateway's own block, with its MAC, is not shown: only what makes the system safer is written then.
  @Test func aGatewayThatHidesItsBlockIsNotProven() async throws {
    var house = House()
    try await house.look(2)
    house.blocks.removeAll { $0.did == 64110 }
    try await house.look(2, at: 10)
    let layout = try await house.layout(10)
    let block = try #require(layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    #expect(house.book.refusal(for: block, in: layout)?.code == .deviceMissing)
    #expect(house.book.refusal(for: block, in: layout, isRelease: true) == nil)
  }

  /// With the pins it is lost which device a timed command was meant for: it belongs to none that is trusted afterwards.
  @Test(arguments: [0, 1, 2]) func timedCommandsDoNotOutliveLostPins(_ successors: Int) async throws {
    var house = House()
    let key = PinKey(block: "charge_controller_configuration", port: 3)
    func replace(_ number: Int) async throws {
      house.blocks[7].values["lifetime_kwh_hours"] = "\(7000 + number * 100)"
      try await house.look(2)
      let block = try #require(try await house.layout().block(DeviceKey(name: key.block, port: 3)))
      _ = house.book.trust(block, in: try await house.layout())
    }
    try await house.look(2)
    for number in 0..<successors { try await replace(number) }
    let before = house.book.pins[key]?.generation ?? 0
    house.book = PinBook(lost: "the pins are gone")
    try await house.look(2)
    for number in 3..<6 {
      try await replace(number)
      #expect(house.book.pins[key]?.state == .trusted)
      #expect((house.book.pins[key]?.generation ?? 0) != before)
    }
  }

  /// Nor to one that was away until the run after that.
  @Test func timedCommandsDoNotOutliveLostPinsOfWhatWasAway() async throws {
    var house = House()
    try await house.look(2)
    let key = PinKey(block: "charge_controller_configuration", port: 4)
    let before = try #require(house.book.pins[key]?.generation)
    house.book = PinBook(lost: "the pins are gone")
    try await house.look(2, at: 9)
    house.book = PinBook(pins: Array(house.book.pins.values))
    try await house.look(2)
    #expect(try #require(house.book.pins[key]?.generation) != before)
  }

  @Test func aTrustedSuccessorWithoutAPastIsAnother() async throws {
    var house = House()
    house.blocks = TestSystem.home
    house.blocks[7].values["lifetime_kwh_hours"] = "5000"
    try await house.look(2, at: 9)
    let key = PinKey(block: "charge_controller_configuration", port: 3)
    let generation = try #require(house.book.pins[key]?.generation)
    house.blocks[7].values["lifetime_kwh_hours"] = "0"
    try await house.look(2, at: 9)
    #expect(house.state(3) == .trusted && house.book.pins[key]?.generation == generation)
    let layout = try await house.layout(9)
    let block = try #require(layout.block(DeviceKey(name: "charge_controller", port: 3)))
    #expect(house.book.trust(block, in: layout).count == 2)
    #expect(house.book.pins[key]?.generation == generation + 1)
  }

  /// What is trusted was seen by the last scan, hours ago perhaps, and has worked since.
  @Test func trustTakesCountersForAsOldAsTheyAre() async throws {
    var house = House()
    try await house.look(2)
    house.pass(36_000)
    let layout = try await house.layout()
    let block = try #require(layout.block(DeviceKey(name: "charge_controller", port: 3)))
    _ = house.book.trust(block, in: layout)
    house.blocks[7].values["lifetime_kwh_hours"] = "5020"
    try await house.look(2)
    #expect(house.state(3) == .trusted)
    #expect(!house.book.wantsAnotherScan)
  }

  @Test(arguments: [(4000, 0, true), (4000, 80, true), (4000, 81, false), (50, 1, true), (49, 0, false), (3, 0, false)])
  func aFallFromLittleIsNoReset(_ before: Int, _ after: Int, _ fits: Bool) async throws {
    var house = House()
    house.blocks = TestSystem.home
    house.blocks[7].values["lifetime_kwh_hours"] = "\(before)"
    try await house.look(2, at: 9)
    house.blocks[7].values["lifetime_kwh_hours"] = "\(after)"
    try await house.look(2, at: 9)
    let isChanged =
      if case .changed = house.book.pins[PinKey(block: "charge_controller", port: 3)]?.state { true } else { false }
    #expect(isChanged != fits)
  }

  /// A day in which the wall clock was set back by a day is a day all the same.
  /// A fall that looks like a reset is none where the counter goes on from that of a look-alike that is away.
  @Test(arguments: [(1000, 1000, true), (1000, 999, false), (900, 1000, false)])
  func whatGoesOnFromALookAlikeThatIsAwayIsNoReset(_ away: Int, _ after: Int, _ isAnother: Bool) async throws {
    var house = House()
    house.blocks[7].values["lifetime_kwh_hours"] = "60000"
    house.blocks[9].values["lifetime_kwh_hours"] = "\(away)"
    try await house.look(2)
    house.pass(600)
    house.blocks[7].values["lifetime_kwh_hours"] = "\(after)"
    try await house.look(2, at: 9)
    let state = house.book.pins[PinKey(block: "charge_controller", port: 3)]?.state
    if case .changed = state {
      #expect(isAnother)
    } else {
      #expect(!isAnother && state == .trusted, "\(String(describing: state))")
    }
  }

  /// A reading that may be bad says nothing of the device's other counters, which would go on from what they were.
  @Test func withABadReadingNoOtherCounterIsTaken() async throws {
    var house = House()
    house.blocks[7].values["lifetime_kamp_hours"] = "3000"
    try await house.look(2)
    house.pass(3600)
    house.blocks[7].values["lifetime_kwh_hours"] = "0"
    house.blocks[7].values["lifetime_kamp_hours"] = "3002"
    try await house.look()
    house.blocks[7].values["lifetime_kwh_hours"] = "5000"
    house.blocks[7].values["lifetime_kamp_hours"] = "3000"
    try await house.look(2)
    #expect(
      house.state(3) == .trusted && house.book.pins[PinKey(block: "charge_controller", port: 3)]?.state == .trusted)
  }

  /// Trusting a device leaves those of other kinds as they were: what was put back among them is trusted again.
  @Test func trustConcernsWhatLooksLikeTheDevice() async throws {
    var house = House()
    for index in [4, 6] { house.blocks[index].values["stacking_mode"] = "10" }
    let alike = (house.blocks[4], house.blocks[6])
    try await house.look(2)
    house.pass(600)
    house.blocks[4].values["model_number"] = "OTHER"
    try await house.look(2)
    (house.blocks[4], house.blocks[6]) = alike
    house.blocks[7].values["lifetime_kwh_hours"] = "7000"
    try await house.look(2)
    let layout = try await house.layout()
    let charger = try #require(layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    _ = house.book.trust(charger, in: layout)
    try await house.look(2)
    for port in [1, 2] {
      #expect(house.book.pins[PinKey(block: "radian_inverter_configuration", port: port)]?.state == .trusted)
    }
  }

  /// Counters that are read again while a bad reading is still in doubt allow no more than what can have risen since.
  @Test(arguments: [(2, true), (3, false), (40, false)])
  func aDoubtGivesACounterNoTime(_ rise: Int, _ isOwn: Bool) async throws {
    var house = House()
    func poll(_ value: Int, isRead: Bool = true) async throws -> Bool {
      house.blocks[9].values["lifetime_kwh_hours"] = "\(value)"
      let image = try await image(of: TestSystem(house.blocks).registers)
      let charger = image.layout.blocks[9]
      guard isRead else {
        house.book.noteUnchanged([charger], at: house.now, word: image.word)
        return true
      }
      return house.book.follow([charger], in: image.layout, at: house.now, word: image.word)
    }
    try await house.look(2)
    house.pass(10)
    house.blocks[9].values["lifetime_kwh_hours"] = "65000"
    try await house.look()
    house.pass(1)
    _ = try await poll(9000, isRead: false)
    house.pass(12)
    let result = try await poll(9000 + rise)
    #expect(result == isOwn)
  }

  /// One whose charge controller has shown a counter, once, that can't be its own.
  private func houseInDoubt() async throws -> House {
    var house = House()
    try await house.look(2)
    house.pass(10)
    house.blocks[9].values["lifetime_kwh_hours"] = "65000"
    try await house.look()
    return house
  }

  /// A doubt that counters have answered, which were read of what fits as a whole, takes no time from them afterwards.
  @Test(arguments: [false, true]) func aDoubtEndsWithTheNextReadingThatFits(isRestarted: Bool) async throws {
    var house = try await houseInDoubt()
    house.pass(1)
    house.blocks[9].values["lifetime_kwh_hours"] = "9000"
    let image = try await image(of: TestSystem(house.blocks).registers)
    let isOwn = house.book.follow([image.layout.blocks[9]], in: image.layout, at: house.now, word: image.word)
    #expect(isOwn)
    if isRestarted { house.book = PinBook(pins: Array(house.book.pins.values)) }
    house.pass(20_000)
    house.blocks[9].values["lifetime_kwh_hours"] = "9006"
    try await house.look(2)
    #expect(house.state(4) == .trusted)
  }

  /// A doubt that an earlier run had goes on after a restart, at every look: what stood there meanwhile may have come from
  /// anywhere, and a day between two runs gives its counters no time.
  @Test func aDoubtOutlivesARestart() async throws {
    var house = try await houseInDoubt()
    house.pass(86400)
    house.blocks[9].values["lifetime_kwh_hours"] = "9008"
    for _ in 0..<2 {
      try await house.look(2)
      #expect(house.state(4)?.isTrusted == false, "\(String(describing: house.state(4)))")
      house.book = PinBook(pins: Array(house.book.pins.values))
      house.pass(1)
    }
    try await house.look(3)
    #expect(house.state(4)?.isTrusted == false)
  }

  /// A damaged file may have any time in it.
  @Test(arguments: [-1e300, 1e300, -1e12]) func aDoubtOfAnyTimeIsBorne(_ seconds: Double) async throws {
    var house = House()
    try await house.look(2)
    var pins = Array(house.book.pins.values)
    for index in pins.indices {
      pins[index].doubtedAt = Date(timeIntervalSinceReferenceDate: seconds)
      pins[index].countersAt = Date(timeIntervalSinceReferenceDate: seconds)
    }
    house.book = PinBook(pins: pins)
    house.blocks[9].values["lifetime_kwh_hours"] = "1000"
    try await house.look(3)
    #expect(house.state(4)?.isTrusted == false)
  }

  @Test func aClockSetBackTakesNoTimeFromACounter() async throws {
    var house = House()
    try await house.look(2)
    house.pass(100_000, wall: 10_000)
    house.blocks[7].values["lifetime_kwh_hours"] = "5030"
    try await house.look(2)
    #expect(house.state(3) == .trusted)
    #expect(!house.book.wantsAnotherScan)
  }

  private func written(_ isMoved: Bool) -> WriteOutcome {
    var outcome = WriteOutcome(.unconfirmed, .identityChangedDuringWrite, "something stands elsewhere")
    outcome.isMoved = isMoved
    return outcome
  }

  /// Blocks that only stand elsewhere after a write are looked at by a scan, and nobody need trust anything.
  @Test func whatOnlyMovedDuringAWriteIsTrustedAgainByAScan() async throws {
    var house = House()
    try await house.look(2)
    let layout = try await house.layout()
    let block = try #require(layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    house.book.distrust(block, after: written(true))
    for port in [3, 4] { #expect(house.state(port) == .changed("something stands elsewhere")) }
    try await house.look()
    for port in [3, 4] { #expect(house.state(port) == .trusted) }
    house.book.distrust(block, after: written(false))
    try await house.look(3)
    for port in [3, 4] { #expect(house.state(port) == .untrusted("something stands elsewhere")) }
  }

  /// The look-alike that may have been written instead is refused too, where it was away or given up at that time.
  @Test(arguments: [true, false]) func aLookAlikeThatIsAwayIsDistrustedToo(_ isGivenUp: Bool) async throws {
    var house = House()
    try await house.look(2)
    try await house.look(2, at: 9)
    let layout = try await house.layout(9)
    if isGivenUp { _ = house.book.forgetMissing(from: layout) }
    let block = try #require(layout.block(DeviceKey(name: "charge_controller_configuration", port: 3)))
    house.book.distrust(block, after: written(false))
    try await house.look(2)
    for port in [3, 4] { #expect(house.state(port) == .untrusted("something stands elsewhere")) }
  }
}

extension Pin.State {
  fileprivate var isTrusted: Bool { self == .trusted }
}
