import Registry
import Testing

@testable import RegistryPipeline

/// The comparison, on a map and a document of our own.
@Suite struct RegistryCheckTests {
  private static let files = [
    "blocks.csv": """
    did,name,kind,family,interval,length,port_field,label,description,source
    64111,charger,status,charger,live,6,,Charger,A charger.,note

    """,
    "enumerations.csv": """
    enumeration,value,label,title,source
    mode,0,off,Off,note
    mode,1,generator,Generator,note

    """,
    "flags.csv": """
    flags,bit,label,title,problem,source
    errors,0,low_voltage,Low,yes,note
    errors,7,too_hot,Hot,yes,note

    """,
    "charger.csv": """
    offset,size,name,vendor_name,type,word_order,units,scale_factor,access,enumeration,flags,minimum,maximum,limit_basis,limit_source,interval,command,command_values,release,confirmed_by,private,identity,label,description,doubt,label_doubt,source
    1,1,did,CC_DID,uint16,,,,r,,,,,,,,,,,,,,,,,,
    2,1,length,CC_Length,uint16,,registers,,r,,,,,,,,,,,,,,,,,,
    3,1,voltage_sf,CC_Voltage_SF,sunssf,,,,r,,,,,,,,,,,,,,,,,,
    4,1,battery_voltage,CC_Batt_Voltage,uint16,,V,voltage_sf,rw,,,,,,,,setpoint,,,,,,,,,,
    5,1,mode,CC_Mode,uint16,,,,r,mode,,,,,,,,,,,,,,,,,
    6,1,errors,CC_Errors,uint16,,,,r,,errors,,,,,,,,,,,,,,,,
    7,2,name,CC_Name,string,,,,r,,,,,,,,,,,,,,,,,,

    """,
  ]

  private static let rows: [[String]] = [
    ["64111", "1", "1", "1", "R", "CC_DID", "uint16", "N/A", "N/A", "64111", "Id"],
    ["64111", "2", "2", "1", "R", "CC_Length", "uint16", "Registers", "N/A", "6", "Length"],
    ["64111", "3", "3", "1", "R", "CC_Voltage_SF", "int16", "N/A", "N/A", "-1", "Scale"],
    [
      "64111", "4", "4", "1", "R/W", "CC_Batt_Voltage", "uint16", "DC Volts", "CC_Voltage_SF", "Programmable",
      "0=none, 1-9 V",
    ],
    ["64111", "5", "5", "1", "R", "CC_Mode", "uint16", "Enumerated", "N/A", "N/A", "0 = Off; 1 = Gen"],
    ["64111", "6", "6", "1", "R", "CC_Errors", "uint16", "Bitfield", "N/A", "N/A", "Bits. See CC_Error Table"],
    ["64111", "7", "8", "2", "R", "CC_Name", "string (4)", "N/A", "N/A", "Read Only", "Name"],
  ]
  private static let bits: [[String]] = [
    ["—", "—", "—", "—", "—", "—", "—", "—", "—", "0x0001", "Low voltage"],
    ["—", "—", "—", "—", "—", "—", "—", "—", "—", "0x0080", "Too hot"],
  ]

  private func table(_ number: Int, _ title: String, _ rows: [[String]]) -> DocumentTable {
    DocumentTable(
      number: number, title: title,
      rows: rows.enumerated().map { index, row in
        DocumentRow(number: index + 1, cells: Dictionary(uniqueKeysWithValues: zip(DocumentColumn.allCases, row)))
      })
  }

  private func check(
    files: [String: String] = files, rows: [[String]] = rows, bits: [[String]] = bits, exceptions: String = ""
  ) throws -> RegistryCheck {
    var check = RegistryCheck(
      registry: try Registry(files: files),
      exceptions: try Exceptions(csv: Exceptions.columns.joined(separator: ",") + "\n" + exceptions))
    check.compare(Document(note: [table(1, "Charger", rows), table(2, "CC_Error_Table", bits)]))
    return check
  }

  @Test func whatAgreesHasNoDifference() throws {
    let check = try check()
    #expect(check.unlisted.map(\.description) == [])
    #expect(check.passes)
    #expect(check.fields == 7)
    // Eight facts a field, id and length, two values, two bits.
    #expect(check.facts == 7 * 8 + 2 + 2 + 2)
  }

  @Test(arguments: [
    (
      3, DocumentColumn.start, "30",
      "charger offset 30, field: the note has ‘CC_Batt_Voltage’, the register map nothing"
    ),
    (3, .end, "5", "charger offset 4, end: the note has ‘5’, the register map ‘4’"),
    (3, .size, "2", "charger offset 4, size: the note has ‘2’, the register map ‘1’"),
    (3, .access, "R", "charger offset 4, access: the note has ‘R’, the register map ‘rw’"),
    (3, .access, "X", "charger offset 4, access: the note has ‘X’, the register map ‘rw’"),
    (3, .name, "CC_Volts", "charger offset 4, name: the note has ‘volts’, the register map ‘battery_voltage’"),
    (3, .type, "int16", "charger offset 4, type: the note has ‘int16’, the register map ‘uint16’"),
    (3, .units, "Amps", "charger offset 4, units: the note has ‘Amps’, the register map ‘V’"),
    (3, .units, "Furlongs", "charger offset 4, units: the note has ‘Furlongs’, the register map ‘V’"),
    (3, .scaleFactor, "N/A", "charger offset 4, scale_factor: the note has nothing, the register map ‘voltage_sf’"),
    (0, .contents, "64112", "charger offset 1, id: the note has ‘64112’, the register map ‘64111’"),
    (1, .contents, "7", "charger offset 2, length: the note has ‘7’, the register map ‘6’"),
    (6, .type, "string (8)", "charger offset 7, type: the note has ‘string (8)’, the register map ‘string of 2’"),
    (4, .description, "0=Gen, 1=Off", "charger offset 5, value 0: the note has ‘gen’, the register map ‘off’"),
    (4, .description, "0=Off, 1=Gen, 2=On", "charger offset 5, value 2: the note has ‘on’, the register map nothing"),
    (4, .description, "0=Off", "charger offset 5, value 1: the note has nothing, the register map ‘generator’"),
    (4, .description, "Mode", "charger offset 5, enumeration: the note has nothing, the register map ‘mode’"),
    (5, .description, "0x0001=Low", "charger offset 6, bit 7: the note has nothing, the register map ‘too_hot’"),
    (5, .units, "N/A", "charger offset 6, bit 0: the note has nothing, the register map ‘low_voltage’"),
    (2, .did, "64112", "64112, block: the note has ‘64112’, the register map nothing"),
    (2, .did, "64l11", "table 1, row 3: the note has ‘64l11 3’, the register map nothing"),
    (2, .start, "", "table 1, row 3: the note has ‘64111 ’, the register map nothing"),
  ])
  func changedCellIsADifference(row: Int, column: DocumentColumn, text: String, expected: String) throws {
    var rows = Self.rows
    rows[row][column.rawValue] = text
    let check = try check(rows: rows)
    #expect(check.unlisted.map(\.description).contains(expected), "\(check.unlisted)")
    #expect(!check.passes)
  }

  @Test func changedBitTableIsADifference() throws {
    var bits = Self.bits
    bits[1][DocumentColumn.contents.rawValue] = "0x0040"
    let found = try check(bits: bits).unlisted.map(\.description)
    #expect(
      found == [
        "charger offset 6, bit 6: the note has ‘too_hot’, the register map nothing",
        "charger offset 6, bit 7: the note has nothing, the register map ‘too_hot’",
      ])
  }

  @Test func fieldThatIsNotDocumentedIsADifference() throws {
    let found = try check(rows: Self.rows.dropLast()).unlisted.map(\.description)
    #expect(found == ["charger offset 7, field: the note has nothing, the register map ‘CC_Name’"])
  }

  @Test func fieldDocumentedTwiceIsADifference() throws {
    let found = try check(rows: Self.rows + [Self.rows[2]]).unlisted.map(\.description)
    #expect(found == ["charger offset 3, field: the note has ‘CC_Voltage_SF’, the register map nothing"])
  }

  @Test func blockThatIsNotDocumentedIsADifference() throws {
    let found = try check(rows: []).unlisted.map(\.description)
    #expect(found == ["charger, block: the note has nothing, the register map ‘64111’"])
  }

  @Test func listedDifferencePasses() throws {
    var rows = Self.rows
    rows[3][DocumentColumn.units.rawValue] = "Amps"
    let check = try check(rows: rows, exceptions: "note,charger,4,units,Amps,V,Misprint.\n")
    #expect(check.unlisted.isEmpty)
    #expect(check.listed.map(\.reason) == ["Misprint."])
    #expect(check.passes)
  }

  @Test(arguments: [
    "note,charger,4,units,Volts,V,Misprint.", "note,charger,4,units,Amps,kV,Misprint.",
    "note,charger,5,units,Amps,V,Misprint.",
    "spreadsheet,charger,4,units,Amps,V,Misprint.", "note,charger,4,unit,Amps,V,Misprint.",
  ])
  func exceptionForSomethingElseDoesNotPass(exception: String) throws {
    var rows = Self.rows
    rows[3][DocumentColumn.units.rawValue] = "Amps"
    let check = try check(rows: rows, exceptions: exception + "\n")
    #expect(check.unlisted.count == 1)
    #expect(check.stale.count == (exception.hasPrefix("note") ? 1 : 0))
  }

  @Test func exceptionThatNoLongerAppliesIsReported() throws {
    let check = try check(exceptions: "note,charger,4,units,Amps,V,Misprint.\n")
    #expect(check.unlisted.isEmpty)
    #expect(check.stale.map(\.line) == [2])
    #expect(!check.passes)
  }

  @Test func differenceIsPrintedAsARowOfTheFile() throws {
    var rows = Self.rows
    rows[3][DocumentColumn.name.rawValue] = "CC_Volts, DC"
    let lines = try check(rows: rows).unlisted.map { $0.csv(reason: "Why not") }
    #expect(lines.first == "note,charger,4,vendor_name,\"CC_Volts, DC\",CC_Batt_Voltage,Why not\n")
    #expect(try check(rows: rows, exceptions: lines.joined()).passes)
  }

  @Test(arguments: [
    ("note,charger,x,units,A,V,Why", "exceptions.csv:2:14: error: ‘x’ is no offset"),
    ("note,charger,4,units,A,V,", "exceptions.csv:2:26: error: an exception needs its reason"),
    ("letter,charger,4,units,A,V,Why", "exceptions.csv:2:1: error: ‘letter’ is no document; give note or spreadsheet"),
    (
      "note,charger,4,units,A,V,Why\nnote,charger,4,units,A,V,Why",
      "exceptions.csv:3:1: error: the difference stands already in line 2"
    ),
    ("note,charger,4", "exceptions.csv:2:1: error: the row has 3 cells where the header has 7"),
  ])
  func mistakeInTheExceptionsIsNamed(rows: String, expected: String) {
    #expect {
      try Exceptions(csv: Exceptions.columns.joined(separator: ",") + "\n" + rows)
    } throws: {
      "\($0)".hasPrefix(expected)
    }
  }
}
