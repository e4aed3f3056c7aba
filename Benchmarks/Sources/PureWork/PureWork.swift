import Bridge
import FieldCodec
public import Foundation
import Logging
import Mate3
import RegisterIO
import Registry
import Topics

/// One of the pure parts of the bridge, to be repeated.
public struct PureWork: Sendable {
  public let name: String
  /// Whether once takes milliseconds rather than microseconds.
  public var isLong = false
  /// Does the work so many times. Starts with everything that is made once.
  public let run: @Sendable (_ count: Int) async throws -> Void

  /// Every part, over the system in `file`: a described one or a register dump.
  public static func all(file: URL) throws -> [PureWork] {
    let system = try BenchSystem(file: file)
    return [registry] + reading(system) + publishing(system) + commands(system)
  }

  private static let registry = PureWork(name: "registry, load", isLong: true) { count in
    for _ in 0..<count { keep(try Registry.embedded().blocks.count) }
  }

  private static func reading(_ system: BenchSystem) -> [PureWork] {
    [
      PureWork(name: "plan, full read") { count in
        for _ in 0..<count { keep(ReadMap(layout: system.layout).requests(Set(IntervalClass.allCases), limit: 100)) }
      },
      PureWork(name: "decode, every field") { count in
        let words = Dictionary(
          zip(system.requests, system.words).flatMap { request, words in zip(request.start..<request.end, words) },
          uniquingKeysWith: { first, _ in first })
        let fields = system.map.slots.map { slot in
          (
            slot.field, (slot.range.start..<slot.range.end).map { words[$0] ?? 0 },
            slot.scaleAddress.flatMap { words[$0] }
          )
        }
        for _ in 0..<count {
          for (field, words, scale) in fields { keep(field.decode(words, scaleWord: scale)) }
        }
      },
      diff("diff, nothing changed", system, system.words),
      diff("diff, 72 changed", system, system.changed72),
      diff("diff, every number changed", system, system.changedAll),
    ]
  }

  private static func diff(_ name: String, _ system: BenchSystem, _ other: [[UInt16]]) -> PureWork {
    PureWork(name: name) { count in
      var image = SystemImage(layout: system.layout)
      keep(try system.cycle(&image, system.words))
      for turn in 0..<count { keep(try system.cycle(&image, turn.isMultiple(of: 2) ? other : system.words)) }
    }
  }

  private static func publishing(_ system: BenchSystem) -> [PureWork] {
    [
      PureWork(name: "topics, install a layout") { count in
        var image = SystemImage(layout: system.layout)
        let values = try system.cycle(&image, system.words)
        for _ in 0..<count { publisher().apply(scan(system, values)) }
      },
      publish("payloads, 72 changed", system, system.changed72),
      publish("payloads, every number changed", system, system.changedAll),
    ]
  }

  private static func publish(_ name: String, _ system: BenchSystem, _ other: [[UInt16]]) -> PureWork {
    PureWork(name: name) { count in
      var image = SystemImage(layout: system.layout)
      let first = try system.cycle(&image, system.words)
      let away = try system.cycle(&image, other)
      let back = try system.cycle(&image, system.words)
      let publisher = publisher()
      publisher.brokerConnected()
      publisher.apply(scan(system, first))
      for turn in 0..<count { publisher.apply(Cycle(changes: turn.isMultiple(of: 2) ? away : back)) }
    }
  }

  private static func scan(_ system: BenchSystem, _ values: [FieldChange]) -> Cycle {
    Cycle(system: Cycle.System(layout: system.layout, map: system.map), changes: values)
  }

  private static func publisher() -> StatePublisher {
    StatePublisher(
      settings: .init(scheme: TopicScheme(base: "mate3"), publishesPersonal: true),
      program: ProgramInfo(version: "0", instance: "0", startedAt: .distantPast, settings: { [:] }),
      broker: NullBroker(),
      logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
  }

  private static func commands(_ system: BenchSystem) -> [PureWork] {
    let plain = Array("57.6".utf8)
    let json = Array(#"{"value": "57.6", "id": "bench-1", "for_s": 60, "then": "57.7"}"#.utf8)
    return [
      PureWork(name: "command, parse text") { count in
        for _ in 0..<count { keep(try CommandPayload(plain).text) }
      },
      PureWork(name: "command, parse JSON") { count in
        for _ in 0..<count { keep(try CommandPayload(json).text) }
      },
      PureWork(name: "command, validate") { count in
        var image = SystemImage(layout: system.layout)
        keep(try system.cycle(&image, system.words))
        var pins = PinBook()
        keep(pins.observe(system.layout, word: { image.word($0) }))
        let policy = CommandPolicy(
          fields: ["charge_controller_configuration.absorb_volts"],
          limits: [
            "charge_controller_configuration.absorb_volts": .init(
              minimum: ScaledDecimal(48), maximum: ScaledDecimal(60))
          ])
        let validator = CommandValidator(policy: policy, registry: system.registry)
        let device = DeviceKey(name: "charge_controller_configuration", port: 3)
        for _ in 0..<count {
          keep(
            try validator.request(
              device: device, field: "absorb_volts", text: "57.6", isDryRun: false, image: image, pins: pins,
              limit: 100))
        }
      },
    ]
  }

  /// Keeps the optimiser from leaving the work out.
  @inline(never)
  private static func keep(_ value: some Any) {}
}
