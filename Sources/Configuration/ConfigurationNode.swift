import Yams

/// A value of the configuration with its place, whichever source it came from.
struct ConfigurationNode {
  enum Content {
    case text(String)
    case list([ConfigurationNode])
    case mapping([(key: ConfigurationNode, value: ConfigurationNode)])
    /// Nothing, `~` or `null`: as if the setting were not there.
    case empty
  }

  let content: Content
  let place: ConfigurationPlace

  var text: String? { if case .text(let text) = content { text } else { nil } }

  var isEmpty: Bool { if case .empty = content { true } else { false } }

  /// Host and port of `host:port` or `[address]:port`; nil for a host alone.
  var hostAndPort: (host: Self, port: Self)? {
    guard let text, let colon = text.lastIndex(of: ":") else { return nil }
    let (host, port) = (text[..<colon], text[text.index(after: colon)...])
    guard !host.contains(":") || host.hasPrefix("[") && host.hasSuffix("]"), !host.isEmpty, !port.isEmpty,
      port.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return (Self(content: .text(String(host)), place: place), Self(content: .text(String(port)), place: place))
  }

  /// What the node is, for a sentence that says that something else was wanted.
  var kind: String {
    switch content {
    case .text(let text): "‘\(text.prefix(60))’"
    case .list: "a list"
    case .mapping: "a mapping"
    case .empty: "nothing"
    }
  }
}

extension ConfigurationNode {
  /// Longest file that is read: hundreds of gateways with names for their devices fit.
  static let mostBytes = 256 * 1024
  /// Bounds what aliases may unfold to.
  private static let mostNodes = 100_000

  /// The root of a YAML text.
  /// - Throws: ``ConfigurationError`` with the place of the mistake.
  init(yaml: String, file: String) throws(ConfigurationError) {
    func failure(_ line: Int, _ column: Int, _ message: String) -> ConfigurationError {
      ConfigurationError(problems: [
        ConfigurationProblem(place: .file(file, line: line, column: column), message: message)
      ])
    }
    guard yaml.utf8.count <= Self.mostBytes else {
      throw failure(1, 1, "the file is longer than \(Self.mostBytes) bytes, so it is hardly a configuration")
    }
    let root: Node?
    do {
      // Editors of Windows begin a text with a byte order mark.
      let text = yaml.unicodeScalars.first == "\u{FEFF}" ? String(yaml.unicodeScalars.dropFirst()) : yaml
      root = try Yams.compose(yaml: text, .default, .default, .utf8)
    } catch let error as YamlError {
      let mistake = Self.mistake(error)
      throw failure(mistake.line, mistake.column, mistake.message)
    } catch {
      throw failure(1, 1, "the file can't be read as YAML: \(error)")
    }
    var count = 0
    guard let root else {
      self.init(content: .empty, place: .file(file, line: 1, column: 1))
      return
    }
    guard let node = Self(root, file: file, count: &count) else {
      throw failure(1, 1, "the file's aliases unfold to more than \(Self.mostNodes) values; write them out")
    }
    self = node
  }

  private init?(_ node: Node, file: String, count: inout Int) {
    count += 1
    guard count <= Self.mostNodes else { return nil }
    place = .file(file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    switch node {
    case .scalar(let scalar):
      let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      content = isNull ? .empty : .text(scalar.string)
    case .sequence(let sequence):
      var list: [Self] = []
      for item in sequence {
        guard let value = Self(item, file: file, count: &count) else { return nil }
        list.append(value)
      }
      content = .list(list)
    case .mapping(let mapping):
      var pairs: [(key: Self, value: Self)] = []
      for (key, value) in mapping {
        guard let key = Self(key, file: file, count: &count), let value = Self(value, file: file, count: &count)
        else { return nil }
        pairs.append((key, value))
      }
      content = .mapping(pairs)
    case .alias: content = .empty
    }
  }

  private static func mistake(_ error: YamlError) -> (line: Int, column: Int, message: String) {
    switch error {
    case .scanner(let context, let problem, var mark, _), .parser(let context, let problem, var mark, _),
      .composer(let context, let problem, var mark, _):
      // What is never closed is mended where it was opened.
      if problem.contains("end of stream"), let context { mark = context.mark }
      return (mark.line, mark.column, "this is no YAML (\(problem)); mind the indentation, the colons and the quotes")
    case .duplicatedKeysInMapping(let names, let context):
      let keys = names.map { "‘\($0)’" }.joined(separator: ", ")
      return (context.mark.line, context.mark.column, "\(keys) stands twice in this section; keep one of them")
    case .reader(let problem, let offset, _, let yaml):
      let before = yaml.prefix(offset ?? 0)
      let line = before.utf8.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
      return (line, 1, "there is a character that YAML does not allow (\(problem)); remove it")
    default: return (1, 1, "the file can't be read as YAML")
    }
  }

  /// The node, or what its text holds when that is a YAML list or mapping: the environment and flags give text only,
  /// and lists are to be given there too.
  /// - Throws: ``ConfigurationError`` at the node's own place.
  func structured() throws(ConfigurationError) -> Self {
    guard let text, text.hasPrefix("[") || text.hasPrefix("{") else { return self }
    do {
      return try Self(yaml: text, file: "").moved(to: place)
    } catch {
      throw ConfigurationError(problems: error.problems.map { .init(place: place, message: $0.message) })
    }
  }

  private func moved(to place: ConfigurationPlace) -> Self {
    switch content {
    case .text, .empty: Self(content: content, place: place)
    case .list(let list): Self(content: .list(list.map { $0.moved(to: place) }), place: place)
    case .mapping(let pairs):
      Self(content: .mapping(pairs.map { ($0.key.moved(to: place), $0.value.moved(to: place)) }), place: place)
    }
  }
}
