import Foundation

/// Takes actions as lines of JSON, for a process that drives the simulator through its standard input.
package struct ControlLine: Sendable {
  private let gateway: SimulatedGateway
  /// Longer lines are refused unread.
  private static let maximumLength = 100_000

  package init(_ gateway: SimulatedGateway) {
    self.gateway = gateway
  }

  /// Carries out one line and gives the line to answer with: `{"ok":true}`, with counters for the action `counters`,
  /// or `{"error":"…","ok":false}`. Never throws: a bad line changes nothing.
  package func answer(_ line: String) -> String {
    do throws(SimulatorError) {
      guard line.utf8.count <= Self.maximumLength else { throw SimulatorError("the line is too long") }
      let value = try YAMLValue(line, file: "line")
      if try value.mapping()["action"]?.text() == "counters" {
        return Self.json(Answer(ok: true, counters: gateway.counters))
      }
      let order = try FaultParser.order(value)
      try carryOut(order)
      return Self.json(Answer(ok: true))
    } catch {
      return Self.json(Answer(ok: false, error: error.message))
    }
  }

  /// The counters as one line of JSON.
  package func counters() -> String {
    Self.json(gateway.counters)
  }

  private func carryOut(_ order: FaultParser.Order) throws(SimulatorError) {
    switch order.time {
    case nil: try gateway.apply(order.action)
    case .trigger(let trigger): gateway.schedule(ScheduledFault(trigger, order.action))
    case .inRequests(let count, let isAfter): gateway.schedule(order.action, inRequests: count, isAfter: isAfter)
    }
  }

  private struct Answer: Encodable {
    var ok: Bool
    var error: String?
    var counters: GatewayCounters?
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Structures of numbers and texts always encode.
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? #"{"ok":false}"#
  }
}
