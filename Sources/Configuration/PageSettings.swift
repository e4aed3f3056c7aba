import Foundation

extension BridgeConfiguration {
  /// The page over HTTP.
  package struct Page: Sendable, Equatable {
    /// Nil for no page.
    package var listen: ListenAddress?
    /// Names that it is served as, beside the machine's own.
    package var hosts: [String] = []
    /// The only address that may connect; nil for all.
    package var proxy: String?
    /// Whether who has the token may command.
    package var takesCommands = false
    package var token: Secret?
    package var tokenFile: String?

    package init() {}
  }
}

/// Where a server listens: an address or a name of this machine, and a port.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
  package var host: String
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  package var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

  init(_ text: String) throws(ConfigurationMistake) {
    let example = "give an address and a port, as in 127.0.0.1:8463, [::1]:8463, or 0.0.0.0:8463 for the whole network"
    guard let colon = text.lastIndex(of: ":") else { throw ConfigurationMistake("has no port; \(example)") }
    var name = String(text[..<colon])
    if name.hasPrefix("["), name.hasSuffix("]") {
      name = String(name.dropFirst().dropLast())
    } else if name.contains(":") {
      throw ConfigurationMistake("has more than one colon; put an IPv6 address into brackets")
    }
    let digits = text[text.index(after: colon)...]
    guard HostName.isValid(name) else { throw ConfigurationMistake("has no proper address; \(example)") }
    guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(digits), (0...65535).contains(port) else {
      throw ConfigurationMistake("has no proper port; give a whole number up to 65535 after the colon")
    }
    (host, self.port) = (name, port)
  }
}

extension ValueKind where Value == ListenAddress {
  static let listenAddress = scalar("address and port", show: \.description) {
    text, _, _ throws(ConfigurationMistake) in try ListenAddress(text)
  }
}

extension ValueKind where Value == String {
  static let address = scalar(
    "IP address", show: { $0 },
    parse: { text, _, _ throws(ConfigurationMistake) in
      var four = in_addr()
      var six = in6_addr()
      guard inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1 else {
        throw ConfigurationMistake("is no IP address; give one such as 192.0.2.9")
      }
      return text
    })
}

extension ValueKind where Value == [String] {
  /// Names of hosts.
  static let hosts = Self(
    name: "list of names",
    read: { node, key, context in
      var names: [String] = []
      for item in node.items(key, &context) ?? [] {
        guard let name = item.text, HostName.isValid(name), !name.contains(":") else {
          context.report(item, "\(key) has \(item.kind) in it; give names such as solar.example.org, without a port")
          continue
        }
        names.append(name)
      }
      return names
    }, show: { $0.joined(separator: ", ") })
}

extension ConfigurationKey {
  static let page: [ConfigurationKey] = [
    .init(
      "page.listen", \.page.listen, ValueKind.listenAddress.optional, default: "none: no page",
      "Where the page, its data and the metrics are served over HTTP: `127.0.0.1:8463` for this machine and a proxy on it, "
        + "`0.0.0.0:8463` for everybody in your network. Whoever can reach it can read."),
    .init(
      "page.hosts", \.page.hosts, .hosts, default: "none",
      "Names that the page is called by, such as that of a proxy, beside addresses and this machine's own names."),
    .init(
      "page.proxy", \.page.proxy, ValueKind.address.optional, default: "none",
      "Address of a proxy that asks who is there. Nobody else may connect then, and it may call the page by any name."),
    .init(
      "page.commands", \.page.takesCommands, .boolean,
      "Whoever has the token may send from the page what `commands` allows."),
    .init(
      "page.token", \.page.token, ValueKind.secret.optional, isSecret: true,
      "The token for commands from the page, of at least 20 characters. Not taken from the file or from a flag, where "
        + "others can see it."),
    .init(
      "page.token_file", \.page.tokenFile, ValueKind.path.optional, "File with the token in its first line."),
  ]
}

extension BridgeConfiguration.Page {
  /// Shorter ones could be guessed.
  private static let leastToken = 20

  /// Takes the token from its file.
  /// - Returns: what is wrong, by the setting that mends it.
  mutating func check(for use: ConfigurationUse) -> [(path: String, message: String)] {
    if token != nil, tokenFile != nil {
      return [("page.token_file", "page.token_file and MATE3_PAGE_TOKEN are both given; keep one")]
    }
    if let tokenFile {
      do {
        token = Secret(String(try ConfigurationReader.text(of: tokenFile, for: use).prefix { !$0.isNewline }))
      } catch {
        return error.problems.map { ("page.token_file", "page.token_file \(tokenFile): \($0.message)") }
      }
    }
    guard takesCommands else { return [] }
    guard let token else {
      return [
        (
          "page.commands",
          "page.commands is true without a token; put one into the file page.token_file, such as the output of: openssl rand -hex 32"
        )
      ]
    }
    let isProper =
      token.value.utf8.count >= Self.leastToken && token.value.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return isProper
      ? []
      : [
        (
          tokenFile == nil ? "page.commands" : "page.token_file",
          "the token for the page has fewer than \(Self.leastToken) characters, or others than letters, digits and signs; make one with: openssl rand -hex 32"
        )
      ]
  }
}
