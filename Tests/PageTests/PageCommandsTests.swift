import Foundation
import TestSupport
import Testing
import Topics

@testable import Page

/// A command over HTTP is read as one over MQTT.
@Suite struct PageCommandsTests {
  private static let target = #""device":"charge_controller_configuration","port":3,"field":"aux_control""#

  /// With a device that has a control.
  private func page() async throws -> PageFixture {
    let page = try await PageFixture()
    let devices = """
      [{"name":"charge_controller_configuration","port":3,"block":"charge_controller_configuration","id":64112,\
      "address":1,"length":2,"trusted":true}]
      """
    page.model.apply([.topic(nil, name: "devices", payload: devices)])
    return page
  }

  /// What is not understood may be a condition that would silently not be kept.
  @Test(arguments: [
    #""value":"on","dryrun":true"#, #""value":"on","for":60"#, #""value":"on","forS":60"#,
    #""value":"on","for_s":null"#, #""value":"on","for_s":0"#, #""value":"on","for_s":"60""#,
    #""value":"on","then":"off""#, #""value":"on","values":{"aux_control":"on"}"#, #""values":{"aux_control":"on"}"#,
    #""value":"on","dry_run":1"#, #""value":"on","dry_run":null"#, #""value":"on","round":"yes""#,
    #""value":"on","expires_at":"tomorrow""#, #""value":"on","expires_at":null"#, #""value":"on","id":"mine/#""#,
    #""value":"on","id":"""#,
    #""value":null"#, #""value":[]"#, #""value":"on","value":"off""#, #""value":"on","gateway":"x""#,
    #""valu":"on""#,
  ])
  func whatIsNotUnderstoodIsRefused(_ members: String) async throws {
    let page = try await page()
    let answer = try page.post("{\(Self.target),\(members)}", from: "127.0.0.1")
    #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
    #expect(page.submitted.all.isEmpty)
    await page.stop()
  }

  @Test(arguments: [
    #""value":"on""#, #""value":57.20"#, #""value":true"#, #""value":"on","for_s":60,"then":"auto""#,
    #""value":"on","dry_run":true,"round":true"#, #""value":"on","expires_at":1000"#,
    #""value":"on","expires_at":"2026-01-31T12:00:00Z""#, #""value":"a \"b\" \\ ü \u0301""#,
  ])
  func everyOtherWordIsHandedOn(_ members: String) async throws {
    let page = try await page()
    let answer = try page.post("{\(Self.target),\(members)}", from: "127.0.0.1")
    #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
    var handed = try CommandPayload(try #require(page.submitted.all.first))
    #expect(handed.id?.hasPrefix("page-") == true)
    handed.id = nil
    #expect(handed == (try CommandPayload(Array("{\(members)}".utf8))))
    await page.stop()
  }

  /// Whether it is read or not, as over MQTT: the queue says what becomes of it.
  @Test func aSilentGatewayIsTheQueuesMatter() async throws {
    let page = try await page()
    page.model.apply([.reading(.now - .seconds(3600))])
    let answer = try page.post("{\(Self.target),\"value\":\"off\"}", from: "127.0.0.1")
    #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
    #expect(page.submitted.all.count == 1)
    await page.stop()
  }

  /// Strangers who guess from many addresses, or from the owner's, don't lock the owner out.
  @Test func guessesDoNotLockTheOwnerOut() async throws {
    let page = try await page()
    let body = "{\(Self.target),\"value\":\"on\"}"
    for index in 0..<40 {
      let answer = try page.post(body, token: "Bearer guess\(index)", from: "127.0.0.\(2 + index % 4)")
      #expect(answer.hasPrefix("HTTP/1.1 \(index < 20 ? 401 : 429) "), "\(index) \(answer)")
      #expect(answer.contains("\r\nRetry-After: ") == (index >= 20))
    }
    for source in ["127.0.0.2", "127.0.0.9"] {
      #expect(try page.post(body, from: source).hasPrefix("HTTP/1.1 200 "))
    }
    #expect(try page.get("/metrics").contains("\nmate3_page_wrong_tokens_total 40\n"))
    #expect(page.submitted.all.count == 2)
    await page.stop()
  }

  @Test func theSchemeAndTheKindAreReadAsTheirStandardsSay() async throws {
    let page = try await page()
    let body = "{\(Self.target),\"value\":\"on\"}"
    for scheme in ["bearer", "BEARER"] {
      #expect(try page.post(body, token: "\(scheme) \(PageFixture.token)", from: "127.0.0.1").contains(" 200 OK"))
    }
    for kind in ["APPLICATION/JSON", "application/json; charset=utf-8", "application/json;charset=utf-8"] {
      #expect(try page.post(body, kind: kind, from: "127.0.0.1").contains(" 200 OK"), "\(kind)")
    }
    for kind in ["application/jsonx", "application/json-patch+json", "text/plain", ""] {
      #expect(try page.post(body, kind: kind, from: "127.0.0.1").hasPrefix("HTTP/1.1 415 "), "\(kind)")
    }
    await page.stop()
  }
}
