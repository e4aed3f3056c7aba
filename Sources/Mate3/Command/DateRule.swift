import FieldCodec
import RegisterIO
import Registry

/// The gateway's date is three registers. One of them is not written when the three would name no day, of which the
/// gateway would make another one.
struct DateRule: Sendable {
  private let parts: [RegisterRange]

  /// Nil where the field is no part of the date.
  init?(_ block: PlacedBlock, changing field: FieldDefinition) {
    let names = ["year", "month", "day"]
    guard block.definition.kind == .gateway, names.contains(field.name) else { return nil }
    parts = names.compactMap { block.definition.field($0).flatMap(block.range(of:)) }
    guard parts.count == names.count else { return nil }
  }

  var reads: [RegisterRange] { parts }

  /// Why words may not go to a range as the date stands, or nil.
  func refusal(_ words: [UInt16], to range: RegisterRange, _ word: (Int) -> UInt16?) -> CommandRefusal? {
    let date = parts.map { part in part == range ? words.first : word(part.start) }
    guard let year = date[0], let month = date[1], let day = date[2], (1...12).contains(month),
      day > Self.length(ofMonth: month, year)
    else { return nil }
    return CommandRefusal(
      .crossField,
      "there is no day \(day) in month \(month) of \(year), afterwards or on the way; change the other one first")
  }

  private static func length(ofMonth month: UInt16, _ year: UInt16) -> UInt16 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
