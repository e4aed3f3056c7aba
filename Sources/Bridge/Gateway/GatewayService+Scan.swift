import Logging
import Mate3
import RegisterIO
import Registry
import Threads

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
    if !isSame { held = [] }
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
    discovery?.setComputed(publisher.beginHouse(layout, scanned.map, pinned: pins.pins.keys))
    discovery?.scanned(scanned)
    publishTimes(of: scanned)
    publisher.install(layout, scanned.map, values: changes)
    // Once more, for the devices that have left.
    refreshCommandStates()
    publisher.setDevices(deviceList())
    schedule.wasRead(at: now)
    // Only now that nothing suspends any more between the reading and its publishing.
    await keepPins(ifNot: known)
    await expect(layout.end)
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

  /// Walks the chain in one transaction: nothing that a command writes meanwhile is published with what was read before.
  private func readChain() async throws -> ChainWalk {
    let start = ChainWalk(registry: registry, limit: size.current, expectedEnd: expectedEnd)
    let size = size
    let (walk, asked, failure) = try await connection.transact { await Self.walk(start, size, on: $0) }
    for range in asked { counters.note(range) }
    if let failure { throw failure }
    return walk
  }

  /// - Returns: the walk as far as it came, what was asked for, and why it did not come to its end.
  private static func walk(
    _ start: ChainWalk, _ size: ReadSize, on exchange: any RegisterExchange
  ) async -> (ChainWalk, [RegisterRange], (any Error)?) {
    var walk = start
    var asked: [RegisterRange] = []
    do {
      while case .read(let range) = try walk.next() {
        try Task.checkCancellation()
        asked.append(range)
        do throws(RegisterError) {
          walk.take(try await exchange.read(range), from: range)
        } catch {
          if !error.isWireFailure, walk.expectNothing() { continue }
          guard !error.isWireFailure, let smaller = size.smaller(than: range.count) else { throw error }
          walk.lower(limit: smaller)
        }
      }
      return (walk, asked, nil)
    } catch {
      return (walk, asked, error)
    }
  }

  private func expect(_ end: Int) async {
    guard end != expectedEnd else { return }
    expectedEnd = end
    do {
      try await ThreadExecutor.files.run { [saveEnd] in try saveEnd(end) }
    } catch {
      // Only the first scan after the next start takes longer for it.
      logger.debug("where the register map ends can't be kept", metadata: ["reason": "\(error)"])
    }
  }

  /// Devices come back one by one after the gateway has rebooted, at the end of the map, where no poll looks.
  private func searchForMissing(in layout: SystemLayout, at now: ContinuousClock.Instant) async {
    let present = Set(layout.blocks.map { PinKey($0) })
    let missing = pins.pins.keys.filter { !present.contains($0) }.sorted()
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
