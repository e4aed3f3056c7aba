import Foundation
import Synchronization
import TestSupport
import Testing

/// Libraries that are loaded before the C library, and change what it does for one program.
enum Preloaded {
  /// The compiler comes with Swift.
  static let isPossible = compiler != nil
  private static let compiler = ["clang", "cc"].lazy.flatMap { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
  }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// - Returns: the library's path.
  static func library(_ source: String, in directory: TemporaryDirectory) async throws -> String {
    let path = try directory.write("preloaded.c", source)
    let library = "\(directory.path)/preloaded.so"
    let compiler = try ProcessRunner(
      URL(filePath: compiler ?? ""), ["-D_GNU_SOURCE", "-shared", "-fPIC", "-O1", "-o", library, path])
    let status = try await compiler.exitStatus(within: .seconds(60))
    try #require(status == 0, "\(compiler.errorLines)")
    return library
  }
}

/// A disk on which every write of a history takes three seconds while a test says so.
final class SlowDisk: Sendable {
  private static let source = """
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/syscall.h>
    #include <unistd.h>

    static void wait_for(int file) {
      char name[64], path[512];
      const char *flag = getenv("MATE3_TEST_SLOW");
      if (!flag || access(flag, F_OK) != 0) return;
      snprintf(name, sizeof name, "/proc/self/fd/%d", file);
      ssize_t count = readlink(name, path, sizeof path - 1);
      path[count > 0 ? count : 0] = 0;
      if (strstr(path, "/history.db")) sleep(3);
    }

    ssize_t write(int file, const void *bytes, size_t count) {
      wait_for(file);
      return syscall(SYS_write, file, bytes, count);
    }

    ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
      wait_for(file);
      return syscall(SYS_pwrite64, file, bytes, count, offset);
    }

    ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
      return pwrite64(file, bytes, count, offset);
    }
    """

  private let directory: TemporaryDirectory
  private let library: String
  private var flag: String { "\(directory.path)/slow" }

  init() async throws {
    directory = try TemporaryDirectory()
    library = try await Preloaded.library(Self.source, in: directory)
  }

  /// What a program gets that is to have this disk.
  var environment: [String: String] { ["LD_PRELOAD": library, "MATE3_TEST_SLOW": flag] }

  func becomeSlow() throws { try directory.write("slow", "") }
  func recover() throws { try FileManager.default.removeItem(atPath: flag) }
}

/// A machine's clock that a test sets, for one program. What counts from the boot stays as it is, as with a real clock
/// that is set.
final class MachineTime: Sendable {
  private static let source = """
    #include <fcntl.h>
    #include <stdlib.h>
    #include <sys/mman.h>
    #include <sys/syscall.h>
    #include <sys/time.h>
    #include <time.h>
    #include <unistd.h>

    static volatile const long *seconds;

    __attribute__((constructor)) static void begin(void) {
      const char *path = getenv("MATE3_TEST_CLOCK");
      int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
      if (file < 0) return;
      void *memory = mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
      if (memory != MAP_FAILED) seconds = memory;
      close(file);
    }

    int clock_gettime(clockid_t id, struct timespec *result) {
      int code = syscall(SYS_clock_gettime, id, result);
      if (code == 0 && seconds && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) result->tv_sec += *seconds;
      return code;
    }

    int gettimeofday(struct timeval *restrict result, void *restrict zone) {
      struct timespec now;
      clock_gettime(CLOCK_REALTIME, &now);
      result->tv_sec = now.tv_sec;
      result->tv_usec = now.tv_nsec / 1000;
      return 0;
    }

    time_t time(time_t *result) {
      struct timespec now;
      clock_gettime(CLOCK_REALTIME, &now);
      if (result) *result = now.tv_sec;
      return now.tv_sec;
    }
    """

  private let directory: TemporaryDirectory
  private let library: String
  private let ahead = Mutex(0)

  init() async throws {
    directory = try TemporaryDirectory()
    library = try await Preloaded.library(Self.source, in: directory)
    try set(ahead: 0)
  }

  /// What a program gets that is to have this clock.
  var environment: [String: String] {
    ["LD_PRELOAD": library, "MATE3_TEST_CLOCK": "\(directory.path)/seconds"]
  }

  /// Seconds since 1970, by this clock.
  var now: Int64 { Int64(Date().timeIntervalSince1970) + Int64(ahead.withLock(\.self)) }

  /// Sets the clock, which is so many seconds ahead of the machine's from now on.
  func set(ahead seconds: Int) throws {
    let path = "\(directory.path)/seconds"
    if !FileManager.default.fileExists(atPath: path) { try directory.write("seconds", "") }
    // In its place: the program has the file in its memory.
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.write(contentsOf: withUnsafeBytes(of: seconds) { Data($0) })
    try file.close()
    ahead.withLock { $0 = seconds }
  }
}
