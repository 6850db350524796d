//===- ClusterKernels.h - Blocks that share what they copy ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two kernels of clusters of two blocks. In one, blocks write each other's
// shared memory. In the other a warp of each block copies eight tiles through
// two stages: a run of its own, and half of a box that both get. Tests run them
// as they are, and broken in one place.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_EMULATOR_CLUSTERKERNELS_H
#define HUMMING_TEST_UNIT_EMULATOR_CLUSTERKERNELS_H

#include "Emulator/TensorMap.h"
#include "Harness.h"

#include <numeric>

namespace humming::emulator {

/// Each thread of 64 adds its number to 100 times its block's, gives the sum to
/// the mirrored thread of its own block, and then of the other.
inline const char *const kExchange = R"(
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>
  llvm.func @kernel(%out: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.cluster_dim = array<i32: 2, 1, 1>} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %block = nvvm.read.ptx.sreg.ctaid.x : i32
    %rank = nvvm.read.ptx.sreg.cluster.ctarank : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c63 = llvm.mlir.constant(63 : i32) : i32
    %c64 = llvm.mlir.constant(64 : i32) : i32
    %c100 = llvm.mlir.constant(100 : i32) : i32
    %other = llvm.xor %rank, %c1 : i32
    %mirror = llvm.sub %c63, %tid : i32
    %hundreds = llvm.mul %block, %c100 : i32
    %mine = llvm.add %hundreds, %tid : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %own = llvm.getelementptr %smem[%mirror] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    %here = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    nvvm.cluster.arrive.relaxed
    llvm.store %mine, %own : i32, !llvm.ptr<3>
    nvvm.barrier0
    %x = llvm.load %here : !llvm.ptr<3> -> i32
    nvvm.cluster.wait
    // Both have read what is overwritten now.
    nvvm.cluster.arrive
    nvvm.cluster.wait
    %theirs = nvvm.mapa %smem, %other : !llvm.ptr<3> -> !llvm.ptr<7>
    %there = llvm.getelementptr %theirs[%mirror] : (!llvm.ptr<7>, i32) -> !llvm.ptr<7>, i32
    llvm.store %mine, %there : i32, !llvm.ptr<7>
    // Both have written.
    nvvm.cluster.arrive
    nvvm.cluster.wait
    %y = llvm.load %here : !llvm.ptr<3> -> i32
    %sum = llvm.add %x, %y : i32
    %start = llvm.mul %block, %c64 : i32
    %place = llvm.add %start, %tid : i32
    %result = llvm.getelementptr %out[%place] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %sum, %result : i32, !llvm.ptr<1>
    llvm.return
  }
})";

/// Two warps of each block multiply, the third copies. A stage is 512 bytes of
/// a run of the block's own, and a box of 8 lines of 128 bytes, of which each
/// block copies 4 for both.
inline const char *const kMulticast = R"(
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
  llvm.func @kernel(%in: !llvm.ptr<1>, %map: !llvm.ptr {llvm.byval = !llvm.array<128 x i8>, llvm.align = 64 : i64, nvvm.grid_constant}, %out: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.cluster_dim = array<i32: 2, 1, 1>} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %block = nvvm.read.ptx.sreg.ctaid.x : i32
    %rank = nvvm.read.ptx.sreg.cluster.ctarank : i32
    %all = llvm.mlir.constant(-1 : i32) : i32
    %both = llvm.mlir.constant(3 : i16) : i16
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c2 = llvm.mlir.constant(2 : i32) : i32
    %c4 = llvm.mlir.constant(4 : i32) : i32
    %c8 = llvm.mlir.constant(8 : i32) : i32
    %c63 = llvm.mlir.constant(63 : i32) : i32
    %c64 = llvm.mlir.constant(64 : i32) : i32
    %leavers = llvm.mlir.constant(4 : i32) : i32
    %runBytes = llvm.mlir.constant(512 : i32) : i32
    %stageBytes = llvm.mlir.constant(1536 : i32) : i32
    %zero = llvm.mlir.zero : vector<2xi32>
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %full = llvm.getelementptr %smem[4096] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %empty = llvm.getelementptr %smem[4112] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %isFirst = llvm.icmp "eq" %tid, %c0 : i32
    llvm.cond_br %isFirst, ^init, ^start
  ^init:
    %full1 = llvm.getelementptr %full[1] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i64
    %empty1 = llvm.getelementptr %empty[1] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i64
    nvvm.mbarrier.init %full, %c1 : !llvm.ptr<3>, i32
    nvvm.mbarrier.init %full1, %c1 : !llvm.ptr<3>, i32
    nvvm.mbarrier.init %empty, %leavers : !llvm.ptr<3>, i32
    nvvm.mbarrier.init %empty1, %leavers : !llvm.ptr<3>, i32
    nvvm.fence.mbarrier.init
    llvm.br ^start
  ^start:
    nvvm.cluster.arrive
    nvvm.cluster.wait
    %isConsumer = llvm.icmp "ule" %tid, %c63 : i32
    llvm.cond_br %isConsumer, ^consumer, ^producer

  ^producer:
    %elected = nvvm.elect.sync -> i1
    llvm.cond_br %elected, ^fill(%c0 : i32), ^end
  ^fill(%p: i32):
    %pStage = llvm.and %p, %c1 : i32
    %pTurn = llvm.lshr %p, %c1 : i32
    %pOdd = llvm.and %pTurn, %c1 : i32
    %pParity = llvm.xor %pOdd, %c1 : i32
    %pFull = llvm.getelementptr %full[%pStage] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i64
    %pEmpty = llvm.getelementptr %empty[%pStage] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i64
    llvm.br ^awaitEmpty
  ^awaitEmpty:
    %isEmpty = nvvm.mbarrier.try_wait %pEmpty, %pParity : !llvm.ptr<3>, i32 -> i1
    llvm.cond_br %isEmpty, ^copy, ^awaitEmpty
  ^copy:
    nvvm.mbarrier.arrive.expect_tx %pFull, %stageBytes : !llvm.ptr<3>, i32
    %box = llvm.getelementptr %smem[%pStage] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !llvm.array<2048 x i8>
    %run = llvm.getelementptr %box[1024] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %part = llvm.getelementptr %box[%rank] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !llvm.array<512 x i8>
    %eights = llvm.mul %block, %c8 : i32
    %piece = llvm.add %eights, %p : i32
    %from = llvm.getelementptr %in[%piece] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<512 x i8>
    %row8 = llvm.mul %p, %c8 : i32
    %row4 = llvm.mul %rank, %c4 : i32
    %row = llvm.add %row8, %row4 : i32
    nvvm.cp.async.bulk.shared.cluster.global %run, %from, %pFull, %runBytes : !llvm.ptr<3>, !llvm.ptr<1>
    %boxTo = llvm.addrspacecast %part : !llvm.ptr<3> to !llvm.ptr<7>
    nvvm.cp.async.bulk.tensor.shared.cluster.global %boxTo, %map, %pFull, box[%c0, %row] multicast_mask = %both : !llvm.ptr<7>, !llvm.ptr
    %pNext = llvm.add %p, %c1 : i32
    %pMore = llvm.icmp "slt" %pNext, %c8 : i32
    llvm.cond_br %pMore, ^fill(%pNext : i32), ^end

  ^consumer:
    %other = llvm.sub %c63, %tid : i32
    llvm.br ^use(%c0, %zero : i32, vector<2xi32>)
  ^use(%c: i32, %sum: vector<2xi32>):
    %stage = llvm.and %c, %c1 : i32
    %turn = llvm.lshr %c, %c1 : i32
    %parity = llvm.and %turn, %c1 : i32
    %cFull = llvm.getelementptr %full[%stage] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i64
    %cEmpty = llvm.getelementptr %empty[%stage] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i64
    llvm.br ^awaitFull
  ^awaitFull:
    %isFull = nvvm.mbarrier.try_wait %cFull, %parity : !llvm.ptr<3>, i32 -> i1
    llvm.cond_br %isFull, ^read, ^awaitFull
  ^read:
    %base = llvm.getelementptr %smem[%stage] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !llvm.array<2048 x i8>
    %at = llvm.getelementptr %base[%other] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<2xi32>
    %upper = llvm.getelementptr %at[512] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %runAt = llvm.getelementptr %at[1024] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %x = llvm.load %at : !llvm.ptr<3> -> vector<2xi32>
    %y = llvm.load %upper : !llvm.ptr<3> -> vector<2xi32>
    %z = llvm.load %runAt : !llvm.ptr<3> -> vector<2xi32>
    nvvm.bar.warp.sync %all : i32
    %leads = llvm.icmp "ult" %lane, %c2 : i32
    llvm.cond_br %leads, ^release, ^next
  ^release:
    %theirs = nvvm.mapa %cEmpty, %lane : !llvm.ptr<3> -> !llvm.ptr<7>
    nvvm.mbarrier.arrive %theirs : !llvm.ptr<7>
    llvm.br ^next
  ^next:
    %xy = llvm.add %x, %y : vector<2xi32>
    %xyz = llvm.add %xy, %z : vector<2xi32>
    %new = llvm.add %sum, %xyz : vector<2xi32>
    %cNext = llvm.add %c, %c1 : i32
    %cMore = llvm.icmp "slt" %cNext, %c8 : i32
    llvm.cond_br %cMore, ^use(%cNext, %new : i32, vector<2xi32>), ^write
  ^write:
    %start = llvm.mul %block, %c64 : i32
    %place = llvm.add %start, %tid : i32
    %result = llvm.getelementptr %out[%place] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<2xi32>
    llvm.store %new, %result : vector<2xi32>, !llvm.ptr<1>
    llvm.br ^end
  ^end:
    nvvm.cluster.arrive
    nvvm.cluster.wait
    llvm.return
  }
})";

/// kMulticast where a copying warp waits until all have left its last tiles,
/// and blocks do not meet at the end.
inline std::string awaitingTheLast() {
  std::string text = edited(kMulticast, "^fill(%pNext : i32), ^end",
                            "^fill(%pNext : i32), ^last");
  text = edited(text, "  ^consumer:\n", R"(  ^last:
    %second = llvm.getelementptr %empty[1] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i64
    llvm.br ^awaitFirst
  ^awaitFirst:
    %isLeft = nvvm.mbarrier.try_wait %empty, %c1 : !llvm.ptr<3>, i32 -> i1
    llvm.cond_br %isLeft, ^awaitSecond, ^awaitFirst
  ^awaitSecond:
    %isLeftToo = nvvm.mbarrier.try_wait %second, %c1 : !llvm.ptr<3>, i32 -> i1
    llvm.cond_br %isLeftToo, ^end, ^awaitSecond
  ^consumer:
)");
  return edited(text,
                "  ^end:\n    nvvm.cluster.arrive\n    "
                "nvvm.cluster.wait\n",
                "  ^end:\n");
}

constexpr unsigned kClusterBlocks = 4;

/// Runs four blocks of kExchange. `results` receives what they wrote.
inline LaunchResult runExchange(const std::string &text,
                                std::optional<uint64_t> seed,
                                std::vector<uint32_t> *results = nullptr) {
  Harness harness;
  harness.options.seed = seed;
  harness.config.grid = {kClusterBlocks, 1, 1};
  harness.config.block = {64, 1, 1};
  harness.config.dynamicSharedBytes = 256;
  std::unique_ptr<Module> module = harness.parse(text);
  EXPECT_TRUE(module) << harness.diagnostics;
  if (!module)
    return {};
  uint64_t out = harness.memory.allocate(kClusterBlocks * 256);
  LaunchResult result = harness.launch(*module->getKernels()[0], out);
  if (results)
    *results = harness.download<uint32_t>(out, kClusterBlocks * 64);
  return result;
}

/// Runs four blocks of kMulticast on data of its own.
inline LaunchResult runMulticast(const std::string &text,
                                 std::optional<uint64_t> seed,
                                 std::vector<uint32_t> *results = nullptr) {
  Harness harness;
  harness.options.seed = seed;
  harness.config.grid = {kClusterBlocks, 1, 1};
  harness.config.block = {96, 1, 1};
  harness.config.dynamicSharedBytes = 4096 + 32;
  std::unique_ptr<Module> module = harness.parse(text);
  EXPECT_TRUE(module) << harness.diagnostics;
  if (!module)
    return {};
  std::vector<uint32_t> runs(kClusterBlocks * 8 * 128), matrix(64 * 32);
  std::iota(runs.begin(), runs.end(), 0);
  std::iota(matrix.begin(), matrix.end(), 1 << 20);
  uint64_t in = harness.upload(runs);
  hrtTensorMap map;
  encodeTensorMap({harness.upload(matrix), 64, 32, 128, 4, 4}, map);
  uint64_t out = harness.memory.allocate(kClusterBlocks * 512);
  LaunchResult result = harness.launch(*module->getKernels()[0], in, map, out);
  if (results)
    *results = harness.download<uint32_t>(out, kClusterBlocks * 128);
  return result;
}

} // namespace humming::emulator

#endif // HUMMING_TEST_UNIT_EMULATOR_CLUSTERKERNELS_H
