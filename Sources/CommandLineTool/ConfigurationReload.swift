import Configuration
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Reads the configuration again at SIGHUP. One that can be used and says something else is handed to whoever runs the
/// bridges, which are ended for it in good order.
final class ConfigurationReload: Sendable {
  private struct State {
    var current: LoadedConfiguration
    var next: LoadedConfiguration?
    var running: ServiceGroup?
    /// Whether SIGTERM or SIGINT has come: nothing begins anew any more.
    var isEnding = false
  }

  private let state: Mutex<State>
  private let load: @Sendable () throws(ConfigurationError) -> LoadedConfiguration

  init(_ current: LoadedConfiguration, load: @escaping @Sendable () throws(ConfigurationError) -> LoadedConfiguration) {
    state = Mutex(State(current: current))
    self.load = load
  }

  /// Takes SIGHUP from now on, so that a closed terminal never ends the bridge, and SIGTERM and SIGINT, which may come
  /// between two groups. Runs until the task is cancelled.
  func run(_ signals: Signals, _ logger: @Sendable (LoadedConfiguration) -> Logger) async {
    for await signal in signals.stream {
      guard signal != SIGHUP else {
        await hangUp(logger(state.withLock { $0.current }))
        continue
      }
      let running = state.withLock { state in
        state.isEnding = true
        return state.running
      }
      await running?.triggerGracefulShutdown()
    }
  }

  /// Which group is to end for a new configuration.
  func runs(_ group: ServiceGroup?) async {
    let mustEnd = state.withLock { state in
      state.running = group
      return state.next != nil || state.isEnding
    }
    if mustEnd { await group?.triggerGracefulShutdown() }
  }

  /// The configuration to go on with; nil when the bridges have ended for another reason.
  func takeNext() -> LoadedConfiguration? {
    state.withLock { state in
      defer { state.next = nil }
      guard !state.isEnding else { return nil }
      if let next = state.next { state.current = next }
      return state.next
    }
  }

  /// The new configuration could not be run, and this one is again.
  func wentBack(to configuration: LoadedConfiguration) { state.withLock { $0.current = configuration } }

  private func hangUp(_ logger: Logger) async {
    let read: LoadedConfiguration
    do {
      read = try load()
    } catch {
      logger.error("SIGHUP: the configuration can't be used, and the one before stays: \(error.description)")
      return
    }
    for warning in read.warnings { logger.warning("\(warning)") }
    let (running, isNew) = state.withLock { state in
      let expected = state.next ?? state.current
      // A folder of registry data may have changed without the configuration.
      guard read.configuration != expected.configuration || read.configuration.registryDirectory != nil else {
        return (nil as ServiceGroup?, false)
      }
      state.next = read
      return (state.running, true)
    }
    guard isNew else {
      logger.notice("SIGHUP: the configuration has not changed")
      return
    }
    logger.notice("SIGHUP: the configuration has changed; the bridge begins anew with it")
    await running?.triggerGracefulShutdown()
  }
}
