import ArgumentParser

/// Where the identities of devices and the ledger of writes are kept.
struct StateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder with the devices' identities and the ledger; unless given /var/lib/mate3 as root, as a bridge's service has "
        + "it, else ~/.local/state/mate3."),
    completion: .directory)
  var stateDir: String?

  var words: [String] { VerbSettings.words([("--state-dir", stateDir)]) }

  /// What leads another verb to the same folder.
  var target: [(flag: String, value: String)] { VerbSettings.given([("--state-dir", stateDir)]) }
}
