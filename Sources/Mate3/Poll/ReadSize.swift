/// How many registers a request may ask for: the configured number, or fewer where the gateway can't take it.
package struct ReadSize: Sendable, Hashable {
  package static let smallest = 8

  /// The size to use now.
  package private(set) var current: Int
  private let configured: Int
  private var silentCycles = 0
  /// Good cycles since silence has made the size smaller; nil when it has not. It may have been a gateway that starts.
  private var goodCycles: Int?
  /// The size to go back to while the configured one is tried once more.
  private var smallerThatWorked: Int?

  /// Good cycles with a size that silence has made small, before the configured one is tried once more.
  package static let trialAfter = 10

  /// - Parameter configured: 2…125.
  package init(configured: Int) {
    self.configured = min(max(configured, 2), 125)
    current = self.configured
  }

  /// A size to try after the gateway refused `count` registers with an exception, or nil when size can't be the cause.
  package func smaller(than count: Int) -> Int? { count > Self.smallest ? max(Self.smallest, count / 2) : nil }

  /// Remembers a size that worked where a larger one was refused.
  package mutating func remember(_ size: Int) { current = min(current, max(size, 2)) }

  /// The gateway fell silent within a cycle. One silence is taken for the network's; from the second on smaller
  /// requests are tried; when not even the smallest is answered, size was not the cause.
  package mutating func noteSilence() {
    if let proven = smallerThatWorked {
      // Silent at once when it was asked for more: it is the size.
      current = proven
      (smallerThatWorked, goodCycles, silentCycles) = (nil, nil, 0)
      return
    }
    silentCycles += 1
    guard silentCycles > 1 else { return }
    if let smaller = smaller(than: current) {
      current = smaller
      goodCycles = 0
    } else {
      current = configured
      silentCycles = 0
      goodCycles = nil
    }
  }

  package mutating func noteGoodCycle() {
    silentCycles = 0
    smallerThatWorked = nil
    guard let good = goodCycles else { return }
    goodCycles = good + 1
    guard good + 1 >= Self.trialAfter else { return }
    goodCycles = nil
    smallerThatWorked = current
    current = configured
  }
}
