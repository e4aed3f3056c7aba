import Foundation
import Registry
import Testing

@testable import Mate3

@Suite struct SmallPartsTests {
  @Test func aStandingClockNeedsTimeAndReadings() {
    let start = ContinuousClock.now
    var watch = ClockWatch()
    for minute in 0..<5 {
      watch.receive([2026, 1, 31, 12, 0, 0], at: start + .seconds(60 * minute))
      #expect(!watch.isStopped)
    }
    watch.receive([2026, 1, 31, 12, 0, 0], at: start + .seconds(300))
    #expect(watch.isStopped)
    watch.receive([2026, 1, 31, 12, 0, 1], at: start + .seconds(360))
    #expect(!watch.isStopped)
  }

  @Test func twoReadingsFarApartAreNotEnough() {
    let start = ContinuousClock.now
    var watch = ClockWatch()
    watch.receive([1], at: start)
    watch.receive([1], at: start + .seconds(900))
    #expect(!watch.isStopped)
    watch.receive([1], at: start + .seconds(1800))
    #expect(watch.isStopped)
  }

  @Test func aClockThatRunsBackwardsMoves() {
    let start = ContinuousClock.now
    var watch = ClockWatch()
    for step in 0..<20 { watch.receive([UInt16(59 - step)], at: start + .seconds(60 * step)) }
    #expect(!watch.isStopped)
  }

  @Test func oneSilenceIsTheNetworks() {
    var size = ReadSize(configured: 100)
    size.noteSilence()
    #expect(size.current == 100)
    size.noteSilence()
    #expect(size.current == 50)
    size.noteGoodCycle()
    size.noteSilence()
    #expect(size.current == 50)
  }

  /// A gateway that starts is silent whatever it is asked: after some good cycles the configured size is tried again, and
  /// given up for good where it is met with silence.
  @Test(arguments: [true, false]) func aSizeThatSilenceMadeSmallIsTriedOnceMore(_ isAnswered: Bool) {
    var size = ReadSize(configured: 100)
    for _ in 0..<3 { size.noteSilence() }
    #expect(size.current == 25)
    for _ in 1..<ReadSize.trialAfter { size.noteGoodCycle() }
    #expect(size.current == 25)
    size.noteGoodCycle()
    #expect(size.current == 100)
    if isAnswered { size.noteGoodCycle() } else { size.noteSilence() }
    for _ in 0..<100 { size.noteGoodCycle() }
    #expect(size.current == (isAnswered ? 100 : 25))
  }

  @Test func whenNoSizeIsAnsweredSizeWasNotTheCause() {
    var size = ReadSize(configured: 100)
    for _ in 0..<6 { size.noteSilence() }
    #expect(size.current == 100)
  }

  @Test func remembersTheSizeThatWorked() {
    var size = ReadSize(configured: 125)
    #expect(size.smaller(than: 125) == 62)
    size.remember(62)
    #expect(size.current == 62)
    size.remember(80)
    #expect(size.current == 62)
    #expect(size.smaller(than: 8) == nil)
  }

  @Test func installerAndNeverAreNotOpenedByClass() {
    let policy = CommandPolicy(classes: Set(CommandClass.allCases), fields: ["a.b"])
    #expect(!policy.allows(.installer, of: ["x.y"]))
    #expect(policy.allows(.installer, of: ["x.y", "a.b"]))
    #expect(!policy.allows(.never, of: ["a.b"]))
  }

  /// What the documents call dangerous is opened by nothing.
  @Test(arguments: [
    ("gateway", "update_device_firmware_port"), ("gateway", "url_update_lock"), ("gateway", "modbus_port"),
    ("gateway", "write_password"), ("gateway", "tcpip_address"), ("common", "device_address"),
  ])
  func theDangerousIsNeverWritten(block: String, field: String) throws {
    let registry = try Registry.embedded()
    let definition = try #require(registry.block(named: block)?.field(field))
    #expect(definition.command?.standard == .never)
  }

  @Test func noSerialOrModelCanBeWritten() throws {
    for block in try Registry.embedded().blocks {
      for field in block.fields where field.name.contains("serial_number") || field.name.contains("model_number") {
        #expect(field.command == nil || field.command?.standard == .never, "\(block.name).\(field.name)")
      }
    }
  }
}

@Suite struct TimestampTests {
  @Test(arguments: [
    (1_796_040_000.0, "2026-11-30T12:00:00.000Z"), (1_796_040_000.0004, "2026-11-30T12:00:00.000Z"),
    (1_796_040_000.0006, "2026-11-30T12:00:00.001Z"), (1_796_040_000.9996, "2026-11-30T12:00:01.000Z"),
  ])
  func theNearestMillisecondIsShown(seconds: Double, text: String) {
    #expect(Date(timeIntervalSince1970: seconds).timestamp == text)
  }

  /// Of a timed command's end two bridges and a file have to have the same text.
  @Test func whatWasReadBackHasTheSameText() throws {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    for step in 0..<5000 {
      let text = Date(timeIntervalSince1970: 1_796_040_000 + Double(step) * 1.234_567).timestamp
      #expect(try Date(text, strategy: style).timestamp == text)
    }
  }
}
