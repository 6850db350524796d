//===- Batch.cpp - Compile, check and time one number of tokens -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A grid is timed in rounds, the later ones about what was fast before. The
// first few of all are timed again, with care, in turn.
//
//===----------------------------------------------------------------------===//

#include "Batch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <thread>

using namespace humming;
using namespace humming::bench;
using jit::deviceError;

/// What a matrix unit sustains, for the floor: the 800 TFLOP/s that a large
/// f16 product reaches on an H100.
static constexpr double kOperationsPerMicrosecond = 800e6;
/// Candidates of a grid that are timed again, and how often: schedules that are
/// close differ by less than two times of one.
static constexpr size_t kFinalists = 3;
static constexpr int kFinalTimes = 2;

namespace {
/// Ends the program, with a line that says why, where a kernel has not come
/// back for so long: the driver lets nothing else run then.
class Watchdog {
public:
  explicit Watchdog(const Row &row)
      : thread([this, &row] {
          std::unique_lock<std::mutex> lock(mutex);
          if (ended.wait_for(lock, kPatience, [this] { return isOver; }))
            return;
          llvm::outs().flush();
          llvm::errs() << "humming-bench: " << row.entry.schedule << " of "
                       << row.n << " x " << row.k << " at " << row.m
                       << " tokens does not end; leave it out with --skip\n";
          std::_Exit(kNotRun);
        }) {}
  ~Watchdog() {
    {
      std::lock_guard<std::mutex> lock(mutex);
      isOver = true;
    }
    ended.notify_one();
    thread.join();
  }

private:
  static constexpr std::chrono::seconds kPatience{20};
  std::mutex mutex;
  std::condition_variable ended;
  bool isOver = false; ///< under the mutex
  std::thread thread;  ///< starts when the rest is there
};
} // namespace

/// Begins to compile what is new, and to evaluate the samples.
llvm::Error Bench::compile(Batch &batch, llvm::ArrayRef<Candidate> candidates) {
  const Workload &workload = *batch.weight->workload;
  if (batch.tasks.empty())
    batch.compilation.async([&] {
      auto samples = workload.samples(batch.m);
      if (samples)
        batch.samples = std::move(*samples);
      else
        batch.sampleFailure = llvm::toString(samples.takeError());
    });
  for (const Candidate &candidate : candidates)
    // A kernel that is timed in several orders is compiled once.
    for (jit::LaunchOrder order : orders) {
      auto added = batch.weight->jit->add(candidate.problem);
      if (!added)
        return added.takeError();
      Task &task = batch.tasks.emplace_back();
      task.gemm = std::move(*added);
      Row &row = task.row;
      row.n = batch.weight->gemm.n;
      row.k = batch.weight->gemm.k;
      row.m = batch.m;
      row.entry = candidate.entry;
      row.order = order;
      row.isChosen = candidate.isChosen;
      row.isEstimated = candidate.isEstimated;
      row.weightBytes = workload.weightBytes();
      row.bytes = row.weightBytes + workload.tokenBytes(batch.m);
      bool isFirst = order == orders.front();
      batch.compilation.async([this, &task, isFirst] {
        auto start = std::chrono::steady_clock::now();
        auto kernels = task.gemm->kernelFor(task.row.m);
        std::chrono::duration<double> taken =
            std::chrono::steady_clock::now() - start;
        if (!kernels) {
          task.row.failure = llvm::toString(kernels.takeError());
          return;
        }
        task.row.launch = (*kernels)->compiled.kernels.front().launch;
        task.row.compileMilliseconds = (*kernels)->compiled.milliseconds();
        task.row.loadMilliseconds = (*kernels)->loadMilliseconds;
        hrtGetKernelInfo(handle, (*kernels)->kernels.front(), &task.row.kernel);
        std::lock_guard<std::mutex> lock(rateMutex);
        rate.kernels += isFirst;
        rate.seconds += isFirst ? taken.count() : 0;
      });
    }
  return llvm::Error::success();
}

/// An error behind which nothing more can be measured, with what came of it.
static llvm::Error stopped(const Row &row, llvm::Error error) {
  return fail(row.entry.schedule + " at " + llvm::Twine(row.m) +
              " tokens: " + llvm::toString(std::move(error)));
}

/// Runs the kernel once for each sample and compares. What is not launched or
/// is wrong is a failure of the row.
llvm::Error Bench::check(Task &task, Batch &batch) {
  for (const Sample &sample : batch.samples)
    if (task.row.failure.empty())
      if (llvm::Error error = check(task, batch, sample))
        return error;
  return llvm::Error::success();
}

llvm::Error Bench::check(Task &task, Batch &batch, const Sample &sample) {
  Workload &workload = *batch.weight->workload;
  Watchdog watchdog(task.row);
  if (llvm::Error error = workload.poison(batch.m))
    return error;
  if (llvm::Error error =
          task.gemm->launch(batch.m, workload.buffers(sample))) {
    task.row.failure = llvm::toString(std::move(error));
    return llvm::Error::success();
  }
  if (llvm::Error error = deviceError(hrtSynchronize(handle, nullptr)))
    return stopped(task.row, std::move(error));
  auto result = workload.result(batch.m);
  if (!result) {
    task.row.failure = llvm::toString(result.takeError());
    return llvm::Error::success();
  }
  task.resultHash = llvm::xxh3_64bits(*result);
  task.row.check = compare(sample, *result, task.row.n);
  task.row.elementsChecked += sample.expected.values.size();
  const reference::Comparison &c = task.row.check;
  if (c.beyondBound)
    task.row.failure = llvm::formatv(
        "{0} of {1} sampled elements beyond their bound: C[{2}, {3}] is {4}, "
        "expected {5}",
        c.beyondBound, sample.expected.values.size(), sample.tokens[c.row],
        sample.channels[c.column], c.got, c.expected);
  return llvm::Error::success();
}

/// Times the kernel; where the time is one to report, checks that the replays
/// gave the same bits. A shorter time of the same kind stays.
llvm::Error Bench::time(Task &task, Batch &batch, const TimingOptions &timing) {
  Workload &workload = *batch.weight->workload;
  Watchdog watchdog(task.row);
  auto call = [&](int64_t number, hrtStream stream) {
    return task.gemm->launch(batch.m, workload.buffers(number), stream,
                             task.row.order);
  };
  auto timed = timer->time(call, workload.numCopies(), timing);
  if (!timed)
    return stopped(task.row, timed.takeError());
  bool isShort = timing.replays == kShortTiming.replays;
  if (!task.isTimed || isShort != task.row.isShort ||
      timed->median < task.row.timing.median)
    task.row.timing = *timed;
  task.row.isShort = isShort;
  if (isShort)
    return llvm::Error::success();
  auto result = workload.result(batch.m);
  if (!result)
    return result.takeError();
  if (llvm::xxh3_64bits(*result) != task.resultHash)
    task.row.failure = "the result changes from run to run";
  return llvm::Error::success();
}

/// Checks and times what has been compiled, and starts the next round of a
/// grid. True when there is none, and the rows are complete.
llvm::Expected<bool> Bench::advance(Batch &batch) {
  batch.compilation.wait();
  if (!batch.sampleFailure.empty())
    return fail(batch.sampleFailure);
  TimingOptions full = kFullTiming;
  full.restMilliseconds = rest;
  std::vector<Task *> fastest;
  for (Task &task : batch.tasks) {
    if (task.row.failure.empty() && !task.isTimed)
      if (llvm::Error error = check(task, batch))
        return std::move(error);
    if (task.row.failure.empty() && !task.isTimed)
      if (llvm::Error error =
              time(task, batch, selection.grid ? kShortTiming : full))
        return std::move(error);
    task.isTimed = true;
    if (task.row.failure.empty())
      fastest.push_back(&task);
  }
  if (!selection.grid)
    return true;
  llvm::sort(fastest, [](const Task *a, const Task *b) {
    return a->row.timing.median < b->row.timing.median;
  });
  std::vector<std::string> schedules;
  schedules.reserve(fastest.size());
  for (Task *task : fastest)
    schedules.push_back(task->row.entry.schedule);
  std::vector<Candidate> next = batch.candidates->next(schedules);
  if (next.empty()) {
    if (llvm::Error error = finishGrid(batch, fastest))
      return std::move(error);
    return true;
  }
  if (llvm::Error error = compile(batch, next))
    return std::move(error);
  return false;
}

/// Times the first of `fastest` again, with the chosen and the estimated
/// schedule, and marks the best.
llvm::Error Bench::finishGrid(Batch &batch, llvm::ArrayRef<Task *> fastest) {
  std::vector<Task *> finalists;
  for (auto [place, task] : llvm::enumerate(fastest))
    if (place < kFinalists || task->row.isChosen || task->row.isEstimated)
      finalists.push_back(task);
  for (int i = 0; i < kFinalTimes; ++i)
    for (Task *task : finalists)
      if (llvm::Error error = time(*task, batch, kFullTiming))
        return error;
  Task *best = nullptr;
  for (Task *task : finalists)
    if (task->row.failure.empty() &&
        (!best || task->row.timing.median < best->row.timing.median))
      best = task;
  if (best)
    best->row.isBest = true;
  return llvm::Error::success();
}

llvm::Expected<std::vector<Row>> Bench::rowsOf(Batch &batch) {
  auto read = ceiling->microseconds(batch.tasks.front().row.bytes);
  if (!read)
    return read.takeError();
  std::vector<Row> rows;
  for (Task &task : batch.tasks) {
    Row &row = rows.emplace_back(std::move(task.row));
    row.readMicroseconds = *read;
    row.floorMicroseconds =
        std::max(*read, row.operations() / kOperationsPerMicrosecond);
  }
  return rows;
}
