import Foundation

/// Which requests are looked at: those that a browser sends for a page of this server, or a program for itself.
///
/// A page of somebody else may make a browser in the house send requests here, also under a name of its own that points
/// to this machine (DNS rebinding). Its own name stands in `Host` then, and its address in `Origin`.
package struct RequestGuard: Sendable {
  /// Names that the server may be asked for, beside every address: such a request can't have been rebound.
  private let hosts: Set<String>
  /// The only address that may connect; nil for all. It asks who is there, so that a name that was rebound is no help.
  let proxy: String?

  /// - Parameters:
  ///   - hosts: further names, such as that of a proxy.
  ///   - proxy: the only address that may connect.
  ///   - machine: the machine's own name.
  package init(hosts: [String], proxy: String? = nil, machine: String = ProcessInfo.processInfo.hostName) {
    self.proxy = proxy
    let own = machine.lowercased()
    let short = String(own.prefix { $0 != "." })
    self.hosts = Set(hosts.map { $0.lowercased() }).union(["localhost", own, short, "\(short).local"]).subtracting([""])
  }

  /// - Parameters:
  ///   - host: every `Host` header.
  ///   - origin: every `Origin` header.
  ///   - site: `Sec-Fetch-Site`, and the mode.
  /// - Returns: why the request is refused, or nil.
  package func refusal(
    host: [String], origin: [String], site: String?, mode: String?, method: String
  ) -> PageResponse? {
    guard host.count == 1, let name = Self.name(host[0]) else {
      return .problem(400, "the request has no proper Host header")
    }
    guard proxy != nil || Self.isAddress(name) || hosts.contains(name) else {
      return .problem(
        421, "this page is not served as ‘\(name.prefix(80))’; use its address, or add the name to page.hosts")
    }
    if let given = origin.first {
      let allowed = ["http://\(host[0].lowercased())", "https://\(host[0].lowercased())"]
      guard origin.count == 1, allowed.contains(given.lowercased()) else {
        return .problem(403, "this request comes from another site")
      }
    }
    // Following a link to the page is no request in somebody else's name.
    let isVisit = mode == "navigate" && method == "GET"
    if let site, !isVisit, site != "same-origin", site != "none" {
      return .problem(403, "this request comes from another site")
    }
    return nil
  }

  /// The name in a `Host` header, without the port; nil when there is none.
  static func name(_ host: String) -> String? {
    let host = host.lowercased()
    guard !host.isEmpty, host.utf8.count <= 255 else { return nil }
    if host.hasPrefix("[") {
      guard let end = host.firstIndex(of: "]") else { return nil }
      let rest = host[host.index(after: end)...]
      guard rest.isEmpty || isPort(rest) else { return nil }
      return String(host[host.index(after: host.startIndex)..<end])
    }
    let colon = host.firstIndex(of: ":") ?? host.endIndex
    guard colon == host.endIndex || isPort(host[colon...]) else { return nil }
    let name = host[..<colon]
    let isName = name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
    }
    return name.isEmpty || !isName ? nil : String(name)
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.first == ":" && (2...6).contains(text.utf8.count)
      && text.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isAddress(_ name: String) -> Bool {
    var four = in_addr()
    var six = in6_addr()
    return inet_pton(AF_INET, name, &four) == 1 || inet_pton(AF_INET6, name, &six) == 1
  }
}
