import Bridge
import Foundation
import Logging

/// Writes every event as one line to standard error.
struct LineLogHandler: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  let format: BridgeConfiguration.Log.Format
  let write: @Sendable (String) -> Void

  /// - Parameter write: takes a line without its end.
  init(
    _ settings: BridgeConfiguration.Log, write: @escaping @Sendable (String) -> Void = LineLogHandler.toStandardError
  ) {
    logLevel = settings.level
    format = settings.format
    self.write = write
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
    let message = event.message.description
    switch format {
    case .text: write(LogLine.text(at: Date(), event.level, message, all))
    case .json: write(LogLine.json(at: Date(), event.level, message, all))
    }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// One write a line, so that lines of several threads don't mix.
  static func toStandardError(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
