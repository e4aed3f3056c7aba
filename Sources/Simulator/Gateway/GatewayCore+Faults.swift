import RegisterIO
import Registry

extension GatewayCore {
  /// Carries out an action now.
  /// - Throws: ``SimulatorError`` when the map has no such device, block or register.
  mutating func apply(_ action: FaultAction) throws(SimulatorError) {
    if var reboot, action.changesMap {
      // While devices are still coming back, the change is to the map as it will be.
      map = reboot.complete.replaying(journal)
      defer { show(reboot) }
      try carryOut(action)
      reboot.complete = map
      self.reboot = reboot
    } else {
      try carryOut(action)
    }
    refresh(force: true)
  }

  private mutating func carryOut(_ action: FaultAction) throws(SimulatorError) {
    switch action {
    case .swapPorts(let a, let b): try swapPorts(a, b)
    case .replaceDevice(let port, let model, let serial):
      try setTexts(port: port, ["model_number": model, "serial_number": serial])
    case .changeSerial(let port, let serial): try setTexts(port: port, ["serial_number": serial])
    case .dropBlock(let id, let port): map.drop(try block(id, port))
    case .resizeBlock(let id, let port, let change): map.resize(try block(id, port), by: change)
    case .set(let address, let words): try set(words, at: address)
    case .restore: restore()
    case .delay(let delay, let window): wire.add(.delay(delay), window, at: now)
    case .silence(let window): wire.add(.silence, window, at: now)
    case .exception(let exception, let window): wire.add(.exception(exception), window, at: now)
    case .wrongTransaction(let window): wire.add(.wrongTransaction, window, at: now)
    case .cut(let count, let window): wire.add(.cut(afterBytes: count), window, at: now)
    case .loseAnswer(let closing, let window): wire.add(.loseAnswer(closing: closing), window, at: now)
    case .busyAfterWrite(let duration): busyAfterWrite = duration
    case .refuseInside(let bits, let window): wire.add(.refuseInside(bits: bits), window, at: now)
    case .keepSteps(let volts): voltageStep = volts
    case .standingError(let bits): errors.setStanding(bits)
    case .lock(let isLocked): errors.isLocked = isLocked
    case .reboot(let down, let perDevice):
      let reboot = Reboot(map, downUntil: now + down, perDevice: perDevice)
      self.reboot = reboot
      closeConnections()
      show(reboot)
    case .disconnect: closeConnections()
    case .freezeClock(let isFrozen): clock?.isFrozen = isFrozen
    }
  }

  private func block(_ id: Int, _ port: Int?) throws(SimulatorError) -> GatewayMap.Placement {
    guard let placement = map.placement(id: id, port: port) else {
      let place = port.map { " on port \($0)" } ?? ""
      let there = map.placements.map { "\($0.id)" }.joined(separator: ", ")
      throw SimulatorError("there is no block \(id)\(place); the map has \(there)")
    }
    return placement
  }

  private func device(_ port: Int) throws(SimulatorError) -> [GatewayMap.Placement] {
    let placements = map.placements(port: port)
    guard !placements.isEmpty else {
      let there = Set(map.placements.compactMap { map.port(of: $0) }).sorted().map { "\($0)" }.joined(separator: ", ")
      throw SimulatorError("there is no device on port \(port); the ports in use are \(there)")
    }
    return placements
  }

  private mutating func swapPorts(_ a: Int, _ b: Int) throws(SimulatorError) {
    let first = try device(a)
    let second = try device(b)
    for placement in first { map.setPort(UInt16(truncatingIfNeeded: b), of: placement) }
    for placement in second { map.setPort(UInt16(truncatingIfNeeded: a), of: placement) }
  }

  private mutating func setTexts(port: Int, _ texts: [String: String?]) throws(SimulatorError) {
    let placements = try device(port)
    let fields = Set(placements.flatMap { map.definition(of: $0)?.fields.map(\.name) ?? [] })
    for case (let name, let text?) in texts {
      guard fields.contains(name) else {
        throw SimulatorError("the device on port \(port) has no block with \(name); choose one with a configuration")
      }
      for placement in placements { map.set(name, text: text, in: placement) }
    }
  }

  private mutating func set(_ words: [UInt16], at address: Int) throws(SimulatorError) {
    guard let range = RegisterRange(start: address, count: words.count), map.image.words(in: range) != nil else {
      throw SimulatorError("there are no \(words.count) registers from \(address) on; read a block's place first")
    }
    for (index, word) in words.enumerated() {
      let place = map.place(of: address + index)
      overrides[place.key, default: [:]][place.offset] = word
    }
  }

  private mutating func restore() {
    reboot = nil
    map = baseline.replaying(journal)
    overrides = [:]
    wire.removeAll()
    errors = ErrorRegister()
    voltageStep = 0
    endBusy()
    clock?.isFrozen = options.freezesClock
  }
}

extension FaultAction {
  /// Whether the action changes blocks or identities.
  fileprivate var changesMap: Bool {
    switch self {
    case .swapPorts, .replaceDevice, .changeSerial, .dropBlock, .resizeBlock: true
    default: false
    }
  }
}
