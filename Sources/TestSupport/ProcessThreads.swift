import Foundation

/// The threads of a process, as the system knows them.
package enum ProcessThreads {
  /// The names of all threads, in at most 15 bytes each.
  /// - Parameter process: its number; nil for this one.
  package static func names(of process: Int32?) throws -> [String] {
    let folder = "/proc/\(process.map(String.init) ?? "self")/task"
    return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { thread in
      // One that has ended since has no name any more.
      (try? String(contentsOfFile: "\(folder)/\(thread)/comm", encoding: .utf8))?
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}
