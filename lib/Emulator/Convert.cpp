//===- Convert.cpp - Conversions between types ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of llvm's casts: integer widths, float widths, integer to float and
// back, pointers, and bitcasts. Conversions to float round once, to nearest
// even; conversions to integer truncate and saturate (NaN gives 0), as PTX's
// cvt.
//
//===----------------------------------------------------------------------===//

#include "Cluster.h"
#include "Decoder.h"
#include "FloatFormat.h"
#include "Lanes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <type_traits>

using namespace mlir;

namespace humming::emulator {

static Scalar scalarOf(Value value) {
  return *getScalar(getElementType(value.getType()));
}

template <typename Cell> static Cell maskOf(unsigned bits) {
  return Cell(Cell(~Cell(0)) >> (sizeof(Cell) * 8 - bits));
}

template <typename Cell> static int64_t toSigned(Cell value, unsigned bits) {
  return int64_t(uint64_t(value) << (64 - bits)) >> (64 - bits);
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

namespace {
template <typename To> struct ZeroExtendOrTruncate {
  template <typename From>
  To operator()(const Instruction &inst, From a) const {
    return To(a) & maskOf<To>(inst.resultBits);
  }
};

template <typename To> struct SignExtend {
  template <typename From>
  To operator()(const Instruction &inst, From a) const {
    unsigned unused = sizeof(From) * 8 - inst.bits;
    auto value = std::make_signed_t<From>(From(a << unused)) >> unused;
    return To(value) & maskOf<To>(inst.resultBits);
  }
};
} // namespace

template <typename To, template <typename> class Op>
static PureFn pickFrom(unsigned fromLog2) {
  constexpr PureFn table[] = {
      mapUnary<To, uint8_t, Op<To>>, mapUnary<To, uint16_t, Op<To>>,
      mapUnary<To, uint32_t, Op<To>>, mapUnary<To, uint64_t, Op<To>>};
  return table[fromLog2];
}

template <template <typename> class Op>
static PureFn pickIntegerCast(unsigned toLog2, unsigned fromLog2) {
  switch (toLog2) {
  case 0:
    return pickFrom<uint8_t, Op>(fromLog2);
  case 1:
    return pickFrom<uint16_t, Op>(fromLog2);
  case 2:
    return pickFrom<uint32_t, Op>(fromLog2);
  default:
    return pickFrom<uint64_t, Op>(fromLog2);
  }
}

template <template <typename> class Op>
static LogicalResult decodeIntegerCast(Decoder &decoder, Operation *op) {
  Scalar to = scalarOf(op->getResult(0)), from = scalarOf(op->getOperand(0));
  if (to.bits == from.bits) {
    decoder.alias(op->getResult(0), decoder.planes(op->getOperand(0)));
    return success();
  }
  return decoder.emitElementwise(
      op, InstructionKind::Convert,
      pickIntegerCast<Op>(to.log2Bytes, from.log2Bytes));
}

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

namespace {
template <typename To, typename From> struct FloatCast {
  typename To::Cell operator()(const Instruction &,
                               typename From::Cell a) const {
    if constexpr (std::is_same_v<typename From::Compute, double>)
      return To::round(From::load(a));
    else
      return To::store(From::load(a));
  }
};
} // namespace

/// An integer as a double, rounded to odd when it has more than 53 bits.
template <typename From, bool IsSigned>
static double toDouble(From a, unsigned bits) {
  uint64_t magnitude = a;
  bool negative = false;
  if (IsSigned) {
    int64_t value = toSigned(a, bits);
    negative = value < 0;
    magnitude = negative ? uint64_t(0) - uint64_t(value) : uint64_t(value);
  }
  if (sizeof(From) == 8 && magnitude >> 53)
    magnitude = (magnitude & ~uint64_t(0x7ff)) |
                (magnitude & 0x7ff ? uint64_t(0x800) : 0);
  return negative ? -double(magnitude) : double(magnitude);
}

namespace {
template <typename Format, bool IsSigned> struct FromInteger {
  template <typename From>
  typename Format::Cell operator()(const Instruction &inst, From a) const {
    if constexpr (std::is_same_v<Format, F64Format>)
      return Format::store(IsSigned ? double(toSigned(a, inst.bits))
                                    : double(a));
    else
      return Format::round(toDouble<From, IsSigned>(a, inst.bits));
  }
};

template <typename To, typename Format, bool IsSigned> struct ToInteger {
  To operator()(const Instruction &inst, typename Format::Cell a) const {
    double value = double(Format::load(a));
    unsigned magnitudeBits = inst.resultBits - (IsSigned ? 1 : 0);
    double limit = std::ldexp(1.0, magnitudeBits);
    uint64_t most = maskOf<uint64_t>(magnitudeBits ? magnitudeBits : 1);
    if (value != value)
      return 0;
    uint64_t result;
    if (value >= limit)
      result = magnitudeBits ? most : 0;
    else if (IsSigned)
      result = value <= -limit ? uint64_t(0) - (uint64_t(1) << magnitudeBits)
                               : uint64_t(int64_t(value));
    else
      result = value <= 0 ? 0 : uint64_t(value);
    return To(result) & maskOf<To>(inst.resultBits);
  }
};
} // namespace

template <typename Body> static PureFn withFormat(ScalarClass cls, Body body) {
  switch (cls) {
  case ScalarClass::F16:
    return body(F16Format());
  case ScalarClass::BF16:
    return body(BF16Format());
  case ScalarClass::F32:
    return body(F32Format());
  default:
    return body(F64Format());
  }
}

template <typename Body> static PureFn withCell(unsigned log2Bytes, Body body) {
  switch (log2Bytes) {
  case 0:
    return body(uint8_t());
  case 1:
    return body(uint16_t());
  case 2:
    return body(uint32_t());
  default:
    return body(uint64_t());
  }
}

static LogicalResult decodeFloatCast(Decoder &decoder, Operation *op) {
  Scalar to = scalarOf(op->getResult(0)), from = scalarOf(op->getOperand(0));
  PureFn pure = withFormat(to.cls, [&](auto toFormat) {
    return withFormat(from.cls, [](auto fromFormat) -> PureFn {
      using To = decltype(toFormat);
      using From = decltype(fromFormat);
      return mapUnary<typename To::Cell, typename From::Cell,
                      FloatCast<To, From>>;
    });
  });
  return decoder.emitElementwise(op, InstructionKind::Convert, pure);
}

template <bool IsSigned>
static LogicalResult decodeFromInteger(Decoder &decoder, Operation *op) {
  Scalar to = scalarOf(op->getResult(0)), from = scalarOf(op->getOperand(0));
  PureFn pure = withFormat(to.cls, [&](auto format) {
    return withCell(from.log2Bytes, [](auto cell) -> PureFn {
      using Format = decltype(format);
      return mapUnary<typename Format::Cell, decltype(cell),
                      FromInteger<Format, IsSigned>>;
    });
  });
  return decoder.emitElementwise(op, InstructionKind::Convert, pure);
}

template <bool IsSigned>
static LogicalResult decodeToInteger(Decoder &decoder, Operation *op) {
  Scalar to = scalarOf(op->getResult(0)), from = scalarOf(op->getOperand(0));
  PureFn pure = withFormat(from.cls, [&](auto format) {
    return withCell(to.log2Bytes, [](auto cell) -> PureFn {
      using Format = decltype(format);
      using To = decltype(cell);
      return mapUnary<To, typename Format::Cell,
                      ToInteger<To, Format, IsSigned>>;
    });
  });
  return decoder.emitElementwise(op, InstructionKind::Convert, pure);
}

//===----------------------------------------------------------------------===//
// Bitcast: the first element is the low bits
//===----------------------------------------------------------------------===//

template <typename Wide, typename Narrow>
static void join(const Instruction &inst, uint8_t *regs) {
  unsigned count = inst.resultBits / inst.bits;
  for (unsigned e = 0; e < inst.numResults; ++e) {
    Wide *__restrict wide = lanesAt<Wide>(regs, inst.results[e]);
    for (unsigned part = 0; part < count; ++part) {
      const Narrow *__restrict narrow =
          lanesAt<Narrow>(regs, inst.operands[e * count + part]);
      unsigned shift = part * inst.bits;
      for (unsigned lane = 0; lane < kLanes; ++lane)
        wide[lane] = Wide((part ? wide[lane] : Wide(0)) |
                          Wide(Wide(narrow[lane]) << shift));
    }
  }
}

template <typename Wide, typename Narrow>
static void split(const Instruction &inst, uint8_t *regs) {
  unsigned count = inst.bits / inst.resultBits;
  Narrow mask = maskOf<Narrow>(inst.resultBits);
  for (unsigned e = 0; e < inst.numResults; ++e) {
    const Wide *__restrict wide = lanesAt<Wide>(regs, inst.operands[e / count]);
    Narrow *__restrict narrow = lanesAt<Narrow>(regs, inst.results[e]);
    unsigned shift = e % count * inst.resultBits;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      narrow[lane] = Narrow(wide[lane] >> shift) & mask;
  }
}

static LogicalResult decodeBitcast(Decoder &decoder, Operation *op) {
  Value source = op->getOperand(0), result = op->getResult(0);
  std::optional<Scalar> from = getScalar(getElementType(source.getType()));
  std::optional<Scalar> to = getScalar(getElementType(result.getType()));
  if (!from || !to)
    return refuse(op, "no registers for these types");
  if (from->bits == to->bits) {
    decoder.alias(result, decoder.planes(source));
    return success();
  }
  bool joins = to->bits > from->bits;
  const Scalar &wide = joins ? *to : *from, &narrow = joins ? *from : *to;
  if (wide.bits % narrow.bits != 0)
    return refuse(op, "elements that overlap");
  FailureOr<ArrayRef<Plane>> results = decoder.define(result);
  if (failed(results))
    return failure();
  Instruction &inst = decoder.emit(op, InstructionKind::Convert, *results,
                                   decoder.planes(source));
  inst.pure = withCell(wide.log2Bytes, [&](auto wideCell) {
    return withCell(narrow.log2Bytes, [&](auto narrowCell) -> PureFn {
      using Wide = decltype(wideCell);
      using Narrow = decltype(narrowCell);
      return joins ? PureFn(join<Wide, Narrow>) : PureFn(split<Wide, Narrow>);
    });
  });
  inst.bits = from->bits;
  inst.resultBits = to->bits;
  decoder.recordParts(*results, decoder.planes(source));
  return success();
}

//===----------------------------------------------------------------------===//
// Pointers
//===----------------------------------------------------------------------===//

namespace {
struct AddImmediate {
  uint64_t operator()(const Instruction &inst, uint64_t a) const {
    return a + inst.immediate;
  }
};
} // namespace

static LogicalResult decodeAddrSpaceCast(Decoder &decoder, Operation *op) {
  auto space = [](Value value) {
    return cast<LLVM::LLVMPointerType>(value.getType()).getAddressSpace();
  };
  Value source = op->getOperand(0), result = op->getResult(0);
  if (!isa<LLVM::LLVMPointerType>(source.getType()))
    return refuse(op, "vectors of pointers");
  // What is the block's own shared memory is that for its cluster, too.
  constexpr unsigned kShared = 3;
  auto isShared = [&](Value value) {
    return space(value) == kShared || space(value) == kClusterSpace;
  };
  bool fromShared = isShared(source), toShared = isShared(result);
  if (fromShared == toShared) {
    decoder.alias(result, decoder.planes(source));
    return success();
  }
  if (failed(
          decoder.emitElementwise(op, InstructionKind::Convert,
                                  mapUnary<uint64_t, uint64_t, AddImmediate>)))
    return failure();
  decoder.program.code.back().immediate =
      fromShared ? kSharedWindow : uint64_t(0) - kSharedWindow;
  return success();
}

void registerConvertHandlers(HandlerTable &table) {
  table["llvm.zext"] = decodeIntegerCast<ZeroExtendOrTruncate>;
  table["llvm.trunc"] = decodeIntegerCast<ZeroExtendOrTruncate>;
  table["llvm.sext"] = decodeIntegerCast<SignExtend>;
  table["llvm.inttoptr"] = decodeIntegerCast<ZeroExtendOrTruncate>;
  table["llvm.ptrtoint"] = decodeIntegerCast<ZeroExtendOrTruncate>;
  table["llvm.fpext"] = decodeFloatCast;
  table["llvm.fptrunc"] = decodeFloatCast;
  table["llvm.sitofp"] = decodeFromInteger<true>;
  table["llvm.uitofp"] = decodeFromInteger<false>;
  table["llvm.fptosi"] = decodeToInteger<true>;
  table["llvm.fptoui"] = decodeToInteger<false>;
  table["llvm.bitcast"] = decodeBitcast;
  table["llvm.addrspacecast"] = decodeAddrSpaceCast;
}

} // namespace humming::emulator
