import Derived
import Mate3
import MessageIO
import Synchronization

/// The system as its readings show it: what Home Assistant is told of it, the values of the whole system, and which
/// devices are fresh.
///
/// What is read goes through here to the publisher, and nothing comes back. The lock is held until the publisher has it,
/// so that what two threads learn one after the other is published in that order: one reads, and another looks at the age
/// of readings, which must not wait for the one that reads.
final class LiveSystem: Sendable {
  fileprivate struct State {
    var discovery: DiscoveryState?
    /// The daily counters as an earlier run left them.
    let energies: DailyEnergies
    var house: HouseTotals?
    var happenings = Happenings()
    /// Of the layout found last; nil before the first scan.
    var freshness: Freshness?
    /// What was last said of the devices, as ``Freshness`` has them; nil when nothing was since the layout was found.
    var isFresh: [Bool]?
  }

  private let publisher: StatePublisher
  private let settings: PollSettings
  private let state: Mutex<State>

  init(
    publisher: StatePublisher, settings: PollSettings, discovery: DiscoveryState?, energies: DailyEnergies
  ) {
    self.publisher = publisher
    self.settings = settings
    state = Mutex(State(discovery: discovery, energies: energies))
  }

  // MARK: Readings

  /// A cycle or scan begins.
  func beginReading(at now: ContinuousClock.Instant) { state.withLock { $0.freshness?.begin(at: now) } }

  /// The cycle or scan under way has brought an answer.
  func answered(at now: ContinuousClock.Instant) { state.withLock { $0.freshness?.answered(at: now) } }

  /// A command has had an answer.
  func showedLife(at now: ContinuousClock.Instant) { state.withLock { $0.freshness?.showedLife(at: now) } }

  /// The cycle or scan under way has failed.
  func readingFailed(at now: ContinuousClock.Instant) {
    state.withLock { state in
      state.freshness?.end()
      publisher.apply(state.judge(Cycle(at: now)))
    }
  }

  /// Publishes what was read, and what follows from it.
  /// - Returns: the daily counters, when it is time to keep them.
  func apply(_ cycle: Cycle) -> DailyEnergies? {
    state.withLock { state in
      let cycle = state.apply(cycle, settings, wantsHouse: publisher.settings.publishesHouse)
      publisher.apply(cycle)
      for event in cycle.events { publisher.publish(event: event) }
      return cycle.energies
    }
  }

  /// Looks at the age of every reading.
  /// - Returns: when to look again.
  func look(at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
    state.withLock { state in
      publisher.apply(state.judge(Cycle(at: now)))
      return state.freshness?.nextLook(after: now) ?? now + .seconds(1)
    }
  }

  /// Takes what an earlier run left at the broker, a message a topic.
  func adopt(_ retained: [InboundMessage]) {
    state.withLock { state in
      publisher.adopt(retained)
      publisher.announce(state.discovery?.adopt(retained) ?? [])
    }
  }

  // MARK: What is known

  /// Whether the gateway answers at all.
  func isAnswering(at now: ContinuousClock.Instant) -> Bool {
    state.withLock { $0.freshness?.isAnswering(at: now) ?? false }
  }

  /// The daily counters as they are now; nil when there are none.
  var dailyEnergies: DailyEnergies? { state.withLock { $0.house?.dailyEnergies } }
}

extension LiveSystem.State {
  mutating func apply(_ read: Cycle, _ settings: PollSettings, wantsHouse: Bool) -> Cycle {
    var cycle = read
    if let system = cycle.system {
      if wantsHouse {
        // It goes on with what the last one has counted.
        house = HouseTotals(
          layout: system.layout, map: system.map, pinned: system.pinned, energies: energies, after: house)
      }
      cycle.houseFields = house?.fields
      freshness = Freshness(
        system.layout, system.map, settings: settings, read: cycle.groups ?? [], at: cycle.at)
      isFresh = nil
      cycle.announcements = discovery?.scanned(system, cycle.changes, computed: house?.fields ?? []) ?? []
    } else {
      if let groups = cycle.groups { freshness?.note(groups, isLive: cycle.isLive, at: cycle.at) }
      cycle.announcements = discovery?.changed(cycle.changes) ?? []
    }
    if cycle.groups != nil {
      freshness?.isClockStopped = cycle.isClockStopped
      freshness?.end()
    }
    if let system = cycle.system { happenings.install(system) }
    cycle.events = happenings.apply(cycle.changes)
    house?.apply(cycle.changes, at: cycle.at)
    cycle = judge(cycle)
    cycle.energies = house?.energiesToSave(at: cycle.at)
    return cycle
  }

  /// Says of each device whether its readings are fresh, where that is news, and computes what follows.
  mutating func judge(_ read: Cycle) -> Cycle {
    var cycle = read
    if let freshness {
      let states = freshness.states(at: cycle.at)
      if states != isFresh {
        isFresh = states
        cycle.isFresh = Dictionary(zip(freshness.devices, states), uniquingKeysWith: { $0 && $1 })
        house?.setFresh(cycle.isFresh, at: cycle.at)
      }
    }
    cycle.house = house?.update(at: cycle.at) ?? []
    if let house, !cycle.house.isEmpty { cycle.isFresh[HouseTotals.device] = house.isOnline }
    return cycle
  }
}
