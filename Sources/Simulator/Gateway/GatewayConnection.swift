import NIOCore

/// One client's connection: answers requests until the client leaves or sends what is not Modbus.
final class GatewayConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let gateway: SimulatedGateway
  private var reader = ModbusFrameReader()
  /// Whether an answer is held back or under way; what was asked behind it waits, and no more is read.
  private var isAnswering = false

  init(_ gateway: SimulatedGateway) {
    self.gateway = gateway
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    reader.append(unwrapInboundIn(data).readableBytesView)
    if !isAnswering { answerNext(context) }
  }

  private func answerNext(_ context: ChannelHandlerContext) {
    do {
      guard let frame = try reader.next() else { return setAnswering(false, context) }
      setAnswering(true, context)
      let reply = gateway.answer(frame)
      let loop = context.eventLoop.assumeIsolated()
      loop.scheduleTask(in: TimeAmount(reply.delay)) {
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: reply.bytes))).assumeIsolated().whenSuccess {
          if reply.closes { context.close(promise: nil) } else { self.answerNext(context) }
        }
      }
    } catch {
      context.close(promise: nil)
    }
  }

  private func setAnswering(_ isAnswering: Bool, _ context: ChannelHandlerContext) {
    guard self.isAnswering != isAnswering else { return }
    self.isAnswering = isAnswering
    _ = context.channel.setOption(.autoRead, value: !isAnswering)
  }
}
