//===- BuildProblem.cpp - Describing a gemm without writing IR ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks the numbers of a description and builds its problem form.
//
//===----------------------------------------------------------------------===//

#include "humming/JIT/Problem.h"

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace humming;
using namespace humming::jit;

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

namespace {
/// How many rows or columns share a scale, and into how many parts that cuts.
struct Blocks {
  int64_t size, count;
  bool isShort; ///< the last part

  Blocks(int64_t length, int64_t wanted)
      : size(wanted && wanted < length ? wanted : length),
        count(llvm::divideCeil(length, size)), isShort(length % size != 0) {}
};
} // namespace

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

static llvm::Error checkKind(const char *what, ScalarKind kind,
                             llvm::ArrayRef<ScalarKind> choices) {
  if (llvm::is_contained(choices, kind))
    return llvm::Error::success();
  std::string list;
  for (auto [index, choice] : llvm::enumerate(choices)) {
    if (index)
      list += index + 1 == choices.size() ? " or " : ", ";
    list += humming::name(choice);
  }
  return invalidArgument(Twine("expected ") + what + " of " + list + ", got " +
                         humming::name(kind));
}

static llvm::Error checkSizes(const GemmProblem &problem) {
  if (problem.n < 1 || problem.k < 1)
    return invalidArgument("expected n and k of at least 1, got n = " +
                           Twine(problem.n) + ", k = " + Twine(problem.k));
  if (problem.m && *problem.m < 1)
    return invalidArgument("expected m of at least 1, got " +
                           Twine(*problem.m));
  if (problem.group < 0 || problem.rows < 0 || problem.inputGroup < 0)
    return invalidArgument("expected group sizes of at least 1, or 0 for all, "
                           "got group = " +
                           Twine(problem.group) +
                           ", rows = " + Twine(problem.rows) +
                           ", input group = " + Twine(problem.inputGroup));
  return llvm::Error::success();
}

/// Groups of the input scale are those of the weights, or divide k: a count
/// that is that of the weights means theirs (gemm C17).
static llvm::Error checkInputGroups(const GemmProblem &problem) {
  Blocks groups(problem.k, problem.group),
      inputs(problem.k, problem.inputGroup);
  bool areEqual = problem.scale && groups.size == inputs.size;
  if (inputs.isShort && !areEqual)
    return invalidArgument(
        "expected an input group that divides k = " + Twine(problem.k) +
        ", or the group of the scales, "
        "got " +
        Twine(problem.inputGroup));
  if (problem.scale && !areEqual && groups.count == inputs.count)
    return invalidArgument(
        "expected the input group to be the group of the scales, " +
        Twine(groups.size) + ", where there are as many, got " +
        Twine(inputs.size));
  return llvm::Error::success();
}

static llvm::Error check(const GemmProblem &problem) {
  if (llvm::Error error = checkSizes(problem))
    return error;
  std::optional<Code> code = Code::parse(problem.code);
  if (!code)
    return invalidArgument("expected a code such as u4, i4, e2m1 or "
                           "lut1,[-1, 1], got '" +
                           problem.code + "'");
  if (problem.zero != ZeroKind::None && code->kind() != Code::Kind::Unsigned)
    return invalidArgument("zero points go with unsigned codes, got '" +
                           problem.code + "'");
  if (problem.zero != ZeroKind::None && !problem.scale)
    return invalidArgument("zero points go with scales: pass a scale of ones");

  constexpr ScalarKind F16 = ScalarKind::F16, BF16 = ScalarKind::BF16,
                       F32 = ScalarKind::F32, E4M3 = ScalarKind::E4M3,
                       E5M2 = ScalarKind::E5M2, UE8M0 = ScalarKind::UE8M0;
  ScalarKind activation = problem.activation;
  if (llvm::Error error = checkKind("activations", activation,
                                    {F16, BF16, E4M3, E5M2, ScalarKind::E2M1,
                                     ScalarKind::I8, ScalarKind::I4}))
    return error;
  if (problem.zero == ZeroKind::Number)
    if (llvm::Error error =
            checkKind("activations beside zero points that are numbers",
                      activation, {F16, BF16}))
      return error;
  if (problem.scale && problem.scalePlace == ScalePlace::Operand)
    if (llvm::Error error = checkKind("activations beside scales on the "
                                      "operand",
                                      activation, {F16, BF16, E4M3, E5M2}))
      return error;
  if (problem.scale)
    if (llvm::Error error = checkKind("scales", *problem.scale,
                                      {F16, BF16, F32, E4M3, E5M2, UE8M0}))
      return error;
  if (llvm::Error error =
          checkKind("outputs", problem.output, {F16, BF16, F32}))
    return error;
  if (problem.inputScale != InputScale::None) {
    if (llvm::Error error = checkKind("input scales", problem.inputScaleType,
                                      {F32, UE8M0, E4M3}))
      return error;
    if (problem.inputScale == InputScale::Tensor && problem.inputGroup)
      return invalidArgument("one input scale for all has no groups, got " +
                             Twine(problem.inputGroup));
    if (llvm::Error error = checkInputGroups(problem))
      return error;
  }
  if (!problem.accumulator)
    return llvm::Error::success();
  llvm::SmallVector<ScalarKind, 2> accumulators = {
      isFloat(activation) ? F32 : ScalarKind::I32};
  if (activation == F16)
    accumulators.push_back(F16);
  return checkKind(
      (std::string("accumulators beside ") + humming::name(activation)).c_str(),
      *problem.accumulator, accumulators);
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

/// The types of a problem function's arguments: those of the gemm's operands,
/// null where there is none, and the bias.
namespace {
struct OperandTypes {
  Type a, b, scale, zero, globalScale, inputScale, perm, bias, result;

  OperandTypes(MLIRContext *context, const GemmProblem &p);
  std::vector<Type> inputs() const {
    std::vector<Type> types = {a,           b,          scale, zero,
                               globalScale, inputScale, perm,  bias};
    llvm::erase(types, Type());
    return types;
  }
};
} // namespace

OperandTypes::OperandTypes(MLIRContext *context, const GemmProblem &p) {
  auto tensor = [&](ArrayRef<int64_t> shape, Type element) {
    return RankedTensorType::get(shape, element);
  };
  int64_t m = p.m.value_or(ShapedType::kDynamic);
  Type activation = scalarType(context, p.activation);
  Type code = CodeType::get(context, Code::parse(p.code)->name());
  Type output = scalarType(context, p.output);
  a = tensor({m, p.k}, activation);
  b = tensor({p.n, p.k}, code);
  if (p.scale) {
    int64_t rows = Blocks(p.n, p.rows).count,
            groups = Blocks(p.k, p.group).count;
    scale = tensor({rows, groups}, scalarType(context, *p.scale));
    if (p.zero != ZeroKind::None)
      zero =
          tensor({rows, groups}, p.zero == ZeroKind::Code ? code : activation);
  }
  if (p.globalScale)
    globalScale = tensor({1}, Float32Type::get(context));
  if (p.inputScale != InputScale::None)
    inputScale = tensor({p.inputScale == InputScale::Tensor ? 1 : m,
                         Blocks(p.k, p.inputGroup).count},
                        scalarType(context, p.inputScaleType));
  if (p.perm)
    perm = tensor({p.k}, IntegerType::get(context, 32));
  if (p.bias)
    bias = tensor({p.n}, output);
  result = tensor({m, p.n}, output);
}

/// Set where the shape of the scales does not say it.
static DenseI64ArrayAttr scaleBlock(MLIRContext *context,
                                    const GemmProblem &problem) {
  Blocks rows(problem.n, problem.rows), groups(problem.k, problem.group);
  if (!problem.scale || (!rows.isShort && !groups.isShort))
    return {};
  return DenseI64ArrayAttr::get(context, {rows.size, groups.size});
}

/// Null where the problem leaves all of it to the default.
static NumericsAttr numericsOf(GemmOp gemm, const GemmProblem &problem) {
  bool hasPlace = problem.scalePlace != ScalePlace::Default;
  bool isNarrow = problem.accumulator == ScalarKind::F16;
  if (!hasPlace && !isNarrow && !problem.fixedOrder)
    return {};
  NumericsAttr numerics = gemm.getEffectiveNumerics();
  ScaleKind place = problem.scalePlace == ScalePlace::Operand
                        ? ScaleKind::Operand
                        : ScaleKind::Accumulator;
  return NumericsAttr::get(
      gemm.getContext(), isNarrow ? AccKind::F16 : numerics.getAcc(),
      hasPlace ? place : numerics.getScale(),
      problem.fixedOrder ? OrderKind::Fixed : OrderKind::Any);
}

/// The epilogue: adds the bias in f32, then rounds to the output type.
static void buildEpilogue(OpBuilder &builder, GemmOp gemm) {
  Location loc = gemm.getLoc();
  Type output = gemm.getResult().getType().getElementType();
  Block &block = gemm.getEpilogue().emplaceBlock();
  Value sum = block.addArgument(gemm.getAccumulatorType(), loc);
  builder.setInsertionPointToStart(&block);
  if (sum.getType().isInteger())
    sum = arith::SIToFPOp::create(builder, loc, builder.getF32Type(), sum);
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

  OperandTypes types(context, problem);
  Location loc = UnknownLoc::get(context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  auto function = func::FuncOp::create(
      builder, loc, "gemm",
      builder.getFunctionType(types.inputs(), types.result));
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);

  unsigned next = 0;
  auto take = [&](Type type) {
    return type ? Value(entry->getArgument(next++)) : Value();
  };
  Value a = take(types.a), b = take(types.b), scale = take(types.scale),
        zero = take(types.zero), globalScale = take(types.globalScale),
        inputScale = take(types.inputScale), perm = take(types.perm);
  auto gemm = GemmOp::create(
      builder, loc, types.result, a, b, scale, zero, globalScale, inputScale,
      perm, entry->getArguments().drop_front(next),
      scaleBlock(context, problem), NumericsAttr(), ScheduleAttr());
  if (NumericsAttr numerics = numericsOf(gemm, problem))
    gemm.setNumericsAttr(numerics);
  func::ReturnOp::create(builder, loc, gemm.getResult());
  buildEpilogue(builder, gemm);
  return module;
}
