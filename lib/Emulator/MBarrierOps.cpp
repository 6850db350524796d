//===- MBarrierOps.cpp - mbarrier.init, arrive, try_wait ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of the nvvm ops on mbarriers in shared memory. What they do is in
// MBarriers.cpp; here lanes are sorted by mbarrier, and forms that are not
// emulated refused.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Machine.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace humming::emulator {

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

/// operands: address, count.
static Step initialize(const Instruction &inst, Warp &warp) {
  const uint64_t *addresses = warp.lanes<uint64_t>(inst.operands[0]);
  const uint32_t *counts = warp.lanes<uint32_t>(inst.operands[1]);
  bool good = true;
  forEachLane(warp.active, [&](unsigned lane) {
    good = good && warp.block.mbarriers.init(inst, warp, lane, addresses[lane],
                                             counts[lane]);
  });
  return good ? Step::Next : Step::Failed;
}

static Step fenceInitialization(const Instruction &, Warp &warp) {
  warp.block.mbarriers.fence(warp.number, warp.active);
  return Step::Next;
}

/// operands: address, arrivals of each lane, bytes it expects. The mbarrier may
/// be another block's.
static Step arrive(const Instruction &inst, Warp &warp) {
  const uint64_t *addresses = warp.lanes<uint64_t>(inst.operands[0]);
  const uint32_t *counts = warp.lanes<uint32_t>(inst.operands[1]);
  const uint32_t *expected = warp.lanes<uint32_t>(inst.operands[2]);
  for (LaneMask left = warp.active; left;) {
    unsigned first = llvm::countr_zero(left);
    LaneMask here = 0;
    uint64_t arrivals = 0, bytes = 0;
    forEachLane(left, [&](unsigned lane) {
      if (addresses[lane] != addresses[first])
        return;
      here |= LaneMask(1) << lane;
      arrivals += counts[lane];
      bytes += expected[lane];
    });
    left &= ~here;
    uint64_t offset = 0;
    ThreadBlock *block = blockAt(inst, warp, first, addresses[first], offset);
    MBarrier *barrier =
        block ? block->mbarriers.find(inst, warp, first, offset) : nullptr;
    if (!barrier ||
        !block->mbarriers.arrive(inst, warp, here, *barrier, arrivals, bytes))
      return Step::Failed;
  }
  return Step::Next;
}

/// operands: address, parity. results: whether the phase has completed.
static Step tryWait(const Instruction &inst, Warp &warp) {
  std::optional<uint64_t> address = warp.uniform<uint64_t>(inst.operands[0]);
  std::optional<uint32_t> parity = warp.uniform(inst.operands[1]);
  if (!address || !parity)
    return warp.fail(inst, HazardKind::Invalid,
                     "expected one mbarrier and one parity in all lanes");
  MBarrier *barrier = warp.block.mbarriers.find(
      inst, warp, llvm::countr_zero(warp.active), *address);
  if (!barrier)
    return Step::Failed;
  bool ready = false;
  Step step = warp.block.mbarriers.wait(inst, warp, *barrier, *parity, ready);
  uint8_t *results = warp.lanes<uint8_t>(inst.results[0]);
  forEachLane(warp.active, [&](unsigned lane) { results[lane] = ready; });
  return step;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static unsigned spaceOf(Value address) {
  return cast<LLVM::LLVMPointerType>(address.getType()).getAddressSpace();
}

static LogicalResult checkShared(Operation *op, Value address) {
  constexpr unsigned kShared = 3;
  return spaceOf(address) == kShared
             ? success()
             : refuse(op, "expected a pointer to the block's shared memory");
}

static LogicalResult decodeInitialize(Decoder &decoder, Operation *op) {
  auto init = cast<NVVM::MBarrierInitOp>(op);
  if (init.getPredicate())
    return refuse(op, "predicates");
  if (failed(checkShared(op, init.getAddr())))
    return failure();
  decoder
      .emit(op, InstructionKind::MBarrier, {},
            {decoder.planes(init.getAddr())[0],
             decoder.planes(init.getCount())[0]})
      .effect = initialize;
  return success();
}

static LogicalResult decodeFence(Decoder &decoder, Operation *op) {
  decoder.emit(op, InstructionKind::AsyncFence, {}, {}).effect =
      fenceInitialization;
  return success();
}

/// mbarrier.arrive, with or without expect_tx.
static LogicalResult emitArrive(Decoder &decoder, Operation *op, Value address,
                                Plane arrivals, Plane bytes, bool relaxed) {
  if (relaxed)
    return refuse(op, "arrivals that order nothing");
  if (!op->use_empty())
    return refuse(op, "the state that it returns; wait by parity");
  decoder
      .emit(op, InstructionKind::MBarrier, {},
            {decoder.planes(address)[0], arrivals, bytes})
      .effect = arrive;
  return success();
}

static LogicalResult decodeArrive(Decoder &decoder, Operation *op) {
  auto arriveOp = cast<NVVM::MBarrierArriveOp>(op);
  Plane arrivals = arriveOp.getCount() ? decoder.planes(arriveOp.getCount())[0]
                                       : decoder.constant(1, 2);
  if (spaceOf(arriveOp.getAddr()) != kClusterSpace &&
      failed(checkShared(op, arriveOp.getAddr())))
    return failure();
  return emitArrive(decoder, op, arriveOp.getAddr(), arrivals,
                    decoder.constant(0, 2), arriveOp.getRelaxed());
}

static LogicalResult decodeArriveExpect(Decoder &decoder, Operation *op) {
  auto arriveOp = cast<NVVM::MBarrierArriveExpectTxOp>(op);
  if (arriveOp.getPredicate())
    return refuse(op, "predicates");
  if (failed(checkShared(op, arriveOp.getAddr())))
    return failure();
  return emitArrive(decoder, op, arriveOp.getAddr(), decoder.constant(1, 2),
                    decoder.planes(arriveOp.getTxcount())[0],
                    arriveOp.getRelaxed());
}

static LogicalResult decodeTryWait(Decoder &decoder, Operation *op) {
  auto wait = cast<NVVM::MBarrierTryWaitOp>(op);
  if (!wait.getStateOrPhase().getType().isInteger(32))
    return refuse(op, "waits for a state; wait by parity");
  if (wait.getRelaxed())
    return refuse(op, "waits that order nothing");
  if (failed(checkShared(op, wait.getAddr())))
    return failure();
  FailureOr<ArrayRef<Plane>> result = decoder.define(wait.getRes());
  if (failed(result))
    return failure();
  Instruction &inst = decoder.emit(op, InstructionKind::MBarrier, *result,
                                   {decoder.planes(wait.getAddr())[0],
                                    decoder.planes(wait.getStateOrPhase())[0]});
  inst.effect = tryWait;
  return success();
}

void registerMBarrierHandlers(HandlerTable &table) {
  table["nvvm.mbarrier.init"] = decodeInitialize;
  table["nvvm.fence.mbarrier.init"] = decodeFence;
  table["nvvm.mbarrier.arrive"] = decodeArrive;
  table["nvvm.mbarrier.arrive.expect_tx"] = decodeArriveExpect;
  table["nvvm.mbarrier.try_wait"] = decodeTryWait;
}

} // namespace humming::emulator
