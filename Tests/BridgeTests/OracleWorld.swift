import RegisterIO
import Registry

/// A house as it really is: which piece of hardware hangs where, what each holds, and what is on the wire of it.
struct OracleWorld {
  enum Kind { case inverter, charger }

  /// A device, wherever it hangs or lies: what it holds travels with it.
  struct Hardware {
    let kind: Kind
    /// The blocks without their ports, from the id on.
    var status: [UInt16]
    var configuration: [UInt16]
    /// Lifetime counters: kWh, kAh, and the highest watts and volts.
    var counters: [Double]
    /// Kilowatt hours an hour.
    var rate: Double
  }

  /// A port of the hub.
  struct Place {
    let port: Int
    let kind: Kind
    var hardware: Int?
    /// Not shown for now: unplugged, or not back after a reboot.
    var isShown = true
  }

  struct Gateway {
    /// `common`, `gateway` and `system_control`, from the id on.
    var blocks: [[UInt16]]
  }

  /// Whose block stands where on the wire.
  enum Owner: Equatable {
    case gateway(Int)
    case status(place: Int)
    case configuration(place: Int)
  }

  struct Stretch: Equatable {
    let owner: Owner
    let start: Int
    let count: Int
  }

  static let counterOffsets = [21, 22, 23, 24, 25]
  private static let lengths: [Kind: (UInt16, UInt16)] = [.inverter: (46, 86), .charger: (26, 88)]

  var hardware: [Hardware] = []
  var places: [Place] = []
  var gateways: [Gateway] = []
  var gateway = 0
  /// MAC and serial are not there yet.
  var isBlank = false
  /// Everything of the devices but their headers is a sentinel.
  var sentinel: UInt16?
  /// A counter's reading that is wrong for a while: of a place, which counter, and what it shows.
  var badReading: (place: Int, counter: Int, word: UInt16)?
  /// Registers that show 0x8000 until a time.
  var settling: [(owner: Owner, offset: Int, count: Int, until: Double)] = []
  /// Writes that the devices take later.
  var late: [(hardware: Owner, physical: Int, offset: Int, words: [UInt16], at: Double)] = []
  /// Seconds since the beginning, and how far the wall clock is from it.
  private(set) var now = 0.0
  var wallOffset = 1.8e9

  private(set) var stretches: [Stretch] = []
  private(set) var registers: [UInt16] = []
  private var isDirty = true

  var wall: Double { now + wallOffset }

  init(_ random: inout some RandomNumberGenerator) {
    for number in 0..<2 {
      var common = [UInt16](repeating: 0, count: 67)
      (common[0], common[1]) = (1, 65)
      for index in 0..<4 { common[50 + index] = number == 0 ? 0x4747 : 0x5858 }
      var gateway = [UInt16](repeating: 0, count: 422)
      (gateway[0], gateway[1], gateway[2], gateway[405]) = (64110, 420, 1, 48)
      for index in 0..<7 { gateway[6 + index] = number == 0 ? 0x3030 : 0x3131 }
      var control = [UInt16](repeating: 0, count: 29)
      (control[0], control[1]) = (64120, 27)
      gateways.append(Gateway(blocks: [common, gateway, control]))
    }
    // Two inverters that differ in stacking mode and a spare; two like charge controllers, the spares, one other model.
    for stacking in [10, 12, 10] { hardware.append(Self.inverter(UInt16(stacking))) }
    let bases: [Double] = [3, 4000, 20000, 60000]
    let base = bases.randomElement(using: &random) ?? 4000
    let second: Double =
      switch Int.random(in: 0..<4, using: &random) {
      case 0: base
      case 1: base + Double(Int.random(in: 1...9, using: &random))
      case 2: max(0, (base / 60).rounded(.down))
      default: base + 3000
      }
    let spares: [Double] = [0, base + 2000, max(0, base - 40), base + 1]
    let spare = spares.randomElement(using: &random) ?? 0
    let all: [Double] = [base, min(second, 65000), min(spare, 65000), 0]
    for kilowattHours in all {
      hardware.append(Self.charger(80, kilowattHours, rate: Double.random(in: 0...1.5, using: &random)))
    }
    hardware.append(Self.charger(60, 700, rate: 1))
    places = [
      Place(port: 1, kind: .inverter, hardware: 0), Place(port: 2, kind: .inverter, hardware: 1),
      Place(port: 3, kind: .charger, hardware: 3), Place(port: 4, kind: .charger, hardware: 4),
      Place(port: 5, kind: .charger, hardware: nil), Place(port: 6, kind: .inverter, hardware: nil),
    ]
    if Bool.random(using: &random) { places.swapAt(1, 2) }
  }

  private static func inverter(_ stacking: UInt16) -> Hardware {
    var (status, configuration) = blank(.inverter, 64117, 64116)
    (status[3], status[17]) = (0xFFFF, 506)
    (configuration[3], configuration[7], configuration[10], configuration[12]) = (0xFFFF, 1, 576, 540)
    (configuration[51], configuration[61]) = (stacking, 500)
    // GS8: a Radian, whose range and steps are documented.
    (configuration[75], configuration[76]) = (0x4753, 0x3800)
    return Hardware(kind: .inverter, status: status, configuration: configuration, counters: [], rate: 0)
  }

  private static func charger(_ model: UInt16, _ kilowattHours: Double, rate: Double) -> Hardware {
    var (status, configuration) = blank(.charger, 64111, 64112)
    (status[3], status[8]) = (0xFFFF, 508)
    (configuration[3], configuration[10], configuration[13], configuration[14]) = (0xFFFF, 576, 500, 540)
    (configuration[51], configuration[81]) = (2, 0x4600 + model)
    let counters = [kilowattHours, (kilowattHours / 2).rounded(.down), 3000, 600, 1200]
    return Hardware(
      kind: .charger, status: status, configuration: configuration,
      counters: kilowattHours == 0 ? [0, 0, 0, 0, 0] : counters, rate: rate)
  }

  private static func blank(_ kind: Kind, _ status: UInt16, _ configuration: UInt16) -> ([UInt16], [UInt16]) {
    let (one, other) = lengths[kind] ?? (0, 0)
    var blocks = ([UInt16](repeating: 0, count: Int(one) + 2), [UInt16](repeating: 0, count: Int(other) + 2))
    (blocks.0[0], blocks.0[1], blocks.1[0], blocks.1[1]) = (status, one, configuration, other)
    return blocks
  }

  // MARK: What happens

  mutating func change(_ body: (inout OracleWorld) -> Void) {
    isDirty = true
    body(&self)
  }

  /// Time passes for the devices too.
  mutating func pass(_ seconds: Double) {
    now += seconds
    for place in places where place.isShown {
      guard let number = place.hardware, hardware[number].kind == .charger else { continue }
      let gain = hardware[number].rate * seconds / 3600
      let before = hardware[number].counters[0].rounded(.down)
      hardware[number].counters[0] = min(65500, hardware[number].counters[0] + gain)
      hardware[number].counters[1] = min(65500, hardware[number].counters[1] + gain / 2)
      if hardware[number].counters[0].rounded(.down) != before { isDirty = true }
    }
    for write in late where write.at <= now {
      put(write.words, into: write.hardware, write.physical, at: write.offset)
    }
    if late.contains(where: { $0.at <= now }) || settling.contains(where: { $0.until <= now }) {
      isDirty = true
      late.removeAll { $0.at <= now }
      settling.removeAll { $0.until <= now }
    }
  }

  /// The words on the wire, from 40000 on.
  mutating func show() -> [UInt16] {
    guard isDirty else { return registers }
    isDirty = false
    registers.removeAll(keepingCapacity: true)
    stretches.removeAll(keepingCapacity: true)
    registers += [0x5375, 0x6E53]
    for index in 0..<3 { add(gateways[gateway].blocks[index], .gateway(index)) }
    if isBlank {
      for index in 0..<16 { registers[2 + 50 + index] = 0 }
      for index in 0..<7 { registers[2 + 67 + 6 + index] = 0 }
    }
    for (index, place) in places.enumerated() where place.isShown {
      guard let number = place.hardware else { continue }
      let device = hardware[number]
      var status = device.status
      for (offset, value) in zip(Self.counterOffsets, device.counters) { status[offset - 1] = UInt16(value) }
      if let bad = badReading, bad.place == index { status[Self.counterOffsets[bad.counter] - 1] = bad.word }
      var configuration = device.configuration
      if let sentinel {
        for offset in 3..<status.count { status[offset] = sentinel }
        for offset in 3..<configuration.count { configuration[offset] = sentinel }
      }
      (status[2], configuration[2]) = (UInt16(place.port), UInt16(place.port))
      add(status, .status(place: index))
      add(configuration, .configuration(place: index))
    }
    for each in settling {
      guard let stretch = stretches.first(where: { $0.owner == each.owner }) else { continue }
      for index in 0..<each.count { registers[stretch.start - 40000 + each.offset - 1 + index] = 0x8000 }
    }
    registers += [0xFFFF, 0]
    return registers
  }

  private mutating func add(_ block: [UInt16], _ owner: Owner) {
    stretches.append(Stretch(owner: owner, start: 40000 + registers.count, count: block.count))
    registers += block
  }

  /// Whose register an address is, and which of its block, from 1.
  mutating func owner(of address: Int) -> (owner: Owner, offset: Int)? {
    _ = show()
    guard let stretch = stretches.first(where: { ($0.start..<$0.start + $0.count).contains(address) }) else {
      return nil
    }
    return (stretch.owner, address - stretch.start + 1)
  }

  /// The piece of hardware behind an owner now: a gateway or a device.
  func physical(_ owner: Owner) -> Int? {
    switch owner {
    case .gateway: gateway
    case .status(let place), .configuration(let place): places[place].hardware
    }
  }

  mutating func put(_ words: [UInt16], into owner: Owner, _ physical: Int, at offset: Int) {
    isDirty = true
    for (index, word) in words.enumerated() {
      switch owner {
      case .gateway(let block): gateways[physical].blocks[block][offset - 1 + index] = word
      case .status: hardware[physical].status[offset - 1 + index] = word
      case .configuration: hardware[physical].configuration[offset - 1 + index] = word
      }
    }
    // What a write-only control does shows in the status: use or drop, bit 2 (note table 22).
    if case .gateway(2) = owner, offset == 7, let word = words.first {
      let status = gateways[physical].blocks[2][10]
      gateways[physical].blocks[2][10] = word == 1 ? status | Self.useBit : status & ~Self.useBit
    }
  }

  static let useBit: UInt16 = 1 << 2

  /// What the hardware really holds.
  func words(of owner: Owner, _ physical: Int, at offset: Int, count: Int) -> [UInt16] {
    let block =
      switch owner {
      case .gateway(let block): gateways[physical].blocks[block]
      case .status: hardware[physical].status
      case .configuration: hardware[physical].configuration
      }
    return Array(block[offset - 1..<offset - 1 + count])
  }
}
