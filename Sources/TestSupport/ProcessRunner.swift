internal import Dispatch
package import Foundation
internal import Glibc
internal import Synchronization

/// A child process whose output is read line by line. It dies with this object, and with the test process.
package final class ProcessRunner: Sendable {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Where the package was built from.
  package static let packageDirectory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A program that the package builds, such as `mate3`.
  package static func product(_ name: String) throws -> URL {
    // The test bundle lies beside the programs.
    let folders = [
      Bundle.main.executableURL, URL(filePath: CommandLine.arguments.first ?? ""),
      packageDirectory.appending(path: ".build/debug/-"),
    ].compactMap { $0?.deletingLastPathComponent() }
    for folder in folders {
      let file = folder.appending(path: name)
      if FileManager.default.isExecutableFile(atPath: file.path(percentEncoded: false)) { return file }
    }
    let places = folders.map { $0.path(percentEncoded: false) }
    throw Failure(description: "\(name) is in none of \(places); build it first")
  }

  private let process: Process
  private let output = LineBuffer()
  private let errors = LineBuffer()
  private let name: String
  private let input: Pipe?

  /// - Parameters:
  ///   - environment: added to that of the test process.
  ///   - hasInput: whether ``send(line:)`` writes to its standard input, which is empty otherwise.
  package init(
    _ executable: URL, _ arguments: [String], environment: [String: String] = [:], directory: URL? = nil,
    hasInput: Bool = false
  ) throws {
    input = hasInput ? Pipe() : nil
    process = Process()
    name = executable.lastPathComponent
    // Debian's setpriv is part of util-linux, which is essential.
    process.executableURL = URL(filePath: "/usr/bin/setpriv")
    process.arguments = ["--pdeathsig", "KILL", executable.path(percentEncoded: false)] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = directory
    process.standardInput = input ?? FileHandle.nullDevice
    process.standardOutput = output.pipe
    process.standardError = errors.pipe
    try SpawnThread.shared.run(process)
    output.begin()
    errors.begin()
  }

  deinit {
    if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
  }

  package var processIdentifier: Int32 { process.processIdentifier }
  package var isRunning: Bool { process.isRunning }
  /// What was printed on standard output so far.
  package var outputLines: [String] { output.lines }
  /// What was printed on standard error so far.
  package var errorLines: [String] { errors.lines }

  /// Whether both outputs are closed, so that all their lines are here.
  package var isSilent: Bool { output.isClosed && errors.isClosed }

  /// Writes a line to standard input.
  package func send(line: String) {
    try? input?.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
  }

  package func closeInput() { try? input?.fileHandleForWriting.close() }

  package func signal(_ number: Int32) {
    if process.isRunning { Glibc.kill(process.processIdentifier, number) }
  }

  /// Waits for a line of standard output, from the first one on.
  @discardableResult
  package func line(
    within limit: Duration = .seconds(10), where matches: @escaping @Sendable (String) -> Bool
  ) async throws -> String {
    do {
      return try await output.line(within: limit, where: matches)
    } catch {
      throw Failure(
        description: """
          \(name) did not print the line within \(limit). It printed:
          \((outputLines + errorLines).suffix(40).joined(separator: "\n"))
          """)
    }
  }

  /// Waits for a line of standard error, from the first one on.
  @discardableResult
  package func errorLine(
    within limit: Duration = .seconds(10), where matches: @escaping @Sendable (String) -> Bool
  ) async throws -> String {
    try await errors.line(within: limit, where: matches)
  }

  /// Waits for the end, and for all that was printed unless a child of its own goes on holding the outputs.
  /// - Returns: the exit status; for a signal, 128 and its number.
  @discardableResult
  package func exitStatus(within limit: Duration = .seconds(20)) async throws -> Int32 {
    try await eventually(within: limit, "the end of \(name)") { !process.isRunning }
    let end = ContinuousClock.now
    try await eventually("the end of its output") { isSilent || end + .seconds(1) < .now }
    let status = process.terminationStatus
    return process.terminationReason == .uncaughtSignal ? 128 + status : status
  }
}

/// The lines that come out of a pipe, and those who wait for them.
private final class LineBuffer: Sendable {
  private struct State {
    var lines: [String] = []
    var rest: [UInt8] = []
    var isComplete = false
    var waiters: [AsyncStream<Void>.Continuation] = []
  }

  let pipe = Pipe()
  private let state = Mutex(State())

  var lines: [String] { state.withLock { $0.lines } }
  var isClosed: Bool { state.withLock { $0.isComplete } }

  /// Reads on a thread of its own until the output ends, which outlasts the process when a child of its own holds it.
  ///
  /// `FileHandle.readabilityHandler` was seen to miss the output of short-lived processes.
  func begin() {
    let handle = pipe.fileHandleForReading
    DispatchQueue(label: "process output").async { [weak self] in
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        // FileHandle's own reads wait until the buffer is full.
        let count = read(handle.fileDescriptor, &bytes, bytes.count)
        if count < 0, errno == EINTR { continue }
        self?.add(Data(bytes.prefix(max(0, count))))
        if count <= 0 { break }
      }
      // Foundation was seen to keep the pipes of a process that has ended.
      try? handle.close()
    }
  }

  private func add(_ data: Data) {
    let waiters = state.withLock { state in
      state.rest += data
      let pieces = state.rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      state.rest = pieces.last.map { Array($0) } ?? []
      state.lines += pieces.dropLast().map { String(decoding: $0, as: UTF8.self) }
      if data.isEmpty {
        state.isComplete = true
        if !state.rest.isEmpty { state.lines.append(String(decoding: state.rest, as: UTF8.self)) }
        state.rest = []
      }
      return state.waiters
    }
    for waiter in waiters { waiter.yield() }
  }

  func line(
    within limit: Duration, where matches: @escaping @Sendable (String) -> Bool
  ) async throws -> String {
    let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    state.withLock { $0.waiters.append(continuation) }
    continuation.yield()
    return try await TestSupport.within(limit, "a line") { [self] in
      var seen = 0
      for await _ in changes {
        let (lines, isComplete) = state.withLock { ($0.lines, $0.isComplete) }
        if let line = lines[seen...].first(where: matches) { return line }
        seen = lines.count
        if isComplete { break }
      }
      throw TimedOut("the output ended without the line")
    }
  }
}
