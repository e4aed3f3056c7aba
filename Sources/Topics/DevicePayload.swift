package import Mate3
package import Registry

/// How the text of a field's topic is written in JSON.
package enum JSONShape: Sendable, Hashable {
  /// A number or list, which stands as it is.
  case plain
  case text
  /// A label, or the number that no document explains.
  case label

  package init(_ field: FieldDefinition) {
    if field.flags != nil {
      self = .plain
    } else if field.enumeration != nil {
      self = .label
    } else {
      self = field.type == .string || field.type == .ipv4 ? .text : .plain
    }
  }
}

/// The JSON topic of a device: all its fields in one object, with the decimals that their topics have.
package enum DevicePayload {
  /// A field and the payload of its topic.
  package struct Member: Sendable {
    package let name: String
    package let payload: [UInt8]
    package let shape: JSONShape

    package init(name: String, payload: [UInt8], shape: JSONShape) {
      self.name = name
      self.payload = payload
      self.shape = shape
    }
  }

  /// `{"device":"flexnet_dc","port":5,"availability":"online","battery_voltage":50.6,…}`. No field has one of the
  /// first three names.
  package static func bytes(_ device: DeviceKey, isOnline: Bool, _ members: some Sequence<Member>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2048)
    bytes += "{\"device\":".utf8
    append(device.name.utf8, to: &bytes)
    bytes += ",\"port\":\(device.port),\"availability\":\"\(isOnline ? "online" : "offline")\"".utf8
    for member in members {
      bytes.append(UInt8(ascii: ","))
      append(member.name.utf8, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      append(member, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  private static func append(_ member: Member, to bytes: inout [UInt8]) {
    if member.payload.elementsEqual("None".utf8) {
      bytes += "null".utf8
      return
    }
    switch member.shape {
    case .plain: bytes += member.payload
    case .text: append(member.payload, to: &bytes)
    case .label:
      if let number = Int(String(decoding: member.payload, as: UTF8.self)) {
        bytes += "\(number)".utf8
      } else {
        append(member.payload, to: &bytes)
      }
    }
  }

  /// A JSON string (RFC 8259, section 7).
  private static func append(_ text: some Sequence<UInt8>, to bytes: inout [UInt8]) {
    let hex = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: bytes += "\\u00".utf8 + [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
