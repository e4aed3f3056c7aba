import RegisterIO
import Testing

@Suite(.timeLimit(.minutes(1))) struct TurnsTests {
  private actor Desk {
    private let turns = Turns()
    private(set) var log: [String] = []

    /// Suspends several times, so that others have every opportunity to come in between.
    func serve(_ number: Int) async {
      await turns.run {
        log.append("begin \(number)")
        for _ in 0..<5 { await Task.yield() }
        log.append("end \(number)")
      }
    }

    func fail() async throws {
      try await turns.run {
        await Task.yield()
        throw Failure()
      }
    }
  }

  private struct Failure: Error {}

  @Test func turnsKeepTheirOrderAndNothingComesInBetween() async throws {
    let desk = Desk()
    let tasks = (0..<30).map { number in Task.immediate { await desk.serve(number) } }
    for task in tasks { await task.value }
    let log = await desk.log
    #expect(log.count == 60)
    for index in stride(from: 0, to: log.count, by: 2) {
      #expect(log[index].hasPrefix("begin"))
      #expect(log[index + 1] == log[index].replacing("begin", with: "end"))
    }
  }

  @Test func aTurnThatFailsIsHandedOn() async throws {
    let desk = Desk()
    let failing = Task.immediate { await #expect(throws: Failure.self) { try await desk.fail() } }
    let next = Task.immediate { await desk.serve(1) }
    _ = await failing.value
    await next.value
    await desk.serve(2)
    #expect(await desk.log == ["begin 1", "end 1", "begin 2", "end 2"])
  }
}
