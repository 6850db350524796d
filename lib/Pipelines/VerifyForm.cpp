//===- VerifyForm.cpp - humming-verify-form -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One table says in which forms an operation may occur and which pass removes
// it. Names rather than classes: the check runs four times in each compilation
// and must not make this file include every dialect.
//
//===----------------------------------------------------------------------===//

#include "humming/Pipelines/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

namespace humming {
#define GEN_PASS_DEF_VERIFYFORM
#include "humming/Pipelines/Passes.h.inc"
} // namespace humming

using namespace mlir;
using namespace humming;

namespace {
/// Where an operation is at home: from `first` to `last`, behind which
/// `removedBy` has removed it.
struct Habitat {
  StringLiteral name; ///< of an operation, or of all of a dialect
  Form first, last;
  StringLiteral removedBy; ///< "" where it stays to the end
};
} // namespace

static constexpr StringLiteral kToTile = "convert-humming-to-tile";
static constexpr StringLiteral kPipeline = "humming-tile-expand-pipeline";
static constexpr StringLiteral kForeach = "humming-tile-lower-foreach";
static constexpr StringLiteral kReduce = "humming-tile-lower-reduce";
static constexpr StringLiteral kDistribute = "humming-tile-distribute";
static constexpr StringLiteral kDequant = "humming-tile-expand-dequant";
static constexpr StringLiteral kToNVVM = "convert-humming-tile-to-nvvm";

/// An operation's own entry goes before its dialect's.
static constexpr Habitat kHabitats[] = {
    {"builtin.module", Form::Problem, Form::NVVM, ""},
    {"func", Form::Problem, Form::Problem, kToTile},
    {"humming", Form::Problem, Form::Problem, kToTile},
    {"arith", Form::Problem, Form::Thread, kToNVVM},
    {"math", Form::Problem, Form::Thread, kToNVVM},

    {"gpu.module", Form::Tile, Form::NVVM, ""},
    {"gpu.func", Form::Tile, Form::Thread, kToNVVM},
    {"gpu.return", Form::Tile, Form::Thread, kToNVVM},
    {"scf", Form::Tile, Form::Thread, kToNVVM},
    {"memref", Form::Tile, Form::Thread, kToNVVM},
    {"humming_tile.pipeline", Form::Tile, Form::Tile, kPipeline},
    {"humming_tile.foreach", Form::Tile, Form::Tile, kForeach},
    {"humming_tile.reduce", Form::Tile, Form::Tile, kReduce},
    {"humming_tile", Form::Tile, Form::Tile, kDistribute},

    {"humming_tile.dequant_atom", Form::Thread, Form::Thread, kDequant},
    {"humming_tile.mma_atom", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.byte_permute", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.convert_pair", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.dot_bytes", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.async_commit", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.async_wait", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.release_dependents", Form::Tile, Form::Thread, kToNVVM},
    {"humming_tile.await_dependencies", Form::Tile, Form::Thread, kToNVVM},
    {"humming_tile.cluster_rank", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.cluster_arrive", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.cluster_wait", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.cluster_store", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.bulk_prefetch", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.proxy_fence", Form::Tile, Form::Thread, kToNVVM},
    {"humming_tile.stmatrix", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.matrix_descriptor", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.warpgroup_mma", Form::Tile, Form::Tile, kDistribute},
    {"humming_tile.warpgroup_wait", Form::Tile, Form::Thread, kToNVVM},
    {"humming_tile.warpgroup_fence", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.warpgroup_atom", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.warpgroup_commit", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.max_registers", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.elect", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.named_barrier", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.mbarrier_init", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.mbarrier_fence", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.mbarrier_arrive", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.mbarrier_try_wait", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.bulk_run", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.bulk_box", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.bulk_box_store", Form::Thread, Form::Thread, kToNVVM},
    {"humming_tile.bulk_store_wait", Form::Tile, Form::Thread, kToNVVM},
    {"gpu.thread_id", Form::Thread, Form::Thread, kToNVVM},
    {"gpu.block_id", Form::Thread, Form::Thread, kToNVVM},
    {"gpu.barrier", Form::Tile, Form::Thread, kToNVVM},
    {"gpu.dynamic_shared_memory", Form::Thread, Form::Thread, kToNVVM},
    {"vector", Form::Thread, Form::Thread, kToNVVM},
    {"nvgpu", Form::Thread, Form::Thread, kToNVVM},

    {"llvm", Form::NVVM, Form::NVVM, ""},
    {"nvvm", Form::NVVM, Form::NVVM, ""},
};

static StringRef getName(Form form) {
  switch (form) {
  case Form::Problem:
    return "problem";
  case Form::Tile:
    return "tile";
  case Form::Thread:
    return "thread";
  case Form::NVVM:
    return "nvvm";
  }
  llvm_unreachable("unknown form");
}

/// The entry of an operation, or null where no form has it.
static const Habitat *lookupHabitat(OperationName op) {
  for (StringRef name : {op.getStringRef(), op.getDialectNamespace()})
    for (const Habitat &habitat : kHabitats)
      if (habitat.name == name)
        return &habitat;
  return nullptr;
}

/// Whether one thread can hold a value of this type: builtin, and memory flat.
static bool isThreadType(Type type) {
  auto memory = dyn_cast<MemRefType>(type);
  if (memory && (memory.getRank() != 1 || !memory.getLayout().isIdentity() ||
                 !isThreadType(memory.getElementType())))
    return false;
  StringRef dialect = type.getDialect().getNamespace();
  return dialect == "builtin" || dialect == "nvgpu"; // Tokens of copies.
}

/// Fails where `op` is not at home in `form`.
static LogicalResult verifyOperation(Operation *op, Form form) {
  const Habitat *habitat = lookupHabitat(op->getName());
  if (habitat && habitat->first <= form && form <= habitat->last)
    return success();
  InFlightDiagnostic error = op->emitOpError("is not part of the ")
                             << getName(form) << " form";
  if (habitat && form > habitat->last)
    error << "; " << habitat->removedBy << " should have removed it";
  else if (habitat)
    error << "; it belongs to the " << getName(habitat->first)
          << " form and what follows";
  return error;
}

/// Fails where `op` makes a value that one thread cannot hold.
static LogicalResult verifyThreadTypes(Operation *op) {
  auto verify = [&](Type type) -> LogicalResult {
    if (isThreadType(type))
      return success();
    return op->emitOpError("makes a value of ")
           << type << ", which is not part of the thread form; " << kDistribute
           << " should have removed it";
  };
  for (Type type : op->getResultTypes())
    if (failed(verify(type)))
      return failure();
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (Type type : block.getArgumentTypes())
        if (failed(verify(type)))
          return failure();
  return success();
}

namespace {
struct VerifyForm : public humming::impl::VerifyFormBase<VerifyForm> {
  using VerifyFormBase::VerifyFormBase;

  void runOnOperation() override {
    llvm::SmallDenseSet<OperationName, 64> known; // Looked up once a name.
    auto verifyName = [&](Operation *op) -> WalkResult {
      if (known.contains(op->getName()))
        return WalkResult::advance();
      known.insert(op->getName());
      return verifyOperation(op, form);
    };
    auto verifyTypes = [](Operation *op) {
      return WalkResult(verifyThreadTypes(op));
    };
    // Operations first: a leaked one says more than the values it leaves.
    if (getOperation().walk<WalkOrder::PreOrder>(verifyName).wasInterrupted())
      return signalPassFailure();
    if (form == Form::Thread &&
        getOperation().walk<WalkOrder::PreOrder>(verifyTypes).wasInterrupted())
      return signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
