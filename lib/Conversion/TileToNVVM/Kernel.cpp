//===- Kernel.cpp - Kernels and their shared memory -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// gpu.func becomes an llvm.func with the kernel's annotations; dynamic shared
// memory becomes one external array of the module.
//
//===----------------------------------------------------------------------===//

#include "TileToNVVM.h"
#include "humming/Conversion/Passes.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace humming;

/// Buffers start where the driver's allocations do; 16 bytes is the longest
/// access: PTX ISA, ld.v4.b32.
static constexpr unsigned kBufferAlignment = 16;
/// Swizzles repeat every 8 lines of 128 bytes, and wgmma has them on addresses
/// (PTX ISA, "Matrix Descriptor Format"), so the array itself starts there.
static constexpr unsigned kSharedAlignment = 1024;
/// PTX ISA, "Tensor-map": an opaque object of 128 bytes on a boundary of 64.
static constexpr int64_t kTensorMapBytes = 128, kTensorMapAlignment = 64;

/// True when no op of the kernel writes through `buffer`.
static bool isOnlyRead(Value buffer) {
  return llvm::all_of(buffer.getUses(), [](OpOperand &use) {
    auto effects = dyn_cast<MemoryEffectOpInterface>(use.getOwner());
    if (!effects)
      return false;
    SmallVector<MemoryEffects::EffectInstance> instances;
    effects.getEffectsOnValue(use.get(), instances);
    return !instances.empty() &&
           llvm::all_of(instances, [](const auto &instance) {
             return isa<MemoryEffects::Read>(instance.getEffect());
           });
  });
}

/// Buffers are aligned, and one that is only read overlaps none that is
/// written. Written buffers get no such promise: LLVM would take it to mean
/// that a barrier does not make other threads' writes visible.
static void annotateBuffers(gpu::GPUFuncOp kernel, LLVM::LLVMFuncOp function,
                            OpBuilder &builder) {
  for (BlockArgument buffer : kernel.getArguments()) {
    if (!isa<MemRefType>(buffer.getType()))
      continue;
    unsigned index = buffer.getArgNumber();
    function.setArgAttr(index, LLVM::LLVMDialect::getAlignAttrName(),
                        builder.getI64IntegerAttr(kBufferAlignment));
    if (isOnlyRead(buffer))
      function.setArgAttr(index, LLVM::LLVMDialect::getNoAliasAttrName(),
                          builder.getUnitAttr());
  }
}

/// Tensor maps are passed by value and read where they lie: copies read no
/// thread's own memory.
static void annotateTensorMaps(gpu::GPUFuncOp kernel, LLVM::LLVMFuncOp function,
                               OpBuilder &builder) {
  auto bytes = LLVM::LLVMArrayType::get(builder.getI8Type(), kTensorMapBytes);
  for (BlockArgument map : kernel.getArguments()) {
    if (!isa<nvgpu::TensorMapDescriptorType>(map.getType()))
      continue;
    unsigned index = map.getArgNumber();
    function.setArgAttr(index, LLVM::LLVMDialect::getByValAttrName(),
                        TypeAttr::get(bytes));
    function.setArgAttr(index, LLVM::LLVMDialect::getAlignAttrName(),
                        builder.getI64IntegerAttr(kTensorMapAlignment));
    function.setArgAttr(index, "nvvm.grid_constant", builder.getUnitAttr());
  }
  if (Attribute maps = kernel->getAttr(tile::TensorMapAttr::getName()))
    function->setAttr(tile::TensorMapAttr::getName(), maps);
}

namespace {

struct LowerKernel : ConvertOpToLLVMPattern<gpu::GPUFuncOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(gpu::GPUFuncOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto launch =
        op->getAttrOfType<tile::LaunchAttr>(tile::LaunchAttr::getName());
    if (!op.isKernel() || !launch)
      return op.emitError("expected a kernel with a humming_tile.launch");

    // Not convertFunctionSignature: it would make descriptors of the memrefs.
    TypeConverter::SignatureConversion signature(op.getNumArguments());
    SmallVector<Type> arguments;
    for (auto [index, argument] : llvm::enumerate(op.getArgumentTypes())) {
      Type converted = getTypeConverter()->convertType(argument);
      if (!converted)
        return op.emitError("expected kernel arguments that are scalars or "
                            "global memory of one dimension, got ")
               << argument;
      arguments.push_back(converted);
      signature.addInputs(index, converted);
    }
    auto type = LLVM::LLVMFunctionType::get(
        LLVM::LLVMVoidType::get(op.getContext()), arguments);

    auto function =
        LLVM::LLVMFuncOp::create(rewriter, op.getLoc(), op.getName(), type);
    function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                      rewriter.getUnitAttr());
    function->setAttr("nvvm.kernel", rewriter.getUnitAttr());
    function->setAttr(
        "nvvm.reqntid",
        rewriter.getDenseI32ArrayAttr({int32_t(launch.getThreads()), 1, 1}));
    // One block per multiprocessor is enough: without this ptxas spills rather
    // than use more registers than full occupancy allows.
    if (Attribute registers = op->getAttr(kRegistersAttr))
      function->setAttr("nvvm.maxnreg", registers);
    else
      function->setAttr("nvvm.minctasm", rewriter.getI32IntegerAttr(1));
    if (launch.getCluster() > 1)
      function->setAttr(
          "nvvm.cluster_dim",
          rewriter.getDenseI32ArrayAttr({int32_t(launch.getCluster()), 1, 1}));
    function->setAttr(tile::LaunchAttr::getName(), launch);
    annotateBuffers(op, function, rewriter);
    annotateTensorMaps(op, function, rewriter);

    rewriter.inlineRegionBefore(op.getBody(), function.getBody(),
                                function.end());
    if (failed(rewriter.convertRegionTypes(&function.getBody(),
                                           *getTypeConverter(), &signature)))
      return failure();
    rewriter.eraseOp(op);
    return success();
  }
};

struct LowerReturn : ConvertOpToLLVMPattern<gpu::ReturnOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(gpu::ReturnOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::ReturnOp>(op, adaptor.getOperands());
    return success();
  }
};

struct LowerDynamicShared : ConvertOpToLLVMPattern<gpu::DynamicSharedMemoryOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(gpu::DynamicSharedMemoryOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type type = getTypeConverter()->convertType(op.getType());
    if (!type)
      return failure();
    rewriter.replaceOpWithNewOp<LLVM::AddressOfOp>(op, type, kDynamicShared);
    return success();
  }
};

} // namespace

void humming::declareDynamicShared(gpu::GPUModuleOp module) {
  bool used = false;
  module.walk([&](gpu::DynamicSharedMemoryOp) { used = true; });
  if (!used)
    return;
  auto builder = OpBuilder::atBlockBegin(module.getBody());
  auto array = LLVM::LLVMArrayType::get(builder.getI8Type(), 0);
  LLVM::GlobalOp::create(builder, module.getLoc(), array, /*isConstant=*/false,
                         LLVM::Linkage::External, kDynamicShared,
                         /*value=*/Attribute(), kSharedAlignment, kSharedSpace);
}

void humming::populateKernelPatterns(const LLVMTypeConverter &converter,
                                     RewritePatternSet &patterns) {
  patterns.add<LowerKernel, LowerReturn, LowerDynamicShared>(converter);
}
