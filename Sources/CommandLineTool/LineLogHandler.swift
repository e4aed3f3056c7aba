import Bridge
import Configuration
import Dispatch
import Foundation
import Logging

/// Writes every event as one line to standard error.
struct LineLogHandler: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  let format: BridgeConfiguration.Log.Format
  let write: @Sendable (String) -> Void
  private let limit: LogLimit

  /// - Parameter write: takes a line without its end.
  init(
    _ settings: BridgeConfiguration.Log, write: @escaping @Sendable (String) -> Void = StandardError.write,
    limit: LogLimit = LogLimit()
  ) {
    self.limit = limit
    logLevel = settings.level
    format = settings.format
    self.write = write
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
    let message = event.message.description
    // Who asks for debug messages wants all of them.
    if event.level >= .info {
      let owner = metadata.values.map(\.description).sorted().joined(separator: " ")
      let (isShown, isFirst) = limit.admit(
        LogLimit.Kind(owner: owner, file: event.file, line: event.line, message: message))
      if isFirst { DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(60)) { sayLeftOut() } }
      guard isShown else { return }
    }
    write(Self.line(format, event.level, message, all))
  }

  /// One event as a line of now.
  static func line(
    _ format: BridgeConfiguration.Log.Format, _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata
  ) -> String {
    switch format {
    case .text: Journal.prefix(level) + LogLine.text(at: Date(), level, message, metadata)
    case .json: LogLine.json(at: Date(), level, message, metadata)
    }
  }

  /// Says how many messages of which kind were not shown.
  private func sayLeftOut() {
    for (beginning, count) in limit.takeLeftOut() {
      write(
        Self.line(
          format, .notice, "more of these were left out of the log",
          ["count": "\(count)", "message": "\(beginning)"]))
    }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }
}
