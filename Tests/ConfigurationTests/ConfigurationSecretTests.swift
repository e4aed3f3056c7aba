import Foundation
import Testing

@testable import Configuration

@Suite struct ConfigurationSecretTests {
  private let password = "hunter2-8f1c"

  private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("mate3-\(UUID().uuidString)").path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  @Test func passwordComesFromTheEnvironment() throws {
    let loaded = try configuration(environment: ["MATE3_BROKER_PASSWORD": password])
    #expect(loaded.configuration.broker.password?.value == password)
  }

  @Test func passwordComesFromTheFirstLineOfAFile() throws {
    try withFile("\(password)\nmore\n") { path in
      let loaded = try configuration(arguments: ["--broker-password-file", path])
      #expect(loaded.configuration.broker.password?.value == password)
    }
  }

  /// As systemd hands over what only root can read.
  @Test func aCredentialOfTheFilesNameIsReadInItsPlace() throws {
    try withFile("\(password)\n") { path in
      let (folder, name) = ((path as NSString).deletingLastPathComponent, (path as NSString).lastPathComponent)
      let credentials = ["CREDENTIALS_DIRECTORY": folder]
      let handedOver = try configuration(
        environment: credentials, arguments: ["--broker-password-file", "/nonexistent/\(name)"])
      #expect(handedOver.configuration.broker.password?.value == password)
      #expect(handedOver.configuration.broker.passwordFile == path)
      #expect(
        problems(environment: credentials, arguments: ["--broker-password-file", "/nonexistent/other-\(name)"])
          .contains("the file can't be read"))
    }
  }

  @Test func passwordIsNeverShown() throws {
    let read = try configuration(environment: ["MATE3_BROKER_PASSWORD": password]).configuration
    var dumped = ""
    dump(read, to: &dumped)
    let shown = [
      "\(read)", String(reflecting: read), dumped, "\(read.broker)", "\(read.broker.password as Any)",
      read.redacted.map(\.value).joined(),
    ]
    for text in shown { #expect(!text.contains(password)) }
    #expect(read.redacted.contains { $0 == ("broker.password", "(set)") })
    #expect(try configuration().configuration.redacted.contains { $0 == ("broker.password", "") })
  }

  @Test(arguments: ["mqtt://u:PW@host", "mqtt://u:P/W@host", "mqtt://:PW@host:1", "mqtts://u:P@PW@host"])
  func passwordInTheURLIsRefusedAndNotRepeated(url: String) {
    let found = problems(arguments: ["--broker", url.replacing("PW", with: password)])
    #expect(
      found
        == "--broker: broker.url has a password in it, where others can see it; take it out, and put it into the "
        + "environment as MATE3_BROKER_PASSWORD or into a file named by broker.password_file")
  }

  @Test func passwordInFileOrFlagIsRefusedAndNotRepeated() {
    let inFile = problems("gateway: {host: a}\nbroker:\n  url: mqtt://u@b\n  password: \(password)\n")
    let inFlag = problems(arguments: ["--broker-password", password])
    let mend =
      "broker.password can be seen by others here; take it out, and put it into the environment as "
      + "MATE3_BROKER_PASSWORD or into a file named by broker.password_file"
    #expect(inFile == "bridge.yaml:4:13: \(mend)")
    #expect(inFlag == "--broker-password: \(mend)")
  }

  @Test func twoPasswordsAreRefused() throws {
    try withFile(password) { path in
      let found = problems(environment: ["MATE3_BROKER_PASSWORD": "x", "MATE3_BROKER_PASSWORD_FILE": path])
      #expect(
        found
          == "MATE3_BROKER_PASSWORD_FILE: broker.password_file and MATE3_BROKER_PASSWORD are both given; keep one")
    }
  }

  @Test func emptyOrMissingPasswordFileIsRefused() throws {
    try withFile("\n") { path in
      #expect(
        problems(arguments: ["--broker-password-file", path])
          == "--broker-password-file: broker.password_file has an empty first line; write the password there")
    }
    #expect(
      problems(arguments: ["--broker-password-file", "/nonexistent/pw"])
        .hasPrefix("--broker-password-file: broker.password_file /nonexistent/pw: the file can't be read"))
  }

  @Test(arguments: [
    "postgres://u:PW@host/db", "postgresql://u:P/W@host", "postgres://u:P?W@host", "postgres://host/db?password=PW",
    "postgres://u@host/db?x=1&%70assword=PW", "postgres://u@host/db?sslpassword=PW",
  ])
  func passwordOfPostgresIsRefusedAndNotRepeated(url: String) {
    let found = problems(arguments: ["--history-postgres", url.replacing("PW", with: password)])
    #expect(
      found
        == "--history-postgres: history.postgres has a password in it, where others can see it; take it out, and put it "
        + "into ~/.pgpass or the file that PGPASSFILE names, into the environment as MATE3_HISTORY_POSTGRES_PASSWORD, or "
        + "into a file named by history.postgres_password_file")
    #expect(
      problems(arguments: ["--history-postgres-password", password]).hasSuffix(
        "into the environment as MATE3_HISTORY_POSTGRES_PASSWORD or into a file named by history.postgres_password_file"
      ))
  }

  @Test func settingsOfPostgresBelongTogether() {
    let url = ["--history-postgres", "postgres://u@host/db"]
    #expect(
      problems(arguments: url + ["--history-enabled", "false"])
        == "--history-postgres: history.postgres needs the history that history.enabled switches off; keep one")
    #expect(
      problems(arguments: ["--history-postgres-hypertables", "true"])
        == "--history-postgres-hypertables: history.postgres_hypertables has no effect without history.postgres; give "
        + "that too, or take it out")
    #expect(
      problems(arguments: url + ["--history-postgres-password-file", "/nonexistent/pw"])
        == "--history-postgres-password-file: history.postgres_password_file /nonexistent/pw: the file can't be read: "
        + "there is none of this name; check the path")
  }

  @Test func passwordNeedsAUser() {
    #expect(
      problems(environment: ["MATE3_BROKER_PASSWORD": password], arguments: ["--broker", "mqtt://host"])
        == "--broker: a password is given but no user; write the user into --broker as in mqtt://user@host:1883")
    #expect(
      problems("broker: {url: mqtts://host}\ngateway: {host: h}", environment: ["MATE3_BROKER_PASSWORD": password])
        .hasSuffix("a password is given but no user; write the user into broker.url as in mqtts://user@host:8883"))
  }

  /// The service runs as a user of its own; making the file readable for all would give the secret away.
  @Test func whatAServiceMayNotReadIsHandedToIt() {
    let file = "/etc/mate3/postgres-password"
    let text = ConfigurationReader.unreadable(file, EACCES, for: .bridge)
    #expect(
      text.hasSuffix(
        "Permission denied; systemd hands it to a service with LoadCredential=postgres-password:\(file) (systemctl edit "
          + "mate3)"))
    #expect(ConfigurationReader.unreadable(file, EACCES, for: .broker) == "the file can't be read: Permission denied")
    #expect(ConfigurationReader.unreadable(file, ENOENT, for: .bridge).hasSuffix("check the path"))
  }

  @Test func certificatesNeedTLSAndEachOther() throws {
    try withFile("pem") { path in
      #expect(
        problems(arguments: ["--broker-ca-file", path])
          == "--broker-ca-file: broker.ca_file has no effect without TLS; write broker.url as mqtts://… or take it out")
      #expect(
        problems(arguments: ["--broker", "mqtts://b", "--broker-key-file", path])
          == "--broker-key-file: broker.certificate_file and broker.key_file belong together; give both or neither")
      #expect(
        problems(arguments: ["--broker", "mqtts://b", "--broker-ca-file", path + "x"])
          == "--broker-ca-file: broker.ca_file \(path)x: the file can't be read: there is none of this name; check the "
          + "path")
      #expect(
        problems(arguments: [
          "--broker", "mqtts://b", "--broker-key-file", path, "--broker-certificate-file", path, "--broker-ca-file",
          path,
        ]).isEmpty)
    }
  }
}
