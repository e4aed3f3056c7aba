import Foundation
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Serves a ``PageSite`` over HTTP, on a thread of its own, and the socket for `mate3 health` on another, which the page's
/// visitors can't delay. Nothing there is waited for by the bridge.
package final class PageServer: Sendable {
  package struct Settings: Sendable {
    /// Nil for no page: then only the socket is served.
    package var listen: (host: String, port: Int)?
    /// Further names that the page is served as.
    package var hosts: [String] = []
    /// The only address that may connect, and may call the page by any name; nil for all.
    package var proxy: String?
    /// A socket for `mate3 health`, or nil.
    package var socket: String?
    package var limits = PageLimits()

    package init() {}
  }

  private let settings: Settings
  private let site: PageSite
  private let logger: Logger
  private let bound = Mutex<Int?>(nil)

  package init(_ settings: Settings, _ site: PageSite, _ logger: Logger) {
    self.settings = settings
    self.site = site
    self.logger = logger
  }

  /// The port that it listens on, once it does.
  package var port: Int? { bound.withLock { $0 } }

  /// Time to wait before an address that is taken is tried again.
  private static let retry: Duration = .seconds(5)

  /// Serves until the task is cancelled. An address that can't be had is tried again and again: the bridge goes on
  /// without the page.
  package func run() async {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.listen == nil ? 1 : 2)
    do {
      let visitors = try await core(group.next(), isLocal: false)
      let local = try await core(group.next(), isLocal: true)
      await withDiscardingTaskGroup { tasks in
        if let listen = settings.listen {
          tasks.addTask {
            await self.serve("the page", "at \(listen.host):\(listen.port)") {
              try await self.bootstrap(visitors).bind(host: listen.host, port: listen.port).get()
            }
          }
        }
        if let socket = settings.socket {
          tasks.addTask {
            await self.serve("mate3 health", "at \(socket)") {
              let channel =
                try await self.bootstrap(local)
                .bind(unixDomainSocketPath: socket, cleanupExistingSocketFile: true).get()
              chmod(socket, 0o600)
              return channel
            }
            unlink(socket)
          }
        }
      }
    } catch {
      logger.error("the page can't be served: \(error)")
    }
    do { try await group.shutdownGracefully() } catch { logger.error("the page could not be ended: \(error)") }
  }

  private func core(_ loop: any EventLoop, isLocal: Bool) async throws -> NIOLoopBound<ServerCore> {
    try await loop.submit { [site, settings] in
      let guardian = RequestGuard(hosts: settings.hosts, proxy: settings.proxy)
      return NIOLoopBound(ServerCore(site, guardian, settings.limits, isLocal: isLocal, loop), eventLoop: loop)
    }.get()
  }

  private func bootstrap(_ core: NIOLoopBound<ServerCore>) -> ServerBootstrap {
    ServerBootstrap(group: core.eventLoop)
      .serverChannelOption(.backlog, value: 64)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let connection = core.value.accept(channel) else { throw NoRoom() }
          do {
            try Self.build(channel.pipeline.syncOperations, connection, core.value)
          } catch {
            core.value.closed(connection)
            throw error
          }
        }
      }
      // What the kernel takes for a client that does not read would be many answers otherwise.
      .childChannelOption(.socketOption(.so_sndbuf), value: 64 << 10)
      .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
      .childChannelOption(.writeBufferWaterMark, value: .init(low: 16 << 10, high: 64 << 10))
      .childChannelOption(.maxMessagesPerRead, value: 4)
  }

  private struct NoRoom: Error {}

  private static func build(
    _ pipeline: ChannelPipeline.SynchronousOperations, _ connection: Connection, _ core: ServerCore
  ) throws {
    try pipeline.addHandler(RequestMeter(connection, core))
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = core.limits.header
    limits.maxHeaderListSize = core.limits.header
    limits.maxHeaderFieldCount = 64
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(
      ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)))
    try pipeline.addHandler(HTTPServerPipelineHandler())
    try pipeline.addHandler(NIOHTTPResponseHeadersValidator())
    try pipeline.addHandler(HTTPServerProtocolErrorHandler())
    try pipeline.addHandler(RequestHandler(connection, core))
  }

  private func serve(_ what: String, _ place: String, _ bind: () async throws -> any Channel) async {
    var wasTold = false
    while !Task.isCancelled {
      do {
        let channel = try await bind()
        if let port = channel.localAddress?.port {
          bound.withLock { $0 = port }
          logger.info("\(what) is served", metadata: ["port": "\(port)"])
        }
        await withTaskCancellationHandler {
          do { try await channel.closeFuture.get() } catch { logger.debug("\(what): \(error)") }
        } onCancel: {
          channel.close(promise: nil)
        }
      } catch {
        if !wasTold {
          // Its own words name the call.
          let why = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
          logger.error("\(what) can't be served \(place), and is tried again every \(Self.retry): \(why)")
        }
        wasTold = true
      }
      if !Task.isCancelled {
        // Cancelled: the loop ends by itself.
        do { try await Task.sleep(for: Self.retry) } catch { return }
      }
    }
  }
}
