import Bridge
import Configuration
import MessageIO
import Testing
import Topics

@testable import CommandLineTool

@Suite struct ServiceSettingsTests {
  @Test func eachPartGetsItsSettings() {
    var read = BridgeConfiguration()
    read.gateway.maxRead = 125
    read.gateway.keepsConnection = false
    read.gateway.checksClock = false
    (read.intervals.live, read.intervals.settings, read.intervals.fixed) = (.seconds(2), .seconds(300), .seconds(3600))
    #expect(
      read.pollSettings
        == PollSettings(
          live: .seconds(2), settings: .seconds(300), fixed: .seconds(3600), maxRead: 125, keepsConnection: false,
          checksClock: false))
    read.topics.base = "home/solar"
    (read.topics.publishesPersonal, read.topics.publishesHouse, read.topics.publishesObjects) = (true, false, true)
    read.topics.publishesInternal = true
    (read.topics.stateQoS, read.topics.resultQoS) = (.atLeastOnce, .exactlyOnce)
    read.topics.forgetAfter = .seconds(7 * 86400)
    let publisher = read.publisherSettings
    #expect(publisher.scheme.base == "home/solar")
    #expect(publisher.publishesPersonal && !publisher.publishesHouse && publisher.publishesObjects)
    #expect(publisher.publishesInternal)
    #expect(publisher.stateQoS == .atLeastOnce && publisher.resultQoS == .exactlyOnce)
    #expect(publisher.forgetAfter == .seconds(7 * 86400))
    (read.homeAssistant.isOn, read.homeAssistant.prefix) = (false, "ha")
    read.gateway.name = "Barn"
    #expect(read.discoverySettings.name == "Barn")
    #expect(!read.discoverySettings.isOn && read.discoverySettings.prefix == "ha")
  }
}
