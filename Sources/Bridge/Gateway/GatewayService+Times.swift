import FieldCodec
import Mate3
import RegisterIO
import Registry

/// Times of day, whose hour and minute are fields of their own, are published as one value beside them.
extension GatewayService {
  /// Notes which fields belong to a time of day, and publishes every time.
  func publishTimes(of scanned: SystemImage) {
    timeSlots = []
    var values: [(device: DeviceKey, field: String, text: String)] = []
    for block in scanned.layout.blocks where !block.isDuplicate {
      for time in block.definition.clockTimes {
        guard let value = value(of: time, block, scanned) else { continue }
        values.append((block.key, time.field.name, value.text))
      }
    }
    publisher.setCombined(values)
  }

  /// Publishes the times of day that changed.
  func publishTimes(after changes: [FieldChange]) {
    guard let image, changes.contains(where: { timeSlots.contains($0.slot) }) else { return }
    publishTimes(of: image)
  }

  /// Nil when the device does not have it.
  private func value(of time: ClockTime, _ block: PlacedBlock, _ image: SystemImage) -> FieldValue? {
    let slots = [time.hour, time.minute].compactMap { part in
      image.map.slots.first { $0.blockIndex == block.index && $0.field.name == part.name }
    }
    guard slots.count == 2, slots.allSatisfy({ image.value(ofSlot: $0.index)?.isPresent ?? false }),
      let range = block.range(of: time.field)
    else { return nil }
    timeSlots.formUnion(slots.map(\.index))
    return time.field.decode((range.start..<range.end).compactMap(image.word), scaleWord: nil)
  }
}
