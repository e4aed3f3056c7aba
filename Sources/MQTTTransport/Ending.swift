internal import CMosquitto
internal import Glibc
internal import Threads

/// How a connection, or the attempt to make one, came to its end.
struct Ending: Sendable {
  enum Retry: Sendable {
    case soon
    /// The broker said no to who we are: asking every second would not change that.
    case slowly
    case withVersion311
    /// Another client has taken the client id over, and the broker says so.
    case takenOver
  }

  let reason: String
  var retry = Retry.soon
  /// The broker did not answer in time; it may still have our CONNECT in its queue.
  var isUnanswered = false
  /// The broker closed the connection and gave no reason.
  var isClosedSilently = false
  /// Somebody has to mend something: waiting alone does not help.
  var isFault = false

  static let stopped = Ending(reason: "stopped")

  /// What the connection needs is not there: nothing was sent.
  static func unusable(_ error: BrokerError) -> Ending {
    Ending(reason: "no connection is tried without what it needs: \(error.message)", isFault: true)
  }

  static func unanswered(_ options: MosquittoOptions) -> Ending {
    Ending(
      reason: """
        the broker \(options.place) did not answer within \(options.connectTimeout): check the address, \
        and whether the broker hangs
        """,
      isUnanswered: true)
  }

  /// Before it said anything.
  static func closedUnanswered(_ options: MosquittoOptions) -> Ending {
    let mend =
      options.tls == nil
      ? "is that a broker's port? If it wants TLS, write mqtts:// in place of mqtt://"
      : "is that a port with TLS? If it is not, write mqtt:// in place of mqtts://"
    return Ending(
      reason: "\(options.place) took the connection and closed it without an answer: \(mend)", isClosedSilently: true)
  }

  /// With TLS, what does not listen can't be told from what hangs up at once.
  static func refusedOrPlain(_ options: MosquittoOptions) -> Ending {
    Ending(
      reason: """
        nothing listens on \(options.place), or not with TLS: is the broker running, and is the port right? If it is one \
        without TLS, write mqtt:// in place of mqtts://
        """)
  }

  static func noBroker(_ options: MosquittoOptions) -> Ending {
    Ending(reason: "what answers on \(options.place) does not speak MQTT: is the port right?")
  }

  static func connectFailed(
    _ code: Int32, _ systemError: Int32, _ log: [String], _ options: MosquittoOptions
  ) -> Ending {
    // libmosquitto puts the resolver's own error number into errno.
    guard code == MOSQ_ERR_EAI.rawValue else { return lost(code, systemError, log, options) }
    let why = gai_strerror(systemError).map { String(cString: $0) } ?? "error \(systemError)"
    return Ending(reason: "the broker's name \(options.host) can't be resolved (\(why)): check its spelling")
  }

  static func refused(_ answer: Int32, isVersion5: Bool, _ options: MosquittoOptions) -> Ending {
    switch answer {
    case 1, 132:
      return isVersion5
        ? Ending(reason: "the broker \(options.place) does not speak MQTT 5", retry: .withVersion311)
        : Ending(reason: "the broker \(options.place) speaks neither MQTT 5 nor 3.1.1", retry: .slowly)
    case 4, 5, 134, 135, 138, 140:
      let user = options.username.map { "user \($0)" } ?? "a client without a user name"
      return Ending(
        reason: "the broker \(options.place) refused \(user): \(options.refusalAdvice)", retry: .slowly, isFault: true)
    case 2, 133:
      return Ending(
        reason: "the broker \(options.place) refused the client id \(options.clientID ?? "it should choose")",
        retry: .slowly, isFault: true)
    default:
      let why = (isVersion5 ? mosquitto_reason_string(answer) : mosquitto_connack_string(answer))
        .map { String(cString: $0) }
      return Ending(reason: "the broker \(options.place) refused the connection: \(why ?? "reason \(answer)")")
    }
  }

  /// - Parameter code: one of libmosquitto's own, or from 128 on a reason that the broker gave.
  static func lost(_ code: Int32, _ systemError: Int32, _ log: [String], _ options: MosquittoOptions) -> Ending {
    let place = options.place
    switch code {
    case 142:
      return Ending(
        reason: """
          another client has connected to \(place) with this client id (\(options.clientID ?? "none")), and two would \
          throw each other out for ever: give one of them another id and start again
          """,
        retry: .takenOver)
    case 128...:
      let why = mosquitto_reason_string(code).map { String(cString: $0) } ?? "reason \(code)"
      return Ending(reason: "the broker \(place) ended the connection: \(why)")
    case MOSQ_ERR_SUCCESS.rawValue, MOSQ_ERR_CONN_LOST.rawValue:
      return Ending(reason: "the broker \(place) closed the connection", isClosedSilently: true)
    case MOSQ_ERR_KEEPALIVE.rawValue:
      return Ending(reason: "the broker \(place) no longer answers", isUnanswered: true)
    case MOSQ_ERR_TLS.rawValue
    where log.contains { $0.contains("wrong version number") || $0.contains("unexpected eof") }:
      return closedUnanswered(options)
    case MOSQ_ERR_TLS.rawValue:
      return Ending(
        reason: "no TLS connection to \(place): \(log.first ?? "the handshake failed"); check the certificates",
        isFault: true)
    case MOSQ_ERR_ERRNO.rawValue where systemError == ECONNREFUSED:
      return Ending(reason: "nothing listens on \(place): is the broker running, and is the port right?")
    case MOSQ_ERR_ERRNO.rawValue where !log.isEmpty:
      return Ending(reason: "the connection to \(place) broke: \(log[0])")
    case MOSQ_ERR_ERRNO.rawValue:
      return Ending(reason: "the connection to \(place) broke: \(systemMessage(systemError))")
    default:
      return Ending(reason: "the connection to \(place) ended: \(libraryMessage(code))")
    }
  }
}
