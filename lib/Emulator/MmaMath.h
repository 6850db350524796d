//===- MmaMath.h - Products of matrices of numbers --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What matrix instructions of warps and of warpgroups have in common: operands
// become numbers, products of those are added in ascending k.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_MMAMATH_H
#define HUMMING_LIB_EMULATOR_MMAMATH_H

#include "FloatFormat.h"
#include "Machine.h"

#include "humming/Target/MmaAtom.h"

namespace humming::emulator {

constexpr unsigned kMaxRows = 16;
constexpr unsigned kTokens = 8;
constexpr unsigned kMaxDepth = 64;
constexpr unsigned kWordBits = 32;
constexpr unsigned kByteBits = 8;

/// Where the elements of an operand go: index [element * 32 + lane] into a
/// row-major matrix.
using Positions = llvm::ArrayRef<uint16_t>;

//===----------------------------------------------------------------------===//
// Formats
//===----------------------------------------------------------------------===//

/// Operand elements of 16 bits.
template <typename Format> struct Half {
  using Number = float;
  static constexpr unsigned kBits = 16;
  float load(uint32_t bits) const { return Format::load(uint16_t(bits)); }
};

/// Operand elements of at most 8 bits, by a table of all of them.
template <ScalarKind Kind, unsigned Bits, typename NumberT> struct Narrow {
  using Number = NumberT;
  static constexpr unsigned kBits = Bits;
  const Number *values = table();
  Number load(uint32_t bits) const { return values[bits]; }

private:
  static const Number *table() {
    static const auto entries = [] {
      std::array<Number, 1u << Bits> all;
      for (uint32_t bits = 0; bits < all.size(); ++bits)
        all[bits] = Number(decode(Kind, bits));
      return all;
    }();
    return entries.data();
  }
};

struct SumF32 {
  using Cell = uint32_t;
  static float load(Cell cell) { return F32Format::load(cell); }
  static Cell store(float sum) { return F32Format::store(sum); }
};
struct SumF16 {
  using Cell = uint16_t;
  static float load(Cell cell) { return F16Format::load(cell); }
  static Cell store(float sum) { return F16Format::store(sum); }
};
/// Unsigned, so that sums wrap.
struct SumI32 {
  using Cell = uint32_t;
  static uint32_t load(Cell cell) { return cell; }
  static Cell store(uint32_t sum) { return sum; }
};

/// How the elements of operands and of accumulators become numbers.
template <typename OperandT, typename SumT> struct Formats {
  using Operand = OperandT;
  using Sum = SumT;
};

/// What `instantiate` returns for the Formats of `atom`, or null where there
/// are none.
template <typename Instantiate>
EffectFn pickFormats(const MmaAtom &atom, Instantiate instantiate) {
  if (atom.a != atom.b)
    return nullptr;
  if (atom.acc == ScalarKind::F16)
    return atom.a == ScalarKind::F16
               ? instantiate(Formats<Half<F16Format>, SumF16>())
               : nullptr;
  bool isInteger = !isFloat(atom.a);
  if (atom.acc != (isInteger ? ScalarKind::I32 : ScalarKind::F32))
    return nullptr;
  switch (atom.a) {
  case ScalarKind::F16:
    return instantiate(Formats<Half<F16Format>, SumF32>());
  case ScalarKind::BF16:
    return instantiate(Formats<Half<BF16Format>, SumF32>());
  case ScalarKind::E4M3:
    return instantiate(Formats<Narrow<ScalarKind::E4M3, 8, float>, SumF32>());
  case ScalarKind::E5M2:
    return instantiate(Formats<Narrow<ScalarKind::E5M2, 8, float>, SumF32>());
  case ScalarKind::E2M1:
    return instantiate(Formats<Narrow<ScalarKind::E2M1, 4, float>, SumF32>());
  case ScalarKind::I8:
    return instantiate(Formats<Narrow<ScalarKind::I8, 8, int32_t>, SumI32>());
  case ScalarKind::I4:
    return instantiate(Formats<Narrow<ScalarKind::I4, 4, int32_t>, SumI32>());
  default:
    return nullptr;
  }
}

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

/// Fills `matrix` from the planes of an operand.
template <typename Operand>
void gather(Warp &warp, const Plane *planes, unsigned elements,
            unsigned perPlane, Positions positions,
            typename Operand::Number *matrix) {
  const Operand operand;
  constexpr uint32_t kMask = (1u << Operand::kBits) - 1;
  for (unsigned e = 0; e < elements; ++e) {
    typename Operand::Number values[kLanes];
    if (perPlane > 1) {
      const uint32_t *words = warp.lanes<uint32_t>(planes[e / perPlane]);
      unsigned shift = e % perPlane * Operand::kBits;
      for (unsigned lane = 0; lane < kLanes; ++lane)
        values[lane] = operand.load(words[lane] >> shift & kMask);
    } else {
      const uint16_t *cells = warp.lanes<uint16_t>(planes[e]);
      for (unsigned lane = 0; lane < kLanes; ++lane)
        values[lane] = operand.load(cells[lane]);
    }
    const uint16_t *to = positions.data() + e * kLanes;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      matrix[to[lane]] = values[lane];
  }
}

/// c += a * b
template <typename Number, typename Sum>
void multiplyPlain(unsigned rows, unsigned depth, const Number *a,
                   const Number *b, Sum *c) {
  for (unsigned row = 0; row < rows; ++row) {
    Sum sum[kTokens];
    for (unsigned token = 0; token < kTokens; ++token)
      sum[token] = c[row * kTokens + token];
    for (unsigned k = 0; k < depth; ++k) {
      Number factor = a[row * depth + k];
      for (unsigned token = 0; token < kTokens; ++token)
        sum[token] += Sum(factor * b[k * kTokens + token]);
    }
    for (unsigned token = 0; token < kTokens; ++token)
      c[row * kTokens + token] = sum[token];
  }
}

/// Positions of the first `elements` of each lane, those of one instruction.
/// `columns` is the width of the row-major matrix that the fragment is put in;
/// `transposed` puts element (row, column) at (column, row).
inline Positions tabulate(Program &program, const Fragment &fragment,
                          unsigned elements, unsigned columns,
                          bool transposed) {
  llvm::SmallVector<uint16_t> positions;
  for (unsigned element = 0; element < elements; ++element)
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      auto [row, column] = fragment.coordinates(lane, element);
      positions.push_back(transposed ? column * columns + row
                                     : row * columns + column);
    }
  return program.copy(llvm::ArrayRef(positions));
}

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_MMAMATH_H
