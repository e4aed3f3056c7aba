import Registry

/// The commands that a sentence of the libraries or of a bridge advises, as this command line would have them.
enum Advice {
  /// - Parameters:
  ///   - flags: what led this verb to its bridge or state directory.
  ///   - gateway: what led it to its gateway, which `trust` does not ask.
  static func repeating(
    _ flags: [(flag: String, value: String)], gateway: [(flag: String, value: String)] = [], in text: String
  ) -> String {
    text.replacing(/mate3 (?:trust --all|trust [a-z0-9_]+\/[0-9]+|forget)/) { match in
      let all = match.output.hasSuffix("forget") ? gateway + flags : flags
      return match.output + all.map { " \($0.flag) \(ShellWord.quoted($0.value))" }.joined()
    }
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
