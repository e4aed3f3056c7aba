import Foundation
import Logging
import Mate3
import RegisterIO
import Registry
package import Threads

extension GatewayService {
  /// Counters and times of last readings are news only so often.
  static let infoInterval: Duration = .seconds(60)

  /// Looks at the age of every reading until the task is cancelled, so that devices go offline also while the reader
  /// is stuck waiting for the gateway.
  /// - Parameter thread: where it waits: one that nothing else can hold up. Nil for Swift's own.
  nonisolated package func watchFreshness(on thread: ThreadExecutor? = nil) async {
    while !Task.isCancelled {
      let again = publisher.look(at: connection.now)
      if let thread { await thread.sleep(until: again) } else { try? await Task.sleep(until: again) }
    }
  }

  /// Whether the gateway answers, so that a command may go ahead.
  nonisolated func isAnswering() -> Bool { publisher.isAnswering(at: connection.now) }

  /// A cycle or scan has read these groups whole, and what it brought is published.
  func completed(_ groups: [Int], at now: ContinuousClock.Instant) async {
    guard let map = image?.map else { return }
    var intervals: Set<IntervalClass> = []
    for group in groups where map.groups.indices.contains(group) { intervals.insert(map.groups[group].interval) }
    for interval in intervals { lastReadTimes[interval] = Date() }
    watchClock(intervals, at: now)
    // A system without live blocks lives by its other readings.
    let isLive = intervals.contains(.live) || !map.groups.contains { $0.interval == .live }
    publisher.completed(groups, isLive: isLive, at: now)
    if isSilent {
      isSilent = false
      infoDue = now
      publisher.publish(event: BridgeEvent(.gatewayBack, "the gateway answers again"))
      publisher.setGatewayInfo(gatewayInfo())
    }
    attempts.ended(isGood: true)
    if intervals.contains(.settings) {
      await watchWritten(at: now)
      saveEnergies(at: now)
      savePins(at: now)
    }
    if intervals.contains(.settings), infoDue <= now {
      saveLater(.check)
      infoDue = now + Self.infoInterval
      publisher.setGatewayInfo(gatewayInfo())
    }
  }

  /// The gateway could not be read.
  func unreachable(_ error: any Error) {
    counters.failures += 1
    publisher.readingFailed(at: now)
    attempts.ended(isGood: false)
    search.begin(every: settings.live, at: now)
    guard !isSilent else {
      logger.debug("still no answer from the gateway", metadata: ["reason": "\(error)"])
      return
    }
    isSilent = true
    publisher.publish(event: BridgeEvent(.gatewaySilent, "the gateway can't be read: \(error)"))
    publisher.setGatewayInfo(gatewayInfo())
  }

  /// Where the gateway's clock is; nowhere in a system without one that can be read whole.
  static func clockAddresses(in layout: SystemLayout) -> [Int] {
    guard let gateway = layout.block(kind: .gateway) else { return [] }
    let names = ["year", "month", "day", "hour", "minute", "second"]
    let places = names.compactMap { gateway.definition.field($0) }.compactMap(gateway.range(of:)).map(\.start)
    return places.count == names.count ? places : []
  }

  private func watchClock(_ intervals: Set<IntervalClass>, at now: ContinuousClock.Instant) {
    guard settings.checksClock, intervals.contains(.settings), !clockAddresses.isEmpty, let image else { return }
    let words = clockAddresses.compactMap { image.word($0) }
    guard words.count == clockAddresses.count else { return }
    let wasStopped = clockWatch.isStopped
    clockWatch.take(words, at: now)
    guard clockWatch.isStopped != wasStopped else { return }
    infoDue = now
    publisher.setClockStopped(clockWatch.isStopped, at: now)
    publisher.publish(
      event: clockWatch.isStopped
        ? BridgeEvent(
          .gatewayClockStopped,
          "the gateway answers, but its clock stands still: its readings may be old. Power-cycle the gateway")
        : BridgeEvent(.gatewayClockRuns, "the gateway's clock runs again"))
  }
}
