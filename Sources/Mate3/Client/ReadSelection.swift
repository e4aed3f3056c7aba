import Registry

/// Which devices and fields are wanted. Names may have `*` for any characters and `?` for one.
public struct ReadSelection: Sendable, Hashable {
  /// Device names, or `name/port`; all when empty.
  public var devices: [String]
  /// Hub ports; all when empty.
  public var ports: Set<Int>
  /// Field names; all when empty.
  public var fields: [String]

  /// Wants these devices, ports and fields; what is empty wants all.
  public init(devices: [String] = [], ports: Set<Int> = [], fields: [String] = []) {
    self.devices = devices
    self.ports = ports
    self.fields = fields
  }

  /// All devices and fields.
  public static let everything = ReadSelection()

  /// Whether nothing is left out.
  public var isEverything: Bool { self == .everything }

  /// Whether it names one device, so that nothing need be searched behind it.
  var isForOne: Bool {
    guard devices.count == 1, let device = devices.first, !device.contains(where: { "*?".contains($0) }) else {
      return false
    }
    return ports.count == 1 || device.contains("/")
  }

  /// Whether a device is wanted.
  public func matches(_ device: DeviceKey) -> Bool {
    guard ports.isEmpty || ports.contains(device.port) else { return false }
    return devices.isEmpty
      || devices.contains { Self.matches($0, device.name) || Self.matches($0, device.description) }
  }

  /// Whether a field is wanted, on a device that is.
  public func matches(field name: String) -> Bool {
    fields.isEmpty || fields.contains { Self.matches($0, name) }
  }

  /// Whether a block of this kind can be wanted, before its port is known.
  func mayMatch(_ block: BlockDefinition, names: DeviceNames) -> Bool {
    // A name of the user's own is known only together with the port.
    guard names.names.isEmpty, !devices.isEmpty else { return true }
    return devices.contains { pattern in
      let name = pattern.split(separator: "/", maxSplits: 1).first.map(String.init) ?? pattern
      return Self.matches(name, block.name)
    }
  }

  /// Whether a pattern with `*` and `?` fits a whole text.
  package static func matches(_ pattern: String, _ text: String) -> Bool {
    var pattern = Array(pattern.utf8)[...]
    var text = Array(text.utf8)[...]
    var retry: (pattern: ArraySlice<UInt8>, text: ArraySlice<UInt8>)?
    while let character = text.first {
      if pattern.first == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        retry = (pattern, text)
      } else if pattern.first == character || pattern.first == UInt8(ascii: "?") {
        pattern = pattern.dropFirst()
        text = text.dropFirst()
      } else if let last = retry, !last.text.isEmpty {
        retry = (last.pattern, last.text.dropFirst())
        (pattern, text) = (last.pattern, last.text.dropFirst())
      } else {
        return false
      }
    }
    return pattern.allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
