//===- Integer.cpp - Integer arithmetic and comparison --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of llvm's integer ops on scalars and vectors. Cells keep the bits
// above an integer's width zero. Shifts by the width or more give what PTX's
// clamped shifts give: 0, or the sign.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Lanes.h"
#include "Machine.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <type_traits>

using namespace mlir;

namespace humming::emulator {

template <typename Cell> static Cell truncate(uint64_t value, unsigned bits) {
  return Cell(value) & Cell(Cell(~Cell(0)) >> (sizeof(Cell) * 8 - bits));
}

template <typename Cell>
static std::make_signed_t<Cell> toSigned(Cell value, unsigned bits) {
  unsigned unused = sizeof(Cell) * 8 - bits;
  return std::make_signed_t<Cell>(Cell(value << unused)) >> unused;
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

namespace {
#define HUMMING_BINARY(NAME, EXPRESSION)                                       \
  struct NAME {                                                                \
    template <typename Cell>                                                   \
    Cell operator()(const Instruction &inst, Cell a, Cell b) const {           \
      return truncate<Cell>(EXPRESSION, inst.bits);                            \
    }                                                                          \
  }
// Cells narrower than int are promoted; the product of two of them fits.
HUMMING_BINARY(Add, uint64_t(a) + b);
HUMMING_BINARY(Sub, uint64_t(a) - b);
HUMMING_BINARY(Mul, uint64_t(a) * b);
HUMMING_BINARY(And, a &b);
HUMMING_BINARY(Or, a | b);
HUMMING_BINARY(Xor, a ^ b);
HUMMING_BINARY(Shl, b < inst.bits ? uint64_t(a) << b : 0);
HUMMING_BINARY(LShr, b < inst.bits ? a >> b : 0);
HUMMING_BINARY(AShr, toSigned(a, inst.bits) >>
                         (b < inst.bits ? unsigned(b) : inst.bits - 1u));
HUMMING_BINARY(UMax, a > b ? a : b);
HUMMING_BINARY(UMin, a < b ? a : b);
HUMMING_BINARY(SMax, toSigned(a, inst.bits) > toSigned(b, inst.bits) ? a : b);
HUMMING_BINARY(SMin, toSigned(a, inst.bits) < toSigned(b, inst.bits) ? a : b);
#undef HUMMING_BINARY

#define HUMMING_COMPARE(NAME, EXPRESSION)                                      \
  struct NAME {                                                                \
    template <typename Cell>                                                   \
    uint8_t operator()(const Instruction &inst, Cell a, Cell b) const {        \
      return EXPRESSION;                                                       \
    }                                                                          \
  }
HUMMING_COMPARE(Equal, a == b);
HUMMING_COMPARE(NotEqual, a != b);
HUMMING_COMPARE(ULess, a < b);
HUMMING_COMPARE(ULessEqual, a <= b);
HUMMING_COMPARE(SLess, toSigned(a, inst.bits) < toSigned(b, inst.bits));
HUMMING_COMPARE(SLessEqual, toSigned(a, inst.bits) <= toSigned(b, inst.bits));
#undef HUMMING_COMPARE

struct Abs {
  template <typename Cell>
  Cell operator()(const Instruction &inst, Cell a) const {
    return toSigned(a, inst.bits) < 0
               ? truncate<Cell>(uint64_t(0) - a, inst.bits)
               : a;
  }
};

struct PopCount {
  template <typename Cell>
  Cell operator()(const Instruction &inst, Cell a) const {
    return Cell(__builtin_popcountll(a));
  }
};

} // namespace

template <typename Op> static PureFn pickBinary(unsigned log2Bytes) {
  constexpr PureFn table[] = {
      mapBinary<uint8_t, uint8_t, Op>, mapBinary<uint16_t, uint16_t, Op>,
      mapBinary<uint32_t, uint32_t, Op>, mapBinary<uint64_t, uint64_t, Op>};
  return table[log2Bytes];
}

template <typename Op> static PureFn pickCompare(unsigned log2Bytes) {
  constexpr PureFn table[] = {
      mapBinary<uint8_t, uint8_t, Op>, mapBinary<uint8_t, uint16_t, Op>,
      mapBinary<uint8_t, uint32_t, Op>, mapBinary<uint8_t, uint64_t, Op>};
  return table[log2Bytes];
}

template <typename Op> static PureFn pickUnary(unsigned log2Bytes) {
  constexpr PureFn table[] = {
      mapUnary<uint8_t, uint8_t, Op>, mapUnary<uint16_t, uint16_t, Op>,
      mapUnary<uint32_t, uint32_t, Op>, mapUnary<uint64_t, uint64_t, Op>};
  return table[log2Bytes];
}

static Scalar operandScalar(Operation *op) {
  return *getScalar(getElementType(op->getOperand(0).getType()));
}

template <typename Op>
static LogicalResult decodeBinary(Decoder &decoder, Operation *op) {
  return decoder.emitElementwise(op, InstructionKind::Integer,
                                 pickBinary<Op>(operandScalar(op).log2Bytes));
}

template <typename Op>
static LogicalResult decodeUnary(Decoder &decoder, Operation *op) {
  return decoder.emitElementwise(op, InstructionKind::Integer,
                                 pickUnary<Op>(operandScalar(op).log2Bytes));
}

//===----------------------------------------------------------------------===//
// Division: checked, so not computed for inactive lanes
//===----------------------------------------------------------------------===//

namespace {
enum class Division : uint64_t { UDiv, SDiv, URem, SRem };
} // namespace

template <typename Cell>
static Step divide(const Instruction &inst, Warp &warp) {
  using Signed = std::make_signed_t<Cell>;
  auto kind = Division(inst.immediate);
  bool isSigned = kind == Division::SDiv || kind == Division::SRem;
  Step step = Step::Next;
  for (unsigned e = 0; e < inst.elements; ++e) {
    Cell *result = warp.lanes<Cell>(inst.results[e]);
    const Cell *a = warp.lanes<Cell>(inst.operands[e]);
    const Cell *b = warp.lanes<Cell>(inst.operands[inst.elements + e]);
    forEachLane(warp.active, [&](unsigned lane) {
      if (step != Step::Next)
        return;
      Signed x = toSigned(a[lane], inst.bits), y = toSigned(b[lane], inst.bits);
      bool overflow =
          isSigned && y == -1 && a[lane] == Cell(Cell(1) << (inst.bits - 1));
      if (b[lane] == 0 || overflow) {
        step = warp.fail(
            inst, HazardKind::Invalid,
            overflow ? "the quotient overflows" : "division by zero", lane);
        return;
      }
      uint64_t value = kind == Division::UDiv   ? a[lane] / b[lane]
                       : kind == Division::URem ? a[lane] % b[lane]
                       : kind == Division::SDiv ? uint64_t(x / y)
                                                : uint64_t(x % y);
      result[lane] = truncate<Cell>(value, inst.bits);
    });
  }
  return step;
}

template <Division Kind>
static LogicalResult decodeDivision(Decoder &decoder, Operation *op) {
  constexpr EffectFn table[] = {divide<uint8_t>, divide<uint16_t>,
                                divide<uint32_t>, divide<uint64_t>};
  if (failed(decoder.emitElementwise(op, InstructionKind::Integer, nullptr)))
    return failure();
  Instruction &inst = decoder.program.code.back();
  inst.effect = table[operandScalar(op).log2Bytes];
  inst.immediate = uint64_t(Kind);
  return success();
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

static PureFn pickPredicate(LLVM::ICmpPredicate predicate, unsigned log2Bytes) {
  switch (predicate) {
  case LLVM::ICmpPredicate::eq:
    return pickCompare<Equal>(log2Bytes);
  case LLVM::ICmpPredicate::ne:
    return pickCompare<NotEqual>(log2Bytes);
  case LLVM::ICmpPredicate::ult:
  case LLVM::ICmpPredicate::ugt:
    return pickCompare<ULess>(log2Bytes);
  case LLVM::ICmpPredicate::ule:
  case LLVM::ICmpPredicate::uge:
    return pickCompare<ULessEqual>(log2Bytes);
  case LLVM::ICmpPredicate::slt:
  case LLVM::ICmpPredicate::sgt:
    return pickCompare<SLess>(log2Bytes);
  case LLVM::ICmpPredicate::sle:
  case LLVM::ICmpPredicate::sge:
    return pickCompare<SLessEqual>(log2Bytes);
  }
  llvm_unreachable("every predicate is above");
}

static LogicalResult decodeCompare(Decoder &decoder, Operation *op) {
  auto compare = cast<LLVM::ICmpOp>(op);
  LLVM::ICmpPredicate predicate = compare.getPredicate();
  FailureOr<ArrayRef<Plane>> result = decoder.define(compare.getRes());
  if (failed(result))
    return failure();
  // a > b is b < a.
  bool swapped = predicate == LLVM::ICmpPredicate::ugt ||
                 predicate == LLVM::ICmpPredicate::uge ||
                 predicate == LLVM::ICmpPredicate::sgt ||
                 predicate == LLVM::ICmpPredicate::sge;
  SmallVector<Plane> operands(
      decoder.planes(swapped ? compare.getRhs() : compare.getLhs()));
  llvm::append_range(
      operands, decoder.planes(swapped ? compare.getLhs() : compare.getRhs()));
  Scalar scalar = operandScalar(op);
  Instruction &inst =
      decoder.emit(op, InstructionKind::Integer, *result, operands);
  inst.pure = pickPredicate(predicate, scalar.log2Bytes);
  inst.elements = result->size();
  inst.bits = scalar.bits;
  inst.resultBits = 1;
  return success();
}

void registerIntegerHandlers(HandlerTable &table) {
  table["llvm.add"] = decodeBinary<Add>;
  table["llvm.sub"] = decodeBinary<Sub>;
  table["llvm.mul"] = decodeBinary<Mul>;
  table["llvm.and"] = decodeBinary<And>;
  table["llvm.or"] = decodeBinary<Or>;
  table["llvm.xor"] = decodeBinary<Xor>;
  table["llvm.shl"] = decodeBinary<Shl>;
  table["llvm.lshr"] = decodeBinary<LShr>;
  table["llvm.ashr"] = decodeBinary<AShr>;
  table["llvm.udiv"] = decodeDivision<Division::UDiv>;
  table["llvm.sdiv"] = decodeDivision<Division::SDiv>;
  table["llvm.urem"] = decodeDivision<Division::URem>;
  table["llvm.srem"] = decodeDivision<Division::SRem>;
  table["llvm.icmp"] = decodeCompare;
  table["llvm.intr.umax"] = decodeBinary<UMax>;
  table["llvm.intr.umin"] = decodeBinary<UMin>;
  table["llvm.intr.smax"] = decodeBinary<SMax>;
  table["llvm.intr.smin"] = decodeBinary<SMin>;
  table["llvm.intr.abs"] = decodeUnary<Abs>;
  table["llvm.intr.ctpop"] = decodeUnary<PopCount>;
}

} // namespace humming::emulator
