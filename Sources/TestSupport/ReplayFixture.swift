package import RegisterIO

/// 40 registers in memory behind a ``ReplayConnection``.
package struct ReplayFixture: GatewayFixture {
  private let replay: ReplayConnection

  package init(responseTimeout: Duration) {
    replay = ReplayConnection(ScriptedGateway.sampleRegisters, responseTimeout: responseTimeout)
  }

  package var connection: any RegisterConnection { replay }
  package var readable: (range: RegisterRange, words: [UInt16]) { ScriptedGateway.sampleReadable }
  package var writable: RegisterRange { ScriptedGateway.sampleWritable }
  package var counts: GatewayCounts { replay.memory.counts }
  package func script(_ faults: [GatewayFault]) { replay.memory.script(faults) }
  package func close() async { replay.shutdown() }
}
