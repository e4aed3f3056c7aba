/// Asks whether something is to be done to devices.
struct Confirmation {
  let verb: String
  /// What is said when there is none.
  let nothing: String
  /// What is said when it is not to be done.
  let refusal: String

  /// Shows what it is about, and asks once.
  /// - Parameter isGiven: whether the answer is yes without asking.
  /// - Throws: ``Failure`` when the answer is no, or nobody can be asked.
  static func ask(_ devices: [String], _ question: Confirmation, isGiven: Bool) throws {
    guard !devices.isEmpty else { return StandardOutput.print(question.nothing) }
    for device in devices { StandardOutput.print(Terminal.plain(device)) }
    guard !isGiven else { return }
    guard Terminal.isInput else {
      throw Failure(.refused, "\(question.refusal): there is no terminal to ask on; look at the list and add --yes")
    }
    StandardOutput.write("\(question.verb) \(devices.count == 1 ? "it" : "all of them")? [y/N] ")
    guard let answer = readLine()?.lowercased(), answer == "y" || answer == "yes" else {
      throw Failure(.refused, question.refusal)
    }
  }
}
