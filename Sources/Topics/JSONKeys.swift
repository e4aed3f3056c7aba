import Foundation

/// Decoders take an object that names a key twice without a word, and one of the two values with it. What commands
/// something must not be read so.
package enum JSONKeys {
  /// The first key that an object of a JSON text has twice, or nil. Of a text that is no JSON it says nothing.
  package static func repeated(in text: [UInt8]) -> String? {
    // The keys of each open object; nil for an open array.
    var open: [Set<String>?] = []
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "{"): open.append([])
      case UInt8(ascii: "["): open.append(nil)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
      case UInt8(ascii: "\""):
        let begin = index
        index += 1
        while index < text.count, text[index] != UInt8(ascii: "\"") {
          index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < text.count else { return nil }
        let after = text[(index + 1)...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard after == UInt8(ascii: ":"), let last = open.indices.last, open[last] != nil else { break }
        let quoted = Data(text[begin...index])
        guard let key = try? JSONDecoder().decode(String.self, from: quoted) else { return nil }
        if open[last]?.insert(key).inserted == false { return key }
      default: break
      }
      index += 1
    }
    return nil
  }
}
