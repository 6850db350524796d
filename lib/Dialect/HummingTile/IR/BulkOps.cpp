//===- BulkOps.cpp - bulk copies and the warp that starts them ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers of the ops of BulkOps.td.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Dialect/HummingTile/IR/Units.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// PTX ISA, bar.sync: barriers of a block.
static constexpr int64_t kNamedBarriers = 16;

LogicalResult
TensorMapAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      int64_t argument, int64_t cols, int64_t boxRows,
                      int64_t boxCols, int64_t bits) {
  if (argument < 0 || cols < 1 || boxRows < 1 || boxCols < 1 || bits < 1)
    return emitError() << "expected an argument and positive sizes, got "
                       << argument << ", " << cols << " columns, a box of "
                       << boxRows << " x " << boxCols << " and " << bits
                       << " bits";
  return success();
}

LogicalResult WarpsOp::verify() {
  // warps_c1
  int64_t first = getFirst(), count = getCount();
  if (first < 0 || count < 1)
    return emitOpError("expected a first warp of at least 0 and at least one "
                       "warp, got ")
           << first << " and " << count;
  return success();
}

LogicalResult WarpSetsOp::verify() {
  // warp_sets_c1
  if (static_cast<int64_t>(getCount()) < 2)
    return emitOpError("expected at least two sets of warps, got ")
           << static_cast<int64_t>(getCount());
  return success();
}

LogicalResult MaxRegistersOp::verify() {
  // max_registers_c1: PTX ISA, setmaxnreg.
  constexpr int64_t least = 24, most = 256, step = 8;
  if (getCount() < least || getCount() > most || getCount() % step != 0)
    return emitOpError("expected a multiple of ")
           << step << " from " << least << " to " << most << ", got "
           << getCount();
  return success();
}

LogicalResult ElectOp::verify() {
  // elect_c1
  if (getCount() < 1 || getCount() > kLanes)
    return emitOpError("expected 1 to ")
           << kLanes << " lanes, got " << getCount();
  return success();
}

LogicalResult NamedBarrierOp::verify() {
  // named_barrier_c1
  if (getId() < 1 || getId() >= kNamedBarriers || getThreads() < 1 ||
      getThreads() % kLanes != 0)
    return emitOpError("expected an id of 1 to ")
           << kNamedBarriers - 1 << " and whole warps, got " << getId()
           << " and " << getThreads() << " threads";
  return success();
}

static LogicalResult verifyShared(Operation *op, Value memory) {
  auto type = cast<MemRefType>(memory.getType());
  if (gpu::GPUDialect::hasWorkgroupMemoryAddressSpace(type))
    return success();
  return op->emitOpError("expected shared memory, got ") << type;
}

// mbarrier_init_c1, mbarrier_arrive_c1, mbarrier_wait_c1, mbarrier_try_wait_c1
LogicalResult MbarrierInitOp::verify() {
  // mbarrier_init_c2
  if (getCount() < 1)
    return emitOpError("expected at least one arrival, got ") << getCount();
  return verifyShared(*this, getBarriers());
}
LogicalResult MbarrierArriveOp::verify() {
  // mbarrier_arrive_c2
  if (getRank() && getExpect())
    return emitOpError("expected a rank or bytes to expect, got both");
  return verifyShared(*this, getBarriers());
}
LogicalResult MbarrierWaitOp::verify() {
  return verifyShared(*this, getBarriers());
}
LogicalResult MbarrierTryWaitOp::verify() {
  return verifyShared(*this, getBarriers());
}

LogicalResult BulkCopyOp::verify() {
  // bulk_copy_c2
  Type source = getSource().getType();
  auto memory = dyn_cast<MemRefType>(source);
  bool isPacked =
      memory && isa<LayoutAttr>(memory.getLayout()) &&
      memory.getElementType() == getBuffer().getType().getElementType();
  if (!isPacked && !isa<nvgpu::TensorMapDescriptorType>(source))
    return emitOpError("expected a tensor map, or memory with a layout and the "
                       "buffer's elements, got ")
           << source << " and " << getBuffer().getType();
  // bulk_copy_c3
  if (bool(getPart()) != bool(getMask()) || (memory && getMask()))
    return emitOpError("expected a part of a tensor map's tile to multicast, "
                       "got ")
           << source;
  return verifyShared(*this, getBarriers()); // bulk_copy_c1
}

LogicalResult BulkRunOp::verify() {
  // bulk_run_c2
  if (getBytes() < 1 || getBytes() % kRunBytes != 0)
    return emitOpError("expected a positive multiple of ")
           << kRunBytes << " bytes, got " << getBytes();
  // bulk_run_c3
  Type from = cast<MemRefType>(getSource().getType()).getElementType(),
       to = cast<MemRefType>(getDest().getType()).getElementType();
  if (from != to)
    return emitOpError("expected one element type, got ")
           << from << " and " << to;
  if (failed(verifyShared(*this, getDest())))
    return failure();
  return verifyShared(*this, getBarriers()); // bulk_run_c1
}

LogicalResult BulkBoxOp::verify() {
  // bulk_box_c2
  if (!isa<nvgpu::TensorMapDescriptorType>(getMap().getType()))
    return emitOpError("expected a tensor map, got ") << getMap().getType();
  if (failed(verifyShared(*this, getDest())))
    return failure();
  return verifyShared(*this, getBarriers()); // bulk_box_c1
}

LogicalResult BulkStoreOp::verify() {
  // bulk_store_c1
  SmemType buffer = getBuffer().getType();
  auto map = dyn_cast<nvgpu::TensorMapDescriptorType>(getMap().getType());
  if (!map || map.getTensor().getElementType() != buffer.getElementType() ||
      map.getTensor().getDimSize(0) != buffer.getCols() ||
      buffer.getRows() % map.getTensor().getDimSize(1))
    return emitOpError("expected a tensor map with boxes of ")
           << buffer.getCols() << " rows of " << buffer.getElementType()
           << " that divide " << buffer.getRows() << " columns, got "
           << getMap().getType();
  return success();
}

LogicalResult BulkBoxStoreOp::verify() {
  // bulk_box_store_c2
  if (!isa<nvgpu::TensorMapDescriptorType>(getMap().getType()))
    return emitOpError("expected a tensor map, got ") << getMap().getType();
  return verifyShared(*this, getSource()); // bulk_box_store_c1
}
