import Mate3
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Bridge

/// Trust in what is there, not in what was seen there some time ago.
@Suite struct TrustTests {
  private static let charger = PinKey(block: "charge_controller", port: 3)

  /// A device was exchanged, or put back, since the last scan.
  @Test func whatIsThereNowIsTrusted() async throws {
    let system = try await SettledGateway(system: "five_charge_controllers")
    let layout = try #require(await system.gateway.image?.layout)
    let block = try #require(layout.blocks.first { PinKey($0).block == Self.charger.block })
    let field = try #require(block.definition.fields.first { $0.name == "lifetime_kwh_hours" })
    let place = try #require(block.range(of: field)).start
    let before = await system.gateway.pins.pins[PinKey(block)]?.counters[field.name]
    let now = try #require(system.connection.memory.registers[place]) + 7
    system.connection.memory.set([place: now])
    #expect(before != Int64(now))
    let trusted = await system.gateway.trust(block.key.name, port: block.key.port)
    #expect(trusted?.contains(PinKey(block)) ?? false)
    #expect(await system.gateway.pins.pins[PinKey(block)]?.counters[field.name] == Int64(now))
    #expect(await system.gateway.trust("charge_controller", port: 77) == [])
    await system.stop()
    // Nobody reads the gateway any more, so that nobody can say who is there.
    #expect(await system.gateway.trust(block.key.name, port: block.key.port) == nil)
  }
}
