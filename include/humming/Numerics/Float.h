//===- Float.h - Scalar storage formats, exactly ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The scalar types that activations, scales and outputs are stored in, as bit
// patterns. A pattern decodes exactly to a double; a double encodes with one
// rounding. No LLVM: runtime-side programs use this too.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_NUMERICS_FLOAT_H
#define HUMMING_NUMERICS_FLOAT_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace humming {

/// Storage types of scalars.
///
/// F16, BF16, F32 and E5M2 are IEEE 754 in form. E4M3 has no infinities and one
/// NaN magnitude (0x7f), its largest value is 448. E2M1 has neither, its
/// largest value is 6. UE8M0 is an unsigned power of two, 2^(bits - 127), with
/// 0xff for NaN. I8, I4 and I32 are two's complement.
enum class ScalarKind : uint8_t {
  F16,
  BF16,
  F32,
  E4M3,
  E5M2,
  UE8M0,
  I8,
  I4,
  I32,
  E2M1
};

/// Width in bits: 4, 8, 16 or 32.
unsigned bitWidth(ScalarKind kind);

/// The short name used on command lines and in reports: "f16", "e4m3", "i8".
const char *name(ScalarKind kind);

/// The kind with this short name, if there is one.
std::optional<ScalarKind> parseScalar(std::string_view name);

/// True for the kinds with a fraction or an exponent; false for I8, I4, I32.
bool isFloat(ScalarKind kind);

/// Bits of precision, the leading one included: 11 for F16, 8 for BF16, 1 for
/// UE8M0. For integers the width less the sign.
unsigned precision(ScalarKind kind);

/// The exponent of the least normal value: -14 for F16, -126 for BF16 and F32.
/// Zero for integers, whose quantum is always one.
int minExponent(ScalarKind kind);

/// The largest finite value.
double maxFinite(ScalarKind kind);

/// The value of the low `bitWidth(kind)` bits of `bits`; exact, for every
/// pattern (NaN patterns give a quiet NaN, whose payload is not kept).
double decode(ScalarKind kind, uint32_t bits);

/// The nearest pattern, ties to even; subnormals are kept; the sign of zero is
/// kept. Beyond the largest finite value (after rounding):
///  - F16, BF16, F32, E5M2: infinity, as IEEE 754 says;
///  - E4M3, E2M1: the largest finite value, infinity too (PTX ISA,
///    cvt.satfinite);
///  - UE8M0: clamped to 2^-127 .. 2^127; a negative value has no neighbour and
///    gives NaN; zero gives 2^-127;
///  - integers: clamped to the range.
/// NaN gives the positive canonical NaN, 6 in E2M1 (PTX ISA, cvt.satfinite),
/// and zero in the integer kinds.
uint32_t encode(ScalarKind kind, double value);

/// `decode(kind, encode(kind, value))`: the value rounded once to `kind`.
double roundTo(ScalarKind kind, double value);

/// Half a unit in the last place of `kind` at `magnitude`: the largest error of
/// one rounding to nearest of any value of at most that magnitude (which must
/// not overflow). Zero where the kind rounds nothing at integers.
double halfUlp(ScalarKind kind, double magnitude);

} // namespace humming

#endif // HUMMING_NUMERICS_FLOAT_H
