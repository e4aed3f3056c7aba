import Foundation
import RegisterIO
import Registry
import Testing

@testable import Simulator

@Suite struct RegisterImageTests {
  @Test func readsOnlyWhatIsThere() throws {
    var image = RegisterImage([10: 1, 11: 2, 13: 4])
    #expect(image.words(in: try found(RegisterRange(start: 10, count: 2), "range")) == [1, 2])
    #expect(image.words(in: try found(RegisterRange(start: 11, count: 3), "range")) == nil)
    #expect(image.words(in: try found(RegisterRange(start: 9, count: 2), "range")) == nil)
    image[12] = 3
    image[13] = 5
    #expect(image[12] == nil)
    #expect(image[13] == 5)
    #expect(image[-1] == nil && image[70_000] == nil)
  }

  @Test(arguments: [
    ("", "not a register dump"), ("[]", "not a register dump"), ("{\"a\": 1}", "\"a\" is not a register address"),
    ("{\"70000\": 1}", "\"70000\" is not"), ("{\"1\": 65536}", "register 1 holds 65536"),
    ("{\"1\": -1}", "register 1 holds -1"), ("{}", "no registers"), ("{\"1\": 1.5}", "not a register dump"),
  ])
  func saysWhatIsWrongWithADump(_ text: String, _ part: String) throws {
    let error = try #require(throws: SimulatorError.self) { try RegisterImage(dump: Data(text.utf8), name: "d.json") }
    #expect(error.message.contains("d.json") && error.message.contains(part))
  }

  @Test func emptyAndWildImagesNeverTrap() {
    #expect(RegisterImage([:]).registers.isEmpty)
    #expect(RegisterImage([-5: 1, 70_000: 2]).registers.isEmpty)
    #expect(RegisterImage(start: 65_534, words: [1, 2, 3]).end == 65_536)
    #expect(RegisterImage(start: 70_000, words: [1]).registers.isEmpty)
  }
}

@Suite struct GatewayMapTests {
  private func map(_ words: [UInt16]) throws -> GatewayMap {
    GatewayMap(RegisterImage(start: 40000, words: words), registry: try registry())
  }

  @Test func walksTheChainPastBlocksThatNobodyKnows() throws {
    let map = try map([0x5375, 0x6E53, 7, 1, 9, 64111, 2, 3, 0, 700, 0, 0xFFFF, 0])
    #expect(map.placements.map(\.id) == [7, 64111, 700])
    #expect(map.placements.map(\.start) == [40002, 40005, 40009])
    #expect(map.placement(id: 64111, port: 3)?.count == 4)
    #expect(map.placement(id: 64111, port: 4) == nil)
  }

  @Test(
    arguments: [
      [], [0x5375], [0x5375, 0x6E53], [0x5375, 0x6E53, 5], [0x5375, 0x6E53, 5, 0xFFFF], [1, 2, 3],
    ] as [[UInt16]])
  func brokenChainsEndTheWalk(_ words: [UInt16]) throws {
    #expect(try map(words).placements.isEmpty)
  }

  @Test func droppedAndResizedBlocksMoveWhatFollows() throws {
    var map = try map([0x5375, 0x6E53, 7, 1, 9, 8, 2, 3, 4, 6, 1, 5, 0xFFFF, 0])
    let (first, second, third) = (map.placements[0], map.placements[1], map.placements[2])
    map.resize(second, by: 2)
    #expect(map.placements.map(\.start) == [40002, 40005, 40011])
    #expect(map[second, 2] == 4 && map[40009] == 0xFFFF && map[40011] == 6)
    map.drop(first)
    #expect(map.placements.map(\.id) == [8, 6])
    #expect(map.placements.map(\.start) == [40002, 40008])
    map.resize(try found(map.placement(key: second.key), "the block"), by: -100)
    #expect(map[40003] == 0 && map[40004] == 6)
    #expect(map.placement(key: third.key)?.start == 40004)
    #expect(map[40007] == 0xFFFF && map[40008] == 0 && map[40009] == nil)
  }

  @Test func growingPastTheLastAddressNeverTraps() throws {
    var map = try map([0x5375, 0x6E53, 7, 1, 9, 0xFFFF, 0])
    map.resize(map.placements[0], by: 60_000)
    #expect(map.image.end == 65_536)
    map.resize(map.placements[0], by: Int(Int32.max))
    map.drop(map.placements[0])
  }
}
