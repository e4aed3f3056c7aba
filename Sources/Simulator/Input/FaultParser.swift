import RegisterIO

/// Reads fault actions from YAML or JSON, for example
/// `{"action": "swap_ports", "ports": [1, 2], "at_request": 40, "when": "after"}`.
///
/// The actions are those of ``FaultAction``, with their names in snake_case. `requests` and `for_s` say how long a
/// standing fault stands; `at_request` (with `when: before` or `after`), `in_requests` and `at_s` when an action comes.
package struct FaultParser {
  /// An action, and when it comes: now when nil.
  struct Order: Hashable {
    enum Time: Hashable {
      case trigger(FaultTrigger)
      /// So many requests from now.
      case inRequests(Int, isAfter: Bool)
    }

    var action: FaultAction
    var time: Time?
  }

  private static let timeKeys: Set<String> = ["action", "at_request", "in_requests", "at_s", "when"]
  private static let windowKeys: Set<String> = ["requests", "for_s"]

  /// Reads a file of `--faults`: a list of actions, each with its time.
  static func schedule(_ text: String, file: String) throws(SimulatorError) -> [ScheduledFault] {
    var faults: [ScheduledFault] = []
    for value in try YAMLValue(text, file: file).list() {
      let order = try order(value)
      switch order.time {
      case .trigger(let trigger): faults.append(ScheduledFault(trigger, order.action))
      case .inRequests(let count, let isAfter):
        faults.append(ScheduledFault(isAfter ? .afterRequest(count) : .beforeRequest(count), order.action))
      case nil: throw value.error("the action has no time; add `at_request` or `at_s`")
      }
    }
    return faults
  }

  /// Reads one action.
  static func order(_ value: YAMLValue) throws(SimulatorError) -> Order {
    let mapping = try value.mapping()
    let name = try mapping.required("action").text()
    guard let reader = readers[name] else {
      throw try mapping.required("action").error(
        "`\(name)` is no action; known are \(actions.joined(separator: ", "))")
    }
    try mapping.allowOnly(timeKeys.union(reader.keys))
    return Order(action: try reader.read(mapping), time: try time(mapping))
  }

  private static func time(_ mapping: YAMLMapping) throws(SimulatorError) -> Order.Time? {
    var isAfter = false
    if let when = mapping["when"] {
      switch try when.text() {
      case "before": isAfter = false
      case "after": isAfter = true
      default: throw when.error("`when` is either before or after")
      }
    }
    if let value = mapping["at_request"] {
      let number = try value.integer(1...Int(Int32.max))
      return .trigger(isAfter ? .afterRequest(number) : .beforeRequest(number))
    }
    if let value = mapping["in_requests"] {
      return .inRequests(try value.integer(1...Int(Int32.max)), isAfter: isAfter)
    }
    if let value = mapping["at_s"] { return .trigger(.elapsed(.seconds(try value.number(0...1e9)))) }
    return nil
  }

  private struct Reader {
    var keys: Set<String>
    var read: @Sendable (YAMLMapping) throws(SimulatorError) -> FaultAction

    init(_ keys: Set<String>, _ read: @escaping @Sendable (YAMLMapping) throws(SimulatorError) -> FaultAction) {
      self.keys = keys
      self.read = read
    }
  }

  /// Names of the actions.
  package static var actions: [String] { readers.keys.sorted() }

  private static let readers: [String: Reader] = [
    "swap_ports": Reader(["ports"]) { mapping throws(SimulatorError) in
      let value = try mapping.required("ports")
      let ports = try value.list()
      guard ports.count == 2 else { throw value.error("two ports are expected here, such as [1, 2]") }
      return .swapPorts(try ports[0].integer(0...0xFFFE), try ports[1].integer(0...0xFFFE))
    },
    "replace_device": Reader(["port", "model", "serial"]) { mapping throws(SimulatorError) in
      let model = try mapping["model"]?.text()
      let serial = try mapping["serial"]?.text()
      if model == nil, serial == nil { throw mapping.place.error("give `model`, `serial` or both") }
      return .replaceDevice(port: try port(mapping), model: model, serial: serial)
    },
    "change_serial": Reader(["port", "serial"]) { mapping throws(SimulatorError) in
      .changeSerial(port: try port(mapping), serial: try mapping.required("serial").text())
    },
    "drop_block": Reader(["block", "port"]) { mapping throws(SimulatorError) in
      .dropBlock(id: try block(mapping), port: try mapping["port"]?.integer(0...0xFFFE))
    },
    "lengthen_block": Reader(["block", "port", "by"]) { mapping throws(SimulatorError) in
      .resizeBlock(
        id: try block(mapping), port: try mapping["port"]?.integer(0...0xFFFE),
        by: try mapping["by"]?.integer(-1000...1000) ?? 1)
    },
    "set": Reader(["address", "value", "values"]) { mapping throws(SimulatorError) in
      let address = try mapping.required("address").integer(0...0xFFFF)
      if let values = mapping["values"] { return .set(address: address, words: try words(try values.list())) }
      return .set(address: address, words: try words([try mapping.required("value")]))
    },
    "restore": Reader([]) { _ throws(SimulatorError) in .restore },
    "delay": Reader(windowKeys.union(["ms"])) { mapping throws(SimulatorError) in
      .delay(.milliseconds(try mapping.required("ms").integer(0...3_600_000)), try window(mapping))
    },
    "silence": Reader(windowKeys) { mapping throws(SimulatorError) in .silence(try window(mapping)) },
    "exception": Reader(windowKeys.union(["code"])) { mapping throws(SimulatorError) in
      let code = try mapping["code"]?.integer(1...255) ?? 4
      return .exception(ModbusException(rawValue: UInt8(truncatingIfNeeded: code)), try window(mapping))
    },
    "wrong_transaction": Reader(windowKeys) { mapping throws(SimulatorError) in
      .wrongTransaction(try window(mapping))
    },
    "cut": Reader(windowKeys.union(["bytes"])) { mapping throws(SimulatorError) in
      .cut(afterBytes: try mapping["bytes"]?.integer(0...260) ?? 5, try window(mapping))
    },
    "lose_answer": Reader(windowKeys.union(["close"])) { mapping throws(SimulatorError) in
      .loseAnswer(closing: try mapping["close"]?.truth() ?? false, try window(mapping))
    },
    "busy_after_write": Reader(["for_s"]) { mapping throws(SimulatorError) in
      .busyAfterWrite(.seconds(try mapping.required("for_s").number(0...3600)))
    },
    "refuse_inside": Reader(windowKeys.union(["bits"])) { mapping throws(SimulatorError) in
      .refuseInside(bits: try bits(mapping, default: Int(ErrorRegister.invalid)), try window(mapping))
    },
    "keep_steps": Reader(["volts"]) { mapping throws(SimulatorError) in
      .keepSteps(volts: try mapping.required("volts").number(0...100))
    },
    "standing_error": Reader(["bits"]) { mapping throws(SimulatorError) in
      .standingError(bits: try bits(mapping, default: Int(ErrorRegister.invalid)))
    },
    "lock": Reader(["on"]) { mapping throws(SimulatorError) in .lock(try mapping["on"]?.truth() ?? true) },
    "reboot": Reader(["down_s", "per_device_s"]) { mapping throws(SimulatorError) in
      .reboot(
        down: .seconds(try mapping["down_s"]?.number(0...3600) ?? 3),
        perDevice: .seconds(try mapping["per_device_s"]?.number(0...3600) ?? 1))
    },
    "disconnect": Reader([]) { _ throws(SimulatorError) in .disconnect },
    "freeze_clock": Reader(["on"]) { mapping throws(SimulatorError) in
      .freezeClock(try mapping["on"]?.truth() ?? true)
    },
  ]

  private static func port(_ mapping: YAMLMapping) throws(SimulatorError) -> Int {
    try mapping.required("port").integer(0...0xFFFE)
  }

  private static func block(_ mapping: YAMLMapping) throws(SimulatorError) -> Int {
    try mapping.required("block").integer(0...0xFFFE)
  }

  private static func bits(_ mapping: YAMLMapping, default bits: Int) throws(SimulatorError) -> UInt16 {
    UInt16(truncatingIfNeeded: try mapping["bits"]?.integer(0...0xFFFF) ?? bits)
  }

  private static func words(_ values: [YAMLValue]) throws(SimulatorError) -> [UInt16] {
    var words: [UInt16] = []
    for value in values { words.append(UInt16(truncatingIfNeeded: try value.integer(0...0xFFFF))) }
    return words
  }

  private static func window(_ mapping: YAMLMapping) throws(SimulatorError) -> FaultWindow {
    FaultWindow(
      requests: try mapping["requests"]?.integer(1...Int(Int32.max)),
      duration: try mapping["for_s"].map { value throws(SimulatorError) in .seconds(try value.number(0...1e9)) })
  }
}
