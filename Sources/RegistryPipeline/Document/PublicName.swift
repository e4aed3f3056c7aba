/// Public names from the documents' names.
package enum PublicName {
  /// What the documents put before the names of a block's fields.
  private static let prefixes: [Int: [String]] = [
    1: ["C_SunSpec_", "C_"], 101: ["C_SunSpec_", "I_"], 102: ["C_SunSpec_", "I_"], 103: ["C_SunSpec_", "I_"],
    64110: ["OutBack_"], 64111: ["CC_"], 64112: ["CCconfig_"], 64113: ["FX_"], 64114: ["FXconfig_"],
    64115: ["GS_Split_"], 64116: ["GSconfig_"], 64117: ["GS_Single_"], 64118: ["FN_"], 64119: ["FNconfig_"],
    64120: ["OB_"], 64255: ["OP_stats_"],
  ]

  /// The public name of a documented field: without the block's prefix, in snake_case, `Batt` spelled out, `/` dropped.
  package static func of(_ vendorName: String, did: Int) -> String {
    // The documents spell the prefixes in several ways: Outback_Month, Gsconfig_High_Battery.
    let prefix = prefixes[did]?.first { vendorName.lowercased().hasPrefix($0.lowercased()) }
    return snakeCase(String(vendorName.dropFirst(prefix?.count ?? 0)).replacing("/", with: ""))
      .split(separator: "_").map { $0 == "batt" ? "battery" : String($0) }.joined(separator: "_")
  }

  /// Letters and digits in lower case, everything between them one `_`.
  ///
  /// A capital begins a word after three small letters or more: `SerialNumber` and `CurrentA`, but `kWh` and `ReFloat`.
  static func snakeCase(_ text: String) -> String {
    var result = ""
    var smallLetters = 0
    for character in text {
      guard character.isASCII, character.isLetter || character.isNumber else {
        if result.last != "_", !result.isEmpty { result.append("_") }
        smallLetters = 0
        continue
      }
      if character.isUppercase, smallLetters >= 3 { result.append("_") }
      smallLetters = character.isLowercase ? smallLetters + 1 : 0
      result += character.lowercased()
    }
    return result.last == "_" ? String(result.dropLast()) : result
  }
}
