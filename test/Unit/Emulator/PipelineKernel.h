//===- PipelineKernel.h - A producer warp and four consumers ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel in which one warp copies eight tiles through two stages and four
// warps add them up, with a full and an empty mbarrier for each stage. Tests
// run it as it is, and broken in one place.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_EMULATOR_PIPELINEKERNEL_H
#define HUMMING_TEST_UNIT_EMULATOR_PIPELINEKERNEL_H

#include "Emulator/TensorMap.h"
#include "Harness.h"

#include <numeric>

namespace humming::emulator {

/// A stage is 2048 bytes of a run, and a box of 16 lines of 128 bytes. An
/// elected lane starts both copies.
inline const char *const kPipeline = R"(
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
  llvm.func @kernel(%in: !llvm.ptr<1>, %map: !llvm.ptr {llvm.byval = !llvm.array<128 x i8>, llvm.align = 64 : i64, nvvm.grid_constant}, %out: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c4 = llvm.mlir.constant(4 : i32) : i32
    %c8 = llvm.mlir.constant(8 : i32) : i32
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %c127 = llvm.mlir.constant(127 : i32) : i32
    %runBytes = llvm.mlir.constant(2048 : i32) : i32
    %stageBytes = llvm.mlir.constant(4096 : i32) : i32
    %zero = llvm.mlir.zero : vector<4xi32>
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %full = llvm.getelementptr %smem[8192] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %empty = llvm.getelementptr %smem[8208] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    // Every stage has been written by threads before the copies write it.
    %mine = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    llvm.store %zero, %mine : vector<4xi32>, !llvm.ptr<3>
    nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
    %isFirst = llvm.icmp "eq" %tid, %c0 : i32
    llvm.cond_br %isFirst, ^init, ^start
  ^init:
    %full1 = llvm.getelementptr %full[1] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i64
    %empty1 = llvm.getelementptr %empty[1] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i64
    nvvm.mbarrier.init %full, %c1 : !llvm.ptr<3>, i32
    nvvm.mbarrier.init %full1, %c1 : !llvm.ptr<3>, i32
    nvvm.mbarrier.init %empty, %c4 : !llvm.ptr<3>, i32
    nvvm.mbarrier.init %empty1, %c4 : !llvm.ptr<3>, i32
    nvvm.fence.mbarrier.init
    llvm.br ^start
  ^start:
    nvvm.barrier0
    %isConsumer = llvm.icmp "ule" %tid, %c127 : i32
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
    %run = llvm.getelementptr %smem[%pStage] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !llvm.array<4096 x i8>
    %box = llvm.getelementptr %run[2048] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %from = llvm.getelementptr %in[%p] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<2048 x i8>
    %row = llvm.mul %p, %c16 : i32
    nvvm.cp.async.bulk.shared.cluster.global %run, %from, %pFull, %runBytes : !llvm.ptr<3>, !llvm.ptr<1>
    %boxTo = llvm.addrspacecast %box : !llvm.ptr<3> to !llvm.ptr<7>
    nvvm.cp.async.bulk.tensor.shared.cluster.global %boxTo, %map, %pFull, box[%c0, %row] : !llvm.ptr<7>, !llvm.ptr
    %pNext = llvm.add %p, %c1 : i32
    %pMore = llvm.icmp "slt" %pNext, %c8 : i32
    llvm.cond_br %pMore, ^fill(%pNext : i32), ^end

  ^consumer:
    %other = llvm.sub %c127, %tid : i32
    llvm.br ^use(%c0, %zero : i32, vector<4xi32>)
  ^use(%c: i32, %sum: vector<4xi32>):
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
    %base = llvm.getelementptr %smem[%stage] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !llvm.array<4096 x i8>
    %at = llvm.getelementptr %base[%other] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %boxAt = llvm.getelementptr %at[2048] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %x = llvm.load %at : !llvm.ptr<3> -> vector<4xi32>
    %y = llvm.load %boxAt : !llvm.ptr<3> -> vector<4xi32>
    nvvm.bar.warp.sync MASK : i32
    %isLeader = llvm.icmp "eq" %lane, %c0 : i32
    llvm.cond_br %isLeader, ^release, ^next
  ^release:
    %state = nvvm.mbarrier.arrive %cEmpty : !llvm.ptr<3> -> i64
    llvm.br ^next
  ^next:
    %z = llvm.add %x, %y : vector<4xi32>
    %new = llvm.add %sum, %z : vector<4xi32>
    %cNext = llvm.add %c, %c1 : i32
    %cMore = llvm.icmp "slt" %cNext, %c8 : i32
    llvm.cond_br %cMore, ^use(%cNext, %new : i32, vector<4xi32>), ^write
  ^write:
    %result = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    llvm.store %new, %result : vector<4xi32>, !llvm.ptr<1>
    llvm.br ^end
  ^end:
    llvm.return
  }
})";

/// The kernel's text, with the mask of all lanes spelled out.
inline std::string pipeline() {
  return edited(edited(kPipeline, "MASK", "%all"), "    %c0 = ",
                "    %all = llvm.mlir.constant(-1 : i32) : i32\n    %c0 = ");
}

/// Runs `text` on data of its own. `results` receives what it wrote.
inline LaunchResult runPipeline(const std::string &text,
                                std::optional<uint64_t> seed,
                                std::vector<uint32_t> *results = nullptr) {
  Harness harness;
  harness.options.seed = seed;
  harness.config.block = {160, 1, 1};
  harness.config.dynamicSharedBytes = 8192 + 32;
  std::unique_ptr<Module> module = harness.parse(text);
  EXPECT_TRUE(module) << harness.diagnostics;
  if (!module)
    return {};
  std::vector<uint32_t> input(8 * 512), matrix(8 * 512);
  std::iota(input.begin(), input.end(), 0);
  std::iota(matrix.begin(), matrix.end(), 1 << 20);
  uint64_t in = harness.upload(input), out = harness.memory.allocate(2048);
  // 128 rows of 32 words, of which a kernel may see fewer.
  hrtTensor tensor = {harness.upload(matrix), 120, 30, 128, 4, 16};
  hrtTensorMap map;
  encodeTensorMap(tensor, map);
  LaunchResult result = harness.launch(*module->getKernels()[0], in, map, out);
  if (results)
    *results = harness.download<uint32_t>(out, 512);
  return result;
}

} // namespace humming::emulator

#endif // HUMMING_TEST_UNIT_EMULATOR_PIPELINEKERNEL_H
