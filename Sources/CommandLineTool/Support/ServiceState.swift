import Configuration
import Foundation
import Glibc

/// The state directory of a bridge that runs as a service, which a user at the prompt does not have.
enum ServiceState {
  /// What `StateDirectory=mate3` of the unit makes.
  static let path = "/var/lib/mate3"

  /// A sentence about a state directory, and where a service has its own when nobody has chosen this one.
  /// - Parameters:
  ///   - own: the directory of this user, and
  ///   - service: that of a service; others for tests.
  static func hinted(
    _ sentence: String, about folder: String,
    own: String = BridgeConfiguration.defaultStateDirectory(environment: ProcessInfo.processInfo.environment),
    service: String = path
  ) -> String {
    var status = stat()
    // A link into what only root may look into.
    guard folder == own, folder != service, lstat(service, &status) == 0 else { return sentence }
    return sentence + (sentence.last == "?" ? "" : ".")
      + " The state of a bridge's service is in \(service): use sudo"
  }
}
