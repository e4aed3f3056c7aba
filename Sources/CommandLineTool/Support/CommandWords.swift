import ArgumentParser
import Configuration
import Registry

/// The words of a command line as the argument parser takes them: the verb first, whatever options stand before it, and
/// `-l` as it is meant.
enum CommandWords {
  /// Options that may stand before the verb, as they could before that of the Python program; each has a value.
  private static let leading: Set<String> = [
    "-H", "--host", "-p", "--port", "-l", "--loglevel", "--log-level", "-f", "--format", "-c", "--cache-path", "--from",
    "--config", "--registry", "--unit", "--timeout", "--max-read", "--broker", "--base", "--state-dir",
  ]

  /// Flags by the whole names of their settings, which `bridge` takes as well.
  private static let wholeNames: [String: String] = Dictionary(
    ConfigurationReference.flags.compactMap { path, flag in
      guard ["gateway", "broker", "topics"].contains(path.prefix { $0 != "." }) else { return nil }
      let whole = "--" + path.replacing(/[._]/, with: "-")
      return whole == "--\(flag.name)" ? nil : (whole, "--\(flag.name)")
    }, uniquingKeysWith: { first, _ in first })

  /// The words with such flags as the verbs have them. A word behind `--` is none.
  private static func shortened(_ words: [String]) -> [String] {
    let end = words.firstIndex(of: "--") ?? words.endIndex
    return words[..<end].map { word in
      let name = word.prefix { $0 != "=" }
      return wholeNames[String(name)].map { $0 + word.dropFirst(name.count) } ?? word
    } + words[end...]
  }

  /// - Throws: ``Failure`` for a verb that does not exist.
  static func prepared(_ words: [String]) throws(Failure) -> [String] {
    let words = shortened(words)
    var index = 0
    while index < words.count, words[index].hasPrefix("-") {
      let parts = words[index].split(separator: "=", maxSplits: 1)
      guard let name = parts.first.map(String.init), leading.contains(name) else { return words }
      index += parts.count == 2 ? 1 : 2
    }
    guard index < words.count else { return words }
    let verb = words[index]
    let rest = Array(words[..<index] + words[(index + 1)...])
    try check(verb, of: Mate3Command.self, "", or: ["help"])
    if let next = rest.first, !next.hasPrefix("-") {
      if verb == "help" { try check(next, of: Mate3Command.self, "") }
      if verb == "battery" { try check(next, of: BatteryCommand.self, "battery ", or: ["help"]) }
      if verb == "settings" { try check(next, of: SettingsCommand.self, "settings ", or: ["help"]) }
      if verb == "history" { try check(next, of: HistoryCommand.self, "history ", or: ["help"]) }
      if verb == "registry" { try check(next, of: RegistryCommand.self, "registry ", or: ["help"]) }
    }
    return [verb] + (verb == "write" ? listing(rest) : rest)
  }

  private static func check(
    _ word: String, of command: any ParsableCommand.Type, _ prefix: String, or others: [String] = []
  ) throws(Failure) {
    let commands = command.configuration.subcommands
    guard !(commands.map { $0._commandName } + others).contains(word) else { return }
    let verbs = commands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
    guard !word.contains(where: { "./:".contains($0) }) || !prefix.isEmpty else {
      throw Failure(.usage, "‘\(word)’ is no verb; an address goes behind --host, a file behind --from")
    }
    let near = word == "version" ? "--version" : NearestName.of(word, among: verbs)
    let hint = near.map { "; did you mean \(prefix)\($0)?" } ?? ""
    throw Failure(
      .usage,
      "there is no verb \(prefix)\(word)\(hint.isEmpty ? "; there are " : hint + " There are ")"
        + verbs.joined(separator: ", "))
  }

  /// Looks for mistyped options before the parser does: it would first tell what is missing without them, and take `-host`
  /// for `-h`, which is help.
  /// - Throws: ``Failure``.
  static func checkOptions(_ words: [String]) throws(Failure) {
    let (command, verb) = command(of: words)
    let given = words.prefix { $0 != "--" }.filter { $0.hasPrefix("-") && $0.count > 1 && !$0.hasPrefix("---") }
    // The bridge's own table knows its flags.
    guard !given.isEmpty, command != BridgeCommand.self else { return }
    let known = names(of: command)
    for word in given.map({ String($0.prefix { $0 != "=" }) }) where !known.contains(word) {
      if ["-H", "--host"].contains(word), known.contains("--bind") {
        throw Failure(.usage, "\(verb) asks no gateway; the address to listen on goes behind --bind")
      }
      guard !["-H", "--host"].contains(word) else {
        throw Failure(.usage, "\(verb) asks no gateway; leave \(word) and what follows it out")
      }
      let isLong = word.hasPrefix("--")
      // Short options may stand together behind one dash.
      guard isLong || known.contains("-" + word) else { continue }
      let shown = names(of: command, withHidden: false)
      let long = shown.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }.sorted()
      let name = String(word.trimmingPrefix(/-+/))
      let near =
        long.first { $0.hasPrefix(name) }
        ?? NearestName.of(name, among: long).flatMap { NearestName.distance(name, $0) <= 2 ? $0 : nil }
      throw Failure(
        .usage,
        "there is no option \(word); " + (near.map { "did you mean --\($0)?" } ?? "\(verb) --help lists what there is"))
    }
  }

  /// Where an address or a file goes that stands alone; nil where the verb takes none.
  static func placeOfLoneWord(_ words: [String]) -> String? {
    let known = names(of: command(of: words).command)
    let places = [("an address", "--host"), ("a file", "--from")]
      .filter { known.contains($0.1) }
    return places.isEmpty ? nil : places.map { "\($0) goes behind \($1)" }.joined(separator: ", ")
  }

  private static func command(of words: [String]) -> (command: any ParsableCommand.Type, verb: String) {
    var command: any ParsableCommand.Type = Mate3Command.self
    var verb = command._commandName
    for word in words {
      guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else { break }
      (command, verb) = (next, "\(verb) \(word)")
    }
    while let next = command.configuration.defaultSubcommand { command = next }
    return (command, verb)
  }

  /// The options of a verb, as its help has them.
  private static func names(of command: any ParsableCommand.Type, withHidden: Bool = true) -> Set<String> {
    let help = Mate3Command.helpMessage(for: command, includeHidden: withHidden, columns: 200)
    return help.split(separator: "\n").reduce(
      into: ["-help", "--help-hidden", "--generate-completion-script", "--experimental-dump-help"]
    ) { names, line in
      guard let options = line.prefixMatch(of: /[ ]+(-[^ ,]+(?:, -[^ ,]+)*)/)?.1 else { return }
      names.formUnion(options.split(separator: ", ").map(String.init))
    }
  }

  /// `-l` was `--list-fields` to `mate3_write`, and `--loglevel` with a level behind it to `mate3 write`.
  private static func listing(_ words: [String]) -> [String] {
    words.enumerated().map { index, word in
      let next = words[(index + 1)...].first
      return word == "-l" && next.flatMap(LogDetail.init(argument:)) == nil ? "--list-fields" : word
    }
  }
}

/// What a verb tells of its work.
enum LogDetail: String, ExpressibleByArgument, CaseIterable {
  case trace, debug, info, notice, warning, error, critical

  /// In capitals too, as the Python program wants them.
  init?(argument: String) { self.init(rawValue: argument.lowercased()) }
}
