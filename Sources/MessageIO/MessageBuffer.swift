/// The topic and payload of one message after the other, in memory that all of them share.
public struct MessageBuffer: Sendable {
  /// The topic, a NUL, the payload, and room to spare.
  private var bytes: [UInt8] = []
  private var folderEnd = 0
  private var payloadStart = 0
  private var end = 0

  public init() {}

  /// Bytes of the topic and the payload together.
  public var count: Int { max(0, end - 1) }

  /// Takes the levels before the last of the topics that follow, with the `/` behind them; empty when there are none.
  public mutating func setFolder(_ folder: String) {
    folderEnd = 0
    set(name: folder, payload: "")
    folderEnd = folder.utf8.count
  }

  /// Puts a message in the place of the one before.
  /// - Parameter name: the topic's last level.
  public mutating func set(name: String, payload: String) {
    let isSet: Void?? = name.utf8.withContiguousStorageIfAvailable { name in
      payload.utf8.withContiguousStorageIfAvailable { payload in
        payloadStart = folderEnd + name.count + 1
        end = payloadStart + payload.count
        if bytes.count < end { bytes += Array(repeating: 0, count: end + 64 - bytes.count) }
        bytes.withUnsafeMutableBytes { bytes in
          UnsafeMutableRawBufferPointer(rebasing: bytes[folderEnd...]).copyMemory(from: UnsafeRawBufferPointer(name))
          bytes[payloadStart - 1] = 0
          UnsafeMutableRawBufferPointer(rebasing: bytes[payloadStart...])
            .copyMemory(from: UnsafeRawBufferPointer(payload))
        }
      }
    }
    if case .some(.some) = isSet { return }
    // A string of another system's making, which keeps its text elsewhere.
    set(
      name: String(decoding: Array(name.utf8), as: UTF8.self),
      payload: String(decoding: Array(payload.utf8), as: UTF8.self))
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
