import Foundation
package import MessageIO
package import Registry
package import Topics

/// Tells messages that make the system safer, such as `off` for a generator, from all others.
package struct Releases: Sendable {
  /// By the name of the field; blocks may have a field of the same name with other labels.
  private let rules: [String: [(enumeration: Enumeration, values: Set<Int>)]]
  private let scheme: TopicScheme

  package init(registry: Registry, scheme: TopicScheme) {
    self.scheme = scheme
    rules = registry.blocks.flatMap(\.fields).reduce(into: [:]) { rules, field in
      guard let values = field.command?.release, !values.isEmpty, let enumeration = field.enumeration else { return }
      rules[field.name, default: []].append((enumeration, values))
    }
  }

  /// Whether the message asks for a value that a field of that name marks as a release, or for several that all are.
  /// Whether it is for the right device is seen later; going first gives it no right.
  package func contains(_ message: InboundMessage) -> Bool {
    guard !message.isRetained else { return false }
    switch scheme.parse(message.topic) {
    case .command(_, let field), .settings(_, _, let field?):
      guard rules[field] != nil else { return false }
      do { return contains(field, try CommandPayload(message.payload)) } catch { return false }
    case .settings(_, _, nil):
      do { return contains(nil, try CommandPayload(message.payload, isOfSeveral: true)) } catch { return false }
    default: return false
    }
  }

  /// - Parameter field: nil where the payload names the fields.
  func contains(_ field: String?, _ payload: CommandPayload) -> Bool {
    guard let field else {
      return payload.values?.allSatisfy { contains($0.field, payload.part($0.text)) } ?? false
    }
    return contains(field, payload)
  }

  private func contains(_ field: String, _ payload: CommandPayload) -> Bool {
    // What writes nothing takes nobody's place.
    guard let rules = rules[field], !payload.isDryRun, payload.expiresAt.map({ $0 > Date() }) ?? true else {
      return false
    }
    return rules.contains { enumeration, values in
      let value = enumeration.entry(commanded: payload.text)?.value ?? Int(payload.text)
      return value.map(values.contains) ?? false
    }
  }
}
