import ArgumentParser
import Foundation
import Mate3
import Registry

enum WatchFormat: String, ExpressibleByArgument, CaseIterable {
  case text, csv, json
}

protocol WatchOutput: Sendable {
  func show(_ frame: WatchFrame)
  func fail(_ reason: String)
  func end()
}

/// A line for each device that has changed, for pipes and files.
struct PlainLines: WatchOutput {
  let output: LineWriter

  func show(_ frame: WatchFrame) {
    let time = Date().formatted(Date.ISO8601FormatStyle())
    for row in frame.rows where row.isChanged {
      output.add("\(time) \(row.device) \(row.values.map { "\($0.field.name)=\($0.text)" }.joined(separator: ", "))\n")
    }
  }

  func fail(_ reason: String) { StandardError.write("mate3: \(reason)") }
  func end() {}
}

/// A line for each value of a device that has changed.
struct CSVStream: WatchOutput {
  private let output: LineWriter

  init(_ output: LineWriter) {
    self.output = output
    output.add("time,device,port,field,value,units\n")
  }

  func show(_ frame: WatchFrame) {
    let time = Date().formatted(Date.ISO8601FormatStyle())
    for row in frame.rows where row.isChanged {
      for value in row.values {
        let cells = [value.field.name, value.field.text(value.value), value.field.shownUnits ?? ""]
        output.add(CSVLine.text([time, row.device.name, String(row.device.port)] + cells) + "\n")
      }
    }
  }

  func fail(_ reason: String) { StandardError.write("mate3: \(reason)") }
  func end() {}
}

/// An object on a line for each device that has changed.
struct JSONStream: WatchOutput {
  let output: LineWriter

  func show(_ frame: WatchFrame) {
    let time = Date().formatted(Date.ISO8601FormatStyle())
    for row in frame.rows where row.isChanged {
      let line = JSONText.object([
        ("time", .string(time)), ("device", .string(row.device.name)), ("port", .integer(row.device.port)),
        ("values", .object(row.values.map { ($0.field.name, $0.field.json($0.value)) })),
      ])
      output.add(line.compact + "\n")
    }
  }

  func fail(_ reason: String) { StandardError.write("mate3: \(reason)") }
  func end() {}
}
