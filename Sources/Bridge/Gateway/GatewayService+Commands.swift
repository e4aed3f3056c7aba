import FieldCodec
import Foundation
import Mate3
import RegisterIO
import Registry
import Topics

extension GatewayService {
  /// Checks a command against the layout as it is now, and holds the field's state until ``finish(_:_:)``.
  func prepare(
    device: DeviceKey, field: String, payload: CommandPayload
  ) throws(CommandRefusal) -> WriteRequest {
    guard let image, isLayoutValid else {
      throw CommandRefusal(.gatewayOffline, "the gateway's devices are not known yet; nothing was written")
    }
    let request = try validator.request(
      device: device, field: field, text: payload.text, isDryRun: payload.isDryRun, image: image, baseline: baseline,
      limit: size.current)
    guard isFresh(at: .now) else {
      throw CommandRefusal(.gatewayOffline, "the gateway does not answer; nothing was written, nothing is kept for later")
    }
    if let slot = slot(of: request) { held.insert(slot) }
    return request
  }

  /// Takes what a command's read-back has read, lets the field's state go again and has its block read soon.
  func finish(_ request: WriteRequest, _ outcome: WriteOutcome) async {
    let slot = slot(of: request)
    if let slot { held.remove(slot) }
    switch outcome.code {
    case .identityMismatch:
      rescan()
      await publisher.publish(event: BridgeEvent(.identityMismatch, outcome.reason))
    case .identityChangedDuringWrite:
      rescan()
      await publisher.publish(event: BridgeEvent(.identityChangedDuringWrite, outcome.reason))
    default: break
    }
    guard outcome.status == .accepted || outcome.status == .unchanged, !outcome.written.isEmpty else {
      if !outcome.written.isEmpty { schedule.makeDue(request.field.interval) }
      return
    }
    var changes: [FieldChange] = []
    for slot in [slot, statusSlot(of: request)].compactMap({ $0 }) {
      if let change = image?.absorb(outcome.readings, slot: slot) { changes.append(change) }
    }
    schedule.makeDue(request.field.interval)
    await publisher.apply(changes)
  }

  private func slot(of request: WriteRequest) -> Int? { slot(request.block.key, request.field) }

  private func statusSlot(of request: WriteRequest) -> Int? {
    request.field.confirmation.flatMap { slot(request.block.key, request.block.definition.fields[$0.statusFieldIndex]) }
  }

  private func slot(_ device: DeviceKey, _ field: FieldDefinition) -> Int? {
    guard let image, let block = image.layout.block(device) else { return nil }
    return image.map.slots.first { $0.blockIndex == block.index && $0.field.index == field.index }?.index
  }
}
