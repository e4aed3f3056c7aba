import FieldCodec
import Foundation
import Mate3
import MessageIO
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Configuration

/// The program file of `make bench` makes the bridge do the same work as the C floor.
@Suite struct BenchmarkProgramTests {
  private struct Program: Decodable {
    var files: [String: String]
    var env: [String: String]
    var setTopic: String
    var stateTopic: String
    var resultTopic: String
  }

  private static let values = [
    "dir": "/tmp/bench", "modbus_port": "15020", "mqtt_port": "18830", "interval_ms": "1000", "n": "2",
  ]

  private func program() throws -> Program {
    let file = ProcessRunner.packageDirectory.appending(path: "Benchmarks/mate3.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Program.self, from: Data(contentsOf: file))
  }

  /// The text with its words filled in as compare.py does: a line that is a gateway's stands once for each.
  private func filled(_ text: String) -> String {
    let lines = text.components(separatedBy: "\n").flatMap { line in
      line.contains("{gateway_port}")
        ? (0..<2).map { line.replacing("{gateway_port}", with: "\(15020 + $0)").replacing("{i}", with: "\($0)") }
        : [line]
    }
    return Self.values.reduce(lines.joined(separator: "\n")) { $0.replacing("{\($1.key)}", with: $1.value) }
  }

  private func read(_ name: String) throws -> BridgeConfiguration {
    let program = try program()
    let loaded = try configuration(filled(try #require(program.files[name])), environment: program.env)
    #expect(loaded.warnings.isEmpty)
    return loaded.configuration
  }

  @Test func oneGatewayIsReadAndPublishedWholeEveryCycle() throws {
    let read = try read("one.yaml")
    #expect(read.intervals.live == .seconds(1))
    #expect(read.intervals.settings == read.intervals.live)
    #expect(read.intervals.fixed == read.intervals.live)
    #expect(read.gateway.maxRead == 125)
    #expect(!read.gateway.checksClock)
    #expect(read.topics.publishesPersonal)
    #expect(read.topics.stateQoS == .atMostOnce)
    #expect(read.caps.fieldInterval == .zero)
    #expect(min(read.caps.fieldPerDay, read.caps.devicePerDay, read.caps.gatewayPerDay) == 100_000)
    #expect(read.stateDirectory == "/tmp/bench/state")
  }

  @Test func itsCommandIsTheOneThatIsAllowed() throws {
    let (program, read) = (try program(), try read("one.yaml"))
    #expect(read.commands.fields == ["charge_controller_configuration.absorb_volts"])
    #expect(program.stateTopic == "\(read.topics.base)/charge_controller_configuration/3/absorb_volts")
    #expect(program.setTopic == program.stateTopic + "/set")
    #expect(program.resultTopic == program.setTopic + "/result")
  }

  @Test func everyGatewayOfTheFanIsReadWhole() throws {
    let bridges = try read("fan.yaml").bridges
    #expect(bridges.map(\.gateway.port) == [15020, 15021])
    #expect(bridges.map(\.topics.base) == ["solar/g0", "solar/g1"])
    for bridge in bridges {
      #expect(bridge.intervals.fixed == .seconds(1))
      #expect(bridge.gateway.maxRead == 125)
      #expect(bridge.topics.publishesPersonal)
    }
  }

  /// What the floor alone publishes is not implemented in the captured system, or secret; what the program alone
  /// publishes are whole blocks that the floor leaves out.
  @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
  func publishesTheFieldsOfTheFloor() throws {
    var image = try captured()
    let published = image.commit().changes.map { image.map.slots[$0.slot] }
    let floor = try String(contentsOf: SharedData.url("bench/fields.tsv"), encoding: .utf8).split(separator: "\n")
      .dropFirst().compactMap { line in line.split(separator: "\t").first.flatMap { Int($0) } }
    #expect(floor.count == 717)
    #expect(published.count >= floor.count)

    let ownAlone = published.filter { !floor.contains($0.range.start) }.map { image.layout.blocks[$0.blockIndex] }
    #expect(
      Set(ownAlone.map(\.definition.name)) == [
        "common", "optics_statistics", "sunspec_single_phase_inverter", "system_control",
      ])

    let own = Set(published.map(\.range.start))
    for address in floor where !own.contains(address) {
      if let slot = image.map.slots.first(where: { $0.range.start == address }) {
        #expect(image.value(ofSlot: slot.index)?.isPresent == false, "\(slot.field.name)")
      } else {
        let block = try #require(image.layout.blocks.last { $0.address <= address })
        let field = block.definition.fields.first { block.range(of: $0)?.start == address }
        #expect(field?.privacy == .secret, "\(address)")
      }
    }
  }

  /// A cycle that has read all of the capture.
  private func captured() throws -> SystemImage {
    let registers = try SharedData.capture()
    let registry = try Registry.embedded()
    func words(_ range: RegisterRange) -> [UInt16] { (range.start..<range.end).map { registers[$0] ?? 0 } }
    var walk = ChainWalk(registry: registry, limit: 125)
    while case .read(let range) = try walk.next() { walk.receive(words(range), from: range) }
    var image = SystemImage(layout: walk.layout(registry: registry, names: DeviceNames()))
    image.beginCycle()
    for range in image.map.requests(Set(IntervalClass.allCases), limit: 125) {
      image.receive(words(range), from: range)
    }
    return image
  }
}
