//===- Code.h - Weight codes: finite tables of values -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A weight format is a finite table: code number to value, at most 256 entries.
// Integers, minifloats and explicit tables are constructors of the one concept.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_NUMERICS_CODE_H
#define HUMMING_NUMERICS_CODE_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace humming {

/// A code of 1 to 8 bits. A value type, equal when it is the same table.
class Code {
public:
  enum class Kind : uint8_t {
    Unsigned, ///< u1..u8: the value is the code.
    Signed,   ///< i1..i8: two's complement.
    Float, ///< eXmY: sign, X exponent bits, Y fraction bits; see minifloat().
    Table  ///< Values given one by one; see table().
  };

  /// Unsigned integer of `bits` bits, 1..8.
  static Code unsignedInteger(unsigned bits);
  /// Two's complement integer of `bits` bits, 1..8.
  static Code signedInteger(unsigned bits);
  /// Signed minifloat eXmY of 1 + X + Y <= 8 bits, X >= 1. Bias 2^(X-1) - 1,
  /// subnormals, every code finite: no infinities, no NaN.
  static Code minifloat(unsigned exponentBits, unsigned mantissaBits);
  /// The table `values`, whose size is a power of two, 2..256; all finite. Zero
  /// has no sign.
  static Code table(std::vector<double> values);

  /// nf4, the 4-bit NormalFloat: Dettmers, Pagnoni, Holtzman, Zettlemoyer,
  /// "QLoRA: Efficient Finetuning of Quantized LLMs", Appendix E.
  static Code normalFloat4();

  /// Parses "u4", "i8", "e3m2", "nf4" and tables such as "lut1,[-1, 0.5]", with
  /// or without spaces behind commas. Nothing for any other text, or for a
  /// width outside 1..8 bits, for an exponent of no bits, or for a table that
  /// is not of 2^B finite values.
  static std::optional<Code> parse(std::string_view name);

  /// Width in bits, 1..8.
  unsigned bits() const { return numBits; }
  /// Number of codes, 2^bits.
  unsigned size() const { return 1u << numBits; }
  Kind kind() const { return codeKind; }
  /// Bits of exponent (X of eXmY); zero for other kinds.
  unsigned exponentBits() const { return numExponentBits; }
  /// Bits of fraction (Y of eXmY); zero for other kinds.
  unsigned mantissaBits() const {
    return codeKind == Kind::Float ? numBits - 1 - numExponentBits : 0;
  }
  /// What parse() reads, the same for equal codes. Values of tables are written
  /// with 17 digits (less where fewer are exact), a space behind each comma but
  /// the first: "lut1,[-1, 0.5]".
  std::string name() const;

  /// The value of a code in 0 .. size()-1. For uB the code itself: the zero
  /// point is taken off by whoever holds it.
  double value(unsigned code) const;

  /// The zero point of an operand that has none: 2^(B-1) for uB, else 0. The
  /// number a code stands for is then `value(code) - defaultZero()`.
  int defaultZero() const;

  /// The code of the nearest value; of two equally near the even code, and of
  /// two even ones (+0 and -0) the smaller. Values beyond the ends of the table
  /// get its end. NaN gets the code nearest to zero.
  unsigned encode(double value) const;

  /// The greatest |value(code) - zero| over all codes.
  double maxMagnitude(double zero) const;

  friend bool operator==(const Code &a, const Code &b) {
    return a.codeKind == b.codeKind && a.numBits == b.numBits &&
           a.numExponentBits == b.numExponentBits && a.entries == b.entries;
  }
  friend bool operator!=(const Code &a, const Code &b) { return !(a == b); }

private:
  Code(Kind kind, unsigned bits, unsigned exponentBits = 0)
      : codeKind(kind), numBits(bits), numExponentBits(exponentBits) {}

  Kind codeKind;
  uint8_t numBits;
  uint8_t numExponentBits;
  std::vector<double> entries; // Of a table; empty for the other kinds.
};

} // namespace humming

#endif // HUMMING_NUMERICS_CODE_H
