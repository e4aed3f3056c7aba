import Foundation
import Mate3
package import Registry

/// Everything a configuration is read from.
package struct ConfigurationSources: Sendable {
  /// Path of the YAML file, as the user gave it, and its text.
  package var file: (path: String, text: String)?
  package var environment: [String: String]
  /// Words of the command line: `--flag value` or `--flag=value`.
  package var arguments: [String]
  /// Whether the process belongs to root, which has another state directory.
  package var isRoot: Bool
  package var use = ConfigurationUse.bridge
  /// The built-in register map, where it was read before.
  var builtInRegistry: Registry?

  package init(
    file: (path: String, text: String)? = nil, environment: [String: String] = [:], arguments: [String] = [],
    isRoot: Bool = false
  ) {
    self.file = file
    self.environment = environment
    self.arguments = arguments
    self.isRoot = isRoot
  }
}

/// What a configuration is read for, which decides what must be in it.
package enum ConfigurationUse: Sendable {
  /// A bridge.
  case bridge
  /// Something that asks the gateway, or none at all.
  case gateway
  /// Something that goes through a running bridge.
  case broker
}

/// A checked configuration and what was read on the way.
package struct LoadedConfiguration: Sendable {
  package let configuration: BridgeConfiguration
  /// The register map that the configuration was checked against.
  package let registry: Registry
  /// Worth a look, but nothing that keeps the bridge from running.
  package let warnings: [ConfigurationProblem]
}

extension BridgeConfiguration {
  /// Reads a configuration: flag over environment over file over default.
  /// - Throws: ``ConfigurationError`` with everything that is wrong.
  package static func read(_ sources: ConfigurationSources) throws(ConfigurationError) -> LoadedConfiguration {
    var reader = ConfigurationReader(sources)
    return try reader.read()
  }

  /// Reads the file at `path`, if one is given, and the rest as ``read(_:)``.
  /// - Throws: ``ConfigurationError``, also when the file can't be read.
  package static func load(
    path: String?, environment: [String: String], arguments: [String], for use: ConfigurationUse = .bridge
  ) throws(ConfigurationError) -> LoadedConfiguration {
    var file: (path: String, text: String)?
    if let path {
      file = (path, try ConfigurationReader.text(of: path))
    }
    var sources = ConfigurationSources(
      file: file, environment: environment, arguments: arguments, isRoot: geteuid() == 0)
    sources.use = use
    return try read(sources)
  }
}

struct ConfigurationReader {
  let sources: ConfigurationSources
  var context: ReadingContext
  /// The value of each setting that was given, from the source that wins.
  private(set) var nodes: [String: ConfigurationNode] = [:]
  /// False when the file's text can't be taken apart, so that what it gives is not known.
  private(set) var isFileRead = true

  init(_ sources: ConfigurationSources) {
    self.sources = sources
    let directory = sources.file.map { ($0.path as NSString).deletingLastPathComponent } ?? ""
    context = ReadingContext(directory: directory, home: sources.environment["HOME"])
  }

  /// - Parameter use: of a file with a secret, which a service may be handed.
  static func text(of path: String, for use: ConfigurationUse? = nil) throws(ConfigurationError) -> String {
    func failure(_ message: String) -> ConfigurationError {
      ConfigurationError(problems: [
        ConfigurationProblem(place: .file(path, line: 0, column: 0), message: message)
      ])
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      guard access(path, R_OK) == 0 else { throw failure(unreadable(path, errno, for: use)) }
      throw failure("the file can't be read: \(error.systemReason)")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw failure("the file is not UTF-8 text; save it as such")
    }
    return text
  }

  mutating func read() throws(ConfigurationError) -> LoadedConfiguration {
    readFile()
    readEnvironment()
    readArguments()
    var configuration = BridgeConfiguration()
    // The register map first: what follows is checked against it.
    apply("registry", to: &configuration)
    loadRegistry(configuration.registryDirectory)
    for key in ConfigurationKey.all where key.path != "registry" {
      if key.path == "gateways" { configuration.commands.battery = configuration.battery.profile(&context) }
      apply(key.path, to: &configuration)
      context.devices = configuration.devices + configuration.gateways.flatMap(\.devices)
    }
    setStateDirectory(of: &configuration)
    useCredentials(in: &configuration)
    check(&configuration)
    guard context.problems.isEmpty, let registry = context.registry else {
      throw ConfigurationError(problems: ordered(context.problems))
    }
    return LoadedConfiguration(configuration: configuration, registry: registry, warnings: context.warnings)
  }

  /// What is wrong in the file in the order of its lines, and then all else.
  private func ordered(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
    func key(_ problem: (offset: Int, element: ConfigurationProblem)) -> (Int, Int) {
      guard case .file(sources.file?.path, let line, _) = problem.element.place else { return (.max, problem.offset) }
      // On one line what follows from another mistake comes after it.
      return (line, problem.offset)
    }
    return problems.enumerated().sorted { key($0) < key($1) }.map(\.element)
  }

  private mutating func apply(_ path: String, to configuration: inout BridgeConfiguration) {
    guard let node = nodes[path], !node.isEmpty else { return }
    ConfigurationKey.named(path)?.apply(node, &context, &configuration)
  }

  private mutating func loadRegistry(_ directory: String?) {
    do throws(RegistryError) {
      if let directory {
        context.registry = try Registry.override(directory: directory)
      } else if let builtIn = sources.builtInRegistry {
        context.registry = builtIn
      } else {
        context.registry = try Registry.embedded()
      }
    } catch {
      for problem in error.problems {
        // A problem with the folder itself names it; others name a file in it.
        let file = problem.file == directory ? problem.file : "\(directory.map { "\($0)/" } ?? "")\(problem.file)"
        let place = ConfigurationPlace.file(file, line: problem.line, column: problem.column)
        context.problems.append(ConfigurationProblem(place: place, message: problem.message))
      }
    }
  }

  /// What systemd hands over under a file's name (`LoadCredential=`) is read in its place: a service may not read what
  /// belongs to root.
  private func useCredentials(in configuration: inout BridgeConfiguration) {
    guard let folder = sources.environment["CREDENTIALS_DIRECTORY"] else { return }
    func use(_ setting: WritableKeyPath<BridgeConfiguration, String?>) {
      guard let file = configuration[keyPath: setting] else { return }
      let credential = "\(folder)/\((file as NSString).lastPathComponent)"
      if access(credential, F_OK) == 0 { configuration[keyPath: setting] = credential }
    }
    use(\.broker.passwordFile)
    use(\.broker.keyFile)
    use(\.postgresPasswordFile)
    use(\.page.tokenFile)
  }

  private mutating func setStateDirectory(of configuration: inout BridgeConfiguration) {
    guard configuration.stateDirectory.isEmpty else { return }
    configuration.stateDirectory = BridgeConfiguration.defaultStateDirectory(
      environment: sources.environment, isRoot: sources.isRoot)
  }
}

extension BridgeConfiguration {
  /// Where the state is when no setting says so.
  package static func defaultStateDirectory(environment: [String: String], isRoot: Bool? = nil) -> String {
    let isRoot = isRoot ?? (geteuid() == 0)
    // systemd gives several folders separated by colons when its unit names several.
    if let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first { return String(given) }
    guard !isRoot, let home = environment["HOME"] else { return "/var/lib/mate3" }
    return "\(home)/.local/state/mate3"
  }
}

extension ConfigurationReader {
  private mutating func readFile() {
    guard let file = sources.file else { return }
    do throws(ConfigurationError) {
      let root = try ConfigurationNode(yaml: file.text, file: file.path)
      readSection(root, prefix: "")
    } catch {
      context.problems += error.problems
      isFileRead = false
    }
  }

  private mutating func readSection(_ section: ConfigurationNode, prefix: String) {
    let pairs: [(key: ConfigurationNode, value: ConfigurationNode)]
    switch section.content {
    case .empty: return
    case .mapping(let mapping): pairs = mapping
    case .text, .list:
      let name = prefix.isEmpty ? "the file" : String(prefix.dropLast())
      let example = ConfigurationKey.all.first { $0.path.hasPrefix(prefix) }?.path.dropFirst(prefix.count) ?? ""
      // Its text is not repeated: a broker's may have a password in it.
      let kind = section.text == nil ? section.kind : "a single value"
      context.report(
        section, "\(name) is \(kind); give settings, one a line, as name: value, such as \(example)")
      return
    }
    for (key, value) in pairs {
      guard let name = key.text else {
        context.report(key, "a setting's name is \(key.kind); give a plain name")
        continue
      }
      let path = prefix + name
      if let known = ConfigurationKey.named(path) {
        assign(known, value)
      } else if prefix.isEmpty, ConfigurationKey.sections.contains(path) {
        readSection(value, prefix: path + ".")
      } else {
        context.report(key, Self.unknown("setting", path))
      }
    }
  }

  private mutating func readEnvironment() {
    for (name, value) in sources.environment.sorted(by: { $0.key < $1.key }) {
      guard name.hasPrefix(ConfigurationKey.variablePrefix), !value.isEmpty else { continue }
      let node = ConfigurationNode(content: .text(value), place: .environment(name))
      if let key = ConfigurationKey.all.first(where: { $0.variable == name }) {
        // Here alone a secret may stand.
        if key.isSecret { nodes[key.path] = node } else { assign(key, node) }
      } else {
        let known = ConfigurationKey.all.map(\.variable)
        let rest = name.dropFirst(ConfigurationKey.variablePrefix.count)
        let near = NearestName.of(name, among: known) ?? known.first { $0.hasSuffix("_\(rest)") }
        let hint = near.map { "did you mean \($0)?" } ?? "unset it"
        context.warn(node, "there is no such setting, so it has no effect; \(hint)")
      }
    }
  }

  private mutating func readArguments() {
    var words = sources.arguments[...]
    var seen: Set<String> = []
    while let word = words.popFirst() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let flag = String(parts.first ?? "")
      let place = ConfigurationPlace.flag(flag.hasPrefix("-") ? flag : "command line")
      guard flag.hasPrefix("--"),
        let key = ConfigurationKey.all.first(where: { [$0.flag, $0.longFlag].contains(flag) })
      else {
        if flag.hasPrefix("-") {
          let known = ConfigurationKey.all.filter { !$0.isSecret }
          // The first two are the bridge's too, though no settings.
          let flags = ["--config", "--check"] + known.map(\.flag) + known.map(\.longFlag)
          let hint = NearestName.of(String(flag.trimmingPrefix(/-+/)), among: flags.map { String($0.dropFirst(2)) })
          let advice = hint.map { "did you mean --\($0)?" } ?? "mate3 bridge --help lists them"
          context.report(.init(content: .empty, place: place), "there is no such flag; \(advice)")
          // Its value is not a mistake of its own.
          if parts.count == 1, let next = words.first, !next.hasPrefix("-") { words.removeFirst() }
        } else {
          context.report(
            .init(content: .empty, place: place),
            "‘\(word.prefix(60))’ belongs to no flag; write --flag value, and a configuration file behind --config")
        }
        continue
      }
      var value = parts.count == 2 ? String(parts[1]) : nil
      if value == nil, let next = words.first, !next.hasPrefix("--") { value = words.popFirst() }
      guard let value else {
        context.report(.init(content: .empty, place: place), "has no value; give one after it")
        continue
      }
      guard seen.insert(key.path).inserted else {
        context.report(.init(content: .empty, place: place), "stands twice; give it once")
        continue
      }
      assign(key, ConfigurationNode(content: .text(value), place: place))
    }
  }

  private mutating func assign(_ key: ConfigurationKey, _ node: ConfigurationNode) {
    guard !key.isSecret else {
      context.report(
        node,
        "\(key.path) can be seen by others here; take it out, and put it into the environment as \(key.variable) or "
          + "into a file named by \(key.path)_file")
      return
    }
    guard !node.isEmpty else { return }
    // The options of Home Assistant's app have every list; one without gateways stands for none.
    if key.path == "gateways", case .list(let list) = node.content, list.isEmpty { return }
    if key.path == "gateway.host", let (host, port) = node.hostAndPort {
      nodes[key.path] = host
      keepPort(port)
    } else if key.path == "gateway.port" {
      keepPort(node)
    } else {
      nodes[key.path] = node
    }
  }

  /// The port may stand behind the host as well; two of one source are one too many.
  private mutating func keepPort(_ node: ConfigurationNode) {
    if let other = nodes["gateway.port"], other.place.isSameSource(as: node.place), other.text != node.text {
      context.report(node, "the gateway's port is given twice; keep gateway.port or the one behind the host")
    }
    nodes["gateway.port"] = node
  }

  private static func unknown(_ what: String, _ path: String) -> String {
    let hint = ConfigurationKey.nearest(to: path).map { "did you mean \($0)?" } ?? "mate3 bridge --help lists them"
    return "there is no \(what) \(path.prefix(80)); \(hint)"
  }
}
