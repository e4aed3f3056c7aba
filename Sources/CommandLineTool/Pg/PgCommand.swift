import ArgumentParser
import Configuration
import FieldCodec
import Foundation
import History
import Mate3
import PostgresStore
import Registry
import Threads

/// `mate3_pg`, as the Python program had it: fields of devices into columns of tables, at each interval.
struct PgCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pg",
    abstract: "Writes chosen fields into tables of a PostgreSQL database, as mate3_pg of the Python program does.",
    discussion: """
      The definitions are a YAML file: tables: {name: [{port, device, field, db_column}]}. Tables and columns are made \
      where they are missing; an INTEGER column of a scaled field that is there goes on with the register's numbers. \
      A bridge with history.postgres needs none of this, and keeps what is measured while the database is away; beside a \
      running bridge, go through it with --broker.
      """)

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions

  @Option(name: [.customShort("i"), .long], help: "Time between rows, such as 5, 5s or 1m.", transform: Self.duration)
  var interval = Duration.seconds(5)

  @Option(
    help: """
      The database, postgres://user@host/name; that of the user postgres on this machine unless given. The password \
      belongs into ~/.pgpass, or the file that PGPASSFILE names, rather than here.
      """)
  var databaseUrl: String?

  @Option(help: "File with the definitions of the tables (YAML).", completion: .file(extensions: ["yaml", "yml"]))
  var definitions: String

  @Flag(help: "Make the tables TimescaleDB's hypertables, with what is in them.")
  var hypertables = false

  @Flag(name: .shortAndLong, help: "Say nothing but what is wrong.")
  var quiet = false

  @Flag(help: "Say what is read and written too.")
  var debug = false

  private static func duration(_ text: String) throws -> Duration {
    guard let duration = Duration(shortText: text), (.seconds(1)...(.seconds(86400))).contains(duration) else {
      throw ValidationError("--interval takes a duration from 1s to 1d, such as 5, 5s or 1m, not ‘\(text.prefix(60))’.")
    }
    return duration
  }

  func validate() throws {
    guard gateway.from == nil else {
      throw ValidationError("mate3_pg reads a gateway again and again; a recorded one does not change.")
    }
  }

  func run() async throws {
    let signals = Signals([SIGINT, SIGTERM])
    let settings = try gateway.settings(broker)
    guard broker.isGiven || !settings.configuration.gateway.host.isEmpty else {
      throw ValidationError("Name the gateway with --host, or go through a bridge with --broker.")
    }
    let tables: [TableDefinitions.Table]
    do {
      tables = try TableDefinitions(path: definitions, settings.registry).tables
    } catch {
      throw Failure(.file, error.description)
    }
    let address = try address()
    StandardError.neverWait()
    let rows = PgRows(tables)
    let writer = WideTableWriter(
      rows.tables, address, hypertables: hypertables, on: ThreadExecutor(name: "postgres")
    ) { text in
      let advice = "; it belongs into ~/.pgpass or the file that PGPASSFILE names"
      StandardError.write("mate3_pg: \(text)\(text.contains("no password supplied") ? advice : "")")
    }
    if !quiet { StandardError.write("mate3_pg: rows go to \(address.place) every \(interval)") }
    let writing = Task { await writer.run() }
    let reading = Task {
      if broker.isGiven { await follow(settings, rows, writer) } else { await read(settings, rows, writer) }
    }
    for await _ in signals.stream { break }
    reading.cancel()
    writing.cancel()
    _ = try? await withTimeout(.seconds(1)) { await writing.value }
  }

  /// The URL as it was always given, with its password if it must be; it is never shown.
  private func address() throws -> PostgresAddress {
    let databaseUrl = databaseUrl ?? "postgres://postgres@localhost/postgres"
    var hasSecret = false
    do throws(PostgresURL.Mistake) {
      _ = try PostgresURL(databaseUrl)
    } catch {
      guard error.hasSecret else { throw ValidationError("--database-url \(error.message).") }
      hasSecret = true
      StandardError.write(
        "mate3_pg: --database-url has a password in it, which everybody on this machine can see; put it into ~/.pgpass "
          + "or the file that PGPASSFILE names")
    }
    do throws(PostgresProblem) {
      return try PostgresAddress(url: databaseUrl, password: nil, passwordFile: nil)
    } catch {
      // Its reason may have a part of the password in it.
      throw ValidationError(
        hasSecret
          ? "--database-url can't be understood; write special characters of the password as %2F, %40 and so on."
          : "--database-url \(error).")
    }
  }

  // MARK: Reading

  /// Reads what is defined, with a connection of its own each time, so that others get their turn at the gateway.
  private func read(_ settings: VerbSettings, _ rows: PgRows, _ writer: WideTableWriter) async {
    var isFailing = false
    var due = ContinuousClock.now
    while !Task.isCancelled {
      do {
        let connection = try await gateway.open(settings)
        defer { connection.close() }
        let readings = try await connection.read(ReadSelection(devices: rows.devices(settings.blocks)))
        store(readings.map(DeviceOutput.init), rows, writer)
        if isFailing { StandardError.write("mate3_pg: the gateway answers again") }
        isFailing = false
      } catch {
        if !isFailing, !Task.isCancelled {
          StandardError.write("mate3_pg: nothing is read: \(Failure(error)?.description ?? "\(error)")")
        }
        isFailing = true
      }
      due = max(due + interval, .now)
      try? await Task.sleep(until: due)
    }
  }

  /// Takes what a bridge has published at each interval; devices that are offline there are left out.
  private func follow(_ settings: VerbSettings, _ rows: PgRows, _ writer: WideTableWriter) async {
    var isFailing = false
    while !Task.isCancelled {
      let topics = BridgeTopics()
      let taking = Task {
        var moment: BridgeTopics.Moment?
        var due = ContinuousClock.now
        while !Task.isCancelled {
          moment = topics.news() ?? moment
          guard let moment else {
            try? await Task.sleep(for: .milliseconds(50))
            continue
          }
          do {
            store(
              try BridgeClient.devices(
                moment.retained, moment.scheme, settings.registry, ReadSelection(), isTold: false), rows, writer)
          } catch {
            if !Task.isCancelled { StandardError.write("mate3_pg: \(Failure(error)?.description ?? "\(error)")") }
          }
          due = max(due + interval, .now)
          try? await Task.sleep(until: due)
        }
      }
      do {
        try await BridgeClient.follow(settings.configuration, into: topics)
      } catch {
        if !isFailing, !Task.isCancelled {
          StandardError.write("mate3_pg: nothing is read: \(Failure(error)?.description ?? "\(error)")")
        }
      }
      isFailing = true
      // Old values must not pass for new ones.
      taking.cancel()
      await taking.value
      try? await Task.sleep(for: min(interval, .seconds(5)))
    }
  }

  private func store(_ devices: [DeviceOutput], _ rows: PgRows, _ writer: WideTableWriter) {
    let made = rows.rows(devices, at: Int64(Date().timeIntervalSince1970 * 1000))
    writer.add(made)
    if debug {
      for row in made {
        let values = zip(rows.tables[row.table].columns, row.values).map { "\($0.name)=\($1?.text ?? "")" }
        StandardError.write("mate3_pg: \(rows.tables[row.table].name) \(values.joined(separator: " "))")
      }
    }
  }
}
