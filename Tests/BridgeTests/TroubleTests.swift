import Foundation
import Logging
import MessageIO
import RegisterIO
import Registry
import Synchronization
import TestSupport
import Testing
import Topics

@testable import Bridge
@testable import Mate3

/// What a gateway in trouble is asked, and what is said of it. Times are virtual.
@Suite struct TroubleTests {
  private let house: RebootingHouse
  private static let settings = PollSettings(checksClock: false)

  init() throws { house = try RebootingHouse() }

  private func run(
    until end: Duration, requestTime: Duration = .milliseconds(30),
    _ answer: @escaping VirtualGateway.Answer
  ) async -> VirtualBridge {
    let bridge = VirtualBridge(
      house.registry, until: end, requestTime: requestTime, settings: Self.settings, answer: answer)
    await bridge.run()
    return bridge
  }

  /// Refusals of everything are silence, and no reason to ask more.
  @Test(arguments: [1, 2, 3, 4, 5, 6])
  func refusalsAloneAreSilence(code: UInt8) async throws {
    let map = VirtualMap(words: house.complete)
    let bridge = await run(until: .seconds(700)) { range, time in
      time > .seconds(60) && time < .seconds(600) ? .exception(ModbusException(rawValue: code)) : map.answer(range)
    }
    #expect(bridge.events.contains("gateway_silent"))
    #expect(bridge.events.last == "gateway_back")
    // A full read has 11 requests, and a healthy gateway gets about 90 a minute.
    for minute in 1..<9 {
      let count = bridge.requests(.seconds(minute * 60), .seconds(minute * 60 + 60))
      #expect(count < 90, "minute \(minute): \(count)")
    }
    #expect(VirtualBridge.devices("offline", bridge.broker).isEmpty)
  }

  /// Whoever looks at the alerts at night sees a dead gateway there, and does not see the restart of a healthy one.
  @Test(arguments: [(115, false), (160, true), (240, false)])
  func aGatewayThatIsSilentForAMinuteIsAnAlert(_ at: Int, _ isAlert: Bool) async throws {
    let map = VirtualMap(words: house.complete)
    let alerts = Mutex<String?>(nil)
    let bridge = VirtualBridge(
      house.registry, until: .seconds(250), settings: Self.settings,
      answer: { range, time in time > .seconds(60) && time < .seconds(200) ? .silence : map.answer(range) },
      at: .seconds(at), look: { broker in alerts.withLock { $0 = broker.retainedTexts["mate3/bridge/alerts"] } })
    await bridge.run()
    let text = try #require(alerts.withLock { $0 })
    #expect(text.contains("\"kind\":\"gateway\"") == isAlert, "\(text)")
    #expect(isAlert || text == "[]")
  }

  /// An hour behind, as in summer: an alert once it has been so for ten minutes, and not when its clock is not to be
  /// looked at.
  @Test(arguments: [(550, true, false), (720, true, true), (720, false, false)])
  func aClockThatIsWrongIsAnAlert(_ at: Int, _ checksClock: Bool, _ isAlert: Bool) async throws {
    let map = VirtualMap(words: house.complete)
    let clock = try #require(clockAddress(in: map.words))
    let local = TimeZone.current.secondsFromGMT()
    let offset = abs(local) <= 3600 ? local : 0
    let alerts = Mutex<(String?, String?)>((nil, nil))
    let bridge = VirtualBridge(
      house.registry, until: .seconds(800), settings: PollSettings(checksClock: checksClock),
      answer: { range, time in
        var shown = map
        let shift = Double(offset - 3600) + Double(time.components.seconds % 47)
        for (index, word) in Self.clock(Date().addingTimeInterval(shift)).enumerated() {
          shown.words[clock + index] = word
        }
        return shown.answer(range)
      },
      at: .seconds(at),
      look: { broker in
        let texts = broker.retainedTexts
        alerts.withLock { $0 = (texts["mate3/bridge/alerts"], texts["mate3/bridge/info"]) }
      })
    await bridge.run()
    let (alert, info) = alerts.withLock { $0 }
    #expect(alert?.contains("\"kind\":\"clock\"") == isAlert, "\(alert ?? "")")
    if isAlert { #expect(alert?.contains("daylight saving") ?? false, "\(alert ?? "")") }
    #expect(info?.contains(checksClock ? "\"clock_drift\":-3" : "\"clock_drift\":null") ?? false, "\(info ?? "")")
  }

  /// Where the year stands (64110 offset 393).
  private func clockAddress(in words: [Int: UInt16]) -> Int? {
    var address = 40002
    while let id = words[address], let length = words[address + 1], id != 0xFFFF {
      if id == 64110 { return address + 392 }
      address += Int(length) + 2
    }
    return nil
  }

  /// Year to second of a date in UTC.
  private static func clock(_ date: Date) -> [UInt16] {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    return [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second].map { UInt16($0 ?? 0) }
  }

  /// Its silence teaches no size of requests for the time after.
  @Test(arguments: [75, 83, 97]) func afterASilenceThereAreNoMoreRequestsThanBefore(_ end: Int) async throws {
    let map = VirtualMap(words: house.complete)
    let bridge = await run(until: .seconds(420)) { range, time in
      time > .seconds(60) && time < .seconds(end) ? .silence : map.answer(range)
    }
    let healthy = await run(until: .seconds(420)) { range, _ in map.answer(range) }
    #expect(bridge.requests(.seconds(360), .seconds(420)) == healthy.requests(.seconds(360), .seconds(420)))
  }

  @Test func refusalsTakeTheDevicesOffline() async throws {
    let map = VirtualMap(words: house.complete)
    let online = Mutex<[String]>(["not looked at"])
    let info = Mutex<String?>(nil)
    let bridge = VirtualBridge(
      house.registry, until: .seconds(90), settings: Self.settings,
      answer: { range, time in time > .seconds(60) ? .exception(.serverDeviceFailure) : map.answer(range) },
      at: .seconds(80),
      look: { broker in
        online.withLock { $0 = VirtualBridge.devices("online", broker) }
        info.withLock { $0 = broker.retainedTexts["mate3/bridge/info"] }
      })
    await bridge.run()
    #expect(online.withLock { $0 }.isEmpty)
    #expect(info.withLock { $0 }?.contains(#""state":"silent""#) ?? false)
  }

  /// Registers that are refused for good cost their block, a few requests at first, and a look now and then.
  @Test func aRefusedRegisterIsRemembered() async throws {
    let map = VirtualMap(words: house.complete)
    let layout = try await layout(map)
    let block = try #require(layout.blocks.first { $0.definition.name == "flexnet_dc" })
    let place = try #require(block.definition.field("battery_voltage").flatMap(block.range(of:)))
    let bridge = await run(until: .seconds(600)) { range, time in
      time > .seconds(20) && time < .seconds(500) && range.overlaps(place)
        ? .exception(.illegalDataAddress) : map.answer(range)
    }
    #expect(!bridge.events.contains("gateway_silent"))
    let healthy = bridge.requests(.zero, .seconds(20))
    #expect(healthy > 0)
    let refused = bridge.gateway.requests.count {
      $0.time > .seconds(120) && $0.time < .seconds(480) && $0.range.overlaps(place)
    }
    #expect(refused <= 10, "\(refused)")
    #expect(bridge.requests(.seconds(120), .seconds(180)) < 100)
    #expect(VirtualBridge.devices("offline", bridge.broker).isEmpty, "it came back")
  }

  /// The last device of the chain is gone, and the gateway has no registers any more where it stood, so that no word
  /// shows it.
  @Test func theLastDeviceIsMissedWhereNothingStandsInItsPlace() async throws {
    let map = VirtualMap(words: house.complete)
    let layout = try await layout(map)
    let last = try #require(layout.blocks.last)
    let cut = try #require(
      layout.blocks.first { $0.key.port == last.key.port && $0.definition.family == last.definition.family })
    var words = house.complete.filter { $0.key < cut.address }
    (words[cut.address], words[cut.address + 1]) = (0xFFFF, 0)
    let shorter = VirtualMap(words: words)
    let bridge = await run(until: .seconds(120)) { range, time in
      time > .seconds(60) ? shorter.answer(range) : map.answer(range)
    }
    let alerts = bridge.broker.retainedTexts["mate3/bridge/alerts"]
    #expect(alerts?.contains("\"kind\":\"missing\"") ?? false, "\(alerts ?? "")")
    #expect(bridge.requests(.seconds(100), .seconds(120)) < 400)
  }

  /// A gateway that takes small requests only is read with small ones.
  @Test func aSmallerSizeIsLearnt() async throws {
    let map = VirtualMap(words: house.complete)
    let bridge = await run(until: .seconds(120)) { range, _ in
      range.count > 40 ? .exception(.illegalDataValue) : map.answer(range)
    }
    #expect(VirtualBridge.devices("offline", bridge.broker).isEmpty)
    #expect(bridge.gateway.requests.count { $0.time > .seconds(30) && $0.range.count > 40 } == 0)
  }

  /// Each scan finds another layout than the last: the gateway is not asked without end.
  @Test func aLayoutThatKeepsChangingIsScannedLessOften() async throws {
    let map = VirtualMap(words: house.complete)
    let layout = try await layout(map)
    let last = try #require(layout.blocks.last { $0.definition.kind == .status })
    let port = try #require(last.definition.portField.flatMap(last.range(of:)))
    let looks = Mutex(0)
    let bridge = await run(until: .seconds(300)) { range, _ in
      guard case .words(var words) = map.answer(range) else { return .exception(.illegalDataAddress) }
      // A port that is another whenever it is looked at.
      if range.contains(port) {
        words[port.start - range.start] = looks.withLock { looks in
          looks += 1
          return UInt16(5 + looks % 2)
        }
      }
      return .words(words)
    }
    #expect(bridge.events.count { $0 == "layout_changed" } > 3)
    let count = bridge.requests(.seconds(100), .seconds(200))
    // 112 where the wait grows, 270 where it does not.
    #expect(count < 150, "\(count) requests in 100 s")
  }

  /// A gateway that starts shows a map without blocks: nothing is concluded, and it is looked at again soon.
  @Test func anEmptyMapIsNoSystem() async throws {
    let map = VirtualMap(words: house.complete)
    let empty = VirtualMap(words: [40000: 0x5375, 40001: 0x6E53, 40002: 0xFFFF, 40003: 0])
    let bridge = await run(until: .seconds(80)) { range, time in
      (time < .seconds(65) ? empty : map).answer(range)
    }
    #expect(VirtualBridge.devices("online", bridge.broker).count > 8)
    #expect(bridge.events.count { $0 == "gateway_silent" } == 1)
    #expect(bridge.requests(.zero, .seconds(60)) < 90)
  }

  /// A chain without its end block is used, said once, and looked at again at growing distance.
  @Test func aChainThatBreaksOffIsUsed() async throws {
    let layout = try await layout(VirtualMap(words: house.complete))
    var words = house.complete
    for address in layout.end...layout.end + 1 { words[address] = nil }
    let cut = VirtualMap(words: words)
    let bridge = await run(until: .seconds(900)) { range, _ in cut.answer(range) }
    #expect(bridge.events.count { $0 == "layout_incomplete" } == 1)
    #expect(!bridge.events.contains("gateway_silent"))
    // All of them, and the house.
    #expect(VirtualBridge.devices("online", bridge.broker).count == layout.blocks.count + 1)
    #expect(VirtualBridge.devices("offline", bridge.broker).isEmpty)
    #expect(bridge.requests(.seconds(600), .seconds(900)) < 600)
  }

  /// A full read takes longer than three live intervals: that is slow, and not silent.
  @Test func aSlowGatewayIsNotSilent() async throws {
    let map = VirtualMap(words: house.complete)
    let offline = Mutex(["not looked at"])
    let bridge = VirtualBridge(
      house.registry, until: .seconds(900), requestTime: .milliseconds(950),
      settings: PollSettings(live: .seconds(2), checksClock: false), answer: { range, _ in map.answer(range) },
      at: .seconds(850),
      look: { broker in
        offline.withLock { offline in
          offline = broker.sent.filter { $0.topic.hasSuffix("/availability") && $0.payload == Array("offline".utf8) }
            .map(\.topic)
        }
      })
    await bridge.run()
    #expect(offline.withLock { $0 } == [])
  }

  private func layout(_ map: VirtualMap) async throws -> SystemLayout {
    var walk = ChainWalk(registry: house.registry, limit: 100)
    while case .read(let range) = try walk.next() {
      if case .words(let words) = map.answer(range) {
        walk.receive(words, from: range)
      } else {
        walk.lower(limit: 4, afterRefused: range)
      }
    }
    return walk.layout(registry: house.registry, names: DeviceNames())
  }
}

/// Who may cut short the wait for a gateway that did not answer.
@Suite struct AttemptsTests {
  @Test(.timeLimit(.minutes(1))) func aReleaseDoesNotWaitForTheBackoff() async throws {
    let house = try RebootingHouse()
    let connection = ReplayConnection(house.complete)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let publisher = StatePublisher(
      settings: StatePublisher.Settings(scheme: TopicScheme(base: "mate3")),
      program: ProgramInfo(version: "0", instance: "i", startedAt: Date(), settings: { [:] }),
      broker: ScriptedBroker(), logger: logger)
    let service = GatewayService(
      settings: PollSettings(), registry: house.registry, connection: connection, publisher: publisher, logger: logger)
    connection.memory.onRequest { _ in .silence }
    let reading = Task { await service.run() }
    // After 0, 1 and 3 s; the next attempt follows 4 s later.
    try await eventually(within: .seconds(10), "three attempts") { connection.memory.counts.requests == 3 }
    #expect(await service.tryNow() == false)
    connection.memory.onRequest(nil)
    let begin = ContinuousClock.now
    #expect(await service.tryNow())
    #expect(begin.duration(to: .now) < .seconds(2))
    #expect(await service.isRead && service.isAnswering())
    reading.cancel()
    await reading.value
    #expect(await service.tryNow() == false, "no attempt will be made")
  }

  @Test func notMoreThanOneASecond() {
    let attempts = Attempts()
    let start = ContinuousClock.now
    #expect(attempts.due(at: start) == nil)
    attempts.begin(at: start)
    #expect(attempts.due(at: start) == nil)
    attempts.want()
    #expect(attempts.due(at: start) == start + .seconds(1))
    attempts.begin(at: start + .seconds(1))
    #expect(attempts.due(at: start + .seconds(1)) == nil)
  }
}
