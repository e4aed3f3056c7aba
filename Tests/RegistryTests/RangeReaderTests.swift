import Testing

@testable import Registry

@Suite struct RangeReaderTests {
  private static let header = RangeReader.columns.joined(separator: ",")

  private static func files(_ cells: [String: String]) -> [String: String] {
    var files = SmallRegistry.files([
      SmallRegistry.field(["access": "rw", "command": "setpoint", "units": "V"]),
      SmallRegistry.field(["offset": "6", "name": "reading"]),
      SmallRegistry.field([
        "offset": "7", "name": "bounded", "access": "rw", "command": "setpoint", "minimum": "1", "maximum": "2",
        "limit_source": "note",
      ]),
    ])
    let row = [
      "block": "charger", "field": "value", "models": "FM80*|FM#-X", "nominal_voltage": "48", "minimum": "44",
      "maximum": "64", "step": "0.4", "units": "V", "basis": "document", "source": "manual",
    ].merging(cells) { $1 }
    files[RangeReader.file] = header + "\n" + RangeReader.columns.map { row[$0] ?? "" }.joined(separator: ",") + "\n"
    return files
  }

  @Test func aRangeIsRead() throws {
    let block = try #require(try Registry(files: Self.files(["default": "57.6", "doubt": "why"])).block(id: 64111))
    let range = try #require(block.field("value")?.ranges.first)
    #expect(range.models.map(\.text) == ["FM80*", "FM#-X"])
    #expect(range.nominalVoltage == 48 && range.step == ScaledDecimal("0.4"))
    #expect(range.factoryDefault == ScaledDecimal("57.6") && range.doubt == "why")
    #expect(range.holds(for: "FM60-X") && !range.holds(for: "FM60") && !range.holds(for: nil))
    #expect(block.field("reading")?.ranges == [])
  }

  @Test(arguments: [
    (["block": "none"], "there is no block ‘none’"),
    (["field": "none"], "charger has no field ‘none’"),
    (["field": "reading", "units": ""], "‘reading’ is no number that can be written"),
    (["field": "bounded", "units": ""], "‘bounded’ has limits in charger.csv; keep one of both"),
    (["units": "A"], "‘value’ is in ‘V’; convert the range"),
    (["maximum": "40"], "the maximum 40 is below the minimum 44"),
    (["step": "0"], "‘0’ is no step; give more than 0"),
    (["source": ""], "a range needs its source"),
    (["basis": "none", "doubt": "why"], "bounds rest on something; give their basis"),
    (["minimum": "", "maximum": ""], "a row without bounds has the basis ‘none’"),
    (["basis": "none", "minimum": "", "maximum": ""], "say why there are no bounds"),
    (["minimum": "x"], "‘x’ is no number"),
  ])
  func aMistakeIsNamedByItsPlace(cells: [String: String], message: String) {
    let problems = SmallRegistry.problems(Self.files(cells))
    #expect(problems.count == 1 && problems[0].hasPrefix("setpoint_ranges.csv:2:"), "\(problems)")
    #expect(problems.first?.hasSuffix(message) ?? false, "\(problems)")
  }

  @Test func aModelIsKnownByItsName() {
    #expect(ModelPattern("FX#*").matches("FX2524MT") && !ModelPattern("FX#*").matches("FXR2524A"))
    #expect(ModelPattern("FXR#A*").matches("FXR2524A-01") && !ModelPattern("FXR#A*").matches("FXR2524E"))
    #expect(ModelPattern("FM80*").matches("FM80-150VDC") && !ModelPattern("FM80*").matches("FM8"))
    #expect(!ModelPattern("GS8048A").matches("GS8048AX") && !ModelPattern("GS#*").matches("GS"))
  }

  @Test func anOverrideKeepsTheRanges() throws {
    let original = try Registry(files: Self.files([:]))
    #expect(try Registry(files: Self.files([:])).problems(asOverrideOf: original).isEmpty)
    let problems = try Registry(files: Self.files(["maximum": "68"])).problems(asOverrideOf: original)
    #expect(problems.count == 1)
    #expect(problems.first?.message.contains("narrow them in commands.limits") ?? false)
  }
}
