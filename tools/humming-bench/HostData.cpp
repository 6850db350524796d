//===- HostData.cpp - Operands in host memory -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hundreds of millions of weights are drawn from tables of quantiles, in
// parallel; a part of the result is evaluated as a smaller gemm, of the rows
// in question.
//
//===----------------------------------------------------------------------===//

#include "HostData.h"

#include "Options.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/InitAll.h"
#include "humming/Numerics/Quantize.h"
#include "humming/Numerics/Random.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Parallel.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

using namespace humming;
using namespace humming::bench;
using jit::BufferInfo;
using jit::BufferRole;

/// Output channels for each one that is checked: at most those of a block.
static constexpr int64_t kChannelsPerSample = 64;
static constexpr int64_t kMaxSampledTokens = 16;
/// Activations that are not zero in a sparse token.
static constexpr int64_t kNonzeros = 32;

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

/// Values at 256 evenly spaced quantiles of a normal distribution, in rising
/// order; the greatest is about 2.9.
static std::vector<double> normalQuantiles() {
  constexpr size_t kQuantiles = 256, kDraws = 64;
  Random random(/*seed=*/0, /*stream=*/0);
  std::vector<double> draws(kQuantiles * kDraws), quantiles;
  for (size_t i = 0; i < draws.size(); ++i)
    draws[i] = random.normal(i);
  llvm::sort(draws);
  for (size_t i = 0; i < kQuantiles; ++i)
    quantiles.push_back(draws[i * kDraws + kDraws / 2]);
  return quantiles;
}

/// `rows` rows of elements of `bits` bits, row r from stream r, eight entries
/// of `table` for each draw.
static std::vector<uint8_t> drawRows(size_t rows, size_t columns, unsigned bits,
                                     uint64_t seed,
                                     llvm::ArrayRef<uint32_t> table) {
  size_t bytes = rowBytes(columns, bits);
  std::vector<uint8_t> result(rows * bytes);
  llvm::parallelFor(0, rows, [&](size_t row) {
    Random random(seed, row);
    std::vector<uint32_t> entries(columns);
    for (size_t i = 0; i < columns; i += 8) {
      uint64_t draws = random.bits(i / 8);
      for (size_t j = i; j < std::min(i + 8, columns); ++j, draws >>= 8)
        entries[j] = table[draws & 0xff];
    }
    uint8_t *to = &result[row * bytes];
    if (bits <= 8) {
      std::vector<uint8_t> codes(entries.begin(), entries.end());
      std::vector<uint8_t> packed = packRows(codes.data(), 1, columns, bits);
      std::memcpy(to, packed.data(), bytes);
      return;
    }
    for (uint32_t entry : entries)
      for (unsigned bit = 0; bit < bits; bit += 8)
        *to++ = entry >> bit;
  });
  return result;
}

std::vector<uint8_t> bench::drawNormal(size_t rows, size_t columns,
                                       ScalarKind kind, double spread,
                                       uint64_t seed) {
  std::vector<uint32_t> table;
  for (double x : normalQuantiles())
    table.push_back(encode(kind, x * spread));
  return drawRows(rows, columns, bitWidth(kind), seed, table);
}

/// The numbers below `count`, in a random order, 32 bits each.
static std::vector<uint8_t> drawPermutation(size_t count, uint64_t seed) {
  Random random(seed, /*stream=*/0);
  std::vector<uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  for (size_t i = count - 1; i > 0; --i)
    std::swap(numbers[i], numbers[random.integer(i, 0, i)]);
  std::vector<uint8_t> bytes(count * sizeof(uint32_t));
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

/// One number out of each of `count` equal parts of 0 .. total-1.
static std::vector<int64_t> spread(int64_t total, int64_t count,
                                   uint64_t seed = 0) {
  Random random(seed, total);
  std::vector<int64_t> numbers(count);
  for (int64_t i = 0; i < count; ++i)
    numbers[i] =
        random.integer(i, total * i / count, total * (i + 1) / count - 1);
  return numbers;
}

/// A few numbers of each row, at places of its own, and zeros.
static std::vector<uint8_t> makeSparse(llvm::ArrayRef<uint8_t> dense,
                                       size_t rows, int64_t columns,
                                       unsigned bits) {
  std::vector<uint8_t> sparse(dense.size());
  size_t bytes = rowBytes(columns, bits);
  llvm::parallelFor(0, rows, [&](size_t row) {
    for (size_t column : spread(columns, std::min(columns, kNonzeros), row))
      for (size_t bit = column * bits; bit < (column + 1) * bits; ++bit) {
        size_t byte = row * bytes + bit / 8;
        sparse[byte] |= dense[byte] & 1 << bit % 8;
      }
  });
  return sparse;
}

int64_t HostData::rowsOf(const BufferInfo &buffer, int64_t tokens) const {
  if (buffer.bytesPerToken)
    return tokens;
  if (buffer.role == BufferRole::B)
    return problem.n;
  if (buffer.role == BufferRole::Scale || buffer.role == BufferRole::Zero)
    return llvm::divideCeil(problem.n, scaleRows());
  return 1;
}

int64_t HostData::scaleRows() const {
  return description.rows ? description.rows : problem.n;
}

HostData::HostData(jit::GemmProblem own, const jit::Problem &gemm,
                   int64_t maxTokens)
    : description(std::move(own)), problem(gemm) {
  Code code = *Code::parse(description.code);
  int zero = code.defaultZero();
  std::vector<double> quantiles = normalQuantiles();
  // The spread of weights, in units of their scale.
  double unit = code.maxMagnitude(zero) / quantiles.back();
  // That of activations, which integers fill and 8-bit floats need not.
  ScalarKind activation = description.activation;
  double reach =
      isFloat(activation) ? 1 : maxFinite(activation) / quantiles.back();

  for (const BufferInfo &buffer : problem.buffers) {
    if (buffer.role == BufferRole::Result)
      break;
    size_t rows = rowsOf(buffer, maxTokens);
    auto draw = [&](unsigned bits, auto bitsOf) {
      std::vector<uint32_t> table;
      table.reserve(quantiles.size());
      for (double x : quantiles)
        table.push_back(bitsOf(x));
      size_t bytes = buffer.sizeFor(maxTokens) / rows;
      // Rows of codes and of 4 bits have as many elements as the sums.
      size_t columns = buffer.role == BufferRole::Zero ? numGroups()
                       : bits < 8                      ? problem.k
                                                       : bytes * 8 / bits;
      operands.push_back(drawRows(rows, columns, bits, operands.size(), table));
    };
    auto drawScalars = [&](ScalarKind kind, auto valueOf) {
      draw(bitWidth(kind), [&](double x) { return encode(kind, valueOf(x)); });
    };
    switch (buffer.role) {
    case BufferRole::A:
      drawScalars(activation, [&](double x) { return x * reach; });
      sparse =
          makeSparse(operands.back(), rows, problem.k, bitWidth(activation));
      break;
    case BufferRole::B:
      draw(code.bits(), [&](double x) { return code.encode(x * unit + zero); });
      break;
    case BufferRole::Zero:
      if (description.zero == jit::ZeroKind::Code)
        draw(code.bits(), [&](double x) { return code.encode(zero + x / 2); });
      else
        drawScalars(activation, [&](double x) { return zero + x / 2; });
      break;
    case BufferRole::Scale:
      drawScalars(*description.scale, [&](double x) {
        return (1 + x / 8) / (unit * std::sqrt(double(problem.k)));
      });
      break;
    case BufferRole::GlobalScale:
      drawScalars(ScalarKind::F32, [](double) { return 1.0; });
      break;
    case BufferRole::InputScale:
      drawScalars(description.inputScaleType,
                  [&](double x) { return (1 + x / 8) / reach; });
      break;
    case BufferRole::Perm:
      operands.push_back(drawPermutation(problem.k, operands.size()));
      break;
    case BufferRole::Epilogue:
    case BufferRole::Result:
      llvm_unreachable("a benchmark has no bias");
    }
  }
}

int64_t HostData::numGroups() const {
  return description.group ? llvm::divideCeil(problem.k, description.group) : 1;
}

//===----------------------------------------------------------------------===//
// Checking
//===----------------------------------------------------------------------===//

llvm::Expected<Sample> HostData::sample(int64_t m,
                                        Activations activations) const {
  Sample sample;
  sample.activations = activations;
  sample.tokens = spread(m, std::min(m, kMaxSampledTokens));
  sample.channels = spread(problem.n, (problem.n + kChannelsPerSample - 1) /
                                          kChannelsPerSample);

  jit::GemmProblem smaller = description;
  smaller.n = sample.channels.size();
  smaller.rows = 1; // Each sampled channel brings the scales of its block.
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  std::string reason;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
    reason = d.str();
    return mlir::success();
  });
  auto module = jit::buildProblem(&context, smaller);
  if (!module)
    return module.takeError();

  std::vector<std::vector<uint8_t>> arguments;
  for (size_t i = 0; i < operands.size(); ++i) {
    const BufferInfo &buffer = problem.buffers[i];
    llvm::ArrayRef<uint8_t> bytes = operand(i, activations);
    int64_t rows = rowsOf(buffer, m), rowsEach = 1;
    std::vector<int64_t> picked = {0};
    if (buffer.bytesPerToken)
      picked = sample.tokens;
    else if (buffer.packedBytes)
      picked = sample.channels;
    if (buffer.packedBytes && buffer.role != BufferRole::B)
      rowsEach = scaleRows();
    uint64_t width = buffer.sizeFor(m) / rows;
    std::vector<uint8_t> &argument = arguments.emplace_back();
    for (int64_t row : picked) {
      llvm::ArrayRef<uint8_t> own = bytes.slice(row / rowsEach * width, width);
      argument.insert(argument.end(), own.begin(), own.end());
    }
  }
  mlir::FailureOr<GemmOp> gemm = reference::findGemm(**module);
  if (failed(gemm))
    return fail(reason);
  auto expected = reference::evaluate(*gemm, sample.tokens.size(), arguments);
  if (failed(expected))
    return fail(reason);
  sample.expected = std::move(*expected);
  return sample;
}

reference::Comparison bench::compare(const Sample &sample,
                                     llvm::ArrayRef<uint8_t> result,
                                     int64_t n) {
  size_t width = bitWidth(sample.expected.kind) / 8;
  std::vector<uint8_t> picked;
  for (int64_t token : sample.tokens)
    for (int64_t channel : sample.channels) {
      llvm::ArrayRef<uint8_t> element =
          result.slice((token * n + channel) * width, width);
      picked.insert(picked.end(), element.begin(), element.end());
    }
  return reference::compare(sample.expected, picked);
}
