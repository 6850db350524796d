//===- MmaTest.cpp - Each mma shape against the PTX ISA -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel loads its fragments from one array per operand, indexed by lane and
// register element. The host fills them by the formulas of PTX ISA 9.7.14.5
// ("Matrix Fragments for mma.m16n8k8" and "... m16n8k16"), written out here,
// and reads the result back by them.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include "humming/Numerics/Float.h"

#include <cmath>
#include <random>

namespace humming::emulator {
namespace {

struct Position {
  unsigned row, column;
};

/// a_i of lane: row in M, column in K.
Position positionA(unsigned k, unsigned lane, unsigned i) {
  unsigned groupID = lane >> 2, threadInGroup = lane % 4;
  if (k == 8)
    return {i < 2 ? groupID : groupID + 8, threadInGroup * 2 + (i & 1)};
  bool upper = i < 2 || (i >= 4 && i < 6);
  return {upper ? groupID : groupID + 8,
          threadInGroup * 2 + (i & 1) + (i >= 4 ? 8 : 0)};
}

/// b_i of lane: row in K, column in N.
Position positionB(unsigned k, unsigned lane, unsigned i) {
  unsigned groupID = lane >> 2, threadInGroup = lane % 4;
  if (k == 8)
    return {threadInGroup * 2 + i, groupID};
  return {threadInGroup * 2 + (i & 1) + (i >= 2 ? 8 : 0), groupID};
}

/// c_i and d_i of lane: row in M, column in N.
Position positionC(unsigned lane, unsigned i) {
  unsigned groupID = lane >> 2, threadInGroup = lane % 4;
  return {i < 2 ? groupID : groupID + 8, threadInGroup * 2 + (i & 1)};
}

struct Shape {
  unsigned k;
  ScalarKind kind;
  bool intrinsic; ///< through llvm.call_intrinsic instead of nvvm.mma.sync
};

/// The kernel: %in holds A fragments, then B, then C, lane by lane.
std::string kernel(const Shape &shape) {
  unsigned wordsA = shape.k / 4, wordsB = shape.k / 8;
  bool half = shape.kind == ScalarKind::F16;
  std::string word = half ? "vector<2xf16>" : "i32";
  std::string text = R"(
    %lane = nvvm.read.ptx.sreg.laneid : i32
)";
  auto load = [&](const std::string &name, unsigned bytesBefore, unsigned count,
                  const std::string &type) {
    text += "%" + name + "base = llvm.getelementptr %in[" +
            std::to_string(bytesBefore) +
            "] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8\n";
    text += "%" + name + "lane = llvm.getelementptr %" + name +
            "base[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<" +
            std::to_string(count) + " x i32>\n";
    for (unsigned i = 0; i < count; ++i) {
      std::string id = name + std::to_string(i);
      text += "%p" + id + " = llvm.getelementptr %" + name + "lane[" +
              std::to_string(i) + "] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32\n";
      text += "%" + id + " = llvm.load %p" + id + " : !llvm.ptr<1> -> " + type +
              "\n";
    }
  };
  load("a", 0, wordsA, word);
  load("b", wordsA * 128, wordsB, word);
  load("c", (wordsA + wordsB) * 128, 4, "f32");
  auto list = [](const std::string &name, unsigned count) {
    std::string names;
    for (unsigned i = 0; i < count; ++i)
      names += (i ? ", %" : "%") + name + std::to_string(i);
    return names;
  };
  const std::string result = "!llvm.struct<(f32, f32, f32, f32)>";
  if (shape.intrinsic) {
    std::string types;
    for (unsigned i = 0; i < wordsA + wordsB; ++i)
      types += word + ", ";
    text += std::string("%d = llvm.call_intrinsic \"llvm.nvvm.mma.m16n8k") +
            std::to_string(shape.k) + ".row.col." +
            (half ? "f32.f32" : "bf16") + "\"(" + list("a", wordsA) + ", " +
            list("b", wordsB) + ", " + list("c", 4) + ") : (" + types +
            "f32, f32, f32, f32) -> " + result + "\n";
  } else {
    std::string types = half ? ""
                             : ", multiplicandAPtxType = #nvvm.mma_type<bf16>, "
                               "multiplicandBPtxType = "
                               "#nvvm.mma_type<bf16>";
    text += "%d = nvvm.mma.sync A[" + list("a", wordsA) + "] B[" +
            list("b", wordsB) + "] C[" + list("c", 4) +
            "] {layoutA = #nvvm.mma_layout<row>, layoutB = "
            "#nvvm.mma_layout<col>, shape = #nvvm.shape<m = 16, n = 8, k = " +
            std::to_string(shape.k) + ">" + types + "} : (" + word + ", " +
            word + ", f32) -> " + result + "\n";
  }
  text += "%to = llvm.getelementptr %out[%lane] : (!llvm.ptr<1>, i32) -> "
          "!llvm.ptr<1>, !llvm.array<4 x f32>\n";
  for (unsigned i = 0; i < 4; ++i) {
    std::string id = std::to_string(i);
    text += "%d" + id + " = llvm.extractvalue %d[" + id + "] : " + result +
            "\n%to" + id + " = llvm.getelementptr %to[" + id +
            "] : (!llvm.ptr<1>) -> !llvm.ptr<1>, f32\nllvm.store %d" + id +
            ", %to" + id + " : f32, !llvm.ptr<1>\n";
  }
  return text;
}

class MmaTest : public testing::TestWithParam<Shape> {
protected:
  /// Multiplies `a` (16 x k) and `b` (k x 8), row-major, adds `c` (16 x 8).
  std::vector<float> multiply(const std::vector<double> &a,
                              const std::vector<double> &b,
                              const std::vector<float> &c) {
    const Shape &shape = GetParam();
    std::vector<uint16_t> input;
    for (unsigned lane = 0; lane < 32; ++lane)
      for (unsigned i = 0; i < shape.k / 2; ++i) {
        Position p = positionA(shape.k, lane, i);
        input.push_back(encode(shape.kind, a[p.row * shape.k + p.column]));
      }
    for (unsigned lane = 0; lane < 32; ++lane)
      for (unsigned i = 0; i < shape.k / 4; ++i) {
        Position p = positionB(shape.k, lane, i);
        input.push_back(encode(shape.kind, b[p.row * 8 + p.column]));
      }
    for (unsigned lane = 0; lane < 32; ++lane)
      for (unsigned i = 0; i < 4; ++i) {
        Position p = positionC(lane, i);
        uint32_t bits = encode(ScalarKind::F32, c[p.row * 8 + p.column]);
        input.push_back(uint16_t(bits));
        input.push_back(uint16_t(bits >> 16));
      }
    auto fragments = harness.run<float>(kernel(shape), input, 128);
    std::vector<float> result(128);
    for (unsigned lane = 0; lane < 32; ++lane)
      for (unsigned i = 0; i < 4; ++i) {
        Position p = positionC(lane, i);
        result[p.row * 8 + p.column] = fragments[lane * 4 + i];
      }
    return result;
  }

  Harness harness;
  std::mt19937_64 random{3};
};

TEST_P(MmaTest, ElementsAreWhereThePtxIsaPutsThem) {
  const unsigned k = GetParam().k;
  std::vector<double> a(16 * k), b(k * 8);
  std::vector<float> c(128);
  for (double &value : a)
    value = double(random() % 255) - 127;
  for (double &value : b)
    value = double(random() % 255) - 127;
  for (float &value : c)
    value = float(random() % 100000) - 50000;
  std::vector<float> result = multiply(a, b, c);
  for (unsigned row = 0; row < 16; ++row)
    for (unsigned column = 0; column < 8; ++column) {
      double want = c[row * 8 + column];
      for (unsigned i = 0; i < k; ++i)
        want += a[row * k + i] * b[i * 8 + column];
      EXPECT_EQ(result[row * 8 + column], want) << row << ", " << column;
    }
}

TEST_P(MmaTest, SumsAreRoundedToSingleInAscendingK) {
  const unsigned k = GetParam().k;
  std::vector<double> a(16 * k), b(k * 8);
  std::vector<float> c(128);
  for (double &value : a)
    value = roundTo(GetParam().kind, std::ldexp(double(random() % 2001) - 1000,
                                                int(random() % 8) - 8));
  for (double &value : b)
    value = roundTo(GetParam().kind, std::ldexp(double(random() % 2001) - 1000,
                                                int(random() % 8) - 8));
  for (float &value : c)
    value = std::ldexp(float(random() % 1000003), -10);
  std::vector<float> result = multiply(a, b, c);
  for (unsigned row = 0; row < 16; ++row)
    for (unsigned column = 0; column < 8; ++column) {
      float want = c[row * 8 + column];
      for (unsigned i = 0; i < k; ++i)
        want = float(double(want) + a[row * k + i] * b[i * 8 + column]);
      EXPECT_EQ(result[row * 8 + column], want) << row << ", " << column;
    }
}

TEST_P(MmaTest, InfinityAndNaNPropagate) {
  const unsigned k = GetParam().k;
  std::vector<double> a(16 * k, 1), b(k * 8, 1);
  std::vector<float> c(128, 0);
  a[0] = INFINITY;
  a[k] = NAN;
  std::vector<float> result = multiply(a, b, c);
  EXPECT_EQ(result[0], INFINITY);
  EXPECT_TRUE(std::isnan(result[8]));
  EXPECT_EQ(result[16], float(k));
}

INSTANTIATE_TEST_SUITE_P(Shapes, MmaTest,
                         testing::Values(Shape{8, ScalarKind::F16, false},
                                         Shape{16, ScalarKind::F16, false},
                                         Shape{16, ScalarKind::BF16, false},
                                         Shape{8, ScalarKind::F16, true},
                                         Shape{16, ScalarKind::F16, true},
                                         Shape{16, ScalarKind::BF16, true}),
                         [](const auto &info) {
                           return "m16n8k" + std::to_string(info.param.k) +
                                  "_" + name(info.param.kind) +
                                  (info.param.intrinsic ? "_intrinsic" : "_op");
                         });

} // namespace
} // namespace humming::emulator
