import Foundation
import TestSupport

/// docs/openapi.json, as far as it says what an answer may be.
struct OpenAPI {
  private let root: [String: Any]

  init() throws {
    let file = ProcessRunner.packageDirectory.appending(path: "docs/openapi.json")
    root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
  }

  /// The paths that can be read.
  var paths: [String] {
    (root["paths"] as? [String: [String: Any]])?.filter { $0.value["get"] != nil }.keys.sorted() ?? []
  }

  /// What is wrong with an answer; empty when nothing is.
  func problems(_ path: String, _ status: String, _ answer: String) throws -> [String] {
    var response = value("paths", path, "get", "responses", status) as? [String: Any]
    if let other = response?["$ref"] as? String { response = resolved(other) }
    let content = (response?["content"] as? [String: Any])?["application/json"] as? [String: Any]
    guard let schema = content?["schema"] as? [String: Any] else { return ["\(path) \(status) is not described"] }
    return check(try JSONSerialization.jsonObject(with: Data(answer.utf8)), schema, path)
  }

  private func value(_ keys: String...) -> Any? {
    keys.reduce(root as Any?) { ($0 as? [String: Any])?[$1] }
  }

  private func resolved(_ reference: String) -> [String: Any] {
    let keys = reference.split(separator: "/").dropFirst().map(String.init)
    return keys.reduce(root as Any?) { ($0 as? [String: Any])?[$1] } as? [String: Any] ?? [:]
  }

  private func check(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
    if let reference = schema["$ref"] as? String { return check(value, resolved(reference), place) }
    let types = (schema["type"] as? [String]) ?? [schema["type"] as? String ?? ""]
    guard types.contains(where: { Self.isOf($0, value) }) else { return ["\(place) is \(value), not \(types)"] }
    var problems: [String] = []
    if let choices = schema["enum"] as? [String], let text = value as? String, !choices.contains(text) {
      problems.append("\(place) is ‘\(text)’")
    }
    if let items = value as? [Any], let inner = schema["items"] as? [String: Any] {
      for (index, item) in items.enumerated() { problems += check(item, inner, "\(place)[\(index)]") }
    }
    guard let members = value as? [String: Any], types.contains("object") else { return problems }
    let known = schema["properties"] as? [String: Any] ?? [:]
    for name in schema["required"] as? [String] ?? [] where members[name] == nil {
      problems.append("\(place) lacks \(name)")
    }
    for (name, member) in members {
      if let inner = known[name] as? [String: Any] {
        problems += check(member, inner, "\(place).\(name)")
      } else if let inner = schema["additionalProperties"] as? [String: Any] {
        problems += check(member, inner, "\(place).\(name)")
      } else if schema["additionalProperties"] as? Bool == false {
        problems.append("\(place) has \(name), which is not described")
      }
    }
    return problems
  }

  private static func isOf(_ type: String, _ value: Any) -> Bool {
    let isFlag = (value as? NSNumber).map(Self.isFlag) ?? false
    switch type {
    case "object": return value is [String: Any]
    case "array": return value is [Any]
    case "string": return value is String
    case "null": return value is NSNull
    case "boolean": return isFlag
    case "number": return value is NSNumber && !isFlag
    case "integer": return (value as? NSNumber).map { !isFlag && $0.doubleValue == $0.doubleValue.rounded() } ?? false
    default: return false
    }
  }

  /// Whether a number of JSONSerialization was true or false.
  private static func isFlag(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
