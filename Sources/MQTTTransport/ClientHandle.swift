internal import CMosquitto
internal import Glibc
internal import MessageIO
internal import Threads

/// A libmosquitto client, freed with this object.
///
/// Of the threads that hold one, only one calls into the library at a time: the network thread alone while there is
/// no connection, and whoever holds the lock of the client's state while there is one.
final class ClientHandle: Sendable {
  // An immutable pointer; the rule above keeps what it points to from being used by two threads at once.
  nonisolated(unsafe) let pointer: OpaquePointer
  private let context: Unmanaged<CallbackBox>

  private static let libraryIsReady: Bool = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.rawValue

  /// Made anew for every attempt to connect: libmosquitto forgets half of its options when it is told to begin again,
  /// and a client without its TLS would send user and password in clear.
  /// - Throws: ``BrokerError`` when anything that the options promise can't be had; then there is no client.
  init(_ options: MosquittoOptions, _ box: CallbackBox, isVersion5: Bool) throws(BrokerError) {
    guard Self.libraryIsReady else { throw BrokerError(.system, "libmosquitto can't be initialised") }
    let context = Unmanaged.passRetained(box)
    guard let pointer = mosquitto_new(options.clientID, true, context.toOpaque()) else {
      let code = errno
      context.release()
      throw BrokerError(.system, "libmosquitto gave no client: \(systemMessage(code))")
    }
    do throws(BrokerError) {
      try Self.configure(pointer, options, isVersion5)
    } catch {
      mosquitto_destroy(pointer)
      context.release()
      throw error
    }
    CallbackBox.install(on: pointer)
    self.pointer = pointer
    self.context = context
  }

  deinit {
    mosquitto_destroy(pointer)
    context.release()
  }

  /// TLS comes before user and password, so that no client has those alone.
  private static func configure(
    _ pointer: OpaquePointer, _ options: MosquittoOptions, _ isVersion5: Bool
  ) throws(BrokerError) {
    try check(
      mosquitto_int_option(
        pointer, MOSQ_OPT_PROTOCOL_VERSION, isVersion5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311), "the version of MQTT")
    try check(mosquitto_int_option(pointer, MOSQ_OPT_TCP_NODELAY, 1), "the socket option")
    if let tls = options.tls { try configure(pointer, tls) }
    if isVersion5 { try announceMaximum(pointer, options.maximumPacketSize) }
    if let will = options.will {
      let code = will.payload.withUnsafeBytes {
        mosquitto_will_set(
          pointer, will.topic, Int32($0.count), $0.baseAddress, Int32(will.qos.rawValue), will.retain)
      }
      try check(code, "the last will on \(will.topic)")
    }
    if let username = options.username {
      let password = try options.currentPassword()
      try check(mosquitto_username_pw_set(pointer, username, password), "the user name or password")
    }
  }

  /// Has CONNECT say how large a packet may be (MQTT 5.0, section 3.1.2.11.4).
  ///
  /// Only the connect call that blocks takes properties. Without a host it refuses to connect, but the client keeps the
  /// properties, and sends them with the call that does not block.
  private static func announceMaximum(_ pointer: OpaquePointer, _ size: Int) throws(BrokerError) {
    var properties: OpaquePointer?
    defer { mosquitto_property_free_all(&properties) }
    try check(
      mosquitto_property_add_int32(
        &properties, Int32(MQTT_PROP_MAXIMUM_PACKET_SIZE.rawValue), UInt32(clamping: size)), "the greatest packet size")
    _ = mosquitto_connect_bind_v5(pointer, nil, 0, 0, nil, properties)
  }

  private static func configure(_ pointer: OpaquePointer, _ tls: MosquittoOptions.TLS) throws(BrokerError) {
    for file in [tls.authorityFile, tls.certificateFile, tls.keyFile].compactMap({ $0 }) {
      // libmosquitto says of each only that something is invalid.
      _ = try readFile(file, "the TLS file", atMost: 1)
    }
    if tls.authorityFile == nil {
      try check(mosquitto_int_option(pointer, MOSQ_OPT_TLS_USE_OS_CERTS, 1), "the system's certificates")
      guard tls.certificateFile != nil || tls.keyFile != nil else { return }
    }
    // Without an answer to its question for the key's password, OpenSSL would ask on the terminal and wait.
    let code = mosquitto_tls_set(pointer, tls.authorityFile, nil, tls.certificateFile, tls.keyFile) { _, _, _, _ in 0 }
    try check(code, "the TLS files (a client certificate needs its key, and the other way round)")
  }

  private static func check(_ code: Int32, _ what: String) throws(BrokerError) {
    guard code == MOSQ_ERR_SUCCESS.rawValue else {
      throw BrokerError(.invalidOptions, "libmosquitto does not take \(what): \(libraryMessage(code))")
    }
  }
}

func libraryMessage(_ code: Int32) -> String {
  mosquitto_strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
