import Foundation
import Synchronization
import TestSupport
import Testing

/// A machine's clock that a test sets, for one program: a library that is loaded before the C library adds to what that
/// says. What counts from the boot stays as it is, as with a real clock that is set.
final class MachineTime: Sendable {
  /// The compiler comes with Swift.
  static let isPossible = compiler != nil
  private static let compiler = ["clang", "cc"].lazy.flatMap { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
  }.first { FileManager.default.isExecutableFile(atPath: $0) }

  private static let source = """
    #define _GNU_SOURCE
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
  private let ahead = Mutex(0)

  init() async throws {
    directory = try TemporaryDirectory()
    let source = try directory.write("clock.c", Self.source)
    let compiler = try ProcessRunner(
      URL(filePath: Self.compiler ?? ""), ["-shared", "-fPIC", "-O1", "-o", "\(directory.path)/clock.so", source])
    let status = try await compiler.exitStatus(within: .seconds(60))
    try #require(status == 0, "\(compiler.errorLines)")
    try set(ahead: 0)
  }

  /// What a program gets that is to have this clock.
  var environment: [String: String] {
    ["LD_PRELOAD": "\(directory.path)/clock.so", "MATE3_TEST_CLOCK": "\(directory.path)/seconds"]
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
