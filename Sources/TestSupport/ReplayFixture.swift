public import RegisterIO

/// 40 registers in memory behind a ``ReplayConnection``.
public struct ReplayFixture: GatewayFixture {
  private let replay: ReplayConnection

  public init(responseTimeout: Duration) {
    replay = ReplayConnection(ScriptedGateway.sampleRegisters, responseTimeout: responseTimeout)
  }

  public var connection: any RegisterConnection { replay }
  public var readable: (range: RegisterRange, words: [UInt16]) { ScriptedGateway.sampleReadable }
  public var writable: RegisterRange { ScriptedGateway.sampleWritable }
  public var counts: GatewayCounts { replay.memory.counts }
  public func script(_ faults: [GatewayFault]) { replay.memory.script(faults) }
  public func close() async { replay.shutdown() }
}
