import Foundation
import Glibc

/// Questions to whoever sits at the terminal. Where nobody does, none is asked and the answer is nil or the standard.
struct SetupDialog {
  let isOn: Bool

  /// A line; nil where nobody is asked.
  /// - Throws: ``Failure`` when the input ends.
  func ask(_ question: String) throws(Failure) -> String? {
    guard isOn else { return nil }
    StandardOutput.write(question + " ")
    guard let line = readLine() else { throw ended }
    return line.trimmingCharacters(in: .whitespaces)
  }

  /// Yes or no. Where nobody is asked, the standard.
  func confirm(_ question: String, standard: Bool = true) throws(Failure) -> Bool {
    while let answer = try ask("\(question) \(standard ? "[Y/n]" : "[y/N]")")?.lowercased() {
      switch answer {
      case "": return standard
      case "y", "yes": return true
      case "n", "no": return false
      default: continue
      }
    }
    return standard
  }

  /// The number of one of the choices, from 0; nil where nobody is asked.
  func choose(_ question: String, among count: Int) throws(Failure) -> Int? {
    while let answer = try ask(question) {
      if let number = Int(answer), (1...count).contains(number) { return number - 1 }
    }
    return nil
  }

  /// A line that is not shown; nil where nobody is asked.
  func askSecretly(_ question: String) throws(Failure) -> String? {
    guard isOn else { return nil }
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { throw ended }
    var silent = before
    // Keys that would end the program come as letters, so that it never ends with a terminal that shows nothing.
    silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    guard tcsetattr(STDIN_FILENO, TCSADRAIN, &silent) == 0 else { throw ended }
    defer {
      tcsetattr(STDIN_FILENO, TCSADRAIN, &before)
      StandardOutput.write("\n")
    }
    StandardOutput.write(question + " ")
    var line: [UInt8] = []
    while true {
      var byte: UInt8 = 0
      guard read(STDIN_FILENO, &byte, 1) == 1 else { throw ended }
      switch byte {
      case 0x0A, 0x0D: return String(decoding: line, as: UTF8.self)
      case 0x03, 0x04, 0x1C: throw ended
      case 0x08, 0x7F: if !line.isEmpty { line.removeLast() }
      case 0x15: line = []
      default: line.append(byte)
      }
    }
  }

  private var ended: Failure { Failure(.refused, "nothing was written: there was no answer") }
}
