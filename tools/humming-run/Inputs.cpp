//===- Inputs.cpp - The problem and its buffers ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The problem comes from options or a file, the data from a seed or from .npy
// files, in any combination.
//
//===----------------------------------------------------------------------===//

#include "Inputs.h"

#include "Npy.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/InitAll.h"
#include "humming/Numerics/Quantize.h"
#include "humming/Reference/Reference.h"
#include "humming/Reference/TestData.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>

using namespace mlir;
using namespace humming;
using namespace humming::run;

namespace {
/// The .npy files of a run, or two empty matrices.
struct Files {
  Matrix weights, activations;
};

/// Keeps the first diagnostic of a context, to become an error of one line.
class FirstDiagnostic {
public:
  explicit FirstDiagnostic(MLIRContext *context)
      : handler(context, [this](Diagnostic &diagnostic) {
          if (text.empty())
            text = diagnostic.str();
          return success();
        }) {}

  llvm::Error take() { return fail(text); }

private:
  std::string text;
  ScopedDiagnosticHandler handler;
};
} // namespace

static llvm::Expected<Files> readFiles(const Options &options) {
  Files files;
  if (!options.hasFiles())
    return files;
  llvm::Expected<Matrix> weights = readNpy(options.weights);
  if (!weights)
    return weights.takeError();
  llvm::Expected<Matrix> activations = readNpy(options.activations);
  if (!activations)
    return activations.takeError();
  if (weights->columns != activations->columns)
    return fail("expected weights (n x k) and activations (m x k) with equal "
                "k, got " +
                Twine(weights->columns) + " and " +
                Twine(activations->columns));
  for (float value : weights->values)
    if (!std::isfinite(value))
      return fail(options.weights + ": expected finite weights");
  files.weights = std::move(*weights);
  files.activations = std::move(*activations);
  return files;
}

static llvm::Expected<jit::Problem> readProblem(const Options &options,
                                                const Files &files) {
  if (options.file.empty()) {
    llvm::Expected<jit::GemmProblem> gemm =
        options.hasFiles()
            ? options.describe(files.weights.rows, files.weights.columns)
            : options.describe(options.n, options.k);
    if (!gemm)
      return gemm.takeError();
    return jit::Problem::get(*gemm);
  }
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(options.file);
  if (!buffer)
    return fail(options.file + ": " + buffer.getError().message());
  return jit::Problem::parse((*buffer)->getBuffer(), options.file);
}

//===----------------------------------------------------------------------===//
// Data from files
//===----------------------------------------------------------------------===//

static std::vector<uint8_t> toBytes(ScalarKind kind,
                                    ArrayRef<uint32_t> elements) {
  std::vector<uint8_t> bytes;
  for (uint32_t element : elements)
    for (unsigned bit = 0; bit < bitWidth(kind); bit += 8)
      bytes.push_back(element >> bit);
  return bytes;
}

/// The type of a float operand that files have values for.
static llvm::Expected<ScalarKind>
floatKind(TypedValue<RankedTensorType> value) {
  Type type = value.getType().getElementType();
  std::optional<ScalarKind> kind = scalarKind(type);
  if (!kind || !isFloat(*kind))
    return fail("expected floating-point activations and scales beside "
                "--weights");
  return *kind;
}

/// Quantizes the weights and rounds the activations to the gemm's types.
static llvm::Error fill(GemmOp gemm, const Files &files,
                        std::vector<std::vector<uint8_t>> &arguments) {
  const Matrix &weights = files.weights;
  bool hasNumbersAsZeros =
      gemm.getZero() &&
      !isa<CodeType>(gemm.getZero().getType().getElementType());
  if (!gemm.getScale() || gemm.getScaleRows() != 1 || hasNumbersAsZeros)
    return fail("--weights fills a gemm with scales for each channel, and zero "
                "points that are codes");
  if (gemm.getGlobalScale() || gemm.getInputScale() || gemm.getPerm() ||
      !gemm.getEpilogueOperands().empty())
    return fail("--weights fills a gemm without other operands than "
                "activations, weights, scales and zero points");
  if (gemm.getN() != int64_t(weights.rows) ||
      gemm.getK() != int64_t(weights.columns))
    return fail("expected weights of " + Twine(gemm.getN()) + " x " +
                Twine(gemm.getK()) + ", got " + Twine(weights.rows) + " x " +
                Twine(weights.columns));
  llvm::Expected<ScalarKind> operand = floatKind(gemm.getA());
  if (!operand)
    return operand.takeError();
  llvm::Expected<ScalarKind> scale = floatKind(gemm.getScale());
  if (!scale)
    return scale.takeError();

  QuantizeOptions options;
  options.code = gemm.getCode();
  options.scale = *scale;
  options.group = gemm.getGroupSize();
  options.zero = bool(gemm.getZero());
  QuantizedWeight quantized =
      quantize(weights.values.data(), weights.rows, weights.columns, options);
  std::vector<uint32_t> activations;
  for (float value : files.activations.values)
    activations.push_back(encode(*operand, value));

  auto buffer = [&](Value value) -> std::vector<uint8_t> & {
    return arguments[cast<BlockArgument>(value).getArgNumber()];
  };
  unsigned bits = options.code.bits();
  buffer(gemm.getA()) = toBytes(*operand, activations);
  buffer(gemm.getB()) =
      packRows(quantized.codes.data(), weights.rows, weights.columns, bits);
  buffer(gemm.getScale()) = toBytes(*scale, quantized.scales);
  if (gemm.getZero())
    buffer(gemm.getZero()) =
        packRows(quantized.zeros.data(), weights.rows, quantized.groups, bits);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Entry point
//===----------------------------------------------------------------------===//

llvm::Expected<Inputs> Inputs::get(const Options &options) {
  llvm::Expected<Files> files = readFiles(options);
  if (!files)
    return files.takeError();
  llvm::Expected<jit::Problem> problem = readProblem(options, *files);
  if (!problem)
    return problem.takeError();

  Inputs inputs;
  inputs.problem = std::move(*problem);
  inputs.m = options.hasFiles() ? files->activations.rows : options.m;
  if (std::optional<int64_t> m = inputs.problem.m) {
    if (options.m.getNumOccurrences() == 0 && !options.hasFiles())
      inputs.m = *m;
    if (inputs.m != *m)
      return fail("the problem is for " + Twine(*m) + " tokens, got " +
                  Twine(inputs.m));
  }

  DialectRegistry registry;
  registerAllDialects(registry);
  inputs.context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  FirstDiagnostic diagnostic(inputs.context.get());
  inputs.module = parseSourceString<ModuleOp>(
      inputs.problem.ir, inputs.context.get(), inputs.problem.source);
  FailureOr<GemmOp> gemm = failure();
  if (inputs.module)
    gemm = reference::findGemm(*inputs.module);
  if (failed(gemm))
    return diagnostic.take();
  inputs.gemm = *gemm;

  if (options.hasFiles()) {
    inputs.arguments.resize(inputs.problem.buffers.size() - 1);
    if (llvm::Error error = fill(*gemm, *files, inputs.arguments))
      return std::move(error);
    return inputs;
  }
  auto made = reference::makeData(*gemm, inputs.m, options.seed,
                                  options.exact ? reference::DataKind::Exact
                                                : reference::DataKind::Random);
  if (failed(made))
    return diagnostic.take();
  inputs.arguments = std::move(*made);
  return inputs;
}
