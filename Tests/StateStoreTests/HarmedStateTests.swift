import Foundation
import Glibc
import TestSupport
import Testing

@testable import Mate3
@testable import StateStore

/// What becomes of the state directory when somebody, or a power cut, has been at it.
@Suite struct HarmedStateTests {
  private static func intent(_ number: Int = 0) -> WriteIntent { StateStoreTests.intent(number) }

  private static func asides(_ folder: TemporaryDirectory) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains(".aside-") }.sorted()
  }

  /// Garbage of every kind, with a good line before it and one behind: the ledger goes on with the good lines, and the
  /// garbage is kept.
  @Test(arguments: ["nonsense\n", "{\"half\":\n", "\u{0}\u{0}\u{0}\n", "\u{0}\u{0}", "no end", "{\"intent\":{}}\n"])
  func aLedgerWithABadLineIsSetAside(bad: String) throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    let path = "\(folder.path)/ledger.jsonl"
    do {
      let ledger = LedgerFile(directory)
      for _ in 0..<2 { _ = try ledger.begin(Self.intent()) }
    }
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let harmed = bad.hasSuffix("\n") ? "\(lines[0])\n\(bad)\(lines[1])\n" : "\(lines[0])\n\(lines[1])\n\(bad)"
    try folder.write("ledger.jsonl", harmed)
    let ledger = LedgerFile(directory)
    #expect(ledger.entries.count == 2)
    #expect(ledger.unresolved.map(\.number) == [1, 2])
    #expect(try ledger.begin(Self.intent()) == 3)
    let aside = try #require(try Self.asides(folder).first)
    #expect(try String(contentsOfFile: "\(folder.path)/\(aside)", encoding: .utf8) == harmed)
    let problem = try #require(directory.problems[aside])
    #expect(problem.contains("\(folder.path)/ledger.jsonl can't be understood at line ") && problem.contains(aside))
    // It stands until somebody has looked at it, over a restart too.
    directory.check()
    #expect(directory.problems[aside] != nil)
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(aside)")
    directory.check()
    #expect(directory.problems.isEmpty)
  }

  @Test(arguments: ["directory", "dangling link", "loop", "pipe", "link"])
  func whatIsNoLedgerIsSetAside(kind: String) throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    let path = "\(folder.path)/ledger.jsonl"
    let elsewhere = try TemporaryDirectory()
    switch kind {
    case "directory": #expect(mkdir(path, 0o700) == 0)
    case "dangling link": #expect(symlink("\(elsewhere.path)/nothing", path) == 0)
    case "loop": #expect(symlink(path, path) == 0)
    case "pipe": #expect(mkfifo(path, 0o600) == 0)
    default:
      try elsewhere.write("other", "")
      #expect(symlink("\(elsewhere.path)/other", path) == 0)
    }
    let ledger = LedgerFile(directory)
    #expect(try ledger.begin(Self.intent()) == 1)
    #expect(ledger.entries.count == 1)
    #expect(try Self.asides(folder).count == 1)
    #expect(directory.problems.values.contains { $0.contains("\(path) ") && $0.contains("set aside") })
    let left = try FileManager.default.contentsOfDirectory(atPath: elsewhere.path)
    #expect(left == (kind == "link" ? ["other"] : []))
    if kind == "link" { #expect(try Data(contentsOf: elsewhere.url.appending(path: "other")).isEmpty) }
  }

  @Test(arguments: ["deleted", "emptied", "grown", "replaced"])
  func aLedgerThatIsHarmedWhileItIsOpenGoesOn(how: String) throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    let path = "\(folder.path)/ledger.jsonl"
    let ledger = LedgerFile(directory)
    _ = try ledger.begin(Self.intent())
    switch how {
    case "deleted": try FileManager.default.removeItem(atPath: path)
    case "emptied": #expect(truncate(path, 0) == 0)
    case "grown":
      let file = try #require(FileHandle(forWritingAtPath: path))
      try file.seekToEnd()
      try file.write(contentsOf: Data("garbage".utf8))
    default: try Data("other".utf8).write(to: URL(filePath: path), options: .atomic)
    }
    #expect(try ledger.begin(Self.intent()) == 2)
    try ledger.end(WriteEnd(number: 2, at: Date(), status: "accepted", code: "ok", read: [2]))
    let again = LedgerFile(directory)
    #expect(again.entries.count == (how == "emptied" ? 2 : 3))
    #expect(directory.problems.values.contains { $0.contains("ledger.jsonl was") && $0.contains("while this") })
    #expect(try Self.asides(folder).count == (how == "deleted" ? 0 : 1))
  }

  @Test func aDeletedDirectoryIsMadeAgain() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path + "/state"
    let directory = try StateDirectory(path, owner: "test")
    let ledger = LedgerFile(directory)
    _ = try ledger.begin(Self.intent())
    try PinFile(directory).save(StateStoreTests.book())
    try FileManager.default.removeItem(atPath: path)
    #expect(try ledger.begin(Self.intent()) == 2)
    directory.check()
    #expect(try PinFile(directory).load().pins == StateStoreTests.book().pins)
    #expect(LedgerFile(directory).entries.count == 2)
    var entry = stat()
    #expect(stat(path, &entry) == 0 && entry.st_mode & 0o777 == 0o700)
    #expect(stat("\(path)/ledger.jsonl", &entry) == 0 && entry.st_mode & 0o777 == 0o600)
    #expect(Set(directory.problems.keys) == ["directory", "ledger.jsonl", "pins.json"])
    // Nobody else gets it meanwhile.
    #expect { try StateDirectory(path, owner: "other") } throws: { ($0 as? StateError)?.code == .locked }
  }

  @Test func filesThatAreDeletedAreWrittenAgain() throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    try PinFile(directory).save(StateStoreTests.book())
    try TimerFile(directory).save([])
    for name in ["pins.json", "timers.json"] {
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
      directory.check()
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/\(name)"))
      #expect(directory.problems[name]?.contains("was deleted while this program ran") ?? false)
    }
  }

  @Test(arguments: ["link", "directory", "pipe", "large"])
  func whatIsNoPinFileIsUnreadableAndNotMissing(kind: String) throws {
    let folder = try TemporaryDirectory()
    let file = PinFile(try StateDirectory(folder.path, owner: "test"))
    let path = "\(folder.path)/pins.json"
    switch kind {
    case "link": #expect(symlink("\(folder.path)/nothing", path) == 0)
    case "directory": #expect(mkdir(path, 0o700) == 0)
    case "pipe": #expect(mkfifo(path, 0o600) == 0)
    default:
      try folder.write("pins.json", "")
      #expect(truncate(path, off_t(PinFile.sizeLimit) + 1) == 0)
    }
    #expect {
      try file.load()
    } throws: { error in
      (error as? StateError)?.code == .corrupt && "\(error)".contains("\(path) ")
        && "\(error)".contains("so nothing is written to any device; restore it")
    }
    #expect(file.loss() == nil)
  }

  @Test(arguments: ["{", "link"]) func timersThatMakeNoSenseAreSetAside(text: String) throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    if text == "link" {
      #expect(symlink("\(folder.path)/nothing", "\(folder.path)/timers.json") == 0)
    } else {
      try folder.write("timers.json", text)
    }
    #expect(try TimerFile(directory).load().isEmpty)
    #expect(try Self.asides(folder).count == 1)
    let problem = try #require(directory.problems.values.first)
    #expect(problem.contains("timers.json") && problem.contains("do not end by themselves: check the devices"))
  }

  /// A new file is never written through a link that somebody has put in its way.
  @Test func nothingIsWrittenThroughALink() throws {
    let folder = try TemporaryDirectory()
    let victim = try folder.write("victim", "whole")
    let state = folder.path + "/state"
    let directory = try StateDirectory(state, owner: "test")
    #expect(symlink(victim, "\(state)/pins.json.new") == 0)
    #expect(symlink(victim, "\(state)/pins.json") == 0)
    try PinFile(directory).save(StateStoreTests.book())
    #expect(try PinFile(directory).load().pins == StateStoreTests.book().pins)
    #expect(try String(contentsOfFile: victim, encoding: .utf8) == "whole")
    let other = folder.path + "/other"
    #expect(mkdir(other, 0o700) == 0)
    #expect(symlink(victim, "\(other)/lock") == 0)
    #expect(throws: StateError.self) { try StateDirectory(other, owner: "test") }
    #expect(try String(contentsOfFile: victim, encoding: .utf8) == "whole")
  }

  @Test func anEarlierRunWithoutPinsIsNoticed() throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    let pins = PinFile(directory)
    // A fresh directory: what is seen first is pinned.
    #expect(pins.loss() == nil)
    let ledger = LedgerFile(directory)
    #expect(pins.loss() == nil)
    _ = try ledger.begin(Self.intent())
    #expect(pins.loss()?.contains("ledger.jsonl tells of an earlier run") ?? false)
    #expect(directory.problems["pins.json"] != nil)
    try pins.save(StateStoreTests.book())
    #expect(pins.loss() == nil)
    for name in ["timers.json", "energies.json", "map.json"] {
      let folder = try TemporaryDirectory()
      try folder.write(name, "{}")
      #expect(PinFile(try StateDirectory(folder.path, owner: "test")).loss()?.contains(name) ?? false)
    }
  }

  @Test func aDirectoryThatEverybodyCanChangeIsSaid() throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    #expect(chmod(folder.path, 0o777) == 0)
    directory.check()
    #expect(directory.problems["rights"]?.contains("chmod 700 \(folder.path)") ?? false)
    #expect(chmod(folder.path, 0o700) == 0)
    directory.check()
    #expect(directory.problems.isEmpty)
  }

  /// Writes of another field fill the ledger until it is put aside twice and more: what caps count is still there.
  @Test func capsSurviveRotations() throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    var other = Self.intent()
    other.who = String(repeating: "x", count: 1 << 12)
    other.field = "generator_mode"
    do {
      let ledger = LedgerFile(directory)
      for _ in 0..<20 { _ = try ledger.begin(Self.intent()) }
      for _ in 0..<600 {
        let number = try ledger.begin(other)
        try ledger.end(WriteEnd(number: number, at: Date(), status: "accepted", code: "ok", read: [2]))
      }
    }
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/ledger.jsonl.2"))
    let ledger = LedgerFile(directory)
    let intents = ledger.entries.compactMap { if case .intent(let intent) = $0 { intent } else { nil } }
    #expect(intents.count { $0.field == "aux_control" } == 20)
    #expect(intents.count < 400)
    #expect(ledger.unresolved.count == 20)
    #expect(try ledger.begin(other) == 621)
  }

  /// As much as anybody's disk holds: its end is read, and no more.
  @Test func aHugeLedgerIsReadFromItsEnd() throws {
    let folder = try TemporaryDirectory()
    let directory = try StateDirectory(folder.path, owner: "test")
    do {
      let ledger = LedgerFile(directory)
      _ = try ledger.begin(Self.intent())
    }
    let path = "\(folder.path)/ledger.jsonl"
    let line = try Data(contentsOf: URL(filePath: path))
    // A hole costs no disk, and no time unless it is read.
    #expect(truncate(path, 1 << 40) == 0)
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data("\n".utf8) + line)
    let start = ContinuousClock.now
    let ledger = LedgerFile(directory)
    #expect(ledger.entries.count == 1)
    #expect(try ledger.begin(Self.intent()) == 2)
    #expect(start.duration(to: .now) < .seconds(5))
  }

  // MARK: Full and read-only disks

  /// A small file system of its own, which root alone can have.
  private final class SmallDisk {
    let folder: TemporaryDirectory
    var path: String { folder.path }

    init?() throws {
      folder = try TemporaryDirectory()
      guard mount("tmpfs", folder.path, "tmpfs", 0, "size=64k,mode=700") == 0 else {
        print("skipped: no tmpfs can be mounted here")
        return nil
      }
    }

    func makeReadOnly(_ isReadOnly: Bool) {
      #expect(mount(nil, path, nil, UInt(MS_REMOUNT | (isReadOnly ? MS_RDONLY : 0)), nil) == 0)
    }

    func fill() {
      let file = open("\(path)/filler", O_WRONLY | O_CREAT, 0o600)
      let block = [UInt8](repeating: 1, count: 4096)
      while write(file, block, block.count) > 0 {}
      close(file)
    }

    func empty() { unlink("\(path)/filler") }

    deinit { umount2(folder.path, Int32(MNT_DETACH)) }
  }

  @Test func aFullDiskIsSaidAndComesBack() throws {
    guard let disk = try SmallDisk() else { return }
    let directory = try StateDirectory(disk.path, owner: "test")
    let ledger = LedgerFile(directory)
    var intent = Self.intent()
    intent.who = String(repeating: "x", count: 4096)
    _ = try ledger.begin(intent)
    disk.fill()
    for _ in 0..<2 {
      #expect {
        _ = try ledger.begin(intent)
      } throws: { "\($0)".contains("ledger.jsonl can't be written (No space left on device); make room on its disk") }
    }
    #expect(throws: StateError.self) { try PinFile(directory).save(StateStoreTests.book()) }
    #expect(Set(directory.problems.keys) == ["ledger.jsonl", "pins.json"])
    // Found full at the start.
    #expect(LedgerFile(directory).entries.count == 1)
    disk.empty()
    #expect(try ledger.begin(intent) == 2)
    // What could not be kept is kept as soon as it can be.
    directory.check()
    #expect(directory.problems.isEmpty)
    #expect(try PinFile(directory).load().pins == StateStoreTests.book().pins)
  }

  @Test func aReadOnlyDiskIsSaidAndComesBack() throws {
    guard let disk = try SmallDisk() else { return }
    do { _ = try LedgerFile(try StateDirectory(disk.path, owner: "test")).begin(Self.intent()) }
    disk.makeReadOnly(true)
    let directory = try StateDirectory(disk.path, owner: "test")
    let ledger = LedgerFile(directory)
    #expect(ledger.entries.count == 1)
    #expect(directory.problems["ledger.jsonl"]?.contains("its disk has become read-only") ?? false)
    #expect { _ = try ledger.begin(Self.intent()) } throws: { "\($0)".contains("ledger.jsonl can't be written") }
    disk.makeReadOnly(false)
    #expect(try ledger.begin(Self.intent()) == 2)
    #expect(directory.problems.isEmpty)
  }
}
