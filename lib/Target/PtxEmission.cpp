//===- PtxEmission.cpp - From the nvvm form to PTX text -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR's translation to LLVM IR, then LLVM's optimizer and NVPTX backend
// through their APIs. The PTX version asked of the backend is the lowest that
// the intrinsics in the optimized kernels need.
//
//===----------------------------------------------------------------------===//

#include "humming/Target/PtxEmission.h"
#include "FuseLop3.h"
#include "FuseShiftAdd.h"
#include "PtxVersion.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include <chrono>
#include <mutex>

using namespace mlir;
using namespace humming;

namespace {

/// Milliseconds since construction or the last call.
class Stopwatch {
public:
  double lap() {
    auto now = std::chrono::steady_clock::now();
    double ms = std::chrono::duration<double, std::milli>(now - start).count();
    start = now;
    return ms;
  }

private:
  std::chrono::steady_clock::time_point start =
      std::chrono::steady_clock::now();
};

/// Turns LLVM's diagnostics into diagnostics at the module: the backend reports
/// what it cannot select through these.
class DiagnosticForwarder : public llvm::DiagnosticHandler {
public:
  explicit DiagnosticForwarder(Operation *op) : op(op) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() != llvm::DS_Error &&
        info.getSeverity() != llvm::DS_Warning)
      return true;
    std::string text;
    llvm::raw_string_ostream stream(text);
    llvm::DiagnosticPrinterRawOStream printer(stream);
    info.print(printer);
    if (info.getSeverity() == llvm::DS_Error) {
      failed = true;
      op->emitError("the PTX backend refused the kernel: ") << text;
    } else {
      op->emitWarning("the PTX backend warned: ") << text;
    }
    return true;
  }

  bool failed = false;

private:
  Operation *op;
};

/// A module on its way through LLVM, with the machine it is compiled for.
struct Compilation {
  llvm::LLVMContext context;
  DiagnosticForwarder *diagnostics = nullptr;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
};

} // namespace

/// The machine of PTX's target `cpu`, "sm_80" or, for instructions of one
/// family of architectures, "sm_120f".
static std::unique_ptr<llvm::TargetMachine>
createMachine(Operation *op, StringRef cpu, unsigned ptxVersion) {
  static std::once_flag initialized;
  std::call_once(initialized, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });

  llvm::Triple triple("nvptx64-nvidia-cuda");
  std::string error;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target) {
    op->emitError("this LLVM has no NVPTX backend: ") << error;
    return nullptr;
  }
  llvm::TargetOptions options;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, cpu, "+ptx" + std::to_string(ptxVersion), options,
      llvm::Reloc::PIC_, std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

/// Translates `module` and prepares its machine.
static LogicalResult translate(gpu::GPUModuleOp module, const Arch &arch,
                               Compilation &compilation) {
  auto forwarder = std::make_unique<DiagnosticForwarder>(module);
  compilation.diagnostics = forwarder.get();
  compilation.context.setDiagnosticHandler(std::move(forwarder));

  compilation.machine = createMachine(module, arch.name, arch.ptxVersion);
  if (!compilation.machine)
    return failure();
  compilation.module =
      translateModuleToLLVMIR(module, compilation.context, module.getName(),
                              /*disableVerification=*/true);
  if (!compilation.module)
    return module.emitError("expected a module in nvvm form: it does not "
                            "translate to LLVM IR");
  compilation.module->setTargetTriple(compilation.machine->getTargetTriple());
  compilation.module->setDataLayout(compilation.machine->createDataLayout());
  return success();
}

static void optimize(Compilation &compilation) {
  llvm::PipelineTuningOptions tuning;
  // The passes before this one have chosen vectors and unrolling; guessing
  // again costs time and registers.
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  tuning.LoopInterleaving = false;
  tuning.LoopUnrolling = false;

  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(compilation.machine.get(), tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  // O3 takes half as long again and leaves the same registers and, but for a
  // handful, the same instructions.
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O1)
      .run(*compilation.module, modules);
  fuseLop3(*compilation.module);
  fuseShiftAdd(*compilation.module);
}

void humming::registerPtxTranslations(DialectRegistry &registry) {
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerGPUDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}

FailureOr<PtxResult> humming::emitPtx(gpu::GPUModuleOp module,
                                      const Arch &arch) {
  PtxResult result;
  Compilation compilation;
  Stopwatch watch;
  if (failed(translate(module, arch, compilation)))
    return failure();
  result.translateMs = watch.lap();

  optimize(compilation);
  result.optimizeMs = watch.lap();

  PtxNeeds needs = ptxNeeds(*compilation.module);
  bool isElsewhere = needs.suffix == "a" && needs.sm != arch.sm;
  if (needs.sm > arch.sm || isElsewhere) // The backend would abort.
    return module.emitError("expected a module in nvvm form for ")
           << arch.name << ", got one for sm_" << needs.sm << needs.suffix
           << ": it uses " << needs.intrinsic;
  result.ptxVersion = std::max(needs.ptxVersion, arch.ptxVersion);
  std::string cpu = (arch.name + needs.suffix).str();
  compilation.machine = createMachine(module, cpu, result.ptxVersion);
  if (!compilation.machine)
    return failure();
  llvm::SmallString<0> ptx;
  llvm::raw_svector_ostream stream(ptx);
  llvm::legacy::PassManager passes;
  if (compilation.machine->addPassesToEmitFile(
          passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile))
    return module.emitError("the NVPTX backend cannot emit text");
  passes.run(*compilation.module);
  if (compilation.diagnostics->failed)
    return failure();
  result.ptx = ptx.str().str();
  result.codegenMs = watch.lap();
  return result;
}

FailureOr<std::string> humming::emitLlvm(gpu::GPUModuleOp module,
                                         const Arch &arch) {
  Compilation compilation;
  if (failed(translate(module, arch, compilation)))
    return failure();
  optimize(compilation);
  std::string text;
  llvm::raw_string_ostream stream(text);
  compilation.module->print(stream, nullptr);
  return text;
}
