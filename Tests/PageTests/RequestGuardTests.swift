import Testing

@testable import Page

@Suite struct RequestGuardTests {
  private let guardian = RequestGuard(hosts: ["solar.example.org"], machine: "pi.lan")

  private func status(
    _ host: [String], origin: [String] = [], site: String? = nil, mode: String? = nil, method: String = "GET"
  ) -> Int? {
    guardian.refusal(host: host, origin: origin, site: site, mode: mode, method: method)?.status
  }

  @Test(arguments: [
    "127.0.0.1:8463", "192.0.2.7", "[::1]:8463", "[2001:db8::1]", "localhost", "LOCALHOST:80", "pi", "pi.local:8463",
    "pi.lan", "solar.example.org", "Solar.Example.org:443",
  ])
  func addressesAndOwnNamesAreServed(_ host: String) {
    #expect(status([host]) == nil)
  }

  /// A foreign name that points here is how another site would come to the page's data.
  @Test(arguments: [
    "evil.example", "evil.example:8463", "127.0.0.1.evil.example", "localhost.evil.example", "0x7f000001",
  ])
  func foreignNamesAreNot(_ host: String) {
    #expect(status([host]) == 421)
  }

  @Test func aHostThatIsNoneIsRefused() {
    for hosts in [[], ["a", "b"], [""], ["local host"], ["localhost:"], ["localhost:x"], ["[::1"], ["[::1]x"]] {
      #expect(status(hosts) == 400, "\(hosts)")
    }
  }

  @Test func requestsOfOtherSitesAreRefused() {
    let host = ["192.0.2.7:8463"]
    #expect(status(host, origin: ["http://192.0.2.7:8463"]) == nil)
    #expect(status(host, origin: ["https://192.0.2.7:8463"]) == nil)
    for origin in ["http://evil.example", "null", "http://192.0.2.7", "http://192.0.2.7:8463.evil.example", ""] {
      #expect(status(host, origin: [origin]) == 403, "\(origin)")
    }
    #expect(status(host, origin: ["http://192.0.2.7:8463", "http://192.0.2.7:8463"]) == 403)
    #expect(status(host, site: "cross-site", mode: "cors") == 403)
    #expect(status(host, site: "same-site", mode: "no-cors") == 403)
    #expect(status(host, site: "same-origin", mode: "cors") == nil)
    // A link to the page from elsewhere.
    #expect(status(host, site: "cross-site", mode: "navigate") == nil)
    #expect(status(host, site: "cross-site", mode: "navigate", method: "POST") == 403)
  }

  @Test func aTargetIsAPathAndWhatIsAskedFor() throws {
    let target = try #require(PageRequest.target("/api/history?series=a%2Cb&from=1&from=2&x"))
    #expect(target.path == "/api/history")
    #expect(target.query == ["series": "a,b", "from": "1", "x": ""])
    for uri in ["http://evil.example/", "*", "", "/a b", "/%ff", "/\u{e9}"] { #expect(PageRequest.target(uri) == nil) }
  }
}
