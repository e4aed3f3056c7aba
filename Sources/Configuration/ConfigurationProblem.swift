/// Where a setting was given.
public enum ConfigurationPlace: Sendable, Equatable, CustomStringConvertible {
  case file(String, line: Int, column: Int)
  case environment(String)
  case flag(String)
  /// Not given at all.
  case missing

  public var description: String {
    switch self {
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .environment(let name): name
    case .flag(let name): name
    case .missing: "configuration"
    }
  }
}

/// Something wrong in the configuration: a place and one sentence with the mend.
public struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
  public let place: ConfigurationPlace
  public let message: String

  public var description: String { "\(place): \(message)" }
}

/// The configuration can't be used; every reason is listed.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  public let problems: [ConfigurationProblem]

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
