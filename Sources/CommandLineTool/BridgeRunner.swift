import ArgumentParser
import Bridge
import Logging
import Registry

/// Puts the bridge together from its connections and services.
struct BridgeRunner {
  let configuration: BridgeConfiguration
  let registry: Registry
  let logger: Logger

  func run() async throws {
    logger.error("the bridge's services are not connected in this build")
    throw ExitCode.failure
  }
}
