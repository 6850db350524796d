//===- TableLookup.cpp - Codes of tables by byte permutation --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// byte_permute looks up four bytes at once, each by three bits in eight bytes.
// A table of 16 values is four times eight bytes: the low and the high byte of
// the entries 0 to 7 and of 8 to 15. With the nibbles of a word, the codes of
// its four pairs, numbered
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
// for the low and once for the high bytes. For eight codes that is 17
// permutations and 5 other operations, 2.75 a weight in PTX.
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
/// The bits of codes that index a pool; bit 3 of a selector must be clear.
static constexpr uint32_t kIndexBits = 0x77777777;

namespace {

class TableLookup : PairBuilder {
public:
  TableLookup(ImplicitLocOpBuilder &builder, const Code &code, FloatType type)
      : PairBuilder(builder, type) {
    assert(code.bits() == kLookupBits && "the table has two pools for a byte");
    for (unsigned entry = 0; entry < code.size(); ++entry) {
      llvm::APFloat value(code.value(entry));
      bool inexact = false;
      value.convert(type.getFloatSemantics(),
                    llvm::APFloat::rmNearestTiesToEven, &inexact);
      uint32_t bits = uint32_t(value.bitcastToAPInt().getZExtValue());
      for (unsigned byte = 0; byte < 2; ++byte)
        pools[byte][entry / kWordBytes] |= (bits >> 8 * byte & 0xff)
                                           << 8 * (entry % kWordBytes);
    }
  }

  /// Appends the four pairs of a word.
  void lookUp(Value word, SmallVectorImpl<Value> &pairs) {
    Value codes = permute(word, word, constant(kExchangeMiddle));
    Value index = arith::AndIOp::create(builder, codes, constant(kIndexBits));
    // Bit 3 of a code to bit 2 of its nibble.
    Value upper =
        arith::AndIOp::create(builder, shift(codes, -1), constant(kFromSecond));
    Value pick = arith::OrIOp::create(builder, upper, constant(kFromFirst));
    for (unsigned half = 0; half < 2; ++half) {
      int down = -int(half * kHalfBits);
      Value halfIndex = shift(index, down), halfPick = shift(pick, down);
      Value low = bytes(pools[0], halfIndex, halfPick);
      Value high = bytes(pools[1], halfIndex, halfPick);
      for (uint32_t selector : kPairs)
        pairs.push_back(asPair(permute(low, high, constant(selector))));
    }
  }

private:
  using Pool = std::array<uint32_t, 2 * kPoolBytes / kWordBytes>;

  Value permute(Value a, Value b, Value selector) {
    return BytePermuteOp::create(builder, a, b, selector);
  }

  /// One byte of the entries of four codes.
  Value bytes(const Pool &pool, Value index, Value pick) {
    Value first = permute(constant(pool[0]), constant(pool[1]), index);
    Value second = permute(constant(pool[2]), constant(pool[3]), index);
    return permute(first, second, pick);
  }

  /// The low and the high bytes of the table.
  std::array<Pool, 2> pools = {};
};

} // namespace

SmallVector<Value> tile::lookUpTable(ImplicitLocOpBuilder &builder,
                                     const Code &code, FloatType type,
                                     ArrayRef<Value> words) {
  TableLookup lookup(builder, code, type);
  SmallVector<Value> pairs;
  for (Value word : words)
    lookup.lookUp(word, pairs);
  return pairs;
}
