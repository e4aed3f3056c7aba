package import RegisterIO

/// Something that goes wrong, or is changed, on a simulated gateway.
package enum FaultAction: Hashable, Sendable {
  /// The devices on two hub ports trade places: every block of theirs gives the other port.
  case swapPorts(Int, Int)
  /// Another device is on the port: other model and serial texts. Nil leaves a text as it is.
  case replaceDevice(port: Int, model: String?, serial: String?)
  /// The device on the port answers another serial text.
  case changeSerial(port: Int, serial: String)
  /// A block disappears; what follows moves up. Nil stands for the first block of the id, whatever its port.
  case dropBlock(id: Int, port: Int?)
  /// A block gets longer (or, with a negative number, shorter) by registers; what follows moves.
  case resizeBlock(id: Int, port: Int?, by: Int)
  /// Registers hold other words.
  case set(address: Int, words: [UInt16])
  /// Undoes everything: blocks, identities and registers are as at start but for what clients wrote, and every
  /// standing fault ends.
  case restore

  /// Answers come later by this much.
  case delay(Duration, FaultWindow)
  /// Requests are neither carried out nor answered.
  case silence(FaultWindow)
  /// Requests are refused.
  case exception(ModbusException, FaultWindow)
  /// Answers carry another transaction id.
  case wrongTransaction(FaultWindow)
  /// Answers break off after some bytes and the connection is closed.
  case cut(afterBytes: Int, FaultWindow)
  /// Writes are carried out, and their answer never comes (or, when closing, the connection is closed instead).
  case loseAnswer(closing: Bool, FaultWindow)
  /// Registers just written read 0x8000 for a while, as some units do.
  case busyAfterWrite(Duration)
  /// Writes are answered as if good, but the words stay and `OutBack_Error` gets the bits (application note, table 2).
  case refuseInside(bits: UInt16, FaultWindow)
  /// Devices keep voltages in steps of so many volts, and take the nearest to what is written; 0 ends that.
  case keepSteps(volts: Double)
  /// Bits of `OutBack_Error` that stand whatever happens; 0 ends that.
  case standingError(bits: UInt16)
  /// The gateway is locked: every write is refused inside with error bit 0x0400.
  case lock(Bool)
  /// All connections are closed and new ones get no answer while the gateway is down; then it answers with a blank
  /// MAC address and without devices, which come back one by one in the order of their ports.
  case reboot(down: Duration, perDevice: Duration)
  /// All connections are closed.
  case disconnect
  /// The gateway's clock stops or goes on.
  case freezeClock(Bool)
}

/// For how long a fault stands: as many requests, so much time, or until `restore` when both are nil.
package struct FaultWindow: Hashable, Sendable {
  /// Number of requests that meet the fault.
  package var requests: Int?
  /// Time from when the fault begins.
  package var duration: Duration?

  package init(requests: Int? = nil, duration: Duration? = nil) {
    self.requests = requests
    self.duration = duration
  }

  /// Until `restore`.
  package static let standing = FaultWindow()
  /// The next request only.
  package static let once = FaultWindow(requests: 1)
}

/// When a scheduled action happens.
package enum FaultTrigger: Hashable, Sendable {
  /// Just before the request with this number is carried out; the first one since start is 1.
  case beforeRequest(Int)
  /// Just after the request with this number was carried out, before its answer goes out.
  case afterRequest(Int)
  /// So long after the start. It happens when the next request comes in, which sees no difference.
  case elapsed(Duration)
}

/// An action with its time.
package struct ScheduledFault: Hashable, Sendable {
  package var trigger: FaultTrigger
  package var action: FaultAction

  package init(_ trigger: FaultTrigger, _ action: FaultAction) {
    self.trigger = trigger
    self.action = action
  }
}
