//===- HostDataTest.cpp - what kernels are checked with -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bound of a sample shows mistakes, however long the sum and however few
// bits its accumulator keeps.
//
//===----------------------------------------------------------------------===//

#include "humming-bench/HostData.h"

#include "humming/Numerics/Code.h"
#include "humming/Numerics/Quantize.h"
#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

#include <cstring>

using namespace humming;
using namespace humming::bench;

namespace {
/// e4m3 beside u4 with a scale for each output channel, 14 bits of whose sums
/// are kept.
struct Narrow {
  Narrow() : problem(llvm::cantFail(jit::Problem::get(gemm()))) {}

  static jit::GemmProblem gemm() {
    jit::GemmProblem gemm;
    gemm.n = 1024, gemm.k = 8192;
    gemm.group = 0;
    gemm.activation = ScalarKind::E4M3;
    gemm.scale = ScalarKind::F32;
    gemm.output = ScalarKind::F32;
    return gemm;
  }

  llvm::ArrayRef<uint8_t> operand(jit::BufferRole role,
                                  Activations activations) const {
    for (auto [index, buffer] : llvm::enumerate(problem.buffers))
      if (buffer.role == role)
        return data.operand(index, activations);
    return {};
  }

  /// The result as far as `sample` has it, of weights whose column k is the one
  /// that `columnOf` says.
  std::vector<uint8_t>
  multiply(const Sample &sample,
           llvm::function_ref<int64_t(int64_t)> columnOf) const {
    Code code = *Code::parse(gemm().code);
    auto a = operand(jit::BufferRole::A, sample.activations);
    auto b = operand(jit::BufferRole::B, sample.activations);
    auto scales = operand(jit::BufferRole::Scale, sample.activations);
    std::vector<uint8_t> result(m * problem.n * sizeof(float));
    for (int64_t channel : sample.channels) {
      std::vector<uint8_t> codes =
          unpackRows(&b[channel * rowBytes(problem.k, code.bits())], 1,
                     problem.k, code.bits());
      float scale;
      std::memcpy(&scale, &scales[channel * sizeof scale], sizeof scale);
      for (int64_t token : sample.tokens) {
        double sum = 0;
        for (int64_t k = 0; k < problem.k; ++k)
          sum += decode(ScalarKind::E4M3, a[token * problem.k + k]) *
                 (codes[columnOf(k)] - code.defaultZero());
        float element = float(sum * scale);
        std::memcpy(&result[(token * problem.n + channel) * sizeof element],
                    &element, sizeof element);
      }
    }
    return result;
  }

  static constexpr int64_t m = 4;
  jit::Problem problem;
  HostData data{gemm(), problem, m};
};
} // namespace

TEST(HostData, SparseActivationsAreSomeOfTheDense) {
  Narrow narrow;
  int64_t k = narrow.problem.k;
  auto dense = narrow.operand(jit::BufferRole::A, Activations::Dense);
  auto sparse = narrow.operand(jit::BufferRole::A, Activations::Sparse);
  ASSERT_EQ(sparse.size(), dense.size());
  std::vector<int64_t> last;
  for (int64_t token = 0; token < narrow.m; ++token) {
    std::vector<int64_t> places;
    for (int64_t i = 0; i < k; ++i)
      if (uint8_t element = sparse[token * k + i]) {
        EXPECT_EQ(element, dense[token * k + i]);
        places.push_back(i);
      }
    // What is picked may be zero itself, seldom.
    EXPECT_GE(places.size(), 30u);
    EXPECT_LE(places.size(), 32u);
    for (size_t i = 1; i < places.size(); ++i)
      EXPECT_LT(places[i] - places[i - 1], k / 8);
    EXPECT_NE(places, last);
    last = places;
  }
}

/// Elements of 4 bits share bytes.
TEST(HostData, SparseActivationsMayHave4Bits) {
  jit::GemmProblem gemm;
  gemm.n = 64, gemm.k = 256;
  gemm.activation = ScalarKind::I4;
  gemm.code = "i4";
  gemm.scale = ScalarKind::F32;
  jit::Problem problem = llvm::cantFail(jit::Problem::get(gemm));
  constexpr int64_t m = 8;
  HostData data(gemm, problem, m);
  auto unpack = [&](Activations activations) {
    return unpackRows(data.operand(0, activations).data(), m, gemm.k, 4);
  };
  std::vector<uint8_t> dense = unpack(Activations::Dense),
                       sparse = unpack(Activations::Sparse);
  size_t picked = 0, expected = 0;
  for (size_t i = 0; i < dense.size(); ++i) {
    picked += sparse[i] != 0;
    expected += dense[i] != 0;
    EXPECT_TRUE(sparse[i] == 0 || sparse[i] == dense[i]);
  }
  EXPECT_GT(picked, expected / 16);
  EXPECT_LE(picked, 32u * m);
}

/// Columns that are swapped inside groups of four, as by a wrong layout.
TEST(HostData, SparseSamplesShowWrongPlacesOfWeights) {
  Narrow narrow;
  auto asIs = [](int64_t k) { return k; };
  auto swapped = [](int64_t k) {
    return k % 4 == 1 ? k + 1 : k % 4 == 2 ? k - 1 : k;
  };
  for (Activations activations : {Activations::Dense, Activations::Sparse}) {
    Sample sample = llvm::cantFail(narrow.data.sample(narrow.m, activations));
    size_t count = sample.expected.values.size();
    ASSERT_EQ(count, narrow.m * narrow.problem.n / 64);
    auto beyond = [&](auto columnOf) {
      return compare(sample, narrow.multiply(sample, columnOf),
                     narrow.problem.n)
          .beyondBound;
    };
    EXPECT_EQ(beyond(asIs), 0u);
    if (activations == Activations::Sparse)
      EXPECT_GT(beyond(swapped), count * 3 / 4);
  }
}
