import Bridge
import Derived
import FieldCodec
import Foundation
import Mate3
import Registry
import Topics

/// What a bridge has published.
extension BridgeClient {
  /// The devices as the bridge lists them.
  func deviceRows() async throws -> [DeviceRow] {
    try Self.rows(in: try await retained([scheme.bridgeState, scheme.bridgeDevices]), scheme)
  }

  /// The pinned devices that the gateway does not show, as the bridge's alerts have them.
  func missingDevices() async throws -> [String] {
    struct Alert: Decodable {
      let kind: String
      let name: String
    }
    guard let payload = try await retained([scheme.bridgeState, scheme.bridgeAlerts])[scheme.bridgeAlerts] else {
      throw Failure(.noConnection, "the bridge has not read the gateway yet; try again in some seconds")
    }
    do {
      return try JSONDecoder().decode([Alert].self, from: Data(payload)).filter { $0.kind == "missing" }.map(\.name)
    } catch {
      throw Failure(.other, "\(scheme.bridgeAlerts) can't be understood; are bridge and this program of one version?")
    }
  }

  /// Values as the bridge has published them.
  func devices(_ registry: Registry, _ selection: ReadSelection) async throws -> [DeviceOutput] {
    try Self.devices(
      try await retained([scheme.bridgeState, scheme.bridgeDevices, scheme.everyState]), scheme, registry, selection)
  }

  /// All values, and which devices are offline.
  func system(_ registry: Registry) async throws -> (devices: [DeviceOutput], offline: [DeviceKey]) {
    let topics = try await retained([scheme.bridgeState, scheme.bridgeDevices, scheme.everyState])
    let devices = try Self.devices(topics, scheme, registry, .everything, isTold: false)
    let present = Set(devices.map(\.key))
    let all = try Self.rows(in: topics, scheme).filter { registry.block(named: $0.block) != nil }.map(\.key)
    return (devices, all.filter { !present.contains($0) })
  }

  /// The devices that are in what a bridge has published.
  /// - Parameter isTold: whether standard error hears which of them are offline.
  /// - Throws: ``Failure``.
  static func devices(
    _ topics: [String: [UInt8]], _ scheme: TopicScheme, _ registry: Registry, _ selection: ReadSelection,
    isTold: Bool = true
  ) throws -> [DeviceOutput] {
    let rows = try rows(in: topics, scheme)
    var values: [DeviceKey: [String: String]] = [:]
    var offline: Set<DeviceKey> = []
    for (topic, payload) in topics {
      guard case .state(let device, let field) = scheme.parse(topic) else { continue }
      let text = String(decoding: payload, as: UTF8.self)
      if field == "availability" {
        if text != "online" { offline.insert(device) }
      } else {
        values[device, default: [:]][field] = text
      }
    }
    let wanted = rows.filter { selection.matches($0.key) }
    guard !wanted.isEmpty else {
      guard let device = selection.devices.first else {
        throw Failure(.unknownName, SystemLayout.absence(ofPorts: selection.ports, among: rows.map(\.key)))
      }
      let parts = device.split(separator: "/", maxSplits: 1).map(String.init)
      let port = parts.count == 2 ? Int(parts[1]) : selection.ports.min()
      throw rows.absence(of: parts.first ?? device, port: port)
    }
    let blocks = wanted.compactMap { registry.block(named: $0.block) }
    for pattern in selection.fields
    where !blocks.contains(where: { $0.fields.contains { ReadSelection.matches(pattern, $0.name) } }) {
      guard !selection.devices.isEmpty || !selection.ports.isEmpty else {
        throw Failure(.unknownName, SystemLayout.absence(of: pattern, among: blocks))
      }
      throw Failure(
        .unknownName,
        "\(wanted[0].name) has no field \(pattern)"
          + (blocks.first?.hint(missing: pattern, in: registry) { other in
            rows.first { $0.block == other.name && $0.port == wanted[0].port }.map { "\($0.name)/\($0.port)" }
          } ?? ""))
    }
    let silent = wanted.map { $0.key }.filter(offline.contains)
    if isTold, !silent.isEmpty {
      StandardError.write(
        "mate3: \(silent.map(\.description).joined(separator: ", ")) is offline: nothing fresh was read of it; its "
          + "values are left out")
    }
    return wanted.compactMap { row in
      let key = row.key
      guard let block = registry.block(named: row.block), !offline.contains(key) else { return nil }
      let known = values[key] ?? [:]
      let fields = block.fields.compactMap { field -> DeviceOutput.Field? in
        guard let text = known[field.name], selection.matches(field: field.name) else { return nil }
        return DeviceOutput.Field(text, field, row.address)
      }
      return DeviceOutput(key: key, block: block.name, title: block.label, address: row.address, fields: fields)
    }
  }

  private static func rows(in topics: [String: [UInt8]], _ scheme: TopicScheme) throws -> [DeviceRow] {
    guard let payload = topics[scheme.bridgeDevices] else {
      throw Failure(.noConnection, "the bridge has not found any device yet; try again in some seconds")
    }
    do {
      return try JSONDecoder().decode([DeviceRow].self, from: Data(payload))
    } catch {
      throw Failure(.other, "\(scheme.bridgeDevices) can't be understood; are bridge and this program of one version?")
    }
  }
}

extension [DeviceRow] {
  /// What to say of a device that the bridge does not have.
  func absence(of name: String, port: Int?) -> Failure {
    let ports = filter { $0.name == name }.map { String($0.port) }
    if let port, let named = first(where: { $0.block == name && $0.port == port }), named.name != name {
      return Failure(.unknownName, "the \(name)/\(port) has a name of its own here: \(named.name)/\(port)")
    }
    guard ports.isEmpty else {
      return Failure(
        .unknownName,
        "the bridge has no \(name) on port \(port ?? 0); it has it on port \(ports.joined(separator: ", "))")
    }
    guard name != HouseTotals.device.name else { return .house }
    let names = Set(map(\.name)).sorted()
    let hint = NearestName.of(name, among: names).map { "; did you mean \($0)? It has " } ?? "; it has "
    return Failure(.unknownName, "the bridge has no \(name)\(hint)\(names.joined(separator: ", "))")
  }
}

extension DeviceRow {
  fileprivate var key: DeviceKey { DeviceKey(name: name, port: port) }
}

extension DeviceOutput.Field {
  /// A value from its topic, which has no words.
  fileprivate init(_ text: String, _ field: FieldDefinition, _ block: Int?) {
    definition = field
    address = block.map { $0 + field.offset - 1 }
    registers = []
    raw = .null
    if text == "None" {
      value = .notImplemented
    } else if let table = field.flags {
      let names = (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
      let bits = names.reduce(into: UInt32(0)) { bits, name in
        let bit = table.entry(labelled: name)?.bit ?? Int(name.dropFirst(4)) ?? 0
        bits |= 1 << UInt32(bit & 31)
      }
      value = .flags(bits, table)
      raw = .integer(bits)
    } else if let enumeration = field.enumeration {
      let entry = enumeration.entry(labelled: text)
      let number = entry?.value ?? Int(text)
      value = number.map { .enumerated($0, enumeration.entry($0)) } ?? .text(text)
      raw = number.map { .integer($0) } ?? .null
    } else if field.type != .string, field.type != .ipv4, let number = ScaledDecimal(text) {
      value = .number(number)
      // A topic has as many decimals as the scale factor gives; one of 0 or above can't be seen.
      if field.scaleFactorIndex != nil, number.exponent < 0 { scaleFactor = number.exponent }
      raw = field.scaleFactorIndex == nil || scaleFactor != nil ? .integer(number.coefficient) : .null
    } else {
      value = .text(text)
      raw = .string(text)
    }
  }
}
