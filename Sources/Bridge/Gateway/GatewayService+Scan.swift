import Logging
import Mate3
import RegisterIO
import Registry

/// The walk over the chain of blocks, which finds the devices, and what follows from it.
extension GatewayService {
  func scan() async throws {
    wish.fulfil(at: now)
    attempts.begin(at: now)
    heldMeanwhile = held.elements
    defer { heldMeanwhile = nil }
    do {
      try await walkChain()
    } catch {
      // What asked for the scan has not been answered.
      rescan()
      throw error
    }
  }

  private func walkChain() async throws {
    let began = now
    let found = adopt(try await readChain())
    let notices = identify(found)
    if !notices.contains(.gatewayBlank) { seenSince = began }
    announce(found)
    let intervals = publish(found)
    keep(found)
    await report(notices)
    publishAlerts()
    await search(after: found, notices)
    backoff.reset()
    await completed(intervals, at: found.at)
    await confirmIdentity(at: found.at)
  }

  /// What a walk has found, and what it takes the place of.
  private struct Found {
    let at: ContinuousClock.Instant
    let image: SystemImage
    let changes: [FieldChange]
    let groups: [Int]
    let earlier: SystemImage?
    let earlierPins: PinBook
    var layout: SystemLayout { image.layout }
    /// Whether the layout is the one of the scan before.
    var isSame: Bool { earlier.map { $0.layout.isSame(as: layout) } ?? false }
  }

  /// Makes a walk's words the image that is read from now on.
  private func adopt(_ walk: ChainWalk) -> Found {
    let layout = walk.layout(registry: registry, names: names)
    var scanned = SystemImage(layout: layout, after: image)
    scanned.receive(walk)
    if let image {
      _ = scanned.keep(heldMeanwhile ?? [], of: image)
      held = held.mapped { scanned.keep($0, of: image) }
    }
    let (changes, groups) = scanned.commit()
    let found = Found(
      at: now, image: scanned, changes: changes, groups: groups, earlier: image, earlierPins: pins)
    image = scanned
    clockAddresses = Self.clockAddresses(in: layout)
    times = Self.times(in: layout, scanned.map)
    schedules = Self.schedules(in: layout, scanned.map)
    plans = [:]
    if !found.isSame { refusals.forget() }
    schedule.wasRead(at: found.at)
    isLayoutValid = true
    return found
  }

  private func identify(_ found: Found) -> [IdentityNotice] {
    pins.observe(found.layout, word: found.image.word)
  }

  private func publish(_ found: Found) -> Set<IntervalClass> {
    var system = Cycle.System(layout: found.layout, map: found.image.map)
    system.pinned = pins.expected
    system.times = times
    system.schedules = schedules
    system.devices = deviceList()
    system.commandStates = commandStates(found.layout)
    var cycle = Cycle(at: found.at, system: system, changes: found.changes)
    cycle.times = timeValues(found.image)
    return publish(cycle, groups: found.groups)
  }

  /// Keeps on disk what has changed of it.
  private func keep(_ found: Found) {
    savePins(ifNot: found.earlierPins)
    if found.layout.isEndKnown, found.layout.end != expectedEnd {
      expectedEnd = found.layout.end
      saveLater(.mapEnd(found.layout.end))
    }
  }

  /// Says what is missing, and has it looked for.
  private func search(after found: Found, _ notices: [IdentityNotice]) async {
    if let earlier = found.earlier, !found.isSame || found.image.hasLost(anythingOf: earlier) {
      search.begin(every: settings.live, at: found.at)
    }
    let isComplete = await reportMissing(in: found.layout)
    let isWhole = isComplete && found.layout.isEndKnown && !notices.contains(.gatewayBlank) && !pins.isInDoubt
    search.scanned(isWhole: isWhole, every: settings.live, at: found.at)
    // Of what has never been seen a gateway that starts shows only some.
    if found.earlierPins.pins.isEmpty { search.lookAgain(at: found.at) }
  }

  /// One scan alone proves no change: the second one follows at once. Evidence that never stands still must not keep the
  /// gateway busy with scans.
  private func confirmIdentity(at now: ContinuousClock.Instant) async {
    guard pins.wantsAnotherScan else {
      isConfirming = false
      return
    }
    guard !isConfirming else {
      evidenceScans.want(at: now)
      return
    }
    isConfirming = true
    wish.make()
    await pause(.milliseconds(200))
  }

  /// Walks the chain, and lets a waiting command go ahead between two requests: what it writes meanwhile is published as
  /// it was read back, not as the walk has read it before.
  private func readChain() async throws -> ChainWalk {
    live.beginReading(at: now)
    let walk = ChainWalk(registry: registry, limit: size.current, expectedEnd: expectedEnd)
    var piecesLeft = refusals.left(of: fullRead, at: now)
    let reading = try await read(ChainReading(walk, size: size, piecesLeft: piecesLeft)) { reading in
      refusals.count(piecesLeft - reading.piecesLeft)
      piecesLeft = reading.piecesLeft
    }
    let breakOff = reading.walk.isEndKnown ? nil : reading.walk.end
    defer { lastBreakOff = breakOff }
    // A walk that broke off because the gateway has no time, and not for want of registers, is worth another one.
    if breakOff != nil, breakOff != lastBreakOff, let refusal = reading.refusal, !refusal.meansAbsent { throw refusal }
    return reading.walk
  }

  /// Says which pinned devices the gateway does not show.
  /// - Returns: whether it shows all of them.
  private func reportMissing(in layout: SystemLayout) async -> Bool {
    let present = Set(layout.blocks.map { PinKey($0) })
    let missing = pins.expected.filter { !present.contains($0) }
    let names = Set(missing.map { "\($0)" })
    for name in (alerts[.missing] ?? [:]).keys where !names.contains(name) { await setAlert(.missing, name, nil) }
    for key in missing {
      await setAlert(.missing, "\(key)", "\(key) was there before and the gateway does not show it now")
    }
    return missing.isEmpty
  }

  /// Tells of the layout what is not as it was, or as it should be.
  private func announce(_ found: Found) {
    let layout = found.layout
    if layout.isEndKnown {
      reportedCut = nil
    } else if reportedCut != layout.end {
      reportedCut = layout.end
      publisher.publish(
        event: BridgeEvent(
          .layoutIncomplete,
          "the chain of blocks breaks off at register \(layout.end) without its end block; the \(layout.blocks.count) "
            + "blocks before it are used, and what may follow is looked for again"))
    }
    for block in layout.blocks where block.isDuplicate {
      publisher.publish(
        event: BridgeEvent(
          .duplicateDevice,
          "a second block answers as \(block.key), at register \(block.address); it is not published, and neither is "
            + "written"))
    }
    guard !found.isSame else { return }
    logger.info(
      "scanned the gateway",
      metadata: ["blocks": "\(layout.blocks.map { "\($0.key)" }.joined(separator: " "))", "end": "\(layout.end)"])
    for block in layout.unknown {
      logger.warning(
        registry.block(id: block.did) == nil
          ? "no document explains this block; it is skipped"
          : "the gateway does not give this block whole, or not its port; it is skipped",
        metadata: ["id": "\(block.did)", "address": "\(block.address)", "length": "\(block.length)"])
    }
  }
}
