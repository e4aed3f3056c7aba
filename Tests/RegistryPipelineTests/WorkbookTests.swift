import Foundation
import Testing

@testable import RegistryPipeline

/// XLSX parts of our own.
@Suite struct WorkbookTests {
  private static let parts = [
    "xl/workbook.xml": """
    <workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>
    <sheet name="Other" sheetId="1" r:id="rId1"/><sheet name="Map" sheetId="2" r:id="rId2"/></sheets></workbook>
    """,
    "xl/_rels/workbook.xml.rels": """
    <Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>
    <Relationship Id="rId2" Target="worksheets/sheet2.xml"/></Relationships>
    """,
    "xl/sharedStrings.xml": """
    <sst><si><t>DID</t></si><si><r><t>Two </t></r><r><t>runs &amp; more</t></r></si></sst>
    """,
  ]

  private func rows(_ sheet: String, named name: String = "Map") throws -> [[String]]? {
    let parts = Self.parts.merging([
      "xl/worksheets/sheet2.xml": "<worksheet><sheetData>\(sheet)</sheetData></worksheet>"
    ]) { $1 }
    return try Workbook { name throws(DocumentError) in
      guard let text = parts[name] else { throw DocumentError("no \(name)") }
      return Data(text.utf8)
    }.rows(sheet: name)
  }

  @Test func cellsAreFoundByTheirReference() throws {
    let found = try rows(
      """
      <row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2"><v>64110</v></c><c r="D2" t="str"><f>A1</f><v>text</v></c></row>
      <row r="5"><c r="B5" t="s"><v>1</v></c><c r="C5"/></row>
      """)
    #expect(found == [["DID", "", "64110", "text"], ["", "Two runs & more", ""]])
  }

  @Test(arguments: [
    "<c r=\"A1\" t=\"s\"><v>7</v></c>", "<c r=\"A1\" t=\"s\"><v>-1</v></c>", "<c r=\"XFD1\"><v>1</v></c>",
    "<c r=\"ZZZZZZZZZZZZZZZZ1\"><v>1</v></c>", "<c r=\"1\"><v>1</v></c>", "<c><v>1</v></c>",
    "<c r=\"éA1\"><v>1</v></c>",
  ])
  func cellsThatMakeNoSenseAreEmpty(cell: String) throws {
    #expect(try rows("<row>\(cell)</row>")?.flatMap { $0 }.isEmpty == true)
  }

  @Test func brokenXMLGivesWhatCameBefore() throws {
    #expect(try rows("<row><c r=\"A1\"><v>1</v></c></row><row><c r=\"A2\"><v>2</wrong>")?.first == ["1"])
  }

  @Test func unknownSheetIsNone() throws {
    #expect(try rows("", named: "Nothing") == nil)
  }

  @Test func missingPartIsAnError() {
    #expect(throws: DocumentError.self) {
      try Workbook { name throws(DocumentError) in throw DocumentError("no \(name)") }
    }
  }

  @Test func titlesDivideTheSheetIntoTables() throws {
    let header = DocumentColumn.allCases.map(\.title)
    let document = Document(
      mapRows: [
        ["", "Table 1  Charger"], header,
        ["64111", "5", "5", "1", "R", "CC_Flags", "uint16", "Bitfield", "N/A", "N/A", "See  flags"], [], ["", "Flags"],
        header,
        ["", "", "", "", "", "", "", "", "", "0x0001", "Low"],
      ],
      bitRows: [
        ["DID", "Name", "Virtual Name", "Mask", "Value", "Description"], ["64112", "X", "", "0x2", "0x2", "High"],
        ["64112", "X", "", "0x2", "0x0", "Not high"],
      ])
    #expect(document.tables.map(\.title) == ["Table 1 Charger", "Flags"])
    let row = try #require(document.tables.first?.rows.first)
    #expect(row[.description] == "See flags")
    #expect(DocumentedField(row, bitTables: document.bitTables)?.bits == [DocumentedValue(0, "Low")])
    #expect(document.bitTables.bits(did: 64112, name: "X", description: "") == [DocumentedValue(1, "High")])
  }
}
