//===- TableLookup.cpp - Codes of tables by byte permutation --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// byte_permute looks up four bytes at once, each by three bits in eight bytes.
// A table of up to 8 values is two times eight bytes: the low and the high
// bytes of its entries; one of 16 values is that for its entries 0 to 7 and 8
// to 15. Words have eight codes in nibbles (CodeFields.cpp). With the nibbles
// of a word, the codes of its four pairs, numbered
//
//   3' 2' 1' 0' | 3 2 1 0        (' the pair's second element)
//
// its bytes are first exchanged so that each half has both elements of two
// pairs, 3' 2' 3 2 | 1' 0' 1 0. Then, for each half:
//
//   first, second   byte of entry (code & 7), of entry 8 + (code & 7)
//   byte i          byte i of the one that bit 3 of code i picks
//   pair            low and high byte of both elements, side by side
//
// The two permutations of the first line and that of the second are made once
// for the low and once for the high bytes; tables of up to 8 values have only
// the first. A byte that all entries share is no permutation.
//
//===----------------------------------------------------------------------===//

#include "DequantBuilder.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"

using namespace mlir;
using namespace humming;
using namespace humming::tile;

/// Bytes that one permutation picks from, and those of a word.
static constexpr unsigned kPoolBytes = 8;
static constexpr unsigned kWordBytes = 4;

/// Selectors of byte_permute, least significant nibble first.
static constexpr uint32_t kExchangeMiddle = 0x3120;
/// Byte i of a, or of b where 4 is added to nibble i; in both halves, for each
/// half of the codes.
static constexpr uint32_t kFromFirst = 0x32103210;
static constexpr uint32_t kFromSecond = 0x44444444;
/// Of low bytes (a) and high bytes (b) of elements 0, 1, 0', 1': pairs 0 and 1.
static constexpr uint32_t kPairs[] = {0x6240, 0x7351};
/// The bits of a code that index a pool; bit 3 of a selector must be clear.
static constexpr unsigned kIndexBits = 3;
/// The first bit of each nibble and byte.
static constexpr uint32_t kNibbles = 0x11111111;
static constexpr uint32_t kBytes = 0x01010101;

namespace {

class TableLookup : PairBuilder {
public:
  TableLookup(ImplicitLocOpBuilder &builder, const Code &code, FloatType type)
      : PairBuilder(builder, type), bits(code.bits()) {
    assert(bits <= kLookupBits && "the table has two pools for a byte");
    for (unsigned entry = 0; entry < 2 * kPoolBytes; ++entry) {
      uint32_t value = uint32_t(tableEntry(code, type, entry % code.size())
                                    .bitcastToAPInt()
                                    .getZExtValue());
      for (unsigned byte = 0; byte < 2; ++byte)
        pools[byte][entry / kWordBytes] |= (value >> 8 * byte & 0xff)
                                           << 8 * (entry % kWordBytes);
    }
  }

  /// The four pairs of a word.
  std::array<Value, 4> lookUp(Value word) {
    Value codes = permute(word, word, constant(kExchangeMiddle));
    uint32_t indexBits = (1u << std::min(bits, kIndexBits)) - 1;
    Value index = keep(codes, indexBits * kNibbles), pick;
    if (bits > kIndexBits) {
      // Bit 3 of a code to bit 2 of its nibble.
      Value upper = keep(shift(codes, -1), kFromSecond);
      pick = join(upper, constant(kFromFirst));
    }
    std::array<Value, 4> pairs;
    for (unsigned half = 0; half < 2; ++half) {
      int down = -int(half * kHalfBits);
      Value halfIndex = shift(index, down);
      Value halfPick = pick ? shift(pick, down) : Value();
      Value low = bytes(pools[0], halfIndex, halfPick);
      Value high = bytes(pools[1], halfIndex, halfPick);
      for (unsigned pair = 0; pair < 2; ++pair)
        pairs[2 * half + pair] =
            asPair(permute(low, high, constant(kPairs[pair])));
    }
    return pairs;
  }

private:
  using Pool = std::array<uint32_t, 2 * kPoolBytes / kWordBytes>;

  /// One byte of the entries of four codes.
  Value bytes(const Pool &pool, Value index, Value pick) {
    if (llvm::all_equal(pool) && pool[0] == pool[0] % 0x100 * kBytes)
      return constant(pool[0]);
    Value first = permute(constant(pool[0]), constant(pool[1]), index);
    if (!pick)
      return first;
    Value second = permute(constant(pool[2]), constant(pool[3]), index);
    return permute(first, second, pick);
  }

  unsigned bits; ///< of a code
  /// The low and the high bytes of the table.
  std::array<Pool, 2> pools = {};
};

} // namespace

llvm::APFloat tile::tableEntry(const Code &code, FloatType type,
                               unsigned entry) {
  llvm::APFloat value(code.value(entry));
  bool inexact = false;
  value.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven,
                &inexact);
  return value;
}

SmallVector<Value> tile::lookUpTable(ImplicitLocOpBuilder &builder,
                                     const Code &code, FloatType type,
                                     CodeFields &codes) {
  TableLookup lookup(builder, code, type);
  std::array<std::array<Value, 4>, 4> words;
  for (auto [index, pairs] : llvm::enumerate(words))
    pairs = lookup.lookUp(codes.nibbles(index));
  SmallVector<Value> result;
  for (unsigned pair = 0; pair < kTileCodes / 2; ++pair) {
    auto [word, slot] = codes.nibbleOf(pair);
    result.push_back(words[word][slot]);
  }
  return result;
}
