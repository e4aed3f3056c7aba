/// What is marked by several at once, until each has taken its mark away.
struct CountedSet<Element: Hashable & Sendable>: Sendable {
  private var counts: [Element: Int] = [:]

  var elements: Set<Element> { Set(counts.keys) }

  func contains(_ element: Element) -> Bool { counts[element] != nil }

  mutating func add(_ element: Element) { counts[element, default: 0] += 1 }

  mutating func remove(_ element: Element) {
    guard let count = counts[element] else { return }
    counts[element] = count > 1 ? count - 1 : nil
  }

  /// The same marks on other elements.
  /// - Parameter place: what takes an element's place, nothing where it is gone.
  func mapped(_ place: (Set<Element>) -> Set<Element>) -> CountedSet {
    var mapped = CountedSet()
    for (element, count) in counts { for new in place([element]) { mapped.counts[new] = count } }
    return mapped
  }
}
