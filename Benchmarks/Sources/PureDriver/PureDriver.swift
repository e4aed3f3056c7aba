import CAllocationCount
import Foundation
import PureWork

/// `PureDriver SYSTEM NAME COUNT` does one piece of work COUNT times and prints how many blocks it allocated; a
/// profiler that is put around it sees nothing else but the start. `PureDriver SYSTEM` lists the names.
@main
enum PureDriver {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let file = arguments.first else { return print("usage: PureDriver SYSTEM [NAME COUNT]") }
    let works = try PureWork.all(file: URL(filePath: file))
    guard let name = arguments.dropFirst().first, let count = arguments.last.flatMap(Int.init),
      let work = works.first(where: { $0.name == name })
    else { return print(works.map(\.name).joined(separator: "\n")) }
    let before = allocation_count()
    try OneThreadExecutor().run { try await work.run(count) }
    print(allocation_count() - before)
  }
}
