import Registry

/// Looks for fields by words, by what stands on a topic or a command line, and by what Home Assistant calls them.
struct FieldSearch {
  struct Named {
    /// In small letters.
    let text: String
    /// What people read for it, without the device, by words.
    let titles: [[Substring]]
    /// As they are printed.
    let lines: String

    init(_ texts: [String], titles: [String], lines: String) {
      text = texts.joined(separator: "\n").lowercased()
      self.titles = titles.map(FieldSearch.parts)
      self.lines = lines
    }
  }

  let all: [Named]

  init(_ all: [Named]) { self.all = all }

  func find(_ words: [String]) -> [Named] {
    let words = words.map { $0.lowercased() }
    let parts = Self.parts(words.joined(separator: " "))
    // Others only speak of what a topic has.
    let exact = Self.places(words).first.map { place in all.filter { $0.text.hasPrefix(place[0] + "\n") } } ?? []
    if !exact.isEmpty { return exact }
    // With a number in it, it is the name of one device's entity.
    if parts.dropLast().contains(where: { Int($0) != nil }) {
      let named = entities(parts)
      if !named.isEmpty { return named }
    }
    for words in [words] + Self.places(words) {
      let found = all.filter { named in words.allSatisfy(named.text.contains) }
      if !found.isEmpty { return found }
    }
    let named = entities(parts)
    let rest = parts.filter(Self.isName)
    return named.isEmpty && !rest.isEmpty ? all.filter { named in rest.allSatisfy(named.text.contains) } : named
  }

  /// The words with those mended that are in no field; nil where nothing is near.
  func spelled(_ words: [String]) -> String? {
    let known = Set(all.flatMap { $0.text.split { !$0.isLetter }.filter { $0.count > 3 }.map(String.init) }).sorted()
    var isMended = false
    let mended = words.map { word in
      let low = word.lowercased()
      guard low.count > 3, !all.contains(where: { $0.text.contains(low) }),
        let near = NearestName.of(low, among: known), NearestName.distance(low, near) <= 2
      else { return word }
      isMended = true
      return near
    }
    return isMended ? mended.joined(separator: " ") : nil
  }

  /// What a topic or a place on the command line says: device and field, else the field alone, whose device may have a
  /// name of the owner's.
  private static func places(_ words: [String]) -> [[String]] {
    let place = /(?:.*?\/)?([a-z0-9_]+)(?:\/(?:[0-9]+|all))?[\/.]([a-z0-9_]+)(?:\/set(?:\/result)?)?/
    guard words.count == 1, let match = words[0].wholeMatch(of: place) else { return [] }
    return [["\(match.1).\(match.2)"], [String(match.2)]]
  }

  /// By an entity's id, or by the names of its device and its own: as much of the end as is one's name.
  private func entities(_ parts: [Substring]) -> [Named] {
    for start in parts.indices {
      let named = all.filter { $0.titles.contains(Array(parts[start...])) }
      guard !named.isEmpty else { continue }
      let device = parts[..<start].filter(Self.isName)
      let near = named.filter { named in device.allSatisfy { named.text.contains($0) } }
      return near.isEmpty ? named : near
    }
    return []
  }

  /// Whether a word is neither a port nor what Home Assistant puts in front.
  private static func isName(_ part: Substring) -> Bool { Int(part) == nil && !domains.contains(part) }

  private static let domains: Set<Substring> = [
    "binary", "sensor", "switch", "select", "number", "button", "text", "time",
  ]

  private static func parts(_ text: String) -> [Substring] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }
  }
}
