import FieldCodec
import Foundation
import Logging
package import Mate3
import RegisterIO
import Registry
import Threads

/// The pins as they were found at start, and where they are kept.
package struct IdentityState: Sendable {
  package var pins: PinBook
  package var save: @Sendable (PinBook) throws -> Void
  /// Where an earlier run found the end of the register map, nil when none did.
  package var mapEnd: Int?
  package var saveMapEnd: @Sendable (Int) throws -> Void = { _ in }
  /// Why nothing may be written at all: the state on disk is there and can't be understood.
  package var problem: String?
  /// Looks at the state on disk, puts back what has gone, and tells what is wrong with it, by file. It may wait for the
  /// disk.
  package var check: @Sendable () -> [String: String] = { [:] }

  package init(
    pins: PinBook = PinBook(), problem: String? = nil, save: @escaping @Sendable (PinBook) throws -> Void = { _ in }
  ) {
    self.pins = pins
    self.problem = problem
    self.save = save
  }
}

extension GatewayService {
  func report(_ notices: [IdentityNotice]) async {
    for notice in notices {
      switch notice {
      case .pinned(let key):
        publisher.publish(event: BridgeEvent(.pinned, "\(key) was seen for the first time and pinned"))
      case .changed(let key, let reason):
        publisher.publish(event: BridgeEvent(.identityChanged, "\(reason); commands to it are refused"))
        await setAlert(.identity, "\(key)", reason)
      case .untrusted(let key, let reason):
        publisher.publish(event: BridgeEvent(.identityUntrusted, "\(reason); commands to it are refused"))
        await setAlert(.identity, "\(key)", reason)
      case .restored(let key):
        publisher.publish(event: BridgeEvent(.identityRestored, "\(key) is the pinned device again"))
        await setAlert(.identity, "\(key)", nil)
      case .reset(_, let reason):
        publisher.publish(event: BridgeEvent(.counterReset, reason))
      case .gatewayBlank:
        logger.info("the gateway shows no MAC or serial yet; writes wait until it does")
      }
    }
    for (key, pin) in pins.pins { await setAlert(.identity, "\(key)", pin.state.reason) }
    if let statesProblem { await setAlert(.state, "state", statesProblem) }
  }

  /// Trusts a device as it is now: what an earlier scan saw may have been something else.
  /// - Returns: the blocks trusted, none when there is no such device; nil when the gateway could not be read.
  package func trust(_ name: String, port: Int) async -> [PinKey]? {
    guard await isSeenAnew(), let layout = image?.layout else { return nil }
    guard
      let block = layout.block(DeviceKey(name: name, port: port))
        ?? layout.blocks.first(where: { PinKey($0) == PinKey(block: name, port: port) })
    else { return [] }
    let known = pins
    let trusted = pins.trust(block, in: layout)
    savePins(ifNot: known)
    await saving?.value
    for key in trusted { await setAlert(.identity, "\(key)", nil) }
    refreshCommandStates()
    publisher.setDevices(deviceList())
    return trusted
  }

  /// How long a trust waits for the gateway to be read.
  private static let sightPatience: Duration = .seconds(30)

  /// Has the gateway scanned, and waits for it.
  /// - Returns: whether a scan that began after this has seen who is there.
  private func isSeenAnew() async -> Bool {
    let asked = now
    let deadline = ContinuousClock.now + Self.sightPatience
    while seenSince.map({ $0 < asked }) ?? true {
      guard ContinuousClock.now < deadline, !attempts.isClosed else { return false }
      _ = rescanForUser()
      do {
        _ = try await withTimeout(ContinuousClock.now.duration(to: deadline)) { await self.tryNow() }
      } catch {
        return false
      }
    }
    return true
  }

  /// Gives up the pins of devices that left.
  /// - Returns: the blocks concerned; nil when it is not known what is there.
  package func forgetMissing() async -> [PinKey]? {
    guard let layout = image?.layout, isLayoutValid, layout.isEndKnown else { return nil }
    let known = pins
    let gone = pins.forgetMissing(from: layout)
    savePins(ifNot: known)
    await saving?.value
    for key in gone { await setAlert(.identity, "\(key)", nil) }
    refreshCommandStates()
    // The totals are computed without them from now on.
    if !gone.isEmpty { rescan() }
    return gone
  }

  /// Publishes of each device with commands whether they are taken, or why not.
  func refreshCommandStates() {
    if let layout = image?.layout { publisher.setCommandStates(commandStates(layout)) }
  }

  /// Of each device with commands why they are refused; nil when they are not.
  func commandStates(_ layout: SystemLayout) -> [DeviceKey: String?] {
    var reasons: [DeviceKey: String?] = [:]
    for block in layout.blocks where !block.isDuplicate {
      let isCommandable = block.definition.fields.contains {
        $0.access.isWritable && $0.command.map { $0.standard != .never } ?? false
      }
      guard isCommandable else { continue }
      let isDuplicated = layout.blocks.contains { $0.isDuplicate && $0.key == block.key }
      let duplicate = isDuplicated ? "two blocks answer as \(block.key)" : nil
      reasons.updateValue(
        statesProblem ?? duplicate ?? pins.refusal(for: block, in: layout)?.reason, forKey: block.key)
    }
    return reasons
  }

  /// Sets or clears an alert, which stands retained until its cause is gone.
  package func setAlert(_ kind: BridgeAlert.Kind, _ name: String, _ message: String?) async {
    guard alerts[kind]?[name]?.message != message else { return }
    alerts[kind, default: [:]][name] = message.map { BridgeAlert(kind: kind, name: name, message: $0, since: Date()) }
    if let message { logger.error("alert: \(message)", metadata: ["alert": "\(kind.rawValue)", "name": "\(name)"]) }
    publishAlerts()
  }

  func publishAlerts() {
    publisher.setAlerts(
      alerts.values.flatMap(\.values).sorted { ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) })
  }

  /// How often counters that stand still are noted. What one can have risen by since is counted from then.
  private static let unchangedInterval: Duration = .seconds(60)

  /// Takes what a poll saw change of the devices' evidence: lifetime counters rise; anything else calls for a scan.
  /// - Returns: whether a scan must look at all of it.
  func takeEvidence(_ changes: [FieldChange], read groups: [Int]) -> Bool {
    guard let image else { return false }
    var isTouched = false
    var counting: Set<Int> = []
    for change in changes where image.map.slots.indices.contains(change.slot) {
      let slot = image.map.slots[change.slot]
      switch slot.field.evidence {
      case .none: break
      case .fixed, .standing: isTouched = true
      case .grows: counting.insert(slot.blockIndex)
      }
    }
    let counted = counting.map { image.layout.blocks[$0] }
    if !counted.isEmpty, !pins.follow(counted, in: image.layout, word: image.word) { isTouched = true }
    if !isTouched {
      let unchanged = groups.filter { group in
        image.map.groups[group].hasCounters && !counting.contains(image.map.groups[group].blockIndex)
          && unchangedNoted[group].map { $0.duration(to: now) >= Self.unchangedInterval } ?? true
      }
      for group in unchanged { unchangedNoted[group] = now }
      if !unchanged.isEmpty {
        pins.noteUnchanged(
          unchanged.map { image.layout.blocks[image.map.groups[$0].blockIndex] }, word: image.word)
      }
    }
    return isTouched
  }
}
