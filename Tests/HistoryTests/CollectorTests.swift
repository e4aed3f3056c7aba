import Derived
import FieldCodec
import Foundation
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import History
@testable import Mate3
@testable import Simulator

/// The rows of a described system whose registers a test sets.
@Suite struct CollectorTests {

  /// A system, read whole again and again.
  private struct System {
    var core: GatewayCore
    var image: SystemImage
    var totals: HouseTotals
    var collector = HistoryCollector(interval: 60)
    let registry: Registry
    /// When a clock that nobody sets begins.
    let start = ContinuousClock.now

    init() throws {
      registry = try Registry.embedded()
      let file = ProcessRunner.packageDirectory.appending(path: "examples/systems/home.yaml")
      let system = try SystemDescription(String(contentsOf: file, encoding: .utf8), file: "home.yaml")
      core = try GatewayCore(system.image(registry), registry: registry, options: SimulatorOptions(), life: nil)
      var walk = ChainWalk(registry: registry, limit: 100)
      while case .read(let range) = try walk.next() { walk.receive(core.map.image.words(in: range) ?? [], from: range) }
      let layout = walk.layout(registry: registry, names: DeviceNames())
      image = SystemImage(layout: layout)
      totals = HouseTotals(layout: layout, map: image.map, pinned: [])
    }

    mutating func setFresh(_ isFresh: Bool, but others: Set<String> = []) {
      var states: [DeviceKey: Bool] = [:]
      for block in image.layout.blocks { states[block.key] = isFresh != others.contains(block.key.name) }
      totals.setFresh(states)
      states[HouseTotals.device] = isFresh
      collector.setFresh(states)
    }

    /// The moment when a clock that was always right says this.
    func instant(_ time: Int64) -> ContinuousClock.Instant { start + .seconds(time - 6000) }

    /// A reading of everything at a time.
    mutating func read(
      at time: Int64, _ instant: ContinuousClock.Instant? = nil, isScan: Bool = false
    ) -> (rows: [HistoryRow], settings: [SettingChange]) {
      var rows = collector.advance(to: time, at: instant ?? self.instant(time)).rows
      rows += collector.install(image.layout, image.map, house: totals.fields).rows
      image.beginCycle()
      for range in image.map.requests(Set(IntervalClass.allCases), limit: 100) {
        if let words = core.map.image.words(in: range) { image.receive(words, from: range) }
      }
      let (changes, groups) = image.commit()
      if isScan { collector.forget(groups) }
      totals.apply(changes, at: .now)
      let settings = collector.apply(changes)
      collector.apply(totals.update(at: .now))
      collector.read(groups)
      return (rows, settings)
    }

    /// Sets a register of every device of a kind.
    mutating func set(_ field: String, _ word: UInt16, of kind: String) throws {
      for block in image.layout.blocks where block.definition.name == kind {
        let field = try #require(block.definition.field(field))
        core.map[try #require(block.range(of: field)).start] = word
      }
    }
  }

  private func value(_ field: String, of kind: String, in rows: [HistoryRow]) throws -> HistoryValue {
    let row = try #require(rows.first { $0.table.name == kind })
    return row.values[try #require(row.table.column(field))]
  }

  /// Watts of 100, 200 and 400 in three readings; a state and a counter as they were last.
  @Test func meansAndLastValues() throws {
    var system = try System()
    system.setFresh(true)
    for (index, watts) in [100, 200, 400].enumerated() {
      try system.set("watts", UInt16(watts), of: "charge_controller")
      try system.set("charger_state", UInt16(index), of: "charge_controller")
      try system.set("todays_kwh", UInt16(10 + index), of: "charge_controller")
      #expect(system.read(at: 6000 + Int64(index) * 20).rows.isEmpty)
    }
    let rows = system.read(at: 6060).rows
    #expect(try value("watts", of: "charge_controller", in: rows) == .real((700.0 / 3).asMean))
    let states = try #require(
      system.registry.block(named: "charge_controller")?.field("charger_state")?.enumeration?.entries)
    #expect(
      try value("charger_state", of: "charge_controller", in: rows)
        == .text(#require(states.first { $0.value == 2 }).label))
    #expect(try value("todays_kwh", of: "charge_controller", in: rows) == .real(1.2))
    #expect(try value("solar_power", of: "house", in: rows) == .real((1400.0 / 3).asMean))
    let row = try #require(rows.first { $0.table.name == "charge_controller" })
    #expect(row.time == 6000)
    #expect(row.readings == 3)
    #expect(row.seconds == 60)
  }

  /// A stop and a start within an interval, with another length of it: two rows, each of the time that it stands for.
  @Test func aStartWithinAnInterval() throws {
    var system = try System()
    system.setFresh(true)
    _ = system.read(at: 6010)
    _ = system.read(at: 6020)
    let last = (system.collector.advance(to: 6025, at: system.instant(6025)) + system.collector.finish()).rows
    system.collector = HistoryCollector(interval: 300)
    system.setFresh(true)
    _ = system.read(at: 6030)
    let rows = [last, system.read(at: 6300).rows, system.read(at: 6600).rows].map { rows in
      rows.filter { $0.table.name == "house" }.map { [$0.time, $0.seconds, Int64($0.readings)] }
    }
    #expect(rows == [[[6010, 15, 2]], [[6030, 270, 1]], [[6300, 300, 1]]])
  }

  /// Another layout ends the rows so far, and what follows does not take their place.
  @Test func anotherLayoutWithinAnInterval() throws {
    var system = try System()
    system.setFresh(true)
    _ = system.read(at: 6000)
    _ = system.collector.advance(to: 6020, at: system.instant(6020))
    let first = system.collector.install(system.image.layout, system.image.map, house: nil).rows
    system.setFresh(true)
    _ = system.read(at: 6020)
    let times = [first, system.read(at: 6060).rows].map { rows in
      rows.filter { $0.table.name == "flexnet_dc" }.map { [$0.time, $0.seconds] }
    }
    #expect(times == [[[6000, 20]], [[6020, 40]]])
  }

  /// A start within an interval, the end of which comes before anything was written: neither row moves, whether the clock
  /// was known to be right or not.
  @Test func aStartThatIsWrittenAfterItsInterval() throws {
    var system = try System()
    system.setFresh(true)
    _ = system.read(at: 6035)
    _ = system.read(at: 6058)
    var waiting = HistoryBuffer()
    waiting.add(system.collector.advance(to: 6060, at: system.instant(6060)))
    waiting.setTime(6_060_700, at: system.instant(6060) + .milliseconds(100))
    #expect(waiting.items.rows.filter { $0.table.name == "house" }.map { [$0.time, $0.seconds] } == [[6035, 25]])
  }

  /// A clock that is set while an interval is under way: what was before has its real time, and what follows begins after
  /// it.
  @Test func aClockThatIsSetWithinAnInterval() throws {
    var system = try System()
    system.setFresh(true)
    _ = system.read(at: 130, system.instant(6000))
    _ = system.read(at: 140, system.instant(6010))
    var waiting = HistoryBuffer()
    waiting.add(system.collector.advance(to: 6_000_020, at: system.instant(6020)))
    _ = system.read(at: 6_000_022, system.instant(6022))
    waiting.add(system.collector.advance(to: 6_000_060, at: system.instant(6060)))
    waiting.setTime(6_000_060_000, at: system.instant(6060))
    #expect(
      waiting.items.rows.filter { $0.table.name == "house" }.map { [$0.time, $0.seconds] }
        == [[6_000_000, 10], [6_000_020, 40]])
  }

  /// Two ends within a second.
  @Test func rowsOfOneSecondKeepTheirPlaces() throws {
    var system = try System()
    system.setFresh(true)
    _ = system.read(at: 6000)
    let first = system.collector.install(system.image.layout, system.image.map, house: nil).rows
    system.setFresh(true)
    _ = system.read(at: 6000)
    let times = [first, system.read(at: 6060).rows].map { rows in
      rows.filter { $0.table.name == "flexnet_dc" }.map { [$0.time, $0.seconds] }
    }
    #expect(times == [[[6000, 1]], [[6001, 59]]])
  }

  /// What a scan does not find any more is not what it was before, also when nothing else has changed.
  @Test func whatAScanDoesNotFind() throws {
    var system = try System()
    system.setFresh(true)
    for (time, watts) in [(6000, 100), (6020, 0xFFFF), (6040, 200)] as [(Int64, UInt16)] {
      try system.set("watts", watts, of: "charge_controller")
      let isScan = watts == 0xFFFF
      if isScan { system.image = SystemImage(layout: system.image.layout) }
      _ = system.read(at: time, isScan: isScan)
    }
    #expect(try value("watts", of: "charge_controller", in: system.read(at: 6060).rows) == .real(150))
  }

  /// A device left: of the house only what changes is told, and what did not is what it was.
  @Test func theHouseGoesOnWithAnotherLayout() throws {
    var system = try System()
    system.setFresh(true)
    _ = system.read(at: 6000)
    let layout = system.image.layout
    let gone = try #require(layout.blocks.last)
    let chain = layout.blocks.dropLast().map {
      ChainBlock(did: $0.definition.did, address: $0.address, length: $0.length)
    }
    let shorter = SystemImage(
      layout: SystemLayout(
        chain: chain, end: gone.address, registry: try Registry.embedded(), names: DeviceNames(),
        word: system.image.word))
    system.image = shorter
    _ = system.read(at: 6030)
    let rows = system.read(at: 6060).rows
    var other = try System()
    other.setFresh(true)
    for time in [6000, 6030] as [Int64] { _ = other.read(at: time) }
    let wanted = try value("battery_voltage", of: "house", in: other.read(at: 6060).rows)
    #expect(wanted != .none)
    #expect(try value("battery_voltage", of: "house", in: rows) == wanted)
  }

  @Test func whatIsNotImplementedIsNull() throws {
    var system = try System()
    system.setFresh(true)
    _ = system.read(at: 6000)
    try system.set("watts", 0xFFFF, of: "charge_controller")
    try system.set("charger_state", 0xFFFF, of: "charge_controller")
    _ = system.read(at: 6060)
    let rows = system.read(at: 6120).rows
    #expect(try value("watts", of: "charge_controller", in: rows) == .none)
    #expect(try value("solar_power", of: "house", in: rows) == .none)
  }

  /// A device that is offline has no row, and the others have theirs.
  @Test func aGapLooksLikeAGap() throws {
    var system = try System()
    system.setFresh(true)
    _ = system.read(at: 6000)
    system.setFresh(true, but: ["charge_controller"])
    #expect(system.read(at: 6060).rows.contains { $0.table.name == "charge_controller" })
    let rows = system.read(at: 6120).rows
    #expect(!rows.contains { $0.table.name == "charge_controller" })
    #expect(rows.contains { $0.table.name == "flexnet_dc" })
    system.setFresh(false)
    _ = system.read(at: 6180)
    #expect(system.read(at: 6240).rows.isEmpty)
  }

  /// All settings with the first reading, and then those that change; the gateway's clock is none.
  @Test func settingsWhenTheyChange() throws {
    var system = try System()
    system.setFresh(true)
    let first = system.read(at: 6000).settings
    #expect(first.contains { $0.field == "absorb_volts" && $0.block == "charge_controller_configuration" })
    #expect(!first.contains { ["second", "minute", "web_access_password", "port_number"].contains($0.field) })
    try system.set("second", 17, of: "gateway")
    #expect(system.read(at: 6020).settings.isEmpty)
    try system.set("absorb_volts", 571, of: "charge_controller_configuration")
    #expect(
      system.read(at: 6040).settings
        == [3, 4].map {
          SettingChange(block: "charge_controller_configuration", port: $0, field: "absorb_volts", value: "57.1")
        })
  }

  /// No table has a column twice, whatever SQLite takes for the same, nor a secret or personal one.
  @Test func everyBlockMakesATable() throws {
    for block in try Registry.embedded().blocks {
      guard let table = HistoryTable(block) else { continue }
      for level in HistoryLevel.allCases {
        let names = table.columns(at: level).map { $0.name.lowercased() }
        #expect(Set(names).count == names.count, "\(block.name)")
      }
      for column in table.columns { #expect(block.field(column.name)?.privacy == .shared) }
    }
  }
}

extension [HistoryItem] {
  fileprivate var rows: [HistoryRow] { compactMap { if case .row(let row) = $0.content { row } else { nil } } }
}
