//===- FixedOrder.cpp - One order of addition for every M -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of a gemm of `order = fixed` is chosen for all numbers of tokens at
// once: the one that costs least beside the best for each. M and the schedule
// have no part in it, so rows of any two launches are added alike.
//
//===----------------------------------------------------------------------===//

#include "FixedOrder.h"
#include "ScheduleLimits.h"
#include "ScheduleTiles.h"
#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/Dialect/Humming/Transforms/Support.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;
using namespace humming;

/// The order in which a kernel of `schedule` adds.
static OrderAttr orderOf(GemmOp gemm, ScheduleAttr schedule) {
  GemmTypes types = typesOf(gemm);
  // A slice is whole turns of the loop.
  int64_t turn = schedule.getBlockK() *
                 (warpgroupAtom(gemm, schedule) ? tile::kTilesPerTurn : 1);
  int64_t turns = llvm::divideCeil(paddedK(gemm), turn);
  int64_t slice = llvm::divideCeil(turns, schedule.getSplitK()) * turn;
  int64_t part = slice;
  if (hasAccumulatorGroups(types)) {
    part = schedule.getBlockK();
    if (types.groups > 1 && types.place == ScaleKind::Accumulator)
      part = std::gcd(part, types.groupSize);
    if (types.inputGroups > 1)
      part = std::gcd(part, types.inputGroupSize);
  }
  return OrderAttr::get(gemm.getContext(), schedule.getMma(), slice, part);
}

/// `fitted` with `split` slices of k, where that is a schedule.
static std::optional<ScheduleCandidate> inSlices(GemmOp gemm, const Gpu &gpu,
                                                 int64_t tokens,
                                                 const FittedTile &fitted,
                                                 int64_t split) {
  std::optional<ScheduleCandidate> own =
      estimate(gemm, gpu, tokens, fitted, split);
  int64_t turns = paddedK(gemm) / fitted.blockK /
                  (fitted.kind.isWarpgroup ? tile::kTilesPerTurn : 1);
  if (own || split == 1 || split > turns)
    return own;
  // So many tokens that slices are no use, but the order has them: what the
  // whole takes, and its partial sums, written and read.
  std::optional<ScheduleCandidate> whole =
      estimate(gemm, gpu, tokens, fitted, /*splitK=*/1);
  if (!whole)
    return std::nullopt;
  whole->schedule = fitted.schedule(gemm, split);
  whole->microseconds +=
      2e-3 * split * tokens * paddedN(gemm) * sizeof(float) / gpu.gigabytes;
  return whole;
}

/// Tiles of k half as long as those of the table cost about so much more
/// (docs/performance-log.md, "which schedule").
static constexpr double kShorterTiles = 1.05;

/// Calls `visit` with every schedule of the tables and its time for `tokens`
/// rows: each tile, whatever number of tokens it is for, with stages of each
/// length and each split.
static void forEachSchedule(
    GemmOp gemm, const Arch &arch, const Gpu &gpu, int64_t tokens,
    llvm::function_ref<void(ScheduleAttr schedule, double time)> visit) {
  for (const TileKind &kind : tileKinds(gemm, arch)) {
    for (Tile tile : kind.tiles) {
      if (paddedN(gemm) % tile.blockN)
        continue;
      double factor = 1;
      for (int64_t last = 0; tile.blockK >= tile::kPackedCols;
           tile.blockK /= 2, factor *= kShorterTiles) {
        std::optional<FittedTile> fitted = fitTile(gemm, arch, tile, kind);
        if (!fitted || fitted->blockK == last)
          continue;
        last = fitted->blockK;
        for (int64_t split = 1; split <= kMaxSplit; ++split)
          if (std::optional<ScheduleCandidate> found =
                  inSlices(gemm, gpu, tokens, *fitted, split))
            visit(found->schedule, factor * found->microseconds);
      }
    }
  }
}

OrderAttr humming::fixedOrder(GemmOp gemm, const Arch &arch) {
  if (gemm.getEffectiveNumerics().getOrder() == OrderKind::Any)
    return {};
  SmallVector<int64_t> buckets(tokenBuckets());
  buckets.push_back(kManyTokens);
  // Times over the least time of the bucket, added up over the buckets. Every
  // tile takes any number of rows, so every order is there for each.
  llvm::MapVector<OrderAttr, double> costs;
  for (int64_t tokens : buckets) {
    llvm::MapVector<OrderAttr, double> times;
    double least = std::numeric_limits<double>::max();
    forEachSchedule(
        gemm, arch, gpuFor(arch), tokens,
        [&](ScheduleAttr schedule, double time) {
          double &own =
              times.try_emplace(orderOf(gemm, schedule), time).first->second;
          own = std::min(own, time);
          least = std::min(least, time);
        });
    for (auto [order, time] : times)
      costs[order] += time / least;
  }
  return llvm::min_element(costs, llvm::less_second())->first;
}

ScheduleAttr humming::selectInOrder(GemmOp gemm, const Arch &arch,
                                    const Gpu &gpu, int64_t tokens,
                                    OrderAttr order) {
  ScheduleAttr chosen;
  double least = 0;
  forEachSchedule(
      gemm, arch, gpu, tokens, [&](ScheduleAttr schedule, double time) {
        if ((chosen && time >= least) || orderOf(gemm, schedule) != order)
          return;
        chosen = schedule;
        least = time;
      });
  return chosen;
}

LogicalResult humming::checkOrder(GemmOp gemm, ScheduleAttr schedule,
                                  const Arch &arch) {
  OrderAttr order = fixedOrder(gemm, arch);
  if (!order)
    return success();
  if (schedule.getBlocks())
    return gemm.emitOpError("expected blocks = 0 beside order = fixed: blocks "
                            "share k as the number of tokens says, got ")
           << schedule.getBlocks();
  if (OrderAttr got = orderOf(gemm, schedule); got != order)
    return gemm.emitOpError("expected a schedule that adds in ")
           << order << ", the order of order = fixed on " << arch.name
           << ", got " << got << "; leave out the schedule, or use order = any";
  return success();
}
