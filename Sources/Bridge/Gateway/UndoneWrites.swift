import Mate3
import RegisterIO
import Registry

/// Notices that something else undoes what commands have written: another bridge on the gateway, OPTICS, a schedule. Pure.
struct UndoneWrites {
  struct Place: Hashable, CustomStringConvertible {
    let block: PinKey
    let field: String

    var description: String { "\(block).\(field)" }
  }

  private struct Written {
    var words: [UInt16]
    var before: [UInt16]
    /// Whether nothing else has been seen in the field since.
    var stands = true
    var undoneAt: [ContinuousClock.Instant] = []
  }

  /// After so many times in a day it is no accident.
  static let limit = 3
  static let day: Duration = .seconds(86_400)

  /// By field, of which a system has some hundreds.
  private var written: [Place: Written] = [:]

  var places: [Place] { Array(written.keys) }

  /// A write was accepted.
  mutating func note(_ words: [UInt16], over before: [UInt16], in place: Place) {
    guard !before.isEmpty, before != words else { return }
    var entry = written[place] ?? Written(words: words, before: before)
    (entry.words, entry.before, entry.stands) = (words, before, true)
    written[place] = entry
  }

  /// A write to another field of the same registers was accepted.
  mutating func overwrite(_ place: Place) { written[place]?.stands = false }

  /// Takes what a field holds.
  /// - Returns: true when it went back to what stood before the last write, and had done so before.
  mutating func look(at words: [UInt16], in place: Place, at now: ContinuousClock.Instant) -> Bool {
    guard var entry = written[place], entry.stands, words != entry.words else { return false }
    entry.stands = false
    if words == entry.before {
      entry.undoneAt = entry.undoneAt.filter { $0.duration(to: now) < Self.day }.suffix(Self.limit - 1) + [now]
    }
    written[place] = entry
    return words == entry.before && entry.undoneAt.count >= Self.limit
  }

  /// The fields of which nothing was undone for a day.
  func quiet(at now: ContinuousClock.Instant) -> [Place] {
    written.filter { $0.value.undoneAt.last.map { $0.duration(to: now) >= Self.day } ?? false }.map(\.key)
  }
}

extension GatewayService {
  /// Takes an accepted command, the end of a timed one too.
  func noteWritten(_ request: WriteRequest, _ outcome: WriteOutcome) {
    undone.note(
      outcome.read, over: outcome.before,
      in: UndoneWrites.Place(block: PinKey(request.block), field: request.field.name))
    for place in undone.places where place.block == PinKey(request.block) && place.field != request.field.name {
      let range = request.block.definition.target(place.field).flatMap(request.block.range(of:))
      if range?.overlaps(request.range) ?? false { undone.overwrite(place) }
    }
  }

  /// Looks whether what commands have written still stands.
  func watchWritten(at now: ContinuousClock.Instant) async {
    guard let image else { return }
    for place in undone.places {
      guard let block = image.layout.blocks.first(where: { PinKey($0) == place.block }),
        let field = block.definition.target(place.field), let range = block.range(of: field)
      else { continue }
      let words = (range.start..<range.end).compactMap(image.word)
      guard words.count == range.count, undone.look(at: words, in: place, at: now) else { continue }
      let message =
        "something else writes \(place): in 24 hours it went back \(UndoneWrites.limit) times or more to what stood "
        + "before a command; look for another bridge or program, OPTICS, a schedule, or somebody at the keypad"
      guard alerts[.undone]?["\(place)"] == nil else { continue }
      publisher.publish(event: BridgeEvent(.commandsUndone, message))
      await setAlert(.undone, "\(place)", message)
    }
    for place in undone.quiet(at: now) { await setAlert(.undone, "\(place)", nil) }
  }
}
