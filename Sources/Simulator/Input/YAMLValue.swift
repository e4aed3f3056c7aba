import Yams

/// A value of a YAML document (or of JSON, which is YAML) with its place, for errors that name it.
struct YAMLValue {
  private let node: Node
  private let file: String

  /// Reads a document.
  /// - Parameter file: What to call it in errors.
  /// - Throws: ``SimulatorError`` with file, line and column.
  init(_ text: String, file: String) throws(SimulatorError) {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw SimulatorError("\(file) is empty")
      }
      self.init(node, file)
    } catch let error as SimulatorError {
      throw error
    } catch {
      throw Self.placed(error, file)
    }
  }

  private init(_ node: Node, _ file: String) {
    self.node = node
    self.file = file
  }

  private static func placed(_ error: any Error, _ file: String) -> SimulatorError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return SimulatorError(
        "\(file):\(mark.line):\(mark.column): this is no YAML (\(problem)); wanted is a register dump (JSON) or a described "
          + "system (YAML)")
    case .duplicatedKeysInMapping(let keys, let context):
      return SimulatorError(
        "\(file):\(context.mark.line):\(context.mark.column): \(keys.joined(separator: ", ")) is there twice; keep one")
    case .reader(let problem, _, _, _): return SimulatorError("\(file): \(problem)")
    default: return SimulatorError("\(file) is not readable YAML")
    }
  }

  /// An error at this value's place.
  func error(_ message: String) -> SimulatorError {
    guard let mark = node.mark else { return SimulatorError("\(file): \(message)") }
    return SimulatorError("\(file):\(mark.line):\(mark.column): \(message)")
  }

  /// The value as text; numbers too, as they were written.
  func text() throws(SimulatorError) -> String {
    guard let scalar = node.scalar else { throw error("a text is expected here") }
    return scalar.string
  }

  func integer(_ range: ClosedRange<Int>) throws(SimulatorError) -> Int {
    guard let scalar = node.scalar, let value = Int(scalar.string) ?? node.int, range.contains(value) else {
      throw error("a whole number from \(range.lowerBound) to \(range.upperBound) is expected here")
    }
    return value
  }

  func number(_ range: ClosedRange<Double>) throws(SimulatorError) -> Double {
    guard let scalar = node.scalar, let value = Double(scalar.string), range.contains(value) else {
      throw error("a number from \(range.lowerBound) to \(range.upperBound) is expected here")
    }
    return value
  }

  func truth() throws(SimulatorError) -> Bool {
    guard node.scalar != nil, let value = node.bool else { throw error("true or false is expected here") }
    return value
  }

  func list() throws(SimulatorError) -> [YAMLValue] {
    guard case .sequence(let sequence) = node else { throw error("a list is expected here") }
    return sequence.map { YAMLValue($0, file) }
  }

  func mapping() throws(SimulatorError) -> YAMLMapping {
    guard case .mapping(let mapping) = node else { throw error("a mapping of keys and values is expected here") }
    var values: [String: YAMLValue] = [:]
    var keys: [(String, YAMLValue)] = []
    for (key, value) in mapping {
      let place = YAMLValue(key, file)
      let name = try place.text()
      values[name] = YAMLValue(value, file)
      keys.append((name, place))
    }
    return YAMLMapping(place: self, keys: keys, values: values)
  }
}

/// The keys and values of a mapping.
struct YAMLMapping {
  let place: YAMLValue
  fileprivate let keys: [(name: String, place: YAMLValue)]
  fileprivate let values: [String: YAMLValue]

  fileprivate init(place: YAMLValue, keys: [(String, YAMLValue)], values: [String: YAMLValue]) {
    self.place = place
    self.keys = keys.map { (name: $0.0, place: $0.1) }
    self.values = values
  }

  /// Keys and values in the order of the file.
  var entries: [(name: String, value: YAMLValue)] {
    keys.compactMap { key in values[key.name].map { (key.name, $0) } }
  }

  subscript(key: String) -> YAMLValue? { values[key] }

  func required(_ key: String) throws(SimulatorError) -> YAMLValue {
    guard let value = values[key] else { throw place.error("`\(key)` is missing here") }
    return value
  }

  /// Refuses keys that mean nothing here.
  func allowOnly(_ allowed: Set<String>) throws(SimulatorError) {
    for key in keys where !allowed.contains(key.name) {
      throw key.place.error("`\(key.name)` is unknown here; known are \(allowed.sorted().joined(separator: ", "))")
    }
  }
}
