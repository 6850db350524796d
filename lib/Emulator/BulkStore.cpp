//===- BulkStore.cpp - cp.async.bulk to global memory ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of bulk copies of boxes from shared memory to a tensor, their groups
// and waits. The data are copied when the instruction runs, but what the copy
// reads and writes belongs to it until the lane that started it waits for its
// group.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Machine.h"
#include "TensorBox.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <algorithm>
#include <cstring>

using namespace mlir;

namespace humming::emulator {

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

/// Copies what of a line is inside of the tensor, from a box at `offset`.
static bool storeLine(const Instruction &inst, Warp &warp, unsigned lane,
                      uint64_t offset, const BoxLine &line, BulkStore &store) {
  Machine &machine = warp.machine;
  SharedMemory &shared = warp.block.shared;
  uint8_t *to =
      machine.global.startCopy(warp.thread(lane), line.address, line.bytes);
  if (!to) {
    warp.fail(inst, machine.global.fault(), lane);
    return false;
  }
  machine.countGlobal(line.address, line.bytes, Access::Write);
  store.written.push_back({line.address, line.bytes});
  uint64_t end = line.start + line.bytes;
  for (uint64_t byte = line.start; byte < end;) {
    uint64_t inChunk = byte % kBulkBytes;
    uint64_t at = offset + swizzle(offset, byte - inChunk);
    const uint8_t *chunk = shared.startStore(warp.thread(lane), at);
    if (!chunk) {
      warp.fail(inst, shared.fault(), lane);
      return false;
    }
    store.offsets.push_back(at);
    uint64_t size = std::min(end - byte, kBulkBytes - inChunk);
    std::memcpy(to + (byte - line.start), chunk + inChunk, size);
    byte += size;
  }
  return true;
}

/// operands: tensor map, source, column, row.
static Step storeTensor(const Instruction &inst, Warp &warp) {
  const uint64_t *maps = warp.lanes<uint64_t>(inst.operands[0]);
  const uint64_t *offsets = warp.lanes<uint64_t>(inst.operands[1]);
  const int32_t *columns = warp.lanes<int32_t>(inst.operands[2]);
  const int32_t *rows = warp.lanes<int32_t>(inst.operands[3]);
  bool good = true;
  forEachLane(warp.active, [&](unsigned lane) {
    good = good && checkAligned(inst, warp, lane, offsets[lane], kBoxLineBytes);
    std::optional<hrtTensor> tensor =
        good ? findTensor(inst, warp, lane, maps[lane]) : std::nullopt;
    if (!tensor) {
      good = false;
      return;
    }
    BulkStore store{&inst, lane, warp.committedStores[lane], {}, {}};
    for (const BoxLine &line : linesOf(*tensor, columns[lane], rows[lane]))
      good = good && storeLine(inst, warp, lane, offsets[lane], line, store);
    warp.stores.push_back(std::move(store));
  });
  return good ? Step::Next : Step::Failed;
}

static Step commitGroup(const Instruction &, Warp &warp) {
  forEachLane(warp.active,
              [&](unsigned lane) { ++warp.committedStores[lane]; });
  return Step::Next;
}

/// immediate: how many of the latest groups may stay in flight.
template <bool OnlyReads>
static Step waitGroup(const Instruction &inst, Warp &warp) {
  Machine &machine = warp.machine;
  llvm::erase_if(warp.stores, [&](BulkStore &store) {
    bool isWaiting = warp.active >> store.lane & 1;
    if (!isWaiting ||
        store.group + inst.immediate >= warp.committedStores[store.lane])
      return false;
    for (uint64_t offset : store.offsets)
      warp.block.shared.finishRead(warp.number, offset);
    store.offsets.clear();
    if (OnlyReads)
      return false;
    for (const MemoryRange &range : store.written)
      machine.global.finishCopy(warp.thread(store.lane), range);
    return true;
  });
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static LogicalResult decodeStore(Decoder &decoder, Operation *op) {
  auto store = cast<NVVM::CpAsyncBulkTensorSharedCTAToGlobalOp>(op);
  if (store.getMode() != NVVM::TMAStoreMode::TILE ||
      store.getCoordinates().size() != 2 || store.getPredicate())
    return refuse(op, "anything but a box of two dimensions");
  const Value operands[] = {store.getTmaDescriptor(), store.getSrcMem(),
                            store.getCoordinates()[0],
                            store.getCoordinates()[1]};
  SmallVector<Plane> planes;
  for (Value operand : operands)
    planes.push_back(decoder.planes(operand)[0]);
  decoder.emit(op, InstructionKind::BulkCopy, {}, planes).effect = storeTensor;
  return success();
}

static LogicalResult decodeCommit(Decoder &decoder, Operation *op) {
  decoder.emit(op, InstructionKind::AsyncFence, {}, {}).effect = commitGroup;
  return success();
}

static LogicalResult decodeWait(Decoder &decoder, Operation *op) {
  auto wait = cast<NVVM::CpAsyncBulkWaitGroupOp>(op);
  Instruction &inst = decoder.emit(op, InstructionKind::AsyncFence, {}, {});
  inst.effect = wait.getRead() ? waitGroup<true> : waitGroup<false>;
  inst.immediate = wait.getGroup();
  return success();
}

void registerBulkStoreHandlers(HandlerTable &table) {
  table["nvvm.cp.async.bulk.tensor.global.shared.cta"] = decodeStore;
  table["nvvm.cp.async.bulk.commit.group"] = decodeCommit;
  table["nvvm.cp.async.bulk.wait_group"] = decodeWait;
}

} // namespace humming::emulator
