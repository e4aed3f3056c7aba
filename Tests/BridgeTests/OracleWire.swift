import RegisterIO

@testable import Mate3

/// The one connection to a world, with what goes wrong on it and a record of what was read.
struct OracleWire {
  /// What goes wrong in the next transactions.
  struct Trouble {
    /// What happens to the world just before a request, so many requests from now.
    var ambush: (requests: Int, change: (inout OracleWorld) -> Void)?
    var silentReads = 0
    var refusedReads = 0
    var losesAnswer = false
    var refusesWrite = false
    /// Bits of `OutBack_Error` that a write which is taken on the wire and refused inside sets.
    var errorBits: UInt16?
    var ignoresWrite = false
    /// Whether the device makes a tenth of a volt more of a setpoint, within half a step of an inverter.
    var rounds = false
    /// What the gateway gives as the nominal system voltage.
    var systemVoltage: UInt16?
    var takesAfter: Double?
    var settlesFor: Double?
    /// The scale factor that the write's block has from the write on.
    var scaleAfterWrite: UInt16?
    var answersNothing = false
  }

  /// A write as it was seen.
  struct Write {
    let address: Int
    let words: [UInt16]
    let owner: OracleWorld.Owner
    let offset: Int
    /// The gateway or the device that got it.
    let physical: Int
    let before: [UInt16]
    /// Whether the world changed between the transaction's first request and this one.
    let isTorn: Bool
  }

  enum Reply {
    case words([UInt16])
    case written
    case failed(RegisterError)
  }

  var world: OracleWorld
  var trouble = Trouble()
  private(set) var writes: [Write] = []
  private(set) var requests = 0
  private var served = [UInt16](repeating: 0, count: 2000)
  private var servedIn = [Int32](repeating: -1, count: 2000)
  /// The number of the transaction; a write begins another, so that what was read since is known.
  private var transaction: Int32 = 0
  /// Whether the world has changed since the first request of the transaction.
  private(set) var isTorn = false
  private var hasAsked = false
  private var isBroken = false

  init(_ world: OracleWorld) { self.world = world }

  mutating func begin() {
    transaction += 1
    isTorn = false
    hasAsked = false
    isBroken = false
  }

  /// A word that was read in this transaction, since its write if there was one.
  func read(_ address: Int) -> UInt16? {
    servedIn[address - 40000] == transaction ? served[address - 40000] : nil
  }

  func read(_ start: Int, _ count: Int) -> [UInt16]? {
    let words = (start..<start + count).compactMap(read)
    return words.count == count ? words : nil
  }

  mutating func forget() { writes.removeAll(keepingCapacity: true) }

  mutating func read(_ range: RegisterRange) -> Reply {
    guard let failure = ask() else {
      if trouble.silentReads > 0 || trouble.answersNothing {
        trouble.silentReads -= 1
        isBroken = true
        world.pass(1)
        return .failed(RegisterError(.timedOut, "no answer"))
      }
      if trouble.refusedReads > 0 {
        trouble.refusedReads -= 1
        return .failed(RegisterError(.exception(.serverDeviceBusy), "busy"))
      }
      var registers = world.show()
      if let volts = trouble.systemVoltage, registers.count > 474 { registers[474] = volts }
      let start = range.start - 40000
      guard start >= 0, start + range.count <= registers.count else {
        return .failed(RegisterError(.exception(.illegalDataAddress), "no such register"))
      }
      for index in start..<start + range.count {
        served[index] = registers[index]
        servedIn[index] = transaction
      }
      return .words(Array(registers[start..<start + range.count]))
    }
    return failure
  }

  mutating func write(_ words: [UInt16], at address: Int, _ see: (inout OracleWire, Write) -> Void) -> Reply {
    if let failure = ask() { return failure }
    guard !trouble.answersNothing else {
      isBroken = true
      return .failed(RegisterError(.timedOut, "no answer"))
    }
    guard let (owner, offset) = world.owner(of: address), let physical = world.physical(owner) else {
      return .failed(RegisterError(.exception(.illegalDataAddress), "no such register"))
    }
    let write = Write(
      address: address, words: words, owner: owner, offset: offset, physical: physical,
      before: world.words(of: owner, physical, at: offset, count: words.count), isTorn: isTorn)
    writes.append(write)
    see(&self, write)
    transaction += 1
    if trouble.refusesWrite { return .failed(RegisterError(.exception(.illegalDataValue), "refused")) }
    carryOut(write)
    if trouble.losesAnswer {
      trouble.losesAnswer = false
      isBroken = true
      return .failed(RegisterError(.connectionLost, "cut"))
    }
    return .written
  }

  private mutating func carryOut(_ write: Write) {
    if let bits = trouble.errorBits {
      world.put([bits], into: .gateway(1), world.gateway, at: 402)
    } else if let delay = trouble.takesAfter {
      world.late.append((write.owner, write.physical, write.offset, write.words, world.now + delay))
    } else if !trouble.ignoresWrite {
      world.put(held(write), into: write.owner, write.physical, at: write.offset)
    }
    if let scale = trouble.scaleAfterWrite { world.put([scale], into: write.owner, write.physical, at: 4) }
    if let time = trouble.settlesFor {
      world.change { $0.settling.append((write.owner, write.offset, write.words.count, $0.now + time)) }
    }
  }

  private func held(_ write: Write) -> [UInt16] {
    guard trouble.rounds, let word = write.words.first else { return write.words }
    switch world.words(of: write.owner, write.physical, at: 4, count: 1).first {
    case 0xFFFF: return [word + 1]
    case 0xFFFE: return [word + 10]
    default: return write.words
    }
  }

  private mutating func ask() -> Reply? {
    requests += 1
    world.pass(0.02)
    if let ambush = trouble.ambush {
      trouble.ambush?.requests -= 1
      if ambush.requests <= 1 {
        trouble.ambush = nil
        world.change(ambush.change)
        if hasAsked { isTorn = true }
      }
    }
    hasAsked = true
    return isBroken ? .failed(RegisterError(.closed, "the transaction is over")) : nil
  }
}
