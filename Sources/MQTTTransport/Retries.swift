/// How often and how fast it was tried again, and what has been said about it.
struct Retries {
  struct Decision {
    var reason: String
    /// How long to wait before the next attempt; nil for none.
    var delay: Duration?
    /// Whether the same was not already said about the attempt before.
    var isNews = true
    /// Whether somebody has to mend something.
    var isFault = false
  }

  private let options: MosquittoOptions
  private var failures = 0
  private var lastReason: String?
  private var hasUnansweredAttempts = false
  private var connectedAt: ContinuousClock.Instant?
  private var shortConnections = 0

  init(_ options: MosquittoOptions) {
    self.options = options
  }

  mutating func connected() {
    failures = 0
    lastReason = nil
    connectedAt = .now
  }

  mutating func decide(after ending: Ending) -> Decision {
    var decision = Decision(reason: ending.reason, delay: delay(after: ending), isFault: ending.isFault)
    if isFight(ending) {
      decision.reason = """
        the broker \(options.place) closed three connections just after it had accepted them: most likely another \
        client has this client id (\(options.clientID ?? "none")), so give one of them another; trying again in \
        \(options.takenOverRetryDelay.components.seconds) s
        """
      decision.delay = options.takenOverRetryDelay
    }
    decision.isNews = lastReason != decision.reason
    lastReason = decision.reason
    return decision
  }

  private mutating func delay(after ending: Ending) -> Duration? {
    if ending.isUnanswered { hasUnansweredAttempts = true }
    switch ending.retry {
    case .takenOver:
      // A broker that hung works off our own abandoned attempts when it wakes, and may take one of them for newer
      // than the connection that came after it.
      guard hasUnansweredAttempts else { return nil }
      hasUnansweredAttempts = false
    case .slowly: return options.refusedRetryDelay
    case .soon, .withVersion311: break
    }
    failures += 1
    return min(options.longestRetryDelay, options.retryDelay * (1 << min(failures - 1, 10)))
  }

  /// Whether two clients seem to throw each other out. Only a broker of version 5 says so, and mosquitto 2.0.11, which
  /// Debian 12 has, closes the connection without a word even then.
  private mutating func isFight(_ ending: Ending) -> Bool {
    let lasted = connectedAt.map { ContinuousClock.now - $0 }
    connectedAt = nil
    guard ending.isClosedSilently, let lasted, lasted < options.longestRetryDelay * 2 + .seconds(1) else {
      shortConnections = 0
      return false
    }
    shortConnections += 1
    guard shortConnections >= 3 else { return false }
    shortConnections = 0
    return true
  }
}
