import Derived
import Mate3
import Topics

/// Several settings of a device as one command.
extension BridgeClient {
  /// What became of one of them.
  struct Part: Decodable {
    /// As `device/port/field`.
    var field: String
    var requested: String
    var status: String
    var code: String
    var reason: String
    var value: String?
    var written: [UInt16]
    var read: [UInt16]

    private enum CodingKeys: String, CodingKey {
      case field, requested, status, code, reason, value
      case written = "registers_written"
      case read = "registers_read"
    }
  }

  func write(
    _ values: [(field: String, value: String)], of device: DeviceKey, isDryRun: Bool, isRounded: Bool
  ) async throws -> Result {
    try await command(
      scheme.settings(device),
      [
        ("values", .object(values.map { ($0.field, .string($0.value)) })), ("dry_run", .bool(isDryRun)),
        ("round", .bool(isRounded)),
      ])
  }

  /// Has the bridge look whether settings of several devices can all be written, and in which order. Nothing is.
  func rehearse(_ values: [(device: DeviceKey, field: String, value: String)]) async throws -> Result {
    try await command(
      scheme.settings(HouseTotals.device),
      [
        ("values", .object(values.map { ("\($0.device)/\($0.field)", .string($0.value)) })), ("dry_run", .bool(true)),
      ])
  }
}
