//===- Memory.cpp - Views, accesses, atomics, tables ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Accesses of flat memory through bare pointers.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace humming;

/// 16 bytes is the longest access: PTX ISA, ld.v4.b32.
static constexpr unsigned kTableAlignment = 16;

/// The type that a value of `type`, a type of LLVM, has in memory: LLVM packs
/// vectors of elements below a byte, but its backend takes them apart one by
/// one, so they are accessed as words. Null where they are no whole words.
static Type memoryType(Type type) {
  constexpr unsigned byteBits = 8, wordBits = 32;
  Type element = getElementTypeOrSelf(type);
  if (!element.isInteger() || element.getIntOrFloatBitWidth() >= byteBits)
    return type;
  auto vector = dyn_cast<VectorType>(type);
  unsigned bits = element.getIntOrFloatBitWidth();
  if (!vector || vector.getNumElements() * bits % wordBits != 0)
    return Type();
  return VectorType::get(vector.getNumElements() * bits / wordBits,
                         IntegerType::get(type.getContext(), wordBits));
}

namespace {

struct LowerView : ConvertOpToLLVMPattern<memref::ViewOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(memref::ViewOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!getTypeConverter()->convertType(op.getType()))
      return failure();
    rewriter.replaceOp(
        op, elementAddress(rewriter, op.getLoc(), op.getSource().getType(),
                           adaptor.getSource(), adaptor.getByteShift()));
    return success();
  }
};

/// memref.load and vector.load.
template <typename Load> struct LowerLoad : ConvertOpToLLVMPattern<Load> {
  using ConvertOpToLLVMPattern<Load>::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(Load op, typename Load::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type type = this->getTypeConverter()->convertType(op.getType());
    Type inMemory = type ? memoryType(type) : Type();
    if (!inMemory || adaptor.getIndices().size() != 1)
      return failure();
    Value address = elementAddress(rewriter, op.getLoc(), op.getMemRefType(),
                                   adaptor.getOperands().front(),
                                   adaptor.getIndices().front());
    Value loaded = LLVM::LoadOp::create(rewriter, op.getLoc(), inMemory,
                                        address, accessAlignment(op.getType()));
    if (inMemory != type)
      loaded = LLVM::BitcastOp::create(rewriter, op.getLoc(), type, loaded);
    rewriter.replaceOp(op, loaded);
    return success();
  }
};

/// memref.store and vector.store.
template <typename Store> struct LowerStore : ConvertOpToLLVMPattern<Store> {
  using ConvertOpToLLVMPattern<Store>::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(Store op, typename Store::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    // Both ops: the value, the memory, the index.
    ValueRange operands = adaptor.getOperands();
    Value value = operands[0];
    Type inMemory = memoryType(value.getType());
    if (!inMemory || adaptor.getIndices().size() != 1)
      return failure();
    if (inMemory != value.getType())
      value = LLVM::BitcastOp::create(rewriter, op.getLoc(), inMemory, value);
    Value address = elementAddress(rewriter, op.getLoc(), op.getMemRefType(),
                                   operands[1], operands[2]);
    rewriter.replaceOpWithNewOp<LLVM::StoreOp>(
        op, value, address, accessAlignment(op->getOperand(0).getType()));
    return success();
  }
};

struct LowerAtomicAdd : ConvertOpToLLVMPattern<memref::AtomicRMWOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(memref::AtomicRMWOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (op.getKind() != arith::AtomicRMWKind::addi ||
        adaptor.getIndices().size() != 1)
      return rewriter.notifyMatchFailure(op, "expected an addi of one element");
    Value address =
        elementAddress(rewriter, op.getLoc(), op.getMemRefType(),
                       adaptor.getMemref(), adaptor.getIndices().front());
    // Blocks hand data to one another behind the counter: release what this
    // one wrote, acquire what the others did, across the device. With fences,
    // because LLVM's NVPTX backend drops the ordering of an atomicrmw.
    constexpr llvm::StringLiteral scope = "device";
    LLVM::FenceOp::create(rewriter, op.getLoc(), LLVM::AtomicOrdering::release,
                          scope);
    rewriter.replaceOpWithNewOp<LLVM::AtomicRMWOp>(
        op, LLVM::AtomicBinOp::add, address, adaptor.getValue(),
        LLVM::AtomicOrdering::monotonic, scope);
    LLVM::FenceOp::create(rewriter, op.getLoc(), LLVM::AtomicOrdering::acquire,
                          scope);
    return success();
  }
};

/// memref.global with its values: an array of constants of the module.
struct LowerTable : ConvertOpToLLVMPattern<memref::GlobalOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(memref::GlobalOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto pointer = dyn_cast_or_null<LLVM::LLVMPointerType>(
        getTypeConverter()->convertType(op.getType()));
    auto values = dyn_cast_or_null<DenseElementsAttr>(
        op.getInitialValue().value_or(Attribute()));
    Type element =
        getTypeConverter()->convertType(op.getType().getElementType());
    if (!pointer || pointer.getAddressSpace() == kSharedSpace || !values ||
        !op.getConstant() || element.getIntOrFloatBitWidth() < 8)
      return rewriter.notifyMatchFailure(
          op, "expected constants of whole bytes in one dimension");
    if (element != values.getElementType())
      values = values.bitcast(element);
    auto array =
        LLVM::LLVMArrayType::get(element, op.getType().getNumElements());
    rewriter.replaceOpWithNewOp<LLVM::GlobalOp>(
        op, array, /*isConstant=*/true, LLVM::Linkage::Internal,
        op.getSymName(), values, kTableAlignment, pointer.getAddressSpace());
    return success();
  }
};

struct LowerGetTable : ConvertOpToLLVMPattern<memref::GetGlobalOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(memref::GetGlobalOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type type = getTypeConverter()->convertType(op.getType());
    if (!type)
      return failure();
    rewriter.replaceOpWithNewOp<LLVM::AddressOfOp>(op, type, op.getName());
    return success();
  }
};

} // namespace

void humming::populateMemoryPatterns(const LLVMTypeConverter &converter,
                                     RewritePatternSet &patterns) {
  // Ahead of upstream's patterns of vector.load and store, which expect
  // descriptors.
  PatternBenefit benefit = 2;
  patterns.add<LowerView, LowerAtomicAdd, LowerTable, LowerGetTable,
               LowerLoad<memref::LoadOp>, LowerLoad<vector::LoadOp>,
               LowerStore<memref::StoreOp>, LowerStore<vector::StoreOp>>(
      converter, benefit);
}
