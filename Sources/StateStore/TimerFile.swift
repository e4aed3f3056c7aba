import Foundation
import Glibc
package import Mate3

/// The timed commands on disk.
package struct TimerFile: Sendable {
  static let name = "timers.json"
  static let sizeLimit = 1 << 20
  private let directory: StateDirectory

  package init(_ directory: StateDirectory) { self.directory = directory }

  /// - Returns: the timed commands of an earlier run. A file that makes no sense is set aside, which stands among the
  ///   directory's problems until somebody has looked at it.
  /// - Throws: ``StateError`` when the file is there and can't be read.
  package func load() throws(StateError) -> [TimedCommand] {
    do throws(StateError) {
      guard let data = try directory.read(Self.name, upTo: Self.sizeLimit) else { return [] }
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .iso8601WithMilliseconds
      guard let timers = try? decoder.decode([TimedCommand].self, from: data) else {
        throw StateError(.corrupt, "\(directory.path)/\(Self.name) can't be understood")
      }
      directory.keep(Self.name, data)
      return timers
    } catch {
      guard error.code == .corrupt else { throw error }
      let what = error.message.dropFirst(directory.path.count + 1)
      try directory.setAside(
        Self.name, because: "\(what), so timed commands that it holds do not end by themselves: check the devices")
      return []
    }
  }

  /// - Throws: ``StateError``.
  package func save(_ timers: [TimedCommand]) throws(StateError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601WithMilliseconds
    guard let data = try? encoder.encode(timers.sorted { $0.name < $1.name }) else {
      throw StateError(.inputOutput, "the timed commands can't be put into JSON")
    }
    directory.keep(Self.name, data)
    try directory.replace(Self.name, data)
  }
}

extension MachineTime {
  /// The clocks now (clock_gettime(2), CLOCK_BOOTTIME; proc(5), boot_id).
  package static func now() -> MachineTime {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return MachineTime(
      sinceBoot: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9, bootID: bootIdentifier, wall: Date())
  }

  private static let bootIdentifier: String =
    (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
    .trimmingCharacters(in: .whitespacesAndNewlines) ?? UUID().uuidString
}
