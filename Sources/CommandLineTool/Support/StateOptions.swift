import ArgumentParser

/// Where the identities of devices and the ledger of writes are kept.
struct StateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder with the devices' identities and the ledger; the same as the bridge's unless given."),
    completion: .directory)
  var stateDir: String?

  var words: [String] { VerbSettings.words([("--state-dir", stateDir)]) }
}
