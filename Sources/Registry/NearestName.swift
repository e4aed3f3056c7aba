/// Finds what somebody who mistyped a name most likely meant.
package enum NearestName {
  /// The candidate that takes the fewest changes, capitals aside, else one that begins with the name, or nil when none is
  /// near. The first of equals is taken.
  package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    var best: (name: String, distance: Int)?
    let typed = name.lowercased()
    for candidate in candidates {
      let distance = distance(typed, candidate.lowercased())
      if distance < best?.distance ?? max(1, name.utf8.count / 3) + 1 { best = (candidate, distance) }
    }
    return best?.name ?? (typed.count < 3 ? nil : candidates.first { $0.lowercased().hasPrefix(typed) })
  }

  /// Characters to insert, delete, replace or swap with their neighbour (optimal string alignment).
  package static func distance(_ left: String, _ right: String) -> Int {
    // Nobody mistypes a name of several hundred letters: bounds the work on garbage.
    let a = Array(left.utf8.prefix(100))
    let b = Array(right.utf8.prefix(100))
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i]
      row.reserveCapacity(b.count + 1)
      for j in 1...b.count {
        var cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, beforeLast[j - 2] + 1) }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
