internal import CPostgres
internal import Glibc
internal import Threads

/// A connection to a server. Nothing in it waits longer than it may, and a cancelled task does not wait at all: what
/// is under way is cut then, and whether the server has done it shows at the next connection.
final class PostgresConnection {
  /// How long the server may take for one statement.
  static let statementLimit: Duration = .seconds(60)

  /// More than any of our questions has for an answer.
  private static let mostRows = 20_000

  /// Nor has any so much in it.
  private static let mostBytes = 16 << 20

  private let pointer: OpaquePointer
  private let waiter: Waiter
  /// How much has come since the last statement, by ``arrived`` or as what waits at the socket each time that it is
  /// looked at.
  private var received = 0
  /// What had arrived when the statement was sent.
  private var arrivedBefore = 0

  private init(_ pointer: OpaquePointer, _ waiter: Waiter) {
    self.pointer = pointer
    self.waiter = waiter
  }

  deinit { PQfinish(pointer) }

  /// Connects to the first server that lets us in.
  static func open(_ address: PostgresAddress, _ waiter: Waiter) async throws -> PostgresConnection {
    var problem = PostgresProblem("no server is named")
    for host in address.hosts {
      do {
        var addresses: [String?] = [host.address.isEmpty ? nil : host.address]
        // A path, or the name of an abstract socket, is no name to look up.
        if host.address.isEmpty, !host.name.isEmpty, !host.name.hasPrefix("/"), !host.name.hasPrefix("@") {
          addresses = try await HostLookup.addresses(of: host.name, until: .now + address.connectTimeout, waiter)
        }
        for numeric in addresses {
          do {
            return try await open(
              try address.parameters(host, address: numeric), until: .now + address.connectTimeout, waiter)
          } catch let error as PostgresProblem {
            problem = error
          }
        }
      } catch let error as PostgresProblem {
        problem = error
      }
    }
    throw problem
  }

  private static func open(
    _ parameters: [(String, String)], until deadline: ContinuousClock.Instant, _ waiter: Waiter
  ) async throws -> PostgresConnection {
    guard
      let pointer = withCStrings(
        parameters.map(\.0),
        { keys in
          withCStrings(parameters.map(\.1)) { PQconnectStartParams(keys, $0, 0) }
        })
    else { throw PostgresProblem("there is no memory for a connection") }
    let connection = PostgresConnection(pointer, waiter)
    // Standard error is the log's.
    PQsetNoticeProcessor(pointer, { _, _ in }, nil)
    // The only way to hear of the kind of a failure before there is a connection.
    PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
    guard PQstatus(pointer) != CONNECTION_BAD else { throw connection.connectProblem }
    connection.narrow()
    var state = PGRES_POLLING_WRITING
    while state != PGRES_POLLING_OK {
      guard state != PGRES_POLLING_FAILED else { throw connection.connectProblem }
      try await connection.wait(state == PGRES_POLLING_READING ? .reading : .writing, until: deadline)
      state = PQconnectPoll(pointer)
    }
    PQsetErrorVerbosity(pointer, PQERRORS_DEFAULT)
    guard PQsetnonblocking(pointer, 1) == 0 else { throw connection.connectProblem }
    return connection
  }

  /// Has little wait at the socket: libpq takes a message of any length as long as more of it is there, however much has
  /// come already.
  private func narrow() {
    var size: CInt = 32 << 10
    setsockopt(PQsocket(pointer), SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
  }

  private func wait(_ direction: Waiter.Direction, until deadline: ContinuousClock.Instant) async throws {
    let descriptor = PQsocket(pointer)
    guard descriptor >= 0 else { throw PostgresProblem("the connection has gone") }
    var entry = pollfd(fd: descriptor, events: Int16(direction == .reading ? POLLIN : POLLOUT), revents: 0)
    // Others wake the waiter too, and libpq takes a socket for connected as soon as it is asked.
    while poll(&entry, 1, 0) == 0 {
      try Task.checkCancellation()
      guard ContinuousClock.now < deadline else { throw PostgresProblem("the server did not answer in time") }
      await waiter.wait(for: direction, of: descriptor, until: deadline)
    }
    try Task.checkCancellation()
    // One that never stops would not be noticed above.
    guard ContinuousClock.now < deadline else { throw PostgresProblem("the server did not end its answer in time") }
    var waiting: CInt = 0
    if let arrived {
      received = arrived - arrivedBefore
    } else if ioctl(descriptor, UInt(FIONREAD), &waiting) == 0 {
      received += Int(waiting)
    }
    guard received <= Self.mostBytes else {
      throw PostgresProblem("the server says more than \(Self.mostBytes >> 20) MiB to one question")
    }
  }

  /// How many bytes have come over TCP since the connection was made; nil for another kind of socket. While libpq reads,
  /// more may come than ever waited at once.
  private var arrived: Int? {
    // tcpi_bytes_received of linux/tcp.h, which glibc's netinet/tcp.h does not have.
    let place = 128
    var info = [UInt8](repeating: 0, count: place + MemoryLayout<UInt64>.size)
    var length = socklen_t(info.count)
    guard getsockopt(PQsocket(pointer), CInt(IPPROTO_TCP), TCP_INFO, &info, &length) == 0, Int(length) == info.count
    else { return nil }
    return info.withUnsafeBytes { Int(clamping: $0.loadUnaligned(fromByteOffset: place, as: UInt64.self)) }
  }

  /// Why there is no connection. The server's word comes as ‘FATAL:  28P01: password authentication failed …’, the
  /// severity in any language.
  private var connectProblem: PostgresProblem {
    let text = PQerrorMessage(pointer).map { String(cString: $0) } ?? ""
    let words = text.prefix { !$0.isNewline }.split(separator: " ")
    guard
      let code = words.firstIndex(where: { word in
        word.utf8.count == 6 && word.last == ":"
          && word.utf8.dropLast().allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
          && word.utf8.contains { (48...57).contains($0) }
      })
    else { return PostgresProblem(text.oneLine) }
    return PostgresProblem(
      words[(code + 1)...].joined(separator: " "), state: String(words[code].dropLast()))
  }

  // MARK: Statements

  /// Runs one statement.
  /// - Returns: its rows, as texts.
  @discardableResult
  func run(_ sql: String, _ parameters: [String?] = []) async throws -> [[String?]] {
    let deadline = ContinuousClock.now + Self.statementLimit
    received = 0
    arrivedBefore = arrived ?? 0
    let isSent = withCStrings(parameters) {
      PQsendQueryParams(pointer, sql, Int32(parameters.count), nil, $0, nil, nil, 0)
    }
    // Row by row, so that a server can't fill the memory with them.
    guard isSent == 1, PQsetSingleRowMode(pointer) == 1 else { throw lost }
    while true {
      let left = PQflush(pointer)
      guard left >= 0 else { throw lost }
      if left == 0 { break }
      try await wait(.writing, until: deadline)
      // A server that can't get rid of what it says would not listen either.
      guard PQconsumeInput(pointer) == 1 else { throw lost }
    }
    var rows: [[String?]] = []
    var problem: PostgresProblem?
    while true {
      while PQisBusy(pointer) == 1 {
        try await wait(.reading, until: deadline)
        guard PQconsumeInput(pointer) == 1 else { throw lost }
      }
      guard let result = PQgetResult(pointer) else { break }
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK:
        rows += Self.rows(result)
        guard rows.count <= Self.mostRows else { throw PostgresProblem("the server answers with too many rows") }
      case PGRES_COMMAND_OK: break
      default: problem = Self.problem(result)
      }
    }
    if let problem { throw problem }
    guard PQstatus(pointer) == CONNECTION_OK else { throw lost }
    return rows
  }

  private var lost: PostgresProblem {
    // What follows may be of a statement.
    let text = PQerrorMessage(pointer).map { String(cString: $0) } ?? ""
    return PostgresProblem(text.isEmpty ? "the connection is lost" : String(text.prefix { !$0.isNewline }))
  }

  /// Whether it can still be used after a failure.
  var isAlive: Bool {
    PQstatus(pointer) == CONNECTION_OK && PQtransactionStatus(pointer) != PQTRANS_ACTIVE
      && PQtransactionStatus(pointer) != PQTRANS_UNKNOWN
  }

  private static func rows(_ result: OpaquePointer) -> [[String?]] {
    (0..<PQntuples(result)).map { row in
      (0..<PQnfields(result)).map { column in
        guard PQgetisnull(result, row, column) == 0 else { return nil }
        return PQgetvalue(result, row, column).map { String(cString: $0) }
      }
    }
  }

  private static func problem(_ result: OpaquePointer) -> PostgresProblem {
    // libpq's PG_DIAG_SQLSTATE and PG_DIAG_MESSAGE_PRIMARY, which are macros of characters.
    let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
    let message = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
    return PostgresProblem(
      (message ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? "it failed").oneLine, state: state)
  }
}

/// Gives C an array of strings that ends with NULL.
private func withCStrings<Result>(
  _ strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
  let copies = strings.map { $0.map { strdup($0) } ?? nil }
  defer { for copy in copies { free(copy) } }
  let pointers = copies.map { UnsafePointer($0) } + [nil]
  return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
}
