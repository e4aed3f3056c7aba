import Derived
import Foundation
import History
import HistoryStore
import Registry
import Threads

/// Reads the history for the page, on a thread that nothing else waits for.
struct PageHistory: Sendable {
  private let thread = ThreadExecutor(name: "page-history")

  /// Most points of a series, and most series of an answer.
  static let points = 1000
  static let series = 8
  private static let steps: [Int64] = [60, 300, 900, 1800, 3600, 10800, 21600, 43200, 86400]

  /// What was asked for, checked.
  private struct Question {
    var range: Range<Int64>
    var points: Int
    /// By table, the columns.
    var series: [(name: String, table: String, port: Int?, column: String)] = []

    var step: Int64 {
      let length = range.upperBound - range.lowerBound
      return steps.first { length / $0 < Int64(points) } ?? 86400
    }
  }

  /// Why a question is none.
  private struct Mistake: Error {
    let response: PageResponse
    init(_ sentence: String) { response = .problem(400, sentence) }
  }

  // MARK: Requests

  func answer(_ request: PageRequest, _ gateway: PageGateway) -> PageAnswer {
    guard let folder = gateway.historyFolder else { return .now(.problem(404, "no history is kept (history.enabled)")) }
    do {
      var question = try question(request)
      guard let list = request.query["series"], !list.isEmpty else {
        throw Mistake("give the series, as in series=house.solar_power,charge_controller/3.watts")
      }
      let names = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard names.count <= Self.series else { throw Mistake("at most \(Self.series) series are given at once") }
      question.series = try names.map { try Self.series($0) }
      return later { [question] in try rows(question, folder, gateway.model.registry) }
    } catch {
      return .now((error as? Mistake)?.response ?? .problem(400, "the question is not understood"))
    }
  }

  /// The energies of each day.
  func energy(_ request: PageRequest, _ gateway: PageGateway) -> PageAnswer {
    guard let folder = gateway.historyFolder else { return .now(.problem(404, "no history is kept (history.enabled)")) }
    do {
      let question = try question(request)
      guard question.range.upperBound - question.range.lowerBound <= 400 * 86400 else {
        throw Mistake("at most 400 days are given at once")
      }
      return later { try days(question.range, folder) }
    } catch {
      return .now((error as? Mistake)?.response ?? .problem(400, "the question is not understood"))
    }
  }

  private func later(_ work: @escaping @Sendable () throws -> String) -> PageAnswer {
    .later { [thread] in
      do {
        return PageResponse(.json, "\(try await thread.run(work))\n".utf8)
      } catch let mistake as Mistake {
        return mistake.response
      } catch {
        // Its paths are nobody's business here; `mate3 history` tells more.
        return .problem(503, "the history can't be read now, or nothing is in it yet")
      }
    }
  }

  private func question(_ request: PageRequest) throws -> Question {
    let now = Int64(Date().timeIntervalSince1970)
    let to = try Self.time(request.query["to"], "to") ?? now
    let from = try Self.time(request.query["from"], "from") ?? to - 86400
    guard from < to else { throw Mistake("from must be before to") }
    guard to - from <= 100 * 366 * 86400 else { throw Mistake("at most 100 years are given at once") }
    guard let points = Int(request.query["points"] ?? "300"), (2...Self.points).contains(points) else {
      throw Mistake("points is a whole number from 2 to \(Self.points)")
    }
    return Question(range: from..<to, points: points)
  }

  /// Seconds since 1970, or ISO 8601.
  private static func time(_ text: String?, _ name: String) throws -> Int64? {
    guard let text else { return nil }
    if let seconds = Int64(text), (0...253_402_300_799).contains(seconds) { return seconds }
    let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
    for style in styles {
      if let date = try? style.parse(text) { return Int64(date.timeIntervalSince1970) }
    }
    throw Mistake("\(name) is a time such as 2026-07-01T00:00:00Z, or seconds since 1970")
  }

  /// From `table.column` or `table/port.column`.
  private static func series(_ name: String) throws -> (String, String, Int?, String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let place = parts.first?.split(separator: "/", omittingEmptySubsequences: false) ?? []
    let port = place.count == 2 ? Int(place[1]) : nil
    guard parts.count == 2, (1...2).contains(place.count), place.count == 1 || port != nil else {
      throw Mistake("a series is device.field or device/port.field, as in charge_controller/3.watts")
    }
    return (name, String(place[0]), port, String(parts[1]))
  }

  // MARK: On the thread

  private func rows(_ question: Question, _ folder: String, _ registry: Registry) throws -> String {
    let reader = try HistoryReader(folder: folder)
    let kinds = Set(try reader.kinds())
    let clock = HistoryClock.local
    let step = question.step
    var times: Set<Int64> = []
    var found: [(unit: String?, values: [Int64: Double])] = []
    for series in question.series {
      let house = HistoryTable.house
      let whole = series.table == house.name ? house : registry.block(named: series.table).flatMap(HistoryTable.init)
      guard let whole, let index = whole.column(series.column) else {
        throw Mistake("there is no series ‘\(series.name.prefix(80))’")
      }
      var values: [Int64: Double] = [:]
      if kinds.contains(whole.name) {
        let table = HistoryTable(name: whole.name, columns: [whole.columns[index]])
        let level: HistoryLevel = step >= 86400 ? .day : step >= 3600 ? .hour : step >= 300 ? .fiveMinutes : .recorded
        let rows = try reader.rows(
          table, table.columns(at: .recorded), port: series.port, in: question.range,
          bin: { time in
            if step >= 86400 { return clock.day(of: time) }
            let begin = HistoryClock.begin(of: time, step)
            return begin..<begin + step
          }, coarsest: level, clock)
        for row in rows {
          guard let number = row.values.first?.number else { continue }
          values[row.head.time, default: 0] += number
          times.insert(row.head.time)
        }
      }
      found.append((whole.columns[index].unit, values))
    }
    let sorted = times.sorted()
    let lists = zip(question.series, found).map { series, found in
      """
      {"name":\(JSON.quoted(series.name)),"unit":\(JSON.quoted(found.unit)),\
      "values":[\(sorted.map { JSON.number(found.values[$0]) }.joined(separator: ","))]}
      """
    }
    let marks = try reader.marks(in: question.range, limit: 200)
      .map {
        """
        {"time":\($0.time),"kind":\(JSON.quoted($0.kind.rawValue)),"name":\(JSON.quoted($0.name)),\
        "text":\(JSON.quoted($0.text))}
        """
      }
    return """
      {"from":\(question.range.lowerBound),"to":\(question.range.upperBound),"step":\(step),\
      "times":[\(sorted.map(String.init).joined(separator: ","))],"series":[\(lists.joined(separator: ","))],\
      "marks":[\(marks.joined(separator: ","))]}
      """
  }

  private static let energies: [(name: String, field: String, part: LevelColumn.Part)] = [
    ("solar", "solar_energy_today", .added), ("load", "load_power", .area),
    ("grid_import", "grid_import_energy_today", .added), ("grid_export", "grid_export_energy_today", .added),
    ("generator", "generator_energy_today", .added), ("battery_charge", "battery_charge_energy_today", .added),
    ("battery_discharge", "battery_discharge_energy_today", .added),
  ]

  private func days(_ range: Range<Int64>, _ folder: String) throws -> String {
    let reader = try HistoryReader(folder: folder)
    guard try reader.kinds().contains(HistoryTable.house.name) else { return "{\"days\":[]}" }
    let clock = HistoryClock.local
    let house = HistoryTable.house
    let table = HistoryTable(
      name: house.name,
      columns: Self.energies.compactMap { entry in house.column(entry.field).map { house.columns[$0] } })
    let wanted = zip(table.columns.indices, Self.energies).map { index, entry in
      LevelColumn(name: entry.name, column: table.columns[index], index: index, part: entry.part)
    }
    let first = clock.day(of: range.lowerBound).lowerBound
    let rows = try reader.rows(
      table, wanted, port: nil, in: first..<range.upperBound, bin: { clock.day(of: $0) }, coarsest: .day, clock)
    let days = rows.map { row in
      let values = zip(wanted, row.values).map { column, value in
        // Watt-seconds.
        "\"\(column.name)\":\(JSON.number(value.number.map { column.part == .area ? $0 / 3_600_000 : $0 }))"
      }
      return "{\"time\":\(row.head.time),\(values.joined(separator: ","))}"
    }
    return "{\"days\":[\(days.joined(separator: ","))]}"
  }
}
