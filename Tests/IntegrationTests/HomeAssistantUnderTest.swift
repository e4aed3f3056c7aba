import Foundation
import TestSupport

/// A real, headless Home Assistant on the test's broker.
final class HomeAssistantUnderTest {
  struct Device: Decodable {
    var name: String
    var identifiers: [String]
    var viaDevice: [String]?
    var model: String?
    var manufacturer: String?

    private enum CodingKeys: String, CodingKey {
      case name, identifiers, model, manufacturer
      case viaDevice = "via_device"
    }
  }

  struct Entity: Decodable {
    var id: String
    var name: String?
    var originalName: String?
    var uniqueID: String?
    var device: String?
    var state: String?
    var isEnabled: Bool
    var unit: String?
    var deviceClass: String?
    var category: String?
    var icon: String?

    var platform: String { String(id.prefix { $0 != "." }) }

    private enum CodingKeys: String, CodingKey {
      case name, device, state, unit, icon
      case deviceClass = "device_class"
      case category = "entity_category"
      case id = "entity_id"
      case originalName = "original_name"
      case uniqueID = "unique_id"
      case isEnabled = "enabled"
    }
  }

  struct State: Decodable {
    var state: String
    var attributes: Attributes

    struct Attributes: Decodable {
      var status: String?
      var code: String?
      var field: String?
      var options: [String]?
      var flags: [String]?
      var min: Double?
      var max: Double?
      var factoryDefault: Double?

      private enum CodingKeys: String, CodingKey {
        case code, field, options, flags, min, max
        case factoryDefault = "factory_default"
        case status = "event_type"
      }
    }
  }

  struct Statistics: Decodable {
    struct ID: Decodable {}
    var ids: [ID]
    /// Complaints by statistic.
    var complaints: [String: [Complaint]]

    struct Complaint: Decodable { var type: String }

    private enum CodingKeys: String, CodingKey {
      case ids = "statistic_ids"
      case complaints = "validate"
    }
  }

  struct CallAnswer: Decodable {
    var status: Int
    var body: String
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// `MATE3_HOME_ASSISTANT`, or the newest release that the tests know.
  static let version = ProcessInfo.processInfo.environment["MATE3_HOME_ASSISTANT"] ?? "2026.2.3"

  /// The `hass` program of a version, where `.ci/install-home-assistant` puts it; nil when it isn't there.
  static func program(_ version: String = version) -> String? {
    guard SharedData.isPresent else { return nil }
    let home = ProcessInfo.processInfo.environment["HOME"] ?? "/root"
    let cache = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? "\(home)/.cache"
    let names = version == "2026.2.3" ? ["mate3-ha-\(version)", "mate3-ha"] : ["mate3-ha-\(version)"]
    return names.map { "\(cache)/\($0)/bin/hass" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  static let absence = "Home Assistant is not installed; .ci/install-home-assistant does it where Python 3.13 is"

  private let process: ProcessRunner
  private let directory: TemporaryDirectory
  private var number = 0

  private init(_ process: ProcessRunner, _ directory: TemporaryDirectory) {
    self.process = process
    self.directory = directory
  }

  /// Starts it with an empty configuration and waits until it is connected.
  static func start(
    _ broker: MosquittoBroker, version: String = version, prefix: String = "homeassistant"
  ) async throws -> HomeAssistantUnderTest {
    guard let program = program(version) else { throw Failure(description: absence) }
    let directory = try TemporaryDirectory()
    let driver = ProcessRunner.packageDirectory.appending(path: "Tests/HomeAssistantDriver/driver.py")
    let process = try ProcessRunner(
      URL(filePath: program).deletingLastPathComponent().appending(path: "python"),
      [
        driver.path(percentEncoded: false), try SharedData.url("ha").path(percentEncoded: false), program,
        "\(broker.port)", directory.path, prefix,
      ], hasInput: true)
    try await process.line(within: .seconds(120)) { $0.contains("\"ready\"") }
    return HomeAssistantUnderTest(process, directory)
  }

  // MARK: What it knows

  func devices() async throws -> [Device] { try await ask(["do": "devices"]) }

  func entities() async throws -> [Entity] { try await ask(["do": "entities"]) }

  /// Unique ids of what is enabled. What Home Assistant itself has disabled it keeps, whatever is announced.
  func enabledIDs() async throws -> Set<String> {
    Set(try await entities().filter(\.isEnabled).compactMap(\.uniqueID))
  }

  /// Waits until it has so many enabled entities, and all states are quiet.
  /// - Returns: how many it has.
  @discardableResult
  func settle(count: Int) async throws -> Int { try await ask(["do": "settle", "count": count, "limit": 60]) }

  func state(_ entity: String) async throws -> State? { try await ask(["do": "state", "entity": entity]) }

  /// Waits for a state, nil for no such entity.
  /// - Returns: the state at last.
  @discardableResult
  func wait(_ entity: String, _ state: String?, seconds: Int = 15) async throws -> State? {
    try await ask(["do": "wait", "entity": entity, "state": state ?? NSNull(), "limit": seconds])
  }

  /// Warnings and errors in its log that concern MQTT or entities, and repair issues.
  func complaints() async throws -> [String] { try await ask(["do": "complaints"]) }

  func statistics() async throws -> Statistics { try await ask(["do": "statistics"]) }

  /// A device's triggers for automations, such as `Fault began`.
  func triggers(of device: String) async throws -> [String] { try await ask(["do": "triggers", "device": device]) }

  /// Waits for a trigger from now on, as an automation does.
  func arm(_ device: String, _ subtype: String, _ type: String) async throws {
    let _: Bool = try await ask(["do": "arm", "device": device, "subtype": subtype, "type": type])
  }

  /// Whether a trigger that was armed has fired, or does so within ten seconds.
  func fired(_ device: String, _ subtype: String, _ type: String) async throws -> Bool {
    try await ask(["do": "fired", "trigger": "\(device) \(subtype) \(type)", "limit": 10])
  }

  // MARK: What it does

  /// Calls a service such as `select/select_option`.
  @discardableResult
  func call(_ service: String, _ data: [String: Any]) async throws -> CallAnswer {
    try await ask(["do": "call", "service": service, "data": data])
  }

  /// Ends it in good order and starts it again with what it remembers.
  func restart() async throws { let _: String = try await ask(["do": "restart"]) }

  func stop() async throws {
    process.closeInput()
    try await process.exitStatus(within: .seconds(40))
  }

  private struct Answer<Result: Decodable>: Decodable {
    var result: Result?
    var error: String?
  }

  private func ask<Result: Decodable>(_ command: [String: Any]) async throws -> Result {
    number += 1
    let id = "\(number)"
    let data = try JSONSerialization.data(withJSONObject: command.merging(["id": id]) { $1 })
    process.send(line: String(decoding: data, as: UTF8.self))
    let line = try await process.line(within: .seconds(150)) { $0.hasPrefix("{\"id\": \"\(id)\",") }
    let answer = try JSONDecoder().decode(Answer<Result>.self, from: Data(line.utf8))
    if let error = answer.error { throw Failure(description: error) }
    if let result = answer.result { return result }
    // What may be missing is null.
    return try JSONDecoder().decode(Result.self, from: Data("null".utf8))
  }
}
