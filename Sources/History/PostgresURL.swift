/// The URL of a PostgreSQL server, with no password in it: files and process lists are read by others.
package struct PostgresURL: Sendable, Equatable {
  package let text: String

  /// Why a text is none: the rest of a sentence that begins with what it is the value of. It does not repeat the text.
  package struct Mistake: Error {
    package let message: String
    package var hasSecret = false
  }

  private static let secrets: Set<String> = ["password", "sslpassword"]
  private static let example = "write postgres://user@host/database"

  /// - Throws: when it is no such URL, or has a password in it. All else is libpq's to judge.
  package init(_ text: String) throws(Mistake) {
    guard let scheme = ["postgres://", "postgresql://"].first(where: text.hasPrefix) else {
      throw Mistake(message: "has a scheme that is neither postgres nor postgresql; \(Self.example)")
    }
    guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && !(0x7F...0x9F).contains($0.value) }),
      text.utf8.count <= 2048
    else { throw Mistake(message: "has blanks in it, or is too long; \(Self.example)") }
    let rest = text.dropFirst(scheme.count)
    let query = rest.firstIndex(of: "?").map { rest[rest.index(after: $0)...] } ?? ""
    // A @ or : that means something else is written as %40 or %3A.
    let front = rest.prefix { $0 != "?" }
    let user = front.lastIndex(of: "@").map { front[..<$0] } ?? (query.contains("@") ? front : "")
    let names = query.split(separator: "&").map { $0.prefix { $0 != "=" }.removingPercents }
    guard !user.contains(":"), Self.secrets.isDisjoint(with: names) else {
      throw Mistake(
        message:
          "has a password in it, where others can see it; take it out, and put it into ~/.pgpass or the file that "
          + "PGPASSFILE names, into the environment as MATE3_HISTORY_POSTGRES_PASSWORD, or into a file named by "
          + "history.postgres_password_file", hasSecret: true)
    }
    self.text = text
  }
}

extension StringProtocol {
  /// With each %XX as the character that it stands for, where that is of ASCII.
  fileprivate var removingPercents: String {
    var result = ""
    var rest = self[...]
    while let character = rest.popFirst() {
      if character == "%", let byte = UInt8(rest.prefix(2), radix: 16), byte < 0x80 {
        result.unicodeScalars.append(Unicode.Scalar(byte))
        rest = rest.dropFirst(2)
      } else {
        result.append(character)
      }
    }
    return result
  }
}
