import Foundation
import Registry
import Simulator
import TestSupport
import Testing

/// What is printed can be read by people, by a spreadsheet and by programs.
struct OutputFormatTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  @Test func readAndDevicesAsCSV() async throws {
    let file = CommandLine.file("home")
    let read = try await line.run(["mate3", "--from", file, "-f", "csv"])
    #expect(read.status == 0 && read.lines.first == "device,port,field,value,units,raw_value", "\(read.errors)")
    #expect(read.lines.contains("charge_controller_configuration,3,absorb_volts,57.6,V,576"))
    #expect(read.lines.contains { $0.hasPrefix("single_phase_radian_inverter,1,error_flags,none,,") })
    #expect(read.lines.allSatisfy { $0.contains("\"") || $0.filter { $0 == "," }.count == 5 })
    let devices = try await line.run(["mate3", "devices", "--from", file, "--format", "CSV"])
    #expect(devices.lines.first == "name,port,block,model,firmware,serial,identity,pin,address,length")
    #expect(
      devices.lines.contains { $0.hasPrefix("single_phase_radian_inverter,2,single_phase_radian_inverter,VFXR3048E,") })
  }

  /// What a device is does not depend on the way that is asked; how far it is known may.
  @Test(.enabled(if: MosquittoBroker.isInstalled)) func devicesAreTheSameThroughABridge() async throws {
    let file = CommandLine.file("home")
    let image = try RegisterImage.load(file: file, registry: .embedded())
    let system = try await RunningSystem.start(
      Dictionary(uniqueKeysWithValues: image.registers.map { ($0.address, $0.word) }))
    try await system.ready()
    func cells(_ place: [String]) async throws -> [[Substring]] {
      let run = try await line.run(["mate3", "devices", "--format", "csv"] + place)
      #expect(run.status == 0, "\(run.errors)")
      return run.lines.map { Array($0.split(separator: ",", omittingEmptySubsequences: false).prefix(6)) }
    }
    let through = try await cells(["--broker", "mqtt://127.0.0.1:\(system.broker.port)"])
    #expect(through.count > 10 && through.contains { $0[0] == "common" && $0[4] != "" })
    #expect(try await cells(["--from", file]) == through)
    try await system.stop()
  }

  /// On every way, and never seconds since 1970.
  @Test func timesAreDates() async throws {
    let moments = try Registry.embedded().blocks.flatMap { block in
      block.fields.filter(\.isMoment).map { "\(block.name).\($0.name)" }
    }
    #expect(
      moments == [
        "flexnet_dc.todays_minimum_battery_time", "flexnet_dc.todays_maximum_battery_time",
        "system_control.gen_last_run_start_time_gmt",
      ])
    let gateway = try await CommandLine.serve("home")
    // Low word first: 2026-01-31 07:15:00 UTC, and what a gateway gives that has never started a generator.
    let seconds = UInt32(1_769_843_700)
    let flexnet = try await line.run("mate3 devices -H 127.0.0.1:\(gateway.port) --format csv")
    let address = try #require(
      flexnet.lines.first { $0.hasPrefix("flexnet_dc,") }.flatMap {
        Int($0.split(separator: ",", omittingEmptySubsequences: false)[8])
      })
    let control = try #require(
      flexnet.lines.first { $0.hasPrefix("system_control,") }
        .flatMap { Int($0.split(separator: ",", omittingEmptySubsequences: false)[8]) })
    try gateway.apply(
      .set(address: address + 39, words: [UInt16(truncatingIfNeeded: seconds), UInt16(seconds >> 16)]))
    try gateway.apply(.set(address: control + 23, words: [UInt16(bitPattern: -7200), 0xFFFF]))
    let place = "mate3 -H 127.0.0.1:\(gateway.port) --device"
    let (lowest, last) = ("flexnet_dc --field todays_minimum_battery_time", "system_control --field gen_last_run*")
    let text = try await line.run("\(place) \(lowest)")
    #expect(text.output.contains("todays_minimum_battery_time  2026-01-31T07:15:00Z"), "\(text.output)\(text.errors)")
    #expect(try await line.run("\(place) \(last)").output.contains("gen_last_run_start_time_gmt  never"))
    let csv = try await line.run("\(place) \(lowest) --format csv")
    #expect(csv.output.contains("todays_minimum_battery_time,2026-01-31T07:15:00Z,,\(seconds)"), "\(csv.output)")
    let json = try PrintedDevice.list(try await line.run("\(place) \(lowest) --format json").output)
    #expect(json.first?.values["todays_minimum_battery_time"]?.value == .text("2026-01-31T07:15:00Z"))
    let never = try PrintedDevice.list(try await line.run("\(place) \(last) --format json").output)
    let start = try #require(never.first?.values["gen_last_run_start_time_gmt"])
    #expect(start.value == nil && start.rawValue == .number(-7200))
    await gateway.stop()
  }

  @Test func watchStreamsCSVAndJSON() async throws {
    let gateway = try await CommandLine.serve("home")
    for format in ["csv", "json"] {
      let watch = try ProcessRunner(
        ProcessRunner.product("mate3"),
        ["watch", "-H", "127.0.0.1:\(gateway.port)", "--interval", "1s", "--format", format])
      let isCSV = format == "csv"
      func holds(_ charge: Int) -> @Sendable (String) -> Bool {
        { $0.contains(isCSV ? ",flexnet_dc,5,state_of_charge,\(charge),%" : "\"state_of_charge\":\(charge),") }
      }
      try gateway.apply(.set(address: 41144 + 27, words: [70]))
      try await watch.line(where: holds(70))
      try gateway.apply(.set(address: 41144 + 27, words: [71]))
      try await watch.line(where: holds(71))
      watch.signal(SIGINT)
      #expect(try await watch.exitStatus() == 0)
      if isCSV {
        #expect(watch.outputLines.first == "time,device,port,field,value,units")
      } else {
        for line in watch.outputLines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
      }
    }
    await gateway.stop()
  }

  /// A device that the owner has named is watched like any other.
  @Test func watchShowsDevicesOfTheOwnersNames() async throws {
    let gateway = try await CommandLine.serve("home")
    try line.directory.write(
      "bridge.yaml",
      "gateway: {host: '127.0.0.1:\(gateway.port)'}\ndevices: [{block: flexnet_dc, port: 5, name: battery}]\n")
    let watch = try ProcessRunner(
      ProcessRunner.product("mate3"), ["watch", "--config", line.directory.path + "/bridge.yaml"])
    try await watch.line { $0.contains(" battery/5 state_of_charge=") }
    watch.signal(SIGTERM)
    try await watch.exitStatus()
    await gateway.stop()
  }

  @Test func aWriteTakesTwoLinesAndMoreOnlyWhenAsked() async throws {
    let gateway = try await CommandLine.serve("split_phase_radian")
    let words = "mate3_write -H 127.0.0.1:\(gateway.port) --set radian_inverter_configuration.aux_control="
    let short = try await line.run(words + "on")
    #expect(short.status == 0 && short.lines.count == 2, "\(short.output)")
    #expect(short.lines.first == "radian_inverter_configuration/1.aux_control=on: accepted; it is on now")
    #expect(!short.output.contains("evidence"))
    var long = try await line.run(words + "off --verbose")
    for _ in 0..<50 where long.output.contains("cap_interval") { long = try await line.run(words + "off -v") }
    #expect(long.output.contains("  written    0") && long.output.contains("  evidence   "), "\(long.output)")
    await gateway.stop()
  }
}
