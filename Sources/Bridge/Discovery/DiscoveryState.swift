import Derived
import FieldCodec
import HomeAssistant
import Logging
import Mate3
import MessageIO
import Registry
import Topics

/// Which devices and entities Home Assistant is told of: what was seen of the system, what was announced, and what an
/// earlier run left.
struct DiscoveryState {
  let settings: DiscoverySettings
  let policy: CommandPolicy
  let version: String
  let scheme: TopicScheme
  let logger: Logger

  /// The values that the bridge works out.
  private var computed: [ComputedField] = []
  private var observations = Observations()
  /// What the last scan has found.
  private var system: Cycle.System?
  /// The gateway's MAC in what is announced, nil before anything is.
  private var announcedMAC: String?
  /// The messages sent last, so that only what changed is made anew.
  private var encoded: [String: (document: DiscoveryDocument, payload: [UInt8])] = [:]
  /// Every component announced since the start or by an earlier run, by topic: what of it is gone must be removed.
  private var known: [String: [String: Component.Platform]] = [:]
  private var left: [LeftDocument] = []
  private var isWaitingForMAC = false

  init(settings: DiscoverySettings, policy: CommandPolicy, version: String, scheme: TopicScheme, logger: Logger) {
    self.settings = settings
    self.policy = policy
    self.version = version
    self.scheme = scheme
    self.logger = logger
  }

  // MARK: What was read

  /// Takes a complete scan.
  /// - Parameters:
  ///   - values: every value that it has found.
  ///   - computed: the values that the bridge works out.
  /// - Returns: what is to be published before the values, so that no entity shows a value that it does not know.
  mutating func scanned(
    _ system: Cycle.System, _ values: [FieldChange], computed: [DerivedField]
  ) -> [Announcement] {
    self.system = system
    self.computed = computed.map(ComputedField.init)
    observations.beginScan()
    apply(values, of: system)
    return announce()
  }

  /// Takes changed values.
  /// - Returns: what is to be published before them.
  mutating func changed(_ changes: [FieldChange]) -> [Announcement] {
    guard let system, apply(changes, of: system) else { return [] }
    return announce()
  }

  /// - Returns: whether the values ask for another announcement.
  @discardableResult
  private mutating func apply(_ changes: [FieldChange], of system: Cycle.System) -> Bool {
    guard settings.isOn else { return false }
    var isNews = false
    for change in changes where system.map.slots.indices.contains(change.slot) {
      let slot = system.map.slots[change.slot]
      let place = FieldPlace(slot.field, of: system.layout.blocks[slot.blockIndex])
      if observations.observe(change.value, of: slot.field, at: place) { isNews = true }
    }
    return isNews
  }

  private mutating func announce() -> [Announcement] {
    guard settings.isOn, let layout = system?.layout else { return [] }
    let system = DiscoverySystem(
      layout: layout, observations: observations, policy: policy, scheme: scheme,
      prefix: settings.prefix, name: settings.name, version: version, computed: computed,
      eventKinds: BridgeEvent.Kind.allCases.map(\.rawValue))
    guard let documents = system.documents(), let mac = system.mac else {
      if !isWaitingForMAC {
        logger.info("the gateway shows no MAC address yet; Home Assistant is told of it when it does")
      }
      isWaitingForMAC = true
      return []
    }
    isWaitingForMAC = false
    var announcements = withdrawAnotherGateway(than: mac) + judge(documents, mac: mac)
    let isNews = Set(documents.map(\.topic)) != Set(encoded.keys)
    for var document in documents {
      var all = known[document.topic] ?? [:]
      let current = Set(document.components.map(\.key))
      document.removed = all.filter { !current.contains($0.key) }
      for component in document.components { all[component.key] = component.platform }
      known[document.topic] = all
      announcements.append(
        Announcement(
          topic: document.topic, payload: payload(of: document), owner: document.owner,
          news: isNews ? document.device.name : nil))
    }
    return announcements
  }

  /// With another gateway at the address everything is another device.
  private mutating func withdrawAnotherGateway(than mac: String) -> [Announcement] {
    defer { announcedMAC = mac }
    guard let announcedMAC, announcedMAC != mac else { return [] }
    defer {
      known = [:]
      encoded = [:]
    }
    return encoded.keys.sorted().map { Announcement(withdrawing: $0) }
  }

  private mutating func payload(of document: DiscoveryDocument) -> [UInt8] {
    if let known = encoded[document.topic], known.document == document { return known.payload }
    let payload = JSONPayload.bytes(document)
    encoded[document.topic] = (document, payload)
    return payload
  }

  // MARK: What an earlier run left

  /// Takes what the broker holds below the discovery prefix.
  /// - Returns: what is to be published.
  mutating func adopt(_ retained: [InboundMessage]) -> [Announcement] {
    let found = retained.compactMap {
      LeftDocument(topic: $0.topic, payload: $0.payload, prefix: settings.prefix, scheme: scheme)
    }
    guard settings.isOn else {
      return found.filter(\.isOfThisBase).map { Announcement(withdrawing: $0.topic) }
    }
    left += found
    return announcedMAC == nil ? [] : announce()
  }

  /// Decides about what an earlier run left: components that are gone are removed, devices that may only be away for
  /// now stay until they are forgotten, what shows this bridge's topics under another gateway, or this gateway's
  /// under another base, goes at once.
  private mutating func judge(_ documents: [DiscoveryDocument], mac: String) -> [Announcement] {
    let topics = Set(documents.map(\.topic))
    let present = Set(system?.layout.blocks.map(\.key) ?? [])
    defer { left = [] }
    return left.compactMap { document in
      if topics.contains(document.topic) {
        known[document.topic, default: [:]].merge(document.components) { current, _ in current }
        return nil
      }
      if document.mac == mac, let owner = document.owner, !present.contains(owner) {
        // Should the device come back, what it has no more must be removed then.
        known[document.topic, default: [:]].merge(document.components) { current, _ in current }
        return Announcement(topic: document.topic, payload: document.payload, owner: owner, isKept: true)
      }
      let isOurs = document.isOfThisBase || document.mac == mac
      return isOurs ? Announcement(withdrawing: document.topic) : nil
    }
  }
}
