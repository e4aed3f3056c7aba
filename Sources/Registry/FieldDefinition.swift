/// How the words of a field are stored.
public enum FieldType: String, Sendable, Hashable, CaseIterable {
  /// A number in one register, without or with a sign; in two registers, likewise.
  case uint16, int16, uint32, int32
  /// Two characters a register, high byte first.
  case string
  /// Four octets, most significant word first.
  case ipv4
  /// A SunSpec scale factor: a signed power of ten, -10…10 (SunSpec Information Model Specification).
  case sunssf
  /// A time of day in two registers, hour and minute. No row of a table: made of two fields, see ``ClockTime``.
  case clock
  /// From one time of day to another, in four registers. No row of a table either: see ``ClockSpan``.
  case clockSpan

  /// Those that a row of a table can have.
  public static let allCases: [FieldType] = [.uint16, .int16, .uint32, .int32, .string, .ipv4, .sunssf]

  /// Registers that the type takes, or nil for text of any length.
  public var size: Int? {
    switch self {
    case .uint16, .int16, .sunssf: 1
    case .uint32, .int32, .ipv4, .clock: 2
    case .clockSpan: 4
    case .string: nil
    }
  }

  /// Whether the field is a number that must be read in one request.
  package var isNumeric: Bool { self != .string }

  package var isSigned: Bool { self == .int16 || self == .int32 || self == .sunssf }
}

/// Order of the two words of a 32-bit number.
public enum WordOrder: String, Sendable, Hashable, CaseIterable {
  /// The word at the lower address is the less significant.
  case low
  /// The word at the lower address is the more significant.
  case high
}

/// Whether a field can be read and written.
public enum Access: String, Sendable, Hashable, CaseIterable {
  /// It can only be read.
  case readOnly = "r"
  /// It can be read and written.
  case readWrite = "rw"
  /// It can only be written; what it did shows elsewhere.
  case writeOnly = "w"

  /// Whether it can be read.
  public var isReadable: Bool { self != .writeOnly }
  /// Whether it can be written.
  public var isWritable: Bool { self != .readOnly }
}

/// How often a field is read.
package enum IntervalClass: String, Sendable, Hashable, CaseIterable {
  case live, settings, fixed
}

/// Who may see a field's value.
public enum Privacy: String, Sendable, Hashable, CaseIterable {
  /// Anybody.
  case shared = ""
  /// Mail, names and network settings: only on request.
  case personal
  /// Passwords and keys: never leave the program in any form.
  case secret
}

/// What a field is worth as evidence of a device's identity.
package enum Evidence: String, Sendable, Hashable, CaseIterable {
  case none = ""
  /// Does not change while the device is the same.
  case fixed
  /// A lifetime counter, which only rises.
  case grows
  /// Calibration and firmware: changes seldom, and then on purpose.
  case standing
}

/// The range of values that may be written, in engineering units.
public struct Limits: Sendable, Hashable {
  /// Least value, in the field's units; nil for none.
  public let minimum: ScaledDecimal?
  /// Greatest value, in the field's units; nil for none.
  public let maximum: ScaledDecimal?
  /// True when the numbers are for a 12 V battery and scale with the nominal system voltage.
  public let isPerBattery12V: Bool
  /// Where the range is documented.
  public let source: String

  package init(minimum: ScaledDecimal?, maximum: ScaledDecimal?, isPerBattery12V: Bool, source: String) {
    self.minimum = minimum
    self.maximum = maximum
    self.isPerBattery12V = isPerBattery12V
    self.source = source
  }
}

/// One field of a block: a row of the block's CSV. Shared by all that refer to it.
public final class FieldDefinition: Sendable {
  // What every reading needs comes first: each cycle finds the definitions out of the processor's cache, and so gets
  // along with one line of it for a field.
  /// Registers that the field takes.
  public let size: Int
  /// How its words are stored.
  public let type: FieldType
  /// Meaningful for 32-bit numbers only.
  public let wordOrder: WordOrder
  package let evidence: Evidence
  /// Position of the scale factor among the block's fields, or nil when the number is not scaled.
  package let scaleFactorIndex: Int?
  /// Its documented values, or nil when it is no enumeration.
  public let enumeration: Enumeration?
  /// Its documented bits, or nil when it is no bitfield.
  public let flags: FlagTable?

  /// Position among the block's fields, from 0.
  package let index: Int
  /// Offset of the first register from the block's first, from 1 as in the application note.
  public let offset: Int
  /// Public name, `[a-z0-9_]+`.
  public let name: String
  /// Name in the vendor's documents.
  public let vendorName: String
  /// Unit symbol, or nil.
  public let units: String?
  /// Whether it can be read and written.
  public let access: Access
  /// The documented range of what may be written, or nil.
  public let limits: Limits?
  /// Ranges that differ by model and nominal voltage, and why there is none; empty where ``limits`` say all.
  public let ranges: [DocumentedRange]
  /// True for a setpoint in battery volts, which must suit the system's nominal voltage.
  package let isBatteryVoltage: Bool
  package let interval: IntervalClass
  /// Nil for fields that can't be written.
  public let command: CommandRule?
  /// How a write-only control shows what it did, if it does.
  package let confirmation: StatusConfirmation?
  /// Who may see its value.
  public let privacy: Privacy
  /// Short name for people.
  public let label: String
  /// What it is, in a sentence.
  public let description: String
  /// Where the documents or real devices disagree, or nil.
  public let doubt: String?
  /// Why the labels of the enumeration may be the other way round, or nil.
  public let labelDoubt: String?
  /// Table and row of the application note, row of the spreadsheet, that describe it.
  public let source: String
  /// Line in the block's file.
  let line: Int

  init(
    index: Int, offset: Int, size: Int, name: String, vendorName: String, type: FieldType, wordOrder: WordOrder,
    units: String?, scaleFactorIndex: Int?, access: Access, enumeration: Enumeration?, flags: FlagTable?,
    limits: Limits?, ranges: [DocumentedRange] = [], isBatteryVoltage: Bool, interval: IntervalClass,
    command: CommandRule?,
    confirmation: StatusConfirmation?, privacy: Privacy, evidence: Evidence, label: String, description: String,
    doubt: String?, labelDoubt: String?, source: String, line: Int
  ) {
    self.index = index
    self.offset = offset
    self.size = size
    self.name = name
    self.vendorName = vendorName
    self.type = type
    self.wordOrder = wordOrder
    self.units = units
    self.scaleFactorIndex = scaleFactorIndex
    self.access = access
    self.enumeration = enumeration
    self.flags = flags
    self.limits = limits
    self.ranges = ranges
    self.isBatteryVoltage = isBatteryVoltage
    self.interval = interval
    self.command = command
    self.confirmation = confirmation
    self.privacy = privacy
    self.evidence = evidence
    self.label = label
    self.description = description
    self.doubt = doubt
    self.labelDoubt = labelDoubt
    self.source = source
    self.line = line
  }

  /// Offset after the last register.
  package var endOffset: Int { offset + size }

  /// Whether the values are points of time, in seconds since 1970.
  package var isMoment: Bool { units == "s" && description.contains("since 1970") }
}

/// One block of the register map: a row of `blocks.csv` with its fields.
public final class BlockDefinition: Sendable {
  /// What part of a system a block is of.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Measurements or settings of a device on the hub, the gateway itself, what acts on all, the gateway's SunSpec
    /// model, OPTICS.
    case status, configuration, gateway, system, common, statistics
    /// A SunSpec inverter model, which sums the inverters up.
    case sunspecInverter = "sunspec_inverter"
  }

  /// SunSpec model id, the block's first register.
  public let did: UInt16
  /// Device name in topics.
  public let name: String
  /// What part of the system it is of.
  public let kind: Kind
  /// Pairs a status block with its configuration block, or nil.
  package let family: String?
  package let interval: IntervalClass
  /// Length in the documents; a device's own may differ and rules.
  public let documentedLength: Int
  /// Position of the field with the hub port, or nil for blocks without one.
  package let portFieldIndex: Int?
  /// Short name for people.
  public let label: String
  /// What it is, in a sentence.
  public let description: String
  /// Table and row of the application note, row of the spreadsheet, that describe it.
  public let source: String
  /// Line in `blocks.csv`.
  let line: Int
  /// In order of offset.
  public let fields: [FieldDefinition]
  /// Every pair of an hour and a minute.
  package let clockTimes: [ClockTime]
  /// Every two times of day of which one is the start and the other the stop.
  package let clockSpans: [ClockSpan]

  private let indexByName: [String: Int]

  init(
    did: UInt16, name: String, kind: Kind, family: String?, interval: IntervalClass, documentedLength: Int,
    portFieldIndex: Int?, label: String, description: String, source: String, line: Int, fields: [FieldDefinition]
  ) {
    self.did = did
    self.name = name
    self.kind = kind
    self.family = family
    self.interval = interval
    self.documentedLength = documentedLength
    self.portFieldIndex = portFieldIndex
    self.label = label
    self.description = description
    self.source = source
    self.line = line
    self.fields = fields
    let times = zip(fields, fields.dropFirst()).compactMap { ClockTime($0, $1) }
    clockTimes = times
    clockSpans = zip(times, times.dropFirst()).compactMap { ClockSpan($0, $1) }
    indexByName = Dictionary(fields.map { ($0.name, $0.index) }, uniquingKeysWith: { first, _ in first })
  }

  /// The field of this name, or nil.
  public func field(_ name: String) -> FieldDefinition? { indexByName[name].map { fields[$0] } }

  package var portField: FieldDefinition? { portFieldIndex.map { fields[$0] } }

  package func scaleFactor(of field: FieldDefinition) -> FieldDefinition? { field.scaleFactorIndex.map { fields[$0] } }
}

extension FieldDefinition {
  /// Whether its bits are faults, which stop the device or part of it; warnings are not.
  package var isFault: Bool { flags != nil && ["error_flags", "faults"].contains(name) }

  /// Whether it only explains the block itself: its id, its length, a scale factor.
  package var isInternal: Bool { type == .sunssf || offset <= 2 }

  /// Name of the field that says what the generator does.
  package static let generatorState = "ags_operational_state"
}
