//===- TileKernel.h - Kernels in tile form on the emulator ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lowers a kernel in tile form and runs it on arrays: what the layouts say is
// there against what is computed.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_HUMMINGTILE_TILEKERNEL_H
#define HUMMING_TEST_UNIT_HUMMINGTILE_TILEKERNEL_H

#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Emulator/Emulator.h"
#include "humming/InitAll.h"
#include "humming/Pipelines/Pipelines.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include "gtest/gtest.h"

namespace humming::tile {

/// One kernel of (buffers..., m) in tile form, compiled for one architecture.
class TileKernel {
public:
  TileKernel(llvm::StringRef text, llvm::StringRef arch) {
    mlir::DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    mlir::PassManager manager(&context);
    PipelineOptions options;
    options.arch = arch.str();
    buildTileToThread(manager, options);
    buildThreadToNVVM(manager, options);
    if (!module || failed(manager.run(*module))) {
      ADD_FAILURE() << "expected to compile " << text.str();
      return;
    }
    auto kernels = *module->getOps<mlir::gpu::GPUModuleOp>().begin();
    auto result = emulator::Module::decode(kernels);
    if (failed(result))
      ADD_FAILURE() << "expected to decode " << text.str();
    else
      decoded = std::move(*result);
    for (mlir::Operation &op : *kernels.getBody())
      if (auto attr = op.getAttrOfType<LaunchAttr>(LaunchAttr::getName()))
        shape = attr;
  }

  bool isCompiled() const { return decoded && shape; }
  LaunchAttr getLaunch() const { return shape; }

  /// Runs on `m` tokens, with copies of `buffers`, and returns the last one.
  std::vector<uint8_t> run(std::vector<std::vector<uint8_t>> buffers,
                           int32_t m) {
    emulator::DeviceMemory memory;
    std::vector<uint64_t> addresses;
    std::vector<const void *> arguments;
    for (const std::vector<uint8_t> &buffer : buffers) {
      addresses.push_back(memory.allocate(buffer.size()));
      EXPECT_TRUE(memory.write(addresses.back(), buffer.data(), buffer.size()));
    }
    for (uint64_t &address : addresses)
      arguments.push_back(&address);
    arguments.push_back(&m);
    emulator::LaunchConfig config;
    int64_t tiles =
        shape.getBlockM() ? (m + shape.getBlockM() - 1) / shape.getBlockM() : 1;
    config.grid.x = shape.getTiles() * tiles * shape.getSplit();
    if (int64_t blocks = shape.getBlocks())
      config.grid.x =
          std::min(blocks, shape.getTiles() * tiles * shape.getUnits());
    config.block.x = shape.getThreads();
    config.dynamicSharedBytes = shape.getShared();
    emulator::LaunchResult result =
        decoded->getKernels()[0]->launch(memory, config, arguments);
    EXPECT_TRUE(result.succeeded()) << result.hazard->message;
    counters = result.counters;
    EXPECT_TRUE(memory.read(addresses.back(), buffers.back().data(),
                            buffers.back().size()));
    return buffers.back();
  }

  emulator::Counters counters; ///< of the last run

private:
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<emulator::Module> decoded;
  LaunchAttr shape;
};

/// `text` with each of `names` replaced by what it stands for.
inline std::string
substitute(std::string text,
           llvm::ArrayRef<std::pair<llvm::StringRef, std::string>> names) {
  for (auto [name, value] : names)
    for (size_t at = 0; (at = text.find(name.str(), at)) != std::string::npos;
         at += value.size())
      text.replace(at, name.size(), value);
  return text;
}

/// Element `index` of `bits` bits, from and to the bytes of an array; elements
/// narrower than a byte lie low half first.
inline uint32_t getElement(llvm::ArrayRef<uint8_t> bytes, unsigned bits,
                           int64_t index) {
  uint32_t value = 0;
  for (unsigned bit = 0; bit < bits; ++bit) {
    int64_t at = index * bits + bit;
    value |= uint32_t(bytes[at / 8] >> at % 8 & 1) << bit;
  }
  return value;
}
inline void setElement(std::vector<uint8_t> &bytes, unsigned bits,
                       int64_t index, uint32_t value) {
  for (unsigned bit = 0; bit < bits; ++bit) {
    int64_t at = index * bits + bit;
    bytes[at / 8] &= ~(1u << at % 8);
    bytes[at / 8] |= (value >> bit & 1) << at % 8;
  }
}

} // namespace humming::tile

#endif // HUMMING_TEST_UNIT_HUMMINGTILE_TILEKERNEL_H
