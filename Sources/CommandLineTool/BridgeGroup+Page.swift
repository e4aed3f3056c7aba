import Bridge
import Configuration
import Foundation
import History
import Logging
import Page
import Threads

/// What the bridges show over HTTP, and on a socket to `mate3 health`.
extension BridgeGroup {
  /// Time for the page to close its connections.
  static let pageFarewell: Duration = .milliseconds(500)
  /// What does not answer for so long stands still.
  private static let patience: Duration = .seconds(5)

  /// The socket that `mate3 health` asks.
  static func healthSocket(_ stateDirectory: String) -> String { "\(stateDirectory)/health.sock" }

  func page(_ services: [BridgeService], _ gateways: [PageGateway]) -> PageServer {
    let commands = configuration.page.token.flatMap { token in
      configuration.page.takesCommands
        ? PageCommands(token: token.value, policy: configuration.commands, logger: logger) {
          index, device, field, payload in services[index].submit(device, field, payload)
        } : nil
    }
    let site = PageSite(version: Mate3Command.version, gateways: gateways, commands: commands) {
      do {
        try await withTimeout(Self.patience) { for service in services { await service.touch() } }
        return true
      } catch {
        return false
      }
    }
    var settings = PageServer.Settings()
    settings.listen = configuration.page.listen.map { ($0.host, $0.port) }
    settings.hosts = configuration.page.hosts
    settings.proxy = configuration.page.proxy
    let socket = Self.healthSocket(configuration.stateDirectory)
    // What sockaddr_un(7) has room for.
    if socket.utf8.count < 108 {
      settings.socket = socket
    } else {
      logger.notice("the path of the state directory is too long for a socket, so mate3 health can't ask this bridge")
    }
    return PageServer(settings, site, logger)
  }

  func pageGateway(_ bridge: BridgeConfiguration, _ model: PageModel) -> PageGateway {
    let live = bridge.intervals.live.components
    return PageGateway(
      base: bridge.topics.base, title: bridge.gateway.name, model: model,
      historyFolder: bridge.history.isOn ? bridge.stateDirectory : nil,
      freshFor: TimeInterval(live.seconds) * 3 + 2)
  }
}

extension BridgeGroup.Parts {
  /// Goes once through what may not stand still.
  func touch() async { for bridge in bridges { await bridge.touch() } }
}
