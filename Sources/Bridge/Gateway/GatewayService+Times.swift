import FieldCodec
import Mate3
import RegisterIO
import Registry
import Topics

/// A time of day of a system, and the slots of its hour and its minute.
struct PlacedTime: Sendable {
  let time: ClockTime
  let block: PlacedBlock
  let hour: Int
  let minute: Int

  /// Nil when the device is without either.
  init?(_ time: ClockTime, _ block: PlacedBlock, _ map: ReadMap) {
    func slot(_ part: FieldDefinition) -> Int? {
      map.slots.first { $0.blockIndex == block.index && $0.field.name == part.name }?.index
    }
    guard let hour = slot(time.hour), let minute = slot(time.minute) else { return nil }
    self.time = time
    self.block = block
    self.hour = hour
    self.minute = minute
  }
}

/// A schedule of a system, and the slots of all that it is made of.
struct PlacedSchedule: Sendable {
  let schedule: Schedule
  let block: PlacedBlock
  let slots: Set<Int>

  init(_ schedule: Schedule, _ block: PlacedBlock, _ map: ReadMap) {
    self.schedule = schedule
    self.block = block
    let ranges = schedule.members.compactMap { block.definition.target($0.field) }.compactMap(block.range(of:))
    slots = Set(
      map.slots.filter { slot in
        ranges.contains { $0.start < slot.range.end && slot.range.start < $0.end }
      }.map(\.index))
  }

  /// Its JSON; nil where the device has nothing of it.
  func text(_ image: SystemImage) -> String? {
    schedule.json { name in
      guard let field = block.definition.target(name), let range = block.range(of: field) else { return nil }
      let words = (range.start..<range.end).compactMap(image.word)
      guard words.count == range.count else { return nil }
      let value = field.decode(words, scaleWord: nil)
      return value.isPresent ? value.text : nil
    }
  }
}

/// Times of day, whose hour and minute are fields of their own, are published as one value beside them.
extension GatewayService {
  /// The times of day of a layout.
  static func times(in layout: SystemLayout, _ map: ReadMap) -> [PlacedTime] {
    layout.blocks.filter { !$0.isDuplicate }.flatMap { block in
      block.definition.clockTimes.compactMap { PlacedTime($0, block, map) }
    }
  }

  static func schedules(in layout: SystemLayout, _ map: ReadMap) -> [PlacedSchedule] {
    layout.blocks.filter { !$0.isDuplicate && $0.definition.name == Schedule.block }.flatMap { block in
      Schedule.all.map { PlacedSchedule($0, block, map) }
    }
  }

  /// The times of day and the schedules as they are now.
  func timeValues(_ image: SystemImage) -> [String?] {
    times.map { value(of: $0, image)?.text } + schedules.map { $0.text(image) }
  }

  /// The times of day and the schedules when any of them changed.
  func timeValues(after changes: [FieldChange], _ image: SystemImage) -> [String?]? {
    let near: Set<Int> = schedules.reduce(into: Set(times.flatMap { [$0.hour, $0.minute] })) { $0.formUnion($1.slots) }
    return changes.contains { near.contains($0.slot) } ? timeValues(image) : nil
  }

  /// Nil when the device has no value for the hour or the minute.
  private func value(of placed: PlacedTime, _ image: SystemImage) -> FieldValue? {
    guard [placed.hour, placed.minute].allSatisfy({ image.value(ofSlot: $0)?.isPresent ?? false }),
      let range = placed.block.range(of: placed.time.field)
    else { return nil }
    return placed.time.field.decode((range.start..<range.end).compactMap(image.word), scaleWord: nil)
  }
}
