/// A row of measurements: what one device has shown in one interval.
package struct HistoryRow: Sendable {
  package let table: HistoryTable
  /// The begin of the interval, or of what is known of it, in seconds since 1970.
  package var time: Int64
  package let port: Int
  /// What the owner calls the device.
  package let name: String
  /// How long it stands for.
  package let seconds: Int64
  /// How many readings it is made of.
  package let readings: Int
  /// By column.
  package let values: [HistoryValue]

  package init(
    table: HistoryTable, time: Int64, seconds: Int64, port: Int, name: String, readings: Int, values: [HistoryValue]
  ) {
    self.table = table
    self.time = time
    self.seconds = seconds
    self.port = port
    self.name = name
    self.readings = readings
    self.values = values
  }
}

/// A setting that has another value than before, or that is seen for the first time.
package struct SettingChange: Sendable, Hashable {
  /// The kind of device, as in the register map.
  package let block: String
  package let port: Int
  package let field: String
  /// Nil when the device does not have it any more.
  package let value: String?

  package init(block: String, port: Int, field: String, value: String?) {
    self.block = block
    self.port = port
    self.field = field
    self.value = value
  }
}

/// Something that the bridge has said once.
package struct EventRecord: Sendable, Hashable {
  package let event: String
  package let message: String
  package let device: String?

  package init(event: String, message: String, device: String?) {
    self.event = event
    self.message = message
    self.device = device
  }
}

/// A line of the ledger of writes.
package struct CommandRecord: Sendable, Hashable {
  package enum Line: Sendable, Hashable {
    case begun(Begun)
    case ended(status: String, code: String, read: [UInt16])
  }

  package struct Begun: Sendable, Hashable {
    package let origin: String
    package let who: String
    package let id: String?
    package let block: String
    package let port: Int
    package let field: String
    /// As it was asked for.
    package let asked: String?
    package let before: [UInt16]
    package let written: [UInt16]

    package init(
      origin: String, who: String, id: String?, block: String, port: Int, field: String, asked: String?,
      before: [UInt16], written: [UInt16]
    ) {
      self.origin = origin
      self.who = who
      self.id = id
      self.block = block
      self.port = port
      self.field = field
      self.asked = asked
      self.before = before
      self.written = written
    }
  }

  package let number: Int
  package let line: Line

  package init(number: Int, line: Line) {
    self.number = number
    self.line = line
  }
}

/// Something to be kept, with its time.
package struct HistoryItem: Sendable {
  package enum Content: Sendable {
    case row(HistoryRow)
    case setting(SettingChange)
    case event(EventRecord)
    case command(CommandRecord)
  }

  package var content: Content
  /// By the machine's clock, in milliseconds since 1970.
  package var time: Int64
  /// The same moment by a clock that nobody sets; nil for what keeps its time.
  package let at: ContinuousClock.Instant?

  package init(_ content: Content, time: Int64, at: ContinuousClock.Instant?) {
    self.content = content
    self.time = time
    self.at = at
  }

  /// About how much memory it takes.
  var bytes: Int {
    switch content {
    case .row(let row): 160 + row.values.reduce(0) { $0 + $1.bytes }
    case .setting(let change): 160 + (change.value?.utf8.count ?? 0)
    case .event(let event): 160 + event.message.utf8.count
    case .command: 512
    }
  }

  /// Puts it to the time that the machine's clock would have said if it had been right.
  mutating func shift(by milliseconds: Int64) {
    time += milliseconds
    guard case .row(var row) = content else { return }
    row.time = time / 1000
    content = .row(row)
  }
}

/// Where the rows end up. It is waited for on a thread of its own.
package protocol HistoryStore: Sendable {
  /// Opens what is there, if anything is, so that what is wrong with it is known at once.
  func prepare() async throws
  /// Writes everything, or nothing.
  /// - Parameter now: in milliseconds since 1970.
  /// - Returns: what an owner should hear once, such as that a file was set aside.
  func write(_ items: [HistoryItem], at now: Int64) async throws -> String?
  func close() async
}

/// Why there is no history now: a sentence with the mend.
package struct HistoryProblem: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// Another place that gets every row of a history, whenever it can.
package protocol HistorySink: Sendable {
  /// The thread that it works on.
  var thread: any TaskExecutor { get }
  /// Sends rows until the task is cancelled.
  /// - Parameters:
  ///   - alert: takes the name of something that is wrong, and what it is now; nil when it is no more.
  ///   - note: takes what is of interest in a log.
  func run(
    alert: @escaping @Sendable (String, String?) async -> Void, note: @escaping @Sendable (String) -> Void) async
}
