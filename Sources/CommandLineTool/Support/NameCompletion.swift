import ArgumentParser
import Configuration
import Derived
import Foundation
import History
import Mate3
import RegisterIO
import Registry
import Simulator
import StateStore

/// Names of devices and fields for the shell: of the recorded system that the command line names, else of the devices
/// that a bridge or a write has seen, else of all that there can be. Mistakes give no names: nobody can be told here.
enum NameCompletion {
  static let devices = CompletionKind.custom { words, _, _ in
    let places = places(words)
    return Set(places.map(\.name)).sorted() + placed(places)
  }

  /// Those with their ports alone, for what is one device.
  static let placedDevices = CompletionKind.custom { words, _, _ in placed(places(words)) }

  private static func placed(_ places: [Place]) -> [String] { places.filter { $0.port != nil }.map(\.text) }

  static let fields = CompletionKind.custom { words, _, _ in
    let wanted = values(of: ["--device"], in: words).map { $0.prefix { $0 != "/" } }
    return Set(
      blocks(words).filter { wanted.isEmpty || wanted.contains($0.name[...]) }.flatMap { $0.fields.map(\.name) }
    ).sorted()
  }

  /// Devices that a history may have.
  static let historyDevices = CompletionKind.custom { words, _, _ in
    [HouseTotals.device.name] + placed(places(words)) + Set(places(words).map(\.name)).sorted()
  }

  /// What is kept of the device that is named, else of the house.
  static let historyFields = CompletionKind.custom { words, _, _ in
    let device = values(of: ["--device"], in: words).last.map { String($0.prefix { $0 != "/" }) }
    let block = device.flatMap { name in blocks(words).first { $0.name == name } }
    let table = device == nil || device == HouseTotals.device.name ? .house : block.flatMap(HistoryTable.init)
    return table?.columns.map(\.name) ?? []
  }

  /// `device/port.field=` of all that can be written.
  static let assignments = CompletionKind.custom { words, _, _ in
    let blocks = blocks(words)
    return places(words).flatMap { place -> [String] in
      let fields = blocks.first { $0.name == place.name }?.fields ?? []
      return fields.filter { $0.access.isWritable && $0.command?.standard != .never }
        .map { "\(place.text).\($0.name)=" }
    }
  }

  private static func values(of flags: [String], in words: [String]) -> [String] {
    words.enumerated().compactMap { index, word in
      if flags.contains(word) { return words.indices.contains(index + 1) ? words[index + 1] : nil }
      return flags.first { word.hasPrefix($0 + "=") }.map { String(word.dropFirst($0.count + 1)) }
    }
  }

  private static func blocks(_ words: [String]) -> [BlockDefinition] {
    let names = Set(places(words).map(\.name))
    return (try? Registry.embedded())?.blocks.filter { names.contains($0.name) } ?? []
  }

  private struct Place {
    let name: String
    /// Nil where it is not known.
    var port: Int?

    var text: String { port.map { "\(name)/\($0)" } ?? name }
  }

  private static func places(_ words: [String]) -> [Place] {
    guard let registry = try? Registry.embedded() else { return [] }
    if let file = values(of: ["--from", "--cache-path", "-c"], in: words).last {
      return recorded(file, registry)
    }
    let directory = values(of: ["--state-dir"], in: words).last
    let state = try? VerbSettings(
      values(of: ["--config"], in: words).last, words: VerbSettings.words([("--state-dir", directory)]), for: .gateway)
    let path = state?.configuration.stateDirectory ?? ""
    let pins = PinFile.keys(inFolder: path)
    if !pins.isEmpty { return pins.map { Place(name: $0.block, port: $0.port) } }
    return registry.blocks.map { Place(name: $0.name) }
  }

  private static func recorded(_ file: String, _ registry: Registry) -> [Place] {
    guard let image = try? RegisterImage.load(file: file, registry: registry) else { return [] }
    let words = Dictionary(image.registers.map { ($0.address, $0.word) }, uniquingKeysWith: { first, _ in first })
    var places: [Place] = []
    var address = SystemLayout.base + 2
    while let did = words[address], did != 0xFFFF, let length = words[address + 1] {
      if let block = registry.block(id: did) {
        let port = block.portField.flatMap { words[address + $0.offset - 1] } ?? 0
        places.append(Place(name: block.name, port: Int(port)))
      }
      address += Int(length) + 2
    }
    return places
  }
}
