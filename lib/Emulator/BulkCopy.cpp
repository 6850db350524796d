//===- BulkCopy.cpp - cp.async.bulk and st.async --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of bulk copies from global to shared memory: of a run of bytes, and
// of a box of a tensor map, swizzled by 128 bytes; and of stores of registers
// to a block's shared memory (inline PTX). The data are copied when the
// instruction runs, but belong to the copy until it lands and somebody waits
// for the phase of the mbarrier that counts its bytes.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Machine.h"
#include "TensorBox.h"
#include "Warpgroup.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace humming::emulator {

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

/// The blocks that a copy goes to, by the bits of `mask`: at one offset in each
/// of them, counted by the mbarrier at one offset. Null, with a hazard, where
/// one may not be there.
using Targets = SmallVector<ThreadBlock *, kMaxClusterBlocks>;
static std::optional<Targets> findTargets(const Instruction &inst, Warp &warp,
                                          unsigned lane, uint32_t mask) {
  if (!mask) {
    warp.fail(inst, HazardKind::Invalid, "expected a block in the mask", lane);
    return std::nullopt;
  }
  Targets targets;
  for (; mask; mask &= mask - 1) {
    ThreadBlock *block = findBlock(inst, warp, lane, llvm::countr_zero(mask));
    if (!block)
      return std::nullopt;
    targets.push_back(block);
  }
  return targets;
}

/// Takes `size` bytes at `offset` of `target` for a copy that its mbarrier at
/// `barrier` counts. Returns the bytes, or null with a hazard.
static uint8_t *take(const Instruction &inst, Warp &warp, unsigned lane,
                     ThreadBlock &target, uint64_t offset, uint32_t size,
                     uint64_t barrier) {
  MBarriers &mbarriers = target.mbarriers;
  MBarrier *counter = mbarriers.find(inst, warp, lane, barrier);
  if (!counter || !mbarriers.checkFence(inst, warp, lane, *counter))
    return nullptr;
  uint8_t *to = target.shared.startBulkCopy(warp.thread(lane), counter->copier,
                                            offset, size);
  if (!to) {
    warp.fail(inst, target.shared.fault(), lane);
    return nullptr;
  }
  bool started = mbarriers.startCopy(inst, warp, lane, {counter, offset, size});
  return started ? to : nullptr;
}

/// Copies `data` to each block of `mask`.
static bool copyTo(const Instruction &inst, Warp &warp, unsigned lane,
                   uint32_t mask, uint64_t offset, uint64_t barrier,
                   ArrayRef<uint8_t> data) {
  std::optional<Targets> targets = findTargets(inst, warp, lane, mask);
  if (!targets)
    return false;
  for (ThreadBlock *target : *targets) {
    uint8_t *to = take(inst, warp, lane, *target, offset, data.size(), barrier);
    if (!to)
      return false;
    std::memcpy(to, data.data(), data.size());
  }
  return true;
}

static const uint8_t *readGlobal(const Instruction &inst, Warp &warp,
                                 unsigned lane, uint64_t address,
                                 uint32_t size) {
  Machine &machine = warp.machine;
  const uint8_t *from = machine.global.read(warp.thread(lane), address, size);
  if (!from)
    warp.fail(inst, machine.global.fault(), lane);
  else
    machine.countGlobal(address, size, Access::Read);
  return from;
}

static bool copyRun(const Instruction &inst, Warp &warp, unsigned lane,
                    uint32_t mask, uint64_t offset, uint64_t source,
                    uint64_t barrier, uint32_t size) {
  if (size == 0 || size % kBulkBytes) {
    warp.fail(inst, HazardKind::Invalid,
              "expected a multiple of 16 bytes, got " + Twine(size), lane);
    return false;
  }
  if (!checkAligned(inst, warp, lane, offset, kBulkBytes) ||
      !checkAligned(inst, warp, lane, source, kBulkBytes))
    return false;
  const uint8_t *from = readGlobal(inst, warp, lane, source, size);
  return from &&
         copyTo(inst, warp, lane, mask, offset, barrier, ArrayRef(from, size));
}

/// The blocks that lane `lane` copies to: the operand behind the first
/// `operands`, or this block alone.
static uint32_t maskOf(const Instruction &inst, Warp &warp, unsigned lane,
                       unsigned operands) {
  if (inst.numOperands > operands)
    return warp.lanes<uint16_t>(inst.operands[operands])[lane];
  return uint32_t(1) << warp.block.rank;
}

/// operands: destination, source, mbarrier, bytes, and maybe a mask of blocks.
static Step copyBulk(const Instruction &inst, Warp &warp) {
  const uint64_t *offsets = warp.lanes<uint64_t>(inst.operands[0]);
  const uint64_t *sources = warp.lanes<uint64_t>(inst.operands[1]);
  const uint64_t *barriers = warp.lanes<uint64_t>(inst.operands[2]);
  const uint32_t *sizes = warp.lanes<uint32_t>(inst.operands[3]);
  bool good = true;
  forEachLane(warp.active, [&](unsigned lane) {
    good = good &&
           copyRun(inst, warp, lane, maskOf(inst, warp, lane, 4), offsets[lane],
                   sources[lane], barriers[lane], sizes[lane]);
  });
  return good ? Step::Next : Step::Failed;
}

/// The box whose first element is (row, column) of the tensor. What lies
/// outside is zero, and its bytes count all the same.
static bool copyBox(const Instruction &inst, Warp &warp, unsigned lane,
                    uint32_t mask, uint64_t offset, const hrtTensor &tensor,
                    int64_t column, int64_t row, uint64_t barrier) {
  if (!checkAligned(inst, warp, lane, offset, kBoxLineBytes))
    return false;
  std::vector<uint8_t> data(tensor.boxRows * kBoxLineBytes);
  for (const BoxLine &line : linesOf(tensor, column, row)) {
    const uint8_t *from =
        readGlobal(inst, warp, lane, line.address, line.bytes);
    if (!from)
      return false;
    for (uint32_t byte = 0; byte < line.bytes; ++byte)
      data[swizzle(offset, line.start + byte)] = from[byte];
  }
  return copyTo(inst, warp, lane, mask, offset, barrier, data);
}

/// operands: destination, tensor map, mbarrier, column, row, and maybe a mask
/// of blocks.
static Step copyTensor(const Instruction &inst, Warp &warp) {
  const uint64_t *offsets = warp.lanes<uint64_t>(inst.operands[0]);
  const uint64_t *maps = warp.lanes<uint64_t>(inst.operands[1]);
  const uint64_t *barriers = warp.lanes<uint64_t>(inst.operands[2]);
  const int32_t *columns = warp.lanes<int32_t>(inst.operands[3]);
  const int32_t *rows = warp.lanes<int32_t>(inst.operands[4]);
  bool good = true;
  forEachLane(warp.active, [&](unsigned lane) {
    std::optional<hrtTensor> tensor =
        good ? findTensor(inst, warp, lane, maps[lane]) : std::nullopt;
    good = tensor &&
           copyBox(inst, warp, lane, maskOf(inst, warp, lane, 5), offsets[lane],
                   *tensor, columns[lane], rows[lane], barriers[lane]);
  });
  return good ? Step::Next : Step::Failed;
}

/// operands: addresses of the memory and of the mbarrier, and words.
static Step storeAsync(const Instruction &inst, Warp &warp) {
  const uint64_t *addresses = warp.lanes<uint64_t>(inst.operands[0]);
  const uint64_t *barriers = warp.lanes<uint64_t>(inst.operands[1]);
  uint32_t words = inst.numOperands - 2, bytes = words * sizeof(uint32_t);
  bool good = true;
  forEachLane(warp.active, [&](unsigned lane) {
    if (!good || !checkAligned(inst, warp, lane, addresses[lane], bytes)) {
      good = false;
      return;
    }
    uint64_t strides = addresses[lane] / kClusterStride;
    if (strides != barriers[lane] / kClusterStride) {
      warp.fail(inst, HazardKind::Invalid,
                "expected memory and mbarrier of one block", lane);
      good = false;
      return;
    }
    ThreadBlock *target =
        strides ? findBlock(inst, warp, lane, strides - 1) : &warp.block;
    uint8_t *to = target ? take(inst, warp, lane, *target,
                                addresses[lane] % kClusterStride, bytes,
                                barriers[lane] % kClusterStride)
                         : nullptr;
    for (uint32_t word = 0; to && word < words; ++word)
      std::memcpy(to + word * sizeof(uint32_t),
                  &warp.lanes<uint32_t>(inst.operands[2 + word])[lane],
                  sizeof(uint32_t));
    good = to;
  });
  return good ? Step::Next : Step::Failed;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static LogicalResult emitCopy(Decoder &decoder, Operation *op, EffectFn effect,
                              ValueRange operands, Value mask) {
  SmallVector<Plane> planes;
  for (Value operand : operands)
    planes.push_back(decoder.planes(operand)[0]);
  if (mask)
    planes.push_back(decoder.planes(mask)[0]);
  decoder.program.startsBulkCopies = true;
  decoder.emit(op, InstructionKind::BulkCopy, {}, planes).effect = effect;
  return success();
}

static LogicalResult decodeBulkCopy(Decoder &decoder, Operation *op) {
  auto copy = cast<NVVM::CpAsyncBulkGlobalToSharedClusterOp>(op);
  return emitCopy(
      decoder, op, copyBulk,
      {copy.getDstMem(), copy.getSrcMem(), copy.getMbar(), copy.getSize()},
      copy.getMulticastMask());
}

static LogicalResult decodeTensorCopy(Decoder &decoder, Operation *op) {
  auto copy = cast<NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp>(op);
  if (copy.getMode() != NVVM::TMALoadMode::TILE ||
      copy.getCoordinates().size() != 2 || copy.getPredicate() ||
      copy.getGroup())
    return refuse(op, "anything but a box of two dimensions");
  return emitCopy(decoder, op, copyTensor,
                  {copy.getDstMem(), copy.getTmaDescriptor(), copy.getMbar(),
                   copy.getCoordinates()[0], copy.getCoordinates()[1]},
                  copy.getMulticastMask());
}

LogicalResult decodeStoreAsync(Decoder &decoder, LLVM::InlineAsmOp op,
                               StringRef text) {
  const std::pair<StringRef, StringRef> forms[] = {
      {"b32 [$0], $2, [$1];", "l,l,r,~{memory}"},
      {"v2.b32 [$0], {$2, $3}, [$1];", "l,l,r,r,~{memory}"},
      {"v4.b32 [$0], {$2, $3, $4, $5}, [$1];", "l,l,r,r,r,r,~{memory}"}};
  if (!llvm::is_contained(forms, std::pair(text, op.getConstraints())))
    return refuse(op, "expected st.async of 1, 2 or 4 words of 32 bits");
  SmallVector<Plane> planes;
  for (Value operand : op.getOperands())
    planes.push_back(decoder.planes(operand)[0]);
  decoder.program.startsBulkCopies = true;
  decoder.emit(op, InstructionKind::BulkCopy, {}, planes).effect = storeAsync;
  return success();
}

void registerBulkCopyHandlers(HandlerTable &table) {
  table["nvvm.cp.async.bulk.shared.cluster.global"] = decodeBulkCopy;
  table["nvvm.cp.async.bulk.tensor.shared.cluster.global"] = decodeTensorCopy;
}

} // namespace humming::emulator
