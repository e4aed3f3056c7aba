import FieldCodec
import Foundation
import Mate3
import RegisterIO
import Registry
import Simulator
import TestSupport
import Topics

@testable import HomeAssistant

/// A described or captured system as the bridge would announce it, without sockets.
struct AnnouncedSystem {
  static let described = [
    "home", "fx", "split_phase_radian", "both_radians", "five_charge_controllers", "ten_devices", "odd_lengths",
    "unknown_block",
  ]
  /// With the capture where it is there.
  static var all: [String] { described + (SharedData.isPresent ? ["capture"] : []) }

  let image: SystemImage
  /// Topics of times of day, which are made of two fields.
  var timeTopics: [String] {
    system.layout.blocks.flatMap { block in
      block.definition.clockTimes.map { system.scheme.state(block.key, $0.field.name) }
    }
  }
  var system: DiscoverySystem

  /// - Parameter change: changes registers before they are read.
  init(
    _ name: String, policy: CommandPolicy = CommandPolicy(), names: DeviceNames = DeviceNames(),
    base: String = "mate3", change: (inout [Int: UInt16], SystemLayout) throws -> Void = { _, _ in }
  ) throws {
    let registry = try Registry.embedded()
    let file =
      name == "capture"
      ? try SharedData.captureFile()
      : ProcessRunner.packageDirectory.appending(path: "examples/systems/\(name).yaml")
    let loaded = try RegisterImage.load(file: file.path(percentEncoded: false), registry: registry)
    var words = Dictionary(uniqueKeysWithValues: loaded.registers.map { ($0.address, $0.word) })
    try change(&words, Self.layout(words, registry, names))
    let layout = try Self.layout(words, registry, names)
    var image = SystemImage(layout: layout)
    image.beginCycle()
    for block in layout.blocks {
      guard let range = block.range else { continue }
      image.receive((range.start..<range.end).map { words[$0] ?? 0 }, from: range)
    }
    _ = image.commit()
    self.image = image
    var observations = Observations()
    for slot in image.map.slots {
      guard let value = image.value(ofSlot: slot.index) else { continue }
      observations.observe(value, of: slot.field, at: FieldPlace(slot.field, of: layout.blocks[slot.blockIndex]))
    }
    system = DiscoverySystem(
      layout: layout, observations: observations, policy: policy, scheme: TopicScheme(base: base),
      prefix: "homeassistant", version: "1.2.3", eventKinds: ["pinned"])
  }

  private static func layout(
    _ words: [Int: UInt16], _ registry: Registry, _ names: DeviceNames
  ) throws -> SystemLayout {
    var walk = ChainWalk(registry: registry, limit: 100)
    while case .read(let range) = try walk.next() {
      walk.receive((range.start..<range.end).map { words[$0] ?? 0 }, from: range)
    }
    return walk.layout(registry: registry, names: names)
  }

  func documents() throws -> [DiscoveryDocument] {
    guard let documents = system.documents() else { throw NoDocuments() }
    return documents
  }

  func components() throws -> [Component] { try documents().flatMap(\.components) }

  struct NoDocuments: Error {}
}

extension CommandPolicy {
  /// Opens all that can be opened, with bounds for every number.
  static func everything(_ registry: Registry) -> CommandPolicy {
    var policy = CommandPolicy(classes: [.operational, .setpoint])
    for block in registry.blocks {
      for field in block.fields where field.access.isWritable {
        let name = "\(block.name).\(field.name)"
        policy.fields.insert(name)
        policy.confirmedLabels.insert(name)
        policy.limits[name] = Bounds(minimum: ScaledDecimal(1), maximum: ScaledDecimal(70))
      }
    }
    return policy
  }
}
