//===- Measure.cpp - Compile, check and time ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels are given to a pool of threads ahead of those that are timed. Without
// a grid nothing compiles while something is timed.
//
//===----------------------------------------------------------------------===//

#include "Measure.h"

#include "Batch.h"
#include "humming-compile/Ptxas.h"
#include "llvm/ADT/STLExtras.h"

#include <map>
#include <tuple>

using namespace humming;
using namespace humming::bench;
using jit::deviceError;

/// Numbers of tokens of a grid that are on their way at once: while one is
/// timed, the kernels of others are compiled.
static constexpr size_t kBatchesAtOnce = 3;

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

llvm::Expected<std::unique_ptr<Bench>> Bench::create(Selection selection,
                                                     const Options &options) {
  std::unique_ptr<Bench> bench(new Bench());
  bench->rest = options.rest;
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

llvm::Expected<std::shared_ptr<Bench::Prepared>>
Bench::prepare(const Weight &weight) {
  auto prepared = std::make_shared<Prepared>();
  prepared->gemm = weight.gemm;
  auto problem = jit::Problem::get(weight.gemm);
  if (!problem)
    return problem.takeError();
  auto jit = jit::Jit::create(handle, archName, assembler);
  if (!jit)
    return jit.takeError();
  prepared->jit = std::move(*jit);
  auto packing = prepared->jit->add(std::move(*problem));
  if (!packing)
    return packing.takeError();
  prepared->packing = std::move(*packing);
  auto workload = Workload::create(handle, weight.gemm, *prepared->packing,
                                   *llvm::max_element(weight.tokens));
  if (!workload)
    return workload.takeError();
  prepared->workload = std::move(*workload);
  return prepared;
}

llvm::Error Bench::measure(
    llvm::ArrayRef<Weight> weights,
    llvm::function_ref<llvm::Error(llvm::ArrayRef<Row> rows)> report) {
  std::deque<std::unique_ptr<Batch>> active;
  llvm::DefaultThreadPool pool; // Waits for its threads before they go.
  rate.threads = pool.getMaxConcurrency();
  std::shared_ptr<Prepared> prepared;
  size_t weight = 0, place = 0;
  auto startNext = [&]() -> llvm::Error {
    const Weight &own = weights[weight];
    int64_t m = own.tokens[place];
    auto candidates =
        Candidates::create(own.gemm, m, archName, gpu(), selection);
    if (!candidates)
      return candidates.takeError();
    std::vector<Candidate> toCompile;
    if (!(*candidates)->areTuned()) {
      auto first = (*candidates)->first();
      if (!first)
        return first.takeError();
      toCompile = std::move(*first);
    }
    if (!toCompile.empty() && !prepared) {
      auto made = prepare(own);
      if (!made)
        return made.takeError();
      prepared = std::move(*made);
    }
    if (!toCompile.empty())
      active.push_back(
          std::make_unique<Batch>(prepared, m, std::move(*candidates), pool));
    if (++place == own.tokens.size()) {
      place = 0;
      ++weight;
      prepared.reset();
    }
    if (toCompile.empty())
      return llvm::Error::success();
    return compile(*active.back(), toCompile);
  };
  // All tokens of a weight are compiled at once, or a grid's next few.
  auto startsNext = [&] {
    if (weight == weights.size())
      return false;
    return active.empty() ||
           (selection.grid ? active.size() < kBatchesAtOnce : place > 0);
  };
  while (true) {
    while (startsNext())
      if (llvm::Error error = startNext())
        return error;
    if (active.empty())
      return llvm::Error::success();
    if (!selection.grid)
      pool.wait();
    std::unique_ptr<Batch> batch = std::move(active.front());
    active.pop_front();
    auto isComplete = advance(*batch);
    if (!isComplete)
      return isComplete.takeError();
    if (!*isComplete) {
      active.push_back(std::move(batch));
      continue;
    }
    auto rows = rowsOf(*batch);
    if (!rows)
      return rows.takeError();
    if (llvm::Error error = report(*rows))
      return error;
  }
}

llvm::Error
Bench::measureCublas(llvm::MutableArrayRef<Row> rows,
                     llvm::function_ref<void(const Row &row)> report) {
  if (!cublas)
    return llvm::Error::success();
  TimingOptions timing = kFullTiming;
  timing.restMilliseconds = rest;
  std::map<std::tuple<int64_t, int64_t, int64_t>, double> known;
  for (Row &row : rows) {
    auto [place, isNew] = known.insert({{row.n, row.k, row.m}, 0});
    if (isNew) {
      auto time =
          cublas->microseconds(handle, *timer, row.n, row.k, row.m, timing);
      if (!time)
        return time.takeError();
      place->second = *time;
    }
    row.cublasMicroseconds = place->second;
    if (isNew)
      report(row);
  }
  return llvm::Error::success();
}
