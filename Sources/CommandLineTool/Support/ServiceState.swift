import Glibc

/// The state directory of a bridge that runs as a service, which a user at the prompt does not have.
enum ServiceState {
  /// What `StateDirectory=mate3` of the unit makes.
  static let path = "/var/lib/mate3"

  /// A sentence about another directory, and where a service has its own, if there is one.
  /// - Parameter service: another one, for tests.
  static func hinted(_ sentence: String, besides folder: String, service: String = path) -> String {
    var status = stat()
    // A link into what only root may look into.
    guard folder != service, lstat(service, &status) == 0 else { return sentence }
    return sentence + (sentence.last == "?" ? "" : ".")
      + " The state of a bridge's service is in \(service): use sudo, or --state-dir \(service)"
  }
}
