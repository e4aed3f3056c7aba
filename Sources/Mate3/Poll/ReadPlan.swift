package import RegisterIO

/// The fewest requests that read the wanted registers.
package enum ReadPlan {
  /// Covers `wanted` with ranges of at most `limit` registers.
  ///
  /// Each request starts at the first register still wanted and reaches as far as it may, over gaps as well: the
  /// fewest intervals that cover points on a line. A request ends early only so as not to cut a numeric field.
  /// - Parameters:
  ///   - wanted: in any order, overlapping or not.
  ///   - whole: fields of two registers that one request must hold whole; sorted by address.
  ///   - refused: registers that no request may touch.
  ///   - limit: 2…125 registers a request.
  package static func requests(
    for wanted: [RegisterRange], keepingWhole whole: [RegisterRange], avoiding refused: [RegisterRange] = [], limit: Int
  ) -> [RegisterRange] {
    let limit = min(max(limit, 2), 125)
    if !refused.isEmpty {
      var (wanted, requests) = (wanted, [RegisterRange]())
      for gap in refused.sorted(by: { $0.start < $1.start }) {
        let (before, after) = parts(of: wanted, around: gap)
        requests += Self.requests(for: before, keepingWhole: whole, limit: limit)
        wanted = after
      }
      return requests + Self.requests(for: wanted, keepingWhole: whole, limit: limit)
    }
    let sorted = wanted.sorted { $0.start < $1.start }
    var requests: [RegisterRange] = []
    var next = 0
    var position = sorted.first?.start ?? 0
    while next < sorted.count {
      position = max(position, sorted[next].start)
      if position >= sorted[next].end {
        next += 1
        continue
      }
      var reach = position + limit
      if let cut = whole.first(where: { $0.start < reach && reach < $0.end }), cut.start > position {
        reach = cut.start
      }
      var end = position
      for range in sorted[next...] {
        guard range.start < reach else { break }
        end = max(end, min(range.end, reach))
      }
      guard let request = RegisterRange(start: position, count: end - position) else { break }
      requests.append(request)
      position = end
    }
    return requests
  }

  private static func parts(
    of wanted: [RegisterRange], around refused: RegisterRange
  ) -> (before: [RegisterRange], after: [RegisterRange]) {
    let before = wanted.compactMap {
      RegisterRange(start: $0.start, count: min($0.end, refused.start) - $0.start)
    }
    let after = wanted.compactMap { range in
      let start = max(range.start, refused.end)
      return RegisterRange(start: start, count: range.end - start)
    }
    return (before, after)
  }
}
