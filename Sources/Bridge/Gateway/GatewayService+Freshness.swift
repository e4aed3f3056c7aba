import Foundation
import Logging
import Mate3
import RegisterIO
import Registry

extension GatewayService {
  /// Groups older than this many of their own intervals are stale.
  static let staleAfter = 3

  /// Looks at the age of every reading until the task is cancelled, so that devices go offline also while the reader
  /// is stuck waiting for the gateway.
  public func watchFreshness() async {
    let step = min(settings.live / 2, .seconds(1))
    while !Task.isCancelled {
      try? await Task.sleep(for: step)
      await checkFreshness(at: .now)
      await publisher.forget(all: false)
    }
  }

  /// A cycle or scan has read these groups whole.
  func completed(_ groups: [Int], at now: ContinuousClock.Instant) async {
    guard let map = image?.map else { return }
    var intervals: Set<IntervalClass> = []
    for group in groups where map.groups.indices.contains(group) {
      lastRead[group] = now
      intervals.insert(map.groups[group].interval)
    }
    // A system without live blocks lives by its other readings.
    if intervals.contains(.live) || !map.groups.contains(where: { $0.interval == .live }) { lastLive = now }
    for interval in intervals { lastReadTimes[interval] = Date() }
    if isSilent {
      isSilent = false
      await publisher.publish(event: BridgeEvent(.gatewayBack, "the gateway answers again"))
    }
    await watchClock(intervals, at: now)
    await checkFreshness(at: now)
    if intervals.contains(.settings) { await publisher.setGatewayInfo(gatewayInfo()) }
  }

  /// The gateway could not be read.
  func unreachable(_ error: any Error) async {
    counters.failures += 1
    guard !isSilent else {
      logger.debug("still no answer from the gateway", metadata: ["reason": "\(error)"])
      return
    }
    isSilent = true
    await publisher.publish(event: BridgeEvent(.gatewaySilent, "the gateway can't be read: \(error)"))
    await publisher.setGatewayInfo(gatewayInfo())
  }

  func checkFreshness(at now: ContinuousClock.Instant) async {
    guard let image else { return }
    let isAlive = isFresh(at: now)
    var states: [DeviceKey: Bool] = [:]
    for (index, group) in image.map.groups.enumerated() {
      let key = image.layout.blocks[group.blockIndex].key
      let limit = settings.interval(group.interval) * Self.staleAfter
      let isFresh = lastRead[index].map { $0.duration(to: now) <= limit } ?? false
      states[key] = (states[key] ?? true) && isFresh && isAlive
    }
    guard states != availability else { return }
    availability = states
    await publisher.setAvailability(states)
    await updateHouse(fresh: states, at: now)
  }

  /// Whether the gateway as a whole answers with live readings.
  func isFresh(at now: ContinuousClock.Instant) -> Bool {
    !clockWatch.isStopped && isAnswering(at: now)
  }

  /// Whether the gateway answers at all. That its clock stands still makes its readings doubtful, but must not keep an
  /// emergency `off` from it: a command reads what it needs itself.
  func isAnswering(at now: ContinuousClock.Instant) -> Bool {
    lastLive.map { $0.duration(to: now) <= settings.live * Self.staleAfter } ?? false
  }

  private func watchClock(_ intervals: Set<IntervalClass>, at now: ContinuousClock.Instant) async {
    guard settings.checksClock, intervals.contains(.settings), let image,
      let gateway = image.layout.block(kind: .gateway)
    else { return }
    let names = ["year", "month", "day", "hour", "minute", "second"]
    let words = names.compactMap { gateway.definition.field($0) }.compactMap(gateway.range(of:)).compactMap {
      image.word($0.start)
    }
    guard words.count == names.count else { return }
    let wasStopped = clockWatch.isStopped
    clockWatch.take(words, at: now)
    guard clockWatch.isStopped != wasStopped else { return }
    await publisher.publish(
      event: clockWatch.isStopped
        ? BridgeEvent(
          .gatewayClockStopped,
          "the gateway answers, but its clock stands still: its readings may be old. Power-cycle the gateway")
        : BridgeEvent(.gatewayClockRuns, "the gateway's clock runs again"))
  }
}
