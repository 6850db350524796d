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

#include <mutex>

namespace humming::bench {

/// What came of one kernel for one number of tokens.
struct Row {
  int64_t n = 0, k = 0, m = 0;
  TableEntry entry; ///< with types and schedule, without the time
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
  reference::Comparison check; ///< of what is timed

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

/// How fast kernels were compiled and assembled.
struct CompileRate {
  size_t kernels = 0;
  unsigned threads = 0;
  double seconds = 0; ///< of all threads together

  double perThread() const { return kernels / seconds; }
};

/// CUDA device 0, ready to measure.
class Bench {
public:
  static llvm::Expected<std::unique_ptr<Bench>> create(Selection selection,
                                                       const Options &options);
  ~Bench();

  const hrtDeviceInfo &device() const { return info; }
  /// CUDA version of the driver, 13000 for 13.0.
  int driverVersion() const { return timer->driverVersion(); }
  const std::string &arch() const { return archName; }
  /// What schedules are chosen for.
  Gpu gpu() const;
  /// How long the device rests before each time that is reported.
  unsigned restMilliseconds() const { return rest; }
  const CompileRate &compileRate() const { return rate; }

  /// Measures every candidate of `weights`. `report` sees the rows of one
  /// weight and number of tokens as soon as they are there.
  llvm::Error
  measure(llvm::ArrayRef<Weight> weights,
          llvm::function_ref<llvm::Error(llvm::ArrayRef<Row> rows)> report);

  /// Times cuBLAS, where it was asked for, once for each problem of `rows`.
  /// `report` sees the first of its rows.
  llvm::Error measureCublas(llvm::MutableArrayRef<Row> rows,
                            llvm::function_ref<void(const Row &row)> report);

private:
  struct Prepared;
  struct Task;
  struct Batch;
  Bench() = default;
  llvm::Expected<std::shared_ptr<Prepared>> prepare(const Weight &weight);
  llvm::Error compile(Batch &batch, llvm::ArrayRef<Candidate> candidates);
  llvm::Error check(Task &task, Batch &batch);
  llvm::Error check(Task &task, Batch &batch, const Sample &sample);
  llvm::Error time(Task &task, Batch &batch, const TimingOptions &timing);
  llvm::Expected<bool> advance(Batch &batch);
  llvm::Error finishGrid(Batch &batch, llvm::ArrayRef<Task *> fastest);
  llvm::Expected<std::vector<Row>> rowsOf(Batch &batch);

  Selection selection;
  std::vector<jit::LaunchOrder> orders;
  unsigned rest = 0;
  std::mutex rateMutex;
  CompileRate rate; ///< under the mutex while kernels are compiled
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
