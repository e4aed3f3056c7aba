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

  mutating func removeAll() { counts = [:] }
}
