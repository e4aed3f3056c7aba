import Derived
import Logging
import Mate3
import RegisterIO
import Threads

/// What the reading has found out and an earlier run is to know. The reading never waits for the disk.
extension GatewayService {
  /// What is yet to be kept, of each kind the latest.
  struct Unsaved: Sendable {
    enum Kind: Sendable {
      case pins
      case energies(DailyEnergies)
      case mapEnd(Int)
      /// A look at what is there already.
      case check
    }

    private var pins = false
    private var energies: DailyEnergies?
    private var mapEnd: Int?
    private var check = false

    mutating func add(_ kind: Kind) {
      switch kind {
      case .pins: pins = true
      case .energies(let latest): energies = latest
      case .mapEnd(let latest): mapEnd = latest
      case .check: check = true
      }
    }

    /// Takes one, nil when nothing is left.
    mutating func next() -> Kind? {
      if pins {
        pins = false
        return .pins
      }
      if let energies {
        self.energies = nil
        return .energies(energies)
      }
      if let mapEnd {
        self.mapEnd = nil
        return .mapEnd(mapEnd)
      }
      defer { check = false }
      return check ? .check : nil
    }
  }

  /// Keeps something as soon as the disk takes it.
  func saveLater(_ kind: Unsaved.Kind) {
    unsaved.add(kind)
    guard saving == nil else { return }
    saving = Task { await saveAll() }
  }

  /// Keeps the pins where they differ from `known`.
  func savePins(ifNot known: PinBook) {
    if statesProblem == nil, !pins.isSettled(as: known) { saveLater(.pins) }
  }

  /// How often the counters of the pins are kept, which every poll may raise.
  static let pinsInterval: Duration = .seconds(600)

  /// Keeps the pins with the counters of the last polls when it is time.
  func savePins(at now: ContinuousClock.Instant) {
    guard pinsDue <= now else { return }
    pinsDue = now + Self.pinsInterval
    if statesProblem == nil, pins.pins != keptPins { saveLater(.pins) }
  }

  /// Keeps what there is at the end of the run, and waits for it.
  func saveLast() async {
    if statesProblem == nil, pins.pins != keptPins { saveLater(.pins) }
    if let energies = live.dailyEnergies { saveLater(.energies(energies)) }
    await saving?.value
  }

  /// Why the pins on disk are not those that count; nil while they are.
  var pinsProblem: String? {
    pins.pins == keptPins ? nil : statesProblem ?? alerts[.state]?["pins.json"]?.message
  }

  private func saveAll() async {
    while let kind = unsaved.next() {
      switch kind {
      case .pins: await save(pins)
      case .energies(let energies): await save(energies)
      case .mapEnd(let end): await save(mapEnd: end)
      case .check: await checkState()
      }
    }
    saving = nil
  }

  private func save(_ pins: PinBook) async {
    do {
      try await ThreadExecutor.files.run { [storePins] in try storePins(pins) }
      keptPins = pins.pins
      unsaved.add(.check)
    } catch {
      await setAlert(.state, "pins.json", "\(error)")
    }
  }

  private func save(_ energies: DailyEnergies) async {
    guard isPinned else { return }
    do {
      try await ThreadExecutor.files.run { [keepEnergies] in try keepEnergies(energies) }
      unsaved.add(.check)
    } catch {
      await setAlert(.state, "energies.json", "\(error)")
    }
  }

  private func save(mapEnd: Int) async {
    guard isPinned else { return }
    do {
      try await ThreadExecutor.files.run { [saveEnd] in try saveEnd(mapEnd) }
    } catch {
      // Only the first scan after the next start takes longer for it.
      logger.debug("where the register map ends can't be kept", metadata: ["reason": "\(error)"])
    }
  }

  /// Whether devices are pinned. Nothing is kept before that: what is on disk without pins tells of pins that were lost.
  private var isPinned: Bool { !pins.pins.isEmpty }

  /// Has the alerts say what is wrong with the state on disk.
  private func checkState() async {
    let problems = await Task.detached(executorPreference: ThreadExecutor.files) { [checkFiles] in checkFiles() }.value
    for name in alerts[.state, default: [:]].keys where name != "state" && problems[name] == nil {
      await setAlert(.state, name, nil)
    }
    for (name, message) in problems.sorted(by: { $0.key < $1.key }) { await setAlert(.state, name, message) }
  }
}
