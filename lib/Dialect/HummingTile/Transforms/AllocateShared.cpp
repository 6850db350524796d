//===- AllocateShared.cpp - humming-tile-allocate-shared ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Buffers lie one behind another in the block's dynamic shared memory: all of a
// kernel's buffers live through its one loop, so none can share its bytes.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/Transforms/Passes.h"

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Target/Arch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

namespace humming::tile {
#define GEN_PASS_DEF_ALLOCATESHARED
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// A swizzle repeats every 8 lines of 128 bytes, and XORs address bits: buffers
/// start where its pattern does.
static constexpr int64_t kAlignment = 1024;

/// The first byte behind the buffers so far, rounded up for the next one.
static int64_t alignedEnd(int64_t end, int64_t bytes) {
  return bytes < kAlignment ? llvm::alignTo(end, 16)
                            : llvm::alignTo(end, kAlignment);
}

/// Replaces a workgroup attribution by a view of the dynamic shared memory.
static void placeAttribution(gpu::GPUFuncOp func, BlockArgument memory,
                             int64_t base) {
  OpBuilder b = OpBuilder::atBlockBegin(&func.getBody().front());
  auto type = cast<MemRefType>(memory.getType());
  auto bytes =
      MemRefType::get({ShapedType::kDynamic}, b.getI8Type(),
                      MemRefLayoutAttrInterface(), type.getMemorySpace());
  Value shared = gpu::DynamicSharedMemoryOp::create(b, memory.getLoc(), bytes);
  Value offset = arith::ConstantIndexOp::create(b, memory.getLoc(), base);
  memory.replaceAllUsesWith(memref::ViewOp::create(
      b, memory.getLoc(), type, shared, offset, ValueRange()));
}

static int64_t sizeInBytes(MemRefType type) {
  return type.getNumElements() * type.getElementTypeBitWidth() / 8;
}

namespace {
struct AllocateShared : public tile::impl::AllocateSharedBase<AllocateShared> {
  using Base::Base;

  void runOnOperation() override {
    const Arch *target = lookupArch(arch);
    if (!target) {
      getOperation().emitError("expected a known architecture, got \"")
          << arch << "\"";
      return signalPassFailure();
    }
    for (auto func : getOperation().getOps<gpu::GPUFuncOp>())
      if (failed(allocate(func, *target)))
        return signalPassFailure();
  }

  LogicalResult allocate(gpu::GPUFuncOp func, const Arch &target) {
    int64_t end = 0;
    SmallVector<AllocOp> allocs;
    func.walk([&](AllocOp alloc) { allocs.push_back(alloc); });
    for (AllocOp alloc : allocs) {
      int64_t bytes = alloc.getBuffer().getType().getBytes(),
              base = alignedEnd(end, bytes);
      alloc.setBase(base);
      end = base + bytes;
    }
    while (func.getNumWorkgroupAttributions() > 0) {
      BlockArgument memory = func.getWorkgroupAttributions().back();
      int64_t bytes = sizeInBytes(cast<MemRefType>(memory.getType())),
              base = alignedEnd(end, bytes);
      placeAttribution(func, memory, base);
      end = base + bytes;
      func.getBody().front().eraseArgument(memory.getArgNumber());
      func->setAttr(gpu::GPUFuncOp::getNumWorkgroupAttributionsAttrName(),
                    IntegerAttr::get(IntegerType::get(func.getContext(), 64),
                                     func.getNumWorkgroupAttributions() - 1));
    }
    if (end > target.maxSharedPerBlock) {
      InFlightDiagnostic error = func.emitOpError("expected at most ")
                                 << target.maxSharedPerBlock
                                 << " bytes of shared memory on " << target.name
                                 << ", got " << end
                                 << "; use fewer stages or a smaller block";
      for (AllocOp alloc : allocs)
        error.attachNote(alloc.getLoc())
            << alloc.getBuffer().getType().getBytes() << " bytes for "
            << alloc.getBuffer().getType();
      return failure();
    }
    auto launch = func->getAttrOfType<LaunchAttr>(LaunchAttr::getName());
    if (!launch)
      return func.emitOpError("expected a ")
             << LaunchAttr::getName() << " on the kernel";
    func->setAttr(LaunchAttr::getName(), launch.withShared(end));
    return success();
  }
};
} // namespace
