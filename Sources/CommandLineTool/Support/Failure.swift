import ArgumentParser
import Foundation
import History
import MQTTTransport
import Mate3
import RegisterIO
import Registry
import Simulator
import StateStore

/// How the program ends, for scripts. The numbers are an interface.
enum ExitStatus: Int32, CaseIterable {
  case other = 1
  case noConnection = 2
  case busy = 3
  case notSunSpec = 4
  case notOutBack = 5
  case unknownName = 6
  case refused = 7
  case failed = 8
  case unconfirmed = 9
  case usage = 64
  case file = 66
  case configuration = 78
  /// As of a program that SIGPIPE has ended.
  case readerGone = 141

  var meaning: String {
    switch self {
    case .other: "anything else"
    case .noConnection:
      "no connection to the gateway or broker, or it broke; or no bridge is running at that broker; or not all could be read"
    case .busy: "the gateway is busy with another client, or another process has the state directory"
    case .notSunSpec: "no SunSpec map: SunSpec is off, or link encryption is on"
    case .notOutBack: "a SunSpec device, but not an OutBack gateway"
    case .unknownName: "no such device or field, or several devices and no port"
    case .refused: "the write was refused before anything was written"
    case .failed: "written, but the device did not take it"
    case .unconfirmed: "written or perhaps written, and not confirmed"
    case .usage: "a mistake on the command line"
    case .file: "a file or standard output can't be read, written or understood"
    case .configuration:
      "a configuration that can't be used, or fewer file descriptors than a bridge needs (\(BridgeGroup.descriptors(1)))"
    case .readerGone: "the reader of standard output went away"
    }
  }

  /// For `--help`, and the manual pages made of it, which take two blanks for the end of a number.
  static let help =
    "EXIT STATUS:\n  0    done\n"
    + allCases.map { status in
      let number = "  \("\(status.rawValue)".padding(toLength: 5, withPad: " ", startingAt: 0))"
      return number + HelpText.wrapped(status.meaning, indent: 7)
    }.joined(separator: "\n")
}

/// Why a verb could not do its work.
struct Failure: Error, CustomStringConvertible {
  let status: ExitStatus
  /// One sentence with the mend, without the full stop.
  let description: String

  init(_ status: ExitStatus, _ description: String) {
    self.status = status
    self.description = description
  }

  /// The failure that an error of the libraries stands for; nil for what the argument parser should report.
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as GatewayError: self.init(Self.status(error.code), error.message)
    case let error as RegisterError: self.init(.noConnection, error.message)
    case let error as CommandRefusal: self.init(Self.status(error.code), error.reason)
    case let error as HistoryProblem: self.init(.file, error.description)
    case let error as StateError: self.init(error.code == .locked ? .busy : .file, error.message)
    case let error as BrokerError: self.init(error.code == .file ? .file : .other, error.message)
    case let error as RegistryError: self.init(.file, error.description)
    case let error as SimulatorError: self.init(.file, error.description)
    default: return nil
    }
  }

  private static func status(_ code: GatewayError.Code) -> ExitStatus {
    switch code {
    case .notConnected, .refused: .noConnection
    case .busy: .busy
    case .notSunSpec: .notSunSpec
    case .notOutBack: .notOutBack
    case .unknownDevice, .ambiguousDevice, .unknownField: .unknownName
    }
  }

  static func status(_ code: ResultCode) -> ExitStatus {
    switch code {
    case .unknownDevice, .unknownField: .unknownName
    default: .refused
    }
  }
}
