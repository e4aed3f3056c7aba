import NIOCore
import NIOHTTP1

/// A client's connection, as far as its bounds go. It lives on the server's event loop.
final class Connection {
  enum Phase {
    case receiving, answering, idle, streaming
  }

  let channel: any Channel
  let opened = NIODeadline.now()
  /// Whose it is; known as soon as it is open.
  var peer = ""
  var phase = Phase.receiving
  /// When it is given up.
  var deadline: NIODeadline
  /// What has come of the request so far.
  var received = 0
  /// How many requests it has had.
  var requests = 0

  init(_ channel: any Channel, _ limits: PageLimits) {
    self.channel = channel
    deadline = .now() + limits.request
  }

  func enter(_ phase: Phase, _ limits: PageLimits) {
    self.phase = phase
    switch phase {
    case .receiving: deadline = .now() + limits.request
    case .answering: deadline = .now() + limits.answer
    case .idle:
      received = 0
      deadline = .now() + limits.idle
    case .streaming: deadline = .distantFuture
    }
  }
}

/// Stands before the parser, and counts: what it never gets to see costs nothing.
final class RequestMeter: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let connection: Connection
  private let core: ServerCore
  private var limits: PageLimits { core.limits }

  init(_ connection: Connection, _ core: ServerCore) {
    self.connection = connection
    self.core = core
  }

  func channelActive(context: ChannelHandlerContext) {
    guard core.opened(connection) else {
      context.close(promise: nil)
      return
    }
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if connection.phase == .idle { connection.enter(.receiving, limits) }
    // Of what comes before its turn too; the pipeline reads no more until then.
    connection.received += unwrapInboundIn(data).readableBytes
    // A stream's client has nothing more to say.
    guard connection.received <= limits.header + limits.body, connection.phase != .streaming else {
      context.close(promise: nil)
      return
    }
    context.fireChannelRead(data)
  }
}

/// Collects a request, has it answered, and writes the answer.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let connection: Connection
  private let core: ServerCore
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  /// A refusal that has been sent; what still comes of the request is dropped.
  private var isRefused = false
  /// The last answer is under way; what else was asked for is dropped.
  private var isEnding = false

  init(_ connection: Connection, _ core: ServerCore) {
    self.connection = connection
    self.core = core
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
      let length = head.headers["content-length"].first.flatMap(Int.init) ?? 0
      if length > core.limits.body { refuse(context, .problem(413, "the request is too large")) }
    case .body(let part):
      guard !isRefused else { return }
      guard body.count + part.readableBytes <= core.limits.body else {
        refuse(context, .problem(413, "the request is too large"))
        return
      }
      body += part.readableBytesView
    case .end:
      guard let head, !isRefused, !isEnding, context.channel.isActive else { return }
      connection.requests += 1
      self.head = nil
      connection.enter(.answering, core.limits)
      answer(head, context)
      body = []
    }
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    switch core.answer(head, body, connection) {
    case .now(let response): write(response, to: head, context)
    case .later(let work):
      let context = NIOLoopBound(context, eventLoop: context.eventLoop)
      core.workOut(work) { response in
        guard context.value.channel.isActive else { return }
        self.write(response, to: head, context.value)
      }
    case .stream(let gateway):
      connection.enter(.streaming, core.limits)
      let response = HTTPResponseHead(
        version: .http1_1, status: .ok, headers: core.headers("text/event-stream", isStream: true))
      context.writeAndFlush(wrapOutboundOut(.head(response)), promise: nil)
      core.open(connection, gateway)
    }
  }

  private func refuse(_ context: ChannelHandlerContext, _ response: PageResponse) {
    guard let head else { return }
    isRefused = true
    connection.enter(.answering, core.limits)
    var response = response
    response.closes = true
    write(response, to: head, context)
  }

  private func write(_ response: PageResponse, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
    isEnding = !request.isKeepAlive || response.closes || connection.requests >= core.limits.requests
    var headers = core.headers(response.kind.rawValue, isStream: false)
    for header in response.headers { headers.replaceOrAdd(name: header.name, value: header.value) }
    headers.add(name: "Content-Length", value: "\(response.body.count)")
    if isEnding { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
    let body = request.method == .HEAD ? [] : response.body
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let taken = context.eventLoop.makePromise(of: Void.self)
    taken.futureResult.assumeIsolated().whenSuccess { [self] in
      // On another turn of the loop, so that who asks for much at once takes turns with the others.
      bound.value.eventLoop.assumeIsolated().execute { [self] in finish(bound.value) }
    }
    context.writeAndFlush(
      wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body)))), promise: taken)
  }

  /// The socket has taken an answer. Only its end lets the next request come: before, whoever asks without reading would
  /// have answers made and kept.
  private func finish(_ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    guard !isEnding else {
      context.close(promise: nil)
      return
    }
    connection.enter(.idle, core.limits)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    core.writabilityChanged(connection)
    context.fireChannelWritabilityChanged()
  }

  /// A client that half-closes is gone, and one that breaks the rules has been answered by the handler before.
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelInactive(context: ChannelHandlerContext) {
    core.closed(connection)
    context.fireChannelInactive()
  }
}
