internal import Threads

/// A socket that the cutter has adopted and the connection's thread watches.
struct WatchedSocket {
  let descriptor: Int32
  let watch: WatchedDescriptor

  func end(_ cutter: SocketCutter) {
    watch.end()
    cutter.release()
  }
}
