import Derived
import Foundation
import Mate3
import Registry
import TestSupport
import Testing
import Topics

@testable import Page

@Suite struct MetricsTests {
  /// An interface: dashboards and rules go by these names.
  @Test(arguments: [
    ("charge_controller", "watts", "mate3_charge_controller_watts", 1.0),
    ("charge_controller", "todays_kwh", "mate3_charge_controller_todays_joules_total", 3_600_000),
    ("charge_controller", "charger_state", "mate3_charge_controller_charger_state", 1),
    ("charge_controller", "temp_output_fets", "mate3_charge_controller_temp_output_fets_celsius", 1),
    ("flexnet_dc", "battery_voltage", "mate3_flexnet_dc_battery_voltage_volts", 1),
    ("flexnet_dc", "net_kw", "mate3_flexnet_dc_net_watts", 1000),
    ("flexnet_dc", "state_of_charge", "mate3_flexnet_dc_state_of_charge_ratio", 0.01),
    ("flexnet_dc", "days_since_charge_parameters_met", "mate3_flexnet_dc_since_charge_parameters_met_seconds", 86400),
    ("flexnet_dc", "shunt_b_current", "mate3_flexnet_dc_shuntb_current_amperes", 1),
    ("single_phase_radian_inverter", "load_kw", "mate3_single_phase_radian_inverter_load_watts", 1000),
  ])
  func namesStay(_ block: String, _ field: String, _ name: String, _ factor: Double) throws {
    let block = try #require(try Registry.embedded().block(named: block))
    let definition = try #require(block.field(field))
    let metric = try #require(MetricName(definition, of: block))
    #expect(metric.name == name)
    #expect(metric.factor == factor)
  }

  @Test func theHouseHasNamesToo() throws {
    #expect(DerivedField.named("solar_power").map(MetricName.init)?.name == "mate3_house_solar_power_watts")
    let energy = try #require(DerivedField.named("solar_energy_today").map(MetricName.init))
    #expect(energy.name == "mate3_house_solar_energy_today_joules_total")
    #expect(energy.kind == .counter)
  }

  @Test func noTwoFieldsShareAName() throws {
    var names: [String: String] = [:]
    for block in try Registry.embedded().blocks {
      for field in block.fields {
        guard let metric = MetricName(field, of: block) else { continue }
        #expect(names.updateValue(field.name, forKey: metric.name) == nil, "\(metric.name) \(field.name)")
        #expect(metric.name.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789_".contains($0) }, "\(metric.name)")
      }
    }
    #expect(names.count > 500)
  }

  private func text(_ changes: [StateChange] = []) throws -> String {
    let model = PageModel(registry: try Registry.embedded())
    PageFixture.fill(model)
    model.apply(changes)
    let site = PageSite(
      version: "1.2.3",
      gateways: [PageGateway(base: "mate3", title: nil, model: model, historyFolder: nil, freshFor: 5)],
      isLive: { true })
    return MetricsText(site, PageCounters()).text
  }

  @Test func samplesAreInBaseUnits() throws {
    let text = try text()
    let labels = "{gateway=\"mate3\",port=\"3\",name=\"charge_controller\""
    #expect(text.contains("\nmate3_charge_controller_watts\(labels)} 1100\n"))
    #expect(text.contains("\nmate3_charge_controller_todays_joules_total\(labels)} 23760000\n"))
    #expect(text.contains("\nmate3_charge_controller_charger_state\(labels),state=\"absorb\"} 1\n"))
    #expect(text.contains("\nmate3_charge_controller_charger_state\(labels),state=\"bulk\"} 0\n"))
    #expect(text.contains("\nmate3_house_state_of_charge_ratio{gateway=\"mate3\"} 0.94\n"))
    #expect(text.contains("\nmate3_device_up\(labels)} 1\n"))
  }

  /// An old value would look like a healthy one.
  @Test func aDeviceThatIsOfflineHasNoSamples() throws {
    let text = try text([.topic(PageFixture.controller, name: "availability", payload: "offline")])
    #expect(!text.contains("mate3_charge_controller_watts{"))
    #expect(text.contains("\nmate3_device_up{gateway=\"mate3\",port=\"3\",name=\"charge_controller\"} 0\n"))
  }

  @Test func noTextOfADeviceBreaksALine() throws {
    let devices = """
      [{"name":"charge_controller","port":3,"block":"charge_controller","id":64111,"address":1,"length":2,\
      "trusted":true,"model":"a\\"b\\\\c\\nmate3_gateway_up 1"}]
      """
    let text = try text([.topic(nil, name: "devices", payload: devices)])
    #expect(text.contains(#"model="a\"b\\c\nmate3_gateway_up 1""#))
  }

  /// What a reader of the text takes for a quote or a line's end is escaped, whatever a person takes for one character.
  @Test(arguments: [
    ("a\\r\\nb", "a\r\\nb"), ("a\\\"\u{301}b", "a\\\"\u{301}b"), ("a\\\\\u{301}b", "a\\\\\u{301}b"),
  ])
  func escapingGoesByScalar(_ json: String, _ label: String) throws {
    let devices = """
      [{"name":"charge_controller","port":3,"block":"charge_controller","trusted":true,"model":"\(json)"}]
      """
    let text = try text([.topic(nil, name: "devices", payload: devices)])
    let found = text.unicodeScalars.split(separator: "\n").map(String.init).filter { $0.contains("device_info{") }
    #expect(found.count == 1)
    #expect(found.first?.utf8.firstRange(of: Array("model=\"\(label)\",".utf8)) != nil, "\(found)")
    #expect(HTML.escaped("<\u{301}&\u{301}\"\u{301}").unicodeScalars.allSatisfy { !"<\"".unicodeScalars.contains($0) })
  }

  @Test func commandsAreCountedByTheirDuration() throws {
    let text = try text(
      [("00.000", "00.100"), ("00.000", "00.300"), ("00.000", "45.000"), ("00.100", "00.000")].map { begin, end in
        .result(
          Array(
            """
            {"status":"accepted","code":"ok","reason":"","received_at":"2026-03-04T05:06:\(begin)Z",\
            "finished_at":"2026-03-04T05:06:\(end)Z"}
            """.utf8))
      })
    let name = "\nmate3_command_duration_seconds"
    for (bound, count) in [("0.05", 0), ("0.1", 1), ("0.25", 1), ("0.5", 2), ("30", 2), ("+Inf", 3)] {
      #expect(text.contains("\(name)_bucket{gateway=\"mate3\",le=\"\(bound)\"} \(count)\n"), "\(bound)")
    }
    #expect(text.contains("\(name)_sum{gateway=\"mate3\"} 45.4\n"))
    #expect(text.contains("\(name)_count{gateway=\"mate3\"} 3\n"))
  }

  /// Where promtool is: Debian's package prometheus.
  @Test func promtoolFindsNothing() async throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool") else {
      print("skipped: there is no promtool")
      return
    }
    let directory = try TemporaryDirectory()
    let file = directory.path + "/metrics"
    try text().write(toFile: file, atomically: true, encoding: .utf8)
    let process = try ProcessRunner(
      URL(filePath: "/bin/bash"), ["-c", "exec promtool check metrics < \"$1\"", "bash", file])
    #expect(try await process.exitStatus() == 0)
  }
}
