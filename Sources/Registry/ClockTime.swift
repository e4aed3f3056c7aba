/// A time of day in two registers, the hour and the minute, shown and written as one.
package struct ClockTime: Sendable {
  /// Both registers. Its name ends in `_time` where theirs end in `_hour` and `_minute`.
  package let field: FieldDefinition
  package let hour: FieldDefinition
  package let minute: FieldDefinition

  /// Nil when the two are no pair: other names, not side by side, or not both open to everybody.
  init?(_ hour: FieldDefinition, _ minute: FieldDefinition) {
    let (ending, other) = ("_hour", "_minute")
    guard hour.name.hasSuffix(ending), minute.name == hour.name.dropLast(ending.count) + other,
      minute.offset == hour.endOffset, Self.isPart(hour), Self.isPart(minute)
    else { return nil }
    self.hour = hour
    self.minute = minute
    let title = hour.label.hasSuffix(" hour") ? String(hour.label.dropLast(5)) : hour.label
    field = FieldDefinition(
      index: hour.index, offset: hour.offset, size: 2, name: hour.name.dropLast(ending.count) + "_time",
      vendorName: hour.vendorName, type: .clock, wordOrder: .low, units: nil, scaleFactorIndex: nil,
      access: .readWrite, enumeration: nil, flags: nil, limits: nil, isBatteryVoltage: false, interval: hour.interval,
      command: hour.command, confirmation: nil, privacy: .shared, evidence: .none, label: title,
      description: "\(hour.description) \(minute.description)", doubt: hour.doubt ?? minute.doubt, labelDoubt: nil,
      source: hour.source, line: hour.line)
  }

  private static func isPart(_ field: FieldDefinition) -> Bool {
    guard field.type == .uint16, field.access == .readWrite, field.privacy == .shared, field.scaleFactorIndex == nil,
      field.enumeration == nil, let command = field.command
    else { return false }
    return command.standard != .never
  }
}

extension BlockDefinition {
  package func clockTime(_ name: String) -> ClockTime? {
    name.hasSuffix("_time") ? clockTimes.first { $0.field.name == name } : nil
  }

  /// What a command can name: a field, or a time of day.
  package func target(_ name: String) -> FieldDefinition? { field(name) ?? clockTime(name)?.field }
}
