import Foundation
package import Mate3

/// A schedule as JSON, as its topic shows it and its command gives it:
/// `{"1": {"enabled": true, "weekday": "06:00-09:00", "weekend": "08:00-10:00"}, "2": …}`.
extension Schedule {
  /// - Parameter value: the text of a field; nil where the device has none.
  /// - Returns: nil where the device has nothing of it.
  package func json(_ value: (String) -> String?) -> String? {
    var parts: [(key: String?, text: String)] = []
    for entry in entries {
      let members = entry.members.compactMap { member in
        value(member.field).map { "\"\(member.key)\":\(member.isSwitch ? Self.flag($0) : "\"\($0)\"")" }
      }
      if !members.isEmpty { parts.append((entry.key, "{\(members.joined(separator: ","))}")) }
    }
    guard let first = parts.first else { return nil }
    if first.key == nil { return first.text }
    return "{" + parts.map { "\"\($0.key ?? "")\":\($0.text)" }.joined(separator: ",") + "}"
  }

  /// A number that is neither stays one.
  private static func flag(_ label: String) -> String {
    label == "enabled" ? "true" : label == "disabled" ? "false" : label
  }

  /// A command to the schedule's topic as one of several settings. What the JSON does not name stays as it is.
  /// - Throws: ``CommandRefusal`` with code `bad_payload`.
  package func settings(_ payload: [UInt8]) throws(CommandRefusal) -> [UInt8] {
    let text = try CommandPayload.text(payload)
    guard let given = try? JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8)) else {
      throw refusal("is not JSON")
    }
    if let key = JSONKeys.repeated(in: payload) { throw refusal("has the key ‘\(key)’ twice") }
    var command = given
    // The schedule alone, or with an id and the like beside it.
    let schedule = command.removeValue(forKey: "value")
    if schedule == nil { command = [:] }
    guard case .object(let object) = schedule ?? .object(given) else { throw refusal("has no object as ‘value’") }
    let values = try values(object)
    guard !values.isEmpty else { throw refusal("changes nothing") }
    command["values"] = .object(values)
    return JSONPayload.bytes(command)
  }

  private func values(_ object: [String: JSONValue]) throws(CommandRefusal) -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    let isSingle = entries.contains { $0.key == nil }
    for (key, given) in isSingle ? ["": .object(object)] : object {
      guard let entry = entries.first(where: { ($0.key ?? "") == key }) else { throw refusal("has no ‘\(key)’") }
      guard case .object(let members) = given else { throw refusal("has no object as ‘\(key)’") }
      for (name, value) in members {
        guard let member = entry.members.first(where: { $0.key == name }) else { throw refusal("has no ‘\(name)’") }
        switch (member.isSwitch, value) {
        case (true, .flag(let isOn)): values[member.field] = .text(isOn ? "enabled" : "disabled")
        case (false, .text): values[member.field] = value
        default: throw refusal("takes \(member.isSwitch ? "true or false" : "a text") as ‘\(name)’")
        }
      }
    }
    return values
  }

  private func refusal(_ problem: String) -> CommandRefusal {
    CommandRefusal(.badPayload, "\(name) \(problem); it is such as \(example)")
  }

  /// The whole of it.
  package var example: String {
    json { field in
      field.hasSuffix("_mode") && field.hasPrefix("sched_")
        ? "support" : field.hasSuffix("_mode") ? "enabled" : field.hasSuffix("_time") ? "06:00" : "06:00-09:00"
    } ?? ""
  }
}

/// JSON of any form.
enum JSONValue: Codable {
  case object([String: JSONValue])
  case array([JSONValue])
  case text(String)
  case number(Decimal)
  case flag(Bool)
  case null

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Decimal.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let array = try? container.decode([JSONValue].self) {
      self = .array(array)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .object(let object): try container.encode(object)
    case .array(let array): try container.encode(array)
    case .text(let text): try container.encode(text)
    case .number(let number): try container.encode(number)
    case .flag(let flag): try container.encode(flag)
    case .null: try container.encodeNil()
    }
  }
}
