import Foundation
import History
import Mate3
import Registry

/// Rules that join several settings, and files that must be there.
extension ConfigurationReader {
  mutating func check(_ configuration: inout BridgeConfiguration) {
    if sources.use == .bridge {
      checkGateways()
      checkPostgres(configuration)
      checkAllowed(configuration.commands)
      checkSecrets(configuration)
    }
    checkIntervals(configuration.intervals)
    guard sources.use != .gateway else { return }
    require("broker.url")
    checkPassword(&configuration.broker)
    for problem in configuration.page.check(for: sources.use) { report(problem.path, problem.message) }
    checkTLS(configuration.broker)
  }

  private mutating func require(_ path: String) {
    guard nodes[path] == nil, isFileRead, let key = ConfigurationKey.named(path) else { return }
    let short = ConfigurationKey.variablePrefix + key.flag.dropFirst(2).uppercased()
    let mistake = sources.environment[short].map { _ in ", not \(short)," } ?? ""
    report(path, "\(path) is missing; give it in the file, as \(key.variable)\(mistake) or with \(key.flag)")
  }

  private mutating func checkGateways() {
    guard nodes["gateways"] != nil else {
      require("gateway.host")
      return
    }
    for path in ["gateway.host", "topics.base"] where nodes[path] != nil {
      report(path, "\(path) and gateways are both given; keep one")
    }
  }

  /// Releases of what can be switched are of that class too.
  private mutating func checkAllowed(_ commands: CommandPolicy) {
    guard !commands.classes.isEmpty, !commands.classes.contains(.operational) else { return }
    warn(
      "commands.allow",
      "operational is not allowed: AUX, AC input, charger and generator, off too, are refused unless commands.fields "
        + "names them; write [operational, setpoint] if they are to be switched")
  }

  private mutating func checkSecrets(_ configuration: BridgeConfiguration) {
    let files = [
      ("broker.password_file", configuration.broker.passwordFile), ("broker.key_file", configuration.broker.keyFile),
      ("history.postgres_password_file", configuration.postgresPasswordFile),
      ("page.token_file", configuration.page.tokenFile),
    ]
    for case (let path, let file?) in files where Self.isOpenToAll(file) {
      warn(path, "\(path) names a file that everybody on this machine can read; run: chmod o-r \(file)")
    }
  }

  /// Whether others than owner and group can read a file and reach it. What a container is given has this mode always.
  private static func isOpenToAll(_ file: String) -> Bool {
    var status = stat()
    guard !file.hasPrefix("/run/secrets/"), stat(file, &status) == 0, status.st_mode & S_IROTH != 0 else {
      return false
    }
    var folder = URL(filePath: file).standardizedFileURL.deletingLastPathComponent()
    while folder.pathComponents.count > 1 {
      guard stat(folder.path(percentEncoded: false), &status) == 0, status.st_mode & S_IXOTH != 0 else { return false }
      folder.deleteLastPathComponent()
    }
    return true
  }

  private mutating func checkIntervals(_ intervals: BridgeConfiguration.Intervals) {
    for (path, interval) in [("intervals.settings", intervals.settings), ("intervals.fixed", intervals.fixed)]
    where interval < intervals.live {
      let given = nodes[path] == nil ? "intervals.live" : path
      report(
        given,
        "\(path) is \(interval.shortText), below intervals.live, which is \(intervals.live.shortText); give at least "
          + "as much")
    }
  }

  private mutating func checkPassword(_ broker: inout BridgeConfiguration.Broker) {
    if broker.password != nil, broker.passwordFile != nil {
      report("broker.password_file", "broker.password_file and MATE3_BROKER_PASSWORD are both given; keep one")
    } else if let path = broker.passwordFile {
      do {
        let text = try ConfigurationReader.text(of: path, for: sources.use)
        let line = text.prefix { !$0.isNewline }
        if line.isEmpty {
          report("broker.password_file", "broker.password_file has an empty first line; write the password there")
        }
        broker.password = Secret(String(line))
      } catch {
        for problem in error.problems {
          report("broker.password_file", "broker.password_file \(path): \(problem.message)")
        }
      }
    }
    if broker.password != nil, broker.address.user == nil, !broker.address.host.isEmpty {
      var place = "broker.url"
      if case .flag(let flag)? = nodes["broker.url"]?.place { place = flag }
      var address = broker.address
      address.user = "user"
      report("broker.url", "a password is given but no user; write the user into \(place) as in \(address)")
    }
  }

  private mutating func checkPostgres(_ configuration: BridgeConfiguration) {
    let path = "history.postgres_password_file"
    guard configuration.history.postgres != nil else {
      for (path, isGiven) in [
        (path, configuration.postgresPasswordFile != nil),
        ("history.postgres_hypertables", configuration.history.usesHypertables),
      ] where isGiven {
        report(path, "\(path) has no effect without history.postgres; give that too, or take it out")
      }
      return
    }
    if !configuration.history.isOn {
      report("history.postgres", "history.postgres needs the history that history.enabled switches off; keep one")
    }
    guard let file = configuration.postgresPasswordFile else { return }
    if configuration.postgresPassword != nil {
      report(path, "\(path) and MATE3_HISTORY_POSTGRES_PASSWORD are both given; keep one")
    } else {
      checkReadable(path, file)
    }
  }

  private mutating func checkTLS(_ broker: BridgeConfiguration.Broker) {
    let files = [
      ("broker.ca_file", broker.caFile), ("broker.certificate_file", broker.certificateFile),
      ("broker.key_file", broker.keyFile),
    ]
    for case (let path, let file?) in files {
      if !broker.address.usesTLS, !broker.address.host.isEmpty {
        report(path, "\(path) has no effect without TLS; write broker.url as mqtts://… or take it out")
      } else {
        checkReadable(path, file)
      }
    }
    if (broker.certificateFile == nil) != (broker.keyFile == nil) {
      let given = broker.keyFile == nil ? "broker.certificate_file" : "broker.key_file"
      report(given, "broker.certificate_file and broker.key_file belong together; give both or neither")
    }
  }

  private mutating func checkReadable(_ path: String, _ file: String) {
    guard access(file, R_OK) != 0 else { return }
    report(path, "\(path) \(file): \(Self.unreadable(file, errno, for: sources.use))")
  }

  /// Why a file can't be read, with the mend. A service may not read what belongs to root, and should not.
  static func unreadable(_ file: String, _ error: Int32, for use: ConfigurationUse?) -> String {
    guard error != ENOENT else { return "the file can't be read: there is none of this name; check the path" }
    let sentence = "the file can't be read: \(String(cString: strerror(error)))"
    guard error == EACCES, use == .bridge else { return sentence }
    let name = (file as NSString).lastPathComponent
    return "\(sentence); systemd hands it to a service with LoadCredential=\(name):\(file) (systemctl edit mate3)"
  }

  private mutating func warn(_ path: String, _ message: String) {
    context.warnings.append(ConfigurationProblem(place: nodes[path]?.place ?? .missing, message: message))
  }

  private mutating func report(_ path: String, _ message: String) {
    context.problems.append(ConfigurationProblem(place: nodes[path]?.place ?? .missing, message: message))
  }
}
