import Foundation
import RegisterIO
import Simulator
import TestSupport

/// The real program, run to its end in a folder of its own.
struct CommandLine {
  struct Run {
    let status: Int32
    let output: String
    let errors: String

    var lines: [Substring] { output.split(separator: "\n") }
  }

  let directory: TemporaryDirectory
  /// Names the program goes by: `mate3`, `mate3_write`.
  let names = ["mate3", "mate3_write"]

  init() throws {
    directory = try TemporaryDirectory()
    let program = try ProcessRunner.product("mate3")
    for name in names {
      try FileManager.default.createSymbolicLink(at: directory.url.appending(path: name), withDestinationURL: program)
    }
  }

  /// Runs a command line; its first word is a name of the program.
  func run(
    _ words: [String], environment: [String: String] = [:], within limit: Duration = .seconds(60)
  ) async throws -> Run {
    let id = UUID().uuidString
    let (output, errors) = (directory.url.appending(path: "\(id).out"), directory.url.appending(path: "\(id).err"))
    // Files instead of pipes: all that was printed is there when the program has ended.
    let script = "exec ./\"$@\" >\(id).out 2>\(id).err"
    let process = try ProcessRunner(
      URL(filePath: "/bin/sh"), ["-c", script, "sh"] + words,
      environment: ["MATE3_STATE_DIR": directory.path + "/state"].merging(environment) { $1 }, directory: directory.url)
    let status = try await process.exitStatus(within: limit)
    return Run(
      status: status, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// Runs the words of one string, split at blanks.
  func run(_ line: String, within limit: Duration = .seconds(60)) async throws -> Run {
    try await run(line.split(separator: " ").map(String.init), within: limit)
  }

  /// A system of `examples/systems`, served.
  static func serve(_ system: String, isSingleClient: Bool = false) async throws -> SimulatedGateway {
    var options = SimulatorOptions()
    options.isSingleClient = isSingleClient
    return try await SimulatedGateway.start(file: file(system), isAnimated: false, options: options)
  }

  static func file(_ system: String) -> String {
    ProcessRunner.packageDirectory.appending(path: "examples/systems/\(system).yaml").path(percentEncoded: false)
  }
}

/// A device as `read --format json` prints it.
struct PrintedDevice: Decodable {
  struct Field: Decodable {
    let implemented: Bool
    let scaleFactor: Int?
    let address: Int
    let registers: [UInt16]
    let rawValue: Value?
    let value: Value?
    let units: String?

    private enum CodingKeys: String, CodingKey {
      case implemented, address, registers, value, units
      case scaleFactor = "scale_factor"
      case rawValue = "raw_value"
    }
  }

  enum Value: Decodable, Equatable {
    case number(Double)
    case text(String)
    case names([String])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let names = try? container.decode([String].self) {
        self = .names(names)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  let name: String
  let address: Int
  let port: Int
  let values: [String: Field]

  static func list(_ json: String) throws -> [PrintedDevice] {
    try JSONDecoder().decode([PrintedDevice].self, from: Data(json.utf8))
  }
}
