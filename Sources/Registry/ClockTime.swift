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

/// A window of the day in four registers, shown and written as one: `06:00-09:30`. Over midnight it goes where its stop
/// is earlier than its start.
package struct ClockSpan: Sendable {
  /// All four registers. Its name ends in `_window` where theirs end in `_start_…` and `_stop_…`.
  package let field: FieldDefinition
  package let start: ClockTime
  package let stop: ClockTime

  init?(_ start: ClockTime, _ stop: ClockTime) {
    let (ending, other) = ("_start_time", "_stop_time")
    guard start.field.name.hasSuffix(ending), stop.field.name == start.field.name.dropLast(ending.count) + other,
      stop.field.offset == start.field.endOffset
    else { return nil }
    self.start = start
    self.stop = stop
    let (first, last) = (start.field, stop.field)
    field = FieldDefinition(
      index: first.index, offset: first.offset, size: 4, name: first.name.dropLast(ending.count) + "_window",
      vendorName: first.vendorName, type: .clockSpan, wordOrder: .low, units: nil, scaleFactorIndex: nil,
      access: .readWrite, enumeration: nil, flags: nil, limits: nil, isBatteryVoltage: false, interval: first.interval,
      command: first.command, confirmation: nil, privacy: .shared, evidence: .none, label: first.label,
      description: "\(first.description) \(last.description)", doubt: first.doubt ?? last.doubt, labelDoubt: nil,
      source: first.source, line: first.line)
  }
}

extension BlockDefinition {
  package func clockSpan(_ name: String) -> ClockSpan? {
    name.hasSuffix("_window") ? clockSpans.first { $0.field.name == name } : nil
  }

  package func clockTime(_ name: String) -> ClockTime? {
    name.hasSuffix("_time") ? clockTimes.first { $0.field.name == name } : nil
  }

  /// What a command can name: a field, a time of day, or a window of it.
  package func target(_ name: String) -> FieldDefinition? {
    field(name) ?? clockTime(name)?.field ?? clockSpan(name)?.field
  }
}
