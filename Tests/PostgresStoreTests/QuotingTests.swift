import Testing

@testable import PostgresStore

/// What stands in quotes ends where it should: a server reads bytes, whatever a person takes for one character.
@Suite struct QuotingTests {
  @Test func aMarkHidesNoQuote() {
    let mark = "\u{301}"
    #expect(PostgresTable.quoted("a\"\(mark)b").utf8.elementsEqual("\"a\"\"\(mark)b\"".utf8))
    #expect(PostgresTable.literal("a'\(mark)b").utf8.elementsEqual("'a''\(mark)b'".utf8))
    #expect(PostgresTable.literal("\\\(mark)'\(mark)").utf8.elementsEqual("E'\\\\\(mark)''\(mark)'".utf8))
  }

  /// As libpq has them, one below the other.
  @Test func sentencesOfALineEachAreSetApart() {
    #expect(
      "connection failed: Connection refused\n\tIs the server running?\n".oneLine
        == "connection failed: Connection refused; Is the server running?")
    #expect("it failed\n\tat \"b\".\nHINT:  look".oneLine == "it failed at \"b\". HINT:  look")
  }
}
