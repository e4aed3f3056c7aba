import Benchmark
import CAllocationCount
import Foundation
import PureWork

let benchmarks: @Sendable () -> Void = {
  let allocations = BenchmarkMetric.custom("Allocations", polarity: .prefersSmaller, useScalingFactor: true)
  let system = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../examples/systems/home.yaml").standardizedFileURL
  do {
    for work in try PureWork.all(file: system) {
      Benchmark(
        work.name,
        configuration: .init(
          metrics: [.wallClock, allocations], scalingFactor: work.isLong ? .one : .kilo,
          maxDuration: .seconds(1))
      ) { benchmark in
        let before = allocation_count()
        try await work.run(benchmark.scaledIterations.count)
        benchmark.measurement(allocations, Int(allocation_count() - before))
      }
    }
  } catch {
    print("\(system.path) can't be used: \(error)")
  }
}
