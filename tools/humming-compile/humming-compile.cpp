//===- humming-compile.cpp - From a problem to any later form -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a problem, runs the pipelines up to the form asked for, prints it; can
// dump the IR after each pass and say what each stage costs.
//
//===----------------------------------------------------------------------===//

#include "Ptxas.h"
#include "ToolMain.h"
#include "humming/Dialect/Humming/Transforms/ScheduleTable.h"
#include "humming/InitAll.h"
#include "humming/Pipelines/PassRecorder.h"
#include "humming/Pipelines/Pipelines.h"
#include "humming/Target/Arch.h"
#include "humming/Target/PtxEmission.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"
#include <sys/resource.h>

namespace cl = llvm::cl;
using namespace mlir;
using namespace humming;

namespace {
enum class Form { Tile, Thread, Nvvm, Llvm, Ptx, Cubin };

/// The command line. A local of the entry point, so that the programs that
/// share one library do not share their options.
struct Options {
  cl::OptionCategory category{"Options"};
  cl::opt<std::string> input{cl::Positional, cl::desc("<file.mlir, or - >"),
                             cl::init("-"), cl::cat(category)};
  cl::opt<std::string> output{"o", cl::desc("Where to write (standard output)"),
                              cl::value_desc("file"), cl::init("-"),
                              cl::cat(category)};
  cl::opt<std::string> arch{"arch", cl::desc("Architecture (sm_80)"),
                            cl::value_desc("sm_NN"), cl::init("sm_80"),
                            cl::cat(category)};
  cl::opt<int64_t> tokens{
      "tokens",
      cl::desc("The most tokens (rows of the activations) that the kernel is "
               "meant for,\nby which its schedule is chosen; any number is "
               "computed right (no limit)"),
      cl::value_desc("M"), cl::init(0), cl::cat(category)};
  cl::opt<std::string> gpu{
      "gpu",
      cl::desc("The GPU that the schedule is chosen for, by its name or that "
               "of its driver\n(a typical one of the architecture)"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<int64_t> multiprocessors{
      "multiprocessors", cl::desc("Its multiprocessors, where it has others"),
      cl::value_desc("N"), cl::init(0), cl::cat(category)};
  cl::opt<std::string> table{
      "table",
      cl::desc("Measured schedules, which go before those of the compiler"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<bool> explain{
      "explain",
      cl::desc("Print which schedules there are, what each takes, and why one "
               "is chosen, and\ncompile nothing"),
      cl::cat(category)};
  cl::opt<Form> form{
      "emit", cl::desc("What to write (ptx):"),
      cl::values(
          clEnumValN(Form::Tile, "tile", "tiles, buffers, fragments"),
          clEnumValN(Form::Thread, "thread", "one thread's program"),
          clEnumValN(Form::Nvvm, "nvvm", "the llvm and nvvm dialects"),
          clEnumValN(Form::Llvm, "llvm", "LLVM IR, optimized"),
          clEnumValN(Form::Ptx, "ptx", "PTX of the lowest version that does"),
          clEnumValN(Form::Cubin, "cubin", "machine code, by ptxas")),
      cl::init(Form::Ptx), cl::cat(category)};
  cl::opt<std::string> dump{
      "dump-after-each",
      cl::desc("Write the IR after each pass to numbered files in this folder"),
      cl::value_desc("folder"), cl::cat(category)};
  cl::opt<bool> time{
      "time",
      cl::desc("Print milliseconds per stage, the peak memory, and for a "
               "cubin what ptxas says of registers and spills"),
      cl::cat(category)};
  cl::opt<std::string> ptxas{
      "ptxas", cl::desc("The assembler (on PATH, or /usr/local/cuda/bin)"),
      cl::value_desc("program"), cl::cat(category)};
};

/// Writes the module after each pass to folder/NN-PASS.mlir.
class Dumper {
public:
  explicit Dumper(StringRef folder) : folder(folder) {}

  void operator()(StringRef pass, Operation *op) {
    while (Operation *parent = op->getParentOp())
      op = parent;
    SmallString<128> path(folder);
    llvm::sys::path::append(
        path, llvm::formatv("{0,0+2}-{1}.mlir", ++number, pass).str());
    std::string error;
    auto file = openOutputFile(path, &error);
    if (!file) {
      llvm::errs() << "warning: " << error << "\n";
      return;
    }
    op->print(file->os());
    file->keep();
  }

private:
  std::string folder;
  unsigned number = 0;
};
} // namespace

/// One line, as a program reports what it was asked wrongly.
static int refuse(const llvm::Twine &message) {
  llvm::errs() << "humming-compile: " << message << "\n";
  return 1;
}

/// Text or bytes of the form beyond the dialects: LLVM IR, PTX or cubin, with
/// what ptxas had to say of the last.
static FailureOr<std::string> emit(ModuleOp module, const Options &options,
                                   std::vector<StageTime> &stages,
                                   std::string &report) {
  auto kernels = module.getOps<gpu::GPUModuleOp>();
  if (!llvm::hasSingleElement(kernels))
    return module.emitError("expected one gpu.module after the pipeline, got ")
           << std::distance(kernels.begin(), kernels.end());
  gpu::GPUModuleOp kernelModule = *kernels.begin();
  const Arch &arch = *lookupArch(options.arch);
  if (options.form == Form::Llvm)
    return emitLlvm(kernelModule, arch);
  FailureOr<PtxResult> ptx = emitPtx(kernelModule, arch);
  if (failed(ptx))
    return failure();
  stages.push_back({"translate", ptx->translateMs});
  stages.push_back({"optimize", ptx->optimizeMs});
  stages.push_back({"codegen", ptx->codegenMs});
  if (options.form == Form::Ptx)
    return std::move(ptx->ptx);
  StageTimer timer(stages, "ptxas");
  llvm::Expected<Assembled> assembled =
      assemble(ptx->ptx, options.arch, options.ptxas);
  if (!assembled)
    return module.emitError(llvm::toString(assembled.takeError()));
  report = std::move(assembled->report);
  return std::move(assembled->cubin);
}

static void printTimes(ArrayRef<StageTime> stages) {
  double compiler = 0;
  for (const StageTime &stage : stages) {
    llvm::errs() << llvm::formatv("{0,-36}{1,9:f1} ms\n", stage.stage,
                                  stage.milliseconds);
    if (stage.stage != "ptxas")
      compiler += stage.milliseconds;
  }
  rusage usage;
  getrusage(RUSAGE_SELF, &usage); // ru_maxrss is in kilobytes.
  llvm::errs() << llvm::formatv("{0,-36}{1,9:f1} ms\n{2,-36}{3,9} MB\n",
                                "the compiler, in all", compiler, "peak memory",
                                usage.ru_maxrss / 1000);
}

static void buildPipeline(PassManager &manager, const Options &options) {
  PipelineOptions pipeline;
  pipeline.arch = options.arch;
  pipeline.tokens = options.tokens;
  pipeline.gpu = options.gpu;
  pipeline.multiprocessors = options.multiprocessors;
  pipeline.table = options.table;
  buildHummingToTile(manager, pipeline);
  if (options.form >= Form::Thread)
    buildTileToThread(manager, pipeline);
  if (options.form >= Form::Nvvm)
    buildThreadToNVVM(manager, pipeline);
}

/// Prints why the gemm of `module` has the schedule that it gets.
static int explain(ModuleOp module, const Options &options) {
  const Arch &arch = *lookupArch(options.arch);
  std::optional<ScheduleTable> table;
  if (!options.table.empty()) {
    llvm::Expected<ScheduleTable> read = ScheduleTable::read(options.table);
    if (!read)
      return refuse(llvm::toString(read.takeError()));
    table = std::move(*read);
  }
  std::string error;
  auto output = openOutputFile(options.output, &error);
  if (!output)
    return refuse(error);
  Gpu gpu = gpuFor(arch, options.gpu.getValue(), options.multiprocessors);
  WalkResult result = module.walk([&](GemmOp gemm) {
    bool isDone = succeeded(checkTarget(gemm, arch)) &&
                  explainSchedule(gemm, arch, gpu, options.tokens,
                                  table ? &*table : nullptr, output->os());
    return isDone ? WalkResult::advance() : WalkResult::interrupt();
  });
  output->keep();
  return result.wasInterrupted();
}

static int compile(const Options &options) {
  if (!lookupArch(options.arch))
    return refuse("unknown architecture '" + options.arch + "', known are " +
                  knownArchNames());
  std::string error;
  auto source = openInputFile(options.input, &error);
  if (!source)
    return refuse(error);
  if (!options.dump.empty())
    if (std::error_code code = llvm::sys::fs::create_directories(options.dump))
      return refuse(options.dump + ": " + code.message());

  std::vector<StageTime> stages;
  std::optional<StageTimer> parsing(std::in_place, stages, "parse");
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(source), {});
  SourceMgrDiagnosticHandler handler(sources, &context);
  auto module = parseSourceFile<ModuleOp>(sources, &context);
  parsing.reset();
  if (!module)
    return 1;
  if (options.explain)
    return explain(*module, options);

  PassManager manager(&context);
  buildPipeline(manager, options);
  std::string failedPass;
  PassRecorder::AfterPass after;
  if (!options.dump.empty())
    after = Dumper(options.dump);
  manager.addInstrumentation(
      std::make_unique<PassRecorder>(stages, failedPass, after));
  if (failed(manager.run(*module)))
    return refuse("stopped in " + failedPass);

  std::string text, report;
  if (options.form < Form::Llvm) {
    llvm::raw_string_ostream(text) << *module << "\n";
  } else {
    FailureOr<std::string> emitted = emit(*module, options, stages, report);
    if (failed(emitted))
      return 1;
    text = std::move(*emitted);
  }
  auto output = openOutputFile(options.output, &error);
  if (!output)
    return refuse(error);
  if (options.form == Form::Cubin && output->os().is_displayed())
    return refuse("a cubin is not for a terminal; name a file with -o");
  output->os() << text;
  output->keep();
  if (options.time) {
    printTimes(stages);
    llvm::errs() << report;
  }
  return 0;
}

HUMMING_TOOL_MAIN hummingCompileMain(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "Compiles a quantized matrix multiplication: a module with one function "
      "that returns one\nhumming.gemm of its arguments.\n\n"
      "  humming-compile gemm.mlir --arch=sm_80                PTX to the "
      "terminal\n"
      "  humming-compile gemm.mlir --emit=tile                 how a block "
      "stages it\n"
      "  humming-compile gemm.mlir --dump-after-each=stages    every step, "
      "numbered\n"
      "  humming-compile gemm.mlir --explain                   why this "
      "schedule\n"
      "  humming-compile gemm.mlir --time -o gemm.ptx          what each step "
      "costs\n");
  return compile(options);
}
