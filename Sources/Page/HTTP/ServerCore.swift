import Foundation
import NIOCore
import NIOHTTP1

/// What the server knows of its clients. It lives on the server's event loop and nothing else touches it.
final class ServerCore {
  let limits: PageLimits
  /// Whether it serves the socket in the state directory.
  private let isLocal: Bool
  private let site: PageSite
  private let guardian: RequestGuard
  private let loop: any EventLoop
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var perPeer: [String: Int] = [:]
  /// The streams, each with its gateway and whether it has missed something.
  private var streams: [ObjectIdentifier: Stream] = [:]
  private var pending = 0
  private var sweeping: RepeatedTask?
  private var isPushScheduled = false
  private var counters = PageCounters()

  private struct Stream {
    let connection: Connection
    let gateway: Int
    var isBehind = true
    var lastSent = NIODeadline.uptimeNanoseconds(0)
  }

  init(
    _ site: PageSite, _ guardian: RequestGuard, _ limits: PageLimits, isLocal: Bool, _ loop: any EventLoop
  ) {
    self.isLocal = isLocal
    self.site = site
    self.guardian = guardian
    self.limits = limits
    self.loop = loop
  }

  // MARK: Connections

  /// - Returns: nil when there is no room; the connection is to be closed.
  func accept(_ channel: any Channel) -> Connection? {
    if isLocal, connections.count >= limits.localConnections {
      // Its owner's own programs, one of which does not end: the others go on.
      connections.values.filter { $0.phase != .answering }.min { $0.opened < $1.opened }?.channel.close(promise: nil)
    }
    guard connections.count < (isLocal ? limits.localConnections : limits.connections) else {
      counters.refusedConnections += 1
      return nil
    }
    let connection = Connection(channel, limits)
    connections[ObjectIdentifier(connection)] = connection
    if sweeping == nil {
      let bound = NIOLoopBound(self, eventLoop: loop)
      sweeping = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in bound.value.sweep() }
    }
    return connection
  }

  /// A connection is open, and has an address.
  /// - Returns: whether its address may connect, and have one more.
  func opened(_ connection: Connection) -> Bool {
    guard !isLocal else { return true }
    connection.peer = connection.channel.remoteAddress?.ipAddress ?? "?"
    perPeer[connection.peer, default: 0] += 1
    if let proxy = guardian.proxy, connection.peer != proxy {
      counters.refusedConnections += 1
      return false
    }
    let isOwn = connection.peer == "127.0.0.1" || connection.peer == "::1"
    guard !isOwn, perPeer[connection.peer, default: 0] > limits.connectionsPerPeer else { return true }
    counters.refusedConnections += 1
    return false
  }

  func closed(_ connection: Connection) {
    let id = ObjectIdentifier(connection)
    guard connections.removeValue(forKey: id) != nil else { return }
    let left = perPeer[connection.peer, default: 1] - 1
    perPeer[connection.peer] = left > 0 ? left : nil
    if let stream = streams.removeValue(forKey: id) { watch(stream.gateway) }
    if connections.isEmpty {
      sweeping?.cancel()
      sweeping = nil
    }
  }

  /// Gives up whoever has used up a time, and keeps quiet streams alive.
  private func sweep() {
    let now = NIODeadline.now()
    for connection in Array(connections.values) where connection.deadline <= now {
      counters.timeouts += connection.phase == .idle ? 0 : 1
      connection.channel.close(promise: nil)
    }
    for (id, stream) in streams where stream.lastSent + limits.heartbeat <= now && stream.connection.channel.isWritable
    {
      send(":\n\n", to: id)
    }
  }

  // MARK: Requests

  func answer(_ head: HTTPRequestHead, _ body: [UInt8], _ connection: Connection) -> PageAnswer {
    counters.requests += 1
    if !isLocal,
      let refusal = guardian.refusal(
        host: head.headers["host"], origin: head.headers["origin"], site: head.headers["sec-fetch-site"].first,
        mode: head.headers["sec-fetch-mode"].first, method: head.method.rawValue)
    {
      return refused(refusal)
    }
    guard let (path, query) = PageRequest.target(head.uri) else {
      return refused(.problem(400, "the address of the request is no path"))
    }
    guard let method = PageRequest.Method(rawValue: head.method.rawValue) else {
      return refused(.notAllowed("only GET, HEAD and POST are understood", allowed: site.methods(at: path)))
    }
    let request = PageRequest(
      method: method, path: path, query: query,
      headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" }, body: body,
      peer: connection.peer)
    let answer =
      isLocal
      ? site.localAnswer(request) : site.answer(request, counters.with(connections.count, streams.count))
    switch answer {
    case .now(let response) where response.status >= 400: return refused(response)
    case .stream where streams.count >= limits.streams:
      return refused(.problem(503, "too many pages are open; close some"))
    case .later where pending >= limits.pending && !isLocal:
      return refused(.problem(503, "too much is asked for at once; try again in some seconds"))
    default: return answer
    }
  }

  private func refused(_ response: PageResponse) -> PageAnswer {
    counters.refusedRequests += 1
    return .now(response)
  }

  /// Has something worked out elsewhere.
  func workOut(_ work: @escaping @Sendable () async -> PageResponse, _ done: @escaping (PageResponse) -> Void) {
    pending += 1
    let promise = loop.makePromise(of: PageResponse.self)
    promise.futureResult.assumeIsolated().whenSuccess { [self] response in
      pending -= 1
      done(response)
    }
    promise.completeWithTask { await work() }
  }

  /// What every answer has. Nothing on the page comes from elsewhere, and nobody else may frame or read it.
  func headers(_ kind: String, isStream: Bool) -> HTTPHeaders {
    [
      "Content-Type": kind,
      "Cache-Control": isStream ? "no-store" : "no-cache",
      "Content-Security-Policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Cross-Origin-Opener-Policy": "same-origin",
      // Says so to a proxy, nginx for one, that would hold events back.
      "X-Accel-Buffering": "no",
    ]
  }

  // MARK: Streams

  func open(_ connection: Connection, _ gateway: Int) {
    // It may have been reset while it was given the head of its answer.
    guard connections[ObjectIdentifier(connection)] != nil else { return }
    streams[ObjectIdentifier(connection)] = Stream(connection: connection, gateway: gateway)
    watch(gateway)
    catchUp(ObjectIdentifier(connection))
  }

  /// Without a stream a gateway's model need not tell of its changes.
  private func watch(_ gateway: Int) {
    guard streams.values.contains(where: { $0.gateway == gateway }) else {
      site.gateways[gateway].model.unwatch()
      return
    }
    let bound = NIOLoopBound(self, eventLoop: loop)
    let loop = loop
    site.gateways[gateway].model.watch { loop.execute { bound.value.schedulePush() } }
  }

  private func schedulePush() {
    guard !isPushScheduled else { return }
    isPushScheduled = true
    loop.assumeIsolated().scheduleTask(in: limits.push) { [self] in
      isPushScheduled = false
      push()
    }
  }

  private func push() {
    for gateway in Set(streams.values.map(\.gateway)) {
      guard let frame = site.gateways[gateway].takeNews() else { continue }
      for (id, stream) in streams where stream.gateway == gateway && !stream.isBehind {
        if stream.connection.channel.isWritable { send(frame, to: id) } else { fallBehind(id) }
      }
    }
  }

  /// A stream that does not take what it is sent gets everything anew when it does.
  private func fallBehind(_ id: ObjectIdentifier) {
    streams[id]?.isBehind = true
    streams[id]?.connection.deadline = .now() + limits.stall
  }

  func writabilityChanged(_ connection: Connection) {
    let id = ObjectIdentifier(connection)
    guard let stream = streams[id] else { return }
    guard connection.channel.isWritable else {
      connection.deadline = .now() + limits.stall
      return
    }
    connection.deadline = .distantFuture
    if stream.isBehind { catchUp(id) }
  }

  private func catchUp(_ id: ObjectIdentifier) {
    guard let gateway = streams[id]?.gateway else { return }
    streams[id]?.isBehind = false
    send(site.gateways[gateway].everything(), to: id)
  }

  private func send(_ text: String, to id: ObjectIdentifier) {
    guard let connection = streams[id]?.connection else { return }
    streams[id]?.lastSent = .now()
    let buffer = connection.channel.allocator.buffer(string: text)
    connection.channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer)), promise: nil)
  }
}

/// What the server has seen, for ``/metrics``.
struct PageCounters: Sendable {
  var requests = 0
  var refusedRequests = 0
  var refusedConnections = 0
  var timeouts = 0
  var connections = 0
  var streams = 0

  func with(_ connections: Int, _ streams: Int) -> PageCounters {
    var copy = self
    copy.connections = connections
    copy.streams = streams
    return copy
  }
}
