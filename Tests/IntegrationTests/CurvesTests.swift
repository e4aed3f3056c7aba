import Testing

@testable import CommandLineTool

/// The curves of `mate3 watch`.
struct CurvesTests {
  @Test func theyShowTheLastMinutes() {
    let curves = Curves()
    let begin = ContinuousClock.now
    #expect(curves.lines(width: 80, at: begin).isEmpty)
    for (index, watts) in [0, 350, 700, 350].enumerated() {
      curves.add(
        ["solar_power": "\(watts)", "load_power": "400", "state_of_charge": "None"],
        at: begin + Curves.column * index)
    }
    let lines = curves.lines(width: 80, at: begin + Curves.column * 3)
    #expect(lines == ["  sun     ▁▅█▅  0 to 700 W", "  house   ████  400 W"])
    // A column without a reading is a gap, and what is long ago is gone.
    #expect(curves.lines(width: 80, at: begin + Curves.column * 5).first == "  sun     ▁▅█▅    0 to 700 W")
    curves.add(["solar_power": "1"], at: begin + Curves.column * 500)
    #expect(curves.lines(width: 80, at: begin + Curves.column * 500).isEmpty)
  }

  @Test func whatABrokerSaysIsNoReasonToFall() {
    let curves = Curves()
    let begin = ContinuousClock.now
    for (index, text) in ["nan", "inf", "1e300", "-5", "x"].enumerated() {
      curves.add(["solar_power": text, "state_of_charge": text], at: begin + Curves.column * index)
    }
    #expect(curves.lines(width: 10, at: begin).isEmpty)
    _ = curves.lines(width: 200, at: begin + Curves.column * 4)
  }
}
