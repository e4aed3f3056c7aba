import Foundation
import Glibc
import Registry

/// A file that a verb writes: whole or not at all, and over another one only where that is said.
enum OutputFile {
  /// Looks before anything else is done whether the file may be written; `-` is standard output.
  static func check(_ path: String, isForced: Bool) throws(Failure) {
    guard path != "-", !isForced, access(path, F_OK) == 0 else { return }
    throw Failure(
      .file, "\(path) is there already, and was left as it is; choose another name, or add --force to replace it")
  }

  static func write(_ text: String, to path: String) throws(Failure) {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw Failure(.file, "\(path) can't be written (\(error.systemReason)); choose another place")
    }
  }
}
