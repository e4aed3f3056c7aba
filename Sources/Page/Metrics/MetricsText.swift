import Derived
import Foundation
import Mate3
import Registry

/// `/metrics`, in the text format 0.0.4 of Prometheus.
struct MetricsText {
  private struct Family {
    let type: String
    let help: String
    var samples: [String] = []
  }

  private var families: [String: Family] = [:]

  init(_ site: PageSite, _ counters: PageCounters) {
    add("mate3_build_info", "gauge", "The program.", [("version", site.version)], 1)
    addProcess(started: site.started)
    add("mate3_page_requests_total", "counter", "Requests over HTTP.", [], Double(counters.requests))
    for (reason, count) in [
      ("refused", counters.refusedRequests), ("no_room", counters.refusedConnections), ("too_slow", counters.timeouts),
    ] {
      add(
        "mate3_page_rejected_total", "counter", "Requests and connections that were not served.",
        [("reason", reason)], Double(count))
    }
    if let commands = site.commands {
      add(
        "mate3_page_wrong_tokens_total", "counter", "Commands over HTTP with a token that is not the token.", [],
        Double(commands.wrongTokens))
    }
    add("mate3_page_connections", "gauge", "Connections over HTTP.", [], Double(counters.connections))
    add("mate3_page_streams", "gauge", "Open pages.", [], Double(counters.streams))
    for gateway in site.gateways { add(gateway) }
  }

  var text: String {
    families.sorted { $0.key < $1.key }
      .map { name, family in
        """
        # HELP \(name) \(Self.escaped(family.help, quotes: false))
        # TYPE \(name) \(family.type)
        \(family.samples.joined(separator: "\n"))

        """
      }.joined()
  }

  // MARK: A gateway

  private mutating func add(_ gateway: PageGateway) {
    let now = gateway.model.now
    let own = [("gateway", gateway.base)]
    add(
      "mate3_gateway_up", "gauge", "Whether the gateway was read just now.", own,
      gateway.isFresh(now) ? 1 : 0)
    add("mate3_broker_up", "gauge", "Whether there is a connection to the broker.", own, now.isBrokerConnected ? 1 : 0)
    if let age = now.age() {
      add(
        "mate3_last_read_timestamp_seconds", "gauge", "When the gateway was last read.", own,
        (Date() - age).timeIntervalSince1970)
    }
    addDocuments(now, own)
    for device in now.devices {
      let values = now.values[device] ?? [:]
      guard values["availability"] != nil else { continue }
      let isOnline = now.isOnline(device)
      let labels = own + [("port", "\(device.port)"), ("name", device.name)]
      add("mate3_device_up", "gauge", "Whether the device's readings are fresh.", labels, isOnline ? 1 : 0)
      guard isOnline else { continue }
      if device == HouseTotals.device {
        for field in DerivedField.all { add(MetricName(field), values[field.name], labels: own) }
      } else if let block = now.blocks[device].flatMap({ gateway.model.registry.block(named: $0) }) {
        // Settings would be hundreds of samples that hardly change.
        for field in block.fields where !field.access.isWritable && field.interval == .live {
          if let name = MetricName(field, of: block) { add(name, values[field.name], labels: labels) }
        }
      }
    }
  }

  /// What the bridge says of itself, as far as it is numbers.
  private struct Info: Decodable {
    struct Gateway: Decodable {
      let counters: [String: Int]
      let clockDrift: Int?

      enum CodingKeys: String, CodingKey {
        case counters
        case clockDrift = "clock_drift"
      }
    }
    let gateway: Gateway
    let dropped: Int

    enum CodingKeys: String, CodingKey {
      case gateway
      case dropped = "dropped_messages"
    }
  }

  private struct Alert: Decodable {
    let kind: String
  }

  private struct Device: Decodable {
    let name: String
    let port: Int
    let model: String?
    let serial: String?
    let firmware: String?
    let grade: String?
    let trusted: Bool
  }

  private mutating func addDocuments(_ now: PageModel.Snapshot, _ own: [(String, String)]) {
    func read<Value: Decodable>(_ name: String, _ type: Value.Type) -> Value? {
      // Our own JSON; what could not be read would only be missing here.
      now.documents[name].flatMap { try? JSONDecoder().decode(type, from: Data($0.utf8)) }
    }
    if let info = read("info", Info.self) {
      for (name, count) in info.gateway.counters {
        add(
          "mate3_modbus_\(name)_total", "counter", "What was done at the gateway, as of the last bridge/info.", own,
          Double(count))
      }
      if let drift = info.gateway.clockDrift {
        add("mate3_gateway_clock_ahead_seconds", "gauge", "How far the gateway's clock is ahead.", own, Double(drift))
      }
      add(
        "mate3_mqtt_dropped_total", "counter", "Answers and events that the broker did not take.", own,
        Double(info.dropped))
    }
    for (kind, alerts) in Dictionary(grouping: read("alerts", [Alert].self) ?? [], by: \.kind) {
      add("mate3_alerts", "gauge", "Alerts that stand.", own + [("kind", kind)], Double(alerts.count))
    }
    for device in read("devices", [Device].self) ?? [] {
      let labels = own + [("port", "\(device.port)"), ("name", device.name)]
      add(
        "mate3_device_info", "gauge", "What a device is.",
        labels + [
          ("model", device.model ?? ""), ("serial", device.serial ?? ""), ("firmware", device.firmware ?? ""),
        ], 1)
      add(
        "mate3_device_trusted", "gauge", "Whether the device is the one that may be written to.",
        labels + [("grade", device.grade ?? "")], device.trusted ? 1 : 0)
    }
    add(
      "mate3_command_duration_seconds", "How long answers to commands took, from arrival.", own, now.commandDurations)
    for (result, count) in now.answered {
      add(
        "mate3_commands_total", "counter", "Commands by what became of them.",
        own + [("status", result.status), ("code", result.code)], Double(count))
    }
  }

  private mutating func add(_ name: MetricName, _ text: String?, labels: [(String, String)]) {
    guard let text, text != "None" else { return }
    switch name.kind {
    case .gauge, .counter:
      guard let number = Double(text), number.isFinite else { return }
      add(name.name, name.kind == .counter ? "counter" : "gauge", name.help, labels, number * name.factor)
    case .states(let states):
      let held: Set<String>
      if text.hasPrefix("[") {
        held = Set((try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? [])
      } else {
        held = [text]
      }
      for state in states {
        add(name.name, "gauge", name.help, labels + [("state", state)], held.contains(state) ? 1 : 0)
      }
    }
  }

  // MARK: The process

  private mutating func addProcess(started: Date) {
    add(
      "process_start_time_seconds", "gauge", "When the program was started.", [], started.timeIntervalSince1970)
    var usage = rusage()
    if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
      func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
      add(
        "process_cpu_seconds_total", "counter", "Processor time of the program.", [],
        seconds(usage.ru_utime) + seconds(usage.ru_stime))
    }
    // proc(5): the second number is the resident pages.
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
      .dropFirst().first.flatMap { Double($0) }
    if let pages {
      add(
        "process_resident_memory_bytes", "gauge", "Memory of the program.", [],
        pages * Double(sysconf(Int32(_SC_PAGESIZE))))
    }
    if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
      add("process_open_fds", "gauge", "Open files and connections of the program.", [], Double(open))
    }
  }

  // MARK: -

  private mutating func add(
    _ name: String, _ type: String, _ help: String, _ labels: [(String, String)], _ value: Double,
    suffix: String = ""
  ) {
    let inner = labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }.joined(separator: ",")
    families[name, default: Family(type: type, help: help)].samples
      .append("\(name)\(suffix)\(inner.isEmpty ? "" : "{\(inner)}") \(Self.number(value))")
  }

  private mutating func add(
    _ name: String, _ help: String, _ labels: [(String, String)], _ histogram: DurationHistogram
  ) {
    func line(_ suffix: String, _ more: [(String, String)], _ value: Double) {
      add(name, "histogram", help, labels + more, value, suffix: suffix)
    }
    let bounds = DurationHistogram.bounds.map(Self.number) + ["+Inf"]
    for (bound, count) in zip(bounds, histogram.counts) { line("_bucket", [("le", bound)], Double(count)) }
    line("_sum", [], histogram.sum)
    line("_count", [], Double(histogram.count))
  }

  /// Without the noise of a product of two binary fractions.
  private static func number(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
    let rounded = (value * 1e6).rounded() / 1e6
    return "\(rounded)"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    let text = text.replacing(scalar: "\\", with: "\\\\").replacing(scalar: "\n", with: "\\n")
    return quotes ? text.replacing(scalar: "\"", with: "\\\"") : text
  }
}
