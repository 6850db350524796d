//===- Operands.cu - Random operands and the reference --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements are drawn from tables of 256 quantiles of a normal distribution by a
// hash of their number. The reference reads the codes before they are shuffled.
//
//===----------------------------------------------------------------------===//

#include "Peer.h"

#include <algorithm>
#include <cmath>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <utility>

using namespace peer;

static constexpr int kQuantiles = 256;
static constexpr int kThreads = 256;
static constexpr int64_t kMaxCheckedTokens = 256;

void *peer::allocate(size_t bytes) {
  void *address = nullptr;
  check(cudaMalloc(&address, bytes), "cudaMalloc");
  return address;
}

/// Values at evenly spaced quantiles of a normal distribution, rising; the
/// greatest is about 2.9.
static std::vector<double> normalQuantiles() {
  std::vector<double> quantiles;
  for (int i = 0; i < kQuantiles; ++i) {
    double wanted = (i + 0.5) / kQuantiles, low = -4, high = 4;
    for (int step = 0; step < 50; ++step) {
      double middle = (low + high) / 2;
      (0.5 * std::erfc(-middle / std::sqrt(2.0)) < wanted ? low : high) =
          middle;
    }
    quantiles.push_back(low);
  }
  return quantiles;
}

/// The finalizer of SplitMix64.
static __device__ uint64_t hash(uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

static __device__ uint64_t draw(int64_t i, uint64_t seed) {
  return hash((i + 1) * 0x9e3779b97f4a7c15 + hash(seed));
}

template <typename T>
static __global__ void fill(T *to, int64_t count, uint64_t seed,
                            const T *table) {
  int64_t i = int64_t(blockIdx.x) * kThreads + threadIdx.x;
  if (i < count)
    to[i] = table[draw(i, seed) % kQuantiles];
}

static __global__ void fillCodes(uint8_t *to, int64_t bytes, uint64_t seed,
                                 const uint8_t *table) {
  int64_t i = int64_t(blockIdx.x) * kThreads + threadIdx.x;
  if (i >= bytes)
    return;
  uint64_t drawn = draw(i, seed);
  to[i] = table[drawn % kQuantiles] | table[drawn / kQuantiles % kQuantiles]
                                          << 4;
}

static unsigned blocksFor(int64_t count) {
  return (count + kThreads - 1) / kThreads;
}

/// The table of `valueOf` each quantile, in device memory.
template <typename T, typename ValueOf>
static T *makeTable(const std::vector<double> &quantiles, ValueOf valueOf) {
  std::vector<T> table;
  for (double x : quantiles)
    table.push_back(valueOf(x));
  void *address = allocate(table.size() * sizeof(T));
  check(cudaMemcpy(address, table.data(), table.size() * sizeof(T),
                   cudaMemcpyHostToDevice),
        "copying a table");
  return static_cast<T *>(address);
}

template <typename T>
static void drawScalars(Operands &operands, int64_t maxTokens,
                        const std::vector<double> &quantiles, double scale) {
  auto draw = [&](int64_t count, uint64_t seed, auto valueOf) {
    auto *table =
        makeTable<T>(quantiles, [&](double x) { return T(float(valueOf(x))); });
    auto *to = static_cast<T *>(allocate(count * sizeof(T)));
    fill<<<blocksFor(count), kThreads>>>(to, count, seed, table);
    return to;
  };
  operands.activations =
      draw(maxTokens * operands.k, /*seed=*/0, [](double x) { return x; });
  operands.scales = draw(operands.n * (operands.k / kGroup), /*seed=*/1,
                         [&](double x) { return (1 + x / 8) * scale; });
}

Operands peer::drawOperands(Operand type, int64_t n, int64_t k,
                            int64_t maxTokens) {
  Operands operands;
  operands.type = type;
  operands.n = n;
  operands.k = k;
  std::vector<double> quantiles = normalQuantiles();
  constexpr int kLeast = -8, kGreatest = 7;
  // The spread of weights, in units of their scale.
  double unit = -kLeast / quantiles.back();
  double size = 1 / (unit * std::sqrt(double(k)));
  if (type == Operand::F16) {
    drawScalars<__half>(operands, maxTokens, quantiles, size);
  } else {
    // Products of codes and scales have the range of e4m3.
    operands.factor = size;
    drawScalars<__nv_fp8_e4m3>(operands, maxTokens, quantiles, 1);
  }
  operands.codes = static_cast<uint8_t *>(allocate(n * k / 2));
  fillCodes<<<blocksFor(n * k / 2), kThreads>>>(
      operands.codes, n * k / 2, /*seed=*/2,
      makeTable<uint8_t>(quantiles, [&](double x) {
        int code = std::lround(x * unit);
        return uint8_t(std::clamp(code, kLeast, kGreatest) & 0xf);
      }));
  operands.result = allocate(maxTokens * n * sizeof(__half));
  check(cudaDeviceSynchronize(), "drawing operands");
  return operands;
}

/// Adds the squares of result - expected and of expected to `sums`, for one
/// channel of a token: that which is the last of its part of `total` tokens.
/// Weights are rounded to `T` when the scale has met them.
template <typename T>
static __global__ void compare(const T *activations, const uint8_t *codes,
                               const T *scales, float factor,
                               const __half *result, int64_t n, int64_t k,
                               int64_t total, double *sums) {
  int64_t channel = int64_t(blockIdx.x) * kThreads + threadIdx.x;
  int64_t token = total * (blockIdx.y + 1) / gridDim.y - 1;
  double wrong = 0, right = 0;
  if (channel < n) {
    float sum = 0;
    for (int64_t i = 0; i < k; i += 2) {
      float scale(scales[i / kGroup * n + channel]);
      int byte = static_cast<int8_t>(codes[(channel * k + i) / 2]);
      int even = static_cast<int8_t>(byte << 4) >> 4, odd = byte >> 4;
      const T *pair = activations + token * k + i;
      sum += float(pair[0]) * float(T(even * scale));
      sum += float(pair[1]) * float(T(odd * scale));
    }
    right = sum * factor;
    wrong = double(__half2float(result[token * n + channel])) - right;
  }
  wrong *= wrong;
  right *= right;
  for (int lanes = 16; lanes; lanes /= 2) {
    wrong += __shfl_down_sync(~0u, wrong, lanes);
    right += __shfl_down_sync(~0u, right, lanes);
  }
  if (threadIdx.x % 32 == 0) {
    atomicAdd(&sums[0], wrong);
    atomicAdd(&sums[1], right);
  }
}

template <typename T>
static void compareAs(const Operands &operands, int64_t tokens, double *sums) {
  dim3 grid(blocksFor(operands.n),
            unsigned(std::min(tokens, kMaxCheckedTokens)));
  compare<<<grid, kThreads>>>(
      static_cast<const T *>(operands.activations), operands.codes,
      static_cast<const T *>(operands.scales), operands.factor,
      static_cast<const __half *>(operands.result), operands.n, operands.k,
      tokens, sums);
}

double peer::relativeError(const Operands &operands, int64_t tokens) {
  double sums[2] = {0, 0};
  auto *there = static_cast<double *>(allocate(sizeof sums));
  check(cudaMemset(there, 0, sizeof sums), "cudaMemset");
  if (operands.type == Operand::F16)
    compareAs<__half>(operands, tokens, there);
  else
    compareAs<__nv_fp8_e4m3>(operands, tokens, there);
  check(cudaMemcpy(sums, there, sizeof sums, cudaMemcpyDeviceToHost),
        "checking the result");
  check(cudaFree(there), "cudaFree");
  return std::sqrt(sums[0] / sums[1]);
}
