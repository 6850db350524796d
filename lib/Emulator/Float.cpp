//===- Float.cpp - Floating-point arithmetic and comparison ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of llvm's floating-point ops on f16, bf16, f32 and f64, scalars and
// vectors: one rounding to nearest even per op, subnormals kept. Fast-math
// flags are permissions and are not used.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "FloatFormat.h"
#include "Lanes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace humming::emulator {

//===----------------------------------------------------------------------===//
// Operations, on cells of a format
//===----------------------------------------------------------------------===//

namespace {
#define HUMMING_BINARY(NAME, EXPRESSION)                                       \
  template <typename Format> struct NAME {                                     \
    using Cell = typename Format::Cell;                                        \
    Cell operator()(const Instruction &, Cell x, Cell y) const {               \
      typename Format::Compute a = Format::load(x), b = Format::load(y);       \
      return Format::store(EXPRESSION);                                        \
    }                                                                          \
  }
HUMMING_BINARY(Add, a + b);
HUMMING_BINARY(Sub, a - b);
HUMMING_BINARY(Mul, a *b);
HUMMING_BINARY(Div, a / b);
// A zero of the right sign: max(-0, +0) = +0, min(-0, +0) = -0.
HUMMING_BINARY(MaxNumber, a != a   ? b
                          : b != b ? a
                          : a > b  ? a
                          : b > a  ? b
                                   : (std::signbit(a) ? b : a));
HUMMING_BINARY(MinNumber, a != a   ? b
                          : b != b ? a
                          : a < b  ? a
                          : b < a  ? b
                                   : (std::signbit(a) ? a : b));
HUMMING_BINARY(Maximum, a != a   ? a
                        : b != b ? b
                        : a > b  ? a
                        : b > a  ? b
                                 : (std::signbit(a) ? b : a));
HUMMING_BINARY(Minimum, a != a   ? a
                        : b != b ? b
                        : a < b  ? a
                        : b < a  ? b
                                 : (std::signbit(a) ? a : b));
HUMMING_BINARY(Power, std::pow(a, b));
#undef HUMMING_BINARY

#define HUMMING_UNARY(NAME, EXPRESSION)                                        \
  template <typename Format> struct NAME {                                     \
    using Cell = typename Format::Cell;                                        \
    Cell operator()(const Instruction &, Cell x) const {                       \
      typename Format::Compute a = Format::load(x);                            \
      return Format::store(EXPRESSION);                                        \
    }                                                                          \
  }
HUMMING_UNARY(Exp2, std::exp2(a));
HUMMING_UNARY(Exp, std::exp(a));
HUMMING_UNARY(Log2, std::log2(a));
HUMMING_UNARY(Log, std::log(a));
HUMMING_UNARY(Tanh, std::tanh(a));
HUMMING_UNARY(Sin, std::sin(a));
HUMMING_UNARY(Cos, std::cos(a));
HUMMING_UNARY(SquareRoot, std::sqrt(a));
HUMMING_UNARY(Floor, std::floor(a));
HUMMING_UNARY(Ceil, std::ceil(a));
HUMMING_UNARY(Truncate, std::trunc(a));
HUMMING_UNARY(RoundEven, std::nearbyint(a));
#undef HUMMING_UNARY

template <typename Cell>
constexpr Cell kSignBit = Cell(Cell(1) << (sizeof(Cell) * 8 - 1));

template <typename Format> struct Negate {
  using Cell = typename Format::Cell;
  Cell operator()(const Instruction &, Cell x) const {
    return x ^ kSignBit<Cell>;
  }
};

template <typename Format> struct Absolute {
  using Cell = typename Format::Cell;
  Cell operator()(const Instruction &, Cell x) const {
    return x & Cell(~kSignBit<Cell>);
  }
};

template <typename Format> struct CopySign {
  using Cell = typename Format::Cell;
  Cell operator()(const Instruction &, Cell x, Cell y) const {
    return (x & Cell(~kSignBit<Cell>)) | (y & kSignBit<Cell>);
  }
};

template <typename Format> struct FusedMultiplyAdd {
  using Cell = typename Format::Cell;
  Cell operator()(const Instruction &, Cell x, Cell y, Cell z) const {
    return fused<Format>(x, y, z);
  }
};

/// The predicate as bits: true when less, equal, greater, unordered.
enum Relation : uint64_t {
  kLess = 1,
  kEqual = 2,
  kGreater = 4,
  kUnordered = 8
};

template <typename Format> struct Compare {
  using Cell = typename Format::Cell;
  uint8_t operator()(const Instruction &inst, Cell x, Cell y) const {
    typename Format::Compute a = Format::load(x), b = Format::load(y);
    uint64_t relation = a < b    ? kLess
                        : a == b ? kEqual
                        : a > b  ? kGreater
                                 : kUnordered;
    return (inst.immediate & relation) != 0;
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// Choosing the format
//===----------------------------------------------------------------------===//

/// Calls `body` with a value of the format type of `cls`.
template <typename Body> static PureFn withFormat(ScalarClass cls, Body body) {
  switch (cls) {
  case ScalarClass::F16:
    return body(F16Format());
  case ScalarClass::BF16:
    return body(BF16Format());
  case ScalarClass::F32:
    return body(F32Format());
  case ScalarClass::F64:
    return body(F64Format());
  default:
    return nullptr;
  }
}

static ScalarClass operandClass(Operation *op) {
  std::optional<Scalar> scalar =
      getScalar(getElementType(op->getOperand(0).getType()));
  return scalar ? scalar->cls : ScalarClass::Integer;
}

static LogicalResult decodeFloat(Decoder &decoder, Operation *op, PureFn pure) {
  if (!pure)
    return refuse(op, "no arithmetic in this type");
  return decoder.emitElementwise(op, InstructionKind::Float, pure);
}

template <template <typename> class Op>
static LogicalResult decodeUnary(Decoder &decoder, Operation *op) {
  return decodeFloat(decoder, op,
                     withFormat(operandClass(op), [](auto format) -> PureFn {
                       using Format = decltype(format);
                       using Cell = typename Format::Cell;
                       return mapUnary<Cell, Cell, Op<Format>>;
                     }));
}

template <template <typename> class Op>
static LogicalResult decodeBinary(Decoder &decoder, Operation *op) {
  return decodeFloat(decoder, op,
                     withFormat(operandClass(op), [](auto format) -> PureFn {
                       using Format = decltype(format);
                       using Cell = typename Format::Cell;
                       return mapBinary<Cell, Cell, Op<Format>>;
                     }));
}

static LogicalResult decodeFused(Decoder &decoder, Operation *op) {
  return decodeFloat(decoder, op,
                     withFormat(operandClass(op), [](auto format) -> PureFn {
                       using Format = decltype(format);
                       using Cell = typename Format::Cell;
                       return mapTernary<Cell, Cell, FusedMultiplyAdd<Format>>;
                     }));
}

static uint64_t relationsOf(LLVM::FCmpPredicate predicate) {
  switch (predicate) {
  case LLVM::FCmpPredicate::_false:
    return 0;
  case LLVM::FCmpPredicate::oeq:
    return kEqual;
  case LLVM::FCmpPredicate::ogt:
    return kGreater;
  case LLVM::FCmpPredicate::oge:
    return kGreater | kEqual;
  case LLVM::FCmpPredicate::olt:
    return kLess;
  case LLVM::FCmpPredicate::ole:
    return kLess | kEqual;
  case LLVM::FCmpPredicate::one:
    return kLess | kGreater;
  case LLVM::FCmpPredicate::ord:
    return kLess | kEqual | kGreater;
  case LLVM::FCmpPredicate::ueq:
    return kUnordered | kEqual;
  case LLVM::FCmpPredicate::ugt:
    return kUnordered | kGreater;
  case LLVM::FCmpPredicate::uge:
    return kUnordered | kGreater | kEqual;
  case LLVM::FCmpPredicate::ult:
    return kUnordered | kLess;
  case LLVM::FCmpPredicate::ule:
    return kUnordered | kLess | kEqual;
  case LLVM::FCmpPredicate::une:
    return kUnordered | kLess | kGreater;
  case LLVM::FCmpPredicate::uno:
    return kUnordered;
  case LLVM::FCmpPredicate::_true:
    return kUnordered | kLess | kEqual | kGreater;
  }
  llvm_unreachable("every predicate is above");
}

static LogicalResult decodeCompare(Decoder &decoder, Operation *op) {
  PureFn pure = withFormat(operandClass(op), [](auto format) -> PureFn {
    using Format = decltype(format);
    return mapBinary<uint8_t, typename Format::Cell, Compare<Format>>;
  });
  if (failed(decodeFloat(decoder, op, pure)))
    return failure();
  decoder.program.code.back().immediate =
      relationsOf(cast<LLVM::FCmpOp>(op).getPredicate());
  return success();
}

void registerFloatHandlers(HandlerTable &table) {
  table["llvm.fadd"] = decodeBinary<Add>;
  table["llvm.fsub"] = decodeBinary<Sub>;
  table["llvm.fmul"] = decodeBinary<Mul>;
  table["llvm.fdiv"] = decodeBinary<Div>;
  table["llvm.fneg"] = decodeUnary<Negate>;
  table["llvm.fcmp"] = decodeCompare;
  table["llvm.intr.fma"] = decodeFused;
  // NVPTX has a fused instruction for each format and selects it.
  table["llvm.intr.fmuladd"] = decodeFused;
  table["llvm.intr.maxnum"] = decodeBinary<MaxNumber>;
  table["llvm.intr.minnum"] = decodeBinary<MinNumber>;
  table["llvm.intr.maximum"] = decodeBinary<Maximum>;
  table["llvm.intr.minimum"] = decodeBinary<Minimum>;
  table["llvm.intr.copysign"] = decodeBinary<CopySign>;
  table["llvm.intr.pow"] = decodeBinary<Power>;
  table["llvm.intr.fabs"] = decodeUnary<Absolute>;
  table["llvm.intr.exp2"] = decodeUnary<Exp2>;
  table["llvm.intr.exp"] = decodeUnary<Exp>;
  table["llvm.intr.log2"] = decodeUnary<Log2>;
  table["llvm.intr.log"] = decodeUnary<Log>;
  table["llvm.intr.tanh"] = decodeUnary<Tanh>;
  table["llvm.intr.sin"] = decodeUnary<Sin>;
  table["llvm.intr.cos"] = decodeUnary<Cos>;
  table["llvm.intr.sqrt"] = decodeUnary<SquareRoot>;
  table["llvm.intr.floor"] = decodeUnary<Floor>;
  table["llvm.intr.ceil"] = decodeUnary<Ceil>;
  table["llvm.intr.trunc"] = decodeUnary<Truncate>;
  table["llvm.intr.roundeven"] = decodeUnary<RoundEven>;
  table["llvm.intr.rint"] = decodeUnary<RoundEven>;
}

} // namespace humming::emulator
