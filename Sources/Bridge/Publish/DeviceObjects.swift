import Mate3
import Topics

/// The JSON topics of the devices: which field topics each is made of, and which must be made anew.
struct DeviceObjects: Sendable {
  struct Member: Sendable {
    let name: String
    /// Position of the field's topic.
    let topic: Int
    let shape: JSONShape
  }

  struct Object: Sendable {
    let device: DeviceKey
    /// Position of the JSON topic.
    let topic: Int
    let members: [Member]
    var isDirty = true
  }

  private(set) var objects: [Object] = []
  private var indexByDevice: [DeviceKey: Int] = [:]
  /// By slot of the installed layout the position of its device's object, -1 for none.
  private var objectOfSlot: [Int] = []
  private var dirty: [Int] = []

  init() {}

  /// - Parameter slots: the device of each slot.
  init(_ objects: [Object], slots: [DeviceKey]) {
    self.objects = objects
    dirty = Array(objects.indices)
    indexByDevice = Dictionary(objects.enumerated().map { ($1.device, $0) }, uniquingKeysWith: { first, _ in first })
    objectOfSlot = slots.map { indexByDevice[$0] ?? -1 }
  }

  mutating func mark(slot: Int) {
    guard objectOfSlot.indices.contains(slot) else { return }
    mark(objectOfSlot[slot])
  }

  mutating func mark(_ device: DeviceKey) {
    if let index = indexByDevice[device] { mark(index) }
  }

  private mutating func mark(_ index: Int) {
    guard objects.indices.contains(index), !objects[index].isDirty else { return }
    objects[index].isDirty = true
    dirty.append(index)
  }

  /// The objects to make anew, which are up to date from now on.
  mutating func takeDirty() -> [Object] {
    for index in dirty { objects[index].isDirty = false }
    defer { dirty = [] }
    return dirty.map { objects[$0] }
  }
}
