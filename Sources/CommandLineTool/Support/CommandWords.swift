import ArgumentParser
import Registry

/// The words of a command line as the argument parser takes them: the verb first, whatever options stand before it, and
/// `-l` as it is meant.
enum CommandWords {
  /// Options that may stand before the verb, as they could before that of the Python program; each has a value.
  private static let leading: Set<String> = [
    "-H", "--host", "-p", "--port", "-l", "--loglevel", "--log-level", "-f", "--format", "-c", "--cache-path", "--from",
    "--config", "--registry", "--unit", "--timeout", "--max-read", "--broker", "--base", "--state-dir",
  ]

  /// - Throws: ``Failure`` for a verb that does not exist.
  static func prepared(_ words: [String]) throws(Failure) -> [String] {
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
    let hint = NearestName.of(word, among: verbs).map { "; did you mean \(prefix)\($0)?" } ?? ""
    throw Failure(
      .usage,
      "there is no verb \(prefix)\(word)\(hint.isEmpty ? "; there are " : hint + " There are ")"
        + verbs.joined(separator: ", "))
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
