internal import Threads

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A socket that the cutter has adopted and the connection's thread watches.
struct WatchedSocket {
  let descriptor: Int32
  let watch: WatchedDescriptor

  func close(_ cutter: SocketCutter) {
    watch.end()
    cutter.release {
      #if canImport(Darwin)
        _ = Darwin.close(descriptor)
      #else
        _ = Glibc.close(descriptor)
      #endif
    }
  }
}
