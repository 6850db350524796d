//===- Schedules.h - Choosing and checking schedules ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What humming-check-target and humming-select-schedule do to one gemm, as
// functions: a plan of kernels and the passes follow the same rules.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_TRANSFORMS_SCHEDULES_H
#define HUMMING_DIALECT_HUMMING_TRANSFORMS_SCHEDULES_H

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Target/Arch.h"
#include "humming/Target/MmaAtom.h"

#include <algorithm>

namespace humming {

/// The architecture named `name`; an error at `location` that lists the known
/// ones when there is no such architecture.
mlir::FailureOr<const Arch *> findArch(mlir::Location location,
                                       llvm::StringRef name);

/// Emits a located error and fails when `gemm` does not run on `arch`, or is
/// not in the table of what lowers.
mlir::LogicalResult checkTarget(GemmOp gemm, const Arch &arch);

/// The largest number of tokens (rows of the activations) of each bucket, in
/// rising order: one kernel a bucket, and one more for anything larger, which
/// is selectSchedule's `tokens = 0`.
llvm::ArrayRef<int64_t> tokenBuckets();

/// The bucket of a kernel for at most `tokens` rows; 0, any number, for 0 and
/// for more than the largest.
int64_t tokenBucket(int64_t tokens);

/// The atom that multiplies `gemm`'s activations by weights of the same type on
/// `arch` (see Support.h); null when the architecture has none.
const MmaAtom *selectAtom(GemmOp gemm, const Arch &arch);

/// Bytes of shared memory that the buffers of a schedule take, all stages.
/// Scales are there when they have groups or act on operands. Alignment comes
/// on top: humming-tile-allocate-shared has the last word.
///
/// The kernel has a table where there are bytes for one: of more values than
/// registers hold, always; of 16, by pairs, where that takes no more than a
/// quarter of what a block of `arch` may have and fits beside the rest.
struct SharedBytes {
  int64_t weights;
  int64_t activations;
  int64_t scales;
  int64_t zeros;
  int64_t table;    ///< in which codes are looked up, where it is there
  int64_t sums;     ///< of other slices, with fixup = cluster; where they are
                    ///< many in place of all these
  int64_t results;  ///< on their way out, with store = shared
  int64_t barriers; ///< of the stages, with copy = tma, and of the sums
  int64_t total() const;
};
SharedBytes sharedBytes(GemmOp gemm, ScheduleAttr schedule, const Arch &arch);

/// A schedule that may be chosen, and what it takes.
struct ScheduleCandidate {
  ScheduleAttr schedule;
  int64_t registers;   ///< of a lane, about
  int64_t resident;    ///< blocks that a multiprocessor has place for
  int64_t blocks;      ///< of a launch
  int64_t share;       ///< those of the busiest multiprocessor
  double microseconds; ///< of a launch, estimated
};

/// Every schedule that is thought of for `gemm` on `arch` and `gpu`: a pure
/// function of types, shapes, target and tokens, and never empty. `tokens` is
/// the largest M that the kernel is for; 0 means that of the type, or no limit
/// when the type's M is dynamic. `gemm` has passed checkTarget for `arch`. Its
/// own schedule is not looked at. The schedules fit: tiles too large for the
/// registers or the shared memory of `arch` are shrunk or left out.
llvm::SmallVector<ScheduleCandidate> scheduleCandidates(GemmOp gemm,
                                                        const Arch &arch,
                                                        const Gpu &gpu,
                                                        int64_t tokens);

/// The first of these that takes the least time.
ScheduleAttr selectSchedule(GemmOp gemm, const Arch &arch, const Gpu &gpu,
                            int64_t tokens);

/// The order in which every kernel of `gemm` on `arch` adds, whatever the GPU
/// and the number of tokens, also that of its type; null where its numerics
/// leave it open. `gemm` has passed checkTarget for `arch`.
OrderAttr fixedOrder(GemmOp gemm, const Arch &arch);

/// Schedules of many kinds that are worth measuring, those of the least
/// estimated time first: what scheduleCandidates has, tiles for about as many
/// tokens, these with other copies, blocks, clusters and, where launches
/// overlap, prefetches. All pass checkSchedule.
llvm::SmallVector<ScheduleCandidate> tuningGrid(GemmOp gemm, const Arch &arch,
                                                const Gpu &gpu, int64_t tokens,
                                                bool overlaps);

/// What is worth measuring where `centre` was fast, the most promising first:
/// each differs from it in one field, or in two that go together. All pass
/// checkSchedule.
llvm::SmallVector<ScheduleAttr> tuningNeighbours(GemmOp gemm, const Arch &arch,
                                                 const Gpu &gpu,
                                                 ScheduleAttr centre,
                                                 bool overlaps);

/// Emits an error at `gemm` and fails when `schedule` does not divide its
/// shape, adds in another order than its numerics fix, or `arch` cannot run it.
/// `gemm` has passed checkTarget.
mlir::LogicalResult checkSchedule(GemmOp gemm, ScheduleAttr schedule,
                                  const Arch &arch);

} // namespace humming

#endif // HUMMING_DIALECT_HUMMING_TRANSFORMS_SCHEDULES_H
