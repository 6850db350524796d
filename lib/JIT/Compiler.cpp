//===- Compiler.cpp - From a problem to kernels, in one call --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parses, runs the pipeline, keeps the wanted kernels, and emits them.
//
//===----------------------------------------------------------------------===//

#include "humming/JIT/Compiler.h"

#include "Diagnostics.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/InitAll.h"
#include "humming/Pipelines/Pipelines.h"
#include "humming/Target/Arch.h"
#include "humming/Target/PtxEmission.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace humming;
using namespace humming::jit;

const CompiledKernel *CompiledModule::lookup(StringRef name) const {
  for (const CompiledKernel &kernel : kernels)
    if (kernel.name == name)
      return &kernel;
  return nullptr;
}

double CompiledModule::milliseconds() const {
  double sum = 0;
  for (const StageTime &stage : stages)
    sum += stage.milliseconds;
  return sum;
}

/// Erases the kernels that `set` leaves out and lists the others. The gemm of
/// function @f is the kernel @f; all others of its module pack.
static void selectKernels(gpu::GPUModuleOp module, StringRef gemm,
                          KernelSet set, std::vector<CompiledKernel> &kernels) {
  for (Operation &op : llvm::make_early_inc_range(module.getOps())) {
    auto launch =
        op.getAttrOfType<tile::LaunchAttr>(tile::LaunchAttr::getName());
    if (!launch)
      continue;
    StringRef name = SymbolTable::getSymbolName(&op);
    bool isGemm = name == gemm;
    if ((set == KernelSet::Gemm && !isGemm) ||
        (set == KernelSet::Pack && isGemm)) {
      op.erase();
      continue;
    }
    KernelLaunch values;
    values.threads = launch.getThreads();
    values.shared = launch.getShared();
    values.tiles = launch.getTiles();
    values.blockN = launch.getBlockN();
    values.blockM = launch.getBlockM();
    values.split = launch.getSplit();
    values.blocks = launch.getBlocks();
    values.units = launch.getUnits();
    if (auto maps = op.getAttrOfType<ArrayAttr>(tile::TensorMapAttr::getName()))
      for (auto map : maps.getAsRange<tile::TensorMapAttr>())
        values.tensors.push_back(
            {uint32_t(map.getArgument()), uint64_t(map.getCols()),
             uint32_t(map.getBits() / 8), uint32_t(map.getBoxRows())});
    kernels.push_back({name.str(), std::move(values)});
  }
}

static llvm::Error emit(ModuleOp module, const CompileOptions &options,
                        StringRef gemm, DiagnosticCollector &diagnostics,
                        CompiledModule &result) {
  auto modules = llvm::to_vector(module.getOps<gpu::GPUModuleOp>());
  if (modules.size() != 1) {
    module.emitError("expected one gpu.module after the pipeline, got ")
        << modules.size();
    return diagnostics.takeError("emit");
  }
  selectKernels(modules[0], gemm, options.kernels, result.kernels);
  if (options.nvvm) {
    StageTimer timer(result.stages, "bytecode");
    llvm::raw_string_ostream os(result.nvvm);
    if (failed(writeBytecodeToFile(module, os)))
      return diagnostics.takeError("bytecode");
  }
  if (!options.ptx)
    return llvm::Error::success();
  FailureOr<PtxResult> ptx = emitPtx(modules[0], *lookupArch(options.arch));
  if (failed(ptx))
    return diagnostics.takeError("emit-ptx");
  result.ptx = std::move(ptx->ptx);
  result.stages.push_back({"translate", ptx->translateMs});
  result.stages.push_back({"optimize", ptx->optimizeMs});
  result.stages.push_back({"codegen", ptx->codegenMs});
  return llvm::Error::success();
}

llvm::Expected<CompiledModule>
humming::jit::compile(StringRef ir, const CompileOptions &options) {
  if (!lookupArch(options.arch))
    return invalidArgument("unknown architecture '" + options.arch +
                           "', known are " + knownArchNames());
  CompiledModule result;
  result.arch = options.arch;
  result.tokens = options.tokens;

  std::optional<StageTimer> setup(std::in_place, result.stages, "parse");
  DialectRegistry registry;
  registerAllDialects(registry);
  registerPtxTranslations(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  DiagnosticCollector diagnostics(&context);
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(ir, &context, options.source);
  setup.reset();
  if (!module)
    return diagnostics.takeError("parse");
  auto functions = llvm::to_vector(module->getOps<func::FuncOp>());
  if (functions.size() != 1)
    return invalidArgument("expected a module with one function, got " +
                           Twine(functions.size()));
  std::string gemm = functions[0].getName().str();

  PipelineOptions pipeline;
  pipeline.arch = options.arch;
  pipeline.tokens = options.tokens;
  pipeline.gpu = options.gpu;
  pipeline.multiprocessors = options.multiprocessors;
  pipeline.table = options.table;
  PassManager manager(&context);
  buildHummingToNVVM(manager, pipeline);
  std::string failedPass;
  auto keepSchedule = [&](StringRef pass, Operation *op) {
    if (pass != "humming-select-schedule")
      return;
    llvm::raw_string_ostream os(result.schedule);
    op->walk([&](GemmOp gemm) { os << gemm.getScheduleAttr(); });
  };
  manager.addInstrumentation(
      std::make_unique<PassRecorder>(result.stages, failedPass, keepSchedule));
  if (failed(manager.run(*module)))
    return diagnostics.takeError(failedPass);
  if (llvm::Error error = emit(*module, options, gemm, diagnostics, result))
    return std::move(error);
  return result;
}
