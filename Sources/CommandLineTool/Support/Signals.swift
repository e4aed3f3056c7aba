import Dispatch
import Foundation

/// Signals as a stream instead of their default effect.
struct Signals {
  let stream: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]
  private let continuation: AsyncStream<Int32>.Continuation

  init(_ numbers: [Int32]) {
    let (stream, continuation) = AsyncStream<Int32>.makeStream()
    self.stream = stream
    self.continuation = continuation
    sources = numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { continuation.yield(number) }
      source.resume()
      return source
    }
  }

  /// Ends the stream, where there is nothing to wait for any more.
  func finish() { continuation.finish() }
}
