//===- CompiledKernel.cpp - Gemms compiled to be broken -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompiledKernel.h"

#include "Emulator/TensorMap.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/InitAll.h"
#include "humming/Pipelines/Pipelines.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace humming;
using namespace humming::emulator;

CompiledKernel::CompiledKernel() {
  DialectRegistry registry;
  registerAllDialects(registry);
  harness.context.appendDialectRegistry(registry);
}

OwningOpRef<ModuleOp> CompiledKernel::compile(const std::string &text,
                                              StringRef arch, int64_t tokens) {
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(text, &harness.context, "gemm");
  EXPECT_TRUE(module);
  PassManager manager(&harness.context);
  PipelineOptions options;
  options.arch = arch.str();
  options.tokens = tokens;
  buildHummingToNVVM(manager, options);
  EXPECT_TRUE(module && succeeded(manager.run(*module)));
  return module;
}

static gpu::GPUModuleOp kernels(ModuleOp module) {
  return *module.getOps<gpu::GPUModuleOp>().begin();
}

Operation *CompiledKernel::gemm(ModuleOp module) {
  return SymbolTable::lookupSymbolIn(kernels(module), "gemm");
}

SmallVector<Operation *> CompiledKernel::find(ModuleOp module, StringRef name) {
  SmallVector<Operation *> ops;
  gemm(module)->walk([&](Operation *op) {
    auto inlineAsm = dyn_cast<LLVM::InlineAsmOp>(op);
    if (op->getName().getStringRef() == name &&
        (!inlineAsm ||
         inlineAsm.getAsmString().starts_with("wgmma.wait_group")))
      ops.push_back(op);
  });
  return ops;
}

void CompiledKernel::run(
    ModuleOp module, function_ref<void(Options &, ArrayRef<uint64_t>)> prepare,
    function_ref<void(const LaunchResult &)> check) {
  FailureOr<std::unique_ptr<Module>> decoded = Module::decode(kernels(module));
  ASSERT_TRUE(succeeded(decoded));
  auto shape = gemm(module)->getAttrOfType<tile::LaunchAttr>(
      tile::LaunchAttr::getName());
  const int32_t m = 33;
  int64_t tiles = shape.getTiles();
  if (shape.getBlockM())
    tiles *= llvm::divideCeil(m, shape.getBlockM());
  harness.config.grid.x = tiles * shape.getSplit();
  if (int64_t blocks = shape.getBlocks())
    harness.config.grid.x = std::min(blocks, tiles * shape.getUnits());
  harness.config.block.x = shape.getThreads();
  harness.config.dynamicSharedBytes = shape.getShared();

  // Buffers, tensor maps, the number of tokens.
  ArrayRef<Attribute> maps;
  if (auto array = gemm(module)->getAttrOfType<ArrayAttr>(
          tile::TensorMapAttr::getName()))
    maps = array.getValue();
  const Kernel &kernel = *(*decoded)->lookup("gemm");
  std::vector<uint64_t> buffers(kernel.getArgumentBytes().size() - 1 -
                                maps.size());
  std::vector<hrtTensorMap> encoded(maps.size());
  std::vector<const void *> arguments;
  for (uint64_t &buffer : buffers) {
    buffer = harness.memory.allocate(kBytes);
    arguments.push_back(&buffer);
  }
  for (auto [attribute, bytes] : llvm::zip_equal(maps, encoded)) {
    auto map = cast<tile::TensorMapAttr>(attribute);
    uint32_t element = map.getBits() / 8;
    encodeTensorMap({buffers[map.getArgument()], uint64_t(m),
                     uint64_t(map.getCols()), uint64_t(map.getCols()) * element,
                     element, uint32_t(map.getBoxRows())},
                    bytes);
    arguments.push_back(&bytes);
  }
  arguments.push_back(&m);
  for (uint64_t seed = 0; seed < 6; ++seed) {
    for (uint64_t buffer : buffers)
      harness.memory.fill(buffer, 0, kBytes);
    Options options;
    if (seed)
      options.seed = seed;
    prepare(options, buffers);
    check(kernel.launch(harness.memory, harness.config, arguments, options));
  }
  for (uint64_t buffer : buffers)
    harness.memory.free(buffer);
}
