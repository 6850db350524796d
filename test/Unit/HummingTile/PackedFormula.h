//===- PackedFormula.h - Where packed codes and scales lie ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The packed layouts as arithmetic, independent of the layout attribute: the
// picture of docs/Layouts.md as a formula.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_HUMMINGTILE_PACKEDFORMULA_H
#define HUMMING_TEST_UNIT_HUMMINGTILE_PACKEDFORMULA_H

#include <cstdint>
#include <vector>

namespace humming::tile {

/// The first bit of code (row, col) in a plane of `width` bits, in slots of
/// `slotBits`, of n x k codes for operands of `operandBits` bits; `inPairs`:
/// neighbours are in every other field.
inline int64_t packedBit(int64_t width, int64_t slotBits, int64_t operandBits,
                         int64_t k, int64_t row, int64_t col,
                         bool inPairs = false) {
  int64_t tilesPerRow = (k + 63) / 64;
  int64_t tile = row / 16 * tilesPerRow + col / 64;
  row %= 16;
  col %= 64;
  // Which lane holds it, and in which register of which 16-row atom: mma's A.
  int64_t perRegister = 32 / operandBits;
  int64_t lane = row % 8 * 4 + col / perRegister % 4;
  int64_t reg =
      col / (8 * perRegister) * 4 + col / (4 * perRegister) % 2 * 2 + row / 8;
  // Where in the lane's words.
  int64_t field = col % perRegister;
  if (inPairs)
    field = field % 2 * (perRegister / 2) + field / 2;
  int64_t numSlots = operandBits / slotBits, perSlot = slotBits / width;
  int64_t word = reg / (numSlots * perSlot);
  int64_t bit = field * operandBits + reg % numSlots * slotBits +
                reg / numSlots % perSlot * width;
  // Words in runs of at most four.
  int64_t run = width < 4 ? width : 4;
  int64_t words =
      tile * 32 * width + word / run * 32 * run + lane * run + word % run;
  return words * 32 + bit;
}

/// The byte of operand (row, col) of 8 bits, of rows of `k` codes: core
/// matrices of 8 rows by 16 bytes, those of 64 rows below one another.
inline int64_t packedOperandByte(int64_t k, int64_t row, int64_t col) {
  int64_t paddedK = (k + 63) / 64 * 64;
  int64_t matrix = (row / 64 * (paddedK / 16) + col / 16) * 8 + row % 64 / 8;
  return matrix * 128 + row % 8 * 16 + col % 16;
}

/// The position of the scale of (row, group) among `n` rows.
inline int64_t packedScalePosition(int64_t n, int64_t row, int64_t group) {
  int64_t padded = (n + 63) / 64 * 64;
  return group * padded + row / 64 * 64 + row % 8 * 8 + row / 8 % 8;
}

/// Bits of the planes of a code, least significant first.
inline std::vector<int64_t> planesOf(int64_t bits) {
  std::vector<int64_t> planes;
  for (int64_t width : {8, 4, 2, 1})
    if (bits & width)
      planes.push_back(width);
  return planes;
}

/// Code (row, col) of n x k codes of `bits` bits packed in `bytes`: its planes
/// lie one behind another, each with n and k rounded up to 64.
inline unsigned packedCode(const std::vector<uint8_t> &bytes, int64_t bits,
                           int64_t operandBits, int64_t n, int64_t k,
                           int64_t row, int64_t col) {
  if (bits == 8 && operandBits == 8)
    return bytes[packedOperandByte(k, row, col)];
  int64_t codes = (n + 63) / 64 * 64 * ((k + 63) / 64 * 64);
  int64_t base = 0, lowBit = 0;
  unsigned code = 0;
  for (int64_t width : planesOf(bits)) {
    // Planes for 16-bit operands have the slots of the widest of them.
    int64_t slotBits = operandBits == 16 ? planesOf(bits).front() : width;
    int64_t bit = base + packedBit(width, slotBits, operandBits, k, row, col);
    unsigned plane = bytes[bit / 8] >> bit % 8 & ((1u << width) - 1);
    code |= plane << lowBit;
    lowBit += width;
    base += codes * width;
  }
  return code;
}

} // namespace humming::tile

#endif // HUMMING_TEST_UNIT_HUMMINGTILE_PACKEDFORMULA_H
