//===- Report.cpp - What humming-run prints -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One line each, with a label in front, on standard output.
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace humming;
using namespace humming::run;
using llvm::formatv;
using llvm::outs;

static llvm::raw_ostream &line(StringRef label) {
  return outs() << formatv("{0,-11}", label);
}

/// ", scales f16 per 64, zero points" and what else scales a gemm.
static void printScales(GemmOp gemm) {
  auto element = [](TypedValue<RankedTensorType> operand) {
    return operand.getType().getElementType();
  };
  if (gemm.getScale()) {
    outs() << ", scales " << element(gemm.getScale());
    bool isPerRow = gemm.getScaleRows() == 1;
    if (gemm.getScale().getType().getNumElements() == 1)
      outs() << " per tensor";
    else if (!isPerRow)
      outs() << " per " << gemm.getScaleRows() << " x " << gemm.getGroupSize();
    else if (gemm.getNumGroups() > 1)
      outs() << " per " << gemm.getGroupSize();
    else
      outs() << " per channel";
  }
  if (gemm.getZero())
    outs() << ", zero points";
  if (gemm.getZero() && !isa<CodeType>(element(gemm.getZero())))
    outs() << " " << element(gemm.getZero());
  if (gemm.getGlobalScale())
    outs() << ", global scale";
  if (gemm.getInputScale()) {
    outs() << ", input scales " << element(gemm.getInputScale());
    if (gemm.getNumInputGroups() > 1)
      outs() << " per token and " << gemm.getInputGroupSize();
    else
      outs() << (gemm.getInputScale().getType().getDimSize(0) == 1
                     ? " per tensor"
                     : " per token");
  }
  if (gemm.getPerm())
    outs() << ", permuted";
}

void run::printProblem(Inputs &inputs) {
  GemmOp gemm = inputs.gemm;
  line("problem") << formatv("m = {0}, n = {1}, k = {2}: {3} x {4} -> {5}",
                             inputs.m, gemm.getN(), gemm.getK(),
                             gemm.getA().getType().getElementType(),
                             StringRef(gemm.getCode().name()).split(',').first,
                             gemm.getResult().getType().getElementType());
  printScales(gemm);
  for (Value operand : gemm.getEpilogueOperands())
    outs() << ", epilogue " << operand.getType();
  outs() << "\n";
}

void run::printExecution(Inputs &inputs, const Execution &execution) {
  const jit::CompiledModule &module = execution.kernel;
  const jit::CompiledKernel *kernel = module.lookup(inputs.problem.name);
  line("device") << execution.device << ", kernel for " << module.arch << "\n";
  line("kernel") << formatv("{0}: {1} blocks of {2} threads, {3} bytes of "
                            "shared memory, for ",
                            kernel->name, kernel->launch.gridFor(inputs.m),
                            kernel->launch.threads, kernel->launch.shared);
  if (module.tokens)
    outs() << "up to " << module.tokens << " tokens\n";
  else
    outs() << "any number of tokens\n";
  line("schedule") << module.schedule << "\n";
  line("compile") << formatv("{0:f1} ms", module.milliseconds());
  StringRef separator = ": ";
  for (const jit::StageTime &stage : module.stages) {
    // What takes less shows in the sum only.
    if (stage.milliseconds < 0.5)
      continue;
    outs() << separator
           << formatv("{0} {1:f1}", stage.stage, stage.milliseconds);
    separator = ", ";
  }
  outs() << "\n";
  line("ptx") << execution.ptxBytes << " bytes\n";
  if (execution.assembly)
    line("ptxas") << execution.assembly->registers << " registers, "
                  << execution.assembly->spillBytes << " bytes spilled\n";
  if (execution.info)
    line("driver") << execution.info->registers << " registers, "
                   << execution.info->localBytes
                   << " bytes of stack and spills a thread\n";
}

bool run::printCheck(const reference::Evaluation &expected,
                     ArrayRef<uint8_t> result, bool exact) {
  reference::Comparison c = reference::compare(expected, result);
  bool isGood = exact ? c.differentBits == 0 : c.beyondBound == 0;
  uint64_t count = uint64_t(expected.m) * expected.n;
  line("check");
  if (exact)
    outs() << formatv("{0} of {1} elements differ in their bits",
                      c.differentBits, count);
  else
    outs() << formatv("largest error {0}; nearest to its bound, C[{1}, {2}] "
                      "has error {3}, bound {4}; {5} of {6} beyond",
                      llvm::format("%.3g", c.maxError), c.row, c.column,
                      llvm::format("%.3g", c.error),
                      llvm::format("%.3g", c.bound), c.beyondBound, count);
  outs() << (isGood ? ": passed\n" : ": FAILED\n");
  if (!isGood)
    line("") << formatv("C[{0}, {1}] is {2}, expected {3}\n", c.row, c.column,
                        llvm::format("%.9g", c.got),
                        llvm::format("%.9g", c.expected));
  return isGood;
}
