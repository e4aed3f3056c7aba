/// Something wrong in a file of `registry_data/`, with its place.
public struct RegistryProblem: Hashable, Sendable, CustomStringConvertible {
  /// How bad it is.
  public enum Severity: Hashable, Sendable {
    /// The registry can't be used.
    case error
    /// Worth a look, but every field is still unambiguous.
    case warning
  }

  /// How bad it is.
  public let severity: Severity
  /// Name of the file, without its folder.
  public let file: String
  /// Line in the file, from 1.
  public let line: Int
  /// Column in the line in characters, from 1.
  public let column: Int
  /// One sentence: what is wrong and how to mend it.
  public let message: String

  package init(_ severity: Severity, file: String, line: Int, column: Int, _ message: String) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  public var description: String {
    "\(file)\(line == 0 ? "" : ":\(line):\(column)"): \(severity == .error ? "error" : "warning"): \(message)"
  }
}

/// The registry can't be used; every reason is listed.
public struct RegistryError: Error, Sendable, CustomStringConvertible {
  /// All of them, in the order of the files.
  public let problems: [RegistryProblem]

  package init(_ problems: [RegistryProblem]) { self.problems = problems }

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
