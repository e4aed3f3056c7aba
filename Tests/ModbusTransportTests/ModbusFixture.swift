import ModbusTransport
import RegisterIO
import TestSupport

/// A scripted Modbus server and a connection to it.
struct ModbusFixture: GatewayFixture {
  let gateway: ScriptedGateway
  private let modbus: ModbusConnection

  init(responseTimeout: Duration) throws {
    gateway = try ScriptedGateway()
    modbus = try ModbusConnection(
      ModbusOptions(host: "127.0.0.1", port: gateway.port, responseTimeout: responseTimeout))
  }

  var connection: any RegisterConnection { modbus }
  var readable: (range: RegisterRange, words: [UInt16]) { ReplayFixture(responseTimeout: .zero).readable }
  var writable: RegisterRange { ReplayFixture(responseTimeout: .zero).writable }
  var counts: GatewayCounts { gateway.memory.counts }
  func script(_ faults: [GatewayFault]) { gateway.memory.script(faults) }

  func close() async {
    modbus.shutdown()
    gateway.close()
  }
}
