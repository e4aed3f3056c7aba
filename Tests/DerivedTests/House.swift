import FieldCodec
import Foundation
import Mate3
import RegisterIO
import Registry
import TestSupport

@testable import Derived
@testable import Simulator

private let embedded = Result { try Registry.embedded() }

/// A system whose values are followed as the bridge does it, without sockets and at times that a test sets.
struct House {
  var core: GatewayCore
  var image: SystemImage
  var totals: HouseTotals
  private(set) var texts: [String: String] = [:]
  private(set) var start = ContinuousClock.now
  private(set) var time = Duration.zero
  private var states: [DeviceKey: Bool]

  init(
    _ description: String, isAlive: Bool = true, speed: Double = 1, energies: DailyEnergies = DailyEnergies()
  ) throws {
    let registry = try embedded.get()
    var options = SimulatorOptions()
    options.speed = speed
    let system = try SystemDescription(description, file: "test.yaml")
    try self.init(
      GatewayCore(
        system.image(registry), registry: registry, options: options, life: isAlive ? system.parameters : nil),
      energies: energies)
  }

  init(registers: [Int: UInt16]) throws {
    var options = SimulatorOptions()
    options.freezesClock = true
    try self.init(
      GatewayCore(RegisterImage(registers), registry: try embedded.get(), options: options), energies: DailyEnergies())
  }

  private init(_ core: GatewayCore, energies: DailyEnergies) throws {
    self.core = core
    image = SystemImage(layout: try Self.layout(of: core))
    totals = HouseTotals(layout: image.layout, map: image.map, pinned: [], energies: energies)
    states = Dictionary(image.layout.blocks.map { ($0.key, true) }) { $1 }
    totals.setFresh(states)
    read()
  }

  private static func layout(of core: GatewayCore) throws -> SystemLayout {
    let registry = try embedded.get()
    var walk = ChainWalk(registry: registry, limit: 100)
    while case .read(let range) = try walk.next() { walk.receive(core.map.image.words(in: range) ?? [], from: range) }
    return walk.layout(registry: registry, names: DeviceNames())
  }

  /// Reads everything once.
  mutating func read() {
    image.beginCycle()
    for range in image.map.requests(Set(IntervalClass.allCases), limit: 100) {
      if let words = core.map.image.words(in: range) { image.receive(words, from: range) }
    }
    totals.apply(image.commit().changes, at: now)
    update()
  }

  /// Scans anew: the layout may be another, and the totals go on.
  mutating func scan(pinned: [PinKey]? = nil) throws {
    let known = pinned ?? image.layout.blocks.map { PinKey($0) }
    image = SystemImage(layout: try Self.layout(of: core))
    totals = HouseTotals(layout: image.layout, map: image.map, pinned: known, after: totals)
    totals.setFresh(states)
    read()
  }

  var now: ContinuousClock.Instant { start + time }

  mutating func pass(_ duration: Duration) {
    time += duration
    core.advance(to: time)
    core.refresh(force: true)
    read()
  }

  mutating func setFresh(_ device: String, port: Int, _ isFresh: Bool) {
    states[DeviceKey(name: device, port: port)] = isFresh
    totals.setFresh(states)
    update()
  }

  private mutating func update() {
    for change in totals.update(at: now) { texts[change.field.name] = change.text }
  }

  func number(_ name: String) -> Double? { texts[name].flatMap(Double.init) }

  /// Sets a field of a device.
  mutating func set(_ field: String, _ value: Double, of block: String, port: Int) throws {
    let place = try found(
      embedded.get().block(named: block).flatMap { core.map.placement(id: Int($0.did), port: port) })
    core.map.set(field, to: value, in: place)
  }

  mutating func remove(_ block: String, port: Int) throws {
    let place = try found(
      embedded.get().block(named: block).flatMap { core.map.placement(id: Int($0.did), port: port) })
    core.map.drop(place)
  }

  static func example(_ name: String) throws -> String {
    try String(
      contentsOf: ProcessRunner.packageDirectory.appending(path: "examples/systems/\(name).yaml"), encoding: .utf8)
  }
}

struct NotFound: Error {}

func found<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw NotFound() }
  return value
}
