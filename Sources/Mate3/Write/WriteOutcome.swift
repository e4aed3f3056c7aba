public import FieldCodec

/// How a command ended.
public struct WriteOutcome: Sendable {
  /// In short, how it ended.
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

  /// In short, how it ended.
  public var status: Status
  /// Why it ended so.
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

    package init(address: Int, words: [UInt16]) {
      self.address = address
      self.words = words
    }
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

/// Why a command ended as it did. The raw values are part of the interface; some only a bridge gives, which takes its
/// commands by topics.
public enum ResultCode: String, Sendable, CaseIterable {
  /// It worked.
  case ok
  /// The device had the value already.
  case alreadySo = "already_so"

  /// The topic does not have the form above.
  case unknownTopic = "unknown_topic"
  /// No such device, or not at this port.
  case unknownDevice = "unknown_device"
  /// The device has no such field.
  case unknownField = "unknown_field"
  /// Neither a value nor the JSON above.
  case badPayload = "bad_payload"
  /// The command was published retained, so it may be old.
  case retained
  /// It came after `expires_at`, its MQTT expiry, or waited over ten seconds.
  case expired
  /// The field can only be read.
  case notWritable = "not_writable"
  /// The configuration does not allow the field or value.
  case notAllowed = "not_allowed"
  /// The documents may have the labels the wrong way round.
  case labelInDoubt = "label_in_doubt"
  /// No value of this field.
  case invalidValue = "invalid_value"
  /// Outside the documented limits or yours.
  case outOfLimits = "out_of_limits"
  /// No document gives limits for this field.
  case noLimits = "no_limits"
  /// Two devices answer with this name and port.
  case duplicateDevice = "duplicate_device"
  /// This device's firmware does not have the field.
  case fieldAbsent = "field_absent"
  /// The device says that it does not have this value.
  case notImplemented = "not_implemented"
  /// The field was written just now.
  case capInterval = "cap_interval"
  /// The field, device or gateway was written too often in 24 hours.
  case capDay = "cap_day"
  /// Two settings would stand in the wrong order, such as float above absorb.
  case crossField = "cross_field"
  /// The gateway does not tell the nominal voltage, so a battery setting can't be judged.
  case noSystemVoltage = "no_system_voltage"
  /// A later command to the field that makes the system safer went first, or took its place before it was verified; or
  /// a timed command ended, but the field had been changed since.
  case superseded
  /// Pins or ledger can't be read or written, so nothing is written to devices.
  case stateUnwritable = "state_unwritable"
  /// The last command to the device is still being checked.
  case busy
  /// Too many commands are waiting.
  case queueFull = "queue_full"
  /// The gateway does not answer.
  case gatewayOffline = "gateway_offline"
  /// The `id` was another command's on this topic, less than ten minutes ago.
  case idUsed = "id_used"
  /// The device shows nothing to know it by for the moment, as after a reboot; also after a write, when that could not
  /// be verified for it.
  case identityBlank = "identity_blank"
  /// This is not the device that is pinned; the reason says what differs.
  case identityMismatch = "identity_mismatch"
  /// The device changed, or can't be told from another since the system changed.
  case untrusted
  /// The command acts on every device, and a pinned one is not there.
  case deviceMissing = "device_missing"
  /// Nothing of this setting was written, because another one of the same command was refused or went wrong.
  case notReached = "not_reached"
  /// Every check passed, nothing was written because you asked so.
  case dryRun = "dry_run"
  /// The bridge is being stopped.
  case shuttingDown = "shutting_down"

  /// The gateway refused the write.
  case deviceRefused = "device_refused"
  /// The device found the value too high.
  case highLimit = "high_limit"
  /// The device found the value too low.
  case lowLimit = "low_limit"
  /// The device found the value invalid.
  case invalidWrite = "invalid_write"
  /// The device is locked.
  case locked
  /// The device holds another value than written.
  case notTaken = "not_taken"

  /// Of several settings not all were written; the reason says which were.
  case incomplete

  /// The device was another one after the write than before.
  case identityChangedDuringWrite = "identity_changed_during_write"
  /// The connection broke; it is not sent twice.
  case answerLost = "answer_lost"
  /// Sent, but this field can't be read back.
  case noReadBack = "no_read_back"
  /// Sent, but the status does not show it within ten seconds.
  case statusNotSeen = "status_not_seen"
  /// Written, but the scale factor of the field changed with it, so that it may mean another value.
  case scaleChanged = "scale_changed"
}
