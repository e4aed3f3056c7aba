import Foundation
import Mate3
import Registry
import TestSupport
import Testing

@testable import HomeAssistant

@Suite struct FieldCatalogTests {
  /// `make reference` mends it.
  @Test func theDocumentIsUpToDate() throws {
    let file = ProcessRunner.packageDirectory.appending(path: "docs/fields.md")
    let document = FieldCatalog(try Registry.embedded()).document
    #expect(try String(contentsOf: file, encoding: .utf8) == document, "docs/fields.md is stale")
  }

  /// Names in the document are those that are announced, and enabled is what is announced as such.
  @Test(arguments: AnnouncedSystem.all)
  func theNamesAreThoseOfTheEntities(name: String) throws {
    let catalog = FieldCatalog(try Registry.embedded())
    let announced = try AnnouncedSystem(name)
    let components = Dictionary(
      try announced.components().map { ($0.uniqueID, $0) }, uniquingKeysWith: { first, _ in first })
    let mac = try #require(announced.system.mac)
    var compared = 0
    for block in announced.system.layout.blocks where !block.isDuplicate {
      for entry in catalog.entries where entry.block.name == block.definition.name {
        let id = "mate3_\(mac)_\(block.definition.name)_\(block.key.port)_\(entry.field.name)"
        guard let component = components[id], component.platform != .button else { continue }
        compared += 1
        #expect(component.isEnabled == entry.isEnabled || entry.field.name.hasPrefix("ac2_"), "\(id)")
        // The device's name is not said twice, and no name is used twice in one device.
        let entity = try #require(entry.entity, "\(id)").lowercased()
        let base = component.name.lowercased()
        #expect(entity.hasSuffix(base) || base.hasPrefix(entity), "\(id): \(component.name)")
      }
    }
    #expect(compared > 100)
  }
}
