import Foundation
import Glibc

/// The time zone that `TZ` names. The C library takes UTC for what it does not know, and says nothing.
enum TimeZoneName {
  static var warning: String? {
    let name = ProcessInfo.processInfo.environment["TZ", default: ""]
    guard !isKnown(name) else { return nil }
    return
      "TZ is ‘\(Terminal.plain(String(name.prefix(60))))’, which is no time zone here, so times are those of UTC; give "
      + "one such as Europe/Berlin"
  }

  /// As tzset(3) has it: a file of the time zones, or the rules themselves.
  private static func isKnown(_ name: String) -> Bool {
    let name = name.hasPrefix(":") ? String(name.dropFirst()) : name
    guard !name.isEmpty, !["UTC", "GMT", "UTC0"].contains(name) else { return true }
    let folder = ProcessInfo.processInfo.environment["TZDIR"] ?? "/usr/share/zoneinfo"
    if access(name.hasPrefix("/") ? name : "\(folder)/\(name)", R_OK) == 0 { return true }
    return name.prefixMatch(of: /(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?[0-9]/) != nil
  }
}
