import TestSupport
import Testing
import Threads

@Suite(.timeLimit(.minutes(1))) struct SleeperTests {
  private let sleeper = Sleeper(on: ThreadExecutor(name: "test"))

  @Test func wakingEndsTheSleep() async throws {
    let sleeping = Task { await sleeper.sleep(until: .now + .seconds(3600)) }
    // Whether it sleeps already or not.
    sleeper.wake()
    try await within(.seconds(5), "the sleeper") { await sleeping.value }
  }

  /// So that nothing is lost that happens between looking for work and going to sleep; but it counts once.
  @Test func aWakeUpThatCameBeforeEndsTheNextSleepAndNoOther() async throws {
    sleeper.wake()
    sleeper.wake()
    await sleeper.sleep(until: .now + .seconds(3600))
    let deadline = ContinuousClock.now + .milliseconds(50)
    await sleeper.sleep(until: deadline)
    #expect(ContinuousClock.now >= deadline)
  }

  @Test func aWakeUpIsNotLostOnASleepThatIsOver() async throws {
    await sleeper.sleep(until: .now + .milliseconds(1))
    sleeper.wake()
    await sleeper.sleep(until: .now + .seconds(3600))
  }

  @Test func eachSleeperIsWokenByItsOwn() async throws {
    let executor = ThreadExecutor(name: "test")
    let (one, other) = (Sleeper(on: executor), Sleeper(on: executor))
    let deadline = ContinuousClock.now + .milliseconds(100)
    let sleeping = Task { await other.sleep(until: deadline) }
    one.wake()
    await one.sleep(until: .now + .seconds(3600))
    await sleeping.value
    #expect(ContinuousClock.now >= deadline)
  }
}
