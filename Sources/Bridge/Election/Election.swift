/// Decides which of the bridges on one base topic serves. Pure: it takes what happens, with its time, and says what is to
/// be done.
///
/// A bridge that comes to the broker is a candidate: it claims the base, and serves when its claim has come through the
/// broker and nobody has contradicted it for a while. Whoever hears a claim that is weaker than its own contradicts it;
/// whoever hears a stronger one stands by. So two can serve at once only until a claim of the one has reached the other.
struct Election {
  typealias Instant = ContinuousClock.Instant

  enum Event {
    /// The broker accepted the connection; nothing is subscribed.
    case connected
    /// The broker has dealt with a subscription.
    case subscribed
    /// What was sent behind a claim came back, so that the claim has reached everyone.
    case echo(number: Int)
    case claim(Claim)
    /// `bridge/info` names an instance, perhaps a dead one.
    case info(instance: String)
    case state(isOnline: Bool)
    /// Time has passed.
    case tick
    case disconnected
  }

  enum Action: Equatable {
    /// Subscribe to claims, info and state, and to what an earlier run left if that is to be known.
    case subscribe(isSurvey: Bool)
    case send(Claim)
    /// Send something that comes back. Its number tells it from that of an earlier candidacy.
    case sendEcho(number: Int)
    /// Take commands and publish; another bridge has, or may have, done so before.
    case serve(isTakeOver: Bool)
    /// Take no commands and publish nothing.
    case standBy(instance: String)
    /// Say once more that the bridge is online: the will of another one has said that it is not.
    case repeatState
    case use(GatewayUse)
  }

  /// How long a candidate waits for contradiction at least, after its claim has come through.
  static let window: Duration = .milliseconds(300)
  /// As many times as long as the claim took are enough for an answer.
  private static let windowFactor = 3
  /// How long it waits where there are signs of another bridge, which may be slow; and for its echo.
  static let patience: Duration = .seconds(5)
  /// How often a candidate repeats its claim.
  static let claimInterval: Duration = .seconds(1)
  /// How often one that stands by asks whether the other lives.
  static let askInterval: Duration = .seconds(3)
  /// After so long a silence the other is dead.
  static let silence: Duration = .seconds(9)
  /// How often the serving one claims its base unasked, should a claim have been lost.
  static let servingInterval: Duration = .seconds(30)
  /// How long a bridge that has just started, or has timed commands to end, waits for a broker before it uses the gateway
  /// without one.
  static let brokerPatience: Duration = .seconds(3)

  private enum Role {
    case unconnected
    case candidate(Candidacy)
    /// - heardAt: when the serving bridge was last heard of.
    case standingBy(heardAt: Instant)
    case serving
  }

  private struct Candidacy {
    let since: Instant
    var claimedAt: Instant?
    var echoAt: Instant?
    /// When the broker last showed that it works.
    var aliveAt: Instant?
    /// What the broker keeps: the instance that has served last, and whether it still does.
    var found: String?
    var isFoundOnline = false
    /// Whether nothing but an answer counts as a sign of another bridge.
    var isSure = false
  }

  let instance: String
  /// Whether there are timed commands to end.
  var timers = TimersLeft.none
  private var lostAt: Instant
  private var role = Role.unconnected
  private var use = GatewayUse.none
  /// Whether this bridge served when it lost the broker, or has another one known to serve.
  private var isReturning = false
  private var knowsAnother = false
  /// Whether what the broker keeps is unknown, or known no more.
  private var needsSurvey = true
  private var isDecided = false
  private var nextClaim: Instant
  /// Of the candidacies so far.
  private(set) var number = 0

  init(instance: String, at now: Instant) {
    self.instance = instance
    lostAt = now
    nextClaim = now
  }

  var isServing: Bool { if case .serving = role { true } else { false } }
  var isCandidate: Bool { if case .candidate = role { true } else { false } }

  /// When the next ``Event/tick`` is due.
  var deadline: Instant? {
    switch role {
    case .unconnected: wantsGateway ? lostAt + Self.brokerPatience : nil
    case .candidate(let candidacy):
      candidacy.claimedAt == nil ? nil : min(nextClaim, readyAt(candidacy) ?? nextClaim)
    case .standingBy(let heardAt): min(nextClaim, heardAt + Self.silence)
    case .serving: nextClaim
    }
  }

  mutating func handle(_ event: Event, at now: Instant) -> [Action] {
    switch event {
    case .connected: return stand(at: now)
    case .disconnected: return lose(at: now)
    case .subscribed: return subscribed(at: now)
    case .echo(let number):
      guard number == self.number else { return [] }
      update { $0.echoAt = $0.echoAt ?? now }
      return []
    case .claim(let claim): return handle(claim, at: now)
    case .info(let other): return handle(info: other, at: now)
    case .state(let isOnline): return handle(state: isOnline, at: now)
    case .tick: return tick(at: now)
    }
  }

  // MARK: Standing

  private var claim: Claim {
    let state: Claim.State =
      switch role {
      case .serving: .serving
      case .standingBy: .standingBy
      case .candidate, .unconnected: isReturning ? .returning : .candidate
      }
    return Claim(instance: instance, state: state, timers: timers)
  }

  /// The claim that this bridge would make if it stood.
  private var candidacy: Claim {
    Claim(instance: instance, state: isReturning ? .returning : .candidate, timers: timers)
  }

  private mutating func update(_ body: (inout Candidacy) -> Void) {
    guard case .candidate(var candidacy) = role else { return }
    body(&candidacy)
    role = .candidate(candidacy)
  }

  /// - Parameter isSure: whether the other bridge has proved to be gone.
  private mutating func stand(isSure: Bool = false, at now: Instant) -> [Action] {
    number += 1
    role = .candidate(Candidacy(since: now, isSure: isSure))
    return [.subscribe(isSurvey: needsSurvey)]
  }

  private mutating func subscribed(at now: Instant) -> [Action] {
    guard case .candidate(var candidacy) = role else { return [] }
    let isFirst = candidacy.claimedAt == nil
    candidacy.aliveAt = now
    candidacy.claimedAt = candidacy.claimedAt ?? now
    role = .candidate(candidacy)
    guard isFirst else { return [] }
    nextClaim = now + Self.claimInterval
    return [.send(claim), .sendEcho(number: number)]
  }

  private func isAnother(_ candidacy: Candidacy) -> Bool {
    candidacy.isFoundOnline && candidacy.found.map { $0 != instance } ?? false
  }

  /// When a candidate may serve; nil when that can't be said yet.
  private func readyAt(_ candidacy: Candidacy) -> Instant? {
    guard let claimedAt = candidacy.claimedAt else { return nil }
    guard let echoAt = candidacy.echoAt else {
      // The broker may forbid the echo. One that does nothing at all is waited for.
      return (candidacy.aliveAt ?? claimedAt) > claimedAt ? claimedAt + Self.patience : nil
    }
    if isAnother(candidacy) && !candidacy.isSure || knowsAnother { return echoAt + Self.patience }
    return echoAt + max(Self.window, min(Self.patience, (echoAt - claimedAt) * Self.windowFactor))
  }

  private mutating func tick(at now: Instant) -> [Action] {
    switch role {
    case .unconnected:
      return wantsGateway && now >= lostAt + Self.brokerPatience ? changeUse(.shared) : []
    case .candidate(let candidacy):
      if let ready = readyAt(candidacy), now >= ready { return serve(candidacy, at: now) }
      guard candidacy.claimedAt != nil, now >= nextClaim else { return [] }
      nextClaim = now + Self.claimInterval
      // The subscription shows whether the broker works, also where it forbids the echo.
      return [.send(claim)] + (candidacy.echoAt == nil ? [.sendEcho(number: number), .subscribe(isSurvey: false)] : [])
    case .standingBy(let heardAt):
      if now >= heardAt + Self.silence { return stand(isSure: true, at: now) }
      guard now >= nextClaim else { return [] }
      nextClaim = now + Self.askInterval
      return [.send(claim)]
    case .serving:
      guard now >= nextClaim else { return [] }
      nextClaim = now + Self.servingInterval
      return [.send(claim)]
    }
  }

  private mutating func serve(_ candidacy: Candidacy, at now: Instant) -> [Action] {
    let isTakeOver = candidacy.isSure || isAnother(candidacy)
    role = .serving
    (isReturning, knowsAnother, needsSurvey, isDecided) = (false, false, false, true)
    nextClaim = now + Self.servingInterval
    return [.send(claim), .serve(isTakeOver: isTakeOver)] + changeUse(.kept)
  }

  private mutating func standBy(for other: Claim, at now: Instant) -> [Action] {
    role = .standingBy(heardAt: now)
    (isReturning, knowsAnother, needsSurvey, isDecided) = (false, false, true, true)
    nextClaim = now + Self.askInterval
    return [.standBy(instance: other.instance)] + changeUse(.none)
  }

  /// Whether the gateway is to be used without a broker, though it was not before.
  private var wantsGateway: Bool { use == .none && (!isDecided || timers != .none) }

  private mutating func lose(at now: Instant) -> [Action] {
    let before = role
    if case .unconnected = before { return [] }
    role = .unconnected
    lostAt = now
    switch before {
    case .serving:
      isReturning = true
      // Another one may take over meanwhile, and the gateway has one connection.
      return changeUse(.shared)
    case .standingBy: knowsAnother = true
    case .candidate, .unconnected: break
    }
    return []
  }

  private mutating func changeUse(_ new: GatewayUse) -> [Action] {
    guard use != new else { return [] }
    use = new
    return [.use(new)]
  }

  // MARK: What others say

  private mutating func handle(_ other: Claim, at now: Instant) -> [Action] {
    guard other.instance != instance else { return [] }
    switch role {
    case .unconnected: return []
    case .standingBy:
      guard other.state == .serving else { return [] }
      role = .standingBy(heardAt: now)
      // It has ended its timed commands, and this bridge has some left.
      return candidacy.outranks(other) ? stand(isSure: true, at: now) : []
    case .candidate:
      guard other.state != .standingBy else { return [] }
      return other.outranks(claim) ? standBy(for: other, at: now) : [.send(claim)]
    case .serving:
      return other.state != .standingBy && other.outranks(claim) ? standBy(for: other, at: now) : [.send(claim)]
    }
  }

  private mutating func handle(info other: String, at now: Instant) -> [Action] {
    switch role {
    case .candidate: update { $0.found = other }
    case .standingBy where other != instance: role = .standingBy(heardAt: now)
    case .serving where other != instance: return [.send(claim)]
    default: break
    }
    return []
  }

  private mutating func handle(state isOnline: Bool, at now: Instant) -> [Action] {
    switch role {
    case .candidate: update { $0.isFoundOnline = isOnline }
    case .standingBy where !isOnline: return stand(isSure: true, at: now)
    case .serving where !isOnline: return [.repeatState]
    default: break
    }
    return []
  }
}
