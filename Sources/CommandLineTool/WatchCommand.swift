import ArgumentParser
import Configuration
import FieldCodec
import Foundation
import Mate3
import Registry
import Threads

/// `mate3 watch`: the important values, live.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Shows the important values of each device, live, until Ctrl-C.",
    discussion: """
      On a terminal in place; elsewhere a line for each device whose values have changed. With --format csv or json a \
      stream for programs: a line a value, or an object a device, of each device that has changed.
      """)

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions

  @Option(name: [.customShort("f"), .long], help: "How to print.")
  var format = WatchFormat.text

  @Option(help: "Time between readings, such as 5s or 1m.", transform: Self.duration)
  var interval = Duration.seconds(5)

  private static func duration(_ text: String) throws -> Duration {
    guard let duration = Duration(shortText: text), (.seconds(1)...(.seconds(3600))).contains(duration) else {
      throw ValidationError("--interval takes a duration from 1s to 1h, such as 5, 5s or 1m, not ‘\(text.prefix(60))’.")
    }
    return duration
  }

  func run() async throws {
    let signals = Signals([SIGINT, SIGTERM])
    let settings = try gateway.settings(broker)
    let connection = broker.isGiven ? nil : try await gateway.open(settings)
    let title = broker.isGiven ? "through the bridge" : gateway.from ?? settings.configuration.gateway.host
    StandardError.neverWait()
    let output = StandardOutput.lineWriter()
    let screen: any WatchOutput =
      switch format {
      case .csv: CSVStream(output)
      case .json: JSONStream(output: output)
      case .text: Terminal.isOutput ? LiveScreen(title, output) : PlainLines(output: output)
      }
    let watching = Task {
      if let connection { await watch(connection, settings, screen) } else { await watchBridge(settings, screen) }
    }
    for await _ in signals.stream { break }
    watching.cancel()
    connection?.close()
    // A broker that hangs takes longer.
    _ = try? await result(within: .seconds(1)) { await watching.value }
    screen.end()
    output.flush(within: .milliseconds(500))
  }

  /// Asks the broker at each interval for what the bridge has published. Devices that are offline there are not shown.
  private func watchBridge(_ settings: VerbSettings, _ screen: any WatchOutput) async {
    let registry = settings.registry
    var state = WatchState(registry)
    while !Task.isCancelled {
      do {
        let devices = try await BridgeClient.with(settings.configuration) {
          try await $0.devices(registry, ReadSelection())
        }
        let present = Set(devices.map(\.key))
        state.keep(present)
        screen.show(
          state.take(
            devices.flatMap { device in device.fields.map { (device.key, device.block, $0.definition, $0.value) } }))
      } catch {
        state = WatchState(registry)
        if !Task.isCancelled { screen.fail(Failure(error)?.description ?? "\(error)") }
      }
      try? await Task.sleep(for: interval)
    }
  }

  private func watch(_ connection: Gateway, _ settings: VerbSettings, _ screen: any WatchOutput) async {
    let registry = settings.registry
    let blocks = settings.blocks
    while !Task.isCancelled {
      var state = WatchState(registry)
      do {
        for try await changes in connection.changes(every: interval) {
          screen.show(state.take(changes.map { ($0.device, blocks[$0.device] ?? $0.device.name, $0.field, $0.value) }))
        }
      } catch {
        // Old values must not pass for new ones.
        if !Task.isCancelled { screen.fail(Failure(error)?.description ?? "\(error)") }
      }
      try? await Task.sleep(for: interval)
    }
  }
}

enum WatchFormat: String, ExpressibleByArgument, CaseIterable {
  case text, csv, json
}

/// The last values of the important fields.
struct WatchState {
  struct Row {
    let device: DeviceKey
    let values: [Value]
    let isChanged: Bool
  }

  struct Value {
    let field: FieldDefinition
    let value: FieldValue

    /// With its units.
    var text: String { field.text(value) + (field.shownUnits.map { " \($0)" } ?? "") }

    var isProblem: Bool {
      guard case .flags(let bits, let table) = value else { return false }
      return table.entries.contains { $0.isProblem && bits & (1 << UInt32($0.bit)) != 0 }
    }
  }

  /// What an owner looks for, by block and in the order in which it is shown; absent blocks have nothing of the kind.
  static let fields: [(block: String, fields: [String])] = [
    (
      "flexnet_dc",
      ["state_of_charge", "battery_voltage", "battery_current", "input_kw", "output_kw", "net_kw", "status_flags"]
    ),
    (
      "charge_controller",
      ["charger_state", "watts", "array_voltage", "battery_voltage", "battery_current", "todays_kwh"]
    ),
    ("fx_inverter", inverter),
    ("single_phase_radian_inverter", inverter),
    ("split_phase_radian_inverter", inverter),
    ("charge_controller_configuration", ["faults"]),
    ("system_control", ["ags_operational_state", "control_status"]),
  ]
  private static let inverter = [
    "inverter_operating_mode", "output_kw", "load_kw", "charge_kw", "buy_kw", "sell_kw", "battery_voltage",
    "ac_input_state", "error_flags", "warning_flags",
  ]

  private let registry: Registry
  private var blocks: [DeviceKey: String] = [:]
  private var values: [DeviceKey: [String: (FieldDefinition, FieldValue)]] = [:]

  init(_ registry: Registry) { self.registry = registry }

  /// Forgets devices that are not there any more.
  mutating func keep(_ present: Set<DeviceKey>) {
    blocks = blocks.filter { present.contains($0.key) }
    values = values.filter { present.contains($0.key) }
  }

  /// - Parameter readings: each with the block that the device is of: it may have a name of the user's own.
  mutating func take(
    _ readings: [(device: DeviceKey, block: String, field: FieldDefinition, value: FieldValue)]
  ) -> [Row] {
    var changed: Set<DeviceKey> = []
    for (device, name, field, value) in readings {
      guard let block = Self.fields.first(where: { $0.block == name }), block.fields.contains(field.name) else {
        continue
      }
      blocks[device] = block.block
      if let old = values[device]?[field.name], old.1 == value { continue }
      values[device, default: [:]][field.name] = (field, value)
      changed.insert(device)
    }
    return Self.fields.flatMap { block in
      blocks.filter { $0.value == block.block }.keys.sorted { $0.port < $1.port }.map { device in
        Row(device: device, values: shown(block.fields, of: device), isChanged: changed.contains(device))
      }
    }
  }

  private func shown(_ fields: [String], of device: DeviceKey) -> [Value] {
    fields.compactMap { name in
      guard let (field, value) = values[device]?[name], value.isPresent else { return nil }
      return Value(field: field, value: value)
    }
  }
}

private protocol WatchOutput: Sendable {
  func show(_ rows: [WatchState.Row])
  func fail(_ reason: String)
  func end()
}

/// A line for each device that has changed, for pipes and files.
private struct PlainLines: WatchOutput {
  let output: LineWriter

  func show(_ rows: [WatchState.Row]) {
    let time = Date().formatted(Date.ISO8601FormatStyle())
    for row in rows where row.isChanged {
      output.add("\(time) \(row.device) \(row.values.map { "\($0.field.name)=\($0.text)" }.joined(separator: ", "))\n")
    }
  }

  func fail(_ reason: String) { StandardError.write("mate3: \(reason)") }
  func end() {}
}

/// A line for each value of a device that has changed.
private struct CSVStream: WatchOutput {
  private let output: LineWriter

  init(_ output: LineWriter) {
    self.output = output
    output.add("time,device,port,field,value,units\n")
  }

  func show(_ rows: [WatchState.Row]) {
    let time = Date().formatted(Date.ISO8601FormatStyle())
    for row in rows where row.isChanged {
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
private struct JSONStream: WatchOutput {
  let output: LineWriter

  func show(_ rows: [WatchState.Row]) {
    let time = Date().formatted(Date.ISO8601FormatStyle())
    for row in rows where row.isChanged {
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

/// The whole terminal, drawn over at each reading.
private struct LiveScreen: WatchOutput {
  private let title: String
  private let style = TextStyle(isColored: Terminal.hasColor)
  private let output: LineWriter

  init(_ title: String, _ output: LineWriter) {
    self.title = title
    self.output = output
    // The alternate screen, without a cursor.
    output.add("\u{1B}[?1049h\u{1B}[?25l")
  }

  func show(_ rows: [WatchState.Row]) {
    let width = Terminal.width ?? 80
    var lines = [style.bold(title) + style.dim("  \(Date().formatted(date: .omitted, time: .standard))  Ctrl-C ends")]
    for row in rows {
      lines += ["", style.bold("\(row.device)")]
      var line = ""
      var used = 0
      for value in row.values {
        let plain = "\(value.field.name.replacing("_", with: " ")) \(value.text)"
        if used > 0, used + plain.count + 3 > width {
          lines.append(line)
          (line, used) = ("", 0)
        }
        line += (used == 0 ? "  " : "   ") + (value.isProblem ? style.alarm(plain) : plain)
        used += plain.count + 3
      }
      if used > 0 { lines.append(line) }
    }
    draw(lines)
  }

  func fail(_ reason: String) {
    draw([style.bold(title), "", style.alarm(Terminal.plain(reason)), "", "Trying again."])
  }

  func end() { output.add("\u{1B}[?25h\u{1B}[?1049l") }

  private func draw(_ lines: [String]) {
    let shown = lines.prefix(max(1, Terminal.height - 1))
    output.add("\u{1B}[H" + shown.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
  }
}
