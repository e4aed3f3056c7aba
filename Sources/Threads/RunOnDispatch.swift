internal import Dispatch

/// Runs what may block on a dispatch queue of its own, where there are no threads to start.
func runOnDispatch(_ body: @escaping @Sendable () -> Void) {
  DispatchQueue(label: "blocking").async(execute: body)
}
