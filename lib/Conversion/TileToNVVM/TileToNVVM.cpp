//===- TileToNVVM.cpp - One thread's program to llvm and nvvm -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass: checks that the architecture has what the kernels use, then one
// conversion after which only llvm and nvvm operations are legal.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Conversion/Passes.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Target/Arch.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/LLVMCommon/VectorPattern.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/Transforms/DialectConversion.h"

namespace humming {
#define GEN_PASS_DEF_CONVERTHUMMINGTILETONVVM
#include "humming/Conversion/Passes.h.inc"
} // namespace humming

using namespace mlir;
using namespace humming;

namespace {
using PopulateFn = void (*)(const LLVMTypeConverter &, RewritePatternSet &);

/// Lowerings, each from the first architecture that has them.
struct Generation {
  unsigned firstSm;
  PopulateFn populate;
};
} // namespace

static constexpr Generation kGenerations[] = {
    {75, populateSM75Patterns},
    {80, populateSM80Patterns},
    {89, populateSM89Patterns},
    {90, populateSM90Patterns},
};

/// The newest lowerings that `arch` has.
static PopulateFn populateFor(const Arch &arch) {
  PopulateFn populate = nullptr;
  for (const Generation &generation : kGenerations)
    if (generation.firstSm <= arch.sm)
      populate = generation.populate;
  assert(populate && "every architecture of the table has a generation");
  return populate;
}

/// Reports `what` as missing on `arch`; `has` tells who has it.
static LogicalResult refuse(Operation *op, const Twine &what, const Arch &arch,
                            llvm::function_ref<bool(const Arch &)> has) {
  InFlightDiagnostic diagnostic = op->emitError(what);
  const Arch *least = llvm::find_if(allArchs(), has);
  if (least != allArchs().end())
    diagnostic << " needs " << least->name << " or newer";
  return diagnostic << "; target is " << arch.name;
}

/// Fails, with a diagnostic, where `op` needs more than `arch` has.
static LogicalResult checkSupported(Operation *op, const Arch &arch) {
  if (auto mma = dyn_cast<tile::MmaAtomOp>(op)) {
    const MmaAtom *atom = mma.getTableEntry();
    if (atom->minSm <= arch.sm)
      return success();
    return refuse(op, atom->name + " on these element types", arch,
                  [&](const Arch &row) { return row.sm >= atom->minSm; });
  }
  if (isa<nvgpu::DeviceAsyncCopyOp, tile::AsyncCommitOp, tile::AsyncWaitOp>(
          op) &&
      !arch.hasCpAsync)
    return refuse(op, "cp.async", arch,
                  [](const Arch &row) { return row.hasCpAsync; });
  if (isa<tile::BulkPrefetchOp>(op) && !arch.hasDependentLaunch)
    return refuse(op, "bulk_prefetch", arch,
                  [](const Arch &row) { return row.hasDependentLaunch; });
  if (isa<tile::ClusterRankOp, tile::ClusterArriveOp, tile::ClusterWaitOp,
          tile::ClusterStoreOp>(op) &&
      !arch.hasClusters)
    return refuse(op, "a cluster of blocks", arch,
                  [](const Arch &row) { return row.hasClusters; });
  if (isa<tile::StMatrixOp>(op) && !arch.hasStMatrix)
    return refuse(op, "stmatrix", arch,
                  [](const Arch &row) { return row.hasStMatrix; });
  return success();
}

/// What upstream lowers: control flow, arithmetic, vectors.
static void populateUpstreamPatterns(LLVMTypeConverter &converter,
                                     RewritePatternSet &patterns) {
  populateSCFToControlFlowConversionPatterns(patterns);
  cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
  arith::populateCeilFloorDivExpandOpsPatterns(patterns);
  arith::populateArithToLLVMConversionPatterns(converter, patterns);
  index::populateIndexToLLVMConversionPatterns(converter, patterns);
  // Of math, what is one instruction.
  patterns.add<VectorConvertToLLVMPattern<math::FmaOp, LLVM::FMAOp>>(converter);
  vector::populateVectorShapeCastLoweringPatterns(patterns);
  vector::populateVectorInsertExtractStridedSliceTransforms(patterns);
  ub::populateUBToLLVMConversionPatterns(converter, patterns);
  populateVectorToLLVMConversionPatterns(converter, patterns);
}

/// Keeps LLVM and ptxas from unrolling loops. What is worth it has been
/// unrolled by distribution; beyond that, the operands of several turns compete
/// for registers: a split sum would hold every slice at once. Out of a loop
/// around loops nothing is hoisted: what each of its parts needs of the thread
/// number would hold registers through all of them.
static void annotateLoops(gpu::GPUModuleOp module) {
  MLIRContext *context = module.getContext();
  auto never = LLVM::LoopUnrollAttr::get(
      context, BoolAttr::get(context, true), /*count=*/{},
      /*runtimeDisable=*/{}, /*full=*/{}, {}, {}, {});
  auto stays = LLVM::LoopLICMAttr::get(context, BoolAttr::get(context, true),
                                       /*versioningDisable=*/{});
  // Upstream patterns hand the attribute on to the branch that closes the loop,
  // where it has this name.
  module.walk([&](scf::ForOp loop) {
    bool isInnermost = true;
    loop.getBody()->walk([&](scf::ForOp) { isInnermost = false; });
    loop->setAttr("loop_annotation",
                  LLVM::LoopAnnotationAttr::get(
                      context, /*disableNonforced=*/{}, /*vectorize=*/{},
                      /*interleave=*/{}, never, /*unrollAndJam=*/{},
                      isInnermost ? LLVM::LoopLICMAttr() : stays, {}, {}, {},
                      {}, {}, {}, {}, {}, {}));
  });
}

namespace {

struct ConvertHummingTileToNVVM
    : public humming::impl::ConvertHummingTileToNVVMBase<
          ConvertHummingTileToNVVM> {
  using ConvertHummingTileToNVVMBase::ConvertHummingTileToNVVMBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    ConvertHummingTileToNVVMBase::getDependentDialects(registry);
    insertNVVMDialect(registry);
  }

  void runOnOperation() override {
    gpu::GPUModuleOp module = getOperation();
    const Arch *target = lookupArch(arch);
    if (!target) {
      module.emitError("unknown architecture '")
          << arch << "'; known are " << knownArchNames();
      return signalPassFailure();
    }
    WalkResult supported = module.walk(
        [&](Operation *op) { return WalkResult(checkSupported(op, *target)); });
    if (supported.wasInterrupted())
      return signalPassFailure();

    LLVMTypeConverter converter(&getContext());
    addTypeConversions(converter);
    RewritePatternSet patterns(&getContext());
    populateUpstreamPatterns(converter, patterns);
    populateKernelPatterns(converter, patterns);
    populateMemoryPatterns(converter, patterns);
    populateAtomPatterns(converter, patterns);
    populateDependencyPatterns(converter, patterns, *target);
    populateFor (*target)(converter, patterns);

    ConversionTarget legal(getContext());
    legal.addLegalDialect<LLVM::LLVMDialect>();
    legal.addLegalDialect("nvvm");
    legal.addLegalOp<gpu::GPUModuleOp>();
    declareDynamicShared(module);
    annotateLoops(module);
    if (failed(applyFullConversion(module, legal, std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
