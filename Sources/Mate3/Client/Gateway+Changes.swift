public import FieldCodec
import RegisterIO
public import Registry

/// A field whose words have changed, with its value now.
public struct GatewayChange: Sendable {
  /// Name and port of the device.
  public let device: DeviceKey
  /// The device's block in the register map.
  public let block: BlockDefinition
  /// What the register map says of the field.
  public let field: FieldDefinition
  /// `notImplemented` when the device has stopped giving it.
  public let value: FieldValue

  /// The value by the field's typed name; nil when this is another field, or one of another kind of device.
  public func value<Value>(as field: Field<Value>) -> Value? {
    block.name == field.block && self.field.name == field.name ? Value(fieldValue: value) : nil
  }
}

/// The changes of a gateway's values, one reading after the other, as long as it is iterated. The first reading gives
/// every value there is; one in which nothing changed is empty.
///
/// Ends when the task is cancelled, and throws ``GatewayError`` when the gateway can't be read, so that old values
/// never pass for new ones; iterate again to go on.
public struct GatewayChanges: AsyncSequence, Sendable {
  public typealias Element = [GatewayChange]
  let gateway: Gateway
  let interval: Duration
  let settingsInterval: Duration

  public func makeAsyncIterator() -> Iterator { Iterator(self) }

  /// Reads at each turn, and waits between them.
  public struct Iterator: AsyncIteratorProtocol {
    private let changes: GatewayChanges
    private var image: SystemImage?
    private var due: ContinuousClock.Instant?
    private var settingsDue: ContinuousClock.Instant?

    init(_ changes: GatewayChanges) { self.changes = changes }

    public mutating func next() async throws -> [GatewayChange]? {
      do {
        while true {
          if let due { try await Task.sleep(until: due) }
          try Task.checkCancellation()
          let now = ContinuousClock.now
          due = now + changes.interval
          do {
            return try await read(at: now)
          } catch is LayoutChange {
            // Devices came or went: everything is read anew, at the next turn.
            image = nil
          }
        }
      } catch is CancellationError {
        return nil
      }
    }

    private mutating func read(at now: ContinuousClock.Instant) async throws -> [GatewayChange] {
      var intervals: Set<IntervalClass> = [.live]
      if settingsDue.map({ $0 <= now }) ?? true {
        intervals.insert(.settings)
        settingsDue = now + changes.settingsInterval
      }
      let (image, fields) = try await changes.gateway.poll(image, intervals)
      self.image = image
      return fields.map { change in
        let slot = image.map.slots[change.slot]
        let block = image.layout.blocks[slot.blockIndex]
        return GatewayChange(device: block.key, block: block.definition, field: slot.field, value: change.value)
      }
    }
  }
}

extension Gateway {
  /// Reads again and again, and gives what has changed.
  /// - Parameters:
  ///   - interval: between readings of measurements. Every few seconds is known to agree with the gateway.
  ///   - settingsInterval: between readings of settings.
  public nonisolated func changes(
    every interval: Duration, settingsEvery settingsInterval: Duration = .seconds(60)
  ) -> GatewayChanges {
    GatewayChanges(gateway: self, interval: interval, settingsInterval: settingsInterval)
  }

  /// Brings an image up to date, or makes one by a complete walk.
  func poll(
    _ image: SystemImage?, _ intervals: Set<IntervalClass>
  ) async throws -> (SystemImage, [FieldChange]) {
    guard var image else {
      let found = try await walk()
      return (found.image, found.values)
    }
    refused = []
    image.beginCycle()
    let plan = image.map.requests(intervals, limit: size.current)
    try await fetch(plan, keepingWhole: image.map.whole) { image.receive($1, from: $0) }
    try image.checkHeaders()
    let changes = image.commit().changes
    return (image, changes)
  }
}
