import ArgumentParser
import Configuration
import Foundation
import Glibc

/// `mate3 container`: what the image starts. The bridge, with the configuration that is there.
struct ContainerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "container", abstract: "Runs the bridge as the image does.",
    discussion: """
      With the configuration file where there is one, and the variables MATE3_… of the environment. As an app of Home \
      Assistant the file is that of the options, the broker is the supervisor's unless the options name one, and the \
      page is for the supervisor alone.
      """, shouldDisplay: false)

  @Option(help: "The configuration file.", completion: .file())
  var config = "/config/bridge.yaml"

  @Option(help: "The options of the app of Home Assistant.", completion: .file())
  var options = "/data/options.json"

  func run() async throws {
    var environment = ProcessInfo.processInfo.environment
    let supervisor = Supervisor(environment)
    var path = access(config, F_OK) == 0 ? config : nil
    if let supervisor {
      path = options
      // What is wrong with the options the bridge says itself.
      let read = try? BridgeConfiguration.load(path: options, environment: environment, arguments: [], for: .gateway)
      if read?.configuration.broker.address.host.isEmpty ?? false {
        environment.merge(try supervisor.broker()) { given, _ in given }
      }
      // The port and the address that Home Assistant's documentation names.
      environment.merge(["MATE3_PAGE_LISTEN": "0.0.0.0:8099", "MATE3_PAGE_PROXY": "172.30.32.2"]) { given, _ in given }
    }
    if supervisor != nil { try Self.giveUpRoot((options as NSString).deletingLastPathComponent) }
    for name in ["SUPERVISOR_TOKEN", Supervisor.variable] { environment[name] = nil }
    let words = ["mate3", "bridge"] + (path.map { ["--config", $0] } ?? [])
    try Self.become(words, environment)
  }

  /// The user of the image.
  private static let user: uid_t = 65532

  /// Home Assistant starts an app as root and gives it a folder of root's: from now on both belong to the image's user.
  private static func giveUpRoot(_ folder: String) throws(Failure) {
    guard geteuid() == 0 else { return }
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    for path in [folder] + names.map({ "\(folder)/\($0)" }) {
      guard lchown(path, user, user) == 0 else { throw failed("\(path) can't be given to the bridge's user") }
    }
    guard setgroups(0, nil) == 0, setgid(user) == 0, setuid(user) == 0 else { throw failed("root can't be given up") }
  }

  private static func failed(_ what: String) -> Failure {
    Failure(.other, "\(what) (\(String(cString: strerror(errno))))")
  }

  /// The bridge takes this process's place, and hears its signals.
  private static func become(_ words: [String], _ environment: [String: String]) throws(Failure) {
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    execve("/proc/self/exe", &arguments, &variables)
    throw failed("the bridge can't be started")
  }
}
