import Registry

/// One setting: its names in every source, how it is read, shown and explained. The table of all of them is
/// ``all``.
struct ConfigurationKey: Sendable {
  /// Section and name, such as `gateway.max_read`.
  let path: String
  /// Name of the flag with its dashes.
  let flag: String
  /// The flag made of the whole path, which is always understood too.
  let longFlag: String
  /// Name of the kind of value, in Markdown.
  let kind: String
  /// What the default is where ``show`` of an untouched configuration does not tell, in Markdown.
  let defaultNote: String?
  /// One or two sentences, in Markdown.
  let summary: String
  /// Whether only the environment may give it, because files and process lists are read by others.
  let isSecret: Bool
  /// Reads a value into the configuration, or reports what is wrong with it.
  let apply: @Sendable (ConfigurationNode, inout ReadingContext, inout BridgeConfiguration) -> Void
  /// The value as text, without secrets; empty when there is none.
  let show: @Sendable (BridgeConfiguration) -> String

  /// - Parameter flag: name without dashes; made of the path when nil.
  init<Value: Sendable>(
    _ path: String, _ property: any WritableKeyPath<BridgeConfiguration, Value> & Sendable, _ kind: ValueKind<Value>,
    flag: String? = nil, default defaultNote: String? = nil, isSecret: Bool = false, _ summary: String
  ) {
    self.path = path
    longFlag = "--" + String(path.map { ".:_".contains($0) ? "-" : $0 })
    self.flag = flag.map { "--" + $0 } ?? longFlag
    self.kind = kind.name
    self.defaultNote = defaultNote
    self.summary = summary
    self.isSecret = isSecret
    apply = { node, context, configuration in
      if let value = kind.read(node, path, &context) { configuration[keyPath: property] = value }
    }
    show = { kind.show($0[keyPath: property]) }
  }

  /// A setting that is read beside what others set.
  init(
    _ path: String, kind: String,
    apply: @escaping @Sendable (ConfigurationNode, inout ReadingContext, inout BridgeConfiguration) -> Void,
    show: @escaping @Sendable (BridgeConfiguration) -> String, _ summary: String
  ) {
    self.path = path
    flag = "--" + path
    longFlag = flag
    self.kind = kind
    defaultNote = nil
    self.summary = summary
    isSecret = false
    self.apply = apply
    self.show = show
  }

  /// Name of the environment variable.
  var variable: String { Self.variablePrefix + path.uppercased().replacing(".", with: "_") }

  /// Name of the section, or nil for a setting at the top.
  var section: Substring? { path.contains(".") ? path.prefix { $0 != "." } : nil }

  static let variablePrefix = "MATE3_"

  static let sections: Set<String> = Set(all.compactMap { $0.section.map(String.init) })

  static func named(_ path: String) -> ConfigurationKey? { all.first { $0.path == path } }

  /// The setting that somebody who wrote `path` most likely meant: the same name in another section, or the nearest.
  static func nearest(to path: String) -> String? {
    let name = path.split(separator: ".").last ?? ""
    let known = all.filter { !$0.isSecret }.map(\.path)
    return known.first { $0.split(separator: ".").last == name }
      ?? NearestName.of(path, among: known + sections.sorted())
  }
}

extension ValueKind where Value == Secret {
  static let secret = scalar("text", show: \.description) { text, _, _ in Secret(text) }
}
