public import FieldCodec

/// How a command ended.
public struct WriteOutcome: Sendable {
  public enum Status: String, Sendable, CaseIterable {
    /// Written, and the words read back are those asked for.
    case accepted
    /// The register already had the value.
    case unchanged
    /// Written, but the device did not take it.
    case failed
    /// Written, or perhaps written, and what the device did is not known.
    case unconfirmed
    /// Nothing was written.
    case rejected
  }

  public var status: Status
  public var code: ResultCode
  /// One sentence.
  public var reason: String
  /// Words sent, empty when nothing was written.
  public var written: [UInt16]
  /// Words of the field before the write, empty when they were not read.
  public var before: [UInt16] = []
  /// Whether the block was not where it was seen last: before the write, which was not sent then, or after it.
  package var isMoved = false
  /// What an end of a timed command wrote in place of the value that it was to bring back, for people.
  package var substitute: String?
  /// The value before as a command's text, nil when it can't be written back.
  package var beforeText: String?
  /// Words of the field read last, empty when none were.
  public var read: [UInt16]
  /// The evidence compared, as `device/port.field`.
  public var evidence: [String]
  /// The field's value in the words read last, nil when it was not read.
  public var value: FieldValue?
  /// Everything read in the last complete reading, to bring the image up to date.
  package var readings: [Reading]

  package struct Reading: Sendable, Equatable {
    package let address: Int
    package let words: [UInt16]
  }

  /// A word of the last complete reading.
  package func word(_ address: Int) -> UInt16? { readings.word(address) }

  package init(
    _ status: Status, _ code: ResultCode, _ reason: String, written: [UInt16] = [], read: [UInt16] = [],
    evidence: [String] = [], readings: [Reading] = []
  ) {
    self.status = status
    self.code = code
    self.reason = reason
    self.written = written
    self.read = read
    self.evidence = evidence
    self.readings = readings
  }
}

/// Why a command ended as it did. The raw values are part of the interface.
public enum ResultCode: String, Sendable, CaseIterable {
  case ok
  case alreadySo = "already_so"

  case unknownTopic = "unknown_topic"
  case unknownDevice = "unknown_device"
  case unknownField = "unknown_field"
  case badPayload = "bad_payload"
  case retained
  case expired
  case notWritable = "not_writable"
  case notAllowed = "not_allowed"
  case labelInDoubt = "label_in_doubt"
  case invalidValue = "invalid_value"
  case outOfLimits = "out_of_limits"
  case noLimits = "no_limits"
  case duplicateDevice = "duplicate_device"
  case fieldAbsent = "field_absent"
  case notImplemented = "not_implemented"
  case capInterval = "cap_interval"
  case capDay = "cap_day"
  case crossField = "cross_field"
  case noSystemVoltage = "no_system_voltage"
  case superseded
  case stateUnwritable = "state_unwritable"
  case busy
  case queueFull = "queue_full"
  case gatewayOffline = "gateway_offline"
  case idUsed = "id_used"
  case identityBlank = "identity_blank"
  case identityMismatch = "identity_mismatch"
  case untrusted
  case deviceMissing = "device_missing"
  case dryRun = "dry_run"
  case shuttingDown = "shutting_down"

  case deviceRefused = "device_refused"
  case highLimit = "high_limit"
  case lowLimit = "low_limit"
  case invalidWrite = "invalid_write"
  case locked
  case notTaken = "not_taken"

  case identityChangedDuringWrite = "identity_changed_during_write"
  case answerLost = "answer_lost"
  case noReadBack = "no_read_back"
  case statusNotSeen = "status_not_seen"
  case scaleChanged = "scale_changed"
}
