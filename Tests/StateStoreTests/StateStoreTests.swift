import Derived
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Mate3
@testable import StateStore

@Suite struct StateStoreTests {
  static func intent(_ number: Int = 0, at: Date = Date()) -> WriteIntent {
    WriteIntent(
      number: number, at: at, origin: .command, who: "mate3/a/1/b/set", id: "x",
      block: PinKey(block: "radian_inverter_configuration", port: 1), field: "aux_control", address: 40718, before: [0],
      words: [2], evidence: ["common/0.serial_number"], isFree: false)
  }

  static func book() -> PinBook {
    PinBook(pins: [
      Pin(key: PinKey(block: "common", port: 0), words: ["serial_number": [1, 2]], counters: [:], state: .trusted),
      Pin(
        key: PinKey(block: "charge_controller", port: 3), words: ["did": [64111]], counters: ["lifetime_kwh_hours": 7],
        state: .changed("it differs")),
    ])
  }

  @Test func energiesThatMakeNoSenseAreSaid() throws {
    let folder = try TemporaryDirectory()
    let file = EnergyFile(try StateDirectory(folder.path, owner: "mate3 bridge"))
    #expect(try file.load() == DailyEnergies())
    let text = #"{"byField":{"solar_energy_today":{"parts":{"charge_controller/3.todays_kwh":"many"},"departed":0}}}"#
    try text.write(toFile: "\(folder.path)/energies.json", atomically: true, encoding: .utf8)
    #expect {
      try file.load()
    } throws: { error in
      (error as? StateError)?.code == .corrupt && "\(error)".contains("energies.json can't be understood")
    }
    try file.save(DailyEnergies())
    #expect(try file.load() == DailyEnergies())
  }

  /// What root makes, as with `sudo mate3 trust` while the service is stopped, the service can read.
  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func whatRootMakesIsTheFoldersOwners() throws {
    let folder = try TemporaryDirectory()
    let nobody: uid_t = 65534
    #expect(chown(folder.path, nobody, nobody) == 0)
    do {
      let directory = try StateDirectory(folder.path, owner: "mate3 trust")
      try PinFile(directory).save(Self.book())
      let ledger = LedgerFile(directory)
      _ = try ledger.begin(Self.intent())
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(names).isSuperset(of: ["lock", "pins.json", "ledger.jsonl"]), "\(names)")
    for name in names {
      var status = stat()
      #expect(stat("\(folder.path)/\(name)", &status) == 0 && status.st_uid == nobody, "\(name)")
    }
  }

  @Test func onlyOneProcessHasTheDirectory() throws {
    let folder = try TemporaryDirectory()
    let first = try StateDirectory(folder.path, owner: "mate3 bridge")
    #expect {
      try StateDirectory(folder.path, owner: "mate3 trust")
    } throws: { error in
      guard let error = error as? StateError else { return false }
      return error.code == .locked && error.message.contains("mate3 bridge (process \(getpid()))")
    }
    withExtendedLifetime(first) {}
  }

  @Test func pinsComeBackAsTheyWere() throws {
    let folder = try TemporaryDirectory()
    let file = PinFile(try StateDirectory(folder.path, owner: "test"))
    #expect(try file.load().pins.isEmpty)
    try file.save(Self.book())
    #expect(try file.load().pins == Self.book().pins)
  }

  /// A kill at any byte: the new file is written beside the old one, of whatever length it came to be.
  @Test func aKillAtAnyByteLeavesThePinsWhole() throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    let file = PinFile(directory)
    try file.save(Self.book())
    let whole = try Data(contentsOf: URL(filePath: "\(folder.path)/pins.json"))
    for length in 0..<whole.count {
      try whole.prefix(length).write(to: URL(filePath: "\(folder.path)/pins.json.new"))
      #expect(try file.load().pins == Self.book().pins)
    }
  }

  @Test(arguments: [
    "", "{", "[]", "{\"version\":2,\"pins\":[]}", "{\"version\":1,\"pins\":[{\"key\":3}]}", "\u{0}\u{0}",
  ])
  func aCorruptPinFileStopsAndStays(text: String) throws {
    let folder = try TemporaryDirectory()
    let file = PinFile(try StateDirectory(folder.path, owner: "test"))
    let path = try folder.write("pins.json", text)
    #expect {
      try file.load()
    } throws: { ($0 as? StateError)?.code == .corrupt && "\($0)".contains("pins.json") }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test func theLedgerNumbersAndFindsWhatIsOpen() throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    do {
      let ledger = LedgerFile(directory)
      for _ in 0..<3 { _ = try ledger.begin(Self.intent()) }
      try ledger.end(WriteEnd(number: 2, at: Date(), status: "accepted", code: "ok", read: [2]))
    }
    let again = LedgerFile(directory)
    #expect(again.entries.count == 4)
    #expect(again.unresolved.map(\.number) == [1, 3])
    #expect(try again.begin(Self.intent()) == 4)
  }

  /// A kill at any byte of the ledger: what is whole is read, the rest is cut off, and it goes on.
  @Test func aKillAtAnyByteLeavesTheLedgerReadable() throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    do {
      let ledger = LedgerFile(directory)
      for _ in 0..<2 { _ = try ledger.begin(Self.intent()) }
    }
    let path = URL(filePath: "\(folder.path)/ledger.jsonl")
    let whole = try Data(contentsOf: path)
    for length in 0...whole.count {
      try whole.prefix(length).write(to: path)
      let lines = whole.prefix(length).count { $0 == UInt8(ascii: "\n") }
      let ledger = LedgerFile(directory)
      #expect(ledger.entries.count == lines)
      #expect(try ledger.begin(Self.intent()) == lines + 1)
      #expect(LedgerFile(directory).entries.count == lines + 1)
    }
  }

  @Test func theLedgerIsPutAsideWhenItIsLong() throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    try folder.write("ledger.jsonl", String(repeating: "\n", count: LedgerFile.sizeLimit))
    let ledger = LedgerFile(directory)
    #expect(try ledger.begin(Self.intent()) == 1)
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/ledger.jsonl.1"))
    #expect(LedgerFile(directory).entries.count == 1)
  }

  @Test func timersComeBackAsTheyWere() throws {
    let folder = try TemporaryDirectory()
    let file = TimerFile(try StateDirectory(folder.path, owner: "test"))
    #expect(try file.load().isEmpty)
    let start = Date(timeIntervalSince1970: 1_769_860_800.5)
    let timer = TimedCommand(
      block: PinKey(block: "a", port: 1), field: "b", revertTo: "auto", wrote: [2], id: nil, bootDeadline: 100,
      bootID: "x",
      startedAt: start, endsAt: start.addingTimeInterval(60))
    try file.save([timer])
    #expect(try file.load() == [timer])
  }

  @Test func aClockInDoubtEndsATimedCommand() {
    let start = Date(timeIntervalSince1970: 1_769_860_800)
    let timer = TimedCommand(
      block: PinKey(block: "a", port: 1), field: "b", revertTo: "auto", wrote: [2], id: nil, bootDeadline: 160,
      bootID: "x",
      startedAt: start, endsAt: start.addingTimeInterval(60))
    // The same boot: the wall clock does not matter.
    #expect(timer.remaining(at: MachineTime(sinceBoot: 100, bootID: "x", wall: .distantPast)) == 60)
    // Another boot: the wall clock rules while it stands after the start.
    #expect(timer.remaining(at: MachineTime(sinceBoot: 5, bootID: "y", wall: start.addingTimeInterval(45))) == 15)
    #expect(timer.remaining(at: MachineTime(sinceBoot: 5, bootID: "y", wall: start.addingTimeInterval(-1))) == 0)
  }

  /// An `off` for a time does not end because the clock was not set yet.
  @Test func aClockInDoubtDoesNotEndAnOff() {
    let start = Date(timeIntervalSince1970: 1_769_860_800)
    let timer = TimedCommand(
      block: PinKey(block: "a", port: 1), field: "b", revertTo: "on", wrote: [0], id: nil, isRelease: true,
      bootDeadline: 160, bootID: "x", startedAt: start, endsAt: start.addingTimeInterval(60))
    let unset = start.addingTimeInterval(-3600)
    #expect(timer.remaining(at: MachineTime(sinceBoot: 5, bootID: "y", wall: unset)) == 55)
    #expect(timer.remaining(at: MachineTime(sinceBoot: 65, bootID: "y", wall: unset)) < 0)
    #expect(timer.remaining(at: MachineTime(sinceBoot: 5, bootID: "y", wall: start.addingTimeInterval(45))) == 15)
  }

  @Test func capsCountTheLastDay() {
    var caps = WriteCaps(
      WriteCaps.Settings(fieldInterval: .seconds(10), fieldPerDay: 3, devicePerDay: 4, gatewayPerDay: 5))
    let start = Date(timeIntervalSince1970: 1_769_860_800)
    let key = PinKey(block: "radian_inverter_configuration", port: 1)
    func refusal(_ block: PinKey, _ field: String, _ operational: Bool, _ seconds: Double) -> ResultCode? {
      caps.refusal(block, field, isOperational: operational, at: start.addingTimeInterval(seconds))?.code
    }
    for index in 0..<3 {
      #expect(refusal(key, "aux_control", false, Double(index) * 20) == nil)
      caps.note(Self.intent(at: start.addingTimeInterval(Double(index) * 20)), isOperational: false)
    }
    #expect(refusal(key, "aux_control", false, 45) == .capInterval)
    #expect(refusal(key, "aux_control", true, 45) == .capInterval)
    #expect(refusal(key, "aux_control", false, 60) == .capDay)
    #expect(refusal(key, "aux_control", true, 60) == nil)
    #expect(refusal(key, "other", false, 60) == nil)
    #expect(refusal(key, "aux_control", false, WriteCaps.day + 1) == nil)
    #expect(caps.restores([0], key, "aux_control"))
    // Two values that take turns: the second restoration is none.
    var back = Self.intent(at: start)
    (back.before, back.words) = ([2], [0])
    var turns = caps
    turns.note(back, isOperational: false)
    #expect(!turns.restores([2], key, "aux_control"))
    #expect(!caps.restores([1], key, "aux_control"))
    // What was not sent after all counts for nothing, and takes no right away.
    var unsent = Self.intent(at: start.addingTimeInterval(100))
    (unsent.before, unsent.words) = ([2], [0])
    let note = caps.note(unsent, isOperational: false)
    #expect(!caps.restores([0], key, "aux_control"))
    #expect(refusal(key, "aux_control", true, 101) == .capInterval)
    caps.takeBack(note)
    #expect(caps.restores([0], key, "aux_control"))
    #expect(refusal(key, "aux_control", true, 101) == nil)
  }
}
