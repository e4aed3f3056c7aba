import Foundation
import Mate3
import TestSupport
import Testing

@testable import CommandLineTool

/// What a newcomer sees first.
@Suite(.enabled(if: MosquittoBroker.isInstalled), .timeLimit(.minutes(2))) struct DemoTests {
  private static let demo = ProcessRunner.packageDirectory.appending(path: "examples/demo/demo")

  private func run(_ executable: URL, _ arguments: [String]) async throws -> ProcessRunner {
    try ProcessRunner(
      executable, arguments, environment: ["DEMO_SECONDS": "2", "TERM": "xterm", "COLUMNS": "80", "LINES": "40"])
  }

  @Test func withoutATerminalItPrintsLines() async throws {
    let program = try ProcessRunner.product("mate3").path(percentEncoded: false)
    let demo = try await run(Self.demo, [program])
    #expect(try await demo.exitStatus(within: .seconds(60)) == 0, "\(demo.errorLines)")
    let text = demo.outputLines.joined(separator: "\n")
    #expect(text.contains("/charge_controller/3/watts  "))
    #expect(text.contains("\"status\":\"accepted\"") || text.contains("\"status\":\"unchanged\""))
    #expect(!text.contains("\u{1B}"))
  }

  /// The house with its numbers, the devices, what became of the command, and what to try.
  @Test func onATerminalItIsAScreen() async throws {
    let program = try ProcessRunner.product("mate3").path(percentEncoded: false)
    let words = "stty rows 40 cols 100; '\(Self.demo.path(percentEncoded: false))' '\(program)'"
    let demo = try await run(URL(filePath: "/usr/bin/script"), ["-q", "-e", "-c", words, "/dev/null"])
    #expect(try await demo.exitStatus(within: .seconds(60)) == 0, "\(demo.outputLines.suffix(5))")
    let text = demo.outputLines.joined(separator: "\n")
    for part in ["sun", "──┐", "┼──▶── house", "battery", " %", "charge_controller/3", "mosquitto_sub -p"] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(text.contains("last command: radian_inverter_configuration/1/aux_control = on was "))
    // The screen as it was before comes back.
    #expect(text.contains("\u{1B}[?1049h") && text.contains("\u{1B}[?1049l"))
  }

  @Test(arguments: [
    (
      ["solar_power": "1840", "load_power": "1120", "battery_power": "640", "state_of_charge": "78"],
      [
        "  sun           1840 W ──▶──┬──▶── house 1120 W", "  battery        640 W ──◀──┘  ████████████████░░░░ 78 %",
      ]
    ),
    (
      [
        "solar_power": "0", "grid_import_power": "0", "grid_export_power": "300", "generator_power": "2000",
        "load_power": "900", "battery_power": "-12.4", "solar_energy_today": "6.2",
      ],
      [
        "  sun              0 W ─────┐                   sun today 6.2 kWh",
        "  grid           300 W ──◀──┤",
        "  generator     2000 W ──▶──┼──▶── house 900 W",
        "  battery         12 W ──▶──┘",
      ]
    ),
    (
      ["solar_power": "None", "load_power": "700", "battery_power": "None"],
      ["  battery                      ───▶── house 700 W"]
    ),
    (["solar_power": "None"], []),
    (["solar_power": "nan", "load_power": "1e300", "battery_power": "inf", "state_of_charge": "-inf"], []),
    ([:], []),
  ])
  func thePictureShowsTheWayOfPower(house: [String: String], expected: [String]) {
    let lines = PowerPicture(house).lines(width: 80, TextStyle(isColored: false)).map {
      String($0.reversed().drop { $0 == " " }.reversed())
    }
    #expect(lines == expected)
  }

  /// In a window of 80 × 24 what is wrong, the house and the last command are there, whatever there is of devices.
  @Test func theDevicesGiveWay() {
    let frame = WatchFrame(
      rows: (1...3).map {
        WatchState.Row(device: DeviceKey(name: "charge_controller", port: $0), values: [], isChanged: true)
      }, house: ["solar_power": "1", "load_power": "2"], alerts: ["the gateway does not answer"],
      command: "x = on was accepted: written")
    let lines = LiveScreen.lines(
      frame, head: "head", hints: ["try"], width: 20, height: 10, TextStyle(isColored: false))
    #expect(lines.count <= 10)
    #expect(lines.contains("… a higher window shows more"))
    #expect(lines[1] == "! the gateway does …")
    #expect(lines.contains { $0.hasPrefix("last command: x") } && lines.last == "try")
  }
}
