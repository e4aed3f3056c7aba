import Derived
import Registry

/// What the page must know of fields to show their values: names, units, and whether they are settings.
enum FieldList {
  /// - Parameter names: the fields that are wanted; nil for all.
  static func json(_ registry: Registry, _ blocks: Set<String>, _ names: Set<String>? = nil) -> String {
    func isWanted(_ name: String) -> Bool { names?.contains(name) ?? true }
    let house = DerivedField.all.filter { isWanted($0.name) }.map {
      entry($0.name, $0.title, $0.unit, "measurement", writes: [])
    }
    let lists =
      ["\"house\":{\"label\":\"House\",\"kind\":\"house\",\"fields\":[\(house.joined(separator: ","))]}"]
      + blocks.sorted().compactMap { name in
        registry.block(named: name).map { block in
          let fields = block.fields.filter { $0.privacy == .shared && !$0.isInternal && isWanted($0.name) }
            .map { field in
              entry(
                field.name, field.label, field.units, kind(field),
                writes: field.command == nil ? [] : field.enumeration?.entries.map(\.label) ?? [])
            }
          return """
            \(JSON.quoted(name)):{"label":\(JSON.quoted(block.label)),"kind":\(JSON.quoted(block.kind.rawValue)),\
            "fields":[\(fields.joined(separator: ","))]}
            """
        }
      }
    return "{\(lists.joined(separator: ","))}"
  }

  private static func kind(_ field: FieldDefinition) -> String {
    if field.access.isWritable { return "setting" }
    return field.interval == .fixed ? "identity" : "measurement"
  }

  private static func entry(_ name: String, _ label: String, _ unit: String?, _ kind: String, writes: [String])
    -> String
  {
    """
    {"name":\(JSON.quoted(name)),"label":\(JSON.quoted(label)),"unit":\(JSON.quoted(unit)),"kind":\(JSON.quoted(kind)),\
    "values":[\(writes.map { JSON.quoted($0) }.joined(separator: ","))]}
    """
  }
}
