//===- Options.cpp - The command line of humming-run ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the options and refuses combinations that contradict each other.
// What is well-formed but not supported is the compiler's to refuse.
//
//===----------------------------------------------------------------------===//

#include "Options.h"

#include "llvm/ADT/STLExtras.h"

namespace cl = llvm::cl;
using namespace humming;
using namespace humming::run;

static constexpr const char *kOverview =
    "Makes or loads data, runs a quantized matrix multiplication on the "
    "emulator or on a GPU,\nand compares the result with the definition.\n\n"
    "  humming-run --check                         the defaults, on the "
    "emulator\n"
    "  humming-run --on=gpu --m=1 --exact --check  one token, equal bits "
    "demanded\n"
    "  humming-run --a=bf16 --w=i4 --group=32      other types\n"
    "  humming-run --a=e4m3 --w=e2m1 --scale=e4m3 --group=64 --global-scale "
    "--input-scale=f32\n"
    "                                              activations of 8 bits, "
    "scaled for each token\n"
    "  humming-run --w='lut1,[-1, 1]' --n=100 --k=200 --perm\n"
    "                                              codes by their values, any "
    "shape, columns permuted\n"
    "  humming-run gemm.mlir --m=33 --check        a problem in a file\n"
    "  humming-run --weights=w.npy --activations=x.npy --out=c.npy\n"
    "                                              real data: w is quantized "
    "to --w, --group\n\n"
    "Exit status: 0, or 1 when --check fails, or 2 when nothing could be "
    "run.\n";

Options::Options()
    : file(cl::Positional, cl::desc("[file.mlir]"), cl::cat(problem)),
      m("m", cl::desc("Tokens, any number from 1 (16)"), cl::init(16),
        cl::cat(problem)),
      n("n", cl::desc("Output channels (256)"), cl::init(256),
        cl::cat(problem)),
      k("k", cl::desc("Length of the sums (512)"), cl::init(512),
        cl::cat(problem)),
      types(problem), bias("bias", cl::desc("Add one value for each channel"),
                           cl::cat(problem)),
      weights("weights",
              cl::desc("Weights, n x k of float32 or float16, to be quantized "
                       "to the nearest code"),
              cl::value_desc("w.npy"), cl::cat(data)),
      activations("activations",
                  cl::desc("Activations, m x k of float32 or float16"),
                  cl::value_desc("x.npy"), cl::cat(data)),
      out("out",
          cl::desc("Write the result here, as float16 if --c is f16, else as "
                   "float32"),
          cl::value_desc("c.npy"), cl::cat(data)),
      exact("exact",
            cl::desc("Make data whose sums are exact, so that --check can "
                     "demand equal bits"),
            cl::cat(data)),
      seed("seed", cl::desc("Seed of the data that is made (0)"), cl::init(0),
           cl::cat(data)),
      on("on", cl::desc("What computes the result (emulator):"),
         cl::values(clEnumValN(Where::Emulator, "emulator",
                               "the compiled kernel, lane by lane, on the CPU"),
                    clEnumValN(Where::Gpu, "gpu",
                               "the compiled kernel, on the first CUDA device"),
                    clEnumValN(Where::Reference, "reference",
                               "the definition, in f64; nothing is compiled")),
         cl::init(Where::Emulator), cl::cat(execution)),
      arch("arch",
           cl::desc("Architecture to compile for (the newest that the device "
                    "runs; sm_80 for the emulator)"),
           cl::value_desc("sm_NN"), cl::cat(execution)),
      ptxas("ptxas",
            cl::desc("Assemble the kernel with this program as well, and "
                     "report registers and spills"),
            cl::value_desc("program"), cl::cat(execution)),
      check("check",
            cl::desc("Compare with the reference: inside the derived bound "
                     "(docs/Numerics.md), or, with --exact, equal bits"),
            cl::cat(execution)) {}

void Options::parse(int argc, char **argv) {
  cl::HideUnrelatedOptions({&problem, &data, &execution});
  cl::ParseCommandLineOptions(argc, argv, kOverview);
}

llvm::Error run::fail(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

llvm::Error Options::verify() const {
  auto given = [](const std::vector<const cl::Option *> &options) {
    auto found = llvm::find_if(options, [](const cl::Option *option) {
      return option->getNumOccurrences() > 0;
    });
    return found == options.end() ? nullptr : *found;
  };
  if (m < 1)
    return fail("expected --m of at least 1, got " + llvm::Twine(m));
  if (n < 1 || k < 1)
    return fail("expected --n and --k of at least 1");
  if (!file.empty()) {
    std::vector<const cl::Option *> described = types.all();
    described.insert(described.end(), {&n, &k, &bias});
    if (const cl::Option *other = given(described))
      return fail("the problem is in " + file + ": leave out --" +
                  other->ArgStr);
  }
  if (weights.empty() != activations.empty())
    return fail("--weights and --activations go together");
  if (hasFiles()) {
    if (const cl::Option *size = given({&m, &n, &k}))
      return fail("the sizes are those of the files: leave out --" +
                  size->ArgStr);
    if (const cl::Option *made = given({&exact, &seed}))
      return fail("the data is in files: leave out --" + made->ArgStr);
    if (bias)
      return fail("--bias has no values beside --weights");
  }
  if (on == Where::Reference) {
    if (check)
      return fail("--check compares with the reference: run --on=emulator or "
                  "--on=gpu");
    if (const cl::Option *other = given({&arch, &ptxas}))
      return fail("--on=reference compiles nothing: leave out --" +
                  other->ArgStr);
  }
  return llvm::Error::success();
}

llvm::Expected<jit::GemmProblem> Options::describe(int64_t n, int64_t k) const {
  llvm::Expected<jit::GemmProblem> result = types.read();
  if (!result)
    return result;
  result->n = n;
  result->k = k;
  result->bias = bias;
  return result;
}
