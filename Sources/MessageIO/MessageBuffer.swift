/// The topic and payload of one message after the other, in memory that all of them share.
public struct MessageBuffer: Sendable {
  /// The topic, a NUL, the payload, and room to spare.
  private var bytes: [UInt8] = []
  private var payloadStart = 0
  private var end = 0

  public init() {}

  /// Puts a message in the place of the one before.
  /// - Parameters:
  ///   - folder: the topic's levels before the last, with the `/` behind them; empty when there are none.
  ///   - name: the topic's last level.
  public mutating func set(folder: String, name: String, payload: String) {
    let count = folder.utf8.count + name.utf8.count + 1 + payload.utf8.count
    if bytes.count < count { bytes = Array(repeating: 0, count: count * 2) }
    end = 0
    append(folder)
    append(name)
    bytes[end] = 0
    end += 1
    payloadStart = end
    append(payload)
  }

  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { source in
      bytes.withUnsafeMutableBytes { target in
        target[end..<end + source.count].copyBytes(from: source)
      }
      end += source.count
    }
  }

  /// Lets `body` read the message.
  /// - Parameter body: gets the topic with a NUL behind it, which is not part of it, and the payload.
  public func withMessage<Result>(
    _ body: (_ topic: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer) -> Result
  ) -> Result {
    bytes.withUnsafeBytes {
      body(UnsafeRawBufferPointer(rebasing: $0[..<payloadStart]), UnsafeRawBufferPointer(rebasing: $0[payloadStart..<end]))
    }
  }
}
