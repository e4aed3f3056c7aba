package import RegisterIO

/// A Modbus TCP server on a free loopback port with scripted faults: just enough of the protocol to test a client.
package final class ScriptedGateway: Sendable {
  package let memory: GatewayMemory
  private let server: ScriptedServer

  package init(_ registers: [Int: UInt16] = sampleRegisters) throws {
    let memory = GatewayMemory(registers)
    self.memory = memory
    server = try ScriptedServer { peer in
      memory.countConnection()
      while let frame = Frame(from: peer) {
        guard frame.answer(to: peer, from: memory) else { return }
      }
    }
  }

  package var port: UInt16 { server.port }
  package func cutConnections() { server.cutConnections() }
  package func close() { server.close() }

  /// Registers 40000 to 40039, each holding its address.
  package static let sampleRegisters = Dictionary(uniqueKeysWithValues: (40_000..<40_040).map { ($0, UInt16($0)) })
}

extension ScriptedGateway {
  package static var sampleReadable: (range: RegisterRange, words: [UInt16]) {
    (sampleRange(40_000, 30), (40_000..<40_030).map { UInt16($0) })
  }

  package static var sampleWritable: RegisterRange { sampleRange(40_030, 5) }

  private static func sampleRange(_ start: Int, _ count: Int) -> RegisterRange {
    guard let range = RegisterRange(start: start, count: count) else { preconditionFailure("an impossible range") }
    return range
  }
}

/// A request with its header (MODBUS Messaging on TCP/IP Implementation Guide, section 3.1.3).
private struct Frame {
  let header: [UInt8]
  let function: UInt8
  let body: [UInt8]

  init?(from peer: ScriptedPeer) {
    guard let header = peer.read(7) else { return nil }
    guard let pdu = peer.read(Int(header[4]) << 8 + Int(header[5]) - 1), let function = pdu.first else { return nil }
    self.header = header
    self.function = function
    body = Array(pdu.dropFirst())
  }

  private func word(_ offset: Int) -> Int { Int(body[offset]) << 8 | Int(body[offset + 1]) }

  private var request: GatewayRequest? {
    switch function {
    case 3: RegisterRange(start: word(0), count: word(2)).map(GatewayRequest.read)
    case 6: .write([UInt16(word(2))], at: word(0))
    case 16: .write((0..<word(2)).map { UInt16(word(5 + 2 * $0)) }, at: word(0))
    default: nil
    }
  }

  private func reply(_ pdu: [UInt8], transaction: UInt8 = 0) -> [UInt8] {
    [header[0], header[1] ^ transaction, 0, 0, UInt8((pdu.count + 1) >> 8), UInt8((pdu.count + 1) & 0xFF), header[6]]
      + pdu
  }

  private func pdu(_ words: [UInt16]) -> [UInt8] {
    guard function == 3 else { return [function] + body.prefix(4) }
    return [3, UInt8(words.count * 2)] + words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
  }

  /// - Returns: false when the connection is to be closed.
  func answer(to peer: ScriptedPeer, from memory: GatewayMemory) -> Bool {
    guard let request else {
      peer.write(reply([function | 0x80, 1]))
      return true
    }
    switch memory.serve(request) {
    case .words(let words): peer.write(reply(pdu(words)))
    case .written: peer.write(reply(pdu([])))
    case .exception(let exception): peer.write(reply([function | 0x80, exception.rawValue]))
    case .silence: break
    case .wrongTransaction(let words): peer.write(reply(pdu(words), transaction: 0x55))
    case .cutMidFrame(let words):
      let whole = reply(pdu(words))
      peer.write(Array(whole.prefix(whole.count / 2)))
      return false
    case .cut: return false
    }
    return true
  }
}
