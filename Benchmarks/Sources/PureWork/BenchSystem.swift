import Foundation
import Mate3
import RegisterIO
import Registry
import Simulator

/// A described system that was scanned once: what the pure parts work on.
struct BenchSystem {
  let registry: Registry
  let layout: SystemLayout
  let map: ReadMap
  /// The requests of a full read.
  let requests: [RegisterRange]
  /// Words of each request.
  let words: [[UInt16]]
  /// The same with 72 measured values changed.
  let changed72: [[UInt16]]
  /// The same with every number changed that may.
  let changedAll: [[UInt16]]

  struct Incomplete: Error {}

  /// - Parameter file: a described system, or a register dump.
  init(file: URL) throws {
    registry = try Registry.embedded()
    let image = try RegisterImage.load(file: file.path, registry: registry)
    var walk = ChainWalk(registry: registry, limit: 100)
    while case .read(let range) = try walk.next() { walk.receive(try Self.words(image, range), from: range) }
    layout = walk.layout(registry: registry, names: DeviceNames())
    map = ReadMap(layout: layout)
    requests = map.requests(Set(IntervalClass.allCases), limit: 100)
    words = try requests.map { try Self.words(image, $0) }
    // The lowest bit of plain numbers: no structure, identity, scale or sentinel.
    let numbers = map.slots.filter { slot in
      slot.field.type.isNumeric && slot.field.type != .sunssf && slot.field.evidence == .none
        && slot.field.enumeration == nil && slot.field.flags == nil && slot.field.offset > 2
        && slot.field.name != "port_number"
        && !(0x7FFE...0x8001).contains(image[slot.range.end - 1] ?? 0) && (image[slot.range.end - 1] ?? 0) < 0xFFFE
    }
    let live = numbers.filter { $0.field.interval == .live }.prefix(72)
    guard live.count == 72 else { throw Incomplete() }
    changed72 = Self.flipped(words, requests, live.map { $0.range.end - 1 })
    changedAll = Self.flipped(words, requests, numbers.map { $0.range.end - 1 })
  }

  private static func words(_ image: RegisterImage, _ range: RegisterRange) throws -> [UInt16] {
    guard let words = image.words(in: range) else { throw Incomplete() }
    return words
  }

  private static func flipped(_ words: [[UInt16]], _ requests: [RegisterRange], _ addresses: [Int]) -> [[UInt16]] {
    var words = words
    for (index, request) in requests.enumerated() {
      for address in addresses where address >= request.start && address < request.end {
        words[index][address - request.start] ^= 1
      }
    }
    return words
  }

  /// A cycle that reads everything.
  func cycle(_ image: inout SystemImage, _ words: [[UInt16]]) throws -> [FieldChange] {
    image.beginCycle()
    for (request, words) in zip(requests, words) { image.receive(words, from: request) }
    try image.checkHeaders()
    return image.commit().changes
  }
}
