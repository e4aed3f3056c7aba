package import RegisterIO
package import Registry

/// A block's header as found on the chain.
package struct ChainBlock: Sendable, Hashable {
  package let did: UInt16
  package let address: Int
  package let length: Int
}

extension ChainBlock {
  /// The block whose header was read; nil where the chain ends, be it with the end block or without.
  init?(did: UInt16, length: UInt16, at address: Int, after last: ChainBlock?, registry: Registry) {
    // A block without registers is nothing that is known, but no end either; a row of them is no map.
    let isEmpty = length == 0 && (registry.block(id: did) != nil || last?.length == 0)
    guard did != 0xFFFF, did != 0, !isEmpty, address + 2 + Int(length) <= 0x1_0000 else { return nil }
    self.init(did: did, address: address, length: Int(length))
  }
}

/// Why a gateway's register map can't be walked.
package struct ScanError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// No `SunS` at the base address.
    case notSunSpec
    /// The map holds no block, as that of a gateway that is starting.
    case empty
  }

  package let code: Code
  package let message: String
  package var description: String { message }

  static let notSunSpec = ScanError(
    code: .notSunSpec,
    message: "there is no SunSpec map at register 40000; switch SunSpec on and link encryption off in the "
      + "gateway's menu, or check that the address is that of an OutBack MATE3, MATE3s or AXS Port")
  static let empty = ScanError(
    code: .empty,
    message: "the SunSpec map at register 40000 holds no devices; a gateway that starts shows them after a while")
}

/// Walks the chain of SunSpec blocks from the `SunS` mark to the end block, and keeps every word it reads, so that the
/// scan is the first full read as well. Says which registers to read next; reads nothing itself.
///
/// It never asks for registers whose existence is unknown, but for the very first request: the end of the block
/// under way and the header after it are as far as the chain has promised (SunSpec Information Model Specification,
/// section on the device information model). Where the end of the map is known from an earlier scan, requests reach as
/// far as they may, and the walk takes no more of them than a full read.
package struct ChainWalk: Sendable {
  package enum Step: Sendable, Equatable {
    case read(RegisterRange)
    case finished
  }

  package private(set) var blocks: [ChainBlock] = []
  /// The block that is being read.
  private var current: ChainBlock?
  /// Blocks that the gateway does not give whole.
  private var unreadable: [ChainBlock] = []
  /// Address of the end block, or of what stands in its place, once the walk is finished.
  package private(set) var end: Int?
  /// Whether the chain ended with the end block. Real firmware has been seen that lacks it, and a gateway that starts
  /// shows a chain that breaks off.
  package private(set) var isEndKnown = false

  private let registry: Registry
  private var words: [UInt16] = []
  private var present: [Bool] = []
  private var header = SystemLayout.base + 2
  private var limit: Int
  private let fullLimit: Int
  private var expectedEnd: Int?
  /// Where the registers of a refused request end, which are now asked for in smaller pieces.
  private var refusedEnd: Int?
  /// Whether requests stop at the end of the block that is being read: behind a map that breaks off there is no header,
  /// and with it the block's last words would be refused.
  private var endsAtBlock = false
  /// How often pieces were taken after a request had been refused.
  private var timesLowered = 0

  /// - Parameters:
  ///   - registry: which blocks are worth reading.
  ///   - limit: most registers a request, 2…125.
  ///   - expectedEnd: where an earlier scan has found the end block. Only a guess of how far requests may reach: what is
  ///     there is read anew.
  package init(registry: Registry, limit: Int, expectedEnd: Int? = nil) {
    self.registry = registry
    fullLimit = min(max(limit, 2), 125)
    self.limit = fullLimit
    self.expectedEnd = expectedEnd
  }

  /// Gives up what was expected of the map's end, after the gateway has refused a request.
  /// - Returns: false when nothing was expected.
  package mutating func expectNothing() -> Bool {
    defer { expectedEnd = nil }
    return expectedEnd != nil
  }

  /// How far a request may reach that needs the registers up to `end`.
  private func reach(_ end: Int) -> Int { max(end, expectedEnd.map { $0 + 2 } ?? end) }

  /// The word at an address, if it was read.
  package func word(_ address: Int) -> UInt16? {
    let index = address - SystemLayout.base
    guard words.indices.contains(index), present[index] else { return nil }
    return words[index]
  }

  /// Lowers the most registers a request, after one was refused. Once its registers were read in pieces, the walk goes on
  /// with whole requests, as a gateway that starts gives in a moment what it has refused; from the second time on it is
  /// the size that was refused, and the rest is read in pieces.
  package mutating func lower(limit: Int, afterRefused range: RegisterRange) {
    if refusedEnd == nil {
      refusedEnd = range.end
      timesLowered += 1
    }
    self.limit = min(self.limit, max(limit, 4))
  }

  /// Takes note that the gateway does not give the registers of the last request, however few. Within a block, the walk
  /// goes on behind it; at a header, what stands before is all there is.
  /// - Returns: false at the mark, without which there is no map.
  package mutating func giveUp() -> Bool {
    guard !words.isEmpty else {
      defer { limit = 2 }
      return limit > 2
    }
    limit = fullLimit
    if refusedEnd != nil {
      // Nothing is given however small: not the size was refused.
      refusedEnd = nil
      timesLowered -= 1
    }
    if let block = current, firstMissing(block.address, header) != nil {
      guard endsAtBlock else {
        endsAtBlock = true
        return true
      }
      unreadable.append(block)
      blocks.removeLast()
      current = nil
    } else {
      end = header
    }
    return true
  }

  /// The next request.
  /// - Throws: ``ScanError`` when what was read is no SunSpec map, or one without blocks.
  package mutating func next() throws(ScanError) -> Step {
    if words.isEmpty { return request(from: SystemLayout.base, to: SystemLayout.base + limit) }
    guard word(SystemLayout.base) == 0x5375, word(SystemLayout.base + 1) == 0x6E53 else {
      throw .notSunSpec
    }
    while end == nil {
      guard header + 2 <= 0x1_0000 else {
        end = header
        break
      }
      if let block = current, let definition = registry.block(id: block.did),
        let missing = firstMissing(block.address, header + 2)
      {
        return request(
          from: Self.wholeStart(missing, in: block, definition),
          to: endsAtBlock && missing < header ? header : reach(header + 2))
      }
      guard let did = word(header), let length = word(header + 1) else {
        return request(from: header, to: reach(header + 2))
      }
      guard let block = ChainBlock(did: did, length: length, at: header, after: current, registry: registry) else {
        end = header
        isEndKnown = did == 0xFFFF && length == 0
        break
      }
      current = block
      endsAtBlock = false
      blocks.append(block)
      header += block.length + 2
    }
    guard !blocks.isEmpty else { throw .empty }
    return .finished
  }

  /// Takes what a request returned.
  package mutating func receive(_ read: [UInt16], from range: RegisterRange) {
    let offset = range.start - SystemLayout.base
    guard offset >= 0, read.count == range.count else { return }
    // Lowered for the mark alone.
    if limit < 4 { limit = fullLimit }
    if let end = refusedEnd, range.end >= end, timesLowered < 2 {
      refusedEnd = nil
      limit = fullLimit
    }
    let needed = offset + read.count
    if words.count < needed {
      words += Array(repeating: 0, count: needed - words.count)
      present += Array(repeating: false, count: needed - present.count)
    }
    for (index, word) in read.enumerated() {
      words[offset + index] = word
      present[offset + index] = true
    }
  }

  /// The layout that the finished walk found.
  package func layout(registry: Registry, names: DeviceNames) -> SystemLayout {
    SystemLayout(
      chain: blocks, unreadable: unreadable, end: end ?? header, isEndKnown: isEndKnown, registry: registry,
      names: names, word: word)
  }

  private func firstMissing(_ from: Int, _ to: Int) -> Int? {
    (from..<min(to, 0x1_0000)).first { word($0) == nil }
  }

  /// Where to read on so that a number of two registers, whose first half the last request has brought, comes whole
  /// from one request.
  private static func wholeStart(_ address: Int, in block: ChainBlock, _ definition: BlockDefinition) -> Int {
    let offset = address - block.address + 1
    let cut = definition.fields.first { $0.type.isNumeric && $0.offset < offset && offset < $0.endOffset }
    return cut.map { block.address + $0.offset - 1 } ?? address
  }

  private func request(from start: Int, to end: Int) -> Step {
    guard let range = RegisterRange(start: start, count: min(limit, end - start, 0x1_0000 - start)) else {
      return .finished
    }
    return .read(range)
  }
}
