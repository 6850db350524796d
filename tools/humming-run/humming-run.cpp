//===- humming-run.cpp - Run a gemm and check it --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes or reads the operands of one gemm, runs it on the emulator, on a GPU or
// by definition, and says how it went.
//
//===----------------------------------------------------------------------===//

#include "Execute.h"
#include "Npy.h"
#include "Report.h"
#include "ToolMain.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace humming;
using namespace humming::run;

/// Exit statuses besides 0, as --help tells them.
static constexpr int kCheckFailed = 1, kNotRun = 2;

static llvm::Error writeResult(const Options &options, GemmOp gemm, int64_t m,
                               ArrayRef<uint8_t> bytes) {
  ScalarKind kind = *scalarKind(gemm.getResult().getType().getElementType());
  size_t width = bitWidth(kind) / 8;
  Matrix matrix;
  matrix.rows = m;
  matrix.columns = gemm.getN();
  for (size_t i = 0; i < bytes.size(); i += width) {
    uint32_t bits = 0;
    for (size_t byte = 0; byte < width; ++byte)
      bits |= uint32_t(bytes[i + byte]) << 8 * byte;
    matrix.values.push_back(decode(kind, bits));
  }
  return writeNpy(options.out, matrix, /*half=*/kind == ScalarKind::F16);
}

/// Runs what the options ask for. True unless --check failed.
static llvm::Expected<bool> runAndCheck(const Options &options) {
  if (llvm::Error error = options.verify())
    return std::move(error);
  llvm::Expected<Inputs> inputs = Inputs::get(options);
  if (!inputs)
    return inputs.takeError();

  bool isGood = true;
  std::vector<uint8_t> result;
  if (options.on != Where::Reference) {
    llvm::Expected<Execution> execution = execute(*inputs, options);
    if (!execution)
      return execution.takeError();
    printProblem(*inputs);
    printExecution(*inputs, *execution);
    result = std::move(execution->result);
  }
  if (options.check || options.on == Where::Reference) {
    FailureOr<reference::Evaluation> expected =
        reference::evaluate(inputs->gemm, inputs->m, inputs->arguments);
    if (failed(expected))
      return fail("the reference does not evaluate this problem");
    if (options.check) {
      isGood = printCheck(*expected, result, options.exact);
    } else {
      printProblem(*inputs);
      result = expected->bytes();
    }
  }
  if (!options.out.empty())
    if (llvm::Error error =
            writeResult(options, inputs->gemm, inputs->m, result))
      return std::move(error);
  return isGood;
}

HUMMING_TOOL_MAIN hummingRunMain(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  options.parse(argc, argv);
  llvm::Expected<bool> isGood = runAndCheck(options);
  if (!isGood) {
    llvm::errs() << "humming-run: " << llvm::toString(isGood.takeError())
                 << "\n";
    return kNotRun;
  }
  return *isGood ? 0 : kCheckFailed;
}
