import DequeModule

/// The first answers to commands with an id, so that a repeated one is not carried out again.
struct AnswerMemory {
  static let limit = 256

  private var answers: [String: [UInt8]] = [:]
  private var order: Deque<String> = []

  func answer(_ topic: String, _ id: String?) -> [UInt8]? { id.flatMap { answers["\(topic) \($0)"] } }

  mutating func keep(_ answer: [UInt8], _ topic: String, _ id: String?) {
    guard let id else { return }
    let key = "\(topic) \(id)"
    guard answers[key] == nil else { return }
    answers[key] = answer
    order.append(key)
    if order.count > Self.limit { answers[order.removeFirst()] = nil }
  }
}
