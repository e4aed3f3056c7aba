import Foundation
package import Registry

extension SimulatedGateway {
  /// Starts serving a file: a register dump (JSON) or a described system (YAML).
  /// - Parameter isAnimated: Whether a dump lives through the day; a described system always does.
  /// - Throws: ``SimulatorError`` naming the file, with line and column where there are some.
  package static func start(
    file: String, isAnimated: Bool, registry: Registry? = nil, options: SimulatorOptions = SimulatorOptions()
  ) async throws -> SimulatedGateway {
    let registry = try registry ?? .embedded()
    let text = try readText(file)
    guard text.contains(where: { !$0.isWhitespace }) else { throw SimulatorError("\(file) is empty") }
    if text.first(where: { !$0.isWhitespace }) != "{" {
      let system = try SystemDescription(text, file: file)
      return try await start(
        GatewayCore(try system.image(registry), registry: registry, options: options, life: system.parameters))
    }
    let image = try RegisterImage(dump: Data(text.utf8), name: file)
    return try await start(
      GatewayCore(image, registry: registry, options: options, life: isAnimated ? LivingSystem.Parameters() : nil))
  }

  static func readText(_ file: String) throws(SimulatorError) -> String {
    do {
      return try String(contentsOf: URL(fileURLWithPath: file), encoding: .utf8)
    } catch CocoaError.fileReadNoSuchFile {
      throw SimulatorError("\(file) can't be read: there is none of this name; check the path")
    } catch {
      throw SimulatorError("\(file) can't be read as a text file; check its name and permissions")
    }
  }
}

extension ScheduledFault {
  /// Reads a YAML list of actions, each with `at_request` or `at_s`.
  /// - Throws: ``SimulatorError`` with file, line and column.
  package static func load(_ file: String) throws(SimulatorError) -> [ScheduledFault] {
    try FaultParser.schedule(try SimulatedGateway.readText(file), file: file)
  }
}

extension RegisterImage {
  /// Reads a register dump (JSON), or a described system (YAML) as it is at its start.
  /// - Throws: ``SimulatorError`` naming the file, with line and column where there are some.
  package static func load(file: String, registry: Registry) throws(SimulatorError) -> RegisterImage {
    let text = try SimulatedGateway.readText(file)
    guard let first = text.first(where: { !$0.isWhitespace }) else { throw SimulatorError("\(file) is empty") }
    if first == "{" { return try RegisterImage(dump: Data(text.utf8), name: file) }
    return try SystemDescription(text, file: file).image(registry)
  }
}
