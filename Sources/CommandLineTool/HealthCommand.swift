import ArgumentParser
import Configuration
import Foundation
import Glibc

/// `mate3 health`: asks a running bridge how it is, without broker or page.
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Asks a running bridge on this machine how it is.",
    discussion: """
      Without --ready: whether the bridge's own loops go on. That is what a supervisor may restart it for. With --ready: \
      whether the gateway is read and the broker connected, with the reasons; restarting mends neither.
      """)

  @Flag(help: "Also ask whether gateway and broker are well.")
  var ready = false

  @Option(help: ArgumentHelp("The bridge's state directory; its default unless given."), completion: .directory)
  var stateDir: String?

  @Option(help: "The bridge's configuration file, to take the state directory from it.", completion: .file())
  var config: String?

  func run() async throws {
    let words = VerbSettings.words([("--state-dir", stateDir)])
    let folder: String
    do {
      folder = try BridgeConfiguration.load(
        path: config, environment: ProcessInfo.processInfo.environment, arguments: words, for: .gateway
      ).configuration.stateDirectory
    } catch {
      throw Failure(.configuration, error.description)
    }
    let (status, body) = try Self.ask(folder, ready ? "/health/ready" : "/health/live")
    StandardOutput.write(body)
    guard status == 200 else {
      throw Failure(.other, ready ? "the bridge is not ready" : "the bridge, or a part of it, stands still")
    }
  }

  /// How long the bridge may take, which itself waits for five seconds for what stands still.
  private static let patience: Int = 8

  private static func ask(_ folder: String, _ target: String) throws(Failure) -> (status: Int, body: String) {
    let path = BridgeGroup.healthSocket(folder)
    /// With the error of the call before.
    func unreachable() -> Failure {
      Failure(
        .noConnection,
        ServiceState.hinted(
          "no bridge answers at \(path) (\(String(cString: strerror(errno)))); is it running, and are you its user?",
          about: folder))
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw unreachable() }
    defer { close(descriptor) }
    PlainHTTP.limit(descriptor, to: patience)
    guard connect(descriptor, to: path) else {
      // Its queue is full: something takes no connection.
      guard errno == EAGAIN else { throw unreachable() }
      throw Failure(.other, "the bridge has not answered within \(patience) s")
    }
    let begin = ContinuousClock.now
    guard let answer = PlainHTTP.get(target, host: "localhost", on: descriptor, within: patience) else {
      throw Failure(.other, "the bridge closed the connection at \(path) without an answer; ask again")
    }
    guard let status = answer.status else {
      guard begin.duration(to: .now) >= .seconds(patience - 1) else {
        throw Failure(.other, "the bridge closed the connection at \(path) without an answer; ask again")
      }
      throw Failure(.other, "the bridge has not answered within \(patience) s")
    }
    return (status, answer.body)
  }

  private static func connect(_ descriptor: Int32, to path: String) -> Bool {
    var place = sockaddr_un()
    place.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: place.sun_path) else {
      errno = ENAMETOOLONG
      return false
    }
    withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }
}
