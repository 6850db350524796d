//===- ExactData.cpp - Data whose sums are exact --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every code is used; what an accumulator has too few bits for is made up by
// fewer summands.
//
//===----------------------------------------------------------------------===//

#include "ExactData.h"

#include "Operands.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace humming;
using namespace humming::reference;

/// Bits of a magnitude of activations and of an exponent of scales beyond which
/// tests learn nothing.
static constexpr int kMaxActivationBits = 4, kMaxScaleBits = 3;
/// What some tensor cores keep of sums of 8-bit floats; see docs/Numerics.md.
static constexpr int kNarrowPrecision = 14;

/// The greatest power of two that divides `number`, which is not zero.
static double lowestSetBit(double number) {
  double bit = std::ldexp(1.0, std::ilogb(number));
  while (std::fmod(number, bit) != 0)
    bit /= 2;
  return bit;
}

/// Bits of the narrowest accumulator between the products and the result,
/// which f32 is at the latest.
static int accumulatorBits(GemmOp gemm, ScalarKind operand) {
  if (gemm.getEffectiveNumerics().getAcc() == AccKind::F16)
    return precision(ScalarKind::F16);
  if (operand == ScalarKind::E4M3 || operand == ScalarKind::E5M2)
    return kNarrowPrecision;
  return precision(ScalarKind::F32);
}

ExactData::ExactData(GemmOp gemm) {
  ScalarKind operand = *scalarKind(gemm.getA().getType().getElementType());
  Code code = gemm.getCode();
  WeightTable table(code, operand);
  bool hasZero = bool(gemm.getZero());
  bool hasNumbers =
      hasZero && !isa<CodeType>(gemm.getZero().getType().getElementType());
  hasHalfZeros = hasNumbers && code.bits() < precision(operand);

  double greatest = 0;
  quantum = hasHalfZeros ? 0.5 : 0;
  for (unsigned c = 0; c < code.size(); ++c)
    if (double number =
            std::fabs(table.number(c, hasZero ? 0 : code.defaultZero()))) {
      greatest = std::max(greatest, number);
      double bit = lowestSetBit(number);
      quantum = quantum ? std::min(quantum, bit) : bit;
    }
  // Zero points between the codes reach half a number further.
  greatest += hasHalfZeros ? quantum : 0;
  weightBits = greatest ? std::ilogb(greatest / quantum) + 1 : 1;

  // Integers use their whole range, whose end is a power of two.
  int width = bitWidth(operand);
  int mostActivationBits =
      isFloat(operand) ? std::min(kMaxActivationBits, int(precision(operand)))
                       : width;
  activationBits = isFloat(operand) ? std::min(2, mostActivationBits) : width;
  int *scales[] = {&scaleBits, &inputScaleBits, &globalScaleBits};
  bool hasScales[] = {bool(gemm.getScale()), bool(gemm.getInputScale()),
                      bool(gemm.getGlobalScale())};
  for (auto [bits, isThere] : llvm::zip(scales, hasScales))
    *bits = isThere;

  // One bit is spared for the sum with an added operand.
  int precision = accumulatorBits(gemm, operand);
  int freeBits = precision - 1 - weightBits - activationBits - scaleBits -
                 inputScaleBits - globalScaleBits;
  addsOperands = freeBits >= 0;
  int64_t k = gemm.getK();
  if (!addsOperands) {
    // One product is exact whatever its exponent.
    nonzeros = 1;
    activationBits = std::clamp(precision - int(humming::precision(operand)), 1,
                                mostActivationBits);
    for (auto [bits, isThere] : llvm::zip(scales, hasScales))
      *bits = isThere ? kMaxScaleBits : 0;
    return;
  }
  int sumBits = std::min(freeBits, int(llvm::Log2_64_Ceil(k)));
  nonzeros = std::min(k, int64_t(1) << sumBits);
  freeBits -= sumBits;
  int more = std::min(freeBits, mostActivationBits - activationBits);
  activationBits += more;
  freeBits -= more;
  for (int bits = 2; bits <= kMaxScaleBits; ++bits)
    for (auto [scale, isThere] : llvm::zip(scales, hasScales))
      if (isThere && freeBits > 0) {
        *scale = bits;
        --freeBits;
      }
}

bool ExactData::isNonzero(int64_t row, int64_t k, int64_t length) const {
  // Part p is [ceil(p length / nonzeros), ceil((p + 1) length / nonzeros)).
  int64_t part = k * nonzeros / length;
  int64_t begin = llvm::divideCeil(part * length, nonzeros),
          end = llvm::divideCeil((part + 1) * length, nonzeros);
  // An odd stride comes to every place, of a part of 2^i places in 2^i rows.
  constexpr int64_t kStride = 37;
  return k == begin + (row * kStride + part) % (end - begin);
}
