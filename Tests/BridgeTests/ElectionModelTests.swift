import Foundation
import TestSupport
import Testing

@testable import Bridge

/// Bridges on a broker that delays, stalls, restarts with and without what it keeps, and loses connections; bridges that
/// are killed, started and stopped in their tracks.
private struct World {
  enum Packet {
    case subscribe(isSurvey: Bool)
    case claim(Claim)
    case echo(Int)
    case info(String)
    case state(Bool)
  }

  enum Happening {
    case atBroker(node: Int, session: Int, Packet)
    case atNode(node: Int, session: Int, Election.Event)
    case tick(node: Int)
    case connect(node: Int)
    /// The broker gives up a connection that has been silent.
    case expire(node: Int, session: Int)
    case info(node: Int, served: Int)
    case disturb
  }

  struct Node {
    var election: Election
    var isAlive = true
    /// The session as the bridge knows it, 0 for none.
    var session = 0
    var isServing = false
    var served = 0
    var use = GatewayUse.none
    var blockedUntil = 0
    var pausedUntil = 0
    var lastUp = 0
    var lastDown = 0
    var tickAt: Int?
    var timersUntil = 0
  }

  let base = ContinuousClock.now
  let delay: Int
  var random: SplitMix64
  var now = 0
  var nodes: [Node] = []
  var heap: [(at: Int, order: Int, what: Happening)] = []
  var order = 0
  var sessions = 0
  var subscribed: [Int: Set<Int>] = [:]  // node: sessions as the broker knows them
  var brokerUp = true
  var stalledUntil = 0
  var keptInfo: String?
  var keptState: Bool?
  var both: [Int: Int] = [:]
  var lastDisturbance = 0
  var violation: String?
  var switches = 0

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    delay = [2, 20, 100, 400].randomElement(using: &random) ?? 2
    if Bool.random(using: &random) {
      keptInfo = "dead"
      keptState = Bool.random(using: &random)
    }
    for _ in 0..<Int.random(in: 2...4, using: &random) { start() }
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  mutating func add(_ at: Int, _ what: Happening) {
    order += 1
    heap.append((at, order, what))
    var child = heap.count - 1
    while child > 0, precedes(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private func precedes(_ one: Int, _ other: Int) -> Bool {
    (heap[one].at, heap[one].order) < (heap[other].at, heap[other].order)
  }

  mutating func next() -> (at: Int, order: Int, what: Happening)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, least) {
          least = child
        }
        if least == parent { break }
        heap.swapAt(parent, least)
        parent = least
      }
    }
    return first
  }

  mutating func start() {
    let id = String(UInt32.random(in: .min ... .max, using: &random), radix: 16)
    nodes.append(Node(election: Election(instance: id, at: base + .milliseconds(now))))
    add(now + (Bool.random(using: &random) ? 0 : number(0...50)), .connect(node: nodes.count - 1))
    settle(nodes.count - 1)
  }

  mutating func up(_ node: Int, _ packet: Packet) {
    let at = max(nodes[node].lastUp, max(now, nodes[node].blockedUntil) + number(0...delay))
    nodes[node].lastUp = at
    add(at, .atBroker(node: node, session: nodes[node].session, packet))
  }

  mutating func down(_ node: Int, _ session: Int, _ event: Election.Event) {
    let at = max(nodes[node].lastDown, max(now, nodes[node].blockedUntil) + number(0...delay))
    nodes[node].lastDown = at
    add(at, .atNode(node: node, session: session, event))
  }

  mutating func broadcast(_ event: Election.Event) {
    for (node, sessions) in subscribed.sorted(by: { $0.key < $1.key }) {
      for session in sessions.sorted() { down(node, session, event) }
    }
  }

  /// Hands an event to a bridge, and does what it says.
  mutating func handle(_ node: Int, _ event: Election.Event) {
    let left = nodes[node].timersUntil - now
    nodes[node].election.timers = left <= 0 ? .none : left < 10_000 ? .due : .later
    for action in nodes[node].election.handle(event, at: base + .milliseconds(now)) {
      switch action {
      case .subscribe(let isSurvey): up(node, .subscribe(isSurvey: isSurvey))
      case .send(let claim): up(node, .claim(claim))
      case .sendEcho(let number): up(node, .echo(number))
      case .serve(_):
        nodes[node].isServing = true
        nodes[node].served += 1
        switches += 1
        up(node, .state(true))
        add(now + number(0...1000), .info(node: node, served: nodes[node].served))
      case .standBy: nodes[node].isServing = false
      case .repeatState: up(node, .state(true))
      case .use(let use): nodes[node].use = use
      }
    }
    if case .disconnected = event { nodes[node].isServing = false }
    settle(node)
  }

  mutating func settle(_ node: Int) {
    guard let deadline = nodes[node].election.deadline else { return }
    let due = base.duration(to: deadline)
    let at = max(now, Int(due.components.seconds * 1000 + due.components.attoseconds / 1_000_000_000_000_000) + 1)
    guard nodes[node].tickAt != at else { return }
    nodes[node].tickAt = at
    add(at, .tick(node: node))
  }

  /// Ends a connection for the bridge, and for the broker now or when it notices.
  mutating func disconnect(_ node: Int, noticedAfter later: Int?) {
    let session = nodes[node].session
    guard session != 0 else { return }
    nodes[node].session = 0
    if let later { add(now + later, .expire(node: node, session: session)) }
    guard nodes[node].isAlive else { return }
    handle(node, .disconnected)
    add(now + number(100...2500), .connect(node: node))
  }

  mutating func expire(_ node: Int, _ session: Int) {
    guard subscribed[node]?.remove(session) != nil else { return }
    keptState = false
    broadcast(.state(isOnline: false))
    if nodes[node].session == session { disconnect(node, noticedAfter: nil) }
  }

  func isConnected(_ node: Int) -> Bool {
    nodes[node].isAlive && nodes[node].session != 0 && nodes[node].blockedUntil <= now && nodes[node].pausedUntil <= now
      && brokerUp && stalledUntil <= now && subscribed[node]?.contains(nodes[node].session) ?? false
  }

  var serving: [Int] { nodes.indices.filter { nodes[$0].isServing && isConnected($0) } }

  mutating func look() {
    let serving = serving
    var pairs: [Int: Int] = [:]
    for one in serving {
      for other in serving where one < other {
        let pair = one * 100 + other
        let since = both[pair] ?? now
        pairs[pair] = since
        // A claim there and the answer back, or a claim that was on its way when a connection came back.
        if now - since > 4 * delay + 10 { violation = "\(one) and \(other) serve since \(since), at \(now)" }
      }
    }
    both = pairs
    for node in nodes.indices where nodes[node].isAlive && nodes[node].session != 0 && nodes[node].use == .kept {
      if !nodes[node].isServing { violation = "\(node) keeps the gateway and does not serve, at \(now)" }
    }
  }

  mutating func disturb() {
    lastDisturbance = now
    let node = number(0...nodes.count - 1)
    switch number(0...8) {
    case 0 where nodes[node].isAlive:
      nodes[node].isAlive = false
      nodes[node].isServing = false
      // A killed process is noticed at once, a dead machine after the keepalive.
      disconnect(node, noticedAfter: Bool.random(using: &random) ? 0 : number(1000...45_000))
    case 1: if nodes.count < 8 { start() }
    case 2: nodes[node].blockedUntil = max(nodes[node].blockedUntil, now + number(100...30_000))
    case 3: nodes[node].pausedUntil = max(nodes[node].pausedUntil, now + number(100...20_000))
    case 4: stalledUntil = max(stalledUntil, now + number(100...20_000))
    case 5: disconnect(node, noticedAfter: number(0...1000))
    case 6:
      // The broker restarts.
      if Bool.random(using: &random) { (keptInfo, keptState) = (nil, nil) }
      subscribed = [:]
      brokerUp = false
      let back = now + number(0...8000)
      add(back, .tick(node: -1))
      for each in nodes.indices where nodes[each].session != 0 { disconnect(each, noticedAfter: nil) }
    case 7: nodes[node].timersUntil = now + number(1000...40_000)
    default:
      // A power cut: all die, and all start together.
      for each in nodes.indices where nodes[each].isAlive {
        nodes[each].isAlive = false
        nodes[each].isServing = false
        disconnect(each, noticedAfter: number(0...45_000))
      }
      start()
      start()
    }
  }

  mutating func handle(_ what: Happening) {
    switch what {
    case .atBroker(let node, let session, let packet):
      if stalledUntil > now { return add(stalledUntil, what) }
      guard brokerUp, nodes[node].session == session || subscribed[node]?.contains(session) ?? false else { return }
      atBroker(node, session, packet)
    case .atNode(let node, let session, let event):
      guard nodes[node].session == session, nodes[node].isAlive else { return }
      if nodes[node].pausedUntil > now { return add(nodes[node].pausedUntil, what) }
      handle(node, event)
    case .tick(let node):
      guard node >= 0 else {
        brokerUp = true
        return
      }
      guard nodes[node].isAlive else { return }
      nodes[node].tickAt = nil
      if nodes[node].pausedUntil > now { return add(nodes[node].pausedUntil, what) }
      handle(node, .tick)
    case .connect(let node):
      guard nodes[node].isAlive, nodes[node].session == 0 else { return }
      guard brokerUp, stalledUntil <= now, nodes[node].pausedUntil <= now, nodes[node].blockedUntil <= now else {
        return add(now + number(500...2000), what)
      }
      sessions += 1
      nodes[node].session = sessions
      subscribed[node, default: []].insert(sessions)
      handle(node, .connected)
    case .expire(let node, let session): expire(node, session)
    case .info(let node, let served):
      guard nodes[node].isServing, nodes[node].served == served else { return }
      if nodes[node].pausedUntil <= now { up(node, .info(nodes[node].election.instance)) }
      add(now + 60_000, what)
    case .disturb: disturb()
    }
  }

  mutating func atBroker(_ node: Int, _ session: Int, _ packet: Packet) {
    switch packet {
    case .subscribe(let isSurvey):
      down(node, session, .subscribed)
      // Subscribing anew to the rest hands over what is kept.
      guard isSurvey || !(nodes[node].election.isServing) else { return }
      if let keptState { down(node, session, .state(isOnline: keptState)) }
      if let keptInfo { down(node, session, .info(instance: keptInfo)) }
    case .claim(let claim): broadcast(.claim(claim))
    case .echo(let number): down(node, session, .echo(number: number))
    case .info(let instance):
      keptInfo = instance
      broadcast(.info(instance: instance))
    case .state(let isOnline):
      keptState = isOnline
      broadcast(.state(isOnline: isOnline))
    }
  }

  /// - Returns: what went wrong, or nil.
  mutating func run() -> String? {
    var at = 0
    for _ in 0..<number(0...6) {
      at += number(0...30_000)
      add(at, .disturb)
    }
    // Longer than any disturbance, and then as long as a take-over may take.
    let end = at + 50_000 + 15_000 + 8 * delay
    while let event = next(), event.at <= end {
      now = event.at
      handle(event.what)
      look()
      if let violation { return violation }
    }
    now = end
    let alive = nodes.indices.filter { isConnected($0) }
    let serving = serving
    if !alive.isEmpty, serving.count != 1 { return "\(serving.count) of \(alive.count) serve at the end" }
    let kept = nodes.indices.filter { nodes[$0].isAlive && nodes[$0].use == .kept }
    return kept == serving ? nil : "\(kept) have the gateway and \(serving) serve"
  }
}

@Suite struct ElectionModelTests {
  /// How many; `make soak` has more.
  static let schedules = ProcessInfo.processInfo.environment["MATE3_SCHEDULES"].flatMap(Int.init) ?? 300

  @Test func ofManyBridgesOneServes() {
    let first = UInt64.random(in: 0...UInt64(UInt32.max))
    var switches = 0
    for seed in first..<first + UInt64(Self.schedules) {
      var world = World(seed: seed)
      let problem = world.run()
      switches += world.switches
      #expect(problem == nil, "seed \(seed)")
      if problem != nil { return }
    }
    #expect(switches > Self.schedules)
  }
}
