//===- ConvertPair.cpp - Conversions of pairs -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of nvvm's conversions of pairs: f16 to floats of 8 bits and back.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "FloatFormat.h"
#include "Lanes.h"

#include "humming/Numerics/Float.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace humming::emulator {

/// PTX ISA 9.7.9.21, cvt.rn.satfinite from f16x2: the low half becomes the low
/// byte. What is beyond the largest finite number becomes that, infinity too.
template <ScalarKind Kind>
static void convertPair(const Instruction &inst, uint8_t *regs) {
  const auto *low = lanesAt<uint16_t>(regs, inst.operands[0]);
  const auto *high = lanesAt<uint16_t>(regs, inst.operands[1]);
  auto *result = lanesAt<uint16_t>(regs, inst.results[0]);
  auto convert = [](uint16_t half) -> uint16_t {
    double value = decode(ScalarKind::F16, half), largest = maxFinite(Kind);
    if (value > largest)
      value = largest;
    if (value < -largest)
      value = -largest;
    return encode(Kind, value);
  };
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = convert(low[lane]) | convert(high[lane]) << 8;
}

static LogicalResult decodeConvertPair(Decoder &decoder, Operation *op) {
  auto convert = cast<NVVM::ConvertF16x2ToF8x2Op>(op);
  if (convert.getRelu() || !convert.getDst().getType().isInteger(16))
    return refuse(op, "relu and vectors of bytes");
  FailureOr<ArrayRef<Plane>> result = decoder.define(convert.getDst());
  if (failed(result))
    return failure();
  decoder
      .emit(op, InstructionKind::Convert, *result,
            decoder.planes(convert.getA()))
      .pure = isa<Float8E5M2Type>(convert.getDstTy())
                  ? convertPair<ScalarKind::E5M2>
                  : convertPair<ScalarKind::E4M3>;
  return success();
}

namespace {
/// PTX ISA 9.7.9.21, cvt.rn to f16x2: exact, the low byte becomes the low half.
template <ScalarKind Kind> struct ExtendByte {
  uint16_t operator()(const Instruction &, uint8_t a) const {
    return F16Format::round(decode(Kind, a));
  }
};
} // namespace

static LogicalResult decodeExtendPair(Decoder &decoder, Operation *op) {
  auto extend = cast<NVVM::ConvertF8x2ToF16x2Op>(op);
  if (extend.getRelu())
    return refuse(op, "relu");
  return decoder.emitElementwise(
      op, InstructionKind::Convert,
      isa<Float8E5M2Type>(extend.getSrcType())
          ? mapUnary<uint16_t, uint8_t, ExtendByte<ScalarKind::E5M2>>
          : mapUnary<uint16_t, uint8_t, ExtendByte<ScalarKind::E4M3>>);
}

void registerConvertPairHandlers(HandlerTable &table) {
  table["nvvm.convert.f16x2.to.f8x2"] = decodeConvertPair;
  table["nvvm.convert.f8x2.to.f16x2"] = decodeExtendPair;
}

} // namespace humming::emulator
