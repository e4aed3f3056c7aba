/// How a simulated gateway behaves.
package struct SimulatorOptions: Sendable {
  /// Which writes a gateway takes.
  package enum WriteRules: Hashable, Sendable {
    /// Every register takes what is written.
    case none
    /// What the registry says can be written is; the rest is refused inside, and so are out-of-range setpoints while
    /// the system lives.
    case registry
  }

  /// Address to bind, IPv4 or IPv6.
  package var bind = "127.0.0.1"
  /// Port to bind; 0 picks a free one.
  package var port: UInt16 = 0
  /// Whether a second connection is refused while one is open.
  package var isSingleClient = false
  /// Wait before each answer.
  package var delay: Duration = .zero
  /// Seconds that pass in the simulated system in each second.
  package var speed = 1.0
  /// Whether the gateway's clock runs.
  package var runsClock = true
  /// Whether the gateway's clock stands still until it is let go.
  package var freezesClock = false
  package var writeRules = WriteRules.registry
  /// Actions with their times.
  package var faults: [ScheduledFault] = []
  /// How often clock and measurements are renewed in the registers.
  package var refreshInterval: Duration = .milliseconds(300)
  /// Time since an arbitrary start; replaced in tests.
  package var now: @Sendable () -> Duration

  package init() {
    let start = ContinuousClock.now
    now = { start.duration(to: .now) }
  }
}
