import ArgumentParser
import Configuration
import Foundation
import Glibc
import History
import HistoryStore
import Registry

/// `mate3 history`: what a bridge has kept.
struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Shows what a bridge has kept of the past.",
    discussion: """
      Reads the file history.db in the bridge's state directory, also while the bridge runs, which does not notice. \
      Without a further verb it shows the values of a device.
      """,
    subcommands: [HistoryValuesCommand.self, HistoryEnergyCommand.self],
    defaultSubcommand: HistoryValuesCommand.self)
}

/// Which history, and how to print it.
struct HistoryOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, csv, json

    init?(argument: String) { self.init(rawValue: argument.lowercased()) }
  }

  @Option(help: ArgumentHelp("The bridge's state directory; its default unless given."), completion: .directory)
  var stateDir: String?

  @Option(help: "A bridge's configuration file, to take the state directory from it.", completion: .file())
  var config: String?

  @Option(help: "With several gateways in the file: which one, by its base topic.")
  var base: String?

  @Option(
    help: ArgumentHelp(
      "The begin: a date such as 2026-07-01, also with a time as in 2026-07-01T12:30, here or with Z in UTC; or how long "
        + "ago, such as 12h or 7d.", valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("The end, likewise; now unless given.", valueName: "time"))
  var to: String?

  @Option(name: [.customShort("f"), .long], help: "How to print: a table for eyes, CSV, or JSON.")
  var format = Format.table

  @Flag(help: "Draw it in the terminal.")
  var chart = false

  func settings() throws -> VerbSettings {
    if let warning = TimeZoneName.warning { StandardError.write("mate3: \(warning)") }
    return try VerbSettings(
      config, words: VerbSettings.words([("--state-dir", stateDir)]), for: .gateway, base: base, choice: "--base")
  }

  func reader(_ settings: VerbSettings) throws -> HistoryReader {
    let folder = try folder(settings)
    do {
      return try HistoryReader(folder: folder)
    } catch {
      throw Failure(
        .file, ServiceState.hinted(error.description, about: settings.configuration.stateDirectory))
    }
  }

  /// The folder with the history: with a base that the file does not know, that gateway's in the state directory.
  func folder(_ settings: VerbSettings) throws(Failure) -> String {
    let folder = settings.configuration.stateDirectory
    guard let base, !settings.isOneOfSeveral, base != settings.configuration.topics.base else { return folder }
    var topics = BridgeConfiguration.Topics()
    topics.base = base
    let own = "\(folder)/\(topics.baseAsName)"
    guard access(own, F_OK) != 0 else { return own }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let others = names.filter { access("\(folder)/\($0)/.", F_OK) == 0 }.sorted()
    throw Failure(
      .usage,
      "\(folder) has no folder \(topics.baseAsName), where the gateway with the base \(base) would keep its history; "
        + (others.isEmpty
          ? "leave --base out for that of a single gateway" : "it has \(others.joined(separator: ", "))"))
  }

  /// - Parameter usual: how long ago it begins unless said.
  func range(usual: Int64, _ clock: HistoryClock) throws -> Range<Int64> {
    let now = Int64(Date().timeIntervalSince1970)
    let end = try to.map { try Self.time($0, "--to", now) } ?? now + 1
    let begin = try from.map { try Self.time($0, "--from", now) } ?? clock.day(of: end - usual).lowerBound
    guard begin <= now else { throw ValidationError("--from is in the future; give a time that has been.") }
    guard begin < end else { throw ValidationError("--from is not before --to; give an earlier begin.") }
    return begin..<end
  }

  private static func time(_ text: String, _ flag: String, _ now: Int64) throws -> Int64 {
    if let time = HistoryTime.read(text) { return time }
    if let ago = Duration(shortText: text), text.last?.isLetter ?? false { return now - ago.components.seconds }
    throw ValidationError(
      "\(flag) is ‘\(text.prefix(60))’; give a date such as 2026-07-01 or 2026-07-01T12:30, or how long ago, such as 12h."
    )
  }
}

/// Times as people write them.
enum HistoryTime {
  /// - Returns: nil for what is no time.
  static func read(_ text: String) -> Int64? {
    let isUTC = text.hasSuffix("Z")
    let parts = text.dropLast(isUTC ? 1 : 0).split(whereSeparator: { "T ".contains($0) }).map(String.init)
    guard (1...2).contains(parts.count) else { return nil }
    let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) }
    var clock =
      parts.count < 2 ? [] : parts[1].split(separator: ":", omittingEmptySubsequences: false).map { Int32($0) }
    while clock.count < 3, parts.count < 2 || clock.count == 2 { clock.append(0) }
    guard date.count == 3, clock.count == 3, let year = date[0], let month = date[1], let day = date[2],
      let hour = clock[0], let minute = clock[1], let second = clock[2], (1970...9999).contains(year),
      (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute),
      (0...59).contains(second)
    else { return nil }
    var time = tm()
    time.tm_year = year - 1900
    time.tm_mon = month - 1
    time.tm_mday = day
    time.tm_hour = hour
    time.tm_min = minute
    time.tm_sec = second
    time.tm_isdst = -1
    let seconds = isUTC ? timegm(&time) : mktime(&time)
    // The 31st of a shorter month has become a day of the next one.
    return time.tm_mday == day ? Int64(seconds) : nil
  }

  /// - Parameter format: as of strftime(3).
  static func text(_ seconds: Int64, _ format: String, isUTC: Bool = false) -> String {
    var time = time_t(seconds)
    var parts = tm()
    if isUTC { gmtime_r(&time, &parts) } else { localtime_r(&time, &parts) }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      guard let start = buffer.baseAddress, strftime(start, 64, format, &parts) > 0 else { return "" }
      return String(cString: start)
    }
  }
}

/// How long a line of the answer stands for.
enum HistoryBin: Hashable {
  case seconds(Int64)
  case day, month

  init?(_ text: String) {
    switch text {
    case "day": self = .day
    case "month": self = .month
    case "hour": self = .seconds(3600)
    default:
      guard let duration = Duration(shortText: text), duration.components.attoseconds == 0 else { return nil }
      switch duration.components.seconds {
      case 1...43200: self = .seconds(duration.components.seconds)
      case 86400: self = .day
      default: return nil
      }
    }
  }

  func range(of time: Int64, _ clock: HistoryClock) -> Range<Int64> {
    switch self {
    case .day: return clock.day(of: time)
    case .month: return clock.month(of: time)
    case .seconds(let length):
      let begin = HistoryClock.begin(of: time, length)
      return begin..<begin + length
    }
  }

  /// The coarsest rows that it may be made of.
  var coarsest: HistoryLevel {
    switch self {
    case .day, .month: .day
    case .seconds(let length):
      length % 3600 == 0 ? .hour : length % 300 == 0 ? .fiveMinutes : .recorded
    }
  }

  /// The begin, for people.
  func text(_ time: Int64) -> String {
    switch self {
    case .day: HistoryTime.text(time, "%Y-%m-%d")
    case .month: HistoryTime.text(time, "%Y-%m")
    case .seconds(let length): HistoryTime.text(time, length < 60 ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d %H:%M")
    }
  }
}
