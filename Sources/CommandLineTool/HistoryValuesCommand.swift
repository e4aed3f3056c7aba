import ArgumentParser
import Configuration
import Foundation
import History
import HistoryStore
import Registry

/// `mate3 history values`: the values of a device.
struct HistoryValuesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "values",
    abstract: "Shows what a device, or the house, has measured.",
    discussion: """
      A line for each time for which there is something: the mean of power, current, voltage and the like, the last of \
      everything else. The day and the month are those of this machine's time zone (TZ).
      """)

  @Option(
    help: ArgumentHelp(
      "The kind of device, such as charge_controller, also with its hub port as in charge_controller/3; your name of it; or house.",
      valueName: "name[/port]"), completion: NameCompletion.historyDevices)
  var device = "house"

  @Option(
    name: .long, parsing: .singleValue,
    help: "A field; can be given several times. Unless given, a table has the important ones, CSV and JSON all.",
    completion: NameCompletion.historyFields)
  var field: [String] = []

  @Option(help: ArgumentHelp("What a line stands for: 1m, 5m, 1h and the like, day or month.", valueName: "duration"))
  var every = "1h"

  @OptionGroup var options: HistoryOptions

  func validate() throws {
    guard HistoryBin(every) != nil else {
      throw ValidationError(
        "--every is ‘\(every.prefix(60))’; give a duration of up to 12h such as 5m or 1h, day or month.")
    }
  }

  func run() async throws {
    let settings = try options.settings()
    let clock = HistoryClock.local
    guard let bin = HistoryBin(every) else { return }
    let range = try options.range(usual: 86400, clock)
    let reader = try options.reader(settings)
    let parts = device.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var port = parts.count == 2 ? Int(parts[1]) : nil
    var kind = parts[0]
    let kinds = try reader.kinds()
    if !kinds.contains(kind), let named = try reader.device(named: kind, among: kinds) {
      (kind, port) = (named.kind, port ?? named.port)
    }
    let all = try table(kind, kinds, settings.registry)
    guard parts.count < 2 || port != nil else {
      throw Failure(
        .unknownName, "‘\(device.prefix(60))’ is no device; give NAME or NAME/PORT such as charge_controller/3")
    }
    let isBrief = field.isEmpty && options.format == .table && !options.chart
    let others = kinds.compactMap { settings.registry.block(named: $0) }.compactMap(HistoryTable.init)
    let table = try chosen(all, isBrief ? Self.important(in: all) : field, [.house] + others)
    let columns = table.columns(at: .recorded)
    let rows = try reader.rows(
      table, columns, port: port, in: range, bin: { bin.range(of: $0, clock) }, coarsest: bin.coarsest, clock)
    let ports = Set(rows.map(\.head.port))
    // What this system does not have, or has not used, only makes the table wide.
    let shown = columns.indices.filter { index in
      !isBrief || rows.contains { $0.values[index] != .none && $0.values[index].number != 0 }
    }
    let output = HistoryOutput(
      bin: bin, columns: shown.map { .init(name: columns[$0].name, unit: columns[$0].column.unit) },
      lines: rows.map { row in
        .init(
          time: row.head.time, device: ports.count > 1 ? row.head.port : nil, values: shown.map { row.values[$0] })
      })
    if rows.isEmpty, let port, try !reader.has(port, of: kind) {
      throw Failure(.unknownName, "there is no history of \(kind)/\(port); look at its port with mate3 devices")
    }
    StandardOutput.write(options.chart ? output.chart() : output.text(options.format))
    let undrawn = options.chart && !field.isEmpty ? output.undrawn : []
    if rows.isEmpty {
      StandardError.write("mate3: nothing is kept of that time")
    } else if !undrawn.isEmpty {
      StandardError.write(
        "mate3: there are no numbers to draw of \(undrawn.joined(separator: ", ")) in that time; leave --chart out to see "
          + "what is kept")
    }
    reader.tellForeignDays()
    if isBrief, !rows.isEmpty, all.columns.count > shown.count {
      StandardError.write(
        "mate3: \(all.columns.count - shown.count) more fields are kept; name them with --field, or take all with --format "
          + "csv")
    }
  }

  /// What an owner looks for first; nothing where all of it is.
  private static func important(in table: HistoryTable) -> [String] {
    let names =
      table.name == HistoryTable.house.name
      ? [
        "state_of_charge", "battery_voltage", "battery_power", "solar_power", "load_power", "grid_import_power",
        "generator_power",
      ] : WatchState.fields.first { $0.block == table.name }?.fields ?? []
    return names.filter { table.column($0) != nil }
  }

  private func table(_ name: String, _ kinds: [String], _ registry: Registry) throws -> HistoryTable {
    if name == HistoryTable.house.name { return .house }
    if kinds.contains(name), let table = registry.block(named: name).flatMap(HistoryTable.init) { return table }
    let near = NearestName.of(name, among: kinds).map { "; did you mean \($0)?" } ?? ""
    throw Failure(
      .unknownName,
      "there is no history of ‘\(Terminal.plain(String(name.prefix(60))))’\(near.isEmpty ? "; there is one of \(kinds.joined(separator: ", "))" : near)"
    )
  }

  /// - Parameter others: what else there is, to say where a field is.
  private func chosen(_ table: HistoryTable, _ fields: [String], _ others: [HistoryTable]) throws -> HistoryTable {
    guard !fields.isEmpty else { return table }
    return HistoryTable(
      name: table.name,
      columns: try fields.map { name in
        if let index = table.column(name) { return table.columns[index] }
        let owners = others.filter { $0.column(name) != nil }.map(\.name)
        let near =
          owners.first.map { "; \(owners.joined(separator: ", ")) has it: add --device \($0)" }
          ?? NearestName.of(name, among: table.columns.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        throw Failure(
          .unknownName, "\(table.name) has no measurement ‘\(Terminal.plain(String(name.prefix(60))))’\(near)")
      })
  }
}

/// `mate3 history energy`: what came and went, by day or month.
struct HistoryEnergyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "energy",
    abstract: "Shows the energies of days or months, in kWh.",
    discussion: """
      From the devices' own daily counters, but for the load, which is its power times the time. The day and the month \
      are those of this machine's time zone (TZ).
      """)

  enum Period: String, ExpressibleByArgument, CaseIterable {
    case hour, day, month

    init?(argument: String) { self.init(rawValue: argument.lowercased()) }
  }

  @Option(help: "What a line stands for.")
  var by = Period.day

  @OptionGroup var options: HistoryOptions

  private static let columns: [(title: String, field: String, part: LevelColumn.Part)] = [
    ("solar", "solar_energy_today", .added), ("load", "load_power", .area),
    ("grid_import", "grid_import_energy_today", .added), ("grid_export", "grid_export_energy_today", .added),
    ("generator", "generator_energy_today", .added), ("battery_charge", "battery_charge_energy_today", .added),
    ("battery_discharge", "battery_discharge_energy_today", .added),
  ]

  func run() async throws {
    let settings = try options.settings()
    let clock = HistoryClock.local
    let bin: HistoryBin =
      switch by {
      case .hour: .seconds(3600)
      case .day: .day
      case .month: .month
      }
    let usual: Int64 = by == .month ? 365 * 86400 : by == .day ? 30 * 86400 : 86400
    let range = try options.range(usual: usual, clock)
    let reader = try options.reader(settings)
    let house = HistoryTable.house
    let table = HistoryTable(
      name: house.name,
      columns: Self.columns.compactMap { entry in house.column(entry.field).map { house.columns[$0] } })
    let wanted = zip(table.columns.indices, Self.columns).map { index, entry in
      LevelColumn(name: entry.title, column: table.columns[index], index: index, part: entry.part)
    }
    let rows = try reader.rows(
      table, wanted, port: nil, in: range, bin: { bin.range(of: $0, clock) }, coarsest: bin.coarsest, clock)
    let output = HistoryOutput(
      bin: bin, columns: wanted.map { .init(name: $0.name, unit: "kWh") },
      lines: rows.map { row in
        .init(
          time: row.head.time, device: nil,
          values: zip(wanted, row.values).map { column, value in
            guard let number = value.number else { return .none }
            // Watt-seconds.
            let energy = column.part == .area ? number / 3_600_000 : number
            return .real((energy * 100).rounded() / 100)
          })
      })
    StandardOutput.write(options.chart ? output.chart() : output.text(options.format))
    if rows.isEmpty { StandardError.write("mate3: nothing is kept of that time") }
    reader.tellForeignDays()
  }
}

extension HistoryReader {
  fileprivate func tellForeignDays() {
    guard hasForeignDays else { return }
    StandardError.write(
      "mate3: of some of this time only days are left, which are those of another time zone; each is shown as the day in "
        + "which most of it lies")
  }
}
