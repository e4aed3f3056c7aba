import Foundation

/// Where the broker is: `[mqtt://][user@]host[:port]`, or `mqtts://` with TLS.
package struct BrokerAddress: Sendable, Equatable, CustomStringConvertible {
  package var usesTLS: Bool
  package var user: String?
  /// Host name or address, without the brackets of an IPv6 one.
  package var host: String
  package var port: Int

  package init(usesTLS: Bool = false, user: String? = nil, host: String, port: Int) {
    self.usesTLS = usesTLS
    self.user = user
    self.host = host
    self.port = port
  }

  /// The address as a URL with its port.
  package var description: String {
    if host.isEmpty { return "" }
    let user = user.map { ($0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "") + "@" } ?? ""
    return "\(usesTLS ? "mqtts" : "mqtt")://\(user)\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  /// Reads the URL strictly: nothing but scheme, user, host and port. One without a scheme is `mqtt`. A password in it is refused and not repeated.
  package init(url: String) throws(ConfigurationMistake) {
    let example = "write mqtt://host, mqtt://user@host:1883 or mqtts://host:8883"
    let schemeEnd = url.range(of: "://")
    // A host alone, also with its port, is one that speaks MQTT without TLS.
    let scheme = schemeEnd.map { url[..<$0.lowerBound].lowercased() } ?? "mqtt"
    guard scheme == "mqtt" || scheme == "mqtts" else {
      throw ConfigurationMistake("has a scheme that is neither mqtt nor mqtts; \(example)")
    }
    usesTLS = scheme == "mqtts"
    var rest = url[(schemeEnd?.upperBound ?? url.startIndex)...]
    if let at = rest.lastIndex(of: "@") {
      let name = rest[..<at]
      rest = rest[rest.index(after: at)...]
      guard !name.contains(":") else {
        throw ConfigurationMistake(
          "has a password in it, where others can see it; take it out, and put it into the environment as "
            + "MATE3_BROKER_PASSWORD or into a file named by broker.password_file")
      }
      guard !name.isEmpty, let decoded = String(name).removingPercentEncoding, !decoded.isEmpty,
        decoded.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }),
        !name.contains(where: { "/?#[]@ ".contains($0) })
      else { throw ConfigurationMistake("has no proper user before the @; write special characters as %40 and so on") }
      user = decoded
    } else {
      user = nil
    }
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    guard !rest.contains(where: { "/?#".contains($0) }) else {
      throw ConfigurationMistake("goes on after the host and port; \(example)")
    }
    let portText: Substring?
    if rest.hasPrefix("["), let bracket = rest.firstIndex(of: "]") {
      host = String(rest[rest.index(after: rest.startIndex)..<bracket])
      let tail = rest[rest.index(after: bracket)...]
      guard tail.isEmpty || tail.hasPrefix(":"), host.contains(":") else {
        throw ConfigurationMistake("has no proper address in its brackets; \(example)")
      }
      portText = tail.isEmpty ? nil : tail.dropFirst()
    } else {
      let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2 else {
        throw ConfigurationMistake("has more than one colon after the host; put an IPv6 address into brackets")
      }
      host = String(parts.first ?? "")
      portText = parts.count == 2 ? parts[1] : nil
    }
    guard HostName.isValid(host) else {
      throw ConfigurationMistake("has no proper host; \(example)")
    }
    guard let portText else {
      port = usesTLS ? 8883 : 1883
      return
    }
    guard portText.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(portText), (1...65535).contains(port)
    else { throw ConfigurationMistake("has no proper port; give a whole number from 1 to 65535 after the colon") }
    self.port = port
  }
}

/// Host names and addresses as they may stand in the configuration.
enum HostName {
  /// Letters, digits, dots, dashes and underscores, or an IPv6 address, also with a zone after %.
  static func isValid(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 253, !text.hasPrefix("-"), !text.hasPrefix(".") else { return false }
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    if text.contains(":") {
      var address = in6_addr()
      let isZone = parts.count == 1 || !parts[1].isEmpty && isPlain(parts[1])
      return isZone && inet_pton(AF_INET6, String(parts[0]), &address) == 1
    }
    return isPlain(Substring(text))
  }

  private static func isPlain(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
