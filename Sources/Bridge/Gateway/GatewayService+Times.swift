import FieldCodec
import Mate3
import RegisterIO
import Registry

/// Times of day, whose hour and minute are fields of their own, are published as one value beside them.
extension GatewayService {
  /// Notes which fields belong to a time of day, and publishes every time. Call it before the fields themselves are
  /// published, so that no JSON topic holds a time that its fields contradict.
  func publishTimes(of scanned: SystemImage) {
    timeSlots = []
    var values: [(device: DeviceKey, field: String, text: String?)] = []
    for block in scanned.layout.blocks where !block.isDuplicate {
      for time in block.definition.clockTimes {
        guard let slots = slots(of: time, block, scanned) else { continue }
        timeSlots.formUnion(slots)
        values.append((block.key, time.field.name, value(of: time, slots, block, scanned)?.text))
      }
    }
    publisher.setCombined(values)
  }

  /// Publishes the times of day that changed, before the fields' own values.
  func publishTimes(after changes: [FieldChange]) {
    guard let image, changes.contains(where: { timeSlots.contains($0.slot) }) else { return }
    publishTimes(of: image)
  }

  /// The hour and the minute; nil when the device is without either.
  private func slots(of time: ClockTime, _ block: PlacedBlock, _ image: SystemImage) -> [Int]? {
    let slots = [time.hour, time.minute].compactMap { part in
      image.map.slots.first { $0.blockIndex == block.index && $0.field.name == part.name }?.index
    }
    return slots.count == 2 ? slots : nil
  }

  /// Nil when the device has no value for the hour or the minute.
  private func value(
    of time: ClockTime, _ slots: [Int], _ block: PlacedBlock, _ image: SystemImage
  ) -> FieldValue? {
    guard slots.allSatisfy({ image.value(ofSlot: $0)?.isPresent ?? false }),
      let range = block.range(of: time.field)
    else { return nil }
    return time.field.decode((range.start..<range.end).compactMap(image.word), scaleWord: nil)
  }
}
