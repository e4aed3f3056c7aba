import Foundation
import Simulator
import TestSupport
import Testing

/// The page as axe-core judges it, with everything open. `make soak` names the file axe.min.js.
@Suite(
  .enabled(if: PageOverHTTPTests.hasBrowser, "needs chromium and mosquitto"),
  .enabled(if: ProcessInfo.processInfo.environment["MATE3_AXE"] != nil, "needs MATE3_AXE"), .timeLimit(.minutes(2)))
struct PageAccessibilityTests {
  @Test(arguments: [["--size", "390x844"], ["--size", "1280x800"], ["--size", "1280x800", "--dark"]])
  func nothingSeriousIsFound(_ appearance: [String]) async throws {
    let (system, port) = try await PageOverHTTPTests.start(
      ["--page-commands", "true"], ["MATE3_PAGE_TOKEN": PageCommandTests.token])
    // With an alert, an event and a timed command.
    _ = try await system.command("radian_inverter_configuration/1/aux_control", #"{"value":"on","for_s":600}"#)
    try system.simulator.apply(.changeSerial(port: 1, serial: "OTHER"))
    let axe = try #require(ProcessInfo.processInfo.environment["MATE3_AXE"])
    let look = try await PageOverHTTPTests.look(
      port,
      appearance + [
        "--wait",
        """
        document.querySelectorAll('article').length > 5 && document.querySelector('.warning')
          && document.querySelector('#commands .accepted') && document.querySelectorAll('.chart').length == 4
        """,
        "--script", axe,
        "--evaluate",
        """
        (async () => {
          for (const details of document.querySelectorAll('details')) details.open = true;
          const search = document.getElementById('search'), all = [];
          for (const words of ['', 'voltage']) {
            search.value = words;
            search.dispatchEvent(new Event('input'));
            await new Promise(resolve => setTimeout(resolve, 300));
            all.push(...(await axe.run()).violations);
          }
          return all.map(v => `${v.impact} ${v.id}: ${v.nodes.length} ${v.nodes.slice(0, 3).map(n => n.html + n.any.map(a => a.message)).join(' | ')}`).join('\\n');
        })()
        """,
      ])
    #expect(look.isThere)
    let found = (look.value ?? "nothing was judged").split(separator: "\n")
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    try await system.stop()
  }
}
