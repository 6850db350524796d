//===- Problem.cpp - Describing a gemm without writing IR -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds problem forms, and reads from one the sizes of its kernel's buffers.
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
#include "mlir/IR/Builders.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace humming;
using namespace humming::jit;

static Type toType(MLIRContext *context, ScalarKind kind) {
  switch (kind) {
  case ScalarKind::F16:
    return Float16Type::get(context);
  case ScalarKind::BF16:
    return BFloat16Type::get(context);
  case ScalarKind::F32:
    return Float32Type::get(context);
  case ScalarKind::E4M3:
    return Float8E4M3FNType::get(context);
  case ScalarKind::E5M2:
    return Float8E5M2Type::get(context);
  case ScalarKind::UE8M0:
    return Float8E8M0FNUType::get(context);
  case ScalarKind::I8:
    return IntegerType::get(context, 8);
  case ScalarKind::I4:
    return IntegerType::get(context, 4);
  case ScalarKind::I32:
    return IntegerType::get(context, 32);
  case ScalarKind::E2M1:
    return Float4E2M1FNType::get(context);
  }
  llvm_unreachable("unknown scalar kind");
}

static llvm::Error check(const GemmProblem &problem) {
  if (problem.n < 1 || problem.k < 1)
    return invalidArgument("expected n and k of at least 1, got n = " +
                           Twine(problem.n) + ", k = " + Twine(problem.k));
  if (problem.m && *problem.m < 1)
    return invalidArgument("expected m of at least 1, got " +
                           Twine(*problem.m));
  if (problem.group < 0 || (problem.group && problem.k % problem.group))
    return invalidArgument("expected a group size that divides k = " +
                           Twine(problem.k) + ", got " + Twine(problem.group));
  std::optional<Code> code = Code::parse(problem.code);
  if (!code)
    return invalidArgument("expected a code such as u4, i4 or e2m1, got '" +
                           problem.code + "'");
  if (problem.zero && code->kind() != Code::Kind::Unsigned)
    return invalidArgument("zero points go with unsigned codes, got '" +
                           problem.code + "'");
  auto isOneOf = [](ScalarKind kind, llvm::ArrayRef<ScalarKind> choices) {
    return llvm::is_contained(choices, kind);
  };
  if (!isOneOf(problem.scale,
               {ScalarKind::F16, ScalarKind::BF16, ScalarKind::F32,
                ScalarKind::E4M3, ScalarKind::UE8M0}))
    return invalidArgument(
        Twine("expected scales of f16, bf16, f32, e4m3 or ue8m0, got ") +
        humming::name(problem.scale));
  if (!isOneOf(problem.output,
               {ScalarKind::F16, ScalarKind::BF16, ScalarKind::F32}))
    return invalidArgument(Twine("expected outputs of f16, bf16 or f32, got ") +
                           humming::name(problem.output));
  return llvm::Error::success();
}

/// The epilogue: adds the bias in f32, then rounds to the output type.
static void buildEpilogue(OpBuilder &builder, GemmOp gemm) {
  Location loc = gemm.getLoc();
  Type output = gemm.getResult().getType().getElementType();
  Block &block = gemm.getEpilogue().emplaceBlock();
  Value sum = block.addArgument(gemm.getAccumulatorType(), loc);
  builder.setInsertionPointToStart(&block);
  for (Value operand : gemm.getEpilogueOperands()) {
    Type type = cast<ShapedType>(operand.getType()).getElementType();
    Value bias = block.addArgument(type, loc);
    if (type != sum.getType())
      bias = arith::ExtFOp::create(builder, loc, sum.getType(), bias);
    sum = arith::AddFOp::create(builder, loc, sum, bias);
  }
  if (output != sum.getType())
    sum = arith::TruncFOp::create(builder, loc, output, sum);
  YieldOp::create(builder, loc, sum);
}

llvm::Expected<OwningOpRef<ModuleOp>>
humming::jit::buildProblem(MLIRContext *context, const GemmProblem &problem) {
  if (llvm::Error error = check(problem))
    return std::move(error);
  context
      ->loadDialect<HummingDialect, arith::ArithDialect, func::FuncDialect>();

  auto tensor = [&](ArrayRef<int64_t> shape, Type element) {
    return RankedTensorType::get(shape, element);
  };
  int64_t m = problem.m.value_or(ShapedType::kDynamic);
  int64_t groups = problem.group ? problem.k / problem.group : 1;
  Type code = CodeType::get(context, problem.code);
  Type output = toType(context, problem.output);
  Type result = tensor({m, problem.n}, output);
  SmallVector<Type> inputs = {
      tensor({m, problem.k}, toType(context, problem.activation)),
      tensor({problem.n, problem.k}, code),
      tensor({problem.n, groups}, toType(context, problem.scale))};
  if (problem.zero)
    inputs.push_back(tensor({problem.n, groups}, code));
  if (problem.bias)
    inputs.push_back(tensor({problem.n}, output));

  Location loc = UnknownLoc::get(context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  auto function = func::FuncOp::create(builder, loc, "gemm",
                                       builder.getFunctionType(inputs, result));
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);

  NumericsAttr numerics;
  if (problem.scalePlace != ScalePlace::Default)
    numerics = NumericsAttr::get(context, AccKind::F32,
                                 problem.scalePlace == ScalePlace::Operand
                                     ? ScaleKind::Operand
                                     : ScaleKind::Accumulator);
  unsigned next = 3;
  Value zero = problem.zero ? entry->getArgument(next++) : Value();
  ValueRange epilogue = entry->getArguments().drop_front(next);
  auto gemm = GemmOp::create(builder, loc, result, entry->getArgument(0),
                             entry->getArgument(1), entry->getArgument(2), zero,
                             /*globalScale=*/Value(), /*inputScale=*/Value(),
                             /*perm=*/Value(), epilogue,
                             /*scale_block=*/DenseI64ArrayAttr(), numerics,
                             ScheduleAttr());
  func::ReturnOp::create(builder, loc, gemm.getResult());
  buildEpilogue(builder, gemm);
  return module;
}

//===----------------------------------------------------------------------===//
// Problems apart from a context
//===----------------------------------------------------------------------===//

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
      tile::packedScale(context, n, k, gemm.getNumGroups());
  switch (buffer.role) {
  case BufferRole::B:
    buffer.packedBytes = tile::packedBytes(
        tile::packedWeight(context, gemm.getCode().bits(),
                           gemm.getA().getType().getElementTypeBitWidth(), n,
                           k),
        gemm.getCode().bits());
    return;
  case BufferRole::Scale:
    buffer.packedBytes =
        tile::paddedElements(scales) *
        tile::getElementBits(gemm.getScale().getType().getElementType()) / 8;
    return;
  case BufferRole::Zero:
    // One byte for each zero point.
    buffer.packedBytes = tile::paddedElements(scales);
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
