import Mate3
import Testing

@testable import Bridge

@Suite struct UndoneWritesTests {
  private let place = UndoneWrites.Place(block: PinKey(block: "radian_inverter_configuration", port: 1), field: "a")
  private let start = ContinuousClock.now

  /// Two that undo each other are noticed the third time, and again each time after that.
  @Test func theThirdTimeInADayIsNoticed() {
    var undone = UndoneWrites()
    var noticed: [Bool] = []
    for hour in 0..<5 {
      undone.note([2], over: [1], in: place)
      let now = start + .seconds(3600 * hour)
      // What stays as it is was undone once.
      noticed += [[2], [1], [1]].map { undone.look(at: $0, in: place, at: now) }
    }
    #expect(noticed.indices.filter { noticed[$0] } == [7, 10, 13])
    #expect(undone.quiet(at: start + .seconds(86_400)).isEmpty)
    #expect(undone.quiet(at: start + .seconds(5 * 86_400)) == [place])
  }

  /// What a command to another field of the same registers has changed, nobody else has.
  @Test func anotherFieldOfTheRegistersUndoesNothing() {
    var undone = UndoneWrites()
    for _ in 0..<5 {
      undone.note([2], over: [1], in: place)
      undone.overwrite(place)
      let isNoticed = undone.look(at: [1], in: place, at: start)
      #expect(!isNoticed)
    }
  }

  @Test func whatIsNoUndoingIsNot() {
    var undone = UndoneWrites()
    var noticed: [Bool] = []
    for day in 0..<5 {
      let now = start + .seconds(86_400 * day)
      // Once a day, as the owner at the keypad.
      undone.note([2], over: [1], in: place)
      noticed.append(undone.look(at: [1], in: place, at: now))
      // Another value than the one before.
      undone.note([2], over: [1], in: place)
      noticed.append(undone.look(at: [3], in: place, at: now))
      noticed.append(undone.look(at: [1], in: place, at: now))
      // Our own commands.
      undone.note([1], over: [2], in: place)
      undone.note([2], over: [1], in: place)
      undone.note([1], over: [2], in: place)
      noticed.append(undone.look(at: [1], in: place, at: now))
      // A control that can't be read.
      undone.note([1], over: [], in: place)
    }
    #expect(!noticed.contains(true))
  }
}
