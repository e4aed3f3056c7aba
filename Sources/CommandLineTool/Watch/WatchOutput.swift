import ArgumentParser
import Derived
import Foundation
import Mate3
import Registry

enum WatchFormat: String, ExpressibleByArgument, CaseIterable {
  case text, csv, json

  init?(argument: String) { self.init(rawValue: argument.lowercased()) }
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
    guard frame.isHouseChanged else { return }
    let values = frame.houseValues.map { "\($0.field.name)=\($0.text)\($0.field.unit.map { " \($0)" } ?? "")" }
    output.add("\(time) \(HouseTotals.device) \(values.joined(separator: ", "))\n")
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
    guard frame.isHouseChanged else { return }
    let house = HouseTotals.device
    for (field, text) in frame.houseValues {
      output.add(CSVLine.text([time, house.name, String(house.port), field.name, text, field.unit ?? ""]) + "\n")
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
    func add(_ device: DeviceKey, _ values: [(String, JSONText)]) {
      let line = JSONText.object([
        ("time", .string(time)), ("device", .string(device.name)), ("port", .integer(device.port)),
        ("values", .object(values)),
      ])
      output.add(line.compact + "\n")
    }
    for row in frame.rows where row.isChanged {
      add(row.device, row.values.map { ($0.field.name, $0.field.json($0.value)) })
    }
    guard frame.isHouseChanged else { return }
    add(
      HouseTotals.device,
      frame.houseValues.map { field, text in
        (field.name, ScaledDecimal(text).map { .number($0.description) } ?? .string(text))
      })
  }

  func fail(_ reason: String) { StandardError.write("mate3: \(reason)") }
  func end() {}
}
