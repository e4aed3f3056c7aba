import Foundation
import Glibc

/// One request over a socket, for programs on this machine that answer at once.
enum PlainHTTP {
  private static let longest = 1 << 20

  /// Sets how long each step may take.
  static func limit(_ descriptor: Int32, to seconds: Int) {
    // The two words of a timeval, which not every build of this module sees.
    var limit = [seconds, 0]
    let size = socklen_t(MemoryLayout<Int>.size * limit.count)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
  }

  /// - Parameter seconds: how long the whole answer may take, however its bytes trickle in, beside one step's patience.
  /// - Returns: nil, with the error of the call, when the request can't be sent; else the status, or nil when nothing
  ///   that makes sense came back.
  static func get(
    _ target: String, host: String, headers: [String] = [], on descriptor: Int32, within seconds: Int
  ) -> (status: Int?, body: String)? {
    let lines = ["GET \(target) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers + ["", ""]
    let request = Array(lines.joined(separator: "\r\n").utf8)
    guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return nil }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    let deadline = ContinuousClock.now + .seconds(seconds)
    while answer.count < longest, .now < deadline {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      answer += buffer[..<count]
    }
    let text = String(decoding: answer, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n"),
      let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return (nil, "") }
    return (status, String(text[end.upperBound...]))
  }
}
