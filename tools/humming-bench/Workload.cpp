//===- Workload.cpp - Operands in device memory ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hundreds of millions of weights are drawn from tables of quantiles, in
// parallel; a part of the result is evaluated as a smaller gemm, of the rows
// in question.
//
//===----------------------------------------------------------------------===//

#include "Workload.h"

#include "Options.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/InitAll.h"
#include "humming/Numerics/Quantize.h"
#include "humming/Numerics/Random.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Parallel.h"

#include <cmath>
#include <cstring>

using namespace humming;
using namespace humming::bench;
using jit::BufferInfo;
using jit::BufferRole;
using jit::deviceError;

/// No result of finite operands has these bits: in f16, bf16 and f32 they are a
/// NaN.
static constexpr uint8_t kPoison = 0xff;
/// Output channels for each one that is checked: at most those of a block.
static constexpr int64_t kChannelsPerSample = 64;
static constexpr int64_t kMaxSampledTokens = 16;

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

/// Rows of `bytes` bytes, row r from stream r, eight entries of `table` for
/// each draw; `write` puts a row of entries into its bytes.
template <typename Entry>
static std::vector<uint8_t>
drawRows(size_t rows, size_t columns, size_t bytes, uint64_t seed,
         llvm::ArrayRef<Entry> table,
         llvm::function_ref<void(llvm::ArrayRef<Entry>, uint8_t *)> write) {
  std::vector<uint8_t> result(rows * bytes);
  llvm::parallelFor(0, rows, [&](size_t row) {
    Random random(seed, row);
    std::vector<Entry> entries(columns);
    for (size_t i = 0; i < columns; i += 8) {
      uint64_t bits = random.bits(i / 8);
      for (size_t j = i; j < std::min(i + 8, columns); ++j, bits >>= 8)
        entries[j] = table[bits & 0xff];
    }
    write(entries, &result[row * bytes]);
  });
  return result;
}

void Workload::makeData(int64_t maxTokens) {
  Code code = *Code::parse(description.code);
  int zero = code.defaultZero();
  std::vector<double> quantiles = normalQuantiles();
  // The spread of weights, in units of their scale.
  double unit = code.maxMagnitude(zero) / quantiles.back();

  for (const BufferInfo &buffer : problem.buffers) {
    if (buffer.role == BufferRole::Result)
      break;
    bool perToken = buffer.bytesPerToken;
    size_t bytes = rowBytes(buffer), rows = perToken ? maxTokens : problem.n;
    auto drawScalars = [&](ScalarKind kind, auto valueOf) {
      std::vector<uint32_t> table;
      for (double x : quantiles)
        table.push_back(encode(kind, valueOf(x)));
      size_t width = bitWidth(kind) / 8;
      host.push_back(drawRows<uint32_t>(
          rows, bytes / width, bytes, host.size(), table,
          [&](llvm::ArrayRef<uint32_t> entries, uint8_t *to) {
            for (uint32_t bits : entries)
              for (size_t byte = 0; byte < width; ++byte)
                *to++ = bits >> 8 * byte;
          }));
    };
    auto drawCodes = [&](size_t columns, auto codeOf) {
      std::vector<uint8_t> table;
      for (double x : quantiles)
        table.push_back(codeOf(x));
      host.push_back(drawRows<uint8_t>(
          rows, columns, bytes, host.size(), table,
          [&](llvm::ArrayRef<uint8_t> entries, uint8_t *to) {
            std::vector<uint8_t> packed =
                packRows(entries.data(), 1, columns, code.bits());
            std::memcpy(to, packed.data(), packed.size());
          }));
    };
    size_t groups = description.group ? problem.k / description.group : 1;
    switch (buffer.role) {
    case BufferRole::B:
      drawCodes(problem.k,
                [&](double x) { return code.encode(x * unit + zero); });
      break;
    case BufferRole::Zero:
      drawCodes(groups, [&](double x) { return code.encode(zero + x / 2); });
      break;
    case BufferRole::Scale:
      drawScalars(description.scale, [&](double x) {
        return (1 + x / 8) / (unit * std::sqrt(double(problem.k)));
      });
      break;
    default:
      drawScalars(description.activation, [](double x) { return x; });
    }
  }
}

uint64_t Workload::rowBytes(const BufferInfo &buffer) const {
  return buffer.bytesPerToken ? buffer.bytesPerToken : buffer.bytes / problem.n;
}

//===----------------------------------------------------------------------===//
// Device memory
//===----------------------------------------------------------------------===//

llvm::Expected<hrtPointer> Workload::allocate(uint64_t bytes) {
  hrtPointer address = 0;
  if (llvm::Error error = deviceError(hrtAlloc(device, bytes, &address)))
    return std::move(error);
  memory.push_back(address);
  return address;
}

llvm::Error Workload::upload(jit::Gemm &gemm, int64_t maxTokens) {
  for (const BufferInfo &buffer : problem.buffers)
    packedBytes += buffer.packedBytes;
  copies.resize(rotationFor(packedBytes));
  for (auto [index, buffer] : llvm::enumerate(problem.buffers)) {
    llvm::Expected<hrtPointer> rowMajor = allocate(buffer.sizeFor(maxTokens));
    if (!rowMajor)
      return rowMajor.takeError();
    if (buffer.role != BufferRole::Result)
      if (llvm::Error error = deviceError(hrtCopyIn(
              device, *rowMajor, host[index].data(), host[index].size())))
        return error;
    for (std::vector<hrtPointer> &copy : copies) {
      hrtPointer address = *rowMajor;
      if (buffer.packedBytes) {
        llvm::Expected<hrtPointer> packed = allocate(buffer.packedBytes);
        if (!packed)
          return packed.takeError();
        address = *packed;
        if (llvm::Error error = gemm.pack(buffer.role, *rowMajor, address))
          return error;
      }
      copy.push_back(address);
    }
  }
  return deviceError(hrtSynchronize(device, /*stream=*/nullptr));
}

llvm::Expected<std::unique_ptr<Workload>>
Workload::create(hrtDevice *device, const jit::GemmProblem &description,
                 jit::Gemm &gemm, int64_t maxTokens) {
  std::unique_ptr<Workload> workload(
      new Workload(device, description, gemm.getProblem()));
  workload->makeData(maxTokens);
  if (llvm::Error error = workload->upload(gemm, maxTokens))
    return std::move(error);
  return workload;
}

Workload::~Workload() {
  for (hrtPointer address : memory)
    hrtFree(device, address);
}

uint64_t Workload::tokenBytes(int64_t m) const {
  uint64_t bytes = 0;
  for (const BufferInfo &buffer : problem.buffers)
    bytes += buffer.bytesPerToken * m;
  return bytes;
}

//===----------------------------------------------------------------------===//
// Checking
//===----------------------------------------------------------------------===//

/// One number out of each of `count` equal parts of 0 .. total-1.
static std::vector<int64_t> spread(int64_t total, int64_t count) {
  Random random(/*seed=*/0, total);
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < count; ++i)
    numbers.push_back(
        random.integer(i, total * i / count, total * (i + 1) / count - 1));
  return numbers;
}

llvm::Expected<Sample> Workload::sample(int64_t m) const {
  Sample sample;
  sample.tokens = spread(m, std::min(m, kMaxSampledTokens));
  sample.channels = spread(problem.n, (problem.n + kChannelsPerSample - 1) /
                                          kChannelsPerSample);

  jit::GemmProblem smaller = description;
  smaller.n = sample.channels.size();
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
  for (auto [buffer, bytes] : llvm::zip(problem.buffers, host)) {
    uint64_t width = rowBytes(buffer);
    std::vector<uint8_t> &argument = arguments.emplace_back();
    for (int64_t row : buffer.bytesPerToken ? sample.tokens : sample.channels)
      argument.insert(argument.end(), bytes.begin() + row * width,
                      bytes.begin() + (row + 1) * width);
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

llvm::Error Workload::poison(int64_t m) {
  return deviceError(hrtFill(device, copies.front().back(), kPoison,
                             problem.buffers.back().sizeFor(m)));
}

llvm::Expected<std::vector<uint8_t>> Workload::result(int64_t m) {
  std::vector<uint8_t> bytes(problem.buffers.back().sizeFor(m));
  if (llvm::Error error = deviceError(hrtCopyOut(
          device, bytes.data(), copies.front().back(), bytes.size())))
    return std::move(error);
  size_t width = bitWidth(description.output) / 8;
  std::vector<uint8_t> unwritten(width, kPoison);
  for (size_t i = 0; i < bytes.size(); i += width)
    if (!std::memcmp(&bytes[i], unwritten.data(), width))
      return fail("element " + llvm::Twine(i / width) + " was not written");
  return bytes;
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
