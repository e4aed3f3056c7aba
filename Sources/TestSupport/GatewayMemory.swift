package import RegisterIO
internal import Synchronization

/// Registers, counters and the script of faults of a gateway that exists only in a test.
package final class GatewayMemory: Sendable {
  fileprivate struct State {
    var registers: [Int: UInt16]
    var faults: ArraySlice<GatewayFault> = []
    var hook: (@Sendable (GatewayRequest) -> GatewayFault?)?
    var counts = GatewayCounts()
    var log: [GatewayRequest] = []
  }

  /// How a request is to be answered.
  package enum Reply {
    case words([UInt16])
    case written
    case exception(ModbusException)
    case silence
    case wrongTransaction([UInt16])
    case cutMidFrame([UInt16])
    case cut
  }

  private let state: Mutex<State>

  package init(_ registers: [Int: UInt16]) {
    state = Mutex(State(registers: registers))
  }

  package var registers: [Int: UInt16] { state.withLock { $0.registers } }
  package var counts: GatewayCounts { state.withLock { $0.counts } }
  /// Every request so far, in order.
  package var log: [GatewayRequest] { state.withLock { $0.log } }

  /// Sets registers, as if the device had changed them.
  package func set(_ words: [Int: UInt16]) {
    state.withLock { $0.registers.merge(words) { $1 } }
  }

  /// Takes registers away: they answer with "illegal data address".
  package func replace(_ words: [Int: UInt16]) {
    state.withLock { $0.registers = words }
  }

  package func remove(_ range: RegisterRange) {
    state.withLock { state in
      for address in range.start..<range.end { state.registers[address] = nil }
    }
  }

  /// Adds faults for the requests to come, one each.
  package func script(_ faults: [GatewayFault]) {
    state.withLock { $0.faults.append(contentsOf: faults) }
  }

  /// Lets `hook` decide about every request for which no fault is scripted; nil serves it.
  package func onRequest(_ hook: (@Sendable (GatewayRequest) -> GatewayFault?)?) {
    state.withLock { $0.hook = hook }
  }

  package func countConnection() {
    state.withLock { $0.counts.connections += 1 }
  }

  package func serve(_ request: GatewayRequest) -> Reply {
    let (scripted, hook) = state.withLock { ($0.faults.popFirst(), $0.hook) }
    let fault = scripted ?? hook?(request) ?? .pass
    return state.withLock { state in
      state.counts.requests += 1
      state.log.append(request)
      if case .read(let range) = request { state.counts.registers += range.count }
      switch fault {
      case .exception(let exception): return .exception(exception)
      case .silence: return .silence
      case .words(let words): return .words(words)
      case .change(let words): state.registers.merge(words) { $1 }
      case .pass, .wrongTransaction, .cutMidFrame, .lostReply: break
      }
      return state.carryOut(request).with(fault)
    }
  }
}

extension GatewayMemory.State {
  fileprivate mutating func carryOut(_ request: GatewayRequest) -> GatewayMemory.Reply {
    switch request {
    case .read(let range):
      let words = (range.start..<range.end).compactMap { registers[$0] }
      return words.count == range.count ? .words(words) : .exception(.illegalDataAddress)
    case .write(let words, let address):
      guard words.indices.allSatisfy({ registers[address + $0] != nil }) else { return .exception(.illegalDataAddress) }
      for (index, word) in words.enumerated() { registers[address + index] = word }
      counts.writes += 1
      return .written
    }
  }
}

extension GatewayMemory.Reply {
  fileprivate func with(_ fault: GatewayFault) -> GatewayMemory.Reply {
    let words: [UInt16] = if case .words(let words) = self { words } else { [] }
    return switch fault {
    case .wrongTransaction: .wrongTransaction(words)
    case .cutMidFrame: .cutMidFrame(words)
    case .lostReply: .cut
    default: self
    }
  }
}
