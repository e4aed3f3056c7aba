import Registry

/// Home Assistant templates (Jinja) that turn this program's payloads into states. They take the payload as text, so
/// that `None` is no error, and answer `None` for unknown.
enum Template {
  /// `ON` when the flags payload, a JSON array of names, has the name in it.
  static func flag(_ name: String) -> String {
    "{{ 'None' if value == 'None' else 'ON' if '\"\(name)\"' in value else 'OFF' }}"
  }

  /// `ON` when any flag is set.
  static let anyFlag = "{{ 'OFF' if value == '[]' else 'ON' if value[:1] == '[' else 'None' }}"

  /// One of two labels; anything else is unknown, where Home Assistant would silently keep the state before.
  static func either(_ on: String, _ off: String) -> String {
    "{{ value if value in ['\(on)', '\(off)'] else 'None' }}"
  }

  /// The flags set, as an attribute.
  static let flagAttributes = "{{ {'flags': value | from_json if value[:1] == '[' else []} | tojson }}"

  /// Attributes that are always the same: numbers, and texts in single quotes.
  static func constant(_ attributes: [String: String]) -> String {
    let pairs = attributes.sorted { $0.key < $1.key }.map { "'\($0.key)': \($0.value)" }
    return "{{ {\(pairs.joined(separator: ", "))} | tojson }}"
  }

  /// The first label whose condition holds in a flags payload.
  static func label(_ cases: [(label: String, condition: BitCondition)], in table: FlagTable) -> String {
    let branches = cases.map { item in
      let terms = item.condition.terms.map { "'\"\(table.name(ofBit: $0.bit))\"' \($0.isSet ? "" : "not ")in value" }
      return "'\(item.label)' if \(terms.joined(separator: item.condition.isAny ? " or " : " and "))"
    }
    return "{{ 'None' if value == 'None' else \((branches + ["'None'"]).joined(separator: " else ")) }}"
  }

  /// Kilowatts as watts.
  static let watts = "{{ (value | float * 1000) | round | int if value | is_number else 'None' }}"

  /// Seconds since 1970 as an instant. A gateway says "never" with zero, moved by its time zone.
  static let instant =
    "{{ value | int | timestamp_custom('%Y-%m-%dT%H:%M:%S+00:00', false) if value | is_number and value | int > 86400 "
    + "else 'None' }}"

  /// One key of a JSON object.
  static func key(_ path: String) -> String { "{{ value_json.\(path) }}" }

  /// Whether commands are taken. A topic that is being cleared has no JSON.
  static let commandState = "{{ value_json.state if value_json is defined else 'offline' }}"

  /// Commands are taken, or the reason why not; states hold 255 characters.
  static let commandReason = "{{ (value_json.reason or 'ready')[:255] if value_json is defined else 'None' }}"

  /// A command's answer as an event.
  static let result =
    "{{ {'event_type': value_json.status, 'field': value_json.field, 'requested': value_json.requested, "
    + "'value': value_json.value, 'code': value_json.code, 'reason': value_json.reason, 'id': value_json.id} | tojson }}"

  /// What a bridge event tells, and of which device.
  static let eventOfDevice = "{{ value_json.event }} {{ value_json.get('device', '') }}"

  /// A bridge event as an event.
  static let event = "{{ {'event_type': value_json.event, 'message': value_json.message} | tojson }}"
}
