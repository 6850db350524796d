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
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"

using namespace mlir;
using namespace humming;

/// Registers of PTX hold words of 32 bits.
static constexpr unsigned kWordBits = 32;

/// LLVM's type for one register of elements of `type`: f16 come in pairs, f32
/// and i32 alone, everything else as bits. See IntrinsicsNVVM.td, WMMA_REGS.
static Type wordType(Type type) {
  if (type.isF16())
    return VectorType::get(2, type);
  if (type.getIntOrFloatBitWidth() == kWordBits)
    return type;
  return IntegerType::get(type.getContext(), kWordBits);
}

/// Appends the registers that hold `value`, a vector of whole words.
static void appendWords(OpBuilder &builder, Location loc, Value value,
                        SmallVectorImpl<Value> &words) {
  auto vector = cast<VectorType>(value.getType());
  Type element = vector.getElementType();
  Type word = wordType(element);
  unsigned perWord = kWordBits / element.getIntOrFloatBitWidth();
  for (int32_t first = 0; first < vector.getNumElements(); first += perWord) {
    if (perWord == 1) {
      Value position =
          LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), first);
      words.push_back(
          LLVM::ExtractElementOp::create(builder, loc, value, position));
      continue;
    }
    auto positions =
        llvm::to_vector(llvm::seq<int32_t>(first, first + perWord));
    Value part =
        LLVM::ShuffleVectorOp::create(builder, loc, value, value, positions);
    if (part.getType() != word)
      part = LLVM::BitcastOp::create(builder, loc, word, part);
    words.push_back(part);
  }
}

namespace {

struct LowerMmaAtom : ConvertOpToLLVMPattern<tile::MmaAtomOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::MmaAtomOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    const MmaAtom *atom = lookupAtom(op);
    assert(atom && "the verifier knows only atoms of the table");
    Location loc = op.getLoc();
    SmallVector<Value> words;
    appendWords(rewriter, loc, adaptor.getA(), words);
    appendWords(rewriter, loc, adaptor.getB(), words);
    size_t numOperandWords = words.size();
    appendWords(rewriter, loc, adaptor.getC(), words);

    auto vector = cast<VectorType>(adaptor.getC().getType());
    SmallVector<Type> results(words.size() - numOperandWords,
                              wordType(vector.getElementType()));
    auto structure = LLVM::LLVMStructType::getLiteral(op.getContext(), results);
    auto call = LLVM::CallIntrinsicOp::create(
        rewriter, loc, structure, rewriter.getStringAttr(atom->intrinsic),
        words);

    Value result = LLVM::PoisonOp::create(rewriter, loc, vector);
    for (int64_t index = 0; index < vector.getNumElements(); ++index) {
      Value element =
          LLVM::ExtractValueOp::create(rewriter, loc, call.getResults(), index);
      Value position =
          LLVM::ConstantOp::create(rewriter, loc, rewriter.getI64Type(), index);
      result = LLVM::InsertElementOp::create(rewriter, loc, result, element,
                                             position);
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

const MmaAtom *humming::lookupAtom(tile::MmaAtomOp op) {
  auto kind = [](Value value) {
    return scalarKind(cast<VectorType>(value.getType()).getElementType());
  };
  std::optional<ScalarKind> a = kind(op.getA()), b = kind(op.getB()),
                            acc = kind(op.getC());
  if (!a || !b || !acc)
    return nullptr;
  return lookupMmaAtom(op.getAtom(), *a, *b, *acc);
}

void humming::populateAtomPatterns(const LLVMTypeConverter &converter,
                                   RewritePatternSet &patterns) {
  patterns.add<LowerMmaAtom>(converter);
}
