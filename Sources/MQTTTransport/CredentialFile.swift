internal import Glibc
internal import Threads

extension MosquittoOptions {
  /// The password as it stands now: a file is read for every attempt to connect, so that a changed password needs no
  /// restart.
  func currentPassword() throws(BrokerError) -> String? {
    guard let passwordFile else { return password }
    let bytes = try readFile(passwordFile, "the password file", atMost: 65536)
    let line = String(decoding: bytes, as: UTF8.self).prefix { !$0.isNewline }
    guard !line.isEmpty else {
      throw BrokerError(.file, "the password file \(passwordFile) has an empty first line; write the password there")
    }
    return String(line)
  }
}

/// Reads the beginning of a file that a connection needs. Anything but a regular file is refused, because opening or
/// reading it might wait.
/// - Parameter what: the file as the sentence names it.
func readFile(_ path: String, _ what: String, atMost limit: Int) throws(BrokerError) -> [UInt8] {
  func failed(_ why: String) -> BrokerError {
    BrokerError(
      .file,
      "\(what) \(path) can't be read (\(why)); mend its path or permissions, or hand it to the service with "
        + "LoadCredential=")
  }
  let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  guard descriptor >= 0 else { throw failed(systemMessage(errno)) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw failed(systemMessage(errno)) }
  guard status.st_mode & S_IFMT == S_IFREG else { throw failed("it is no file") }
  var bytes = [UInt8](repeating: 0, count: limit)
  let count = read(descriptor, &bytes, limit)
  guard count >= 0 else { throw failed(systemMessage(errno)) }
  return Array(bytes.prefix(count))
}
