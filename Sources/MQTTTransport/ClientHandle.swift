internal import CMosquitto
internal import MessageIO

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A libmosquitto client, freed with this object.
///
/// Of the threads that hold one, only one calls into the library at a time: the network thread alone while there is
/// no connection, and whoever holds the lock of the client's state while there is one.
final class ClientHandle: Sendable {
  // An immutable pointer; the rule above keeps what it points to from being used by two threads at once.
  nonisolated(unsafe) let pointer: OpaquePointer
  private let context: Unmanaged<CallbackBox>

  private static let libraryIsReady: Bool = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.rawValue

  init(_ options: MosquittoOptions, _ box: CallbackBox) throws(BrokerError) {
    guard Self.libraryIsReady else { throw BrokerError(.system, "libmosquitto can't be initialised") }
    let context = Unmanaged.passRetained(box)
    guard let pointer = mosquitto_new(options.clientID, true, context.toOpaque()) else {
      let code = errno
      context.release()
      throw BrokerError(.system, "libmosquitto gave no client: \(systemMessage(code))")
    }
    self.pointer = pointer
    self.context = context
    try configure(options)
    CallbackBox.install(on: pointer)
  }

  deinit {
    mosquitto_destroy(pointer)
    context.release()
  }

  /// Makes the client anew in its place. libmosquitto 2.0.11 does not find its way back to a broker over TLS with what
  /// is left of the last connection. Only while nothing else uses the client.
  func renew(_ options: MosquittoOptions, isVersion5: Bool) throws(BrokerError) {
    let code = mosquitto_reinitialise(pointer, options.clientID, true, context.toOpaque())
    try check(code, "to be made anew")
    try configure(options)
    setVersion5(isVersion5)
    CallbackBox.install(on: pointer)
  }

  private func configure(_ options: MosquittoOptions) throws(BrokerError) {
    setVersion5(options.version == .preferring5)
    try check(mosquitto_int_option(pointer, MOSQ_OPT_TCP_NODELAY, 1), "the socket option")
    if let username = options.username {
      try check(mosquitto_username_pw_set(pointer, username, options.password), "the user name or password")
    }
    if let tls = options.tls { try configure(tls) }
    if let will = options.will {
      let code = will.payload.withUnsafeBytes {
        mosquitto_will_set(
          pointer, will.topic, Int32($0.count), $0.baseAddress, Int32(will.qos.rawValue), will.retain)
      }
      try check(code, "the last will on \(will.topic)")
    }
  }

  private func configure(_ tls: MosquittoOptions.TLS) throws(BrokerError) {
    for file in [tls.authorityFile, tls.certificateFile, tls.keyFile].compactMap({ $0 }) {
      guard access(file, R_OK) == 0 else {
        throw BrokerError(.invalidOptions, "the TLS file \(file) can't be read: \(systemMessage(errno))")
      }
    }
    if tls.authorityFile == nil {
      try check(mosquitto_int_option(pointer, MOSQ_OPT_TLS_USE_OS_CERTS, 1), "the system's certificates")
      guard tls.certificateFile != nil || tls.keyFile != nil else { return }
    }
    // Without an answer to its question for the key's password, OpenSSL would ask on the terminal and wait.
    let code = mosquitto_tls_set(pointer, tls.authorityFile, nil, tls.certificateFile, tls.keyFile) { _, _, _, _ in 0 }
    try check(code, "the TLS files (a client certificate needs its key, and the other way round)")
  }

  private func check(_ code: Int32, _ what: String) throws(BrokerError) {
    guard code == MOSQ_ERR_SUCCESS.rawValue else {
      throw BrokerError(.invalidOptions, "libmosquitto does not take \(what): \(libraryMessage(code))")
    }
  }

  func setVersion5(_ isVersion5: Bool) {
    mosquitto_int_option(pointer, MOSQ_OPT_PROTOCOL_VERSION, isVersion5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311)
  }
}

func libraryMessage(_ code: Int32) -> String {
  mosquitto_strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
