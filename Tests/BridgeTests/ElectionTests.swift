import Testing

@testable import Bridge

@Suite struct ElectionTests {
  private let start = ContinuousClock.now

  /// Brings a bridge to the moment at which its claim has come through the broker.
  private func candidate(_ instance: String, found: String? = nil, isOnline: Bool = false) -> Election {
    var election = Election(instance: instance, at: start)
    _ = election.handle(.connected, at: start)
    _ = election.handle(.subscribed, at: start)
    _ = election.handle(.state(isOnline: isOnline), at: start)
    if let found { _ = election.handle(.info(instance: found), at: start) }
    _ = election.handle(.echo(number: 1), at: start)
    return election
  }

  private func claim(_ instance: String, _ state: Claim.State, hasTimers: Bool = false) -> Claim {
    Claim(instance: instance, state: state, timers: hasTimers ? .later : .none)
  }

  @Test func aloneItServesAfterTheWindow() {
    var election = Election(instance: "a", at: start)
    #expect(election.handle(.connected, at: start) == [.subscribe(isSurvey: true)])
    #expect(election.handle(.subscribed, at: start) == [.send(claim("a", .candidate)), .sendEcho(number: 1)])
    #expect(election.handle(.echo(number: 1), at: start).isEmpty)
    let ready = start + Election.window
    #expect(election.deadline == ready)
    #expect(election.handle(.tick, at: ready - .milliseconds(1)).isEmpty)
    #expect(
      election.handle(.tick, at: ready) == [.send(claim("a", .serving)), .serve(isTakeOver: false), .use(.kept)])
  }

  /// What the broker kept of a dead bridge, as after a power cut: it is waited for, and not for ever.
  @Test func aDeadOneIsWaitedForALittle() {
    var election = candidate("a", found: "dead", isOnline: true)
    #expect(!election.handle(.tick, at: start + Election.patience - .milliseconds(1)).contains(.use(.kept)))
    let actions = election.handle(.tick, at: start + Election.patience)
    #expect(actions.contains(.serve(isTakeOver: true)) && election.isServing)
    for (found, isOnline) in [("a", true), ("dead", false)] {
      var election = candidate("a", found: found, isOnline: isOnline)
      #expect(election.handle(.tick, at: start + Election.window).contains(.serve(isTakeOver: false)))
    }
  }

  /// Of two claims the same one is the stronger for both.
  @Test func twoJudgeAlike() {
    let claims = ["a", "b"].flatMap { instance in
      [Claim.State.serving, .returning, .candidate].flatMap { state in
        [false, true].map { claim(instance, state, hasTimers: $0) }
      }
    }
    for one in claims {
      for other in claims where one.instance != other.instance {
        #expect(one.outranks(other) != other.outranks(one))
      }
    }
    // Who has timed commands to end, else who serves, else who has served, else the smaller name.
    #expect(claim("b", .candidate, hasTimers: true).outranks(claim("a", .serving)))
    // Of two that have, the one that has to end one now.
    let due = Claim(instance: "b", state: .standingBy, timers: .due)
    #expect(due.outranks(claim("a", .serving, hasTimers: true)) && !claim("a", .serving, hasTimers: true).outranks(due))
    #expect(claim("b", .serving).outranks(claim("a", .returning)))
    #expect(claim("b", .returning).outranks(claim("a", .candidate)))
    #expect(claim("a", .candidate).outranks(claim("b", .candidate)))
  }

  @Test func theStrongerClaimIsTheAnswerToTheWeaker() {
    var one = candidate("a")
    var other = candidate("b")
    #expect(one.handle(.claim(claim("b", .candidate)), at: start) == [.send(claim("a", .candidate))])
    #expect(other.handle(.claim(claim("a", .candidate)), at: start) == [.standBy(instance: "a")])
    // It asks now and then, and takes over after a silence.
    #expect(other.deadline == start + Election.askInterval)
    #expect(other.handle(.tick, at: start + Election.askInterval) == [.send(claim("b", .standingBy))])
    #expect(other.handle(.tick, at: start + Election.silence) == [.subscribe(isSurvey: true)])
    // At once when the broker says that the other one is gone.
    var third = candidate("c")
    _ = third.handle(.claim(claim("a", .serving)), at: start)
    #expect(third.handle(.state(isOnline: false), at: start) == [.subscribe(isSurvey: true)])
  }

  /// One that stands by takes over in time for an end of its own, though the other has ends to come, too.
  @Test func anEndThatIsDueGoesFirst() {
    var standing = candidate("b")
    standing.timers = .later
    let other = claim("a", .serving, hasTimers: true)
    #expect(standing.handle(.claim(other), at: start) == [.standBy(instance: "a")])
    #expect(standing.handle(.claim(other), at: start + .seconds(3)).isEmpty)
    standing.timers = .due
    #expect(standing.handle(.claim(other), at: start + .seconds(6)) == [.subscribe(isSurvey: true)])
    var serving = candidate("a")
    _ = serving.handle(.tick, at: start + Election.window)
    serving.timers = .later
    let due = Claim(instance: "b", state: .candidate, timers: .due)
    #expect(serving.handle(.claim(due), at: start + .seconds(6)).first == .standBy(instance: "b"))
    // Its own end is due as well: it goes on, and hands over afterwards.
    var busy = candidate("a")
    _ = busy.handle(.tick, at: start + Election.window)
    busy.timers = .due
    #expect(busy.handle(.claim(due), at: start + .seconds(6)).first != .standBy(instance: "b"))
  }

  /// Two that serve, as after a broken network: one of them leaves base and gateway to the other.
  @Test func ofTwoThatServeOneGivesUp() {
    var one = candidate("a")
    var other = candidate("b")
    _ = one.handle(.tick, at: start + Election.window)
    _ = other.handle(.tick, at: start + Election.window)
    let now = start + .seconds(10)
    #expect(one.handle(.claim(claim("b", .serving)), at: now) == [.send(claim("a", .serving))])
    #expect(other.handle(.claim(claim("a", .serving)), at: now) == [.standBy(instance: "a"), .use(.none)])
  }

  /// The rest of an earlier candidacy, or connection, ends no later one.
  @Test func anEarlierEchoCountsForNothing() {
    var election = Election(instance: "a", at: start)
    _ = election.handle(.connected, at: start)
    _ = election.handle(.subscribed, at: start)
    _ = election.handle(.disconnected, at: start)
    _ = election.handle(.connected, at: start)
    _ = election.handle(.subscribed, at: start)
    _ = election.handle(.echo(number: 1), at: start)
    #expect(!election.handle(.tick, at: start + Election.window).contains(.serve(isTakeOver: false)))
    let later = start + .seconds(1)
    _ = election.handle(.echo(number: 2), at: later)
    #expect(election.handle(.tick, at: later + .seconds(3)).contains(.serve(isTakeOver: false)))
  }

  /// Where access rules forbid the echo; but not while the broker does nothing at all.
  @Test func withoutAnEchoASignOfLifeWillDo() {
    var election = Election(instance: "a", at: start)
    _ = election.handle(.connected, at: start)
    _ = election.handle(.subscribed, at: start)
    #expect(!election.handle(.tick, at: start + Election.patience).contains(.use(.kept)))
    _ = election.handle(.subscribed, at: start + Election.patience)
    #expect(election.handle(.tick, at: start + Election.patience).contains(.use(.kept)))
  }

  /// Without a broker timed commands are ended all the same, and the gateway is given up between cycles.
  @Test func withoutABrokerTheGatewayIsShared() {
    var election = Election(instance: "a", at: start)
    #expect(election.deadline == start + Election.brokerPatience)
    #expect(election.handle(.tick, at: start + Election.brokerPatience) == [.use(.shared)])
    var serving = candidate("a")
    _ = serving.handle(.tick, at: start + Election.window)
    #expect(serving.handle(.disconnected, at: start + .seconds(1)) == [.use(.shared)])
    #expect(serving.deadline == nil)
    var standing = candidate("b")
    _ = standing.handle(.claim(claim("a", .serving)), at: start)
    _ = standing.handle(.disconnected, at: start)
    #expect(standing.deadline == nil)
  }

  @Test(arguments: ["", "{}", "null", "{\"instance\":\"a\",\"state\":\"king\",\"timed_commands\":false}"])
  func whatIsNoClaimIsNone(text: String) {
    #expect(Claim(Array(text.utf8)) == nil)
    #expect(Claim(Array(repeating: 0x20, count: Claim.sizeLimit + 1)) == nil)
  }
}
