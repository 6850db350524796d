//===- HummingToTile.cpp - convert-humming-to-tile ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Replaces the functions of the problem form by one gpu.module of kernels.
//
//===----------------------------------------------------------------------===//

#include "HummingToTile.h"

#include "humming/Conversion/Passes.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <numeric>

namespace humming {
#define GEN_PASS_DEF_CONVERTHUMMINGTOTILE
#include "humming/Conversion/Passes.h.inc"
} // namespace humming

using namespace mlir;
using namespace humming;

gpu::GPUFuncOp humming::createKernel(OpBuilder &b, Location loc, StringRef name,
                                     TypeRange arguments, int64_t threads) {
  auto kernel =
      gpu::GPUFuncOp::create(b, loc, name, b.getFunctionType(arguments, {}));
  kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  kernel.setKnownBlockSizeAttr(
      b.getDenseI32ArrayAttr({static_cast<int32_t>(threads), 1, 1}));
  OpBuilder body = OpBuilder::atBlockBegin(&kernel.getBody().front());
  gpu::ReturnOp::create(body, loc);
  return kernel;
}

MemRefType humming::toMemRef(RankedTensorType type) {
  if (isa_and_nonnull<ArrayAttr>(type.getEncoding()))
    return MemRefType::get({ShapedType::kDynamic},
                           IntegerType::get(type.getContext(), 8));
  auto layout = dyn_cast_or_null<MemRefLayoutAttrInterface>(type.getEncoding());
  Type element = type.getElementType();
  if (auto narrow = dyn_cast<FloatType>(element);
      narrow && narrow.getWidth() == 8)
    element = IntegerType::get(type.getContext(), 8);
  return MemRefType::get(type.getShape(), element, layout);
}

/// The most tokens of a warp whose sums of groups have registers of their own.
static constexpr int64_t kFewTokens = 16;

/// Whether sums of groups may be scaled in place of operands, by the definition
/// (docs/Numerics.md), and take fewer instructions: of 16 rows a lane scales
/// tokens / 2 sums of a group, or length / 4 pairs of its weights.
static bool scalesSumsInstead(GemmOp gemm) {
  NumericsAttr numerics = gemm.getEffectiveNumerics();
  Type operand = gemm.getA().getType().getElementType(), zero;
  if (gemm.getZero())
    zero = gemm.getZero().getType().getElementType();
  if (numerics.getAcc() != AccKind::F32 ||
      numerics.getOrder() == OrderKind::Fixed ||
      !tile::scalesExactly(gemm.getCode(), operand, zero))
    return false;
  ScheduleAttr schedule = *gemm.getSchedule();
  ScalarKind kind = *scalarKind(operand);
  const MmaAtom *atom =
      lookupMmaAtom(schedule.getMma(), kind, kind, ScalarKind::F32);
  int64_t length = std::gcd(schedule.getBlockK(), gemm.getGroupSize());
  int64_t tokens = schedule.getBlockM() / schedule.getWarpsM();
  return atom && tokens <= kFewTokens && length / 4 > tokens / 2;
}

bool humming::scalesOperands(GemmOp gemm) {
  return gemm.getScale() &&
         gemm.getEffectiveNumerics().getScale() == ScaleKind::Operand &&
         !scalesSumsInstead(gemm);
}

bool humming::decodesInPlace(GemmOp gemm) {
  return !scalesOperands(gemm) &&
         gemm.getEffectiveNumerics().getAcc() == AccKind::F32 &&
         tile::alignedExponent(gemm.getCode(),
                               gemm.getA().getType().getElementType());
}

std::optional<int> humming::exponentOf(GemmOp gemm) {
  Type operand = gemm.getA().getType().getElementType();
  if (decodesInPlace(gemm))
    return tile::alignedExponent(gemm.getCode(), operand);
  // Folded scales leave nothing to the accumulators.
  if (gemm.foldsScales())
    return 0;
  return tile::dequantExponent(gemm.getCode(), operand, bool(gemm.getZero()));
}

SmallVector<Value> humming::planesOf(OpBuilder &b, Location loc, Value argument,
                                     RankedTensorType type) {
  if (!isa_and_nonnull<ArrayAttr>(type.getEncoding()))
    return {argument};
  SmallVector<Value> planes;
  for (const tile::PackedPlane &plane : tile::packedPlanes(
           type.getEncoding(), tile::getElementBits(type.getElementType()))) {
    auto code =
        CodeType::get(b.getContext(), "u" + std::to_string(plane.width));
    auto memory = MemRefType::get(type.getShape(), code, plane.layout);
    planes.push_back(
        tile::ViewOp::create(b, loc, memory, argument, plane.base));
  }
  return planes;
}

namespace {
struct ConvertHummingToTile
    : public humming::impl::ConvertHummingToTileBase<ConvertHummingToTile> {
  using Base::Base;

  void runOnOperation() override {
    FailureOr<const Arch *> target = findArch(getOperation().getLoc(), arch);
    if (failed(target))
      return signalPassFailure();
    OpBuilder b = OpBuilder::atBlockEnd(getOperation().getBody());
    auto kernels =
        gpu::GPUModuleOp::create(b, getOperation().getLoc(), "kernels");
    b.setInsertionPointToStart(kernels.getBody());
    for (auto func :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (failed(convert(b, func, **target)))
        return signalPassFailure();
      func.erase();
    }
  }

  LogicalResult convert(OpBuilder &b, func::FuncOp func, const Arch &target) {
    if (func.getOps<GemmOp>().empty() && func.getOps<PackOp>().empty())
      return func.emitOpError("expected a function of a gemm or of packings");
    for (GemmOp gemm : func.getOps<GemmOp>()) {
      if (!gemm.getSchedule())
        return gemm.emitOpError(
            "expected a schedule; run humming-select-schedule first");
      if (gemm.getEffectiveNumerics().getOrder() == OrderKind::Fixed &&
          !gemm->hasAttr(OrderAttr::getName()))
        return gemm.emitOpError("expected ")
               << OrderAttr::getName()
               << " beside order = fixed; run humming-select-schedule first";
      if (!gemm.isPacked())
        return gemm.emitOpError(
            "expected packed operands; run humming-pack-operands first");
      if (!exponentOf(gemm))
        return gemm.emitOpError("expected a code with a recipe into ")
               << gemm.getA().getType().getElementType()
               << "; run humming-check-target first";
      createGemmKernel(b, gemm, target, func.getName(), func.getArguments());
    }
    // The prepare function of @f is @f.prepare; operands are in the order b,
    // scale, zero.
    StringRef base =
        func.getName().take_front(func.getName().rfind(".prepare"));
    constexpr StringLiteral operands[] = {"b", "scale", "zero"};
    for (auto [pack, operand] : llvm::zip(func.getOps<PackOp>(), operands))
      createPackKernel(b, pack, (base + "_pack_" + operand).str());
    return success();
  }
};
} // namespace
