import Foundation
import Simulator
import TestSupport
import Testing

@testable import CommandLineTool

/// What stops somebody who comes to the program new.
@Suite struct FirstStepsTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  private func write(_ text: String, _ name: String, mode: Int = 0o600) throws {
    let file = line.directory.url.appending(path: name)
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: file.path(percentEncoded: false))
  }

  private func run(_ words: String, _ environment: [String: String] = [:]) async throws -> CommandLine.Run {
    try await line.run(words.split(separator: " ").map(String.init), environment: environment)
  }

  @Test func thePackageSaysWhatItIsMadeWith() async throws {
    let script = ProcessRunner.packageDirectory.appending(path: "packaging/deb").path(percentEncoded: false)
    let build = try ProcessRunner(
      URL(filePath: "/bin/bash"), [script], environment: ["PATH": "/nonexistent"], directory: line.directory.url)
    #expect(try await build.exitStatus() == 1)
    #expect(build.errorLines.contains { $0.contains("apt install help2man dpkg-dev binutils") }, "\(build.errorLines)")
  }

  // MARK: Trust without a bridge

  /// Another gateway at the same address: the refusal, the list of devices and `trust --all` tell of the same, and what
  /// they say helps.
  @Test func anotherGatewayIsTrustedAsTheRefusalSays() async throws {
    let state = "--state-dir \(line.directory.path)/state"
    let home = try String(contentsOfFile: CommandLine.file("home"), encoding: .utf8)
    try write(
      home.replacingOccurrences(of: "SIM20250614", with: "SIM-OTHER").replacingOccurrences(
        of: "00-00-5E-00-53-01", with: "00-00-5E-00-53-02"), "other.yaml")
    let write = "radian_inverter_configuration/1.aux_control"
    let first = try await CommandLine.serve("home")
    let begin = try await run("mate3 write -H 127.0.0.1:\(first.port) \(state) --set \(write)=on")
    #expect(begin.status == 0, "\(begin.errors)")
    await first.stop()
    let second = try await SimulatedGateway.start(file: "\(line.directory.path)/other.yaml", isAnimated: false)
    let gateway = "-H 127.0.0.1:\(second.port) \(state)"
    let refused = try await run("mate3 write \(gateway) --set \(write)=off")
    #expect(refused.status == 7, "\(refused.errors)")
    #expect((refused.output + refused.errors).contains("mate3 trust --all"), "\(refused.output)\(refused.errors)")
    let devices = try await run("mate3 devices \(gateway)")
    #expect(devices.lines.contains { $0.hasPrefix("common/0: ") && $0.contains("SIM-OTHER") }, "\(devices.output)")
    let trust = try await run("mate3 trust --all --yes \(state)")
    #expect(trust.output.contains("common/0") && trust.output.contains("gateway/0"), "\(trust.output)\(trust.errors)")
    let again = try await run("mate3 write \(gateway) --set \(write)=off")
    #expect(again.status == 0, "\(again.output)\(again.errors)")
    await second.stop()
  }

  /// What is gone for good stands in the way of what acts on all devices until it is forgotten.
  @Test func whatIsGoneIsForgottenAsTheRefusalSays() async throws {
    let house = try await CommandLine.serve("home")
    let gateway = "-H 127.0.0.1:\(house.port) --state-dir \(line.directory.path)/state"
    let write = "mate3 write \(gateway) --set system_control.set_ags_op_mode=on"
    let begin = try await run("mate3 write \(gateway) --set radian_inverter_configuration/1.aux_control=on")
    #expect(begin.status == 0, "\(begin.output)\(begin.errors)")
    let nothing = try await run("mate3 forget \(gateway)")
    #expect(nothing.status == 0 && nothing.output == "every pinned device is there\n", "\(nothing.errors)")
    for id in [64112, 64111] { try house.apply(.dropBlock(id: id, port: 4)) }
    let refused = try await run(write)
    #expect((refused.output + refused.errors).contains("mate3 forget"), "\(refused.output)\(refused.errors)")
    let unasked = try await run("mate3 forget \(gateway)")
    #expect(unasked.status == 7 && unasked.output.contains("charge_controller/4"), "\(unasked.output)\(unasked.errors)")
    let forgotten = try await run("mate3 forget --yes \(gateway)")
    #expect(forgotten.status == 0 && forgotten.output.contains("forgotten: "), "\(forgotten.errors)")
    let again = try await run(write)
    #expect(again.status == 0, "\(again.output)\(again.errors)")
    await house.stop()
  }

  // MARK: Settings

  @Test(arguments: ["192.0.2.7:1502", "[2001:db8::7]:1502"])
  func thePortStandsBehindTheHostInTheEnvironmentToo(host: String) async throws {
    let check = try await run("mate3 bridge --check --broker mqtt://127.0.0.1", ["MATE3_GATEWAY_HOST": host])
    #expect(check.status == 0, "\(check.errors)")
    let twice = try await run(
      "mate3 bridge --check --broker mqtt://127.0.0.1", ["MATE3_GATEWAY_HOST": host, "MATE3_GATEWAY_PORT": "502"])
    #expect(twice.status == 78 && twice.errors.contains("the gateway's port is given twice"), "\(twice.errors)")
  }

  @Test func theOtherVerbsFlagsAndPlainHostsWillDo() async throws {
    for words in ["-H 192.0.2.7 --broker 192.0.2.8 --log-level DEBUG", "-H=192.0.2.7 -p 1502 --broker me@b:1883"] {
      let check = try await run("mate3 bridge --check \(words)")
      #expect(check.status == 0, "\(check.errors)")
    }
  }

  @Test(arguments: [
    ("setpoint", true), ("operational,setpoint", false), ("operational", false), ("[]", false),
  ])
  func whatIsNotSwitchedAnyMoreIsSaid(classes: String, isTold: Bool) async throws {
    let check = try await run("mate3 bridge --check --host 192.0.2.7 --broker mqtt://127.0.0.1 --allow \(classes)")
    #expect(check.status == 0)
    #expect(check.errors.contains("operational is not allowed") == isTold, "\(check.errors)")
  }

  @Test func mistakesComeInTheOrderOfTheLines() async throws {
    try write(
      """
      intervals: {live: 5 s}
      gateway:
        host: 192.0.2.7
        port: abc
      comands: {}
      broker: {url: mqtt://192.0.2.8}

      """, "bad.yaml")
    let check = try await run("mate3 bridge --check --config bad.yaml")
    let places = check.errors.split(separator: "\n").map { $0.prefix { $0 != " " } }
    #expect(places == ["bad.yaml:1:19:", "bad.yaml:4:9:", "bad.yaml:5:1:"], "\(check.errors)")
  }

  @Test func secretsThatEverybodyCanReadAreSaid() async throws {
    let folder = "/tmp/mate3-secrets-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (mode, isTold) in [(0o644, true), (0o640, false)] {
      for name in ["broker", "page", "postgres"] {
        _ = FileManager.default.createFile(
          atPath: "\(folder)/\(name)", contents: Data("0123456789abcdefghij\n".utf8),
          attributes: [.posixPermissions: mode])
      }
      let check = try await run(
        """
        mate3 bridge --check --host 192.0.2.7 --broker mqtt://user@127.0.0.1 --broker-password-file \(folder)/broker \
        --page-listen 127.0.0.1:0 --page-commands true --page-token-file \(folder)/page \
        --history-postgres postgres://mate3@db/solar --history-postgres-password-file \(folder)/postgres
        """)
      #expect(check.status == 0, "\(check.errors)")
      for setting in ["broker.password_file", "page.token_file", "history.postgres_password_file"] {
        #expect(check.errors.contains("\(setting) names a file that everybody on this machine can read") == isTold)
      }
      for name in ["broker", "page", "postgres"] { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
    }
  }

  // MARK: Reading

  @Test(arguments: [
    ("--field wats", "did you mean watts?"), ("--field nothing_like_it", "no device has a field nothing_like_it"),
  ])
  func aFieldIsLookedForOnAllDevices(words: String, mention: String) async throws {
    let read = try await run("mate3 read --from \(CommandLine.file("home")) \(words)")
    #expect(read.status == 6)
    #expect(read.errors.contains(mention) && !read.errors.contains("common has"), "\(read.errors)")
  }

  /// By the JSON of its topic, all of it or nothing.
  @Test func aScheduleIsWrittenAsOne() async throws {
    let gateway = try await CommandLine.serve("home")
    func write(_ schedule: String, _ words: String...) async throws -> CommandLine.Run {
      try await line.run(
        ["mate3", "write", "-H", "127.0.0.1:\(gateway.port)"] + words + [
          "--set", "gateway.grid_use_schedule=\(schedule)",
        ])
    }
    let evening = #"{"2": {"enabled": true, "weekday": "18:00-21:00"}}"#
    let closed = try await write(evening)
    #expect(closed.status == 7 && closed.errors.contains("--allow setpoint"), "\(closed.errors)")
    let rehearsal = try await write(evening, "--allow", "setpoint", "--dry-run")
    #expect(rehearsal.status == 0 && rehearsal.output.contains("dry run"), "\(rehearsal.output)\(rehearsal.errors)")
    let overlap = try await write(
      #"{"1": {"enabled": true, "weekday": "20:00-22:00"}, "2": {"enabled": true, "weekday": "18:00-21:00"}}"#,
      "--allow", "setpoint")
    #expect(overlap.status == 7 && overlap.errors.contains("grid use intervals 1 and 2 overlap"), "\(overlap.errors)")
    for (schedule, mistake) in [
      ("off", "takes JSON"), ("{}", "changes nothing"), (#"{"2": {"weekdays": "1"}}"#, "has no ‘weekdays’"),
      (#"{"value": {"2": {"enabled": true}}, "dry_run": true}"#, "add --dry-run"),
    ] {
      let run = try await write(schedule, "--allow", "setpoint")
      #expect(run.status == 64 && run.errors.contains(mistake), "\(run.errors)")
    }
    #expect(gateway.counters.writes == 0)
    let good = try await write(evening, "--allow", "setpoint")
    #expect(good.status == 0, "\(good.output)\(good.errors)")
    let read = try await run(
      "mate3 read -H 127.0.0.1:\(gateway.port) --format csv --device gateway --field grid_use_interval_2_mode "
        + "--field grid_use_interval_2_weekday_start_hour --field grid_use_interval_2_weekday_stop_hour")
    for value in ["enabled", "18", "21"] { #expect(read.output.contains(value), "\(read.output)") }
    // The gateway refuses the first one: its mode stays as it is, and that is said.
    try gateway.apply(.refuseInside(bits: 1, .standing))
    let half = try await write(
      #"{"3": {"enabled": true, "weekday": "01:00-02:00"}}"#, "--allow", "setpoint")
    #expect(half.status == 8 && half.errors.contains("not written after it: "), "\(half.output)\(half.errors)")
    await gateway.stop()
  }

  /// The names of other places: the house's, a bridge's, the Python program's.
  @Test(arguments: [
    ("read --device house", "mate3 watch --broker shows them"),
    ("read --field solar_power", "it is house.solar_power"),
    ("write --dry-run --set house.load_power=1", "mate3 watch --broker shows them"),
    ("read --field grid_use_schedule", "BASE/gateway/0/grid_use_schedule"),
  ])
  func whatNoGatewayHasIsSaid(words: String, mention: String) async throws {
    let run = try await run("mate3 \(words) --from \(CommandLine.file("home"))")
    #expect(run.status == 6 && run.errors.contains(mention), "\(run.errors)")
  }

  @Test(arguments: [
    ("--device fndc --field state_of_charge", ["flexnet_dc"]),
    ("--device charge_controllers[3] --field watts", ["charge_controller"]),
    ("--device charge_controllers[3].config --field absorb_volts", ["charge_controller_configuration"]),
    ("--field grid_use_interval_1_weekday_start_time", ["gateway"]), ("--field state_of_charge", ["flexnet_dc"]),
  ])
  func whatIsReadIsTheDevicesThatHaveIt(words: String, devices: [String]) async throws {
    let read = try await run("mate3 read --from \(CommandLine.file("home")) \(words)")
    let heads = read.lines.filter { !$0.hasPrefix(" ") }.map { String($0.prefix { $0 != "/" && $0 != " " }) }
    #expect(read.status == 0 && heads == devices, "\(read.output)\(read.errors)")
  }

  @Test(arguments: [
    ("read -H 192.0.2.7 --cache-path system.json", "Give --host or --cache-path, not both"),
    ("dump --broker mqtt://192.0.2.8 system.json", "stop the bridge, dump with --host"),
  ])
  func whatDoesNotGoTogetherIsSaid(words: String, mention: String) async throws {
    let run = try await run("mate3 \(words)")
    #expect(run.status == 64 && run.errors.contains(mention), "\(run.errors)")
  }

  @Test func whoNamesNoGatewayHearsOfTheBridgeToo() async throws {
    let read = try await run("mate3 devices")
    #expect(read.status == 64)
    #expect(read.errors.contains("--broker"), "\(read.errors)")
  }

  @Test(arguments: [
    "mate3 read --broker mqtt://127.0.0.1 --from system.json", "mate3 devices --broker mqtt://127.0.0.1 -H 192.0.2.7",
    "mate3 settings save --broker mqtt://127.0.0.1 --from system.json x.yaml",
    "mate3 write --broker mqtt://127.0.0.1 -H 192.0.2.7 --set radian_inverter_configuration.aux_control=on",
    "mate3 watch --broker mqtt://127.0.0.1 -H 192.0.2.7",
    "mate3 battery check --broker mqtt://127.0.0.1 --from system.json --config bridge.yaml",
  ])
  func oneSourceAtATime(words: String) async throws {
    let run = try await run(words)
    #expect(run.status == 64)
    #expect(run.errors.contains("--broker asks the bridge, and"), "\(run.errors)")
  }

  @Test func aFileThatIsNotThereIsCalledThat() async throws {
    for words in ["mate3 --from nothing.json", "mate3 simulate --from nothing.yaml --port 0"] {
      let run = try await run(words)
      #expect(run.status == 66 && run.errors.contains("there is none of this name"), "\(run.errors)")
    }
  }

  // MARK: The past

  @Test func severalGatewaysAreNamedWithTheirBases() async throws {
    try write(
      """
      gateways:
        - {host: 192.0.2.7, base: mate3/house}
        - {name: Barn, host: 192.0.2.7, port: 1502, base: mate3/barn}
      broker: {url: mqtt://192.0.2.8}

      """, "multi.yaml")
    for words in ["history", "history energy"] {
      let run = try await run("mate3 \(words) --config multi.yaml")
      #expect(run.status == 64)
      #expect(
        run.errors.contains("192.0.2.7:502 (mate3/house), 192.0.2.7:1502 (mate3/barn); say which with --base")
          && !run.errors.contains("--host"), "\(run.errors)")
    }
    let read = try await run("mate3 read --config multi.yaml")
    #expect(read.errors.contains("say which with --host"), "\(read.errors)")
  }

  @Test func theBaseChoosesAmongTheFoldersOfAStateDirectory() async throws {
    let folder = line.directory.path + "/several"
    try FileManager.default.createDirectory(atPath: folder + "/mate3.barn", withIntermediateDirectories: true)
    let barn = try await run("mate3 history energy --state-dir \(folder) --base mate3/barn")
    #expect(barn.errors.contains("\(folder)/mate3.barn"), "\(barn.errors)")
    let other = try await run("mate3 history energy --state-dir \(folder) --base mate3/shed")
    #expect(other.status == 64 && other.errors.contains("mate3.barn"), "\(other.errors)")
  }

  @Test(arguments: [
    ("Europe/Berln", true), ("Europe/Berlin", false), ("CET-1CEST,M3.5.0,M10.5.0/3", false), ("", false),
  ])
  func aTimeZoneThatThereIsNotIsSaid(zone: String, isTold: Bool) async throws {
    let run = try await run("mate3 history energy --state-dir \(line.directory.path)", ["TZ": zone])
    #expect(run.errors.contains("TZ is ‘\(zone)’, which is no time zone here") == isTold, "\(run.errors)")
  }

  // MARK: Files

  @Test(arguments: ["dump", "settings save"]) func aFileThatIsThereIsLeftAsItIs(verb: String) async throws {
    try write("mine\n", "there")
    let from = CommandLine.file("home")
    let refused = try await run("mate3 \(verb) --from \(from) there")
    let file = line.directory.url.appending(path: "there")
    #expect(refused.status == 66 && refused.errors.contains("--force"), "\(refused.errors)")
    #expect(try String(contentsOf: file, encoding: .utf8) == "mine\n")
    #expect(try await run("mate3 \(verb) --from \(from) there --force").status == 0)
    #expect(try String(contentsOf: file, encoding: .utf8) != "mine\n")
    for path in ["nowhere/x", "."] {
      let run = try await run("mate3 \(verb) --from \(from) \(path) --force")
      #expect(run.status == 66, "\(run.errors)")
      #expect(run.errors.contains(path == "." ? "Is a directory" : "No such file or directory"), "\(run.errors)")
    }
  }

  @Test(arguments: [
    ("bridge --check --config /dev/null/x", 78), ("read --registry /dev/null/x --from x.yaml", 66),
    ("trust --state-dir /dev/null/x --all", 66), ("registry lint --registry /dev/null", 1),
    ("registry generate -o /dev/null/x", 66),
  ])
  func whatTheSystemSaysIsPassedOn(words: String, status: Int32) async throws {
    let run = try await run("mate3 \(words)")
    #expect(run.status == status)
    #expect(run.errors.contains("Not a directory") && !run.errors.contains("operation could not"), "\(run.errors)")
  }

  @Test func aPortThatIsTakenIsCalledThat() async throws {
    let gateway = try await CommandLine.serve("fx")
    let second = try await run("mate3 simulate --from \(CommandLine.file("fx")) --port \(gateway.port)")
    await gateway.stop()
    #expect(second.status == 66)
    #expect(
      second.errors.contains("can't be listened on (Address already in use)") && !second.errors.contains("bind("),
      "\(second.errors)")
  }

  // MARK: Writing

  @Test func whatOpensASettingIsSaidWithAFileToo() async throws {
    let from = CommandLine.file("home")
    #expect(try await run("mate3 settings save --from \(from) saved.yaml").status == 0)
    let file = line.directory.url.appending(path: "saved.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let place = "charger_ac_input_current_limit: "
    let now = try #require(text.firstRange(of: place))
    let number = text[now.upperBound...].prefix { $0.isNumber || $0 == "." }
    let other = text.replacingCharacters(in: now.upperBound..<number.endIndex, with: "11")
    try Data(other.utf8).write(to: file)
    let apply = try await run("mate3 settings apply --from \(from) --allow setpoint --dry-run saved.yaml")
    #expect(apply.status == 7)
    #expect(
      apply.errors.contains("--limit radian_inverter_configuration.charger_ac_input_current_limit=MIN..MAX"),
      "\(apply.errors)")
  }

  @Test func labelsInDoubtAreMarkedInTheList() async throws {
    let list = try await run("mate3 write --from \(CommandLine.file("home")) --list-fields")
    #expect(list.output.contains("labels in doubt, see --confirm-labels"), "\(list.errors)")
  }

  @Test func yesMayBeOneLetter() async throws {
    for verb in ["write --set radian_inverter_configuration/1.aux_control=on", "settings apply x.yaml"] {
      let run = try await run("mate3 \(verb) -y --dry-run --from nothing.json")
      #expect(run.status == 66, "\(run.errors)")
    }
  }

  // MARK: A running bridge

  @Test func whatARunningBridgeSays() async throws {
    let simulator = try await CommandLine.serve("home")
    let system = try await RunningSystem.start(simulator)
    try await system.ready()
    // A number is an id as well.
    system.watcher.publish("mate3/bridge/request/ping", #"{"id": 17}"#)
    let pong = try await system.watcher.next("mate3/bridge/response/ping")
    #expect(pong.text.contains(#""id":"17""#), "\(pong.text)")
    system.watcher.publish("mate3/house/0/set", "on")
    let whole = try await system.watcher.next("mate3/house/0/set/result")
    #expect(whole.text.contains("charge_controller_configuration/3/absorb_volts"), "\(whole.text)")
    let broker = "--broker mqtt://127.0.0.1:\(system.broker.port)"
    let house = try await run("mate3 read \(broker) --device house")
    #expect(house.status == 6 && house.errors.contains("mate3 watch --broker shows them"), "\(house.errors)")
    let field = try await run("mate3 read \(broker) --field wats")
    #expect(field.status == 6 && field.errors.contains("did you mean watts?"), "\(field.errors)")
    let watch = try ProcessRunner(
      ProcessRunner.product("mate3"),
      ["watch", "--broker", "127.0.0.1:\(system.broker.port)", "--interval", "1s", "--format", "json"])
    try await watch.line { $0.contains(#""device":"house","port":0"#) && $0.contains(#""solar_power":"#) }
    watch.signal(SIGINT)
    #expect(try await watch.exitStatus() == 0)
    // A schedule is one value here.
    let schedule = try await line.run(
      ["mate3", "write"] + broker.split(separator: " ").map(String.init)
        + ["--dry-run", "--set", #"gateway/0.grid_use_schedule={"2": {"enabled": false}}"#])
    #expect(schedule.status == 7 && schedule.errors.contains("grid_use_interval_2_mode"), "\(schedule.errors)")
    let text = try await run("mate3 write \(broker) --set gateway/0.grid_use_schedule=off")
    #expect(text.status == 64 && text.errors.contains("takes JSON"), "\(text.errors)")
    // The question has what stands there, and what is refused is not asked.
    for (set, answer, part) in [
      ("aux_control=on", "n", ", which is auto now? [y/N]"), ("aux_control=7", "n", "off (0), auto (1), on (2)"),
    ] {
      let words = "mate3 write \(broker) --set radian_inverter_configuration/1.\(set)"
      let asked = try ProcessRunner(
        URL(filePath: "/usr/bin/script"), ["-qec", "exec \(line.directory.path)/\(words)", "/dev/null"],
        hasInput: true)
      asked.send(line: answer)
      #expect(try await asked.exitStatus(within: .seconds(20)) == 7, "\(asked.outputLines)")
      try await eventually("the output") { asked.isSilent }
      #expect(asked.outputLines.contains { $0.contains(part) }, "\(asked.outputLines)")
    }
    #expect(simulator.counters.writes == 0)
    try await system.stop()
  }

  // MARK: The register map

  @Test(arguments: [
    ("list --block nothing", 6), ("extract --pdf nothing.pdf", 66), ("check --pdf nothing.pdf", 66),
    ("check --xlsx nothing.xlsx", 66), ("check", 64),
  ])
  func whatEndsARegistryVerb(words: String, status: Int32) async throws {
    let run = try await run("mate3 registry \(words)")
    #expect(run.status == status)
    #expect(run.errors.contains("mate3: ") || status == 64, "\(run.errors)")
  }

  // MARK: The screen

  @Test func thePictureKeepsItsColumnsInANarrowWindow() {
    let house = [
      "solar_power": "2530", "solar_energy_today": "15.2", "grid_import_power": "0", "grid_import_energy_today": "0.0",
      "grid_export_energy_today": "0.0", "generator_power": "0", "generator_energy_today": "0.0", "load_power": "1500",
      "battery_power": "890", "state_of_charge": "94", "battery_voltage": "57.5",
    ]
    for width in [40, 60, 72, 80, 100] {
      let lines = PowerPicture(house).lines(width: width, TextStyle(isColored: false))
      #expect(lines.allSatisfy { $0.count <= width }, "\(width): \(lines)")
      // A note is whole or not there.
      let grid = lines.first { $0.contains("grid") } ?? ""
      #expect(
        grid.contains("kWh in, 0.0 kWh out") == (width >= 80) && grid.contains("today") == (width >= 80), "\(grid)")
    }
  }
}
