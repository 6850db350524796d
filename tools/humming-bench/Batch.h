//===- Batch.h - The kernels of one number of tokens ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a bench keeps of a weight, and of each number of tokens while its
// kernels are on their way.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_BATCH_H
#define TOOLS_HUMMING_BENCH_BATCH_H

#include "Measure.h"

#include <deque>

namespace humming::bench {

/// One weight on the device, and what compiles its kernels.
struct Bench::Prepared {
  jit::GemmProblem gemm;
  std::unique_ptr<jit::Jit> jit;
  std::unique_ptr<jit::Gemm> packing;
  std::unique_ptr<Workload> workload;
};

/// One kernel on its way.
struct Bench::Task {
  Row row;
  std::unique_ptr<jit::Gemm> gemm;
  uint64_t resultHash = 0; ///< of the run that was checked
  bool isTimed = false;    ///< or failed
};

/// The kernels of one number of tokens, in rounds: each is compiled, and when
/// all of it is there, checked and timed.
struct Bench::Batch {
  Batch(std::shared_ptr<Prepared> weight, int64_t m,
        std::unique_ptr<Candidates> candidates, llvm::ThreadPoolInterface &pool)
      : weight(std::move(weight)), m(m), candidates(std::move(candidates)),
        compilation(pool) {}

  std::shared_ptr<Prepared> weight;
  int64_t m;
  std::unique_ptr<Candidates> candidates;
  std::deque<Task> tasks; ///< stay where they are while more come
  std::string sampleFailure;
  std::vector<Sample> samples;
  llvm::ThreadPoolTaskGroup compilation; ///< ends before the rest goes
};

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_BATCH_H
