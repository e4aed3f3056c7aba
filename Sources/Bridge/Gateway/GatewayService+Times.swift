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
  /// Finds the times of day of a new layout, and publishes every one. Call it before the fields themselves are
  /// published, so that no JSON topic holds a time that its fields contradict.
  func publishTimes(of scanned: SystemImage) {
    times = scanned.layout.blocks.filter { !$0.isDuplicate }.flatMap { block in
      block.definition.clockTimes.compactMap { PlacedTime($0, block, scanned.map) }
    }
    publisher.installCombined(times.map { ($0.block.key, $0.time.field.name) })
    publishValues(scanned)
  }

  /// Publishes the times of day when any of them changed, before the fields' own values.
  func publishTimes(after changes: [FieldChange]) {
    guard let image, let first = times.first, let last = times.last else { return }
    let near = changes.filter { $0.slot >= first.hour && $0.slot <= last.minute }
    guard times.contains(where: { time in near.contains { $0.slot == time.hour || $0.slot == time.minute } }) else {
      return
    }
    publishValues(image)
  }

  private func publishValues(_ image: SystemImage) {
    publisher.setCombined(times.map { value(of: $0, image)?.text })
  }

  /// Nil when the device has no value for the hour or the minute.
  private func value(of placed: PlacedTime, _ image: SystemImage) -> FieldValue? {
    guard [placed.hour, placed.minute].allSatisfy({ image.value(ofSlot: $0)?.isPresent ?? false }),
      let range = placed.block.range(of: placed.time.field)
    else { return nil }
    return placed.time.field.decode((range.start..<range.end).compactMap(image.word), scaleWord: nil)
  }
}
