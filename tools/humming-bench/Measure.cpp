//===- Measure.cpp - Compile, check and time ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All kernels of a shape are given to a pool of threads at once. The first few
// of a grid are timed again, with care, when nothing compiles any more.
//
//===----------------------------------------------------------------------===//

#include "Measure.h"

#include "humming-compile/Ptxas.h"
#include "llvm/Support/FormatVariadic.h"

using namespace humming;
using namespace humming::bench;
using jit::deviceError;

/// What a matrix unit sustains, for the floor: the 800 TFLOP/s that a large
/// f16 product reaches on an H100.
static constexpr double kOperationsPerMicrosecond = 800e6;
/// Candidates of a grid that are timed again.
static constexpr size_t kFinalists = 4;

/// One kernel on its way.
struct Bench::Task {
  Row row;
  std::unique_ptr<jit::Gemm> gemm;
  std::vector<uint8_t> result; ///< of the first run; kept while it is timed
};

/// The kernels of one number of tokens.
struct Bench::Batch {
  explicit Batch(llvm::ThreadPoolInterface &pool) : compilation(pool) {}

  int64_t m = 0;
  std::vector<Task> tasks;
  llvm::ThreadPoolTaskGroup compilation;
  std::string sampleFailure;
  Sample sample;
};

jit::Assembler bench::makeAssembler(const Options &options,
                                    const hrtDeviceInfo &info) {
  if (options.ptxas.empty())
    return nullptr;
  return [program = options.ptxas.getValue(),
          own = "sm_" + std::to_string(info.sm)](
             llvm::StringRef ptx) -> llvm::Expected<std::string> {
    llvm::Expected<Assembled> assembled = assemble(ptx, own, program);
    if (!assembled)
      return assembled.takeError();
    return std::move(assembled->cubin);
  };
}

llvm::Expected<std::unique_ptr<Bench>>
Bench::create(const jit::GemmProblem &types, Selection selection,
              const Options &options) {
  std::unique_ptr<Bench> bench(new Bench());
  bench->types = types;
  bench->selection = std::move(selection);
  auto orders = options.orders();
  if (!orders)
    return orders.takeError();
  bench->orders = std::move(*orders);
  if (options.cublas.getNumOccurrences()) {
    auto library = Cublas::load(options.cublas);
    if (!library)
      return library.takeError();
    bench->cublas = std::move(*library);
  }
  if (llvm::Error error = deviceError(hrtOpenCuda(0, &bench->handle)))
    return std::move(error);
  if (llvm::Error error = deviceError(hrtGetInfo(bench->handle, &bench->info)))
    return std::move(error);
  auto jit = jit::Jit::create(bench->handle, options.arch);
  if (!jit)
    return jit.takeError();
  bench->archName = (*jit)->getArch();
  bench->assembler = makeAssembler(options, bench->info);
  auto timer = GraphTimer::create(bench->handle);
  if (!timer)
    return timer.takeError();
  bench->timer = std::move(*timer);
  bench->ceiling = std::make_unique<ReadCeiling>(bench->handle, *bench->timer);
  return bench;
}

Gpu Bench::gpu() const {
  return gpuFor(*lookupArch(archName), info.name, info.multiprocessors);
}

Bench::~Bench() {
  cublas.reset();
  ceiling.reset();
  timer.reset();
  hrtClose(handle);
}

/// Begins to compile every candidate, and to evaluate the sample.
llvm::Error Bench::start(Batch &batch, jit::Jit &jit, const Workload &workload,
                         llvm::DefaultThreadPool &pool) {
  const jit::GemmProblem &gemm = types;
  auto candidates = makeCandidates(gemm, batch.m, archName, gpu(), selection);
  if (!candidates)
    return candidates.takeError();
  batch.tasks.resize(candidates->size() * orders.size());
  batch.compilation.async([&] {
    auto sample = workload.sample(batch.m);
    if (sample)
      batch.sample = std::move(*sample);
    else
      batch.sampleFailure = llvm::toString(sample.takeError());
  });
  for (auto [number, task] : llvm::enumerate(batch.tasks)) {
    // A kernel that is timed in several orders is compiled once.
    const Candidate &candidate = (*candidates)[number / orders.size()];
    auto added = jit.add(candidate.problem);
    if (!added)
      return added.takeError();
    task.gemm = std::move(*added);
    Row &row = task.row;
    row.n = gemm.n;
    row.k = gemm.k;
    row.m = batch.m;
    row.entry = candidate.entry;
    row.order = orders[number % orders.size()];
    row.isChosen = candidate.isChosen;
    row.isEstimated = candidate.isEstimated;
    row.weightBytes = workload.weightBytes();
    row.bytes = row.weightBytes + workload.tokenBytes(batch.m);
    batch.compilation.async([this, &task = task] {
      auto kernels = task.gemm->kernelFor(task.row.m);
      if (!kernels) {
        task.row.failure = llvm::toString(kernels.takeError());
        return;
      }
      task.row.launch = (*kernels)->compiled.kernels.front().launch;
      task.row.compileMilliseconds = (*kernels)->compiled.milliseconds();
      task.row.loadMilliseconds = (*kernels)->loadMilliseconds;
      hrtGetKernelInfo(handle, (*kernels)->kernels.front(), &task.row.kernel);
      std::lock_guard<std::mutex> lock(endMutex);
      compileEnd = Clock::now();
    });
  }
  return llvm::Error::success();
}

/// An error behind which nothing more can be measured, with what came of it.
static llvm::Error stopped(const Row &row, llvm::Error error) {
  return fail(row.entry.schedule + " at " + llvm::Twine(row.m) +
              " tokens: " + llvm::toString(std::move(error)));
}

/// Runs the kernel once and compares the sample. What is not launched or is
/// wrong is a failure of the row.
llvm::Error Bench::check(Task &task, Batch &batch, Workload &workload) {
  if (llvm::Error error = workload.poison(batch.m))
    return error;
  if (llvm::Error error = task.gemm->launch(batch.m, workload.buffers(0))) {
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
  task.row.check = compare(batch.sample, *result, task.row.n);
  task.row.elementsChecked = batch.sample.expected.values.size();
  const reference::Comparison &c = task.row.check;
  if (c.beyondBound)
    task.row.failure = llvm::formatv(
        "{0} of {1} sampled elements beyond their bound: C[{2}, {3}] is {4}, "
        "expected {5}",
        c.beyondBound, task.row.elementsChecked, batch.sample.tokens[c.row],
        batch.sample.channels[c.column], c.got, c.expected);
  task.result = std::move(*result);
  return llvm::Error::success();
}

/// Times the kernel, and checks that the replays gave the same bits.
llvm::Error Bench::time(Task &task, Batch &batch, Workload &workload,
                        const TimingOptions &timing) {
  auto call = [&](int64_t number, hrtStream stream) {
    return task.gemm->launch(batch.m, workload.buffers(number), stream,
                             task.row.order);
  };
  auto timed = timer->time(call, workload.numCopies(), timing);
  if (!timed)
    return stopped(task.row, timed.takeError());
  task.row.timing = *timed;
  task.row.isShort = &timing == &kShortTiming;
  auto result = workload.result(batch.m);
  if (!result)
    return result.takeError();
  if (*result != task.result)
    task.row.failure = "the result changes from run to run";
  return llvm::Error::success();
}

llvm::Expected<std::vector<Row>> Bench::finish(Batch &batch,
                                               Workload &workload) {
  auto read = ceiling->microseconds(batch.tasks.front().row.bytes);
  if (!read)
    return read.takeError();
  double cublasTime = 0;
  if (cublas) {
    auto time = cublas->microseconds(handle, *timer, types.n, types.k, batch.m);
    if (!time)
      return time.takeError();
    cublasTime = *time;
  }
  batch.compilation.wait();
  if (!batch.sampleFailure.empty())
    return fail(batch.sampleFailure);

  std::vector<Task *> timed;
  for (Task &task : batch.tasks) {
    Row &row = task.row;
    row.readMicroseconds = *read;
    row.cublasMicroseconds = cublasTime;
    row.floorMicroseconds =
        std::max(*read, row.operations() / kOperationsPerMicrosecond);
    if (row.failure.empty())
      if (llvm::Error error = check(task, batch, workload))
        return std::move(error);
    if (row.failure.empty()) {
      if (llvm::Error error = time(task, batch, workload,
                                   selection.grid ? kShortTiming : kFullTiming))
        return std::move(error);
      if (row.failure.empty())
        timed.push_back(&task);
    }
    task.result.clear();
    task.result.shrink_to_fit();
  }
  if (selection.grid && !timed.empty()) {
    llvm::sort(timed, [](const Task *a, const Task *b) {
      return a->row.timing.median < b->row.timing.median;
    });
    std::vector<Task *> finalists(
        timed.begin(), timed.begin() + std::min(kFinalists, timed.size()));
    for (Task *task : timed)
      if ((task->row.isChosen || task->row.isEstimated) &&
          !llvm::is_contained(finalists, task))
        finalists.push_back(task);
    for (Task *task : finalists) {
      if (llvm::Error error = check(*task, batch, workload))
        return std::move(error);
      if (llvm::Error error = time(*task, batch, workload, kFullTiming))
        return std::move(error);
    }
    (*std::min_element(finalists.begin(), finalists.end(),
                       [](const Task *a, const Task *b) {
                         return a->row.timing.median < b->row.timing.median;
                       }))
        ->row.isBest = true;
  }
  std::vector<Row> rows;
  for (Task &task : batch.tasks)
    rows.push_back(std::move(task.row));
  return rows;
}

llvm::Error
Bench::measure(const Shape &shape,
               llvm::function_ref<void(llvm::ArrayRef<Row> rows)> report) {
  types.n = shape.n;
  types.k = shape.k;
  auto problem = jit::Problem::get(types);
  if (!problem)
    return problem.takeError();
  auto jit = jit::Jit::create(handle, archName, assembler);
  if (!jit)
    return jit.takeError();
  auto packing = (*jit)->add(std::move(*problem));
  if (!packing)
    return packing.takeError();
  auto workload = Workload::create(handle, types, **packing,
                                   *llvm::max_element(shape.tokens));
  if (!workload)
    return workload.takeError();

  llvm::DefaultThreadPool pool;
  std::vector<std::unique_ptr<Batch>> batches;
  size_t compiledBefore = (*jit)->getNumCompiled();
  compileEnd = Clock::now();
  Clock::time_point compileStart = compileEnd;
  for (int64_t m : shape.tokens) {
    Batch &batch = *batches.emplace_back(std::make_unique<Batch>(pool));
    batch.m = m;
    if (llvm::Error error = start(batch, **jit, **workload, pool)) {
      pool.wait();
      return error;
    }
  }
  for (std::unique_ptr<Batch> &batch : batches) {
    auto rows = finish(*batch, **workload);
    if (!rows) {
      pool.wait();
      return rows.takeError();
    }
    report(*rows);
    batch.reset();
  }
  rate.threads = pool.getMaxConcurrency();
  rate.kernels += (*jit)->getNumCompiled() - compiledBefore;
  rate.seconds +=
      std::chrono::duration<double>(compileEnd - compileStart).count();
  return llvm::Error::success();
}
