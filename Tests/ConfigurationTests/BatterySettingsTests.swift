import Mate3
import Registry
import Testing

@testable import Configuration

@Suite struct BatterySettingsTests {
  private static let issue = """
    battery:
      nominal: 48            # V; compared with what the gateway says
      chemistry: lifepo4     # or flooded, agm, gel, other
      absorb: 56.0..57.6
      float: 53.6..54.4
      equalise: never
      lowest: 48.0           # cut-outs and starts may not go below
      charge_current: 100    # A, all chargers together

    """

  @Test func aProfileIsReadWithItsPlaces() throws {
    let read = try configuration(leastFile + Self.issue).configuration
    let profile = try #require(read.commands.battery)
    #expect(profile.nominal == .init(48, source: "battery.nominal (bridge.yaml:6:12)"))
    #expect(profile.chemistry == .init(.lifepo4, source: "battery.chemistry (bridge.yaml:7:14)"))
    #expect(profile.absorb.source == "battery.absorb (bridge.yaml:8:11)")
    #expect("\(profile.absorb.value.lowerBound) \(profile.absorb.value.upperBound)" == "56.0 57.6")
    #expect("\(profile.float.value.lowerBound) \(profile.float.value.upperBound)" == "53.6 54.4")
    #expect(profile.equalise == .init(.never, source: "battery.equalise (bridge.yaml:10:13)"))
    #expect(profile.lowest?.value == ScaledDecimal(48) && profile.chargeCurrent?.value == ScaledDecimal(100))
  }

  @Test func withoutTheSectionThereIsNone() throws {
    #expect(try configuration().configuration.commands.battery == nil)
  }

  @Test func whatSaysAnotherThingIsAnotherConfiguration() throws {
    // So SIGHUP takes it.
    let first = try configuration(leastFile + Self.issue).configuration
    #expect(try configuration(leastFile + Self.issue).configuration == first)
    let second = try configuration(leastFile + Self.issue.replacing("57.6", with: "57.2")).configuration
    #expect(second != first)
  }

  @Test func theEnvironmentAndFlagsMayGiveIt() throws {
    let read = try configuration(
      environment: ["MATE3_BATTERY_NOMINAL": "24", "MATE3_BATTERY_ABSORB": "28.0..28.8"],
      arguments: ["--battery-chemistry", "agm", "--battery-float", "27.0..27.2", "--battery-equalise", "28.8..29.6"]
    ).configuration
    let profile = try #require(read.commands.battery)
    #expect(profile.absorb.source == "battery.absorb (MATE3_BATTERY_ABSORB)")
    #expect(profile.float.source == "battery.float (--battery-float)")
  }

  @Test func aGatewayOfSeveralMayHaveItsOwn() throws {
    let file = """
      broker: {url: mqtt://broker.local}
      \(Self.issue)
      gateways:
        - {host: 192.0.2.7, base: mate3/house}
        - host: 192.0.2.9
          base: mate3/barn
          battery: {nominal: 24, absorb: 28.0..28.8, float: 26.8..27.2, lowest: 24.0}

      """
    let bridges = try configuration(file).configuration.bridges
    #expect(bridges.map { $0.commands.battery?.nominal.value } == [48, 24])
    #expect(bridges[1].commands.battery?.absorb.source == "battery.absorb (bridge.yaml:15:36)")
    // What it leaves out is as for all.
    #expect(bridges[1].commands.battery?.chargeCurrent?.value == ScaledDecimal(100))
    let problem = problems(file.replacing("absorb: 28.0..28.8, ", with: ""))
    #expect(problem.contains("battery.absorb does not suit battery.nominal: at 24 V"), "\(problem)")
  }

  /// What is changed in the section, and the sentence that it must give.
  @Test(arguments: [
    ("nominal: 48", "nominal: 37", "bridge.yaml:6:12: battery.nominal is ‘37’; give 12, 24, 26, 36, 48 or 60"),
    (
      "lifepo4", "lipo",
      "bridge.yaml:7:14: battery.chemistry is ‘lipo’; give one of lifepo4, flooded, agm, gel, other"
    ),
    (
      "56.0..57.6", "57.6",
      "bridge.yaml:8:11: battery.absorb is ‘57.6’; give the least and the greatest voltage as in 56.0..57.6"
    ),
    (
      "56.0..57.6", "57.6..56.0",
      "bridge.yaml:8:11: battery.absorb is ‘57.6..56.0’; give the least and the greatest voltage as in 56.0..57.6"
    ),
    (
      "56.0..57.6", "3.5..3.6",
      "bridge.yaml:8:11: battery.absorb does not suit battery.nominal: at 48 V battery voltages lie between 36.00 and "
        + "68.00; give volts of the whole battery, not of a cell"
    ),
    (
      "53.6..54.4", "53.6..58.0",
      "bridge.yaml:9:10: battery.float goes up to 58.0, above the 57.6 of battery.absorb; float must not be above absorb"
    ),
    (
      "equalise: never", "equalise: 60.0..62.0",
      "bridge.yaml:10:13: battery.equalise gives voltages, and a lifepo4 battery is never equalised; write never"
    ),
    (
      "equalise: never", "equalise: sometimes",
      "bridge.yaml:10:13: battery.equalise is ‘sometimes’; give never, or voltages as in 58.4..60.0"
    ),
    (
      "lowest: 48.0", "lowest: 54.0",
      "bridge.yaml:11:11: battery.lowest is 54.0, not below battery.float, which begins at 53.6"
    ),
    (
      "charge_current: 100", "charge_current: 0",
      "bridge.yaml:12:19: battery.charge_current is ‘0’; give a number above 0 such as 100"
    ),
    (
      "  float: 53.6..54.4\n", "",
      "bridge.yaml:6:12: battery has no float; give it as it stands on the battery's data sheet"
    ),
    (
      "absorb:", "absorbs:",
      "bridge.yaml:6:12: battery has no absorb; give it as it stands on the battery's data sheet\n"
        + "bridge.yaml:8:3: there is no setting battery.absorbs; did you mean battery.absorb?"
    ),
  ])
  func aMistakeIsNamedByItsPlace(text: String, wrong: String, sentence: String) {
    #expect(problems(leastFile + Self.issue.replacing(text, with: wrong)) == sentence)
  }

  @Test func equalisingBelowAbsorbIsAMistake() {
    let file =
      leastFile
      + Self.issue.replacing("lifepo4", with: "flooded").replacing("equalise: never", with: "equalise: 55.0..56.8")
    let sentence =
      "bridge.yaml:10:13: battery.equalise goes up to 56.8, below the 57.6 of battery.absorb; equalising is above absorb"
    #expect(problems(file) == sentence)
  }
}
