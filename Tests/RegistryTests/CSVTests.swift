import Testing

@testable import Registry

@Suite struct CSVTests {
  private func rows(_ text: String) throws -> [[String]] {
    try CSVDocument(file: "x.csv", text: text).rows.map { $0.map(\.text) }
  }

  @Test(arguments: [
    ("", []), ("\n", []), ("a", [["a"]]), ("a,b\n", [["a", "b"]]), ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
    ("a,,\n", [["a", "", ""]]), ("\"a,b\",c", [["a,b", "c"]]), ("\"a\"\"b\"", [["a\"b"]]),
    ("\"a\nb\",c\nd,e", [["a\nb", "c"], ["d", "e"]]), ("\"\",x", [["", "x"]]), ("\u{FEFF}a,b", [["a", "b"]]),
    ("a\n\nb\n", [["a"], ["b"]]), ("é,€", [["é", "€"]]),
  ])
  func reads(text: String, expected: [[String]]) throws {
    #expect(try rows(text) == expected)
  }

  @Test func cellsKnowTheirPlace() throws {
    let rows = try CSVDocument(file: "x.csv", text: "aa,\"b\nb\",c\né,f\n").rows
    let places = rows.map { $0.map { "\($0.text.prefix(1))@\($0.line):\($0.column)" } }
    #expect(places == [["a@1:1", "b@1:4", "c@2:4"], ["é@3:1", "f@3:3"]])
  }

  @Test(arguments: [
    ("a,\"b", "x.csv:1:3: error: the quote that opens here is never closed"),
    (
      "a\nb,c\"d\"\n",
      "x.csv:2:4: error: a quote stands in the middle of a cell; quote the whole cell and double the quotes inside it"
    ),
    ("\"a\"b", "x.csv:1:4: error: text follows a closing quote; put a comma or the end of the line there"),
  ])
  func refusesWithPlace(text: String, expected: String) {
    #expect {
      try CSVDocument(file: "x.csv", text: text)
    } throws: {
      "\($0)" == expected
    }
  }

  @Test(arguments: [
    ("", ["t.csv:1:1: error: the file is empty; its header names the columns"]),
    (
      "a,c\n",
      ["t.csv:1:3: error: column ‘c’ is unknown; the columns are a,b", "t.csv:1:1: error: column ‘b’ is missing"]
    ),
    ("a,b,a\n", ["t.csv:1:1: error: a column stands twice in the header"]),
    (
      "a,b\n1,2\n3\n4,5,6\n",
      [
        "t.csv:3:1: error: the row has 1 cells where the header has 2",
        "t.csv:4:1: error: the row has 3 cells where the header has 2",
      ]
    ),
    ("a,\"b", ["t.csv:1:3: error: the quote that opens here is never closed"]),
  ])
  func tableReportsItsHeaderAndRows(text: String, expected: [String]) {
    #expect(CSVTable(file: "t.csv", text: text, columns: ["a", "b"]).problems.map(\.description) == expected)
  }

  @Test func columnsMayComeInAnyOrder() throws {
    let table = CSVTable(file: "t.csv", text: "b,a\n1,2\n", columns: ["a", "b"])
    #expect(table.problems.isEmpty)
    let row = try #require(table.rows.first)
    #expect(row["a"] == "2")
    #expect(row["b"] == "1")
  }
}
