package import Foundation
package import RegisterIO

/// The words of a gateway's registers by address. Addresses in between may be missing: they don't exist there.
package struct RegisterImage: Hashable, Sendable {
  /// Address of `storage`'s first word.
  private var start: Int
  private var storage: [UInt16?]

  /// Makes an image of consecutive registers. Words past address 65535 are left out.
  package init(start: Int, words: [UInt16]) {
    self.start = max(0, start)
    storage = words.prefix(max(0, 0x1_0000 - self.start)).map { $0 }
  }

  /// Makes an image of the registers that `words` names. Addresses outside 0…65535 are left out.
  package init(_ words: [Int: UInt16]) {
    let addresses = words.keys.filter { (0...0xFFFF).contains($0) }
    start = addresses.min() ?? 0
    storage = Array(repeating: nil, count: (addresses.max() ?? start - 1) - start + 1)
    for address in addresses { storage[address - start] = words[address] }
  }

  /// Reads a dump of the form `{"40000": 21365, …}`, which is what `mate3 dump` writes.
  /// - Parameter name: The file's name, for error messages.
  /// - Throws: ``SimulatorError`` when the data is not such a dump.
  package init(dump data: Data, name: String) throws(SimulatorError) {
    let entries: [String: Int]
    do {
      entries = try JSONDecoder().decode([String: Int].self, from: data)
    } catch {
      throw SimulatorError(
        "\(name) is not a register dump: it has to be a JSON object of addresses and words like {\"40000\": 21365}.")
    }
    var words: [Int: UInt16] = [:]
    for (key, value) in entries {
      guard let address = Int(key), (0...0xFFFF).contains(address) else {
        throw SimulatorError("\(name): \"\(key)\" is not a register address; use 0 to 65535.")
      }
      guard let word = UInt16(exactly: value) else {
        throw SimulatorError("\(name): register \(address) holds \(value), which is not a word; use 0 to 65535.")
      }
      words[address] = word
    }
    guard !words.isEmpty else { throw SimulatorError("\(name) holds no registers; dump a gateway into it first.") }
    self.init(words)
  }

  /// The word at an address, or nil where there is no register. Setting nil removes nothing; setting the word of a
  /// missing register does nothing.
  package subscript(address: Int) -> UInt16? {
    get {
      guard address >= start, address < end else { return nil }
      return storage[address - start]
    }
    set {
      guard let newValue, self[address] != nil else { return }
      storage[address - start] = newValue
    }
  }

  /// The words of a range, or nil when a register of it is missing.
  package func words(in range: RegisterRange) -> [UInt16]? {
    guard range.start >= start, range.end <= end else { return nil }
    var words: [UInt16] = []
    words.reserveCapacity(range.count)
    for word in storage[(range.start - start)..<(range.end - start)] {
      guard let word else { return nil }
      words.append(word)
    }
    return words
  }

  /// All registers as addresses and words, in address order.
  package var registers: [(address: Int, word: UInt16)] {
    storage.enumerated().compactMap { index, word in word.map { (start + index, $0) } }
  }

  /// Address after the last register.
  package var end: Int { start + storage.count }

  /// Takes out or puts in registers, so that what follows moves. What moves past address 65535 is lost.
  mutating func replaceWords(at address: Int, count: Int, with words: [UInt16]) {
    guard address >= start, count >= 0, address + count <= end else { return }
    storage.replaceSubrange((address - start)..<(address - start + count), with: words.map { $0 })
    let excess = end - 0x1_0000
    if excess > 0 { storage.removeLast(excess) }
  }
}
