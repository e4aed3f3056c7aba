import Registry

@testable import Configuration

/// Read once: it takes a while.
private let builtInRegistry = try? Registry.embedded()

let leastFile = """
  gateway:
    host: mate3s.local
  broker:
    url: mqtt://bridge@broker.local

  """

/// Reads a configuration that has what is required and `file` besides.
func configuration(
  _ file: String = leastFile, environment: [String: String] = [:], arguments: [String] = []
) throws(ConfigurationError) -> LoadedConfiguration {
  var sources = ConfigurationSources(
    file: ("bridge.yaml", file), environment: environment, arguments: arguments, isRoot: true)
  sources.builtInRegistry = builtInRegistry
  return try BridgeConfiguration.read(sources)
}

/// The problems of a configuration, one a line; empty when there are none.
func problems(
  _ file: String = leastFile, environment: [String: String] = [:], arguments: [String] = []
) -> String {
  do throws(ConfigurationError) {
    _ = try configuration(file, environment: environment, arguments: arguments)
    return ""
  } catch {
    return error.description
  }
}
