import RegisterIO
import Testing

@testable import Simulator

@Suite struct ModbusFrameTests {
  @Test func cutsAStreamWhereverItIsBroken() throws {
    let frames = [
      ModbusFrame(transaction: 0x0102, unit: 1, pdu: [3, 0x9C, 0x40, 0, 2]),
      ModbusFrame(transaction: 0xFFFF, unit: 255, pdu: [6, 0, 1, 0, 2]),
    ]
    let bytes = frames.flatMap(\.bytes)
    for split in 0...bytes.count {
      var reader = ModbusFrameReader()
      var seen: [ModbusFrame] = []
      for part in [bytes[..<split], bytes[split...]] {
        reader.append(part)
        while let frame = try reader.next() { seen.append(frame) }
      }
      #expect(seen == frames)
    }
  }

  @Test func writesTheHeaderAsTheGuideSays() {
    let frame = ModbusFrame(transaction: 0x0A0B, unit: 7, pdu: [0x83, 2])
    #expect(frame.bytes == [0x0A, 0x0B, 0, 0, 0, 3, 7, 0x83, 2])
  }

  @Test(
    arguments: [
      ([0, 1, 0, 1, 0, 6, 1, 3, 0, 0, 0, 1], ModbusFrameReader.Failure.wrongProtocol(1)),
      ([0, 1, 0, 0, 0, 0, 1], .wrongLength(0)),
      ([0, 1, 0, 0, 0, 1, 1], .wrongLength(1)),
      ([0, 1, 0, 0, 0, 255, 1], .wrongLength(255)),
      ([0, 1, 0, 0, 0xFF, 0xFF, 1], .wrongLength(0xFFFF)),
    ] as [([UInt8], ModbusFrameReader.Failure)])
  func refusesHeadersThatCannotBe(_ bytes: [UInt8], _ failure: ModbusFrameReader.Failure) {
    var reader = ModbusFrameReader()
    reader.append(bytes)
    #expect(throws: failure) { try reader.next() }
  }

  @Test func randomBytesNeverTrap() async {
    var generator = SystemRandomNumberGenerator()
    for round in 0..<20_000 {
      // Other tests share the few threads, and some of them wait for answers.
      if round.isMultiple(of: 500) { await Task.yield() }
      var reader = ModbusFrameReader()
      reader.append((0..<Int.random(in: 0...40, using: &generator)).map { _ in UInt8.random(in: 0...255) })
      while let frame = try? reader.next() { _ = try? ModbusRequest(pdu: frame.pdu) }
      _ = try? ModbusRequest(pdu: (0..<Int.random(in: 0...20)).map { _ in UInt8.random(in: 0...255) })
    }
  }
}

@Suite struct ModbusRequestTests {
  @Test(
    arguments: [
      ([3, 0x9C, 0x40, 0, 125], 40000, 125), ([3, 0, 0, 0, 1], 0, 1), ([3, 0xFF, 0xFF, 0, 1], 65535, 1),
    ] as [([UInt8], Int, Int)])
  func takesReads(_ pdu: [UInt8], _ start: Int, _ count: Int) throws {
    let range = try found(RegisterRange(start: start, count: count), "the range")
    #expect(try ModbusRequest(pdu: pdu) == .read(range))
  }

  @Test func takesWrites() throws {
    let one = try found(RegisterRange(start: 40000, count: 1), "the range")
    let two = try found(RegisterRange(start: 40000, count: 2), "the range")
    #expect(try ModbusRequest(pdu: [6, 0x9C, 0x40, 1, 2]) == .write(one, words: [0x0102], single: true))
    #expect(try ModbusRequest(pdu: [16, 0x9C, 0x40, 0, 1, 2, 1, 2]) == .write(one, words: [0x0102], single: false))
    #expect(
      try ModbusRequest(pdu: [16, 0x9C, 0x40, 0, 2, 4, 1, 2, 3, 4])
        == .write(two, words: [0x0102, 0x0304], single: false))
  }

  @Test(
    arguments: [
      ([], .illegalFunction), ([0], .illegalFunction), ([4, 0, 0, 0, 1], .illegalFunction),
      ([0x83, 0, 0, 0, 1], .illegalFunction), ([23], .illegalFunction),
      ([3], .illegalDataValue), ([3, 0, 0, 0], .illegalDataValue), ([3, 0, 0, 0, 1, 0], .illegalDataValue),
      ([3, 0, 0, 0, 0], .illegalDataValue), ([3, 0, 0, 0, 126], .illegalDataValue),
      ([3, 0, 0, 0xFF, 0xFF], .illegalDataValue), ([3, 0xFF, 0xFF, 0, 2], .illegalDataAddress),
      ([6, 0, 0, 0], .illegalDataValue), ([6, 0, 0, 0, 1, 1], .illegalDataValue),
      ([16, 0, 0, 0, 0, 0], .illegalDataValue), ([16, 0, 0, 0, 1, 2, 1], .illegalDataValue),
      ([16, 0, 0, 0, 1, 3, 1, 2, 3], .illegalDataValue), ([16, 0, 0, 0, 1, 2, 1, 2, 3], .illegalDataValue),
      ([16, 0, 0, 0, 124, 248], .illegalDataValue), ([16, 0xFF, 0xFF, 0, 2, 4, 1, 2, 3, 4], .illegalDataAddress),
    ] as [([UInt8], ModbusException)])
  func refuses(_ pdu: [UInt8], _ exception: ModbusException) {
    #expect(throws: ModbusRefusal(exception)) { try ModbusRequest(pdu: pdu) }
  }

  @Test func takesTheMostThatTheProtocolCarries() throws {
    let payload = Array(repeating: UInt8(1), count: 246)
    #expect(throws: Never.self) { try ModbusRequest(pdu: [16, 0, 0, 0, 123, 246] + payload) }
  }
}
