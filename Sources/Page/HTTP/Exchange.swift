import Foundation
import Registry

/// A request, checked and whole.
package struct PageRequest: Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
  }

  package var method: Method
  /// Without the question mark and what follows it.
  package var path: String
  /// By name, decoded; a name that comes twice keeps its first value.
  package var query: [String: String]
  /// By lower-case name; several of one name are joined.
  package var headers: [String: String]
  package var body: [UInt8] = []
  /// Whose, for counting; empty on the socket in the state directory.
  package var peer: String

  /// - Returns: nil for a target that is no path.
  static func target(_ uri: String) -> (path: String, query: [String: String])? {
    guard uri.hasPrefix("/"), uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = String(parts[0]).removingPercentEncoding else { return nil }
    var query: [String: String] = [:]
    for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
      let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = String(words[0]).removingPercentEncoding,
        let value = words.count > 1 ? String(words[1]).replacing(scalar: "+", with: " ").removingPercentEncoding : ""
      else { return nil }
      if query[name] == nil { query[name] = value }
    }
    return (path, query)
  }
}

/// An answer with its length known.
package struct PageResponse: Sendable {
  package enum Kind: String, Sendable {
    case html = "text/html; charset=utf-8"
    case css = "text/css; charset=utf-8"
    case script = "text/javascript; charset=utf-8"
    case svg = "image/svg+xml"
    case json = "application/json"
    case manifest = "application/manifest+json"
    case metrics = "text/plain; version=0.0.4; charset=utf-8"
    case text = "text/plain; charset=utf-8"
  }

  package var status: Int
  package var kind: Kind
  package var body: [UInt8]
  package var headers: [(name: String, value: String)] = []
  /// Nothing more is expected of whoever gets this.
  package var closes = false

  package init(_ kind: Kind, _ body: some Sequence<UInt8>, status: Int = 200) {
    self.status = status
    self.kind = kind
    self.body = Array(body)
  }

  /// A refusal: a sentence for whoever has to mend it.
  package static func problem(_ status: Int, _ sentence: String) -> PageResponse {
    PageResponse(.json, "{\"error\":\(JSON.quoted(sentence))}\n".utf8, status: status)
  }

  /// A refusal of the method (RFC 9110, section 15.5.6).
  /// - Parameter allowed: the methods that are taken there.
  static func notAllowed(_ sentence: String, allowed: String) -> PageResponse {
    var response = problem(405, sentence)
    response.headers.append(("Allow", allowed))
    return response
  }
}

/// What a request leads to.
package enum PageAnswer: Sendable {
  case now(PageResponse)
  /// Worked out elsewhere than on the server's thread.
  case later(@Sendable () async -> PageResponse)
  /// Server-sent events of the gateway at that position, until somebody goes.
  case stream(Int)
}

/// Pieces of JSON.
enum JSON {
  /// A string (RFC 8259, section 7). What HTML or JavaScript would take for markup is escaped too.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..<" ", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  static func quoted(_ text: String?) -> String { text.map { quoted($0) } ?? "null" }

  static func number(_ number: Double?) -> String {
    guard let number, number.isFinite else { return "null" }
    let rounded = (number * 1000).rounded() / 1000
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int64(rounded))" : "\(rounded)"
  }
}
