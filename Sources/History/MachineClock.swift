/// The machine's clock.
package struct MachineClock: Sendable {
  /// In milliseconds since 1970.
  package let now: @Sendable () -> Int64
  /// Whether it has the right time, as far as the machine knows: one without a clock of its own begins with any.
  package let isSet: @Sendable () -> Bool

  package init(now: @escaping @Sendable () -> Int64, isSet: @escaping @Sendable () -> Bool) {
    self.now = now
    self.isSet = isSet
  }
}
