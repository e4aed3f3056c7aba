import TestSupport
import Testing

@testable import RegistryPipeline

/// Tables from words and their places.
@Suite struct TableReaderTests {
  private func tables(_ pages: String...) -> [DocumentTable] { TableReader(bbox: BBox.document(pages)).tables }

  private func names(_ table: DocumentTable) -> [String] { table.rows.map { $0[.name] } }

  @Test func cellsStandUnderTheirTitles() throws {
    let page =
      BBox.title(90, 5, "Charger") + BBox.header
      + BBox.row(120, offset: 9, name: "CC_Volts", units: "Volts", scale: "CC_SF", description: ["Battery", "volts"])
    let table = try #require(tables(page).first)
    #expect(table.number == 5)
    #expect(table.title == "Charger")
    #expect(table.fileName == "table_05_charger.csv")
    #expect(
      table.csv == """
        DID,Start,End,Size,R/W,Field Name,Type,Units,Scale Factor,Contents,Description
        64111,9,9,1,R,CC_Volts,uint16,Volts,CC_SF,Measured,Battery volts

        """)
  }

  @Test func wrappedNamesAreJoinedWithoutASpaceAndTextWithOne() throws {
    let page =
      BBox.title(90, 1, "Charger") + BBox.header
      + BBox.line(120, [(150, "CC_Major_Firmware"), (350, "CC_DC")] + BBox.words(["One", "two,"], from: 480))
      + BBox.row(128, name: "_Number", scale: "_SF", description: ["three"])
      + BBox.row(140, offset: 2, name: "CC_Next")
    let rows = try #require(tables(page).first).rows
    #expect(rows.map { $0[.name] } == ["CC_Major_Firmware_Number", "CC_Next"])
    #expect(rows.map { $0[.scaleFactor] } == ["CC_DC_SF", "N/A"])
    #expect(rows.map { $0[.description] } == ["One two, three", "Text"])
  }

  @Test func piecesOfAWordAreJoined() throws {
    let page =
      BBox.title(90, 1, "Charger") + BBox.header + BBox.row(120, name: "CC_A")
      + BBox.line(
        140, [(10, "64111"), (44, "2"), (72, "2"), (96, "1"), (124, "W"), (150, "CC"), (158, "_"), (162, "B")])
      + BBox.line(140, [(246, "string"), (272, "(18)"), (480, "Se"), (488, "rial"), (508, "number")])
    let row = try #require(tables(page).first?.rows.last)
    #expect(row[.name] == "CC_B")
    #expect(row[.type] == "string (18)")
    #expect(row[.description] == "Serial number")
    #expect(row[.units].isEmpty)
  }

  @Test func aTableGoesOnOnTheNextPageWithoutHeadersAndPageNumbers() {
    let found = tables(
      BBox.line(40, BBox.words(["Application", "Note"], from: 75)) + BBox.title(90, 1, "Charger") + BBox.header
        + BBox.row(120, name: "CC_A") + BBox.line(700, [(300, "2")]),
      BBox.line(40, BBox.words(["Data", "Blocks"], from: 220)) + BBox.title(90, 1, "Charger") + BBox.header
        + BBox.row(120, offset: 2, name: "CC_B") + BBox.line(700, [(300, "3")]))
    #expect(found.map(names) == [["CC_A", "CC_B"]])
    #expect(found.first?.rows.map(\.number) == [1, 2])
  }

  @Test func aRowMayBeCutByThePage() {
    let reader = TableReader(
      bbox: BBox.document([
        BBox.title(90, 1, "Charger") + BBox.header + BBox.row(120, name: "CC_A")
          + BBox.line(132, [(150, "CC_Long")] + BBox.words(["Begins"], from: 480)) + BBox.line(700, [(300, "2")]),
        BBox.title(90, 1, "Charger") + BBox.header
          + BBox.row(120, offset: 2, name: "_Name", description: ["ends"]),
      ]))
    #expect(reader.tables.map(names) == [["CC_A", "CC_Long_Name"]])
    #expect(reader.tables.first?.rows.last?[.description] == "Begins ends")
    #expect(reader.problems.isEmpty)
  }

  @Test func tablesOfOnePageAreToldApart() {
    let second = BBox.header.replacing("yMin=\"100.", with: "yMin=\"220.").replacing("yMax=\"106.", with: "yMax=\"226.")
    let found = tables(
      BBox.title(90, 1, "Charger") + BBox.header + BBox.row(120, name: "CC_A")
        + BBox.title(210, 2, "Bits") + second
        + BBox.line(
          240,
          [10, 44, 72, 96, 124, 170, 250, 304, 360].map { ($0, "—") } + [(420, "0x0001")]
            + BBox.words(["Too", "hot"], from: 480)))
    #expect(found.map(\.title) == ["Charger", "Bits"])
    #expect(found.last?.rows.map { $0[.contents] + " " + $0[.description] } == ["0x0001 Too hot"])
  }

  @Test func aWrappedHeaderIsFoundByItsLastLine() {
    let header = BBox.header.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains(">Scale<") && !$0.contains(">Field<") }.joined(separator: "\n")
    let found = tables(
      BBox.title(85, 1, "Charger") + BBox.line(92, [(374, "Scale")]) + header + BBox.row(120, name: "CC_A"))
    #expect(found.map(names) == [["CC_A"]])
  }

  @Test func whatIsNoTableIsPassedOver() {
    let prose = BBox.line(50, BBox.words(["Table", "5", "lists", "the", "fields"], from: 70))
    #expect(tables(prose).isEmpty)
    let reader = TableReader(bbox: BBox.document([BBox.header + BBox.row(120, name: "CC_A")]))
    #expect(reader.tables.isEmpty)
    #expect(reader.problems == ["page 1 has a table header without a title above it"])
  }

  @Test func aRowWithoutItsLowestLineIsReported() {
    let reader = TableReader(
      bbox: BBox.document([
        BBox.title(90, 1, "Charger") + BBox.header + BBox.row(120, name: "CC_A") + BBox.line(132, [(150, "CC_Lost")])
      ]))
    #expect(reader.tables.map(names) == [["CC_A"]])
    #expect(reader.problems == ["the last page ends within a row"])
  }

  @Test func charactersOfXMLComeBack() {
    let page =
      BBox.title(90, 1, "Charger") + BBox.header
      + BBox.row(120, name: "CC_A", description: ["R&D", "<", "5", "\"so\",", "yes"])
    #expect(tables(page).first?.rows.first?[.description] == "R&D < 5 \"so\", yes")
    #expect(tables(page).first?.csv.hasSuffix(",\"R&D < 5 \"\"so\"\", yes\"\n") == true)
  }

  /// Whatever the text, the reader ends and what it gives is well formed.
  @Test func brokenTextNeverCrashes() {
    let page =
      BBox.title(90, 1, "Charger") + BBox.header + BBox.row(120, name: "CC_A")
      + BBox.line(132, [(150, "CC_Long")]) + BBox.row(140, offset: 2, name: "_Name")
    let whole = Array(BBox.document([page, page]).utf8)
    var random = SplitMix64(seed: 64111)
    let pieces = [
      "nan", "inf", "-1e308", "1e400", "\"", ">", "<word", "</word>", "<page", "&", "é", "\n", "Table",
      "99999999999999999999",
    ]
    for _ in 0..<1500 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...200, using: &random)))
        case 2: bytes.insert(contentsOf: Array((pieces.randomElement(using: &random) ?? "").utf8), at: place)
        default: bytes.insert(contentsOf: bytes[place...].prefix(300), at: bytes.count - place / 2)
        }
        if bytes.isEmpty { bytes = whole }
      }
      let reader = TableReader(bbox: String(decoding: bytes, as: UTF8.self))
      for table in reader.tables {
        #expect(table.number > 0)
        #expect(table.rows.map(\.number) == (0..<table.rows.count).map { $0 + 1 })
      }
    }
  }
}
