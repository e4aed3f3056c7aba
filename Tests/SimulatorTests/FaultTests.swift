import RegisterIO
import Testing

@testable import Simulator

@Suite struct FaultTests {
  private let configuration = "radian_inverter_configuration"

  @Test func swappedPortsAreAnsweredByEveryBlock() throws {
    var house = try TestGateway(houseText)
    try house.write(2, to: "aux_control", of: configuration, port: 1)
    let place = try house.block(configuration, port: 1)
    try house.core.apply(.swapPorts(1, 2))
    #expect(try house.block(configuration, port: 2) == place)
    #expect(try house.number("aux_control", of: configuration, port: 2) == 2)
    #expect(try house.number("stacking_mode", of: configuration, port: 1) == 12)
    // The measurements go with the device.
    #expect(try house.number("aux_output_state", of: "single_phase_radian_inverter", port: 2) == 1)
    try house.core.apply(.restore)
    #expect(try house.block(configuration, port: 1) == place)
    #expect(try house.number("aux_control", of: configuration, port: 1) == 2)
  }

  @Test func anotherDeviceHasOtherTexts() throws {
    var house = try TestGateway(houseText)
    try house.core.apply(.replaceDevice(port: 1, model: "GS8048A", serial: nil))
    try house.core.apply(.changeSerial(port: 2, serial: "B-longer-than-the-field-is"))
    func text(_ name: String, _ port: Int) throws -> String? {
      house.core.map.text(name, in: try house.block(configuration, port: port))
    }
    #expect(try text("model_number", 1) == "GS8048A")
    #expect(try text("serial_number", 1) == "A")
    #expect(try text("serial_number", 2) == "B-longer-than-the-")
    try house.core.apply(.restore)
    #expect(try text("model_number", 1) == "GS4048A")
    #expect(try text("serial_number", 2) == "A")
  }

  @Test func droppedAndLengthenedBlocksComeBack() throws {
    var house = try TestGateway(houseText)
    let before = house.core.map.placements
    try house.core.apply(.dropBlock(id: 64117, port: 2))
    try house.core.apply(.resizeBlock(id: 64111, port: 4, by: 3))
    #expect(house.core.map.placements.count == before.count - 1)
    #expect(try house.number("length", of: "charge_controller", port: 4) == 29)
    house.pass(.seconds(60))
    #expect(try house.number("watts", of: "charge_controller", port: 4) > 0)
    try house.core.apply(.restore)
    #expect(house.core.map.placements == before)
  }

  @Test(arguments: [
    (FaultAction.swapPorts(1, 9), "port 9"), (.changeSerial(port: 8, serial: "x"), "port 8"),
    (.dropBlock(id: 64113, port: nil), "64113"), (.dropBlock(id: 64117, port: 3), "64117 on port 3"),
    (.set(address: 65_535, words: [1, 2]), "65535"), (.set(address: 1, words: [1]), "1"),
  ])
  func whatIsNotThereIsNamed(_ action: FaultAction, _ part: String) throws {
    var house = try TestGateway(houseText)
    let before = house.core.map.image
    let error = #expect(throws: SimulatorError.self) { try house.core.apply(action) }
    #expect(error?.message.contains(part) == true)
    #expect(house.core.map.image == before)
  }

  @Test func setRegistersStaySetUntilWrittenOrRestored() throws {
    var house = try TestGateway(houseText)
    let watts = try house.address("watts", of: "charge_controller", port: 3)
    let absorb = try house.address("absorb_volts", of: "charge_controller_configuration", port: 3)
    try house.core.apply(.set(address: watts, words: [7777]))
    try house.core.apply(.set(address: absorb, words: [555]))
    house.pass(.seconds(600))
    #expect(try house.read(watts) == [7777])
    #expect(try house.read(absorb) == [555])
    try house.write(566, at: absorb)
    #expect(try house.read(absorb) == [566])
    try house.core.apply(.restore)
    #expect(try house.read(watts) != [7777])
    #expect(try house.read(absorb) == [566])
  }

  @Test func wireFaultsMeetAsManyRequestsAsTheyShould() throws {
    var house = try TestGateway(houseText)
    let request = readRequest(40000, 2)
    let good = try house.ask(request)
    try house.core.apply(.exception(.serverDeviceBusy, FaultWindow(requests: 2)))
    #expect(try house.ask(request) == [0x83, 6])
    #expect(try house.ask(request) == [0x83, 6])
    #expect(try house.ask(request) == good)
    try house.core.apply(.silence(.once))
    #expect(house.reply(request) == .init())
    #expect(try house.ask(request) == good)
    try house.core.apply(.cut(afterBytes: 7, .once))
    let cut = house.reply(request)
    #expect(cut.bytes.count == 7 && cut.closes)
    try house.core.apply(.wrongTransaction(.once))
    let wrong = house.reply(request).bytes
    let right = house.reply(request).bytes
    #expect(
      wrong.count == right.count && wrong.prefix(2) != right.prefix(2) && wrong.dropFirst(2) == right.dropFirst(2))
    try house.core.apply(.delay(.milliseconds(70), FaultWindow(duration: .seconds(5))))
    #expect(house.reply(request).delay == .milliseconds(70))
    house.pass(.seconds(6))
    #expect(house.reply(request).delay == .zero)
    try house.core.apply(.silence(.standing))
    #expect(house.reply(request) == .init())
    try house.core.apply(.restore)
    #expect(try house.ask(request) == good)
  }

  @Test func aSilentGatewayCarriesNothingOut() throws {
    var house = try TestGateway(houseText)
    try house.core.apply(.silence(.once))
    try house.write(2, to: "aux_control", of: configuration, port: 1)
    #expect(try house.number("aux_control", of: configuration, port: 1) == 1)
    #expect(house.core.counters.writes == 0)
  }

  @Test func aLostAnswerMeansATakenWrite() throws {
    var house = try TestGateway(houseText)
    try house.core.apply(.loseAnswer(closing: false, .once))
    // Reads are not touched and don't use the fault up.
    #expect(try house.read(40000) == [0x5375])
    try house.write(2, to: "aux_control", of: configuration, port: 1)
    #expect(try house.number("aux_control", of: configuration, port: 1) == 2)
    #expect(house.core.counters.writes == 1)
    try house.core.apply(.loseAnswer(closing: true, .once))
    let address = try house.address("aux_control", of: configuration, port: 1)
    #expect(house.reply([6] + UInt16(address).bigEndianBytes + [0, 0]) == .init(closes: true))
    #expect(try house.read(address) == [0])
  }

  @Test func justWrittenRegistersAreBusyForAWhile() throws {
    var house = try TestGateway(houseText)
    let address = try house.address("aux_control", of: configuration, port: 1)
    try house.core.apply(.busyAfterWrite(.seconds(2)))
    try house.write(2, at: address)
    #expect(try house.read(address - 1, 2)[1] == 0x8000)
    #expect(try house.read(address - 1, 2)[0] != 0x8000)
    house.pass(.milliseconds(1900))
    #expect(try house.read(address) == [0x8000])
    house.pass(.milliseconds(200))
    #expect(try house.read(address) == [2])
  }

  @Test func refusalsInsideLeaveTheWordAndSetTheBit() throws {
    var house = try TestGateway(houseText)
    try house.core.apply(.refuseInside(bits: 2, .once))
    try house.write(2, to: "aux_control", of: configuration, port: 1)
    #expect(try house.number("aux_control", of: configuration, port: 1) == 1)
    #expect(try house.number("error", of: "gateway") == 2)
    try house.write(2, to: "aux_control", of: configuration, port: 1)
    #expect(try house.number("aux_control", of: configuration, port: 1) == 2)
    #expect(try house.number("error", of: "gateway") == 0)
    // A bit that stood before proves nothing about the write.
    try house.core.apply(.standingError(bits: 1))
    try house.write(0, to: "aux_control", of: configuration, port: 1)
    #expect(try house.number("aux_control", of: configuration, port: 1) == 0)
    #expect(try house.number("error", of: "gateway") == 1)
    try house.core.apply(.standingError(bits: 0))
    #expect(try house.number("error", of: "gateway") == 0)
    try house.core.apply(.lock(true))
    try house.write(2, to: "aux_control", of: configuration, port: 1)
    #expect(try house.number("aux_control", of: configuration, port: 1) == 0)
    #expect(try house.number("error", of: "gateway") == 0x0400)
  }

  @Test func aRebootBringsTheDevicesBackOneByOne() throws {
    var house = try TestGateway(houseText)
    try house.write(2, to: "aux_control", of: configuration, port: 2)
    let before = house.core.map.placements
    func mac() throws -> String? { house.core.map.text("mac_address", in: try house.block("gateway")) }
    let address = try #require(try mac())
    let era = house.core.connectionEra
    try house.core.apply(.reboot(down: .seconds(3), perDevice: .seconds(2)))
    #expect(house.core.connectionEra == era + 1)
    #expect(house.reply(readRequest(40000, 2)) == .init(closes: true))
    house.pass(.seconds(4))
    #expect(house.core.map.placements.compactMap { house.core.map.port(of: $0) }.isEmpty)
    #expect(try mac() == nil)
    var seen: [Int] = []
    for _ in 0..<5 {
      house.pass(.seconds(2))
      seen.append(Set(house.core.map.placements.compactMap { house.core.map.port(of: $0) }).count)
    }
    #expect(seen == [1, 2, 3, 4, 5])
    #expect(try mac() == address)
    #expect(house.core.map.placements == before)
    #expect(try house.number("aux_control", of: configuration, port: 2) == 2)
  }

  @Test func devicesCanChangeWhileTheGatewayIsDown() throws {
    var house = try TestGateway(houseText)
    try house.core.apply(.reboot(down: .seconds(3), perDevice: .zero))
    try house.core.apply(.changeSerial(port: 1, serial: "NEW"))
    #expect(throws: SimulatorError.self) { try house.core.apply(.swapPorts(1, 9)) }
    house.pass(.seconds(4))
    #expect(house.core.map.text("serial_number", in: try house.block(configuration, port: 1)) == "NEW")
  }

  @Test func actionsComeBeforeOrAfterTheirRequest() throws {
    var options = SimulatorOptions()
    options.faults = [
      ScheduledFault(.beforeRequest(2), .set(address: 40000, words: [1])),
      ScheduledFault(.afterRequest(3), .set(address: 40000, words: [2])),
      ScheduledFault(.elapsed(.seconds(10)), .set(address: 40000, words: [3])),
      ScheduledFault(.elapsed(.seconds(5)), .set(address: 40000, words: [4])),
    ]
    var house = try TestGateway(houseText, options: options)
    #expect(try (0..<4).map { _ in try house.read(40000)[0] } == [0x5375, 1, 1, 2])
    house.pass(.seconds(6))
    #expect(try house.read(40000) == [4])
    house.pass(.seconds(6))
    #expect(try house.read(40000) == [3])
  }

  @Test func aFrozenClockStopsEverything() throws {
    var house = try TestGateway(houseText)
    house.pass(.seconds(60))
    try house.core.apply(.freezeClock(true))
    let before = house.core.map.image
    house.pass(.seconds(3600))
    #expect(house.core.map.image == before)
    try house.core.apply(.freezeClock(false))
    house.pass(.seconds(60))
    #expect(house.core.map.image != before)
    #expect(try house.number("minute", of: "gateway") == 2)
  }
}
