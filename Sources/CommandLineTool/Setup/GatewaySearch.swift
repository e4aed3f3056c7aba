import Foundation
import Glibc
import ModbusTransport
import Registry

/// Looks for gateways: one connection to each address, a few at a time, and to none a second one.
struct GatewaySearch {
  struct Found: Sendable {
    let host: String
    let trial: GatewayTrial
  }

  static let most = 1024
  private static let atOnce = 32
  private static let patience: Duration = .seconds(1)

  let networks: [IPv4Network]

  /// - Parameter text: a network such as 192.168.1.0/24; nil for those of this machine.
  init(_ text: String?) throws(Failure) {
    if let text {
      guard let network = IPv4Network(text), network.count <= Self.most else {
        throw Failure(
          .usage,
          "--network wants an IPv4 network of \(Self.most) addresses at most, such as 192.168.1.0/24, not ‘\(text)’")
      }
      networks = [network]
    } else {
      let own = IPv4Network.own()
      networks = own.filter { $0.count <= Self.most }
      guard !networks.isEmpty else {
        let large = own.map(\.description).joined(separator: ", ")
        throw Failure(
          .usage,
          own.isEmpty
            ? "this machine is in no IPv4 network to look in; name the gateway with --host"
            : "\(large) is too large to look through; name the part to look in with --network, such as 192.168.1.0/24")
      }
    }
  }

  /// What speaks Modbus there, gateways first.
  func run(port: UInt16, _ registry: Registry) async -> [Found] {
    var hosts = networks.flatMap(\.hosts)[...]
    let found = await withTaskGroup(of: Found?.self) { group in
      var found: [Found] = []
      func next() {
        guard let host = hosts.popFirst() else { return }
        group.addTask { await Self.look(host, port, registry) }
      }
      for _ in 0..<Self.atOnce { next() }
      for await result in group {
        if let result { found.append(result) }
        next()
      }
      return found
    }
    return found.sorted { left, right in
      let (first, second) = (left.trial.failure == nil, right.trial.failure == nil)
      return first == second ? left.host.compare(right.host, options: .numeric) == .orderedAscending : first
    }
  }

  /// - Returns: nil where nothing answers as Modbus does.
  private static func look(_ host: String, _ port: UInt16, _ registry: Registry) async -> Found? {
    let options = ModbusOptions(host: host, port: port, responseTimeout: patience, connectTimeout: patience)
    let trial = await GatewayTrial.run(options, registry)
    guard trial.failure?.status != .noConnection else { return nil }
    return Found(host: host, trial: trial)
  }
}

/// An IPv4 network, such as 192.168.1.0/24.
struct IPv4Network: Hashable, CustomStringConvertible {
  private let first: UInt32
  private let length: Int

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    var address = in_addr()
    guard parts.count == 2, inet_pton(AF_INET, String(parts[0]), &address) == 1, let length = Int(parts[1]),
      (8...32).contains(length)
    else { return nil }
    self.init(UInt32(bigEndian: address.s_addr), length)
  }

  private init(_ address: UInt32, _ length: Int) {
    self.length = length
    first = address & (UInt32.max << (32 - length))
  }

  var description: String { "\(Self.text(first))/\(length)" }

  /// Its addresses; those of the network itself and of all its hosts are none where there are others.
  private var offsets: Range<UInt32> {
    let mask = ~(UInt32.max << (32 - length))
    return length >= 31 ? 0..<(mask + 1) : 1..<mask
  }

  var count: Int { offsets.count }
  var hosts: [String] { offsets.map { Self.text(first + $0) } }

  private static func text(_ address: UInt32) -> String {
    [24, 16, 8, 0].map { String(address >> $0 & 0xFF) }.joined(separator: ".")
  }

  /// Those that this machine is in, without its own and those of two machines alone.
  static func own() -> [IPv4Network] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return [] }
    defer { freeifaddrs(list) }
    var networks: [IPv4Network] = []
    for entry in sequence(first: list, next: { $0?.pointee.ifa_next }).compactMap({ $0?.pointee }) {
      let flags = Int(entry.ifa_flags)
      guard flags & Int(IFF_UP) != 0,
        flags & Int(IFF_LOOPBACK | IFF_POINTOPOINT) == 0,
        let address = number(entry.ifa_addr), let mask = number(entry.ifa_netmask)
      else { continue }
      let network = IPv4Network(address, mask.nonzeroBitCount)
      if !networks.contains(network) { networks.append(network) }
    }
    return networks
  }

  private static func number(_ address: UnsafeMutablePointer<sockaddr>?) -> UInt32? {
    guard let address, Int32(address.pointee.sa_family) == AF_INET else { return nil }
    return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
      UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
    }
  }
}
