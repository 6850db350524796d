//===- Problem.cpp - Problems apart from a context ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads problem forms: what they hold, and the sizes of their kernel's buffers.
//
//===----------------------------------------------------------------------===//

#include "humming/JIT/Problem.h"

#include "Diagnostics.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace humming;
using namespace humming::jit;

/// Row-major bytes of `type`; each row of codes fills whole bytes.
static void setSize(BufferInfo &buffer, RankedTensorType type) {
  uint64_t bits = tile::getElementBits(type.getElementType());
  uint64_t rowBytes = llvm::divideCeil(type.getShape().back() * bits, 8);
  bool perToken = type.getRank() == 2 && type.isDynamicDim(0);
  if (perToken)
    buffer.bytesPerToken = rowBytes;
  else
    buffer.bytes = rowBytes * (type.getRank() == 2 ? type.getDimSize(0) : 1);
}

static void setPackedSize(BufferInfo &buffer, GemmOp gemm) {
  MLIRContext *context = gemm.getContext();
  int64_t n = gemm.getN(), k = gemm.getK();
  tile::LayoutAttr scales =
      tile::packedScale(context, n, k, gemm.getGroupSize());
  switch (buffer.role) {
  case BufferRole::B:
    buffer.packedBytes =
        tile::packedBytes(tile::packedWeight(gemm), gemm.getCode().bits());
    return;
  case BufferRole::Scale:
    buffer.packedBytes =
        tile::paddedElements(scales) *
        tile::getElementBits(gemm.getScale().getType().getElementType()) / 8;
    return;
  case BufferRole::Zero:
    // One byte for a code, of whatever width.
    buffer.packedBytes =
        tile::paddedElements(scales) *
        llvm::divideCeil(
            tile::getElementBits(gemm.getZero().getType().getElementType()), 8);
    return;
  default:
    return;
  }
}

static std::optional<BufferRole> roleOf(GemmOp gemm, Value value) {
  if (value == gemm.getA())
    return BufferRole::A;
  if (value == gemm.getB())
    return BufferRole::B;
  if (value == gemm.getScale())
    return BufferRole::Scale;
  if (value == gemm.getZero())
    return BufferRole::Zero;
  if (value == gemm.getGlobalScale())
    return BufferRole::GlobalScale;
  if (value == gemm.getInputScale())
    return BufferRole::InputScale;
  if (value == gemm.getPerm())
    return BufferRole::Perm;
  if (llvm::is_contained(gemm.getEpilogueOperands(), value))
    return BufferRole::Epilogue;
  return std::nullopt;
}

static llvm::Expected<Problem> describe(ModuleOp module, StringRef ir) {
  auto functions = llvm::to_vector(module.getOps<func::FuncOp>());
  if (functions.size() != 1 || functions[0].isExternal())
    return invalidArgument("expected a module with one function, got " +
                           Twine(functions.size()));
  func::FuncOp function = functions[0];
  auto gemms = llvm::to_vector(function.getOps<GemmOp>());
  if (gemms.size() != 1 || function.getNumResults() != 1)
    return invalidArgument("expected @" + function.getName() +
                           " to hold one humming.gemm and to return its "
                           "result, got " +
                           Twine(gemms.size()) + " gemms");
  GemmOp gemm = gemms[0];
  if (gemm.isPacked())
    return invalidArgument("expected row-major operands, got packed ones: "
                           "packing is the compiler's");

  // A launch passes the result, two workspaces and m as well.
  if (function.getNumArguments() + 4 > HRT_MAX_ARGUMENTS)
    return invalidArgument("expected at most " + Twine(HRT_MAX_ARGUMENTS - 4) +
                           " operands, got " +
                           Twine(function.getNumArguments()));

  Problem problem;
  problem.name = function.getName().str();
  problem.ir = ir.str();
  if (!ShapedType::isDynamic(gemm.getM()))
    problem.m = gemm.getM();
  problem.n = gemm.getN();
  problem.k = gemm.getK();
  for (BlockArgument argument : function.getArguments()) {
    std::optional<BufferRole> role = roleOf(gemm, argument);
    if (!role)
      return invalidArgument("argument " + Twine(argument.getArgNumber()) +
                             " of @" + function.getName() +
                             " is not an operand of the gemm");
    BufferInfo &buffer = problem.buffers.emplace_back();
    buffer.role = *role;
    setSize(buffer, cast<RankedTensorType>(argument.getType()));
    setPackedSize(buffer, gemm);
  }
  BufferInfo &result = problem.buffers.emplace_back();
  result.role = BufferRole::Result;
  setSize(result, gemm.getResult().getType());
  return problem;
}

static void loadDialects(MLIRContext &context) {
  context.printOpOnDiagnostic(false);
  context
      .loadDialect<HummingDialect, tile::HummingTileDialect,
                   arith::ArithDialect, func::FuncDialect, math::MathDialect>();
}

llvm::Expected<Problem> Problem::get(const GemmProblem &gemm) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  loadDialects(context);
  DiagnosticCollector diagnostics(&context);
  llvm::Expected<OwningOpRef<ModuleOp>> module = buildProblem(&context, gemm);
  if (!module)
    return module.takeError();
  std::string ir;
  llvm::raw_string_ostream os(ir);
  (*module)->print(os);
  return describe(**module, ir);
}

llvm::Expected<Problem> Problem::parse(StringRef ir, StringRef source) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  loadDialects(context);
  DiagnosticCollector diagnostics(&context);
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(ir, &context, source);
  if (!module)
    return diagnostics.takeError("parse");
  llvm::Expected<Problem> problem = describe(*module, ir);
  if (problem)
    problem->source = source.str();
  return problem;
}
