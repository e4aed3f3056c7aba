import Registry

/// The commands that a sentence of the libraries or of a bridge advises, as this command line would have them.
enum Advice {
  /// - Parameter flags: what led this verb to its bridge or state directory.
  static func repeating(_ flags: [(flag: String, value: String)], in text: String) -> String {
    guard !flags.isEmpty else { return text }
    let words = flags.map { " \($0.flag) \(ShellWord.quoted($0.value))" }.joined()
    return text.replacing(/mate3 (?:trust --all|trust [a-z0-9_]+\/[0-9]+|forget)/) { "\($0.output)\(words)" }
  }
}

/// A word as a shell takes it.
enum ShellWord {
  static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || "-_./:=@,%+".utf8.contains(byte)
      }
    return isPlain ? word : "'\(word.replacing(scalar: "'", with: "'\\''"))'"
  }
}
