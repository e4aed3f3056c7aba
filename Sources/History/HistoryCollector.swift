package import Derived
import FieldCodec
package import Mate3
import Registry

/// Makes rows of what is read: the mean of an interval, or the last of it. Nothing in it waits, and it holds no more than
/// one row a device.
package struct HistoryCollector: Sendable {
  /// What a slot of the read map is for.
  private enum Use {
    case none
    case column(device: Int, column: Int)
    case setting
  }

  /// So many seconds two clocks may differ without one having been set.
  private static let slack: Int64 = 2

  private let interval: Int64
  private var layout: SystemLayout?
  private var uses: [Use] = []
  /// The last value of every setting, by slot.
  private var settings: [FieldValue?] = []
  private var slots: [FieldSlot] = []
  private var devices: [DeviceSums] = []
  /// The device of each group of fields that is read at the shortest interval.
  private var deviceOfGroup: [Int?] = []
  private var house: DeviceSums?
  private let houseColumns: [String: Int]
  private var isFresh: [DeviceKey: Bool] = [:]
  /// When the interval under way began, in seconds since 1970.
  private var begin: Int64 = 0
  /// What of it the next rows stand for: after a start, or another layout, not all of it.
  private var part: Range<Int64> = 0..<0
  /// What the machine's clock said last, and the same moment by a clock that nobody sets.
  private var last: (time: Int64, at: ContinuousClock.Instant)?

  /// - Parameter interval: seconds that a row stands for.
  package init(interval: Int64) {
    self.interval = interval
    houseColumns = Dictionary(
      HistoryTable.house.columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Begins another interval when it is time.
  /// - Returns: the rows of the one before.
  package mutating func advance(to time: Int64, at instant: ContinuousClock.Instant = .now) -> [HistoryItem] {
    let now = HistoryClock.begin(of: time, interval)
    // With a clock that was set it is as after a start: a row that began earlier could take another one's place.
    let due = last.map { $0.time + $0.at.duration(to: instant).components.seconds }
    let goesOn = due.map { abs($0 - time) <= Self.slack } ?? false
    if goesOn, now <= begin {
      part = part.lowerBound..<max(time, part.lowerBound)
      last = (time, instant)
      return []
    }
    if goesOn { part = part.lowerBound..<max(begin + interval, part.lowerBound) }
    let rows = finish()
    let first = goesOn ? max(now, part.lowerBound) : time
    part = first..<max(time, first)
    (begin, last) = (now, (time, instant))
    return rows
  }

  /// - Returns: the rows of the interval under way, as far as it has come.
  package mutating func finish() -> [HistoryItem] {
    guard let last else { return [] }
    let (time, seconds) = (part.lowerBound, max(part.upperBound - part.lowerBound, 1))
    var rows: [HistoryRow] = []
    for index in devices.indices {
      if let row = devices[index].finish(at: time, seconds) { rows.append(row) }
    }
    if let row = house?.finish(at: time, seconds) { rows.append(row) }
    // What follows within the same second must not take the place of these.
    let end = rows.isEmpty ? part.upperBound : time + seconds
    part = end..<end
    let at = last.at - .seconds(last.time - time)
    return rows.map { HistoryItem(.row($0), time: time * 1000, at: at) }
  }

  /// Takes a layout that a scan has found.
  /// - Returns: the rows of the interval so far, when it is another layout than before.
  package mutating func install(
    _ layout: SystemLayout, _ map: ReadMap, house fields: [DerivedField]?
  ) -> [HistoryItem] {
    if let known = self.layout, known.isSame(as: layout), (house != nil) == (fields != nil) {
      self.layout = layout
      return []
    }
    let rows = finish()
    self.layout = layout
    slots = map.slots
    uses = Array(repeating: .none, count: map.slots.count)
    settings = Array(repeating: nil, count: map.slots.count)
    devices = []
    var positions: [Int?] = Array(repeating: nil, count: layout.blocks.count)
    for block in layout.blocks where !block.isDuplicate {
      guard let table = HistoryTable(block.definition) else { continue }
      positions[block.index] = devices.count
      devices.append(DeviceSums(table, block.key))
    }
    for slot in map.slots {
      let block = layout.blocks[slot.blockIndex].definition
      if let device = positions[slot.blockIndex], let column = devices[device].table.column(slot.field.name) {
        uses[slot.index] = .column(device: device, column: column)
      } else if slot.field.isHistorySetting(of: block) {
        uses[slot.index] = .setting
      }
    }
    deviceOfGroup = map.groups.map { $0.interval == .live ? positions[$0.blockIndex] : nil }
    house = fields.map { fields in
      // Of the house only what changes is told: what stands goes on, but for what this layout does not give.
      var sums = house ?? DeviceSums(.house, HouseTotals.device)
      let given = Set(fields.map(\.name))
      for (name, column) in houseColumns where !given.contains(name) { sums.set(column, nil, "None") }
      return sums
    }
    noteFresh()
    return rows
  }

  /// These groups were read by a scan, which brings all there is: what it does not bring is not there any more.
  package mutating func forget(_ groups: [Int]) {
    for group in groups where deviceOfGroup.indices.contains(group) {
      if let device = deviceOfGroup[group] { devices[device].forget() }
    }
  }

  /// Takes which devices are fresh; one that is not named is as before.
  package mutating func setFresh(_ states: [DeviceKey: Bool]) {
    guard !states.isEmpty else { return }
    for (device, isFresh) in states { self.isFresh[device] = isFresh }
    noteFresh()
  }

  /// Names are looked up when there is news, not at every reading.
  private mutating func noteFresh() {
    for index in devices.indices { devices[index].isFresh = isFresh[devices[index].key] ?? false }
    house?.isFresh = isFresh[HouseTotals.device] ?? false
  }

  /// Takes changed values of the image that the layout belongs to.
  /// - Returns: the settings that are others than before.
  package mutating func apply(_ changes: [FieldChange]) -> [SettingChange] {
    var changed: [SettingChange] = []
    for change in changes where uses.indices.contains(change.slot) {
      switch uses[change.slot] {
      case .none: break
      case .column(let device, let column): devices[device].set(column, change.value)
      case .setting:
        guard settings[change.slot] != change.value else { continue }
        let isNews = settings[change.slot] != nil || change.value.isPresent
        settings[change.slot] = change.value
        guard isNews, let block = layout?.blocks[slots[change.slot].blockIndex] else { continue }
        changed.append(
          SettingChange(
            block: block.definition.name, port: block.key.port, field: slots[change.slot].field.name,
            value: change.value.isPresent ? change.value.text : nil))
      }
    }
    return changed
  }

  /// Takes changed values of the whole system.
  package mutating func apply(_ changes: [DerivedChange]) {
    for change in changes {
      guard let column = houseColumns[change.field.name] else { continue }
      house?.set(column, change.field.kind == .choice ? nil : ScaledDecimal(change.text), change.text)
    }
  }

  /// These groups were read whole, and what has changed in them was taken.
  package mutating func read(_ groups: [Int]) {
    var isLive = false
    for group in groups {
      guard deviceOfGroup.indices.contains(group), let device = deviceOfGroup[group] else { continue }
      isLive = true
      devices[device].sample()
    }
    if isLive { house?.sample() }
  }
}

/// What one device has shown since its interval began.
private struct DeviceSums {
  /// A number whose mean is wanted: all readings at the same scale, as nearly always, are summed without rounding.
  private struct Mean {
    var now: ScaledDecimal?
    var sum = 0.0
    var exponent = 0
    var count = 0

    mutating func sample() {
      guard let now else { return }
      if count == 0 {
        exponent = now.exponent
      } else if now.exponent < exponent {
        sum *= ScaledDecimal.power(exponent - now.exponent)
        exponent = now.exponent
      }
      var value = Double(now.coefficient)
      if now.exponent > exponent { value *= ScaledDecimal.power(now.exponent - exponent) }
      sum += value
      count += 1
    }

    var value: HistoryValue {
      guard count > 0 else { return .none }
      let mean = sum / Double(count)
      return .real(
        (exponent < 0 ? mean / ScaledDecimal.power(-exponent) : mean * ScaledDecimal.power(exponent)).asMean)
    }

    mutating func begin() {
      sum = 0
      count = 0
    }
  }

  private enum Place {
    case mean(Int)
    case last(Int)
  }

  let table: HistoryTable
  let key: DeviceKey
  var isFresh = false
  private var places: [Place] = []
  private var means: [Mean] = []
  private var lasts: [HistoryValue] = []
  private var readings = 0

  init(_ table: HistoryTable, _ key: DeviceKey) {
    self.table = table
    self.key = key
    for column in table.columns {
      switch column.kind {
      case .mean:
        places.append(.mean(means.count))
        means.append(Mean())
      case .last:
        places.append(.last(lasts.count))
        lasts.append(.none)
      }
    }
  }

  mutating func set(_ column: Int, _ value: FieldValue) {
    switch places[column] {
    case .mean(let index):
      if case .number(let number) = value { means[index].now = number } else { means[index].now = nil }
    case .last(let index): lasts[index] = HistoryValue(value, table.columns[column])
    }
  }

  mutating func set(_ column: Int, _ number: ScaledDecimal?, _ text: String) {
    switch places[column] {
    case .mean(let index): means[index].now = number
    case .last(let index):
      lasts[index] =
        table.columns[column].type != .text
        ? number.map { .real($0.nearest) } ?? .none : text == "None" ? .none : .text(text)
    }
  }

  /// Takes it that no value is known.
  mutating func forget() {
    for index in means.indices { means[index].now = nil }
    for index in lasts.indices { lasts[index] = .none }
  }

  /// Takes a reading, unless the device's values are stale.
  mutating func sample() {
    guard isFresh else { return }
    readings += 1
    for index in means.indices { means[index].sample() }
  }

  mutating func finish(at time: Int64, _ seconds: Int64) -> HistoryRow? {
    guard readings > 0 else { return nil }
    defer {
      readings = 0
      for index in means.indices { means[index].begin() }
    }
    return HistoryRow(
      table: table, time: time, seconds: seconds, port: key.port, name: key.name, readings: readings,
      values: places.map { place in
        switch place {
        case .mean(let index): means[index].value
        case .last(let index): lasts[index]
        }
      })
  }
}
