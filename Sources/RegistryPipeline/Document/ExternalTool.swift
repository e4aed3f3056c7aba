import Dispatch
import Foundation
import Glibc

/// A program of the system that turns a document into text.
struct ExternalTool {
  let name: String
  /// The Debian package that has it.
  let package: String

  static let pdftotext = ExternalTool(name: "pdftotext", package: "poppler-utils")
  static let unzip = ExternalTool(name: "unzip", package: "unzip")

  /// Runs the program and returns what it prints.
  /// - Parameters:
  ///   - file: the document that the arguments name, for messages.
  ///   - limit: after which the program is ended.
  ///   - path: folders to look in, as in `PATH`.
  /// - Throws: ``DocumentError``.
  func output(
    _ arguments: [String], file: String, limit: DispatchTimeInterval = .seconds(60),
    path: String? = ProcessInfo.processInfo.environment["PATH"]
  ) throws(DocumentError) -> Data {
    guard FileManager.default.isReadableFile(atPath: file) else {
      throw DocumentError("\(file) can't be read; give the path of a file that is there")
    }
    guard let executable = executable(path: path ?? "/usr/bin:/bin") else {
      throw DocumentError("\(name) is missing; install the package \(package), as in: apt-get install \(package)")
    }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = executable
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do { try process.run() } catch {
      throw DocumentError("\(executable.path) can't be started: \(error.localizedDescription)")
    }
    let deadline = DispatchTime.now() + limit
    let data = Self.readToEnd(pipe.fileHandleForReading.fileDescriptor, until: deadline)
    if data == nil || ended.wait(timeout: deadline) == .timedOut {
      kill(process.processIdentifier, SIGKILL)
      ended.wait()
    }
    guard let data, process.terminationReason == .exit else {
      throw DocumentError("\(name) did not come to an end with \(file); is the file what its name says?")
    }
    guard process.terminationStatus == 0 else {
      throw DocumentError(
        "\(name) could not read \(file) and ended with status \(process.terminationStatus); is the file whole?")
    }
    return data
  }

  /// Reads until the other end is closed; nil when that takes too long. Waits here and on no queue: the threads of a
  /// pool may all be waiting for programs.
  private static func readToEnd(_ descriptor: CInt, until deadline: DispatchTime) -> Data? {
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let now = DispatchTime.now()
      guard now < deadline else { return nil }
      let milliseconds = (deadline.uptimeNanoseconds - now.uptimeNanoseconds) / 1_000_000 + 1
      var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&watched, 1, CInt(clamping: milliseconds)) > 0 else { continue }
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { return data }
      if count > 0 { data.append(contentsOf: buffer[..<count]) }
    }
  }

  private func executable(path: String) -> URL? {
    path.split(separator: ":").lazy
      .map { URL(fileURLWithPath: String($0), isDirectory: true).appendingPathComponent(name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}

extension TableReader {
  /// The tables of a PDF file, by the positions that poppler's `pdftotext` gives.
  /// - Throws: ``DocumentError`` when the file can't be read or has no table.
  package init(pdf file: String) throws(DocumentError) {
    // `./` keeps a name that begins with a dash from being an option.
    let argument = file.hasPrefix("-") ? "./\(file)" : file
    let data = try ExternalTool.pdftotext.output(["-bbox", argument, "-"], file: file)
    self.init(bbox: String(decoding: data, as: UTF8.self))
    if tables.isEmpty { throw DocumentError("\(file) has no table of registers; give OutBack's application note") }
  }
}
