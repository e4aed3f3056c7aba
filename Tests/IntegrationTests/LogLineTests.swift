import Configuration
import Foundation
import Logging
import Synchronization
import Testing

@testable import CommandLineTool

@Suite struct LogLineTests {
  private let time = Date(timeIntervalSince1970: 1_700_000_000.5)

  @Test func textHasTimeLevelMessageAndSortedValues() {
    let line = LogLine.text(at: time, .notice, "connected", ["port": "502", "host": "a b", "none": "", "q": "x\"=y"])
    #expect(
      line == #"2023-11-14T22:13:20.500Z notice connected host="a b" none="" port=502 q="x\"=y""#)
  }

  @Test(arguments: ["a\nb", "a\rb", "a\u{1B}[31mb", "a\u{2028}b", "a\0b", "a\u{85}b"])
  func anEventStaysOneLine(text: String) throws {
    let plain = LogLine.text(at: time, .info, text, ["k": "\(text)"])
    let json = LogLine.json(at: time, .info, text, ["k": "\(text)"])
    for line in [plain, json] {
      #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control || $0 == "\u{2028}" })
    }
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String])
    #expect(object == ["time": "2023-11-14T22:13:20.500Z", "level": "info", "message": text, "k": text])
  }

  /// A mark that joins a quote to one character does not hide it.
  @Test func quotesAreEscapedByScalar() {
    let text = LogLine.text(at: time, .info, "x", ["k": "a \"\u{301}\\\u{301} b=\u{301}", "m": "b=\u{301}c"])
    #expect(
      text.utf8.elementsEqual(
        #"2023-11-14T22:13:20.500Z info x k="a \"\#u{301}\\\#u{301} b=\#u{301}" m="b=\#u{301}c""#.utf8))
    #expect(
      CSVLine.text(["a,\u{301}b", "\"\u{301}", "x\r\ny"]).utf8.elementsEqual(
        "\"a,\u{301}b\",\"\"\"\u{301}\",\"x\r\ny\"".utf8))
  }

  @Test func handlerKeepsLevelAndAddsItsOwnValues() {
    let sink = Sink()
    var settings = BridgeConfiguration.Log()
    settings.level = .warning
    var logger = Logger(label: "test") { [settings] _ in LineLogHandler(settings) { sink.add($0) } }
    logger[metadataKey: "device"] = "x/1"
    logger.info("quiet")
    logger.warning("loud", metadata: ["code": "7"])
    #expect(sink.lines.count == 1)
    #expect(sink.lines.first?.hasSuffix(" warning loud code=7 device=x/1") == true)
  }
}

private final class Sink: Sendable {
  private let storage = Mutex<[String]>([])
  var lines: [String] { storage.withLock { $0 } }
  func add(_ line: String) { storage.withLock { $0.append(line) } }
}
