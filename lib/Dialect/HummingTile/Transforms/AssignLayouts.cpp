//===- AssignLayouts.cpp - humming-tile-assign-layouts --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layouts flow from the atom outward: memory first (shared tiles take the order
// of the packed memory they are filled from, or the swizzle that ldmatrix
// wants), then the fragments of each mma, then whatever is tied to them.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/HummingTile/Transforms/Passes.h"

#include "BlockSize.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/HummingTile/IR/Layout.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace humming::tile {
#define GEN_PASS_DEF_ASSIGNLAYOUTS
#include "humming/Dialect/HummingTile/Transforms/Passes.h.inc"
} // namespace humming::tile

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// The layout of packed memory, or null for row-major memory.
static LayoutAttr packedLayout(Value memory) {
  auto type = dyn_cast<MemRefType>(memory.getType());
  return type ? dyn_cast<LayoutAttr>(type.getLayout()) : LayoutAttr();
}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

/// Gives the buffer of a copy its layout, and the copy its share of threads.
static LogicalResult assignCopy(CopyOp copy, int64_t threads) {
  auto type = copy.getBuffer().getType();
  int64_t bits = getElementBits(type.getElementType());
  FailureOr<LayoutAttr> layout =
      swizzledPanels(copy.getContext(), type.getRows(), type.getCols(), bits);
  // What lies together in row-major memory is a row at most.
  int64_t rowBytes = type.getCols() * bits / 8,
          runBytes = std::min(kCopyBytes, rowBytes & -rowBytes);
  if (LayoutAttr packed = packedLayout(copy.getSource())) {
    layout = tileOf(packed, type.getRows(), type.getCols());
    runBytes = kCopyBytes;
  }
  if (failed(layout))
    return copy.emitOpError("expected a tile made of whole packed tiles, got ")
           << type;
  if (type.getLayout() && type.getLayout() != *layout)
    return copy.emitOpError("expected one memory order for a buffer, got ")
           << *layout << " and " << type.getLayout();

  FailureOr<LayoutAttr> via = copyFragment(*layout, bits, threads, runBytes);
  if (failed(via))
    return copy.emitOpError("expected a tile of whole runs of ")
           << runBytes << " bytes, got " << type;
  copy.getBuffer().setType(SmemType::get(copy.getContext(), type.getStages(),
                                         type.getRows(), type.getCols(),
                                         type.getElementType(), *layout));
  copy.setViaAttr(*via);
  return success();
}

/// The values of a table lie by code.
static void assignTable(TabulateOp tabulate) {
  SmemType type = tabulate.getBuffer().getType();
  auto layout =
      LayoutAttr::get(tabulate.getContext(), {type.getRows()}, {type.getCols()},
                      {}, {}, {0, 1}, /*swizzle=*/0);
  tabulate.getBuffer().setType(
      SmemType::get(tabulate.getContext(), type.getStages(), type.getRows(),
                    type.getCols(), type.getElementType(), layout));
}

//===----------------------------------------------------------------------===//
// Fragments
//===----------------------------------------------------------------------===//

namespace {
/// Sets layouts and follows the values that must share them.
class FragmentAssigner {
public:
  /// Gives `value` a layout, and everything tied to it.
  LogicalResult assign(Value value, LayoutAttr layout);

private:
  LogicalResult assignDefinition(Value value, LayoutAttr layout);
  LogicalResult assignUse(OpOperand &use, LayoutAttr layout);
  LogicalResult assignPipeline(PipelineOp pipeline, unsigned index,
                               LayoutAttr layout);
  LogicalResult assignDequant(DequantOp dequant, LayoutAttr layout);
  LogicalResult assignLoaded(Value fragment, LayoutAttr layout);
};
} // namespace

LogicalResult FragmentAssigner::assign(Value value, LayoutAttr layout) {
  auto type = cast<FragType>(value.getType());
  if (type.getLayout()) {
    if (type.getLayout() == layout)
      return success();
    return emitError(value.getLoc())
           << "expected one layout for a fragment, got " << type.getLayout()
           << " and " << layout;
  }
  value.setType(FragType::get(value.getContext(), type.getRows(),
                              type.getCols(), type.getElementType(), layout));
  if (failed(assignDefinition(value, layout)))
    return failure();
  for (OpOperand &use : value.getUses())
    if (failed(assignUse(use, layout)))
      return failure();
  return success();
}

/// The layout of a map's input beside that of its result: one column or row for
/// all lies where the elements made from it do.
static LayoutAttr inputLayout(MapOp map, Value input, LayoutAttr layout) {
  auto type = cast<FragType>(input.getType());
  FragType result = map.getResult().getType();
  if (type.getCols() != result.getCols())
    layout = projectRows(layout, /*cols=*/1);
  if (type.getRows() != result.getRows())
    layout = projectCols(layout, /*rows=*/1);
  return layout;
}

/// Follows a value to what it is made from.
LogicalResult FragmentAssigner::assignDefinition(Value value,
                                                 LayoutAttr layout) {
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    if (auto pipeline = dyn_cast<PipelineOp>(arg.getOwner()->getParentOp()))
      return assignPipeline(pipeline, arg.getArgNumber() - 1, layout);
    return success();
  }
  Operation *op = value.getDefiningOp();
  if (auto pipeline = dyn_cast<PipelineOp>(op))
    return assignPipeline(pipeline, cast<OpResult>(value).getResultNumber(),
                          layout);
  if (auto dequant = dyn_cast<DequantOp>(op))
    return assignDequant(dequant, layout);
  if (auto mma = dyn_cast<WarpgroupMmaOp>(op))
    return mma.getAcc() ? assign(mma.getAcc(), layout) : success();
  if (auto mma = dyn_cast<MmaOp>(op))
    return assign(mma.getAcc(), layout);
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return assign(reduce.getValue(), layout);
  if (auto map = dyn_cast<MapOp>(op))
    for (Value input : map.getInputs())
      if (failed(assign(input, inputLayout(map, input, layout))))
        return failure();
  return success();
}

/// Follows a value to what is made from it.
LogicalResult FragmentAssigner::assignUse(OpOperand &use, LayoutAttr layout) {
  Operation *user = use.getOwner();
  if (auto mma = dyn_cast<WarpgroupMmaOp>(user))
    return use.get() == mma.getAcc() ? assign(mma.getResult(), layout)
                                     : success();
  if (auto mma = dyn_cast<MmaOp>(user))
    return use.get() == mma.getAcc() ? assign(mma.getResult(), layout)
                                     : success();
  if (auto map = dyn_cast<MapOp>(user)) {
    // What is the same for all columns or rows says nothing about them.
    FragType type = cast<FragType>(use.get().getType()),
             result = map.getResult().getType();
    bool sameShape = type.getRows() == result.getRows() &&
                     type.getCols() == result.getCols();
    return sameShape ? assign(map.getResult(), layout) : success();
  }
  if (auto reduce = dyn_cast<ReduceOp>(user))
    return assign(reduce.getResult(), layout);
  if (auto pipeline = dyn_cast<PipelineOp>(user))
    return assignPipeline(pipeline,
                          use.getOperandNumber() -
                              pipeline.getInits().getBeginOperandIndex(),
                          layout);
  if (auto yield = dyn_cast<tile::YieldOp>(user))
    if (auto pipeline = dyn_cast<PipelineOp>(yield->getParentOp()))
      return assignPipeline(pipeline, use.getOperandNumber(), layout);
  return success();
}

/// A carried fragment has one layout before, in and after the loop.
LogicalResult FragmentAssigner::assignPipeline(PipelineOp pipeline,
                                               unsigned index,
                                               LayoutAttr layout) {
  Block &consume = pipeline.getConsume().front();
  for (Value value :
       {pipeline.getInits()[index], Value(consume.getArgument(index + 1)),
        consume.getTerminator()->getOperand(index),
        Value(pipeline.getResult(index))})
    if (failed(assign(value, layout)))
      return failure();
  return success();
}

/// Codes, scales and zero points lie in the threads that need them, in the
/// order of the memory they come from.
LogicalResult FragmentAssigner::assignDequant(DequantOp dequant,
                                              LayoutAttr layout) {
  for (Value plane : dequant.getCodes())
    if (failed(assignLoaded(plane, layout)))
      return failure();
  for (Value perGroup : {dequant.getScale(), dequant.getZero()})
    if (perGroup &&
        failed(assignLoaded(
            perGroup,
            projectRows(layout, cast<FragType>(perGroup.getType()).getCols()))))
      return failure();
  return success();
}

LogicalResult FragmentAssigner::assignLoaded(Value fragment,
                                             LayoutAttr layout) {
  // What is loaded may be converted before it is used.
  Value loaded = fragment;
  while (auto map = loaded.getDefiningOp<MapOp>())
    loaded = map.getInputs().front();
  auto load = loaded.getDefiningOp<LoadOp>();
  if (!load)
    return emitError(fragment.getLoc())
           << "expected codes, scales and zero points to be loaded from shared "
              "memory";
  auto smem = dyn_cast<SmemType>(load.getSource().getType());
  if (!smem || !smem.getLayout())
    return load.emitOpError("expected a shared tile filled by a copy");
  FailureOr<LayoutAttr> ordered = inMemoryOrder(layout, smem.getLayout());
  if (failed(ordered))
    return load.emitOpError(
               "expected memory that the fragment's modes divide, got ")
           << smem;
  return assign(fragment, *ordered);
}

/// Scales that a matrix instruction takes, in lanes that may supply them (see
/// mma_atom): rows in two of four lanes each, tokens in all four.
static LogicalResult assignBlockScales(FragmentAssigner &assigner, MmaOp mma,
                                       const MmaAtom &atom, Repeat n, Repeat m,
                                       Repeat k) {
  if (mma.getScales().empty())
    return success();
  constexpr int64_t rowModes[] = {2, 8}, rowThread[] = {1, -2, 0},
                    rowReg[] = {2};
  constexpr int64_t tokenModes[] = {8}, tokenThread[] = {0, -4},
                    tokenReg[] = {1};
  int64_t groups[] = {atom.k / atom.scaleGroup};
  Fragment rows = {rowModes, groups, rowThread, rowReg},
           tokens = {tokenModes, groups, tokenThread, tokenReg};
  MLIRContext *context = mma.getContext();
  return success(
      succeeded(assigner.assign(mma.getScales()[0],
                                repeatAtom(context, rows, n, k, /*before=*/1,
                                           /*after=*/m.warps))) &&
      succeeded(
          assigner.assign(mma.getScales()[1], repeatAtom(context, tokens, m, k,
                                                         /*before=*/n.warps,
                                                         /*after=*/1))));
}

/// The fragments of one matrix product.
static LogicalResult assignMma(FragmentAssigner &assigner, MmaOp mma) {
  const MmaAtom *atom = mma.getTableEntry();
  assert(atom && "the verifier knows only atoms of the table");
  FragType acc = mma.getAcc().getType();
  int64_t warpsN = mma.getWarps()[0], warpsM = mma.getWarps()[1];
  Repeat n = {warpsN, acc.getRows() / (warpsN * atom->rows)};
  Repeat m = {warpsM, acc.getCols() / (warpsM * atom->tokens)};
  Repeat k = {1, mma.getWeights().getType().getCols() / atom->k};
  MLIRContext *context = mma.getContext();
  if (failed(assigner.assign(
          mma.getWeights(),
          repeatAtom(context, atom->fragA, n, k, /*before=*/1, warpsM))) ||
      failed(assigner.assign(
          mma.getActivations(),
          repeatAtom(context, atom->fragB, m, k, warpsN, /*after=*/1))) ||
      failed(assignBlockScales(assigner, mma, *atom, n, m, k)))
    return failure();
  return assigner.assign(mma.getAcc(), repeatAtom(context, atom->fragC, n, m));
}

/// The same of a product of warpgroups: each warp has rows of its own, all
/// tokens, and the fragments of one atom. A descriptor of weights is of rows
/// that follow one another through all four warps.
static LogicalResult assignWarpgroupMma(FragmentAssigner &assigner,
                                        WarpgroupMmaOp mma) {
  FragType acc = mma.getResult().getType();
  const MmaAtom *atom =
      lookupWarpgroupAtom(mma.getAtom(), *scalarKind(mma.getElementType()),
                          *scalarKind(acc.getElementType()));
  assert(atom && "the verifier knows only atoms of the table");
  int64_t warps = mma.getWarps();
  Repeat n = {warps, acc.getRows() / (warps * atom->rows)};
  Repeat m = {1, acc.getCols() / atom->tokens};
  Repeat k = {1, mma.getDepth() / atom->k};
  MLIRContext *context = mma.getContext();
  if (mma.getSharedWeights())
    return assigner.assign(mma.getResult(),
                           repeatWarpgroup(context, atom->fragC, n, m));
  if (failed(assigner.assign(mma.getWeights(),
                             repeatAtom(context, atom->fragA, n, k))))
    return failure();
  return assigner.assign(mma.getResult(),
                         repeatAtom(context, atom->fragC, n, m));
}

/// A fragment stored to packed memory, in a kernel that only packs.
static LogicalResult assignPacking(FragmentAssigner &assigner, StoreOp store,
                                   int64_t threads) {
  FragType type = store.getValue().getType();
  LayoutAttr packed = packedLayout(store.getDest());
  if (type.getLayout() || !packed)
    return success();
  FailureOr<LayoutAttr> tile = tileOf(packed, type.getRows(), type.getCols());
  FailureOr<LayoutAttr> fragment = failure();
  if (succeeded(tile))
    fragment =
        copyFragment(*tile, getElementBits(type.getElementType()), threads);
  if (failed(fragment))
    return store.emitOpError("expected a tile made of whole packed tiles, got ")
           << type;
  return assigner.assign(store.getValue(), *fragment);
}

namespace {
struct AssignLayouts : public tile::impl::AssignLayoutsBase<AssignLayouts> {
  void runOnOperation() override {
    for (auto func : getOperation().getOps<gpu::GPUFuncOp>())
      if (failed(assignFunc(func)))
        return signalPassFailure();
  }

  LogicalResult assignFunc(gpu::GPUFuncOp func) {
    FailureOr<int64_t> threads = getBlockSize(func);
    if (failed(threads))
      return failure();
    FragmentAssigner assigner;
    WalkResult walk = func.walk(
        [&](CopyOp copy) { return WalkResult(assignCopy(copy, *threads)); });
    if (walk.wasInterrupted())
      return failure();
    func.walk(assignTable);
    walk = func.walk([&](Operation *op) -> WalkResult {
      if (auto mma = dyn_cast<MmaOp>(op))
        return assignMma(assigner, mma);
      if (auto mma = dyn_cast<WarpgroupMmaOp>(op))
        return assignWarpgroupMma(assigner, mma);
      if (auto store = dyn_cast<StoreOp>(op))
        return assignPacking(assigner, store, *threads);
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return failure();
    return checkComplete(func);
  }

  /// Nothing may be left without a layout: it would have no meaning below.
  LogicalResult checkComplete(gpu::GPUFuncOp func) {
    WalkResult walk = func.walk([&](Operation *op) -> WalkResult {
      for (Value result : op->getResults()) {
        auto frag = dyn_cast<FragType>(result.getType());
        auto smem = dyn_cast<SmemType>(result.getType());
        if ((frag && !frag.getLayout()) || (smem && !smem.getLayout()))
          return op->emitOpError("expected a layout to reach this ")
                 << (frag ? "fragment from an mma or a packed store"
                          : "buffer from a copy");
      }
      return WalkResult::advance();
    });
    return failure(walk.wasInterrupted());
  }
};
} // namespace
