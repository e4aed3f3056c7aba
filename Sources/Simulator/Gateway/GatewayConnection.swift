import Dispatch
import FlyingSocks
import Foundation
import Synchronization

/// One client's connection.
final class GatewayConnection: Sendable {
  private enum State {
    case open, cut, closed
  }

  private let socket: Socket
  private let state = Mutex(State.open)
  /// Signalled when the connection is cut, so that a delayed answer is not waited for.
  private let end = DispatchSemaphore(value: 0)

  init(_ socket: Socket) {
    self.socket = socket
  }

  /// Answers requests until the client leaves, sends what is not Modbus, or the connection is cut.
  func converse(_ gateway: SimulatedGateway) {
    var reader = ModbusFrameReader()
    do {
      while true {
        reader.append(try socket.read(atMost: 1024))
        while let frame = try reader.next() {
          let reply = gateway.answer(frame)
          if reply.delay > .zero, end.wait(timeout: .now() + reply.delay.seconds) == .success { return }
          let data = Data(reply.bytes)
          var sent = data.startIndex
          while sent < data.endIndex { sent = try socket.write(data, from: sent) }
          if reply.closes { return }
        }
      }
    } catch {
      // Whatever it was, the conversation is over and the caller closes the connection.
    }
  }

  /// Ends the conversation from another thread.
  func cut() {
    state.withLock { state in
      guard state == .open else { return }
      state = .cut
      socket.wake()
      end.signal()
    }
  }

  func close() {
    state.withLock { state in
      guard state != .closed else { return }
      state = .closed
      try? socket.close()
    }
  }
}
