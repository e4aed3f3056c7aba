import Foundation
import Registry
import TestSupport
import Testing

@testable import CommandLineTool

struct CommandLineDocumentTests {
  @Test func everyExitStatusIsExplained() throws {
    let page = try String(
      contentsOf: ProcessRunner.packageDirectory.appending(path: "docs/command-line.md"), encoding: .utf8)
    for status in ExitStatus.allCases {
      #expect(page.contains("| \(status.rawValue) | \(status.meaning) |"))
      #expect(ExitStatus.help.split { $0.isWhitespace }.joined(separator: " ").contains(status.meaning))
    }
  }

  @Test func theSettingsSayHowManyGatewaysFit() throws {
    let page = try String(
      contentsOf: ProcessRunner.packageDirectory.appending(path: "docs/settings.md"), encoding: .utf8)
    #expect(
      page.contains(
        "Each gateway takes \(BridgeGroup.descriptorsPerGateway) file descriptors, and the process "
          + "\(BridgeGroup.otherDescriptors)."))
  }

  @Test func whatIsWatchedIsInTheRegistry() throws {
    let registry = try Registry.embedded()
    for (name, fields) in WatchState.fields {
      let block = try #require(registry.block(named: name))
      for field in fields { #expect(block.field(field) != nil, "\(name).\(field)") }
    }
  }
}
