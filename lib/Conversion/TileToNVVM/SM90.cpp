//===- SM90.cpp - Instructions that came with sm_90 -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// wgmma, matrix instructions of four warps that run in the background. Neither
// the nvvm dialect nor LLVM has it with weights in registers, so it is inline
// PTX, with a descriptor of them too; accumulators are operands tied to
// results, as the hardware updates them in place.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace humming;

/// PTX ISA, "Matrix Descriptor Format" of wgmma: addresses count 16 bytes, in
/// 18 bits of shared memory; the stride from one core matrix to the next along
/// a row is in bits 16 to 29, that from eight rows or lines to the next in bits
/// 32 to 45; the swizzle of 128 bytes is mode 1 in bits 62 and 63.
static constexpr uint64_t kAddressMask = 0x3ffff;
static constexpr uint64_t kAddressShift = 4;
static constexpr unsigned kAlongRow = 16, kEightRows = 32;
static constexpr uint64_t kEightLines = uint64_t(1024 >> 4) << kEightRows;
static constexpr uint64_t kSwizzle128 = uint64_t(1) << 62;

/// The words that hold `vector`.
static SmallVector<Value> wordsOf(OpBuilder &builder, Location loc,
                                  Value vector) {
  auto type = cast<VectorType>(vector.getType());
  int64_t count =
      type.getNumElements() * type.getElementTypeBitWidth() / kWordBits;
  auto words = VectorType::get(count, builder.getI32Type());
  return splitElements(builder, loc,
                       LLVM::BitcastOp::create(builder, loc, words, vector));
}

/// A vector of the members of `structure` from `first` on.
static Value joinMembers(OpBuilder &builder, Location loc, VectorType type,
                         Value structure, int64_t first) {
  SmallVector<Value> members;
  for (int64_t index = 0; index < type.getNumElements(); ++index)
    members.push_back(
        LLVM::ExtractValueOp::create(builder, loc, structure, first + index));
  return joinElements(builder, loc, type, members);
}

/// Inline PTX that writes registers of `types` and reads `inputs`; operands are
/// numbered in this order. Gives a structure of what it writes: the values of
/// `updated`, changed in place, or new ones where there are none.
static Value createAsm(OpBuilder &builder, Location loc, StringRef text,
                       ArrayRef<Type> types, ArrayRef<Value> inputs,
                       ArrayRef<Value> updated) {
  auto letter = [](Type type) {
    return type.isF32() ? "f" : type.isInteger(64) ? "l" : "r";
  };
  std::string constraints;
  SmallVector<Value> operands(inputs);
  for (Type type : types)
    constraints += std::string("=") + letter(type) + ",";
  for (Value value : inputs)
    constraints += std::string(letter(value.getType())) + ",";
  for (auto [index, value] : llvm::enumerate(updated)) {
    constraints += std::to_string(index) + ",";
    operands.push_back(value);
  }
  constraints += "~{memory}";
  auto structure =
      LLVM::LLVMStructType::getLiteral(builder.getContext(), types);
  auto dialect =
      LLVM::AsmDialectAttr::get(builder.getContext(), LLVM::AsmDialect::AD_ATT);
  return LLVM::InlineAsmOp::create(builder, loc, structure, operands, text,
                                   constraints, /*has_side_effects=*/true,
                                   /*is_align_stack=*/false,
                                   LLVM::TailCallKind::None, dialect,
                                   /*operand_attrs=*/ArrayAttr())
      .getResult(0);
}

/// "{$first, ..., $last}".
static std::string registerList(int64_t first, int64_t count) {
  std::string text = "{";
  for (int64_t index = 0; index < count; ++index)
    text += (index ? ", $" : "$") + std::to_string(first + index);
  return text + "}";
}

namespace {

/// An op that is one of the nvvm dialect, of the same meaning.
template <typename From, typename To>
struct LowerTo : ConvertOpToLLVMPattern<From> {
  using ConvertOpToLLVMPattern<From>::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(From op, typename From::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<To>(op);
    return success();
  }
};

struct LowerProxyFence : ConvertOpToLLVMPattern<tile::ProxyFenceOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::ProxyFenceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<NVVM::FenceProxyOp>(
        op,
        NVVM::ProxyKindAttr::get(op.getContext(),
                                 NVVM::ProxyKind::async_shared),
        NVVM::SharedSpaceAttr::get(op.getContext(),
                                   NVVM::SharedSpace::shared_cta));
    return success();
  }
};

struct LowerMatrixDescriptor
    : ConvertOpToLLVMPattern<tile::MatrixDescriptorOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::MatrixDescriptorOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto memory = cast<MemRefType>(op.getMemory().getType());
    Value pointer = elementAddress(rewriter, loc, memory, adaptor.getMemory(),
                                   adaptor.getOffset());
    uint64_t form = kEightLines | kSwizzle128;
    if (std::optional<ArrayRef<int64_t>> strides = op.getMatrices())
      form = uint64_t(strides->front()) >> kAddressShift << kAlongRow |
             uint64_t(strides->back()) >> kAddressShift << kEightRows;
    // By halves: what depends on the address has 32 bits, as addresses of
    // shared memory.
    Type i32 = rewriter.getI32Type();
    auto number = [&](uint32_t value) -> Value {
      return LLVM::ConstantOp::create(rewriter, loc, i32, int32_t(value));
    };
    Value low = LLVM::PtrToIntOp::create(rewriter, loc, i32, pointer);
    low = LLVM::AndOp::create(rewriter, loc, low, number(kAddressMask));
    low = LLVM::LShrOp::create(rewriter, loc, low, number(kAddressShift));
    low = LLVM::OrOp::create(rewriter, loc, low, number(form));
    Value halves = joinElements(rewriter, loc, VectorType::get(2, i32),
                                {low, number(form >> kWordBits)});
    rewriter.replaceOpWithNewOp<LLVM::BitcastOp>(op, rewriter.getI64Type(),
                                                 halves);
    return success();
  }
};

struct LowerWarpgroupAtom : ConvertOpToLLVMPattern<tile::WarpgroupAtomOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::WarpgroupAtomOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto acc = cast<VectorType>(op.getResult().getType());
    const MmaAtom *atom =
        lookupWarpgroupAtom(op.getAtom(), *scalarKind(op.getOperandType()),
                            *scalarKind(acc.getElementType()));
    assert(atom && "the verifier knows only atoms of the table");

    // The predicate says whether the old sums count.
    bool isFirst = !adaptor.getC();
    SmallVector<Value> sums;
    if (!isFirst)
      sums = splitElements(rewriter, loc, adaptor.getC());
    int64_t count = acc.getNumElements(), perAtom = atom->fragC.regCount();
    SmallVector<Value> inputs = {adaptor.getA()};
    if (!op.isShared())
      inputs = wordsOf(rewriter, loc, adaptor.getA());
    int64_t words = inputs.size();
    std::string weights = op.isShared() ? "$" + std::to_string(count)
                                        : registerList(count, words);
    inputs.push_back(adaptor.getB());

    auto [before, after] = atom->intrinsic.split("{n}");
    auto [name, modifiers] = after.split(" ");
    std::string text =
        ("{\n.reg .pred p;\nsetp.ne.b32 p, " + Twine(isFirst ? 0 : 1) +
         ", 0;\n" + before + Twine(count / perAtom * atom->tokens) + name +
         " " + registerList(0, count) + ", " + weights + ", $" +
         Twine(count + words) + ", p" + modifiers + ";\n}")
            .str();
    SmallVector<Type> types(count, acc.getElementType());
    Value sum = createAsm(rewriter, loc, text, types, inputs, sums);
    rewriter.replaceOp(op, joinMembers(rewriter, loc, acc, sum, /*first=*/0));
    return success();
  }
};

struct LowerWarpgroupWait : ConvertOpToLLVMPattern<tile::WarpgroupWaitOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(tile::WarpgroupWaitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    SmallVector<Value> sums, weights, results;
    for (Value vector : adaptor.getValues())
      llvm::append_range(sums, splitElements(rewriter, loc, vector));
    for (Value vector : adaptor.getWeights())
      llvm::append_range(weights, wordsOf(rewriter, loc, vector));
    std::string text = "wgmma.wait_group.sync.aligned " +
                       std::to_string(op.getPending()) + ";";
    Value waited = createAsm(rewriter, loc, text,
                             SmallVector<Type>(ValueRange(sums).getTypes()),
                             weights, sums);
    int64_t first = 0;
    for (Value vector : adaptor.getValues()) {
      auto type = cast<VectorType>(vector.getType());
      results.push_back(joinMembers(rewriter, loc, type, waited, first));
      first += type.getNumElements();
    }
    rewriter.replaceOp(op, results);
    return success();
  }
};

} // namespace

void humming::populateSM90Patterns(const LLVMTypeConverter &converter,
                                   RewritePatternSet &patterns) {
  populateSM89Patterns(converter, patterns);
  populateBulkPatterns(converter, patterns);
  populateClusterPatterns(converter, patterns);
  populateMatrixPatterns(converter, patterns);
  patterns.add<LowerTo<tile::WarpgroupFenceOp, NVVM::WgmmaFenceAlignedOp>,
               LowerTo<tile::WarpgroupCommitOp, NVVM::WgmmaGroupSyncAlignedOp>,
               LowerProxyFence, LowerMatrixDescriptor, LowerWarpgroupAtom,
               LowerWarpgroupWait>(converter);
}
