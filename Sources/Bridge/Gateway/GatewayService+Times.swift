import FieldCodec
import Mate3
import RegisterIO
import Registry

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

/// Times of day, whose hour and minute are fields of their own, are published as one value beside them.
extension GatewayService {
  /// The times of day of a layout.
  static func times(in layout: SystemLayout, _ map: ReadMap) -> [PlacedTime] {
    layout.blocks.filter { !$0.isDuplicate }.flatMap { block in
      block.definition.clockTimes.compactMap { PlacedTime($0, block, map) }
    }
  }

  /// The times of day as they are now.
  func timeValues(_ image: SystemImage) -> [String?] { times.map { value(of: $0, image)?.text } }

  /// The times of day when any of them changed.
  func timeValues(after changes: [FieldChange], _ image: SystemImage) -> [String?]? {
    guard let first = times.first, let last = times.last else { return nil }
    let near = changes.filter { $0.slot >= first.hour && $0.slot <= last.minute }
    guard times.contains(where: { time in near.contains { $0.slot == time.hour || $0.slot == time.minute } }) else {
      return nil
    }
    return timeValues(image)
  }

  /// Nil when the device has no value for the hour or the minute.
  private func value(of placed: PlacedTime, _ image: SystemImage) -> FieldValue? {
    guard [placed.hour, placed.minute].allSatisfy({ image.value(ofSlot: $0)?.isPresent ?? false }),
      let range = placed.block.range(of: placed.time.field)
    else { return nil }
    return placed.time.field.decode((range.start..<range.end).compactMap(image.word), scaleWord: nil)
  }
}
