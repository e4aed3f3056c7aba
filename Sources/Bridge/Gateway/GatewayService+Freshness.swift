import FieldCodec
import Foundation
import Logging
import Mate3
import MessageIO
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
      let again = live.look(at: connection.now)
      if let thread { await thread.sleep(until: again) } else { try? await Task.sleep(until: again) }
    }
  }

  /// Whether the gateway answers, so that a command may go ahead.
  nonisolated func isAnswering() -> Bool { live.isAnswering(at: connection.now) }

  /// Takes note that a command was answered: with a slow gateway nothing else is read for longer than readings may be
  /// old.
  nonisolated func note(_ progress: WriteProgress) {
    if progress.hasReadings { live.showedLife(at: connection.now) }
  }

  /// Takes what an earlier run left at the broker.
  nonisolated func adopt(_ retained: [InboundMessage]) { live.adopt(retained) }

  /// Publishes what a cycle or scan has brought.
  /// - Returns: which intervals it has read.
  func publish(_ read: Cycle, groups: [Int]) -> Set<IntervalClass> {
    guard let image else { return [] }
    let intervals = Set(groups.map { image.map.groups[$0].interval })
    for interval in intervals { lastReadTimes[interval] = Date() }
    let wasStopped = clockWatch.isStopped
    watchClock(intervals, image, at: read.at)
    var cycle = read
    cycle.groups = groups
    // A system without live blocks lives by its other readings.
    cycle.isLive = intervals.contains(.live) || !image.map.groups.contains { $0.interval == .live }
    cycle.isClockStopped = clockWatch.isStopped
    if let energies = live.apply(cycle) { saveLater(.energies(energies)) }
    if clockWatch.isStopped != wasStopped { reportClock() }
    return intervals
  }

  /// What a cycle or scan has brought is published.
  func completed(_ intervals: Set<IntervalClass>, at now: ContinuousClock.Instant) async {
    if silentSince != nil {
      silentSince = nil
      await setAlert(.gateway, "gateway", nil)
      infoDue = now
      publisher.publish(event: BridgeEvent(.gatewayBack, "the gateway answers again"))
      publisher.setGatewayInfo(gatewayInfo())
    }
    attempts.ended(isGood: true)
    guard intervals.contains(.settings) else { return }
    await watchWritten(at: now)
    await checkBattery()
    await setAlert(.clock, "gateway", clockWatch.isStopped ? nil : clockDrift.message(at: now))
    savePins(at: now)
    if infoDue <= now {
      saveLater(.check)
      infoDue = now + Self.infoInterval
      publisher.setGatewayInfo(gatewayInfo())
    }
  }

  /// After this the owner is told; a restart of the gateway takes less.
  private static let alertAfter: Duration = .seconds(60)

  /// The gateway could not be read.
  func unreachable(_ error: any Error) async {
    counters.failures += 1
    live.readingFailed(at: now)
    attempts.ended(isGood: false)
    search.begin(every: settings.live, at: now)
    guard let since = silentSince else {
      silentSince = now
      hasWarnedOfSilence = false
      publisher.publish(event: BridgeEvent(.gatewaySilent, "the gateway can't be read: \(error)"))
      publisher.setGatewayInfo(gatewayInfo())
      return
    }
    let silence = since.duration(to: now)
    if !hasWarnedOfSilence, silence >= settings.live * Freshness.staleAfter {
      hasWarnedOfSilence = true
      logger.warning(
        "the gateway does not answer", metadata: ["seconds": "\(silence.components.seconds)", "reason": "\(error)"])
    } else {
      logger.debug("still no answer from the gateway", metadata: ["reason": "\(error)"])
    }
    if silence >= Self.alertAfter, alerts[.gateway]?["gateway"] == nil {
      await setAlert(
        .gateway, "gateway",
        "the gateway has not answered for a minute, so that nothing is read and no command taken: \(error)")
    }
  }

  /// Where the gateway's clock is; nowhere in a system without one that can be read whole.
  static func clockAddresses(in layout: SystemLayout) -> [Int] {
    guard let gateway = layout.block(kind: .gateway) else { return [] }
    let names = ["year", "month", "day", "hour", "minute", "second"]
    let places = names.compactMap { gateway.definition.field($0) }.compactMap(gateway.range(of:)).map(\.start)
    return places.count == names.count ? places : []
  }

  private func watchClock(_ intervals: Set<IntervalClass>, _ image: SystemImage, at now: ContinuousClock.Instant) {
    guard settings.checksClock, intervals.contains(.settings), !clockAddresses.isEmpty else { return }
    let words = clockAddresses.compactMap { image.word($0) }
    guard words.count == clockAddresses.count else { return }
    clockWatch.receive(words, at: now)
    let date = Date()
    clockDrift.receive(
      words, zone: Self.zone(image), at: now, date: date, local: TimeZone.current.secondsFromGMT(for: date))
  }

  /// The gateway's offset from UTC in seconds, nil when it does not tell.
  private static func zone(_ image: SystemImage) -> Int? {
    guard let gateway = image.layout.block(kind: .gateway), let field = gateway.definition.field("set_time_zone"),
      let range = gateway.range(of: field), let word = image.word(range.start)
    else { return nil }
    let scale = gateway.definition.scaleFactor(of: field).flatMap(gateway.range(of:)).flatMap { image.word($0.start) }
    guard case .number(let hours) = field.decode([word], scaleWord: scale) else { return nil }
    return Int((hours.double * 3600).rounded())
  }

  private func reportClock() {
    infoDue = now
    publisher.publish(
      event: clockWatch.isStopped
        ? BridgeEvent(
          .gatewayClockStopped,
          "the gateway answers, but its clock stands still: its readings may be old. Power-cycle the gateway")
        : BridgeEvent(.gatewayClockRuns, "the gateway's clock runs again"))
  }
}
