import Foundation
import TestSupport
import Testing

@testable import Simulator

/// Serving the registers of a real gateway.
@Suite(.enabled(if: SharedData.isPresent, "the shared folder is not here; set MATE3_SHARED"))
struct CaptureTests {
  private func image() throws -> RegisterImage {
    let file = try SharedData.captureFile()
    return try RegisterImage(dump: try Data(contentsOf: file), name: "the capture")
  }

  @Test func everythingButTheClockStaysAsItWas() throws {
    let image = try image()
    var gateway = try TestGateway(image)
    gateway.pass(.seconds(3600))
    let clock = try gateway.address("year", of: "gateway")
    for (address, word) in image.registers where !(clock..<(clock + 6)).contains(address) {
      #expect(gateway.core.map[address] == word, "register \(address)")
    }
    #expect(image.registers.count == 1278)
    let before = (0..<6).compactMap { image[clock + $0] }
    #expect(try gateway.read(clock, 6) == [before[0], before[1], before[2], before[3] + 1, before[4], before[5]])
  }

  @Test func theClockCanStandStill() throws {
    var options = SimulatorOptions()
    options.freezesClock = true
    let image = try image()
    var gateway = try TestGateway(image, options: options)
    gateway.pass(.seconds(3600))
    #expect(gateway.core.map.image == image)
  }

  @Test func aCaptureCanLive() async throws {
    let image = try image()
    let known = try registry()
    var gateway = try TestGateway(image)
    gateway.core = GatewayCore(image, registry: known, options: SimulatorOptions(), life: .init())
    var wattsSeen: Set<Double> = []
    for _ in 0..<48 {
      gateway.pass(.seconds(1800))
      await Task.yield()
      wattsSeen.insert(try gateway.number("watts", of: "charge_controller", port: 3))
      let charge = try gateway.number("state_of_charge", of: "flexnet_dc")
      #expect(charge >= 0 && charge <= 100)
      // What the real devices don't implement stays so.
      let inverter = try gateway.block("single_phase_radian_inverter", port: 1)
      #expect(gateway.core.map.number("r_module_fet_temperature", in: inverter) == nil)
      #expect(gateway.core.map.number("aux_relay_output_state", in: inverter) == nil)
    }
    #expect(wattsSeen.count > 5)
    // Texts, scale factors and settings are the owner's.
    let settings = try gateway.block("radian_inverter_configuration", port: 1)
    for address in settings.start..<settings.end { #expect(gateway.core.map[address] == image[address]) }
  }
}
