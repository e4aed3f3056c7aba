package import Foundation
package import Mate3

/// What a `/set` message asks for: plain text, or a JSON object with the value and how to handle it.
package struct CommandPayload: Sendable, Hashable {
  /// A label, a number or a text, as given; of several settings all of them.
  package var text: String
  /// Several settings by name, sorted; nil for a command of one.
  package private(set) var values: [Value]?

  package struct Value: Sendable, Hashable {
    package let field: String
    package let text: String

    package init(field: String, text: String) {
      self.field = field
      self.text = text
    }
  }

  /// Comes back in the result.
  package var id: String?
  /// After this time the command is not carried out.
  package var expiresAt: Date?
  /// Every check, and no write.
  package var isDryRun: Bool
  /// A value between two steps of the device is rounded to the nearest.
  package var isRounded: Bool
  /// Seconds after which the value before, or ``then``, comes back.
  package var forSeconds: Double?
  /// What comes back.
  package var then: String?

  /// Longest time that a timed command may hold, in seconds.
  package static let longestHold = 86400.0
  /// Largest payload that is looked at, in bytes.
  package static let sizeLimit = 4096
  /// The same where it names settings of all devices.
  package static let houseSizeLimit = 16 * sizeLimit

  package init(
    text: String, id: String? = nil, expiresAt: Date? = nil, isDryRun: Bool = false, isRounded: Bool = false,
    forSeconds: Double? = nil, then: String? = nil
  ) {
    self.forSeconds = forSeconds
    self.then = then
    self.text = text
    self.id = id
    self.expiresAt = expiresAt
    self.isDryRun = isDryRun
    self.isRounded = isRounded
  }

  /// Several settings. They hold until they are changed.
  package init(
    values: [String: String], id: String? = nil, expiresAt: Date? = nil, isDryRun: Bool = false,
    isRounded: Bool = false
  ) {
    let sorted = values.sorted { $0.key < $1.key }
    self.init(
      text: sorted.map { "\($0.key)=\($0.value)" }.joined(separator: " "), id: id, expiresAt: expiresAt,
      isDryRun: isDryRun, isRounded: isRounded)
    self.values = sorted.map { Value(field: $0.key, text: $0.value) }
  }

  /// One setting of several, as a command of its own.
  package func part(_ text: String) -> CommandPayload {
    CommandPayload(text: text, id: id, expiresAt: expiresAt, isDryRun: isDryRun, isRounded: isRounded)
  }

  /// What is asked for, in one text: repetitions of a command have the same.
  package var asked: String {
    ([text] + (isRounded ? ["round"] : [])
      + (forSeconds.map { ["for_s \($0)", then.map { "then \($0)" } ?? ""] } ?? [])).joined(separator: "\n")
  }

  /// The id in a payload, whatever else is wrong with it.
  package static func id(of payload: [UInt8]) -> String? {
    struct WithID: Decodable {
      let id: String?

      init(from decoder: any Decoder) throws {
        id = try JSONCommand.scalar(try decoder.container(keyedBy: JSONCommand.Key.self), .id)
      }
    }
    guard payload.count <= houseSizeLimit, payload.contains(UInt8(ascii: "{")) else { return nil }
    return (try? JSONDecoder().decode(WithID.self, from: Data(payload)))?.id
  }

  /// A text without the quotes that a program puts around it which writes JSON.
  private static func unquoted(_ text: String) -> String {
    guard text.hasPrefix("\"") else { return text }
    return (try? JSONDecoder().decode(String.self, from: Data(text.utf8))) ?? text
  }

  /// Blanks around a value mean nothing, wherever it stands.
  fileprivate static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

  /// A payload as text. UTF-16, which a decoder of JSON would take as well, has zeros, and text has none.
  /// - Throws: ``CommandRefusal`` with code `bad_payload`.
  static func text(
    _ payload: [UInt8], isOfSeveral: Bool = false, sizeLimit: Int = sizeLimit
  ) throws(CommandRefusal) -> String {
    guard payload.count <= sizeLimit else {
      throw CommandRefusal(
        .badPayload,
        "the payload is \(payload.count) bytes long; at most \(sizeLimit) are read"
          + (isOfSeveral ? ", so make several commands of it" : ""))
    }
    guard !payload.contains(0), let text = String(validating: payload, as: UTF8.self) else {
      throw CommandRefusal(.badPayload, "the payload is not UTF-8 text; send it as UTF-8")
    }
    guard !text.hasPrefix("\u{FEFF}") else {
      throw CommandRefusal(.badPayload, "the payload begins with a byte order mark; send UTF-8 without one")
    }
    return text
  }

  /// - Parameter isOfSeveral: whether the topic names no field, so that the payload must.
  /// - Throws: ``CommandRefusal`` with code `bad_payload`.
  package init(
    _ payload: [UInt8], isOfSeveral: Bool = false, sizeLimit: Int = sizeLimit
  ) throws(CommandRefusal) {
    try self.init(payload, isOfSeveral, sizeLimit, more: [])
  }

  /// - Parameter more: keys that are read elsewhere.
  private init(
    _ payload: [UInt8], _ isOfSeveral: Bool, _ sizeLimit: Int, more: Set<JSONCommand.Key>
  ) throws(CommandRefusal) {
    let whole = try Self.text(payload, isOfSeveral: isOfSeveral, sizeLimit: sizeLimit)
    let trimmed = Self.trimmed(Self.unquoted(Self.trimmed(whole)))
    guard !trimmed.isEmpty else {
      throw CommandRefusal(.badPayload, "the payload is empty; send a value or {\"value\": …}")
    }
    guard trimmed.hasPrefix("{") else {
      guard !isOfSeveral else { throw Self.noValues }
      self.init(text: trimmed)
      return
    }
    if let key = JSONKeys.repeated(in: Array(trimmed.utf8)) {
      throw CommandRefusal(.badPayload, "the payload has the key ‘\(key)’ twice; give each once")
    }
    let object: JSONCommand
    do {
      let decoder = JSONDecoder()
      if let key = CodingUserInfoKey.keysReadElsewhere { decoder.userInfo[key] = more }
      object = try decoder.decode(JSONCommand.self, from: Data(trimmed.utf8))
    } catch let error as JSONCommand.Problem {
      throw CommandRefusal(.badPayload, error.message)
    } catch {
      throw CommandRefusal(
        .badPayload, "the payload starts like JSON but is none; send {\"value\": …, \"id\": …} or plain text")
    }
    guard isOfSeveral else {
      guard let value = object.value, object.values == nil else {
        throw CommandRefusal(
          .badPayload, "‘values’ goes to a topic that names no field, <base>/<device>/<port>/set; give ‘value’ here")
      }
      self.init(
        text: value, id: object.id, expiresAt: object.expiresAt, isDryRun: object.dryRun,
        isRounded: object.round, forSeconds: object.forSeconds, then: object.then)
      return
    }
    guard let values = object.values, object.value == nil else { throw Self.noValues }
    guard object.forSeconds == nil else { throw Self.noTime }
    self.init(
      values: values, id: object.id, expiresAt: object.expiresAt, isDryRun: object.dryRun, isRounded: object.round)
  }

  /// A command of one field that it names itself, as one that comes by no topic: the same words, and three more.
  package struct Addressed: Sendable {
    package let device: DeviceKey
    package let field: String
    package let payload: CommandPayload

    private struct Target: Decodable {
      let device: String
      let port: Int
      let field: String
    }

    /// - Throws: ``CommandRefusal`` with code `bad_payload`.
    package init(_ body: [UInt8]) throws(CommandRefusal) {
      payload = try CommandPayload(
        body, false, CommandPayload.sizeLimit, more: JSONCommand.Key.target)
      guard let target = try? JSONDecoder().decode(Target.self, from: Data(body)) else {
        throw CommandRefusal(
          .badPayload, "the command names no field; send {\"device\": …, \"port\": …, \"field\": …, \"value\": …}")
      }
      device = DeviceKey(name: target.device, port: target.port)
      field = target.field
    }
  }

  package static let noValues = CommandRefusal(
    .badPayload, "the topic names no field; send {\"values\": {\"absorb_volts\": 57.2, \"float_volts\": 54.0}}")

  /// Several settings have no time.
  package static let noTime = CommandRefusal(
    .badPayload, "several settings can't be commanded for a time; leave out ‘for_s’, or command each by itself")
}

extension CodingUserInfoKey {
  fileprivate static let keysReadElsewhere = CodingUserInfoKey(rawValue: "keysReadElsewhere")
}

private struct JSONCommand: Decodable {
  struct Problem: Error {
    let message: String
  }

  struct Key: CodingKey, Hashable {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    static let value = Key(stringValue: "value")
    static let values = Key(stringValue: "values")
    static let id = Key(stringValue: "id")
    static let expiresAt = Key(stringValue: "expires_at")
    static let dryRun = Key(stringValue: "dry_run")
    static let round = Key(stringValue: "round")
    static let forSeconds = Key(stringValue: "for_s")
    static let then = Key(stringValue: "then")
    static let target: Set<Key> = [Key(stringValue: "device"), Key(stringValue: "port"), Key(stringValue: "field")]
    static let all: Set<Key> = [value, values, id, expiresAt, dryRun, round, forSeconds, then]
  }

  let value: String?
  let values: [String: String]?
  let id: String?
  let expiresAt: Date?
  let dryRun: Bool
  let round: Bool
  let forSeconds: Double?
  let then: String?

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    // An unknown key may be a condition that this version would silently not keep.
    let more = CodingUserInfoKey.keysReadElsewhere.flatMap { decoder.userInfo[$0] } as? Set<Key> ?? []
    if let unknown = container.allKeys.first(where: { !Key.all.contains($0) && !more.contains($0) }) {
      throw Problem(
        message:
          "the key ‘\(unknown.stringValue)’ is unknown; the keys are value or values, id, expires_at, dry_run, round, for_s, then"
      )
    }
    value = try Self.value(container, .value)
    values = try Self.values(container)
    guard value != nil || (values != nil && !container.contains(.value)) else {
      throw Problem(message: "the key ‘value’ is missing or no text, number, true or false")
    }
    id = try Self.scalar(container, .id)
    if container.contains(.id), id == nil { throw Problem(message: "‘id’ must be a text or a number") }
    then = try Self.value(container, .then)
    if container.contains(.then), then == nil {
      throw Problem(message: "‘then’ must be a text, a number, true or false")
    }
    if container.contains(.forSeconds) {
      let longest = CommandPayload.longestHold
      guard let seconds = try? container.decode(Double.self, forKey: .forSeconds), seconds >= 1, seconds <= longest
      else {
        throw Problem(message: "‘for_s’ must be a number of seconds from 1 to \(Int(longest))")
      }
      forSeconds = seconds
    } else {
      forSeconds = nil
    }
    if then != nil, forSeconds == nil { throw Problem(message: "‘then’ goes with ‘for_s’, which is missing") }
    dryRun = try Self.flag(container, .dryRun)
    round = try Self.flag(container, .round)
    if container.contains(.expiresAt) {
      guard let date = Self.date(container) else {
        throw Problem(message: "‘expires_at’ must be a time such as 2026-01-31T12:00:00Z, or seconds since 1970")
      }
      expiresAt = date
    } else {
      expiresAt = nil
    }
  }

  private static func values(_ container: KeyedDecodingContainer<Key>) throws -> [String: String]? {
    guard container.contains(.values) else { return nil }
    guard let inner = try? container.nestedContainer(keyedBy: Key.self, forKey: .values), !inner.allKeys.isEmpty else {
      throw Problem(message: "‘values’ must be an object with a value for each field")
    }
    var values: [String: String] = [:]
    for key in inner.allKeys {
      guard let value = try value(inner, key) else {
        throw Problem(message: "the value of ‘\(key.stringValue)’ is no text, number, true or false")
      }
      values[key.stringValue] = value
    }
    return values
  }

  private static func flag(_ container: KeyedDecodingContainer<Key>, _ key: Key) throws -> Bool {
    guard container.contains(key) else { return false }
    guard let flag = try? container.decode(Bool.self, forKey: key) else {
      throw Problem(message: "‘\(key.stringValue)’ must be true or false")
    }
    return flag
  }

  /// A scalar, or `true` or `false`.
  private static func value(_ container: KeyedDecodingContainer<Key>, _ key: Key) throws -> String? {
    if let flag = try? container.decode(Bool.self, forKey: key) { return flag ? "true" : "false" }
    return try scalar(container, key).map(CommandPayload.trimmed)
  }

  /// Text as it is; numbers through `Decimal`, which keeps every digit.
  static func scalar(_ container: KeyedDecodingContainer<Key>, _ key: Key) throws -> String? {
    guard container.contains(key) else { return nil }
    if let text = try? container.decode(String.self, forKey: key) { return text }
    if (try? container.decode(Bool.self, forKey: key)) != nil { return nil }
    return (try? container.decode(Decimal.self, forKey: key))?.description
  }

  private static func date(_ container: KeyedDecodingContainer<Key>) -> Date? {
    if let seconds = try? container.decode(Double.self, forKey: .expiresAt), seconds.isFinite {
      return Date(timeIntervalSince1970: seconds)
    }
    guard let text = try? container.decode(String.self, forKey: .expiresAt) else { return nil }
    return (try? Date(text, strategy: .iso8601))
      ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
  }
}
