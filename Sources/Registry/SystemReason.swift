import Foundation

extension Error {
  /// What the system said, such as `Permission denied`, where Foundation has words of its own around it.
  package var systemReason: String {
    let inner = (self as? CocoaError)?.userInfo[NSUnderlyingErrorKey]
    guard let code = (inner as? POSIXError ?? self as? POSIXError)?.code.rawValue else { return localizedDescription }
    return String(cString: strerror(code))
  }
}
