import Foundation
import TestSupport
import Testing

@testable import Configuration

/// The examples for containers.
@Suite struct ComposeTests {
  @Test(arguments: ["compose.yaml", "compose-house.yaml"]) func theVariablesMakeAConfiguration(file: String) throws {
    let text = try String(
      contentsOf: ProcessRunner.packageDirectory.appending(path: "examples/\(file)"), encoding: .utf8)
    var context = ReadingContext(directory: "")
    func member(_ name: String, of node: ConfigurationNode) throws -> ConfigurationNode {
      let pairs = try #require(node.pairs(name, "", &context))
      return try #require(pairs.first { $0.key.text == name }?.value, "\(name)")
    }
    let services = try member("services", of: try ConfigurationNode(yaml: text, file: file))
    let bridge = try member("mate3", of: services)
    let variables = try #require(try member("environment", of: bridge).pairs("environment", "", &context))
    var environment: [String: String] = [:]
    for (key, value) in variables {
      let (name, text): (String, String) = (try #require(key.text), try #require(value.text))
      environment[name] = text
    }
    let read = try BridgeConfiguration.read(ConfigurationSources(environment: environment))
    #expect(read.warnings.isEmpty, "\(read.warnings)")
    #expect(read.configuration.broker.address.host == "mosquitto")
    // Nothing in it may do more than it must.
    #expect(try member("read_only", of: bridge).text == "true")
    #expect(try member("cap_drop", of: bridge).items("cap_drop", &context)?.map(\.text) == ["ALL"])
  }
}
