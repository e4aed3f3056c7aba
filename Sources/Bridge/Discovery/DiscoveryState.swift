import Derived
import FieldCodec
import HomeAssistant
import Logging
import Mate3
import MessageIO
import Registry
import Topics

/// What a ``DiscoveryService`` knows: what was seen of the system, what was announced, and what an earlier run left.
struct DiscoveryState {
  let settings: DiscoveryService.Settings
  let policy: CommandPolicy
  let version: String
  let publisher: StatePublisher
  let logger: Logger

  private var computed: [ComputedField] = []
  private var observations = Observations()
  private var layout: SystemLayout?
  /// The gateway's MAC in what is announced, nil before anything is.
  private var announcedMAC: String?
  /// The messages sent last, so that only what changed is made anew.
  private var encoded: [String: (document: DiscoveryDocument, payload: [UInt8])] = [:]
  /// Every component announced since the start or by an earlier run, by topic: what of it is gone must be removed.
  private var known: [String: [String: Component.Platform]] = [:]
  private var left: [LeftDocument] = []
  private var isWaitingForMAC = false

  init(
    settings: DiscoveryService.Settings, policy: CommandPolicy, version: String, publisher: StatePublisher,
    logger: Logger
  ) {
    self.settings = settings
    self.policy = policy
    self.version = version
    self.publisher = publisher
    self.logger = logger
  }

  /// Takes which values the bridge works out. Called before ``scanned(_:)``.
  mutating func setComputed(_ fields: [DerivedField]) { computed = fields.map(ComputedField.init) }

  // MARK: What was read

  /// Takes a complete scan. Called before its values are published, so that no entity shows a value that it does not
  /// know.
  mutating func scanned(_ image: SystemImage) {
    layout = image.layout
    guard settings.isOn else { return }
    observations.beginScan()
    for slot in image.map.slots {
      guard let value = image.value(ofSlot: slot.index) else { continue }
      take(value, slot, image.layout)
    }
    announce()
  }

  /// Takes changed values before they are published.
  mutating func changed(_ changes: [FieldChange], _ image: SystemImage) {
    guard settings.isOn, layout != nil else { return }
    var isNews = false
    for change in changes where image.map.slots.indices.contains(change.slot) {
      if take(change.value, image.map.slots[change.slot], image.layout) { isNews = true }
    }
    if isNews { announce() }
  }

  /// - Returns: whether the value asks for another announcement.
  @discardableResult
  private mutating func take(_ value: FieldValue, _ slot: FieldSlot, _ layout: SystemLayout) -> Bool {
    observations.take(value, of: slot.field, at: FieldPlace(slot.field, of: layout.blocks[slot.blockIndex]))
  }

  private mutating func announce() {
    guard let layout else { return }
    let system = DiscoverySystem(
      layout: layout, observations: observations, policy: policy, scheme: publisher.settings.scheme,
      prefix: settings.prefix, version: version, computed: computed,
      eventKinds: BridgeEvent.Kind.allCases.map(\.rawValue))
    guard let documents = system.documents(), let mac = system.mac else {
      if !isWaitingForMAC {
        logger.info("the gateway shows no MAC address yet; Home Assistant is told of it when it does")
      }
      isWaitingForMAC = true
      return
    }
    isWaitingForMAC = false
    var announcements = withdrawAnotherGateway(than: mac) + judge(documents, mac: mac)
    if Set(documents.map(\.topic)) != Set(encoded.keys) {
      logger.info("announced to Home Assistant", metadata: ["devices": "\(documents.map(\.device.name))"])
    }
    for var document in documents {
      var all = known[document.topic] ?? [:]
      let current = Set(document.components.map(\.key))
      document.removed = all.filter { !current.contains($0.key) }
      for component in document.components { all[component.key] = component.platform }
      known[document.topic] = all
      announcements.append(
        Announcement(topic: document.topic, payload: payload(of: document), owner: document.owner))
    }
    // Handed over in one piece, so that two calls can't mix.
    publisher.announce(announcements)
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
  mutating func adopt(_ retained: [InboundMessage]) {
    let scheme = publisher.settings.scheme
    let found = retained.compactMap {
      LeftDocument(topic: $0.topic, payload: $0.payload, prefix: settings.prefix, scheme: scheme)
    }
    guard settings.isOn else {
      publisher.announce(found.filter(\.isOfThisBase).map { Announcement(withdrawing: $0.topic) })
      return
    }
    left += found
    if announcedMAC != nil { announce() }
  }

  /// Decides about what an earlier run left: components that are gone are removed, devices that may only be away for
  /// now stay until they are forgotten, what shows this bridge's topics under another gateway, or this gateway's
  /// under another base, goes at once.
  private mutating func judge(_ documents: [DiscoveryDocument], mac: String) -> [Announcement] {
    let topics = Set(documents.map(\.topic))
    let present = Set(layout?.blocks.map(\.key) ?? [])
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
