import ArgumentParser
import Bridge
import Configuration
import Foundation

/// Where the identities of devices and the ledger of writes are kept.
struct StateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder with the devices' identities and the ledger; the same as the bridge's unless given."),
    completion: .directory)
  var stateDir: String?

  var path: String {
    let environment = ProcessInfo.processInfo.environment
    return stateDir ?? environment["MATE3_STATE_DIR"]
      ?? BridgeConfiguration.defaultStateDirectory(environment: environment)
  }
}
