internal import CPostgres
internal import Glibc
internal import Threads

/// Where the server is, and how it is to be spoken to: a URL as libpq takes it.
package struct PostgresAddress: Sendable {
  /// For people: without what is of no interest to them.
  package let place: String
  /// Who connects, as far as the URL says.
  package let user: String?
  package let database: String?
  /// Keyword and value of everything that the URL gives.
  let options: [String: String]
  /// The servers to try, in order.
  let hosts: [Host]
  let password: String?
  let passwordFile: String?
  /// How long one attempt may take.
  let connectTimeout: Duration

  struct Host: Sendable {
    /// Empty for libpq's own default.
    let name: String
    let address: String
    let port: String
  }

  /// - Parameters:
  ///   - url: with no password in it; see ``PostgresURL``.
  ///   - passwordFile: read anew for every connection.
  package init(url: String, password: String?, passwordFile: String?) throws(PostgresProblem) {
    self.password = password
    self.passwordFile = passwordFile
    options = try Self.parse(url)
    guard options["service"] == nil else {
      throw PostgresProblem("names a service; write host, user and database into it instead")
    }
    // What the environment says counts where the URL says nothing.
    let merged = Self.defaults().merging(options) { $1 }
    func list(_ name: String) -> [String] {
      merged[name].map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) } ?? []
    }
    let (names, addresses, ports) = (list("host"), list("hostaddr"), list("port"))
    let count = max(names.count, addresses.count, 1)
    guard names.isEmpty || names.count == count, addresses.isEmpty || addresses.count == count,
      ports.count <= 1 || ports.count == count
    else { throw PostgresProblem("has lists of hosts, addresses and ports that are not as long as each other") }
    // libpq would repeat what stands there, which may be part of a password.
    guard ports.allSatisfy({ $0.isEmpty || (1...65535).contains(Int($0) ?? 0) }) else {
      throw PostgresProblem("has a port that is no number from 1 to 65535")
    }
    hosts = (0..<count).map { index in
      Host(
        name: names.isEmpty ? "" : names[index], address: addresses.isEmpty ? "" : addresses[index],
        port: ports.count == 1 ? ports[0] : ports.isEmpty ? "" : ports[index])
    }
    // Left to itself, libpq waits for ever here: its own limit is for those who wait in it. Below two it takes two.
    let seconds = merged["connect_timeout"].flatMap { Int($0) } ?? 0
    connectTimeout = .seconds(seconds > 0 ? min(max(seconds, 2), 300) : 10)
    user = merged["user"]
    database = merged["dbname"] ?? merged["user"]
    let places = hosts.map { host in
      (host.name.isEmpty ? host.address.isEmpty ? "localhost" : host.address : host.name)
        + (host.port.isEmpty || host.port == "5432" ? "" : ":\(host.port)")
    }
    place = "\(places.joined(separator: ","))/\(database ?? "")"
  }

  private static func parse(_ url: String) throws(PostgresProblem) -> [String: String] {
    var message: UnsafeMutablePointer<CChar>?
    guard let list = PQconninfoParse(url, &message) else {
      defer { PQfreemem(message) }
      throw PostgresProblem("can't be used: \(message.map { String(cString: $0) } ?? "out of memory")".oneLine)
    }
    defer { PQconninfoFree(list) }
    return values(list)
  }

  private static func defaults() -> [String: String] {
    guard let list = PQconndefaults() else { return [:] }
    defer { PQconninfoFree(list) }
    return values(list)
  }

  private static func values(_ list: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
    var values: [String: String] = [:]
    var option = list
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    return values
  }

  /// What libpq is given to try one server at one address.
  func parameters(_ host: Host, address: String?) throws(PostgresProblem) -> [(String, String)] {
    var all = [
      "application_name": "mate3", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
      "tcp_user_timeout": "30000",
    ].merging(options) { $1 }
    // It would ask name servers and Kerberos, and wait for them.
    if options["gssencmode"] == nil, getenv("PGGSSENCMODE") == nil { all["gssencmode"] = "disable" }
    all["client_encoding"] = "UTF8"
    all["host"] = host.name.isEmpty ? nil : host.name
    all["hostaddr"] = address
    all["port"] = host.port.isEmpty ? nil : host.port
    if let password = try passwordFile.map(Self.firstLine) ?? password { all["password"] = password }
    return all.map { ($0.key, $0.value) }
  }

  /// The password as it stands now, so that a changed one needs no restart.
  private static func firstLine(of path: String) throws(PostgresProblem) -> String {
    func failed(_ why: String) -> PostgresProblem {
      PostgresProblem(
        "the password file \(path) can't be read (\(why)); mend its path or permissions, or hand it to the service with "
          + "LoadCredential=", isLasting: true)
    }
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw failed(systemMessage(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failed(systemMessage(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failed("it is no file") }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw failed(systemMessage(errno)) }
    let line = String(decoding: bytes.prefix(count), as: UTF8.self).prefix { !$0.isNewline }
    guard !line.isEmpty else {
      throw PostgresProblem(
        "the password file \(path) has an empty first line; write the password there", isLasting: true)
    }
    return String(line)
  }
}

extension String {
  /// Without line ends, for a message of one line.
  var oneLine: String {
    split { $0.isNewline || $0 == "\t" }.map { $0.trimmingPrefix { $0.isWhitespace } }.filter { !$0.isEmpty }.reduce("")
    { text, line in
      // libpq begins a further sentence on a line of its own, without an end to the one before.
      let isNew = line.first?.isUppercase == true && text.last?.isPunctuation == false
      return text.isEmpty ? String(line) : text + (isNew ? "; " : " ") + line
    }
  }
}
