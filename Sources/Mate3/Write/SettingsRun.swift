package import RegisterIO
import Registry

/// Several settings as one command: what is asked for, in which order it is written, and what has become of each.
///
/// Before the first write all of them are rehearsed on what the gateway holds: each goes through the procedure that will
/// write it, on a copy of the registers in which those before it are written already.
package struct SettingsRun: Sendable {
  package struct Part: Sendable {
    package let device: DeviceKey
    package let field: String
    /// The value as asked for.
    package let text: String
    /// Why it can't be written, nil where nothing is known to stand in the way before the wire.
    package let request: Result<WriteRequest, CommandRefusal>
    package var outcome: WriteOutcome?
    /// Whether it was as asked for and a later command has made the system safer there since.
    fileprivate(set) var isReleasedSince = false

    package init(device: DeviceKey, field: String, text: String, request: Result<WriteRequest, CommandRefusal>) {
      self.device = device
      self.field = field
      self.text = text
      self.request = request
    }

    package var name: String { "\(device)/\(field)" }
  }

  /// Most settings of one command.
  package static let limit = 100
  /// Most settings that are rehearsed together and not written.
  package static let houseLimit = 1000

  /// In the order in which they are written, once they are rehearsed.
  package private(set) var parts: [Part]
  /// Whether each makes the system safer: then none waits for another, and none stops for another.
  package let isRelease: Bool
  private let isDryRun: Bool

  /// - Parameter isRelease: whether every value asked for makes the system safer.
  package init(_ parts: [Part], isRelease: Bool, isDryRun: Bool = false) {
    self.isRelease = isRelease
    self.isDryRun = isDryRun
    // Those that make the system safer first; the rest as the registers stand, where nothing else is known.
    self.parts = parts.sorted { $0.place < $1.place }
    for index in self.parts.indices {
      if case .failure(let refusal) = self.parts[index].request { self.parts[index].outcome = WriteOutcome(refusal) }
    }
    if let (first, second) = overlap {
      let reason = "\(first.name) and \(second.name) are the same registers; give one of them"
      for index in self.parts.indices where self.parts[index].outcome == nil {
        self.parts[index].outcome = WriteOutcome(CommandRefusal(.badPayload, reason))
      }
    }
    if !isRelease { refuseAllWithOne() }
  }

  private var overlap: (Part, Part)? {
    let placed = parts.compactMap { part in (try? part.request.get()).map { (part, $0.range) } }
    for (index, one) in placed.enumerated() {
      for other in placed[(index + 1)...] where one.1.start < other.1.end && other.1.start < one.1.end {
        return (one.0, other.0)
      }
    }
    return nil
  }

  // MARK: The rehearsal

  private var requests: [(index: Int, request: WriteRequest)] {
    parts.indices.compactMap { index in
      guard parts[index].outcome == nil, case .success(let request) = parts[index].request else { return nil }
      return (index, request)
    }
  }

  /// What must be read to rehearse, in the fewest requests.
  package func reads(keepingWhole whole: [RegisterRange], limit: Int) -> [RegisterRange] {
    ReadPlan.requests(for: requests.flatMap(\.request.reads), keepingWhole: whole, limit: limit)
  }

  /// Finds the order in which every setting can be written, on a copy of the registers.
  /// - Parameters:
  ///   - readings: what ``reads(keepingWhole:limit:)`` asks for.
  ///   - isTimed: whether a timed command is about to change what a setting is for. Then that has its turn too where the
  ///     value stands already.
  /// - Returns: what will be written, in order, with its words; nothing when one of the settings is refused.
  package mutating func rehearse(
    on readings: [WriteOutcome.Reading], isTimed: (WriteRequest) -> Bool = { _ in false }
  ) -> [(request: WriteRequest, words: [UInt16])] {
    var registers: [Int: UInt16] = [:]
    for reading in readings {
      for (offset, word) in reading.words.enumerated() { registers[reading.address + offset] = word }
    }
    var order: [(index: Int, request: WriteRequest, words: [UInt16])] = []
    var standing: Set<Int> = []
    var open = requests
    func set(_ request: WriteRequest, _ words: [UInt16], _ registers: inout [Int: UInt16]) {
      let known = registers
      for (range, words) in [(request.range, words)] + request.effects(of: words, { Self.words($0, known) }) {
        for (offset, word) in words.enumerated() { registers[range.start + offset] = word }
      }
    }
    // What comes later does not go ahead of what another one of its own kind lets through.
    for rank in 0...Part.lastRank {
      var count = -1
      while order.count > count {
        count = order.count
        var waiting: [(index: Int, request: WriteRequest)] = []
        for (index, request) in open {
          guard parts[index].place.0 <= rank else {
            waiting.append((index, request))
            continue
          }
          let (outcome, words) = Self.rehearsed(request, registers)
          if outcome.code == .alreadySo, !isDryRun, isTimed(request) { standing.insert(index) }
          guard outcome.code == .dryRun || standing.contains(index) else {
            parts[index].outcome = outcome
            // It may stand once another one is written.
            if outcome.code == .crossField { waiting.append((index, request)) }
            continue
          }
          set(request, words, &registers)
          order.append((index, request, words))
          parts[index].outcome = isDryRun ? outcome : nil
        }
        open = waiting
      }
    }
    blame(open, registers, set)
    let written = order.map(\.index)
    parts = written.map { parts[$0] } + parts.indices.filter { !written.contains($0) }.map { parts[$0] }
    refuseAllWithOne()
    guard !parts.contains(where: { $0.outcome.map(Self.isRefusal) ?? false }) else { return [] }
    return order.filter { !standing.contains($0.index) }.map { ($0.request, $0.words) }
  }

  /// Of settings that can be written in no order, tells those that would be wrong with all the others written. The rest
  /// only waited for them.
  private mutating func blame(
    _ open: [(index: Int, request: WriteRequest)], _ registers: [Int: UInt16],
    _ set: (WriteRequest, [UInt16], inout [Int: UInt16]) -> Void
  ) {
    let asked = open.map { ($0.index, $0.request, Self.rehearsed($0.request, registers).words) }
    let wrong = asked.compactMap { index, request, _ -> (index: Int, outcome: WriteOutcome)? in
      var others = registers
      for (other, request, words) in asked where other != index { set(request, words, &others) }
      let outcome = Self.rehearsed(request, others).outcome
      return outcome.code == .crossField ? (index, outcome) : nil
    }
    guard !wrong.isEmpty else { return }
    for (index, _, _) in asked { parts[index].outcome = wrong.first { $0.index == index }?.outcome }
  }

  private static func words(_ range: RegisterRange, _ registers: [Int: UInt16]) -> [UInt16]? {
    let words = (range.start..<range.end).compactMap { registers[$0] }
    return words.count == range.count ? words : nil
  }

  /// How a procedure goes with these registers, and the words that it would write, or would have written.
  private static func rehearsed(
    _ request: WriteRequest, _ registers: [Int: UInt16]
  ) -> (outcome: WriteOutcome, words: [UInt16]) {
    var procedure = WriteProcedure(request)
    var step = procedure.next(.begin)
    while case .read(let range) = step { step = procedure.next(.read(words(range, registers) ?? [])) }
    guard case .write(let words, let address) = step else { return (procedure.outcome, procedure.words) }
    procedure.reject(
      CommandRefusal(.dryRun, "dry run: every check passed, \(words) would go to register \(address)"))
    return (procedure.outcome, words)
  }

  /// Refuses a setting that may not be written for another reason, and with it all.
  package mutating func refuse(_ index: Int, _ refusal: CommandRefusal) {
    parts[index].outcome = WriteOutcome(refusal)
    refuseAllWithOne()
  }

  /// Refuses all of them for one reason.
  package mutating func refuseAll(_ refusal: CommandRefusal) {
    for index in parts.indices where parts[index].outcome == nil { parts[index].outcome = WriteOutcome(refusal) }
  }

  /// Nothing is written when one of them can't be.
  private mutating func refuseAllWithOne() {
    guard parts.contains(where: { $0.outcome.map(Self.isRefusal) ?? false }) else { return }
    stop("nothing was written, because another setting of the command was refused")
  }

  private static func isRefusal(_ outcome: WriteOutcome) -> Bool {
    outcome.status == .rejected && outcome.code != .dryRun
  }

  private mutating func stop(_ reason: String) {
    for index in parts.indices where parts[index].outcome == nil || parts[index].outcome?.code == .dryRun {
      parts[index].outcome = WriteOutcome(.rejected, .notReached, reason)
    }
  }

  // MARK: The writes

  /// The setting whose turn it is, nil when all have theirs behind them.
  package var next: Int? { parts.firstIndex { $0.outcome == nil } }

  /// What is still to be written after a setting.
  package func following(_ index: Int) -> [String] {
    parts[(index + 1)...].filter { $0.outcome == nil }.map(\.name)
  }

  /// Takes what became of a setting. After one that the device did not take, or of which that is not known, none is
  /// written any more, but for what makes the system safer.
  package mutating func end(_ index: Int, _ outcome: WriteOutcome) {
    parts[index].outcome = outcome
    guard !isRelease, outcome.status != .accepted, outcome.status != .unchanged else { return }
    stop("not written, because the command stopped at \(parts[index].name)")
  }

  /// Takes that a later command has made the system safer where this setting was as asked for.
  package mutating func supersede(_ index: Int) {
    guard let outcome = parts[index].outcome, outcome.status == .accepted || outcome.status == .unchanged else {
      return
    }
    let isWritten = !outcome.written.isEmpty
    parts[index].isReleasedSince = true
    parts[index].outcome?.status = isWritten ? .unconfirmed : .rejected
    parts[index].outcome?.code = .superseded
    parts[index].outcome?.reason =
      "\(isWritten ? "written" : "it was so already"), but a later command that makes the system safer has taken its place"
  }

  // MARK: The answer

  /// What has become of the command as a whole.
  package var outcome: WriteOutcome {
    let ended = parts.compactMap { part in part.outcome.map { (part, $0) } }
    if parts.count == 1, let only = ended.first { return only.1 }
    let isWritten = ended.contains { !$0.1.written.isEmpty }
    let bad = ended.filter { Self.isRefusal($0.1) || $0.1.status == .failed || $0.1.status == .unconfirmed }
    var outcome: WriteOutcome
    let status: WriteOutcome.Status = bad.contains { $0.1.status == .unconfirmed } ? .unconfirmed : .failed
    let stops = bad.filter { !$0.0.isReleasedSince }
    if let (part, first) = stops.first(where: { $0.1.code != .notReached }) ?? stops.first {
      let why = "\(part.name): \(first.reason)"
      outcome =
        isWritten
        ? WriteOutcome(status, .incomplete, "\(isRelease ? "not all" : "stopped half-way"): \(why). \(account)")
        : WriteOutcome(.rejected, first.code, "nothing was written: \(why)")
    } else if !bad.isEmpty {
      let since = "but a later command that makes the system safer has taken the place of some. \(account)"
      outcome =
        isWritten
        ? WriteOutcome(status, .incomplete, "all settings were as asked for, \(since)")
        : WriteOutcome(.rejected, .superseded, "nothing was written, as all settings were so already, \(since)")
    } else if ended.contains(where: { $0.1.code == .dryRun }) {
      outcome = WriteOutcome(.rejected, .dryRun, "dry run: every check passed, in the order in which fields stands")
    } else if isWritten {
      outcome = WriteOutcome(.accepted, .ok, "all \(parts.count) settings are as asked for")
    } else {
      outcome = WriteOutcome(.unchanged, .alreadySo, "all \(parts.count) settings had their values already")
    }
    var seen: Set<String> = []
    outcome.evidence = ended.flatMap(\.1.evidence).filter { seen.insert($0).inserted }
    return outcome
  }

  /// What was written, what perhaps, and what not, in a sentence.
  private var account: String {
    func names(_ statuses: Set<WriteOutcome.Status>, areReleased: Bool = false) -> String {
      parts.filter { part in
        part.isReleased == areReleased && part.outcome.map { statuses.contains($0.status) } ?? false
      }
      .map(\.name).joined(separator: ", ")
    }
    return [
      ("As asked for", names([.accepted, .unchanged])), ("Not taken", names([.failed])),
      ("Perhaps written", names([.unconfirmed])),
      ("Released since", names([.unconfirmed, .rejected], areReleased: true)), ("Not written", names([.rejected])),
    ].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)." }.joined(separator: " ")
  }
}

extension SettingsRun.Part {
  /// Whether it was written or found as asked for, and has been released. What was released before its turn was not
  /// written.
  fileprivate var isReleased: Bool {
    isReleasedSince || (outcome?.status == .unconfirmed && outcome?.code == .superseded)
  }

  /// The highest rank of ``place`` that is written.
  fileprivate static let lastRank = 3

  /// What is sorted by, the rank first.
  fileprivate var place: (Int, Int, String) {
    guard case .success(let request) = request else { return (4, 0, name) }
    if request.isRelease { return (0, request.range.start, name) }
    // What is off is switched off first, and nothing is switched on before its numbers are right.
    guard let enumeration = request.field.enumeration else { return (2, request.range.start, name) }
    let isOff = ["off", "disabled"].contains(enumeration.entry(commanded: text)?.label)
    return (isOff ? 1 : 3, request.range.start, name)
  }
}

extension WriteOutcome {
  /// Of a command that was refused before anything was asked of the gateway.
  package init(_ refusal: CommandRefusal) { self.init(.rejected, refusal.code, refusal.reason) }
}
