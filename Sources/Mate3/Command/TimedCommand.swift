package import Foundation

/// A value that holds for a time, and then gives way to the one before it.
package struct TimedCommand: Sendable, Hashable, Codable {
  package let block: PinKey
  package let field: String
  /// What comes back, as a command's text.
  package var revertTo: String
  /// The words that our command wrote, or that the device was seen to make of them: as long as they stand, the field is
  /// ours to revert.
  package var wrote: [UInt16]
  /// The words of the timed commands that this one took over from, latest first, until it is known that its own were
  /// taken: if they were not, some of those still stand and are ours too.
  package var took: [[UInt16]]?
  /// Id of the command that started it.
  package var id: String?
  /// Which of the devices that were pinned in this place was commanded.
  package var generation: Int?
  /// Whether what was commanded makes the system safer than what comes back.
  package var isRelease: Bool?
  /// Seconds of the boot-time clock when it ends, in the boot with `bootID`.
  package var bootDeadline: Double
  package var bootID: String
  /// Wall time when it was started and when it ends.
  package var startedAt: Date
  package var endsAt: Date
  /// Attempts to revert that have failed.
  package var failures: Int
  /// Why the last attempt failed.
  package var problem: String?

  package init(
    block: PinKey, field: String, revertTo: String, wrote: [UInt16], took: [[UInt16]]? = nil, id: String?,
    generation: Int? = nil, isRelease: Bool? = nil, bootDeadline: Double, bootID: String, startedAt: Date, endsAt: Date
  ) {
    self.block = block
    self.field = field
    self.revertTo = revertTo
    self.wrote = wrote
    self.took = took
    self.id = id
    self.generation = generation
    self.isRelease = isRelease
    self.bootDeadline = bootDeadline
    self.bootID = bootID
    self.startedAt = startedAt
    self.endsAt = endsAt
    failures = 0
  }

  package var name: String { "\(block).\(field)" }

  /// All words that are ours to take back.
  var ours: [[UInt16]] { [wrote] + (took ?? []) }

  /// Whether it is the same timed command, whatever has become known of it since.
  package func isSame(as other: TimedCommand) -> Bool {
    var other = other
    (other.failures, other.problem, other.wrote, other.took) = (failures, problem, wrote, took)
    return other == self
  }

  /// Time left: by the monotonic clock in the boot it began in, by the wall clock after another boot. While that clock
  /// stands before the start, as until it is set on a machine without a battery for it, a doubt ends the command rather
  /// than prolonging it; but an `off` stays for as long as it was to, counted from the boot.
  package func remaining(at now: MachineTime) -> Double {
    if now.bootID == bootID { return bootDeadline - now.sinceBoot }
    guard now.wall >= startedAt else {
      return isRelease ?? false ? endsAt.timeIntervalSince(startedAt) - now.sinceBoot : 0
    }
    return endsAt.timeIntervalSince(now.wall)
  }
}

/// The clocks of this machine at one moment.
package struct MachineTime: Sendable, Hashable {
  /// Seconds since boot, sleep included.
  package var sinceBoot: Double
  package var bootID: String
  package var wall: Date

  package init(sinceBoot: Double, bootID: String, wall: Date) {
    self.sinceBoot = sinceBoot
    self.bootID = bootID
    self.wall = wall
  }
}
