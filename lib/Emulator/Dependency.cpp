//===- Dependency.cpp - A kernel and the one before it --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of griddepcontrol and of bulk prefetches. A launch may run while the
// kernel before it does: until a thread has waited, memory that this kernel
// writes is out of its reach.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Machine.h"
#include "Warpgroup.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace humming::emulator {

/// What was launched behind this kernel has not begun to run here.
static Step release(const Instruction &, Warp &) { return Step::Next; }

static Step await(const Instruction &, Warp &warp) {
  forEachLane(warp.active, [&](unsigned lane) {
    warp.machine.global.await(warp.thread(lane));
  });
  return Step::Next;
}

/// operands: address, bytes. Reads nothing, so it may touch what is pending;
/// the address is checked as that of a read.
static Step prefetch(const Instruction &inst, Warp &warp) {
  const uint64_t *addresses = warp.lanes<uint64_t>(inst.operands[0]);
  const uint32_t *sizes = warp.lanes<uint32_t>(inst.operands[1]);
  Step step = Step::Next;
  forEachLane(warp.active, [&](unsigned lane) {
    if (step != Step::Next)
      return;
    // PTX ISA, cp.async.bulk.prefetch: both are multiples of 16.
    constexpr uint64_t unit = 16;
    if (addresses[lane] % unit)
      step =
          warp.fail(inst, HazardKind::Misaligned,
                    "expected an address that is a multiple of " + Twine(unit),
                    lane, addresses[lane]);
    else if (sizes[lane] % unit)
      step = warp.fail(inst, HazardKind::Invalid,
                       "expected a multiple of " + Twine(unit) +
                           " bytes, got " + Twine(sizes[lane]),
                       lane);
    else if (!warp.machine.global.prefetch(addresses[lane], sizes[lane]))
      step = warp.fail(inst, warp.machine.global.fault(), lane);
    else
      warp.machine.counters.bytesPrefetched += sizes[lane];
  });
  return step;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static LogicalResult decodeControl(Decoder &decoder, Operation *op) {
  if (cast<NVVM::GriddepcontrolOp>(op).getKind() !=
      NVVM::GridDepActionKind::launch_dependents)
    return refuse(op, "a wait that loads may move ahead of; expected inline "
                      "PTX with ~{memory}");
  decoder.emit(op, InstructionKind::Other, {}, {}).effect = release;
  return success();
}

LogicalResult decodeAwait(Decoder &decoder, LLVM::InlineAsmOp op) {
  if (op.getConstraints() != "~{memory}")
    return refuse(op, "expected griddepcontrol.wait with ~{memory}");
  decoder.emit(op, InstructionKind::Other, {}, {}).effect = await;
  return success();
}

static LogicalResult decodePrefetch(Decoder &decoder, Operation *op) {
  auto prefetchOp = cast<NVVM::CpAsyncBulkPrefetchOp>(op);
  if (prefetchOp.getL2CacheHint())
    return refuse(op, "a cache hint");
  decoder
      .emit(op, InstructionKind::Prefetch, {},
            {decoder.planes(prefetchOp.getSrcMem())[0],
             decoder.planes(prefetchOp.getSize())[0]})
      .effect = prefetch;
  return success();
}

void registerDependencyHandlers(HandlerTable &table) {
  table["nvvm.griddepcontrol"] = decodeControl;
  table["nvvm.cp.async.bulk.prefetch"] = decodePrefetch;
}

} // namespace humming::emulator
