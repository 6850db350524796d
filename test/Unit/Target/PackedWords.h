//===- PackedWords.h - A lane's codes as dequant_atom takes them -*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Written from the description of humming_tile.dequant_atom, not from the code
// that packs.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_TARGET_PACKEDWORDS_H
#define HUMMING_TEST_UNIT_TARGET_PACKEDWORDS_H

#include "Interpreter.h"

/// Codes of a lane in a tile of 16 x 64.
constexpr unsigned kNumCodes = 32;

/// Packs 32 codes into words, plane by plane: a plane of w bits is w words. For
/// operands of 16 bits all planes have the slots of the widest. `inPairs`:
/// neighbours are in every other field.
inline Bits packWords(const std::vector<unsigned> &codes, unsigned bits,
                      unsigned operandBits, bool inPairs = false) {
  Bits words(bits, 0);
  unsigned lowBit = 0, perRegister = 32 / operandBits, widest = 0;
  for (unsigned width : {8u, 4u, 2u, 1u}) {
    if (!(bits & width))
      continue;
    if (widest == 0 || operandBits != 16)
      widest = width;
    unsigned numSlots = operandBits / widest, perSlot = widest / width;
    for (unsigned q = 0; q < kNumCodes; ++q) {
      unsigned reg = q / perRegister, block = reg / numSlots;
      unsigned field = q % perRegister;
      if (inPairs)
        field = field % 2 * (perRegister / 2) + field / 2;
      unsigned at = widest * (reg % numSlots) + width * (block % perSlot) +
                    operandBits * field;
      uint32_t part = codes[q] >> lowBit & ((1u << width) - 1);
      words[lowBit + block / perSlot] |= part << at;
    }
    lowBit += width;
  }
  return words;
}

#endif // HUMMING_TEST_UNIT_TARGET_PACKEDWORDS_H
