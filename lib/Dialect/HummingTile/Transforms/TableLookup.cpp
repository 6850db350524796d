//===- TableLookup.cpp - Codes of tables in registers and by pairs --------===//
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
// By pairs, from shared memory, where each lane has a copy of all 256 pairs in
// a bank of its own. A pair's codes lie in nibbles of two bytes, 16 bits apart.
// Both in the upper ones, the word shifted for every other pair, they are
// 16 c and 16 d, and the address is one dot product of bytes:
//
//   128 (c + 16 d) + copy  =  8 (16 c) + 128 (16 d) + copy
//
//===----------------------------------------------------------------------===//

#include "DequantBuilder.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

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

/// What the upper nibbles of both bytes of a pair, in the first bytes of a
/// word's halves, count in its address.
static constexpr uint32_t kPairWeights =
    (kPairBytes << kHalfBits) | kPairBytes / 16;
static constexpr uint32_t kUpperNibbles = 0xf * (kBytes << 4);

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

  /// Entry `number` of the table of pairs: code c + 16 d to c and d in the
  /// places of a word's first pair.
  Value entry(Value number) {
    Value second = keep(shift(number, kHalfBits - kLookupBits), 0xf << 16);
    Value pair = lookUp(join(keep(number, 0xf), second)).front();
    auto words = VectorType::get(1, builder.getI32Type());
    return vector::ExtractOp::create(
        builder, vector::BitCastOp::create(builder, words, pair), 0);
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

/// Pairs of codes of four bits to those of values in memory.
class PairLookup : PairBuilder {
public:
  PairLookup(ImplicitLocOpBuilder &builder, DequantAtomOp op, FloatType type)
      : PairBuilder(builder, type), table(op.getTable()) {
    copy = arith::IndexCastUIOp::create(builder, builder.getI32Type(),
                                        op.getCopy());
  }

  /// The four pairs of a word.
  std::array<Value, 4> lookUp(Value word) {
    Value even = keep(shift(word, 4), kUpperNibbles);
    Value odd = keep(word, kUpperNibbles);
    std::array<Value, 4> pairs;
    for (unsigned pair = 0; pair < pairs.size(); ++pair) {
      Value weights = constant(kPairWeights << pair / 2 * 8);
      Value byte = dotBytes(pair % 2 ? odd : even, weights, copy);
      pairs[pair] =
          asPair(loadEntry(builder, table, byte, builder.getI32Type()));
    }
    return pairs;
  }

private:
  Value table, copy;
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

Value tile::loadEntry(ImplicitLocOpBuilder &builder, Value table, Value byte,
                      Type type) {
  Value address =
      arith::IndexCastUIOp::create(builder, builder.getIndexType(), byte);
  auto memory = cast<MemRefType>(table.getType());
  auto entry = MemRefType::get({1}, type, MemRefLayoutAttrInterface(),
                               memory.getMemorySpace());
  Value view =
      memref::ViewOp::create(builder, entry, table, address, ValueRange());
  Value first = arith::ConstantIndexOp::create(builder, 0);
  return memref::LoadOp::create(builder, view, first);
}

/// The pairs of a tile, from the words that have four each.
template <typename Lookup>
static SmallVector<Value> lookUpTile(Lookup &lookup, CodeFields &codes) {
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

SmallVector<Value> tile::lookUpTable(ImplicitLocOpBuilder &builder,
                                     const Code &code, FloatType type,
                                     CodeFields &codes) {
  TableLookup lookup(builder, code, type);
  return lookUpTile(lookup, codes);
}

SmallVector<Value> tile::lookUpPairs(ImplicitLocOpBuilder &builder,
                                     DequantAtomOp op, FloatType type,
                                     CodeFields &codes) {
  PairLookup lookup(builder, op, type);
  return lookUpTile(lookup, codes);
}

Value tile::pairEntry(ImplicitLocOpBuilder &builder, const Code &code,
                      FloatType type, Value number) {
  return TableLookup(builder, code, type).entry(number);
}
