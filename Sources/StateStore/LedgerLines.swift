import Foundation
import Mate3

/// The lines of a ledger, as far as they make sense.
struct LedgerLines {
  typealias Line = (entry: LedgerEntry, text: Data)

  private(set) var lines: [Line] = []
  /// The first line that makes no sense, counted from 1 where reading began; nil when there is none.
  private(set) var firstBad: Int?
  /// Bytes up to the end of the last whole line.
  private(set) var length = 0

  init() {}

  /// - Parameter isEnd: whether `data` is only the end of a file, so that it may begin within a line.
  init(_ data: Data, isEnd: Bool = false) {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601WithMilliseconds
    let newline = UInt8(ascii: "\n")
    var start = data.startIndex
    if isEnd { start = data.firstIndex(of: newline).map { $0 + 1 } ?? data.endIndex }
    length = start - data.startIndex
    var number = 0
    while let end = data[start...].firstIndex(of: newline) {
      let text = data[start..<end]
      number += 1
      start = end + 1
      length = start - data.startIndex
      if text.isEmpty { continue }
      if let entry = try? decoder.decode(LedgerEntry.self, from: Data(text)) {
        lines.append((entry, text))
      } else {
        firstBad = firstBad ?? number
      }
    }
    // Without its end a line was never finished: the write that it announces was never sent. Anything else is not ours.
    if start < data.endIndex, data[start] != UInt8(ascii: "{") { firstBad = firstBad ?? number + 1 }
  }

  var last: Int { lines.map(\.entry.number).max() ?? 0 }

  /// Most writes without an outcome that a new file takes over.
  private static let openLimit = 64

  /// What still counts when a new file is begun, and leaves it room: of each field the last two writes, and the last ones
  /// of the last day that caps count; what is open; and the last line, for its number.
  /// - Parameter perField: most writes of a field; where they are too many, the fields written most have fewer.
  func counting(at now: Date, perField: Int) -> Data {
    let kept = numbers(at: now, perField: perField)
    var data = Data()
    for line in lines where kept.contains(line.entry.number) {
      data += line.text
      data.append(UInt8(ascii: "\n"))
    }
    guard data.count > LedgerFile.sizeLimit / 2, perField > 2 else { return data }
    return counting(at: now, perField: perField / 2)
  }

  private func numbers(at now: Date, perField: Int) -> Set<Int> {
    var ends: [Int: String] = [:]
    for case .end(let end) in lines.map(\.entry) { ends[end.number] = end.status }
    var kept: Set<Int> = [last]
    var written: [String: Int] = [:]
    var counted: [String: Int] = [:]
    var open = 0
    for case .intent(let intent) in lines.reversed().map(\.entry) {
      let status = ends[intent.number]
      if status == nil, open < min(Self.openLimit, perField) {
        open += 1
        kept.insert(intent.number)
      }
      guard status != WriteOutcome.Status.rejected.rawValue else { continue }
      let field = "\(intent.block).\(intent.field)"
      if written[field, default: 0] < 2 {
        written[field, default: 0] += 1
        kept.insert(intent.number)
      }
      guard !intent.isFree, now.timeIntervalSince(intent.at) < WriteCaps.day, counted[field, default: 0] < perField
      else { continue }
      counted[field, default: 0] += 1
      kept.insert(intent.number)
    }
    // How a command of several settings ended stands with the last of its writes.
    for command in lines.map(\.entry).commands where command.writes.contains(where: { kept.contains($0.intent.number) })
    {
      if let last = command.last { kept.insert(last.intent.number) }
    }
    return kept
  }
}

extension LedgerEntry {
  var number: Int {
    switch self {
    case .intent(let intent): intent.number
    case .end(let end): end.number
    }
  }
}
