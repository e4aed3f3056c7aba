#if canImport(Glibc)
  import CMemory
  import Glibc
#endif

/// What starting up and scans have needed of memory and running does not.
enum SpareMemory {
  /// Few arenas for many threads: each gateway's broker connection has one, and what the allocator leaves unused between
  /// them would grow with their number. To be called before there are threads.
  static func shareArenas() {
    #if canImport(Glibc)
      _ = mallopt(M_ARENA_MAX, 2)
    #endif
  }

  /// Gives back free memory, and the pages of program and libraries that were touched: the kernel maps files in large
  /// pieces, and most of what loads the program, the register map and the configuration never runs again. What is needed
  /// comes back by itself from the file, which the kernel keeps cached as long as it has memory to spare.
  static func giveBack() {
    #if canImport(Glibc)
      malloc_trim(0)
      // Nothing is loaded or unloaded while this goes through what is.
      _ = mate3_each_loaded_object(
        { object, _, _ in
          if let object = object?.pointee { SpareMemory.giveBack(object) }
          return 0
        }, nil)
    #endif
  }

  #if canImport(Glibc)
    private static func giveBack(_ object: mate3_loaded_object) {
      // The program has an empty name, libraries a path; what the kernel itself has put there comes from no file.
      guard let name = object.name, name.pointee == 0 || name.pointee == CChar(UInt8(ascii: "/")) else { return }
      let headers = UnsafeBufferPointer(start: object.headers, count: Int(object.header_count))
      let relocatesText = headers.contains { $0.p_type == PT_DYNAMIC && hasTextRelocations(place(of: $0, in: object)) }
      guard !relocatesText else { return }
      // Only what the program never writes to, so that nothing is lost but a debugger's breakpoints: not the segments of
      // variables and relocations.
      for header in headers where header.p_type == PT_LOAD && header.p_flags & UInt32(PF_W) == 0 {
        guard let segment = place(of: header, in: object), let start = segment.baseAddress else { continue }
        let page = Int(getpagesize())
        let before = Int(bitPattern: start) % page
        // A hint: where it is not taken, memory stays as it is.
        _ = madvise(UnsafeMutableRawPointer(mutating: start - before), before + segment.count, MADV_DONTNEED)
      }
    }

    private static func place(
      of header: mate3_segment_header, in object: mate3_loaded_object
    ) -> UnsafeRawBufferPointer? {
      let start = UnsafeRawPointer(bitPattern: UInt(object.address &+ header.p_vaddr))
      return start.map { UnsafeRawBufferPointer(start: $0, count: Int(header.p_memsz)) }
    }

    /// - Parameter section: An object's dynamic section: pairs of a tag and a value.
    private static func hasTextRelocations(_ section: UnsafeRawBufferPointer?) -> Bool {
      let entries = section?.bindMemory(to: mate3_dynamic_entry.self).prefix { $0.d_tag != DT_NULL } ?? []
      return entries.contains {
        $0.d_tag == DT_TEXTREL || ($0.d_tag == DT_FLAGS && UInt($0.d_un.d_val) & UInt(DF_TEXTREL) != 0)
      }
    }
  #endif
}
