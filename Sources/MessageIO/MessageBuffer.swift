/// The topic and payload of one message after the other, in memory that all of them share.
public struct MessageBuffer: Sendable {
  /// The topic, a NUL, the payload, and room to spare.
  private var bytes: [UInt8] = []
  private var folderEnd = 0
  private var payloadStart = 0
  private var end = 0

  public init() {}

  /// Takes the levels before the last of the topics that follow, with the `/` behind them; empty when there are none.
  public mutating func setFolder(_ folder: String) {
    end = 0
    append(folder)
    folderEnd = end
  }

  /// Puts a message in the place of the one before.
  /// - Parameter name: the topic's last level.
  public mutating func set(name: String, payload: String) {
    end = folderEnd
    append(name)
    append("\0")
    payloadStart = end
    append(payload)
  }

  private mutating func append(_ text: String) {
    let isAppended: Void? = text.utf8.withContiguousStorageIfAvailable { source in
      let newEnd = end + source.count
      if bytes.count < newEnd { bytes += Array(repeating: 0, count: newEnd + 64 - bytes.count) }
      bytes.withUnsafeMutableBytes { target in
        UnsafeMutableRawBufferPointer(rebasing: target[end..<newEnd]).copyMemory(from: UnsafeRawBufferPointer(source))
      }
      end = newEnd
    }
    guard isAppended == nil else { return }
    // A string of another system's making, which keeps its text elsewhere.
    append(String(decoding: Array(text.utf8), as: UTF8.self))
  }

  /// Lets `body` read the message.
  /// - Parameter body: gets the topic with a NUL behind it, which is not part of it, and the payload.
  public func withMessage<Result>(
    _ body: (_ topic: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer) -> Result
  ) -> Result {
    bytes.withUnsafeBytes {
      body(
        UnsafeRawBufferPointer(rebasing: $0[..<payloadStart]),
        UnsafeRawBufferPointer(rebasing: $0[payloadStart..<end]))
    }
  }
}
