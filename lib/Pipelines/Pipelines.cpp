//===- Pipelines.cpp - named pass pipelines -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of the passes, stated once, and the form that each stage leaves.
//
//===----------------------------------------------------------------------===//

#include "humming/Pipelines/Pipelines.h"

#include "humming/Conversion/Passes.h"
#include "humming/Dialect/Humming/Transforms/Passes.h"
#include "humming/Dialect/HummingTile/Transforms/Passes.h"
#include "humming/Pipelines/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace humming {

void buildHummingToTile(OpPassManager &manager,
                        const PipelineOptions &options) {
  manager.addPass(createCheckTarget({options.arch}));
  manager.addPass(
      createSelectSchedule({options.arch, options.tokens, options.gpu,
                            options.multiprocessors, options.table}));
  manager.addPass(createPackOperands());
  manager.addPass(createVerifyForm({Form::Problem}));
  manager.addPass(createConvertHummingToTile({options.arch}));
  manager.addPass(createVerifyForm({Form::Tile}));
  manager.nest<gpu::GPUModuleOp>().addPass(tile::createVerifyOrder());
}

void buildTileToThread(OpPassManager &manager, const PipelineOptions &options) {
  OpPassManager &kernels = manager.nest<gpu::GPUModuleOp>();
  kernels.addPass(tile::createAssignLayouts());
  kernels.addPass(tile::createExpandPipeline());
  kernels.addPass(tile::createLowerForeach());
  kernels.addPass(tile::createLowerReduce());
  kernels.addPass(tile::createSpecializeWarps());
  kernels.addPass(tile::createAllocateShared({options.arch}));
  kernels.addPass(tile::createDistribute({options.arch}));
  kernels.addPass(createCSEPass());
  manager.addPass(createVerifyForm({Form::Thread}));
}

void buildThreadToNVVM(OpPassManager &manager, const PipelineOptions &options) {
  OpPassManager &kernels = manager.nest<gpu::GPUModuleOp>();
  kernels.addPass(tile::createExpandDequant());
  kernels.addPass(tile::createInterleaveProducts());
  kernels.addPass(createConvertHummingTileToNVVM({options.arch}));
  manager.addPass(createVerifyForm({Form::NVVM}));
}

void buildHummingToNVVM(OpPassManager &manager,
                        const PipelineOptions &options) {
  buildHummingToTile(manager, options);
  buildTileToThread(manager, options);
  buildThreadToNVVM(manager, options);
}

namespace {
/// PipelineOptions on a command line.
struct CommandLineOptions : public PassPipelineOptions<CommandLineOptions> {
  Option<std::string> arch{*this, "arch",
                           llvm::cl::desc("Architecture, such as sm_80"),
                           llvm::cl::init("sm_80")};
  Option<int64_t> tokens{
      *this, "tokens",
      llvm::cl::desc("The most tokens the kernel is meant for; 0: no limit"),
      llvm::cl::init(0)};
  Option<std::string> gpu{
      *this, "gpu",
      llvm::cl::desc("The GPU, by its driver's name for it; none: a typical "
                     "one of the architecture")};
  Option<int64_t> multiprocessors{
      *this, "multiprocessors",
      llvm::cl::desc("Its multiprocessors; 0: those of its row in Arch.td"),
      llvm::cl::init(0)};
  Option<std::string> table{*this, "table",
                            llvm::cl::desc("A file of measured schedules")};

  PipelineOptions get() const {
    return {arch, tokens, gpu, multiprocessors, table};
  }
};
} // namespace

void registerPipelines() {
  registerHummingPipelinesPasses();
  auto add = [](StringRef name, StringRef description, const auto &build) {
    PassPipelineRegistration<CommandLineOptions>(
        name, description,
        [build](OpPassManager &manager, const CommandLineOptions &options) {
          for (auto step : build)
            step(manager, options.get());
        });
  };
  using Steps = SmallVector<void (*)(OpPassManager &, const PipelineOptions &)>;
  add("humming-to-tile", "Problem form to tile form",
      Steps{buildHummingToTile});
  add("humming-tile-to-thread", "Tile form to thread form",
      Steps{buildTileToThread});
  add("humming-thread-to-nvvm", "Thread form to nvvm form",
      Steps{buildThreadToNVVM});
  add("humming-tile-to-nvvm", "Tile form to nvvm form",
      Steps{buildTileToThread, buildThreadToNVVM});
  add("humming-to-nvvm", "Problem form to nvvm form",
      Steps{buildHummingToNVVM});
}

} // namespace humming
