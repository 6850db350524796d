//===- CodeFields.cpp - Codes put together from their planes --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the bits of codes are, and words in which they are together. All planes
// of a code have the slots of the widest (PackedLayout.h), so one shift of a
// narrow plane's word puts the bits of many pairs beside those of the widest:
//
//   3 = 2 + 1       nibble = [any, 1, 2]      a word of eight codes: one lop3
//   5 = 4 + 1       byte = [0, 1, 4]          of four: the even or odd nibbles
//   6 = 4 + 2       byte = [0, 2, 4]            alone, and one lop3
//   7 = 4 + 2 + 1   byte = [0, [1, 2], 4]     the upper nibbles as for 3 bits
//   8               byte, as it is
//
//===----------------------------------------------------------------------===//

#include "DequantBuilder.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// Pairs in a half of a word of nibbles.
static constexpr unsigned kNibblesPerHalf = 4;
static constexpr unsigned kNibbleBits = 4;
/// The first bit of each nibble and byte.
static constexpr uint32_t kNibbles = 0x11111111;
static constexpr uint32_t kBytes = 0x01010101;

CodeFields::CodeFields(ImplicitLocOpBuilder &builder, const Code &code,
                       Value packed, bool flipSign)
    : WordBuilder(builder), code(code) {
  for (unsigned word = 0; word < code.bits(); ++word)
    words.push_back(vector::ExtractOp::create(builder, packed, word));
  if (!flipSign)
    return;
  unsigned top = planeWidths(code.bits()).back();
  for (Value &word : MutableArrayRef(words).take_back(top))
    word = flip(word, ~0u / ((1u << top) - 1) << (top - 1));
}

CodeField CodeFields::field(unsigned pair) {
  if (planeWidths(code.bits()).size() > 1) {
    auto [number, nibble] = nibbleOf(pair);
    return {nibbles(number), kNibbleBits * nibble};
  }
  unsigned perHalf = kHalfBits / code.bits();
  return {words[pair / perHalf], code.bits() * (pair % perHalf)};
}

std::pair<unsigned, unsigned> CodeFields::nibbleOf(unsigned pair) const {
  unsigned slotBits = planeWidths(code.bits()).front();
  unsigned numSlots = kHalfBits / slotBits, perNibble = kNibbleBits / slotBits;
  unsigned slot = pair % numSlots;
  return {pair / numSlots * perNibble + slot % perNibble, slot / perNibble};
}

Value CodeFields::nibbles(unsigned index) {
  Value &result = nibbleWords[index];
  if (result)
    return result;
  unsigned slotBits = planeWidths(code.bits()).front();
  unsigned perNibble = kNibbleBits / slotBits, block = index / perNibble;
  int position = slotBits * (index % perNibble);
  result = shift(word(0, block), -position);
  if (code.bits() != 3)
    return result;
  // The third bit of block b is number b of its slot.
  Value third = shift(word(2, 0), 2 - position - int(block));
  return result = join(keep(result, 3 * kNibbles), keep(third, 12 * kNibbles));
}

CodeField CodeFields::byte(unsigned pair) {
  if (code.bits() == 8)
    return {bytes(pair / 2), pair % 2 * 8};
  unsigned nibble = pair % kNibblesPerHalf;
  return {bytes(pair / kNibblesPerHalf * 2 + nibble % 2), nibble / 2 * 8};
}

/// Of 5 to 7 bits: the codes of the even or of the odd nibbles of a word of the
/// plane of 4 bits.
Value CodeFields::bytes(unsigned index) {
  Value &result = byteWords[index];
  if (result)
    return result;
  if (code.bits() == 8)
    return result = words[index];
  unsigned block = index / 2, odd = index % 2;
  int down = kNibbleBits * odd;
  Value low = keep(shift(word(0, block), -down), 0xf * kBytes);
  if (code.bits() == 7) {
    Value upper = shift(upperNibbles(block), int(kNibbleBits) - down);
    return result = join(low, keep(upper, 0xf0 * kBytes));
  }
  unsigned width = code.bits() - kNibbleBits, perSlot = kNibbleBits / width;
  int bit = down + int(width * (block % perSlot));
  Value upper = shift(word(kNibbleBits, block / perSlot), 4 - bit);
  uint32_t bits = ((1u << width) - 1) << kNibbleBits;
  return result = join(low, keep(upper, bits * kBytes));
}

/// Bits 4 to 6 of codes of 7 bits, in the nibbles of the lower four.
Value CodeFields::upperNibbles(unsigned block) {
  Value &result = nibbleWords[block];
  if (result)
    return result;
  Value two = shift(word(4, block / 2), -int(block % 2 * 2));
  Value one = shift(word(6, 0), 2 - int(block));
  return result = join(keep(two, 3 * kNibbles), keep(one, 4 * kNibbles));
}
