import Logging
import Mate3
import RegisterIO
import Registry

/// The walk over the chain of blocks, which finds the devices, and what follows from it.
extension GatewayService {
  func scan() async throws {
    wish.take()
    do {
      try await walkChain()
    } catch {
      // What asked for the scan has not been answered.
      rescan()
      throw error
    }
  }

  private func walkChain() async throws {
    let walk = try await readChain()
    let layout = walk.layout(registry: registry, names: names)
    let now = ContinuousClock.now
    var scanned = SystemImage(layout: layout)
    scanned.beginCycle()
    for block in layout.blocks {
      guard let range = block.range else { continue }
      let words = (range.start..<range.end).compactMap(walk.word)
      if words.count == range.count { scanned.take(words, from: range) }
    }
    let (changes, groups) = scanned.commit()
    let known = pins
    let notices = pins.observe(layout, word: scanned.word)
    let isSame = image.map { $0.layout.isSame(as: layout) } ?? false
    image = scanned
    clockAddresses = Self.clockAddresses(in: layout)
    plans = [:]
    if !isSame { held.removeAll() }
    isLayoutValid = true
    freshness.install(scanned, read: groups, at: now)
    report(layout, isSame: isSame)
    for block in layout.blocks where block.isDuplicate {
      publisher.publish(
        event: BridgeEvent(
          .duplicateDevice,
          "a second block answers as \(block.key), at register \(block.address); it is not published, and neither is "
            + "written"))
    }
    refreshCommandStates()
    discovery?.setComputed(publisher.beginHouse(layout, scanned.map, pinned: pins.expected))
    discovery?.scanned(scanned)
    publishTimes(of: scanned)
    publisher.install(layout, scanned.map, values: changes)
    // Once more, for the devices that have left.
    refreshCommandStates()
    publisher.setDevices(deviceList())
    schedule.wasRead(at: now)
    savePins(ifNot: known)
    if layout.end != expectedEnd {
      expectedEnd = layout.end
      saveLater(.mapEnd(layout.end))
    }
    await report(notices)
    publishAlerts()
    await searchForMissing(in: layout, at: now)
    await completed(groups, at: now)
    guard pins.wantsAnotherScan else {
      isConfirming = false
      return
    }
    // One scan alone proves no change: the second one follows at once. Evidence that never stands still must not keep
    // the gateway busy with scans.
    guard !isConfirming else {
      evidenceScans.want(at: now)
      return
    }
    isConfirming = true
    wish.make()
    await pause(.milliseconds(200))
  }

  /// Commands that a scan lets go first, from its beginning again.
  private static let politeness = 2

  /// Walks the chain in one transaction: nothing that a command writes meanwhile is published with what was read before.
  private func readChain() async throws -> ChainWalk {
    var politeness = Self.politeness
    while true {
      let start = ChainWalk(registry: registry, limit: size.current, expectedEnd: expectedEnd)
      let size = size
      let yields = politeness > 0
      let reading = try await connection.transact { await Self.read(start, size, on: $0, yielding: yields) }
      for range in reading.asked { counters.note(range) }
      if let failure = reading.failure { throw failure }
      if reading.isWhole { return reading.walk }
      politeness -= 1
    }
  }

  private struct ChainReading: Sendable {
    var walk: ChainWalk
    var asked: [RegisterRange] = []
    var failure: (any Error)?
    /// False when the walk was given up for a command.
    var isWhole = false
  }

  private static func read(
    _ start: ChainWalk, _ size: ReadSize, on exchange: any RegisterExchange, yielding: Bool
  ) async -> ChainReading {
    var reading = ChainReading(walk: start)
    do {
      while case .read(let range) = try reading.walk.next() {
        try Task.checkCancellation()
        if yielding, exchange.isAwaited { return reading }
        reading.asked.append(range)
        do throws(RegisterError) {
          reading.walk.take(try await exchange.read(range), from: range)
        } catch {
          if !error.isWireFailure, reading.walk.expectNothing() { continue }
          guard !error.isWireFailure, let smaller = size.smaller(than: range.count) else { throw error }
          reading.walk.lower(limit: smaller)
        }
      }
      reading.isWhole = true
    } catch {
      reading.failure = error
    }
    return reading
  }

  /// Devices come back one by one after the gateway has rebooted, at the end of the map, where no poll looks.
  private func searchForMissing(in layout: SystemLayout, at now: ContinuousClock.Instant) async {
    let present = Set(layout.blocks.map { PinKey($0) })
    let missing = pins.expected.filter { !present.contains($0) }
    for key in pins.pins.keys { await setAlert(.missing, "\(key)", nil) }
    guard !missing.isEmpty else {
      searchAt = nil
      searchInterval = .seconds(10)
      return
    }
    for key in missing {
      await setAlert(.missing, "\(key)", "\(key) was there before and the gateway does not show it now")
    }
    searchAt = now + searchInterval
    searchInterval = min(searchInterval * 2, .seconds(300))
  }

  private func report(_ layout: SystemLayout, isSame: Bool) {
    guard !isSame else { return }
    logger.info(
      "scanned the gateway",
      metadata: ["blocks": "\(layout.blocks.map { "\($0.key)" }.joined(separator: " "))", "end": "\(layout.end)"])
    for block in layout.unknown {
      logger.warning(
        "no document explains this block; it is skipped",
        metadata: ["id": "\(block.did)", "address": "\(block.address)", "length": "\(block.length)"])
    }
  }

  func layoutChanged(_ change: LayoutChange) async {
    isLayoutValid = false
    expectedEnd = nil
    publisher.publish(event: BridgeEvent(.layoutChanged, "\(change.message); the gateway is scanned again"))
  }
}
