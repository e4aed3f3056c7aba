import History
import Mate3

extension ConfigurationKey {
  /// Every setting, in the order of the reference, in which they are read: `gateways` after what it may change, and
  /// `commands` after the devices that its fields may be named by.
  static let all: [ConfigurationKey] =
    gateway + broker + topics + intervals + battery + names + commands + homeAssistant + history + page
    + program

  private static let gateway: [ConfigurationKey] = [
    .init(
      "gateway.host", \.gateway.host, .host, flag: "host", default: "required, or `gateways`",
      "Name or address of the MATE3s on your network, also with its port, as in `192.0.2.7:502`."),
    .init(
      "gateway.name", \.gateway.name, ValueKind.displayName.optional, default: "none, or made of each one's base",
      "What the names of all its devices in Home Assistant begin with, so that no two gateways share one: `Barn` makes "
        + "`Barn Inverter 1`."),
    .init("gateway.port", \.gateway.port, .integer(1...65535), flag: "port", "Its Modbus TCP port."),
    .init("gateway.unit", \.gateway.unit, .integer(1...247), flag: "unit", "Its Modbus unit id."),
    .init(
      "gateway.max_read", \.gateway.maxRead, .integer(2...125), flag: "max-read",
      "Most registers in one request. The protocol allows 125; 100 is known to agree with the gateway."),
    .init(
      "gateway.response_timeout", \.gateway.responseTimeout, .duration(.milliseconds(100)...(.seconds(60))),
      flag: "timeout", "How long a request may take."),
    .init(
      "gateway.connect_timeout", \.gateway.connectTimeout, .duration(.milliseconds(100)...(.seconds(300))),
      "How long connecting may take."),
    .init(
      "gateway.keep_connection", \.gateway.keepsConnection, .boolean,
      "Keeps the connection between cycles. With `false` it is given up after each, so that another program can have "
        + "its turn: the gateway serves one at a time."),
    .init(
      "gateway.clock_check", \.gateway.checksClock, .boolean,
      "Takes all readings for stale when the gateway's own clock stands still. Switch it off if that clock is not "
        + "running."),
  ]

  private static let broker: [ConfigurationKey] = [
    .init(
      "broker.url", \.broker.address, .brokerURL, flag: "broker", default: "required",
      "The MQTT broker; `mqtts` is TLS, and without a scheme it is `mqtt`. The port is 1883, or 8883 with TLS, unless given."
    ),
    .init(
      "broker.client_id", \.broker.clientID, ValueKind.clientID.optional, default: "base and a random suffix",
      "MQTT client id."),
    .init(
      "broker.password", \.broker.password, ValueKind.secret.optional, isSecret: true,
      "The broker's password. Not taken from the file or from a flag, where others can see it."),
    .init(
      "broker.password_file", \.broker.passwordFile, ValueKind.path.optional,
      "File with the password in its first line."),
    .init(
      "broker.ca_file", \.broker.caFile, ValueKind.path.optional, default: "the system's",
      "Certificates of the authorities to trust (PEM), with `mqtts`."),
    .init(
      "broker.certificate_file", \.broker.certificateFile, ValueKind.path.optional,
      "The bridge's own certificate (PEM), with `mqtts`."),
    .init("broker.key_file", \.broker.keyFile, ValueKind.path.optional, "The key of that certificate (PEM)."),
    .init(
      "broker.keepalive", \.broker.keepalive, .duration(.seconds(5)...(.seconds(3600))),
      "How often the broker hears of the bridge at least, or a second later."),
  ]

  private static let topics: [ConfigurationKey] = [
    .init(
      "topics.base", \.topics.base, .topicBase, flag: "base",
      "First level or levels of every topic. Each gateway needs another."),
    .init(
      "topics.publish_personal", \.topics.publishesPersonal, .boolean,
      "Publishes mail addresses, names and network settings too. Passwords are never published."),
    .init(
      "topics.internal", \.topics.publishesInternal, .boolean,
      "Publishes what only explains the register map too: block ids, lengths and scale factors."),
    .init(
      "topics.house", \.topics.publishesHouse, .boolean,
      "Publishes the values of the whole system, such as solar power, as the device `house`."),
    .init(
      "topics.json", \.topics.publishesObjects, .boolean,
      "Publishes all fields of a device as one JSON object too, on the device's own topic. Off because it doubles what "
        + "is sent; Node-RED's flows want it."),
    .init("topics.state_qos", \.topics.stateQoS, .qos, "Quality of service of readings."),
    .init("topics.result_qos", \.topics.resultQoS, .qos, "Quality of service of results and events."),
    .init(
      "topics.forget_after", \.topics.forgetAfter, .duration(.seconds(1)...(.seconds(365 * 86400))),
      "How long a device must be gone before its topics are cleared."),
  ]

  private static let intervals: [ConfigurationKey] = [
    .init(
      "intervals.live", \.intervals.live, .duration(.seconds(1)...(.seconds(3600))), flag: "interval",
      "How often measurements are read."),
    .init(
      "intervals.settings", \.intervals.settings, .duration(.seconds(1)...(.seconds(86400))),
      "How often the devices' settings are read; not more often than `intervals.live`."),
    .init(
      "intervals.fixed", \.intervals.fixed, .duration(.seconds(1)...(.seconds(7 * 86400))),
      "How often models, serials and the like are read; not more often than `intervals.live`."),
  ]

  private static let battery: [ConfigurationKey] = [
    .init(
      "battery.nominal", \.battery.nominal, ValueKind.nominalVoltage.placed,
      "Nominal voltage of the battery. A gateway that says another has its battery settings left alone."),
    .init(
      "battery.chemistry", \.battery.chemistry, ValueKind<BatteryProfile.Chemistry>.choice.placed,
      "What the battery is made of. `lifepo4`, `agm` and `gel` are not equalised unless `battery.equalise` says so, "
        + "`lifepo4` never."),
    .init(
      "battery.absorb", \.battery.absorb, ValueKind.voltages.placed,
      "Where absorb voltages may stand, of the whole battery. Nothing that starts or cuts out by voltage may stand "
        + "above it."),
    .init(
      "battery.float", \.battery.float, ValueKind.voltages.placed, "Where float voltages may stand."),
    .init(
      "battery.equalise", \.battery.equalise, ValueKind.equalise.placed, default: "by the chemistry",
      "Where equalise voltages may stand. With `never` nothing starts an equalisation, and its voltage must stand in "
        + "`battery.absorb`."),
    .init(
      "battery.lowest", \.battery.lowest, ValueKind.positive("V", "48.0").placed,
      "Low voltage cut-outs and starts may not stand below."),
    .init(
      "battery.charge_current", \.battery.chargeCurrent, ValueKind.positive("A", "100").placed,
      "What all chargers together may put into the battery, by their settings."),
  ]

  private static let names: [ConfigurationKey] = [
    .init(
      "devices", \.devices, .devices,
      "Names of your own: the block's name, the hub port and the name, which takes the place of the block's in topics."),
    gateways,
  ]

  private static let commands: [ConfigurationKey] = [
    .init(
      "commands.allow", \.commands.classes, .commandClasses, flag: "allow",
      "Classes of commands that are carried out. `[]` makes the bridge read-only but for `commands.fields`."),
    .init(
      "commands.fields", \.commands.fields, .commandableFields,
      "Fields that may be written whatever their class. The device is a block's name, for all of that kind, or a name "
        + "of yours."),
    .init(
      "commands.limits", \.commands.limits, .limits,
      "Bounds of written values, in the field's units. They narrow the documented ones, or stand in for missing ones, "
        + "never widen them."),
    .init(
      "commands.labels_confirmed", \.commands.confirmedLabels, .doubtfulFields,
      "Fields whose labels the documents may have the wrong way round, and which you have checked on the device."),
  ]

  private static let homeAssistant: [ConfigurationKey] = [
    .init(
      "home_assistant.discovery", \.homeAssistant.isOn, .boolean,
      "Makes every device appear in Home Assistant by itself. With `false` they are taken out of it again."),
    .init(
      "home_assistant.prefix", \.homeAssistant.prefix, .topicBase,
      "The discovery prefix set in Home Assistant's MQTT integration."),
  ]

  private static let history: [ConfigurationKey] = [
    .init(
      "history.enabled", \.history.isOn, .boolean,
      "Keeps what is measured in `history.db` in the state directory, for `mate3 history` and whatever reads SQLite."),
    .init(
      "history.interval", \.history.interval, .duration(.seconds(1)...(.seconds(300))),
      "What one row stands for: the mean of power, current and voltage, and the last of everything else."),
    .init(
      "history.write_interval", \.history.writeInterval, .duration(.seconds(1)...(.seconds(3600))),
      "How often rows are written to the disk. What a crash loses is no more; longer spares a memory card."),
    .init(
      "history.keep", \.history.keepsRecorded, .duration(.seconds(86400)...(.seconds(3650 * 86400))),
      "How long these rows are kept. Rows of five minutes, hours and days are made of them."),
    .init(
      "history.keep_five_minutes", \.history.keepsFiveMinutes, .duration(.seconds(86400)...(.seconds(36500 * 86400))),
      "How long rows of five minutes are kept. Hours and days are kept for ever."),
    .init(
      "history.max_size", \.history.maxSize, .integer(64...1_048_576),
      "Most megabytes that the file may have; beyond that the oldest rows go, of the finest first."),
    .init(
      "history.postgres", \.history.postgres, ValueKind.postgresURL.optional,
      "A PostgreSQL server that gets every row too. `history.db` is what waits while it is away."),
    .init(
      "history.postgres_password", \.postgresPassword, ValueKind.secret.optional, isSecret: true,
      "That server's password, unless `PGPASSFILE` or `~/.pgpass` has it. Not taken from the file or from a flag, where "
        + "others can see it."),
    .init(
      "history.postgres_password_file", \.postgresPasswordFile, ValueKind.path.optional,
      "File with the password in its first line."),
    .init(
      "history.postgres_hypertables", \.history.usesHypertables, .boolean,
      "Makes TimescaleDB's hypertables there instead of tables with a part for each month."),
  ]

  private static let program: [ConfigurationKey] = [
    .init(
      "caps.field_interval", \.caps.fieldInterval, .duration(.zero...(.seconds(86400))),
      "Least time between two writes of one field. Values that make the system safer are never held back."),
    .init(
      "caps.field_per_day", \.caps.fieldPerDay, .integer(1...100000),
      "Most writes of one setpoint in 24 hours, to spare the device's flash memory."),
    .init(
      "caps.device_per_day", \.caps.devicePerDay, .integer(1...100000),
      "Most writes of one device's setpoints in 24 hours."
    ),
    .init(
      "caps.gateway_per_day", \.caps.gatewayPerDay, .integer(1...100000),
      "Most writes of setpoints through the gateway in 24 hours."),
    .init(
      "state_dir", \.stateDirectory, .path, flag: "state-dir",
      default: "`$STATE_DIRECTORY`, else `/var/lib/mate3` as root, else `~/.local/state/mate3`",
      "Folder for what must outlive a restart."),
    .init(
      "registry", \.registryDirectory, ValueKind.path.optional, flag: "registry", default: "built in",
      "Folder with a register map to use instead. It may allow less than the built-in one, never more."),
    .init("log.level", \.log.level, .choice, flag: "log-level", "Least severe messages to write."),
    .init("log.format", \.log.format, .choice, flag: "log-format", "Plain lines, or one JSON object a line."),
  ]
}
