package import MessageIO

/// How to reach a broker, and how to behave on the way.
package struct MosquittoOptions: Sendable, Hashable {
  /// Files of a TLS connection. The broker's certificate and name are always checked.
  package struct TLS: Sendable, Hashable {
    /// Certificates to trust (PEM); nil for those of the operating system.
    package var authorityFile: String?
    /// This client's certificate (PEM).
    package var certificateFile: String?
    /// The certificate's key (PEM, not encrypted).
    package var keyFile: String?

    package init(authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
      self.authorityFile = authorityFile
      self.certificateFile = certificateFile
      self.keyFile = keyFile
    }
  }

  package enum Version: Sendable, Hashable {
    /// MQTT 5, and 3.1.1 once the broker has refused that.
    case preferring5
    case only311
  }

  /// Host name or address.
  package var host: String
  /// TCP port: 1883 unless set.
  package var port: UInt16
  /// Client id; nil lets the broker choose one.
  package var clientID: String?
  package var username: String?
  /// Never part of a description.
  package var password: String?
  /// File with the password in its first line, read at every attempt to connect, in place of ``password``.
  package var passwordFile: String?
  /// What to do when the broker refuses user and password, or that there are none.
  package var refusalAdvice = "check the user name, the password and the broker's access rules"
  /// TLS is used when this is set.
  package var tls: TLS?
  package var version = Version.preferring5
  /// What the broker publishes when the connection is lost.
  package var will: OutboundMessage?
  /// A broker that is silent for up to twice as long counts as lost; 5…65535 s, 30 s unless set.
  package var keepAlive: Duration = .seconds(30)
  /// How long connecting may take, up to the broker's answer.
  package var connectTimeout: Duration = .seconds(10)
  /// Wait before the first new attempt; doubles up to ``longestRetryDelay``.
  package var retryDelay: Duration = .seconds(1)
  package var longestRetryDelay: Duration = .seconds(2)
  /// Whether there is an event for each message that the broker does not take.
  package var tellsRefusals = false
  /// Wait after the broker has refused the password, the permission or the client id.
  package var refusedRetryDelay: Duration = .seconds(30)
  /// Wait when another client seems to have the same client id.
  package var takenOverRetryDelay: Duration = .seconds(60)
  /// See ``BrokerConnection/outstandingLimit``.
  package var outstandingLimit = 2000
  /// How many bytes messages that are handed over and not yet sent may have together.
  package var outstandingByteLimit = 8 << 20
  /// How many inbound messages are kept for the consumer.
  package var inboundLimit = 256
  /// How many bytes the inbound messages that are kept may have together.
  package var inboundByteLimit = 4 << 20
  /// How many commands are kept beside them. Those that must get through have room of their own.
  package var commandLimit = 4096
  /// How many bytes those may have together.
  package var commandByteLimit = 1 << 20
  /// The greatest packet that the broker may send. One of MQTT 5 is told so; what comes all the same is dropped.
  package var maximumPacketSize = 1 << 20

  package init(
    host: String, port: UInt16 = 1883, clientID: String? = nil, username: String? = nil, password: String? = nil,
    tls: TLS? = nil
  ) {
    self.host = host
    self.port = port
    self.clientID = clientID
    self.username = username
    self.password = password
    self.tls = tls
  }

  /// The broker as sentences name it.
  var place: String { "\(host):\(port)" }
}

extension MosquittoOptions: CustomStringConvertible, CustomReflectable {
  package var description: String {
    let user = username.map { "\($0)@" } ?? ""
    return "\(tls == nil ? "mqtt" : "mqtts")://\(user)\(host):\(port)"
  }

  /// Keeps the password out of what `dump` and string interpolation of a containing value show.
  package var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}

/// Why a client can't be started.
package struct BrokerError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// An option that libmosquitto does not take.
    case invalidOptions
    /// A file of certificates or the password can't be read.
    case file
    /// `start` was called before.
    case alreadyStarted
    /// The system refused a resource.
    case system
  }

  package let code: Code
  /// One sentence for people.
  package let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
