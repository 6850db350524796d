//===- Measure.h - Compile, check and time ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Candidates are compiled in parallel while those that are ready are checked
// and timed, one at a time, on the device.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_MEASURE_H
#define TOOLS_HUMMING_BENCH_MEASURE_H

#include "Candidates.h"
#include "Cublas.h"
#include "Workload.h"
#include "llvm/Support/ThreadPool.h"

#include <chrono>
#include <mutex>

namespace humming::bench {

/// What came of one kernel for one number of tokens.
struct Row {
  int64_t n = 0, k = 0, m = 0;
  TableEntry entry; ///< with the schedule, without the time
  jit::LaunchOrder order = jit::LaunchOrder::Serial;
  bool isChosen = false;    ///< by the compiler
  bool isEstimated = false; ///< what it chooses without tables
  bool isBest = false;      ///< of a grid
  bool isShort = false; ///< timed with kShortTiming: told apart, not reported

  std::string failure; ///< why there is no time; else ""
  jit::KernelLaunch launch;
  hrtKernelInfo kernel = {};
  double compileMilliseconds = 0, loadMilliseconds = 0;
  uint64_t elementsChecked = 0;
  reference::Comparison check;

  Timing timing;
  uint64_t weightBytes = 0; ///< packed weights, scales and zero points
  uint64_t bytes = 0;       ///< these, activations and result
  double readMicroseconds = 0;
  double floorMicroseconds = 0;
  double cublasMicroseconds = 0; ///< 0: not asked for

  double operations() const { return 2.0 * m * n * k; }
  double teraflops() const { return operations() / timing.median * 1e-6; }
  /// 1e9 bytes of weights per second.
  double gigabytes() const { return weightBytes / timing.median * 1e-3; }
  double ratio() const { return timing.median / floorMicroseconds; }
};

/// The program of --ptxas as the device's assembler; null where none is named.
jit::Assembler makeAssembler(const Options &options, const hrtDeviceInfo &info);

/// How fast kernels were compiled and assembled while nothing waited for them.
struct CompileRate {
  size_t kernels = 0;
  unsigned threads = 0;
  double seconds = 0; ///< from the first one's start to the last one's end

  double perSecond() const { return kernels / seconds; }
};

/// CUDA device 0, ready to measure.
class Bench {
public:
  static llvm::Expected<std::unique_ptr<Bench>>
  create(const jit::GemmProblem &types, Selection selection,
         const Options &options);
  ~Bench();

  const hrtDeviceInfo &device() const { return info; }
  /// CUDA version of the driver, 13000 for 13.0.
  int driverVersion() const { return timer->driverVersion(); }
  const std::string &arch() const { return archName; }
  /// What schedules are chosen for.
  Gpu gpu() const;
  /// Kernels that were compiled, and how fast.
  const CompileRate &compileRate() const { return rate; }
  bool hasCublas() const { return cublas != nullptr; }

  /// Measures every candidate of `shape`, in the order of its tokens.
  /// `report` sees the rows of one number of tokens as soon as they are there.
  llvm::Error
  measure(const Shape &shape,
          llvm::function_ref<void(llvm::ArrayRef<Row> rows)> report);

private:
  struct Task;
  struct Batch;
  Bench() = default;
  llvm::Error start(Batch &batch, jit::Jit &jit, const Workload &workload,
                    llvm::DefaultThreadPool &pool);
  llvm::Expected<std::vector<Row>> finish(Batch &batch, Workload &workload);
  llvm::Error check(Task &task, Batch &batch, Workload &workload);
  llvm::Error time(Task &task, Batch &batch, Workload &workload,
                   const TimingOptions &timing);

  jit::GemmProblem types;
  Selection selection;
  std::vector<jit::LaunchOrder> orders;
  using Clock = std::chrono::steady_clock;
  std::mutex endMutex;
  Clock::time_point compileEnd; ///< of the last kernel, under the mutex
  CompileRate rate;
  std::string archName;
  jit::Assembler assembler; ///< null: the driver's
  hrtDevice *handle = nullptr;
  hrtDeviceInfo info = {};
  std::unique_ptr<GraphTimer> timer;
  std::unique_ptr<ReadCeiling> ceiling;
  std::unique_ptr<Cublas> cublas; ///< null: not asked for
};

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_MEASURE_H
