extension BridgeConfiguration {
  /// The page over HTTP.
  package struct Page: Sendable, Equatable {
    /// Nil for no page.
    package var listen: ListenAddress?
    /// Names that it is served as, beside the machine's own.
    package var hosts: [String] = []

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
  ]
}
