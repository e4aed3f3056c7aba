import Foundation
import Glibc
public import Mate3

/// The timed commands on disk.
public struct TimerFile: Sendable {
  static let name = "timers.json"
  private let directory: StateDirectory

  public init(_ directory: StateDirectory) { self.directory = directory }

  /// - Throws: ``StateError``; `corrupt` when the file makes no sense.
  public func load() throws(StateError) -> [TimedCommand] {
    guard let data = try directory.read(Self.name) else { return [] }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601WithMilliseconds
    guard let timers = try? decoder.decode([TimedCommand].self, from: data) else {
      throw StateError(
        .corrupt,
        "\(directory.path)/\(Self.name) can't be understood, so timed commands that it holds do not end by themselves; "
          + "check the devices, then remove it")
    }
    return timers
  }

  /// - Throws: ``StateError``.
  public func save(_ timers: [TimedCommand]) throws(StateError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601WithMilliseconds
    guard let data = try? encoder.encode(timers.sorted { $0.name < $1.name }) else {
      throw StateError(.inputOutput, "the timed commands can't be put into JSON")
    }
    try directory.replace(Self.name, data)
  }
}

extension MachineTime {
  /// The clocks now (clock_gettime(2), CLOCK_BOOTTIME; proc(5), boot_id).
  public static func now() -> MachineTime {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return MachineTime(
      sinceBoot: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9, bootID: bootIdentifier, wall: Date())
  }

  private static let bootIdentifier: String =
    (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
    .trimmingCharacters(in: .whitespacesAndNewlines) ?? UUID().uuidString
}
