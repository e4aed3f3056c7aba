import Derived
public import Logging
public import Mate3
import MessageIO
import Synchronization
import Threads

/// Tells Home Assistant which devices and entities there are, and keeps that up to date.
///
/// A lock, not an actor, for the reason that ``StatePublisher`` is one: what it announces goes out before the values
/// that are handed to the publisher next.
public final class DiscoveryService: Sendable {
  public struct Settings: Sendable, Equatable {
    public var isOn = true
    /// First level of Home Assistant's discovery topics.
    public var prefix = "homeassistant"

    public init() {}
  }

  /// Home Assistant asks for everything when it starts; programs that answer at the same moment would choke it.
  static let birthDelay: ClosedRange<Double> = 0.5...3

  let settings: Settings
  private let publisher: StatePublisher
  private let state: Mutex<DiscoveryState>
  private let birth = Mutex<Task<Void, Never>?>(nil)

  public init(
    settings: Settings, policy: CommandPolicy, version: String, publisher: StatePublisher, logger: Logger
  ) {
    self.settings = settings
    self.publisher = publisher
    state = Mutex(
      DiscoveryState(settings: settings, policy: policy, version: version, publisher: publisher, logger: logger))
  }

  /// Topic on which Home Assistant says that it has started; nil when discovery is off.
  var statusTopic: String? { settings.isOn ? "\(settings.prefix)/status" : nil }

  /// Filter for what an earlier run left.
  var leftoverFilter: String { "\(settings.prefix)/device/+/config" }

  /// Takes which values the bridge works out. Called before ``scanned(_:)``.
  func setComputed(_ fields: [DerivedField]) { state.withLock { $0.setComputed(fields) } }

  /// Takes a complete scan. Called before its values are published, so that no entity shows a value that it does not
  /// know.
  func scanned(_ image: SystemImage) { state.withLock { $0.scanned(image) } }

  /// Takes changed values before they are published.
  func changed(_ changes: [FieldChange], _ image: SystemImage) {
    guard settings.isOn else { return }
    state.withLock { $0.changed(changes, image) }
  }

  /// Takes what the broker holds below the discovery prefix.
  func adopt(_ retained: [InboundMessage]) { state.withLock { $0.adopt(retained) } }

  /// Home Assistant has started: sends everything again, a moment later and once.
  func homeAssistantStarted() {
    guard settings.isOn else { return }
    birth.withLock { birth in
      guard birth == nil else { return }
      birth = Task {
        await pause(for: .seconds(Double.random(in: Self.birthDelay)))
        self.birth.withLock { $0 = nil }
        if !Task.isCancelled { self.publisher.repeatAll() }
      }
    }
  }

  func stop() { birth.withLock { $0?.cancel() } }
}
