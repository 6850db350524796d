//===- Compile.cpp - Compilation in C -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A problem to PTX without a device, and what the compilation came to.
//
//===----------------------------------------------------------------------===//

#include "Internal.h"

using namespace humming::capi;
using namespace humming::jit;

hummingStatus hummingModuleCompile(hummingProblem problem, hummingString arch,
                                   int64_t tokens, hummingModule *module) {
  HUMMING_EXPECT(problem != nullptr);
  HUMMING_EXPECT(arch.length > 0);
  HUMMING_EXPECT(tokens >= 0);
  HUMMING_EXPECT(module != nullptr);
  CompileOptions options;
  options.arch = toRef(arch).str();
  options.tokens = tokens;
  options.nvvm = false;
  options.source = problem->problem.source;
  llvm::Expected<CompiledModule> compiled =
      compile(problem->problem.ir, options);
  if (!compiled)
    return report(compiled.takeError());
  auto *result = new hummingModuleImpl{std::move(*compiled), {}};
  for (const CompiledKernel &kernel : result->module.kernels) {
    auto &tensors = result->tensors.emplace_back();
    for (const KernelTensor &tensor : kernel.launch.tensors)
      tensors.push_back(
          {tensor.buffer, tensor.elementBytes, tensor.cols, tensor.boxRows});
  }
  *module = result;
  return HUMMING_OK;
}

void hummingModuleDestroy(hummingModule module) { delete module; }

hummingStatus hummingModulePtx(hummingModule module, hummingString *ptx) {
  HUMMING_EXPECT(module != nullptr);
  HUMMING_EXPECT(ptx != nullptr);
  *ptx = toC(module->module.ptx);
  return HUMMING_OK;
}

hummingStatus hummingModuleKernelCount(hummingModule module, size_t *count) {
  HUMMING_EXPECT(module != nullptr);
  HUMMING_EXPECT(count != nullptr);
  *count = module->module.kernels.size();
  return HUMMING_OK;
}

hummingStatus hummingModuleKernel(hummingModule module, size_t index,
                                  hummingKernel *kernel) {
  HUMMING_EXPECT(module != nullptr);
  HUMMING_EXPECT(index < module->module.kernels.size());
  HUMMING_EXPECT(kernel != nullptr);
  const CompiledKernel &known = module->module.kernels[index];
  const KernelLaunch &launch = known.launch;
  *kernel = {toC(known.name),      launch.threads,
             launch.shared,        launch.tiles,
             launch.blockN,        launch.blockM,
             launch.split,         launch.blocks,
             launch.units,         module->tensors[index].data(),
             launch.tensors.size()};
  return HUMMING_OK;
}

hummingStatus hummingModuleStageCount(hummingModule module, size_t *count) {
  HUMMING_EXPECT(module != nullptr);
  HUMMING_EXPECT(count != nullptr);
  *count = module->module.stages.size();
  return HUMMING_OK;
}

hummingStatus hummingModuleStage(hummingModule module, size_t index,
                                 hummingStage *stage) {
  HUMMING_EXPECT(module != nullptr);
  HUMMING_EXPECT(index < module->module.stages.size());
  HUMMING_EXPECT(stage != nullptr);
  const StageTime &known = module->module.stages[index];
  *stage = {toC(known.stage), known.milliseconds};
  return HUMMING_OK;
}
