import FieldCodec
import Foundation
import Registry
import Simulator
import TestSupport
import Testing

/// `read --format json` against what the registry says of the words, worked out without the library's walk.
struct CommandLineDecodingTests {
  static let systems = [
    "fx", "split_phase_radian", "five_charge_controllers", "unknown_block", "odd_lengths", "both_radians", "home",
    "ten_devices",
  ]

  @Test(arguments: systems)
  func decodesEveryDescribedSystem(system: String) async throws {
    let registry = try Registry.embedded()
    let file = CommandLine.file(system)
    let image = try RegisterImage.load(file: file, registry: registry)
    let words = Dictionary(uniqueKeysWithValues: image.registers.map { ($0.address, $0.word) })
    #expect(try await Self.compare(file, words, registry) > 200)
  }

  @Test(.enabled(if: SharedData.isPresent, "the shared folder with the capture is not here"))
  func decodesEveryFieldOfTheCapture() async throws {
    let file = try SharedData.captureFile().path(percentEncoded: false)
    let compared = try await Self.compare(file, SharedData.capture(), Registry.embedded())
    #expect(compared == 847)
  }

  /// - Returns: the number of fields compared.
  private static func compare(_ file: String, _ words: [Int: UInt16], _ registry: Registry) async throws -> Int {
    let line = try CommandLine()
    let run = try await line.run(["mate3", "read", "--from", file, "--format", "json"])
    #expect(run.status == 0, "\(run.errors)")
    var printed = try PrintedDevice.list(run.output)[...]
    var compared = 0
    var address = 40002
    while let did = words[address], did != 0xFFFF, let length = words[address + 1] {
      defer { address += Int(length) + 2 }
      guard let block = registry.block(id: did) else { continue }
      let device = try #require(printed.first)
      printed.removeFirst()
      #expect(device.name == block.name && device.address == address)
      var names: Set<String> = []
      for field in block.fields where field.endOffset - 1 <= Int(length) + 2 && field.access.isReadable {
        guard field.privacy != .secret else { continue }
        names.insert(field.name)
        let own = (0..<field.size).compactMap { words[address + field.offset - 1 + $0] }
        let scale = block.scaleFactor(of: field).flatMap { words[address + $0.offset - 1] }
        let expected = field.decode(own, scaleWord: scale)
        let value = try #require(device.values[field.name])
        #expect(value.registers == own && value.address == address + field.offset - 1)
        #expect(value.units == (field.isMoment ? nil : field.units))
        #expect(value.implemented == expected.isPresent)
        #expect(value.value == (field.isMoment ? Self.moment(expected) : Self.printed(expected)))
        if let raw = field.rawNumber(own) { #expect(value.rawValue == .number(Double(raw))) }
        #expect(value.scaleFactor == scale.flatMap(FieldDefinition.scaleExponent(word:)))
        compared += 1
      }
      #expect(Set(device.values.keys) == names)
    }
    #expect(printed.isEmpty)
    return compared
  }

  private static func moment(_ value: FieldValue) -> PrintedDevice.Value? {
    guard case .number(let number) = value, abs(number.double) > 86400 else { return nil }
    return .text(ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: number.double)))
  }

  private static func printed(_ value: FieldValue) -> PrintedDevice.Value? {
    switch value {
    case .notImplemented, .unreadable: nil
    case .number(let number): Double(number.description).map { .number($0) }
    case .enumerated(let number, let entry): entry.map { .text($0.label) } ?? .number(Double(number))
    case .flags(let bits, let table): .names(table.names(in: bits))
    case .text(let text): .text(text)
    case .address: .text(value.text)
    }
  }
}
