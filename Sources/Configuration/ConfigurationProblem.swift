/// Where a setting was given.
package enum ConfigurationPlace: Sendable, Equatable, CustomStringConvertible {
  /// The first line is 1; 0 stands for the file as a whole.
  case file(String, line: Int, column: Int)
  case environment(String)
  case flag(String)
  /// Not given at all.
  case missing

  package var description: String {
    switch self {
    case .file(let name, 0, _): name
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .environment(let name): name
    case .flag(let name): name
    case .missing: "configuration"
    }
  }

  /// Whether both were given in the same file, on the same command line, or both in the environment.
  func isSameSource(as other: Self) -> Bool {
    switch (self, other) {
    case (.file(let one, _, _), .file(let two, _, _)): one == two
    case (.environment, .environment), (.flag, .flag): true
    default: false
    }
  }
}

/// Something wrong in the configuration: a place and one sentence with the mend.
package struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
  package let place: ConfigurationPlace
  package let message: String

  package var description: String { "\(place): \(message)" }
}

/// The configuration can't be used; every reason is listed.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  package let problems: [ConfigurationProblem]

  package var description: String { problems.map(\.description).joined(separator: "\n") }
}
