#if canImport(Glibc)
  import CMalloc
  import Glibc
#endif

/// What starting up and scans have needed of memory and running does not.
enum SpareMemory {
  /// Few arenas for many threads: each gateway has a thread of its own, and what their common allocator leaves unused
  /// between them would grow with their number. To be called before there are threads.
  static func shareArenas() {
    #if canImport(Glibc)
      _ = mallopt(M_ARENA_MAX, 2)
    #endif
  }

  /// Gives back free memory, and the pages of code that were touched: the kernel maps the file's code in large pieces, and
  /// most of what reads the register map and the configuration never runs again. What is needed comes back by itself from
  /// the file, which the kernel keeps cached as long as it has memory to spare.
  ///
  /// Only code is given back: it is never written to, so that nothing can be lost.
  static func giveBack() {
    #if canImport(Glibc)
      malloc_trim(0)
      for line in maps().split(separator: "\n") {
        // 55d0c0000000-55d0c0200000 r-xp 00001000 fe:00 1234  /usr/local/bin/mate3
        let columns = line.split(separator: " ", omittingEmptySubsequences: true)
        guard columns.count >= 6, columns[1] == "r-xp", columns[5].hasPrefix("/") else { continue }
        let bounds = columns[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
        guard bounds.count == 2, bounds[0] < bounds[1], let start = UnsafeMutableRawPointer(bitPattern: bounds[0])
        else {
          continue
        }
        // A hint: where it is not taken, memory stays as it is.
        _ = madvise(start, Int(bounds[1] - bounds[0]), MADV_DONTNEED)
      }
    #endif
  }

  #if canImport(Glibc)
    /// What is mapped where. Read piece by piece: the file gives no size, which Foundation takes for an empty one.
    private static func maps() -> String {
      guard let file = fopen("/proc/self/maps", "re") else { return "" }
      defer { fclose(file) }
      var bytes: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 4096)
      while bytes.count < 1 << 20 {
        let count = fread(&piece, 1, piece.count, file)
        guard count > 0 else { break }
        bytes += piece[..<count]
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  #endif
}
