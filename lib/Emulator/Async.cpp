//===- Async.cpp - cp.async -----------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of cp.async, its groups and waits. The data are copied when the
// instruction runs, but belong to the copy until the issuing thread waits for
// their group: until then every access to them is a hazard, and after it they
// are that thread's writes, which others may read behind a barrier.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Machine.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <cstring>

using namespace mlir;

namespace humming::emulator {

/// operands: destination, source, bytes to read. immediate: bytes to write.
static Step copyAsync(const Instruction &inst, Warp &warp) {
  Machine &machine = warp.machine;
  const uint64_t *offsets = warp.lanes<uint64_t>(inst.operands[0]);
  const uint64_t *sources = warp.lanes<uint64_t>(inst.operands[1]);
  const uint32_t *sourceSizes = warp.lanes<uint32_t>(inst.operands[2]);
  const uint32_t size = inst.immediate;
  LaneMask reading = 0;
  AsyncCopy copy;
  copy.mask = warp.active;
  copy.size = size;
  Step step = Step::Next;
  forEachLane(warp.active, [&](unsigned lane) {
    if (step != Step::Next)
      return;
    uint32_t sourceSize = sourceSizes[lane];
    if (sourceSize > size) {
      step = warp.fail(inst, HazardKind::Invalid,
                       "expected at most " + Twine(size) +
                           " bytes to read, got " + Twine(sourceSize),
                       lane);
      return;
    }
    // PTX ISA 9.7.9.25.3.1: both addresses are aligned to the size copied.
    uint64_t misaligned = offsets[lane] % size   ? offsets[lane]
                          : sources[lane] % size ? sources[lane]
                                                 : 0;
    if (misaligned) {
      step =
          warp.fail(inst, HazardKind::Misaligned,
                    "expected an address that is a multiple of " + Twine(size),
                    lane, misaligned);
      return;
    }
    const uint8_t *from = nullptr;
    if (sourceSize) {
      reading |= LaneMask(1) << lane;
      from = machine.global.read(warp.thread(lane), sources[lane], sourceSize);
      if (!from) {
        step = warp.fail(inst, machine.global.fault(), lane);
        return;
      }
    }
    uint8_t *to =
        warp.block.shared.startCopy(warp.thread(lane), offsets[lane], size);
    if (!to) {
      step = warp.fail(inst, warp.block.shared.fault(), lane);
      return;
    }
    if (from)
      std::memcpy(to, from, sourceSize);
    std::memset(to + sourceSize, 0, size - sourceSize);
    copy.offset[lane] = uint32_t(offsets[lane]);
    copy.group[lane] = warp.committedGroups[lane];
  });
  if (step != Step::Next)
    return step;
  warp.copies.push_back(copy);
  machine.countShared(offsets, warp.active, size);
  if (reading)
    machine.countGlobal(sources, reading, size, Access::Read);
  return Step::Next;
}

static Step commitGroup(const Instruction &, Warp &warp) {
  forEachLane(warp.active,
              [&](unsigned lane) { ++warp.committedGroups[lane]; });
  return Step::Next;
}

/// immediate: how many of the latest groups may stay in flight.
static Step waitGroup(const Instruction &inst, Warp &warp) {
  for (AsyncCopy &copy : warp.copies) {
    LaneMask done = 0;
    forEachLane(copy.mask & warp.active, [&](unsigned lane) {
      if (copy.group[lane] + inst.immediate >= warp.committedGroups[lane])
        return;
      warp.block.shared.finishCopy(warp.thread(lane), copy.offset[lane],
                                   copy.size);
      done |= LaneMask(1) << lane;
    });
    copy.mask &= ~done;
  }
  llvm::erase_if(warp.copies, [](const AsyncCopy &copy) { return !copy.mask; });
  return Step::Next;
}

/// Waits for copies that no group holds, too.
static Step waitAll(const Instruction &inst, Warp &warp) {
  commitGroup(inst, warp);
  return waitGroup(inst, warp);
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static LogicalResult decodeCopy(Decoder &decoder, Operation *op) {
  auto copy = cast<NVVM::CpAsyncOp>(op);
  uint32_t size = copy.getSize();
  if (size != 4 && size != 8 && size != 16)
    return refuse(op, "expected 4, 8 or 16 bytes, got " + Twine(size));
  Plane sourceSize = copy.getCpSize() ? decoder.planes(copy.getCpSize())[0]
                                      : decoder.constant(size, 2);
  Instruction &inst =
      decoder.emit(op, InstructionKind::CpAsync, {},
                   {decoder.planes(copy.getDst())[0],
                    decoder.planes(copy.getSrc())[0], sourceSize});
  inst.effect = copyAsync;
  inst.immediate = size;
  return success();
}

static LogicalResult decodeCommit(Decoder &decoder, Operation *op) {
  decoder.emit(op, InstructionKind::CpAsync, {}, {}).effect = commitGroup;
  return success();
}

static LogicalResult decodeWait(Decoder &decoder, Operation *op) {
  Instruction &inst = decoder.emit(op, InstructionKind::CpAsync, {}, {});
  inst.effect = waitGroup;
  inst.immediate = cast<NVVM::CpAsyncWaitGroupOp>(op).getN();
  return success();
}

static LogicalResult decodeWaitAll(Decoder &decoder, Operation *op) {
  decoder.emit(op, InstructionKind::CpAsync, {}, {}).effect = waitAll;
  return success();
}

void registerAsyncHandlers(HandlerTable &table) {
  table["nvvm.cp.async.shared.global"] = decodeCopy;
  table["nvvm.cp.async.commit.group"] = decodeCommit;
  table["nvvm.cp.async.wait.group"] = decodeWait;
  table["llvm.nvvm.cp.async.wait.all"] = decodeWaitAll;
}

} // namespace humming::emulator
