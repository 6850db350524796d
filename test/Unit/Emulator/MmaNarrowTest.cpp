//===- MmaNarrowTest.cpp - mma of 8 and 4 bits, and f16 accumulators ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// As MmaTest, for the instructions whose operands are words of small elements,
// with the formulas of PTX ISA 9.7.14.5 ("Matrix Fragments for mma.m8n8k16",
// "... m8n8k32", "... m16n8k32", "... m16n8k64") and of "Block Scaling for
// mma.sync".
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include "humming/Numerics/Float.h"

#include <cmath>
#include <random>

namespace humming::emulator {
namespace {

struct Instruction {
  const char *name;
  const char *intrinsic; ///< behind "llvm.nvvm.mma."
  unsigned rows, k;
  ScalarKind kind, acc;
  unsigned scales = 0; ///< per row
  ScalarKind scaleKind = ScalarKind::UE8M0;
};

struct Position {
  unsigned row, column;
};

/// a_i of lane: row in M, column in K. Registers hold `e` neighbours in k; with
/// 16 rows they are: row, row + 8, then the same at k / 2.
Position positionA(const Instruction &mma, unsigned lane, unsigned i) {
  unsigned e = 32 / bitWidth(mma.kind);
  unsigned groupID = lane >> 2, threadInGroup = lane % 4;
  if (mma.rows == 8)
    return {groupID, threadInGroup * e + i};
  bool upper = i < e || (i >= 2 * e && i < 3 * e);
  return {upper ? groupID : groupID + 8,
          threadInGroup * e + i % e + (i < 2 * e ? 0 : mma.k / 2)};
}

/// b_i of lane: row in K, column in N.
Position positionB(const Instruction &mma, unsigned lane, unsigned i) {
  unsigned e = 32 / bitWidth(mma.kind);
  return {lane % 4 * e + i % e + (i < e ? 0 : mma.k / 2), lane >> 2};
}

/// c_i and d_i of lane: row in M, column in N.
Position positionC(unsigned lane, unsigned i) {
  return {(lane >> 2) + (i < 2 ? 0 : 8), lane % 4 * 2 + (i & 1)};
}

std::string number(unsigned value) { return std::to_string(value); }

/// The kernel: %in holds, as words, all lanes' A, B, C, then scales of A and B.
std::string kernel(const Instruction &mma, unsigned byte, unsigned laneA,
                   unsigned laneB) {
  unsigned bits = bitWidth(mma.kind);
  bool pairs = bits == 16, halfSums = mma.acc == ScalarKind::F16;
  std::string word = pairs ? "vector<2xf16>" : "i32";
  std::string sum = halfSums                     ? "vector<2xf16>"
                    : mma.acc == ScalarKind::F32 ? "f32"
                                                 : "i32";
  unsigned counts[] = {mma.rows * mma.k * bits / 1024, mma.k * bits / 128,
                       mma.rows / (halfSums ? 8 : 4), mma.scales ? 1u : 0u,
                       mma.scales ? 1u : 0u};
  std::string types[] = {word, word, sum, "i32", "i32"};
  std::string text = "%lane = nvvm.read.ptx.sreg.laneid : i32\n";
  std::string names, signature;
  unsigned first = 0;
  auto add = [&](const std::string &value, const std::string &type) {
    names += (names.empty() ? "%" : ", %") + value;
    signature += (signature.empty() ? "" : ", ") + type;
  };
  auto constant = [&](const std::string &name, unsigned value) {
    text += "%" + name + " = llvm.mlir.constant(" + number(value) +
            " : i16) : i16\n";
    add(name, "i16");
  };
  for (unsigned operand = 0; operand < 5; ++operand) {
    std::string id = "o" + number(operand);
    text += "%" + id + "base = llvm.getelementptr %in[" + number(first) +
            "] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32\n%" + id +
            "lane = llvm.getelementptr %" + id +
            "base[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, "
            "!llvm.array<" +
            number(counts[operand]) + " x i32>\n";
    for (unsigned i = 0; i < counts[operand]; ++i) {
      std::string name = id + "x" + number(i);
      text += "%p" + name + " = llvm.getelementptr %" + id + "lane[" +
              number(i) + "] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32\n%" + name +
              " = llvm.load %p" + name + " : !llvm.ptr<1> -> " +
              types[operand] + "\n";
      add(name, types[operand]);
    }
    if (operand >= 3 && mma.scales) {
      constant("byte" + id, byte);
      constant("lane" + id, operand == 3 ? laneA : laneB);
    }
    first += counts[operand] * 32;
  }
  std::string result = "!llvm.struct<(" + sum;
  for (unsigned i = 1; i < counts[2]; ++i)
    result += ", " + sum;
  result += ")>";
  text += std::string("%d = llvm.call_intrinsic \"llvm.nvvm.mma.") +
          mma.intrinsic + "\"(" + names + ") : (" + signature + ") -> " +
          result +
          "\n%to = llvm.getelementptr %out[%lane] : (!llvm.ptr<1>, "
          "i32) -> !llvm.ptr<1>, !llvm.array<" +
          number(counts[2]) + " x i32>\n";
  for (unsigned i = 0; i < counts[2]; ++i) {
    std::string id = number(i);
    text += "%d" + id + " = llvm.extractvalue %d[" + id + "] : " + result +
            "\n%to" + id + " = llvm.getelementptr %to[" + id +
            "] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32\nllvm.store %d" + id +
            ", %to" + id + " : " + sum + ", !llvm.ptr<1>\n";
  }
  return text;
}

/// Bits packed into words, low first.
struct Packer {
  std::vector<uint32_t> words;
  unsigned used = 32;
  void add(uint32_t bits, unsigned width) {
    if (used == 32) {
      words.push_back(0);
      used = 0;
    }
    words.back() |= bits << used;
    used += width;
  }
};

class MmaNarrowTest : public testing::TestWithParam<Instruction> {
protected:
  /// Numbers of the format of few enough bits that sums are exact: integers of
  /// f16, all others of magnitudes from 1/8 to 8.
  std::vector<double> randomMatrix(size_t size) {
    std::vector<double> values(size);
    for (double &value : values)
      do
        value = mma.kind == ScalarKind::F16 ? double(random() % 9) - 4
                                            : decode(mma.kind, random());
      while (value != 0 &&
             !(std::fabs(value) <= 8 && std::fabs(value) >= 0.125));
    return values;
  }

  /// d = a * b + c on `a` (rows x k), `b` (k x 8), `c` (rows x 8), row-major,
  /// with the words of scales of each lane.
  std::vector<double> multiply(const std::vector<double> &a,
                               const std::vector<double> &b,
                               const std::vector<double> &c) {
    Packer input;
    unsigned bits = bitWidth(mma.kind), sumBits = bitWidth(mma.acc);
    for (unsigned lane = 0; lane < 32; ++lane)
      for (unsigned i = 0; i < mma.rows * mma.k / 32; ++i) {
        Position p = positionA(mma, lane, i);
        input.add(encode(mma.kind, a[p.row * mma.k + p.column]), bits);
      }
    for (unsigned lane = 0; lane < 32; ++lane)
      for (unsigned i = 0; i < mma.k / 4; ++i) {
        Position p = positionB(mma, lane, i);
        input.add(encode(mma.kind, b[p.row * 8 + p.column]), bits);
      }
    for (unsigned lane = 0; lane < 32; ++lane)
      for (unsigned i = 0; i < mma.rows / 4; ++i) {
        Position p = positionC(lane, i);
        input.add(encode(mma.acc, c[p.row * 8 + p.column]), sumBits);
      }
    if (mma.scales)
      for (const auto *words : {&scaleWordsA, &scaleWordsB})
        for (uint32_t word : *words)
          input.add(word, 32);
    unsigned words = mma.rows / 4 * sumBits;
    auto fragments = harness.run<uint32_t>(kernel(mma, byte, laneA, laneB),
                                           input.words, words);
    std::vector<double> result(mma.rows * 8);
    for (unsigned lane = 0; lane < 32; ++lane)
      for (unsigned i = 0; i < mma.rows / 4; ++i) {
        Position p = positionC(lane, i);
        unsigned bit = (lane * mma.rows / 4 + i) * sumBits;
        result[p.row * 8 + p.column] =
            decode(mma.acc, fragments[bit / 32] >> bit % 32);
      }
    return result;
  }

  const Instruction mma = GetParam();
  Harness harness;
  std::mt19937_64 random{5};
  std::vector<uint32_t> scaleWordsA = std::vector<uint32_t>(32),
                        scaleWordsB = scaleWordsA;
  unsigned byte = 0, laneA = 0, laneB = 0;

  /// A scale that keeps sums exact.
  uint32_t randomScale() {
    return encode(mma.scaleKind, std::ldexp(1.0, int(random() % 5) - 2)) & 0xff;
  }
};

TEST_P(MmaNarrowTest, ElementsAreWhereThePtxIsaPutsThem) {
  std::vector<double> a = randomMatrix(mma.rows * mma.k);
  std::vector<double> b = randomMatrix(mma.k * 8);
  std::vector<double> c(mma.rows * 8);
  for (double &value : c)
    value = double(random() % 100) - 50;
  std::vector<std::vector<double>> scaleA(mma.rows), scaleB(8);
  for (auto *scales : {&scaleA, &scaleB})
    for (auto &row : *scales)
      row.assign(mma.k, 1);

  // Each selector that the instruction has; the bytes it leaves are NaN.
  unsigned group = mma.scales ? mma.k / mma.scales : 0;
  for (byte = 0; byte + mma.scales <= (mma.scales ? 4 : 0);
       byte += std::max(mma.scales, 1u))
    for (unsigned selector = 0; selector < (mma.scales ? 8 : 1); ++selector) {
      laneA = selector % 2;
      laneB = selector / 2;
      scaleWordsA.assign(32, 0xffffffff);
      scaleWordsB.assign(32, 0xffffffff);
      auto choose = [&](auto &scales, unsigned row, uint32_t &word) {
        for (unsigned j = 0; j < mma.scales; ++j) {
          uint32_t bits = randomScale();
          unsigned shift = 8 * (byte + j);
          word = (word & ~(0xffu << shift)) | bits << shift;
          for (unsigned k = 0; k < group; ++k)
            scales[row][j * group + k] = decode(mma.scaleKind, bits);
        }
      };
      // "Block Scaling for mma.sync": a pair of each quad supplies the scales
      // of rows groupID and groupID + 8, one thread those of column groupID.
      for (unsigned row = 0; row < (mma.scales ? mma.rows : 0); ++row)
        choose(scaleA, row, scaleWordsA[row % 8 * 4 + laneA * 2 + row / 8]);
      for (unsigned column = 0; column < (mma.scales ? 8 : 0); ++column)
        choose(scaleB, column, scaleWordsB[column * 4 + laneB]);

      std::vector<double> result = multiply(a, b, c);
      for (unsigned row = 0; row < mma.rows; ++row)
        for (unsigned column = 0; column < 8; ++column) {
          double want = c[row * 8 + column];
          for (unsigned k = 0; k < mma.k; ++k)
            want += a[row * mma.k + k] * scaleA[row][k] * b[k * 8 + column] *
                    scaleB[column][k];
          EXPECT_EQ(result[row * 8 + column], want) << row << ", " << column;
        }
      if (!mma.scales)
        return;
    }
}

/// Floats: each sum in f32, in ascending k; an f16 accumulator is rounded at
/// the end of the instruction. Integers: modulo 2^32.
TEST_P(MmaNarrowTest, SumsAreRoundedAsDocumented) {
  std::vector<double> a(mma.rows * mma.k), b(mma.k * 8), c(mma.rows * 8);
  for (auto *matrix : {&a, &b})
    for (double &value : *matrix)
      do
        value = decode(mma.kind, random());
      while (!std::isfinite(value) || std::fabs(value) > 16);
  bool integers = mma.acc == ScalarKind::I32;
  for (double &value : c)
    value = integers ? decode(mma.acc, 0x7fffffff)
                     : roundTo(mma.acc, double(random() % 10007) / 97);
  scaleWordsA.assign(32, encode(mma.scaleKind, 1) * 0x01010101);
  scaleWordsB = scaleWordsA;
  std::vector<double> result = multiply(a, b, c);
  for (unsigned row = 0; row < mma.rows; ++row)
    for (unsigned column = 0; column < 8; ++column) {
      int64_t whole = int64_t(c[row * 8 + column]);
      float sum = float(c[row * 8 + column]);
      for (unsigned k = 0; k < mma.k; ++k) {
        double product = a[row * mma.k + k] * b[k * 8 + column];
        whole += int64_t(product);
        sum = float(double(sum) + product);
      }
      double want =
          integers ? double(int32_t(uint32_t(whole))) : roundTo(mma.acc, sum);
      EXPECT_EQ(result[row * 8 + column], want) << row << ", " << column;
    }
}

TEST_P(MmaNarrowTest, RefusesSelectorsThatTheInstructionLacks) {
  if (!mma.scales)
    return;
  for (unsigned which = 0; which < 3; ++which) {
    std::unique_ptr<Module> module = harness.parse(Harness::wrap(kernel(
        mma, which == 0 ? 3 : 0, which == 1 ? 2 : 0, which == 2 ? 4 : 0)));
    ASSERT_TRUE(module) << harness.diagnostics;
    uint64_t in = harness.memory.allocate(4096),
             out = harness.memory.allocate(4096);
    LaunchResult result = harness.launch(*module->getKernels()[0], in, out);
    ASSERT_FALSE(result.succeeded());
    EXPECT_EQ(result.hazard->kind, HazardKind::Invalid);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, MmaNarrowTest,
    testing::Values(
        Instruction{"m16n8k8_f16_f16", "m16n8k8.row.col.f16.f16", 16, 8,
                    ScalarKind::F16, ScalarKind::F16},
        Instruction{"m16n8k16_f16_f16", "m16n8k16.row.col.f16.f16", 16, 16,
                    ScalarKind::F16, ScalarKind::F16},
        Instruction{"m8n8k16_i8", "m8n8k16.row.col.s8", 8, 16, ScalarKind::I8,
                    ScalarKind::I32},
        Instruction{"m16n8k32_i8", "m16n8k32.row.col.s8", 16, 32,
                    ScalarKind::I8, ScalarKind::I32},
        Instruction{"m8n8k32_i4", "m8n8k32.row.col.s4", 8, 32, ScalarKind::I4,
                    ScalarKind::I32},
        Instruction{"m16n8k64_i4", "m16n8k64.row.col.s4", 16, 64,
                    ScalarKind::I4, ScalarKind::I32},
        Instruction{"m16n8k32_e4m3", "m16n8k32.row.col.f32.e4m3.e4m3.f32", 16,
                    32, ScalarKind::E4M3, ScalarKind::F32},
        Instruction{"m16n8k32_e5m2", "m16n8k32.row.col.f32.e5m2.e5m2.f32", 16,
                    32, ScalarKind::E5M2, ScalarKind::F32},
        Instruction{"m16n8k64_mxf4",
                    "block.scale.m16n8k64.row.col.mxf4.scale.2x.f32.e2m1.e2m1."
                    "f32.ue8m0",
                    16, 64, ScalarKind::E2M1, ScalarKind::F32, 2,
                    ScalarKind::UE8M0},
        Instruction{"m16n8k64_nvf4",
                    "block.scale.m16n8k64.row.col.mxf4nvf4.scale.4x.f32.e2m1."
                    "e2m1.f32.ue4m3",
                    16, 64, ScalarKind::E2M1, ScalarKind::F32, 4,
                    ScalarKind::E4M3}),
    [](const auto &info) { return info.param.name; });

} // namespace
} // namespace humming::emulator
