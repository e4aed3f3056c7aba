import Foundation
import MessageIO
import RegisterIO
import Registry
import Simulator
import TestSupport
import Testing

/// The page of the real program, on a simulated house.
@Suite(.enabled(if: MosquittoBroker.isInstalled, "needs mosquitto"), .timeLimit(.minutes(2)))
struct PageOverHTTPTests {
  private static func home() throws -> [Int: UInt16] {
    let file = ProcessRunner.packageDirectory.appending(path: "examples/systems/home.yaml")
    return Dictionary(
      uniqueKeysWithValues: try RegisterImage.load(file: file.path(percentEncoded: false), registry: .embedded())
        .registers.map { ($0.address, $0.word) })
  }

  /// A running system and the port of its page.
  static func start(
    _ arguments: [String] = [], _ environment: [String: String] = [:]
  ) async throws -> (system: RunningSystem, port: Int) {
    let system = try await RunningSystem.start(
      home(),
      arguments: ["--page-listen", "127.0.0.1:0", "--history-interval", "1s", "--history-write-interval", "1s"]
        + arguments, environment: environment)
    let line = try await system.bridge.errorLine { $0.contains("the page is served") }
    let port = try #require(line.split(separator: "port=").last.flatMap { Int($0.prefix { $0.isNumber }) })
    try await system.ready()
    return (system, port)
  }

  @Test func everyAnswerIsAsDescribed() async throws {
    let (system, port) = try await Self.start()
    _ = try await system.command("radian_inverter_configuration/1/aux_control", "on")
    _ = try await system.command("radian_inverter_configuration/1/aux_control", "nonsense")
    let openAPI = try OpenAPI()
    let queries = ["/api/history": "?series=house.solar_power,charge_controller/3.watts&points=20"]
    try await eventually(within: .seconds(15), "a history") {
      try RawClient.body(port, "/api/history?series=house.solar_power").contains("\"times\":[1")
    }
    for path in openAPI.paths {
      let answer = try RawClient.body(port, path + (queries[path] ?? ""))
      let problems = try openAPI.problems(path, "200", answer)
      #expect(problems.isEmpty, "\(path): \(problems.prefix(5)) \(answer.prefix(300))")
    }
    try await checkMetrics(port, system)
    let ledger = try RawClient.body(port, "/api/ledger")
    #expect(ledger.contains("\"asked\":\"on\""))
    #expect(ledger.contains("\"status\":\"rejected\""))
    for (path, status) in [
      ("/api/history", "400"), ("/api/history?series=x", "400"), ("/api/history?series=house.nothing", "400"),
      ("/api/history?series=house.solar_power&from=tomorrow", "400"), ("/api/values?gateway=other", "404"),
    ] {
      let plain = String(path.prefix { $0 != "?" })
      #expect(try openAPI.problems(plain, status, RawClient.body(port, path)).isEmpty, "\(path)")
    }
    try await system.stop()
  }

  /// Whatever the description allows, and much that it does not, as another program makes it up. `make soak` names it.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["MATE3_SCHEMATHESIS"] != nil, "needs MATE3_SCHEMATHESIS"),
    .timeLimit(.minutes(10)))
  func noRequestGetsAnAnswerThatIsNotDescribed() async throws {
    let (system, port) = try await Self.start()
    let program = try #require(ProcessInfo.processInfo.environment["MATE3_SCHEMATHESIS"])
    let description = ProcessRunner.packageDirectory.appending(path: "docs/openapi.json")
    // That a series is known, and that a time comes before another, no schema says.
    let asking = try ProcessRunner(
      URL(filePath: program),
      [
        "run", description.path(percentEncoded: false), "--url", "http://127.0.0.1:\(port)", "--phases",
        "examples,coverage,fuzzing", "--max-examples", "100", "--exclude-checks", "positive_data_acceptance",
      ])
    let status = try await asking.exitStatus(within: .seconds(500))
    #expect(status == 0, "\(asking.outputLines.suffix(80).joined(separator: "\n"))")
    try await system.stop()
  }

  private func checkMetrics(_ port: Int, _ system: RunningSystem) async throws {
    let metrics = try RawClient.body(port, "/metrics")
    for name in ["mate3_house_solar_power_watts", "mate3_gateway_up", "mate3_commands_total", "process_open_fds"] {
      #expect(metrics.contains("\n\(name)"), "\(name)")
    }
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool") else { return }
    let file = system.directory.path + "/metrics"
    try metrics.write(toFile: file, atomically: true, encoding: .utf8)
    let tool = try ProcessRunner(
      URL(filePath: "/bin/bash"), ["-c", "exec promtool check metrics < \"$1\"", "bash", file])
    #expect(try await tool.exitStatus() == 0, "\(tool.errorLines)")
  }

  @Test func valuesAreThoseOfTheTopics() async throws {
    let (system, port) = try await Self.start()
    // Until both are of one moment.
    try await eventually(within: .seconds(10), "the same values on both") {
      let answer = try RawClient.body(port, "/api/values")
      let root = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
      let devices = root?["devices"] as? [[String: Any]] ?? []
      let topics = system.watcher.texts
      let house = devices.first { $0["device"] as? String == "house" } ?? [:]
      let numbers = house.compactMapValues { $0 as? Double }.filter { $0.key != "port" }
      return numbers.count > 10
        && numbers.allSatisfy { topics["mate3/house/0/\($0.key)"].flatMap(Double.init) == $0.value }
    }
    #expect(system.watcher.texts["mate3/charge_controller/3/charger_state"] != nil)
    try await system.stop()
  }

  /// A prober or a person asks the process itself, with and without a page.
  @Test func healthIsAskedOverTheSocket() async throws {
    let (system, port) = try await Self.start()
    let program = try ProcessRunner.product("mate3")
    func health(_ flags: [String] = []) async throws -> (status: Int32, lines: [String]) {
      let process = try ProcessRunner(program, ["health", "--state-dir", system.directory.path] + flags)
      let status = try await process.exitStatus(within: .seconds(20))
      return (status, process.outputLines + process.errorLines)
    }
    try await eventually(within: .seconds(10), "ready") {
      try RawClient.body(port, "/health/ready").contains("\"ready\":true")
    }
    #expect(try await health().status == 0)
    #expect(try await health(["--ready"]).status == 0)
    await system.simulator.stop()
    try await eventually(within: .seconds(15), "not ready") {
      try RawClient.body(port, "/health/ready").contains("the gateway was last read")
    }
    #expect(try await health().status == 0)
    let (status, lines) = try await health(["--ready"])
    #expect(status == 1)
    #expect(lines.contains { $0.contains("the gateway was last read") })
    try await system.reconfigureBridge(
      replacing: ["--page-listen", "127.0.0.1:0", "--history-interval", "1s", "--history-write-interval", "1s"],
      with: [])
    try await eventually(within: .seconds(15), "a bridge that lives") { try await health().status == 0 }
    let end = try await health(["--ready"])
    #expect(end.status == 1 && end.lines.contains { $0.contains("has not been read yet") })
    try await system.stop()
    #expect(try await health().status == 2)
    #expect(!FileManager.default.fileExists(atPath: system.directory.path + "/health.sock"))
  }

  // MARK: In a browser

  struct Look: Decodable {
    struct Node: Decodable {
      let role: String?
      let name: String
    }
    struct Timing: Decodable {
      let paint: Double?
      let bytes: Int
    }
    let isThere: Bool
    let value: String?
    let console: [String]
    let elsewhere: [String]
    let timing: Timing
    let tree: [Node]?
  }

  static let hasBrowser =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium") && MosquittoBroker.isInstalled

  static func look(_ port: Int, host: String = "127.0.0.1", _ arguments: [String]) async throws -> Look {
    let script = ProcessRunner.packageDirectory.appending(path: "Tests/Browser/look.mjs").path(percentEncoded: false)
    let process = try ProcessRunner(
      URL(filePath: "/usr/bin/env"), ["node", script, "http://\(host):\(port)/"] + arguments)
    #expect(try await process.exitStatus(within: .seconds(70)) == 0, "\(process.errorLines)")
    return try JSONDecoder().decode(Look.self, from: Data((process.outputLines.last ?? "").utf8))
  }

  @Test(.enabled(if: hasBrowser, "needs chromium")) func aBrowserShowsTheTopicsAndSaysNothing() async throws {
    let (system, port) = try await Self.start()
    let charge = try await system.watcher.next("mate3/house/0/state_of_charge", where: { $0.text != "None" }).text
    let sun = try await system.watcher.next("mate3/house/0/solar_power", where: { $0.text != "None" }).text
    let look = try await Self.look(
      port,
      [
        "--wait", "document.querySelectorAll('article').length > 5 && document.body.classList.contains('good')",
        "--tree",
        "--evaluate",
        """
        [document.getElementById('soc').textContent, document.querySelector('.sun .watts').textContent,
         document.querySelectorAll('article').length].join('|')
        """,
      ])
    #expect(look.isThere)
    let shown = look.value?.split(separator: "|").map(String.init) ?? []
    #expect(shown.first == charge)
    let watts = try #require(Double(sun))
    #expect(shown.dropFirst().first == (watts >= 1000 ? nil : "\(Int(watts)) W") || watts >= 1000)
    #expect(look.console.isEmpty, "\(look.console)")
    #expect(look.elsewhere.isEmpty)
    #expect(look.timing.bytes < 150_000)
    let tree = try #require(look.tree)
    for role in ["main", "navigation", "heading", "status", "searchbox", "table"] {
      #expect(tree.contains { $0.role == role }, "\(role)")
    }
    // Whatever can be used has a name for who can't see it.
    for node in tree where ["button", "link", "searchbox", "combobox", "image", "region"].contains(node.role) {
      #expect(!node.name.isEmpty, "\(node.role ?? "")")
    }
    try await system.stop()
  }

  /// The page's own words; what the bridge and its devices say stays as it is.
  @Test(
    .enabled(if: hasBrowser, "needs chromium"),
    arguments: [("de", "Batterie"), ("es", "Batería"), ("fr", "Battery")])
  func aBrowserShowsTheReadersLanguage(_ language: String, _ battery: String) async throws {
    let (system, port) = try await Self.start()
    // Before there is any, the page is told so, which the browser notes.
    try await eventually(within: .seconds(15), "a history") {
      try RawClient.body(port, "/api/history?series=house.solar_power").contains("\"times\":[1")
    }
    let look = try await Self.look(
      port,
      [
        "--language", language,
        "--wait", "document.querySelectorAll('article').length > 5 && document.body.classList.contains('good')",
        "--evaluate",
        """
        [document.documentElement.lang, document.querySelector('.battery h2').textContent,
         document.querySelector('.store .what').textContent, document.getElementById('search').placeholder,
         document.querySelector('nav').textContent].join('|')
        """,
      ])
    let shown = look.value?.split(separator: "|").map(String.init) ?? []
    try #require(look.isThere && shown.count == 5, "\(shown)")
    #expect(shown[0] == (language == "fr" ? "en" : language))
    #expect(shown[1] == battery && shown[2] == battery)
    let search = ["de": "Wert oder Einstellung suchen", "es": "Buscar un valor o un ajuste"]
    #expect(shown[3] == search[language] ?? "Find a value or a setting")
    #expect(shown[4].contains("Charts") == (language == "fr"), "\(shown[4])")
    #expect(look.console.isEmpty, "\(look.console)")
    #expect(look.timing.bytes < 150_000)
    try await system.stop()
  }

  /// Below a path, in a frame, by a name that only the proxy knows, and live.
  @Test(.enabled(if: hasBrowser, "needs chromium")) func theIngressOfHomeAssistantShowsIt() async throws {
    let (system, port) = try await Self.start(["--page-proxy", "127.0.0.2"])
    let script = ProcessRunner.packageDirectory.appending(path: "Tests/Browser/ingress.mjs").path(percentEncoded: false)
    let ingress = try ProcessRunner(URL(filePath: "/usr/bin/env"), ["node", script, "\(port)"])
    let entry = try #require(Int(try await ingress.line { Int($0) != nil }))
    let look = try await Self.look(
      entry, host: "house.localhost",
      [
        "--wait",
        """
        (d => d && d.querySelectorAll('article').length > 5 && d.body.classList.contains('good'))\
        (document.querySelector('iframe').contentDocument)
        """,
        "--evaluate", "document.querySelector('iframe').contentDocument.getElementById('soc').textContent",
      ])
    #expect(look.isThere && look.console.isEmpty && look.elsewhere.isEmpty, "\(look.console) \(look.elsewhere)")
    #expect(Double(look.value ?? "") != nil, "\(look.value ?? "")")
    ingress.signal(SIGTERM)
    try await ingress.exitStatus()
    try await system.stop()
  }

  /// A missing reading must never look like a healthy one.
  @Test(.enabled(if: hasBrowser, "needs chromium")) func aSilentGatewayShowsAsOld() async throws {
    let (system, port) = try await Self.start()
    await system.simulator.stop()
    let look = try await Self.look(
      port,
      [
        "--wait",
        "document.body.classList.contains('stale') && document.getElementById('sentence').textContent.includes('silent')",
        "--evaluate",
        """
        [document.getElementById('sentence').textContent,
         ...['sun', 'grid', 'generator'].map(kind => document.querySelector('#flow g.' + kind).style.display),
         getComputedStyle(document.querySelector('#energies tbody td') ?? document.body).opacity].join('|')
        """,
      ])
    #expect(look.isThere)
    #expect(look.value?.contains("silent since") == true, "\(look.value ?? "")")
    // What the house has is not gone because nobody knows how much it gives.
    #expect(look.value?.contains("|||") == true, "\(look.value ?? "")")
    #expect(look.value?.hasSuffix("|0.42") == true, "\(look.value ?? "")")
    #expect(look.console.isEmpty, "\(look.console)")
    try await system.stop()
  }
}

/// What the page is at the size of a phone.
@Suite(.enabled(if: PageOverHTTPTests.hasBrowser, "needs chromium and mosquitto"), .timeLimit(.minutes(2)))
struct PageLayoutTests {
  @Test func nothingIsWiderThanAPhone() async throws {
    let (system, port) = try await PageOverHTTPTests.start(
      ["--page-commands", "true", "--gateway-name", "a\u{202E}b"], ["MATE3_PAGE_TOKEN": PageCommandTests.token])
    let look = try await PageOverHTTPTests.look(
      port,
      [
        "--size", "390x844", "--wait", "document.querySelectorAll('article').length > 5",
        "--evaluate",
        """
        (async () => {
          for (const details of document.querySelectorAll('details')) details.open = true;
          await new Promise(resolve => setTimeout(resolve, 1500));
          return [document.querySelectorAll('details table tr').length > 100, document.documentElement.scrollWidth,
            [...document.querySelectorAll('details td')].some(cell => cell.textContent.startsWith('Absorb')),
            document.body.textContent.includes('\\u202e')].join('|');
        })()
        """,
      ])
    #expect(look.value == "true|390|true|false")
    #expect(look.console.isEmpty, "\(look.console)")
    try await system.stop()
  }
}

/// The part of the page that commands.
@Suite(.enabled(if: PageOverHTTPTests.hasBrowser, "needs chromium and mosquitto"), .timeLimit(.minutes(2)))
struct PageControlTests {
  /// What was chosen is sent or nothing is, whatever becomes of the list meanwhile.
  @Test(arguments: [true, false]) func theChosenOneIsSentOrNothing(_ stays: Bool) async throws {
    let (system, port) = try await PageOverHTTPTests.start(
      ["--page-commands", "true"], ["MATE3_PAGE_TOKEN": PageCommandTests.token])
    let chosen = stays ? "system_control/0/set_ags_op_mode" : "charge_controller_configuration/3/aux_control"
    async let looking = PageOverHTTPTests.look(
      port,
      [
        "--size", "390x844",
        "--wait", "document.querySelectorAll('#controlfield option').length > 3",
        "--evaluate",
        """
        (async () => {
          const $ = id => document.getElementById(id), was = window.fetch, sent = [];
          window.fetch = (path, options) => {
            if (options?.method !== 'POST') return was(path, options);
            sent.push(JSON.parse(options.body));
            return Promise.resolve(new Response('{"status":"accepted","code":"ok","reason":"done"}'));
          };
          const { device, port, field } = (([device, port, field]) => ({ device, port, field }))('\(chosen)'.split('/'));
          const list = await (await was('api/controls')).json();
          const index = list.findIndex(one => one.device === device && String(one.port) === port && one.field === field);
          $('controlfield').selectedIndex = index;
          $('controlfield').dispatchEvent(new Event('change'));
          $('controlchoice').value = 'off';
          $('controlchoice').dispatchEvent(new Event('change'));
          const before = $('controlfield').length, target = $('target')?.textContent ?? '';
          for (let i = 0; i < 300 && $('controlfield').textContent.includes('port 3'); i += 1) {
            await new Promise(resolve => setTimeout(resolve, 50));
          }
          $('send').click();
          await new Promise(resolve => setTimeout(resolve, 300));
          return JSON.stringify({ index, target, sent, isBlocked: $('send').disabled, now: $('target')?.textContent ?? '',
            answer: $('answer').textContent, isShorter: !$('controlfield').textContent.includes('port 3') });
        })()
        """,
      ])
    // A while after the page has been opened.
    try await Task.sleep(for: .seconds(5))
    try system.simulator.apply(.dropBlock(id: 64112, port: 3))
    try system.simulator.apply(.dropBlock(id: 64111, port: 3))
    system.watcher.publish("mate3/bridge/request/rescan", "{}")
    try await system.watcher.next(
      "mate3/bridge/alerts", where: { $0.text.contains("charge_controller_configuration/3") })
    for device in ["charge_controller_configuration", "charge_controller"] {
      system.watcher.publish("mate3/bridge/request/forget", "{\"device\":\"\(device)\",\"port\":3}")
    }
    struct Seen: Decodable {
      struct Sent: Decodable {
        let device: String
        let port: Int
        let field: String
        let value: String
      }
      let index: Int
      let target: String
      let sent: [Sent]
      let isBlocked: Bool
      let now: String
      let answer: String
      let isShorter: Bool
    }
    let look = try await looking
    let seen = try JSONDecoder().decode(Seen.self, from: Data(try #require(look.value).utf8))
    try #require(seen.index >= 0 && seen.isShorter, "\(seen)")
    #expect(look.console.isEmpty, "\(look.console)")
    for word in [chosen, "off", "1 hour"] { #expect(seen.target.contains(word), "\(seen.target)") }
    #expect(seen.sent.map { "\($0.device)/\($0.port)/\($0.field)=\($0.value)" } == (stays ? ["\(chosen)=off"] : []))
    #expect(seen.isBlocked == !stays)
    #expect((stays ? seen.answer : seen.now).contains(chosen), "\(seen)")
    if !stays { #expect(seen.now.contains("is not there any more"), "\(seen.now)") }
    try await system.stop()
  }
}

/// Commands from the page go the way of every command.
@Suite(.enabled(if: MosquittoBroker.isInstalled, "needs mosquitto"), .timeLimit(.minutes(2)))
struct PageCommandTests {
  static let token = "0123456789abcdef0123456789abcdef"

  private func post(
    _ port: Int, _ body: String, token: String? = token, kind: String = "application/json", origin: String? = nil
  ) throws -> String {
    let client = try RawClient(port, patience: 25)
    let lines = [
      "POST /api/command HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close", "Content-Type: \(kind)",
      "Content-Length: \(body.utf8.count)", token.map { "Authorization: Bearer \($0)" }, origin.map { "Origin: \($0)" },
    ].compactMap { $0 }
    try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    return try client.readAll()
  }

  private static let on =
    #"{"device":"radian_inverter_configuration","port":1,"field":"aux_control","value":"on","for_s":600}"#

  @Test func whoHasTheTokenCommandsThroughThePipeline() async throws {
    let (system, port) = try await PageOverHTTPTests.start(
      ["--page-commands", "true"], ["MATE3_PAGE_TOKEN": Self.token])
    let answer = try post(port, Self.on, origin: "http://127.0.0.1:\(port)")
    #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
    #expect(answer.contains("\"status\":\"accepted\""), "\(answer)")
    // As anybody sees it who listens at the broker.
    let topic = "mate3/radian_inverter_configuration/1/aux_control"
    try await system.watcher.next(topic + "/set/result", where: { $0.text.contains("\"id\":\"page-") })
    try await system.watcher.next(topic, where: { $0.text == "on" })
    try await system.watcher.next("mate3/bridge/info", where: { $0.text.contains("aux_control") })
    // What is not allowed there is not allowed here either, and says why.
    let setpoint = try post(
      port, #"{"device":"charge_controller_configuration","port":3,"field":"absorb_volts","value":"57.6"}"#)
    #expect(setpoint.contains("\"status\":\"rejected\""), "\(setpoint)")
    let controls = try RawClient.body(port, "/api/controls")
    #expect(controls.contains("aux_control") && !controls.contains("absorb_volts"))
    try await system.stop()
  }

  /// A browser sends a request again when its connection is lost before the answer: what was done since stays.
  @Test func aRequestThatComesAgainIsNoSecondCommand() async throws {
    let (system, port) = try await PageOverHTTPTests.start(
      ["--page-commands", "true"], ["MATE3_PAGE_TOKEN": Self.token])
    let on = Self.on.replacing("\"for_s\"", with: "\"id\":\"click-1\",\"for_s\"")
    #expect(try post(port, on).contains("\"status\":\"accepted\""))
    #expect(try await system.command("radian_inverter_configuration/1/aux_control", "off").status == "accepted")
    let writes = system.simulator.counters.writes
    let again = try post(port, on)
    #expect(again.contains("\"status\":\"accepted\"") && again.contains("\"id\":\"page-click-1\""), "\(again)")
    #expect(system.simulator.counters.writes == writes)
    let other = try post(port, on.replacing("600", with: "60"))
    #expect(other.contains("\"code\":\"id_used\""), "\(other)")
    try await system.stop()
  }

  @Test func nobodyElseDoes() async throws {
    let (system, port) = try await PageOverHTTPTests.start(
      ["--page-commands", "true"], ["MATE3_PAGE_TOKEN": Self.token])
    #expect(try post(port, Self.on, origin: "http://evil.example").hasPrefix("HTTP/1.1 403"))
    #expect(try post(port, Self.on, kind: "text/plain").hasPrefix("HTTP/1.1 415"))
    for body in ["", "[]", #"{"device":"x"}"#] { #expect(try post(port, body).hasPrefix("HTTP/1.1 400")) }
    for body in [
      #"{"device":"radian_inverter_configuration/1/aux_control/set","port":1,"field":"x","value":"on"}"#,
      #"{"device":"radian_inverter_configuration","port":1,"field":"aux_control/set","value":"on"}"#,
      #"{"device":"nothing","port":1,"field":"aux_control","value":"on"}"#,
    ] {
      #expect(try post(port, body).hasPrefix("HTTP/1.1 404"))
    }
    #expect(try post(port, Self.on, token: nil).hasPrefix("HTTP/1.1 401"))
    for index in 0..<7 {
      let status = index < 5 ? 401 : 429
      let wrong = String(Self.token.dropLast()) + "\(index)"
      #expect(try post(port, Self.on, token: wrong).hasPrefix("HTTP/1.1 \(status)"))
    }
    _ = try await system.bridge.errorLine { $0.contains("a command came to the page with a wrong token") }
    #expect(!system.watcher.messages.contains { $0.topic.hasSuffix("/set/result") })
    try await system.stop()
  }

  @Test func withoutATokenThereAreNoCommands() async throws {
    let program = try ProcessRunner.product("mate3")
    let directory = try TemporaryDirectory()
    let words = [
      "bridge", "--check", "--host", "127.0.0.1", "--broker", "mqtt://127.0.0.1", "--state-dir", directory.path,
      "--page-listen", "127.0.0.1:0", "--page-commands", "true",
    ]
    let bridge = try ProcessRunner(program, words)
    #expect(try await bridge.exitStatus() != 0)
    #expect(bridge.errorLines.contains { $0.contains("page.commands is true without a token") })
    let short = try ProcessRunner(program, words, environment: ["MATE3_PAGE_TOKEN": "guess"])
    #expect(try await short.exitStatus() != 0)
    #expect(short.errorLines.contains { $0.contains("fewer than 20 characters") })
  }

  @Test func aPageThatOnlyShowsTakesNothing() async throws {
    let (system, port) = try await PageOverHTTPTests.start()
    #expect(try post(port, Self.on).hasPrefix("HTTP/1.1 405"))
    #expect(try RawClient.body(port, "/api/controls") == "[]\n")
    try await system.stop()
  }
}
