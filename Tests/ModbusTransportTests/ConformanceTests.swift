import ModbusTransport
import TestSupport
import Testing

@Suite struct ConformanceTests {
  @Test(arguments: RegisterConformance.allCases)
  func replay(_ requirement: RegisterConformance) async throws {
    try await requirement.check { ReplayFixture(responseTimeout: $0) }
  }

  @Test(arguments: RegisterConformance.allCases)
  func modbus(_ requirement: RegisterConformance) async throws {
    try await requirement.check { try ModbusFixture(responseTimeout: $0) }
  }
}
