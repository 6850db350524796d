//===- Atoms.cpp - Matrix instructions ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// humming_tile.mma_atom becomes a call of the intrinsic that its record in
// MmaAtoms.td names: one lowering for every atom.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"

using namespace mlir;
using namespace humming;

/// LLVM's type for one register of elements of `type`, a type of LLVM: f16 come
/// in pairs, f32 and i32 alone, everything else as bits. See
/// IntrinsicsNVVM.td, WMMA_REGS.
static Type wordType(Type type) {
  if (type.isF16())
    return VectorType::get(2, type);
  if (type.getIntOrFloatBitWidth() == kWordBits)
    return type;
  return IntegerType::get(type.getContext(), kWordBits);
}

/// The registers that hold `value`, a vector of whole words.
static SmallVector<Value> splitWords(OpBuilder &builder, Location loc,
                                     Value value) {
  auto vector = cast<VectorType>(value.getType());
  Type element = vector.getElementType();
  Type word = wordType(element);
  int64_t perWord = kWordBits / element.getIntOrFloatBitWidth();
  int64_t count = vector.getNumElements() / perWord;
  // Pairs are vectors themselves.
  if (isa<VectorType>(word)) {
    SmallVector<Value> words;
    for (int32_t first = 0; first < vector.getNumElements(); first += perWord)
      words.push_back(LLVM::ShuffleVectorOp::create(builder, loc, value, value,
                                                    {first, first + 1}));
    return words;
  }
  if (perWord > 1)
    value = LLVM::BitcastOp::create(builder, loc, VectorType::get(count, word),
                                    value);
  return splitElements(builder, loc, value);
}

/// The vector of `type` in the registers `words`: accumulators, which are words
/// or pairs.
static Value joinWords(OpBuilder &builder, Location loc, VectorType type,
                       ArrayRef<Value> words) {
  SmallVector<Value> elements;
  for (Value word : words) {
    if (isa<VectorType>(word.getType()))
      llvm::append_range(elements, splitElements(builder, loc, word));
    else
      elements.push_back(word);
  }
  return joinElements(builder, loc, type, elements);
}

/// A word whose lowest bytes are those of `vector`, of i8.
static Value joinBytes(OpBuilder &builder, Location loc, Value vector) {
  int64_t bytes = cast<VectorType>(vector.getType()).getNumElements();
  Value bits = LLVM::BitcastOp::create(
      builder, loc, builder.getIntegerType(bytes * 8), vector);
  if (bits.getType().isInteger(kWordBits))
    return bits;
  return LLVM::ZExtOp::create(builder, loc, builder.getI32Type(), bits);
}

/// Appends the scales of one operand: a word, whose lowest bytes are used, of
/// the first lanes that can supply it.
static void appendScales(OpBuilder &builder, Location loc, Value word,
                         SmallVectorImpl<Value> &operands) {
  Value first = LLVM::ConstantOp::create(builder, loc, builder.getI16Type(), 0);
  operands.append({word, first, first});
}

/// A word of scales of one.
static Value createUnitScales(OpBuilder &builder, Location loc,
                              ScalarKind kind) {
  uint32_t one = encode(kind, 1);
  return LLVM::ConstantOp::create(builder, loc, builder.getI32Type(),
                                  builder.getI32IntegerAttr(one * 0x01010101));
}

namespace {

struct LowerMmaAtom : ConvertOpToLLVMPattern<tile::MmaAtomOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::MmaAtomOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    const MmaAtom *atom = op.getTableEntry();
    Location loc = op.getLoc();
    SmallVector<Value> a = splitWords(rewriter, loc, adaptor.getA());
    SmallVector<Value> b = splitWords(rewriter, loc, adaptor.getB());
    SmallVector<Value> c = splitWords(rewriter, loc, adaptor.getC());
    SmallVector<Value> scales;
    for (Value vector : adaptor.getScales())
      appendScales(rewriter, loc, joinBytes(rewriter, loc, vector), scales);
    if (atom->scale && scales.empty()) {
      Value one = createUnitScales(rewriter, loc, *atom->scale);
      appendScales(rewriter, loc, one, scales);
      appendScales(rewriter, loc, one, scales);
    }

    int64_t rows = atom->issueRows, steps = atom->issueK;
    size_t perA = a.size() / (rows * steps), perB = b.size() / steps,
           perC = c.size() / rows;
    SmallVector<Type> results(perC, c.front().getType());
    auto structure = LLVM::LLVMStructType::getLiteral(op.getContext(), results);
    for (int64_t step = 0; step < steps; ++step)
      for (int64_t row = 0; row < rows; ++row) {
        SmallVector<Value> operands(
            ArrayRef(a).slice((step * rows + row) * perA, perA));
        llvm::append_range(operands, ArrayRef(b).slice(step * perB, perB));
        MutableArrayRef<Value> sums =
            MutableArrayRef(c).slice(row * perC, perC);
        llvm::append_range(operands, sums);
        llvm::append_range(operands, scales);
        auto call = LLVM::CallIntrinsicOp::create(
            rewriter, loc, structure, rewriter.getStringAttr(atom->intrinsic),
            operands);
        for (auto [index, sum] : llvm::enumerate(sums))
          sum = LLVM::ExtractValueOp::create(rewriter, loc, call.getResults(),
                                             index);
      }
    rewriter.replaceOp(op, joinWords(rewriter, loc,
                                     cast<VectorType>(adaptor.getC().getType()),
                                     c));
    return success();
  }
};

} // namespace

void humming::populateAtomPatterns(const LLVMTypeConverter &converter,
                                   RewritePatternSet &patterns) {
  patterns.add<LowerMmaAtom>(converter);
}
