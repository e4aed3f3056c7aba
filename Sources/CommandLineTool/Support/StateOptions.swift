import ArgumentParser
import Foundation

/// Where the identities of devices and the ledger of writes are kept.
struct StateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder with the devices' identities and the ledger; the same as the bridge's unless given."),
    completion: .directory)
  var stateDir: String?

  var path: String {
    let environment = ProcessInfo.processInfo.environment
    if let stateDir { return stateDir }
    for name in ["MATE3_STATE_DIR", "STATE_DIRECTORY"] {
      if let given = environment[name]?.split(separator: ":").first { return String(given) }
    }
    if getuid() == 0 { return "/var/lib/mate3" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state/mate3"
  }
}
