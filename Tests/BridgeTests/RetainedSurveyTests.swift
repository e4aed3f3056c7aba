import MessageIO
import Testing
import Topics

@testable import Bridge

@Suite struct RetainedSurveyTests {
  private func message(_ topic: String, _ text: String, isRetained: Bool = true) -> InboundMessage {
    InboundMessage(topic: topic, payload: Array(text.utf8), isRetained: isRetained)
  }

  /// The broker may hand over a topic twice, when somebody publishes it in the middle, and what is empty is gone.
  @Test func theLastMessageOfATopicCounts() {
    var survey = RetainedSurvey(scheme: TopicScheme(base: "mate3"), instance: "one")
    let messages = [
      message("mate3/a/3/volts", "1"), message("mate3/a/3/amps", "2"), message("mate3/a/3/volts", "3"),
      message("mate3/a/3/amps", ""), message("mate3/a/3/watts", "4", isRetained: false),
      message("other/a/3/volts", "5"),
    ]
    let areEnds = messages.map { survey.receive($0) }
    #expect(!areEnds.contains(true))
    let isEnd = survey.receive(message("mate3/bridge/echo/one", "echo", isRetained: false))
    #expect(isEnd && survey.isDone)
    let found = survey.takeFound().map { "\($0.topic)=\(String(decoding: $0.payload, as: UTF8.self))" }
    #expect(found == ["mate3/a/3/amps=", "mate3/a/3/volts=3"])
    let rest = survey.takeFound()
    #expect(rest.isEmpty)
  }
}
