import CSQLite
import Foundation
package import History
import Registry
package import Threads

/// The history of one gateway in an SQLite file. Everything happens on the thread that it is given.
package actor HistoryFile: HistoryStore {
  package static let name = "history.db"
  /// The version of the tables.
  static let version: Int64 = 2
  /// What must be free on the disk: the ledger of writes and the devices' identities need it more.
  package static let reserve: UInt64 = 8 << 20
  /// More of them are not set aside: they would fill the disk.
  static let mostAside = 3

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  let settings: HistorySettings
  let gateway: HistoryValue
  let clock: HistoryClock
  /// What those who read along may take for final.
  package nonisolated let progress = HistoryProgress()
  private let executor: ThreadExecutor
  private let folder: String
  private let path: String
  private var database: Database?
  /// The file that is open.
  private var file: (device: dev_t, number: ino_t)?
  /// What was done in this file; begins anew with every opening.
  var known = Known()
  /// What an owner should hear once.
  private var notice: String?

  /// What is known of an open file.
  struct Known {
    /// Tables that are there, with all their columns, by the name of the level's.
    var tables: Set<String> = []
    /// How a row is put into a level's table.
    var inserts: [String: Statement] = [:]
    /// Of each kind of device what its rows are, by name.
    var kinds: [String: HistoryTable] = [:]
    /// Begins of times of which rows are to be summed up, by table.
    var open: [HistoryLevel: [String: Set<Int64>]] = [:]
    /// Up to when they are summed up, by table.
    var until: [HistoryLevel: [String: Int64]] = [:]
    let opened = ContinuousClock.now
    /// When rows that are too old are removed next.
    var cleanDue = ContinuousClock.now + HistoryFile.cleanInterval
    /// The owner's day asked for last: days are dear to work out.
    var day: Range<Int64> = 0..<0
    /// By table, the time of its last row when the file was opened, and now.
    var lastTimes: [String: (atFirst: Int64, now: Int64)] = [:]
    /// The machine's clock beside one that nobody sets, to notice that it was set.
    var offset: Int64?
  }

  /// - Parameters:
  ///   - folder: where the file is, or will be.
  ///   - gateway: what tells its rows from those of others.
  package init(
    folder: String, gateway: String, settings: HistorySettings, clock: HistoryClock = .local,
    on executor: ThreadExecutor
  ) {
    self.folder = folder
    path = "\(folder)/\(Self.name)"
    self.gateway = .text(gateway)
    self.settings = settings
    self.clock = clock
    self.executor = executor
  }

  package func prepare() throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try checked { () throws(DatabaseError) in _ = try opened() }
  }

  package func write(_ items: [HistoryItem], at now: Int64) throws -> String? {
    try checkRoom()
    try checked { () throws(DatabaseError) in
      let database = try opened()
      // What fails in between is undone with the end of the connection.
      try database.execute("BEGIN IMMEDIATE")
      for item in items { try put(item, database) }
      try rollUp(database, until: now)
      try database.execute("COMMIT")
      progress.isWritten(until: HistoryClock.begin(of: now / 1000, max(settings.interval.components.seconds, 1)))
      try clean(database, at: now)
      known.inserts = [:]
      database.releaseMemory()
    }
    defer { notice = nil }
    return notice
  }

  /// Ends the history in good order. What stands beside the file is taken into it even while others have it open, so that
  /// a copy of the file alone has everything; only one in the middle of an answer may keep the last of it out, until the
  /// next start.
  package func close() {
    try? database?.execute("PRAGMA busy_timeout = 100; PRAGMA wal_checkpoint(TRUNCATE)")
    forget()
  }

  private func forget() {
    database = nil
    file = nil
    known = Known()
  }

  // MARK: The file

  /// Has a file that makes no sense give way to a new one, and tries again.
  private func checked(_ work: () throws(DatabaseError) -> Void) throws(HistoryProblem) {
    do throws(DatabaseError) {
      return try work()
    } catch {
      forget()
      guard error.isCorrupt else { throw problem(error) }
      try setAside(because: error.description)
    }
    do throws(DatabaseError) {
      try work()
    } catch {
      forget()
      throw problem(error)
    }
  }

  private func opened() throws(DatabaseError) -> Database {
    var status = stat()
    let isThere = stat(path, &status) == 0
    if let database, let file, isThere, status.st_dev == file.device, status.st_ino == file.number { return database }
    if file != nil, !isThere { notice = "\(path) was removed, and a new history is begun" }
    forget()
    if !isThere {
      // Its companions get the same rights and owner.
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      if descriptor >= 0 {
        giveToOwner(of: (path as NSString).deletingLastPathComponent, descriptor)
        Glibc.close(descriptor)
      }
    }
    let database = try Database(path, flags: SQLITE_OPEN_READWRITE)
    // What was written is safe from a kill at once. A power cut may take what came after the last checkpoint, some twenty
    // minutes, and leaves the file whole: to wait for the disk every minute costs more than all the rest.
    for pragma in [
      // Before there is a table, or without effect.
      "auto_vacuum = INCREMENTAL", "journal_mode = WAL", "synchronous = NORMAL", "wal_autocheckpoint = 200",
      "cache_size = -512",
      "journal_size_limit = 4194304",
    ] {
      try database.rows("PRAGMA \(pragma)") { _ in }
    }
    let version = try database.integer("PRAGMA user_version") ?? 0
    let tables = try Self.ownTables(database)
    guard tables.own > 0 || tables.all == 0 else {
      throw DatabaseError(code: SQLITE_NOTADB, description: "it is another program's")
    }
    guard version <= Self.version else {
      throw DatabaseError(
        code: SQLITE_ERROR, description: "it is of a newer version of this program; install that, or move the file away"
      )
    }
    if version == 1 { try Self.upgrade(database) }
    if version == 0 || tables.own < Self.own.count { try Self.makeTables(database) }
    guard stat(path, &status) == 0 else { throw DatabaseError(code: SQLITE_CANTOPEN, description: "it has gone") }
    file = (status.st_dev, status.st_ino)
    self.database = database
    return database
  }

  private func setAside(because reason: String) throws(HistoryProblem) {
    let earlier = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasPrefix("\(Self.name).aside-") && !$0.hasSuffix("-wal") }
    guard earlier.count < Self.mostAside else {
      throw HistoryProblem(
        "\(path) can't be understood (\(reason)), as \(earlier.count) before it that were set aside; see to the disk, and "
          + "remove them")
    }
    let base = "\(path).aside-\(Int(Date().timeIntervalSince1970))"
    var aside = base
    var number = 0
    while FileManager.default.fileExists(atPath: aside) {
      number += 1
      aside = "\(base)-\(number)"
    }
    guard rename(path, aside) == 0 else {
      throw HistoryProblem(
        "\(path) can't be understood (\(reason)), and not be set aside (\(String(cString: strerror(errno))))")
    }
    // What is not in the file yet goes with it: a new file must not find it.
    rename("\(path)-wal", "\(aside)-wal")
    unlink("\(path)-shm")
    notice =
      "\(path) can't be understood (\(reason)); it was set aside as \(aside), and a new history was begun"
  }

  private func checkRoom() throws(HistoryProblem) {
    var disk = statvfs()
    guard statvfs(folder, &disk) == 0 else { return }
    let free = UInt64(disk.f_bavail) * UInt64(disk.f_frsize)
    guard free < Self.reserve else { return }
    forget()
    throw HistoryProblem(
      "\(path) is not written, because its disk has only \(free >> 20) MiB left, which what protects the devices may "
        + "need; make room")
  }

  private func problem(_ error: DatabaseError) -> HistoryProblem {
    let mend =
      switch error.code {
      case SQLITE_FULL: "; make room on its disk"
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
        "; give the file to the user that runs this program, on a disk that can be written"
      case SQLITE_CANTOPEN: "; remove what is in its place, or give the folder to the user that runs this program"
      case SQLITE_BUSY, SQLITE_LOCKED: "; another program holds it, end that"
      case SQLITE_IOERR: "; see to its disk"
      default: ""
      }
    return HistoryProblem(
      "\(path) can't be written (\(error.description))\(mend); what is measured meanwhile is kept in memory for a while"
    )
  }
}
