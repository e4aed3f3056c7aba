import FieldCodec
package import Foundation
package import Mate3

/// The answer to a command, as published on `…/set/result`.
package struct ResultMessage: Sendable, Encodable {
  package var status: String
  package var code: String
  package var reason: String
  /// The field commanded, as `device/port/field`; null when the topic named none.
  package var field: String?
  /// The value as asked for, null when it could not be read.
  package var requested: String?
  package var registersWritten: [UInt16]
  package var registersRead: [UInt16]
  /// The field's value as read back, null when it was not read.
  package var value: String?
  package var id: String?
  package var evidence: [String]
  package var receivedAt: Date
  package var finishedAt: Date
  /// What became of each of several settings, in the order of writing; nil for a command of one.
  package var fields: [Part]?

  /// What became of one of several settings.
  package struct Part: Sendable, Encodable {
    package var field: String
    package var requested: String
    package var status: String
    package var code: String
    package var reason: String
    package var value: String?
    package var registersWritten: [UInt16]
    package var registersRead: [UInt16]

    package init(_ part: SettingsRun.Part) {
      let outcome = part.outcome
      field = part.name
      requested = part.text
      status = outcome?.status.rawValue ?? ""
      code = outcome?.code.rawValue ?? ""
      reason = outcome?.reason ?? ""
      value = outcome?.value?.text
      registersWritten = outcome?.written ?? []
      registersRead = outcome?.read ?? []
    }

    private enum CodingKeys: String, CodingKey {
      case field, requested, status, code, reason, value
      case registersWritten = "registers_written"
      case registersRead = "registers_read"
    }
  }

  package init(
    outcome: WriteOutcome, field: String?, requested: String?, value: String?, id: String?, receivedAt: Date,
    finishedAt: Date
  ) {
    status = outcome.status.rawValue
    code = outcome.code.rawValue
    reason = outcome.reason
    self.field = field
    self.requested = requested
    registersWritten = outcome.written
    registersRead = outcome.read
    self.value = value
    self.id = id
    evidence = outcome.evidence
    self.receivedAt = receivedAt
    self.finishedAt = finishedAt
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case status, code, reason, field, fields, requested, value, id, evidence
    case registersWritten = "registers_written"
    case registersRead = "registers_read"
    case receivedAt = "received_at"
    case finishedAt = "finished_at"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(status, forKey: .status)
    try container.encode(code, forKey: .code)
    try container.encode(reason, forKey: .reason)
    try container.encode(field, forKey: .field)
    try container.encodeIfPresent(fields, forKey: .fields)
    try container.encode(requested, forKey: .requested)
    try container.encode(registersWritten, forKey: .registersWritten)
    try container.encode(registersRead, forKey: .registersRead)
    try container.encode(value, forKey: .value)
    try container.encode(id, forKey: .id)
    try container.encode(evidence, forKey: .evidence)
    try container.encode(receivedAt, forKey: .receivedAt)
    try container.encode(finishedAt, forKey: .finishedAt)
  }
}

/// JSON as this program publishes it: sorted keys, times in ISO 8601 with milliseconds.
package enum JSONPayload {
  package static func bytes(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(date.timestamp)
    }
    guard let data = try? encoder.encode(value) else { return Array("{}".utf8) }
    return Array(data)
  }
}
