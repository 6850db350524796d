//===- WarpgroupSync.cpp - Fences, groups and waits of wgmma --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of wgmma.fence, commit_group and wait_group (inline PTX, tied to the
// accumulators), and of the fence between the generic proxy and the
// asynchronous one.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "Warpgroup.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <cstring>

using namespace mlir;

namespace humming::emulator {

/// operands: what is handed back, as results. immediate: how many of the latest
/// groups may stay in flight.
static Step waitGroup(const Instruction &inst, Warp &warp) {
  if (!warp.block.meet(inst, warp))
    return Step::Failed;
  warp.products.wait(inst.immediate);
  llvm::erase_if(warp.productReads, [&](const ProductRead &read) {
    if (!warp.products.isDone(read.product))
      return false;
    for (uint64_t offset : read.offsets)
      warp.block.shared.finishRead(warp.number, offset);
    return true;
  });
  for (unsigned i = 0; i < inst.numResults; ++i) {
    if (const char *fault =
            warp.products.handBack(inst.results[i], inst.operands[i]))
      return warp.fail(inst, HazardKind::InFlightRegister, fault);
    std::memcpy(warp.lanes<uint32_t>(inst.results[i]),
                warp.lanes<uint32_t>(inst.operands[i]),
                kLanes * sizeof(uint32_t));
  }
  return Step::Next;
}

static Step commitGroup(const Instruction &inst, Warp &warp) {
  if (!warp.block.meet(inst, warp))
    return Step::Failed;
  warp.products.commit();
  return Step::Next;
}

static Step fenceRegisters(const Instruction &inst, Warp &warp) {
  if (!warp.block.meet(inst, warp))
    return Step::Failed;
  warp.products.fence();
  return Step::Next;
}

/// Ordering is kept by warp, so a fence of some lanes counts for nothing, but
/// for the mbarriers that they have initialized.
static Step fenceProxy(const Instruction &, Warp &warp) {
  warp.block.mbarriers.fence(warp.number, warp.active);
  if (warp.active == warp.live())
    warp.machine.ordering.proxyFence(warp.number);
  return Step::Next;
}

/// immediate: the count, and in bit 0, which no count has, whether it grows.
static Step setRegisters(const Instruction &inst, Warp &warp) {
  if (!warp.block.meet(inst, warp))
    return Step::Failed;
  return warp.block.pool.resize(inst, warp, inst.immediate & ~uint64_t(1),
                                inst.immediate & 1);
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

std::string constraintsOf(char sum, unsigned written, StringRef inputs,
                          unsigned updated) {
  std::string text;
  for (unsigned index = 0; index < written; ++index)
    text += std::string("=") + sum + ",";
  for (char input : inputs)
    text += std::string(1, input) + ",";
  for (unsigned index = 0; index < updated; ++index)
    text += std::to_string(index) + ",";
  return text + "~{memory}";
}

FailureOr<ArrayRef<Plane>> defineResult(Decoder &decoder,
                                        LLVM::InlineAsmOp op) {
  return op->getNumResults() ? decoder.define(op->getResult(0))
                             : FailureOr<ArrayRef<Plane>>(ArrayRef<Plane>());
}

LogicalResult decodeWarpgroupWait(Decoder &decoder, LLVM::InlineAsmOp op,
                                  StringRef text) {
  unsigned pending = 0;
  // PTX ISA, wgmma.wait_group: N is 0 to 7.
  if (text.consumeInteger(10, pending) || text != ";" || pending > 7)
    return refuse(op, "expected wgmma.wait_group.sync.aligned 0 to 7");
  FailureOr<ArrayRef<Plane>> results = defineResult(decoder, op);
  if (failed(results))
    return failure();
  // Registers that are kept until here come first, then those handed back.
  SmallVector<Plane> operands;
  for (Value operand : op.getOperands())
    llvm::append_range(operands, decoder.planes(operand));
  size_t count = results->size();
  if (operands.size() < count)
    return refuse(op, "the operands are not the results'");
  size_t kept = operands.size() - count;
  std::string inputs(kept, 'r');
  if (op.getConstraints() != constraintsOf('f', count, inputs, count) &&
      op.getConstraints() != constraintsOf('r', count, inputs, count))
    return refuse(op, "the operands are not the results'");
  decoder.program.startsProducts = true;
  Instruction &inst = decoder.emit(op, InstructionKind::AsyncFence, *results,
                                   ArrayRef(operands).drop_front(kept));
  inst.effect = waitGroup;
  inst.checksProducts = true;
  inst.immediate = pending;
  return success();
}

template <EffectFn Effect>
static LogicalResult decodeBare(Decoder &decoder, Operation *op) {
  decoder.program.startsProducts = true;
  decoder.emit(op, InstructionKind::AsyncFence, {}, {}).effect = Effect;
  return success();
}

static LogicalResult decodeSetRegisters(Decoder &decoder, Operation *op) {
  auto set = cast<NVVM::SetMaxRegisterOp>(op);
  Instruction &inst = decoder.emit(op, InstructionKind::Other, {}, {});
  inst.effect = setRegisters;
  inst.immediate =
      set.getRegCount() +
      (set.getAction() == NVVM::SetMaxRegisterAction::increase ? 1 : 0);
  return success();
}

static LogicalResult decodeProxyFence(Decoder &decoder, Operation *op) {
  auto fence = cast<NVVM::FenceProxyOp>(op);
  if (fence.getKind() != NVVM::ProxyKind::async_shared ||
      fence.getSpace() != NVVM::SharedSpace::shared_cta)
    return refuse(op, "a fence other than of the asynchronous proxy and the "
                      "block's shared memory");
  decoder.emit(op, InstructionKind::AsyncFence, {}, {}).effect = fenceProxy;
  return success();
}

void registerWarpgroupSyncHandlers(HandlerTable &table) {
  table["nvvm.wgmma.fence.aligned"] = decodeBare<fenceRegisters>;
  table["nvvm.wgmma.commit.group.sync.aligned"] = decodeBare<commitGroup>;
  table["nvvm.setmaxregister"] = decodeSetRegisters;
  table["nvvm.fence.proxy"] = decodeProxyFence;
}

} // namespace humming::emulator
