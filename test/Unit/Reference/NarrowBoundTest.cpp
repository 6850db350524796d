//===- NarrowBoundTest.cpp - Bounds of every kind of accumulator ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Models of tensor cores that lose as much as they may, with scales on their
// accumulators in every order a kernel may choose, stay inside the bound; those
// that lose more do not.
//
//===----------------------------------------------------------------------===//

#include "Problems.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "humming/Numerics/Quantize.h"
#include "humming/Reference/TestData.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>

using namespace humming;
using namespace humming::reference;
using namespace mlir;

namespace {
/// How a model sums and scales.
struct Core {
  int bits;                 ///< kept of summands and sums, cut towards zero
  size_t block;             ///< products of an instruction
  size_t part;              ///< products between two flushes to f32; 0: a group
  bool isF16 = false;       ///< sums of a block round to f16 as well
  bool scalesFirst = false; ///< scales are multiplied with each other
};
} // namespace

/// `x` cut, towards zero, to `bits` bits of the power of two in `greatest`.
static double cut(double x, double greatest, int bits) {
  if (greatest == 0)
    return x;
  double unit = std::ldexp(1.0, std::ilogb(greatest) - bits + 1);
  return std::trunc(x / unit) * unit;
}

static double sumOf(const Core &core, const std::vector<double> &products,
                    size_t first, size_t last) {
  double sum = 0;
  for (size_t begin = first; begin < last; begin += core.block) {
    size_t end = std::min(begin + core.block, last);
    double greatest = std::fabs(sum);
    for (size_t i = begin; i < end; ++i)
      greatest = std::max(greatest, std::fabs(products[i]));
    double next = cut(sum, greatest, core.bits);
    for (size_t i = begin; i < end; ++i)
      next += cut(products[i], greatest, core.bits);
    sum = cut(next, next, core.bits);
    if (core.isF16)
      sum = roundTo(ScalarKind::F16, sum);
  }
  return sum;
}

/// Random data in which one activation of every `stride` may be a number other
/// than zero.
static std::vector<std::vector<uint8_t>> dataOf(GemmOp gemm, int64_t m,
                                                int64_t stride) {
  auto data = *makeData(gemm, m, 7, DataKind::Random);
  ScalarKind kind = *scalarKind(gemm.getA().getType().getElementType());
  size_t bytes = bitWidth(kind) / 8;
  for (size_t i = 0; stride > 1 && i < data[0].size(); ++i)
    if (i / bytes % stride != size_t(stride) / 2)
      data[0][i] = 0;
  return data;
}

namespace {
struct Model {
  explicit Model(const Shape &shape, const std::string &numerics = "",
                 int64_t stride = 1)
      : shape(shape), problem(problemText(shape, numerics)),
        data(dataOf(problem.gemm(), m, stride)),
        expected(*evaluate(problem.gemm(), m, data)),
        activations(read(shape.operand, 0, shape.k)), scales(read("f32", 2)),
        codes(unpackRows(data[1].data(), shape.n, shape.k,
                         Code::parse(shape.code)->bits())) {
    if (shape.inputScale)
      inputs = read("f32", shape.globalScale ? 4 : 3);
  }

  /// The elements of an argument; `columns` where they fill whole bytes.
  std::vector<double> read(const char *type, size_t argument,
                           size_t columns = 1) const {
    ScalarKind kind = *parseScalar(type);
    unsigned bits = bitWidth(kind);
    const std::vector<uint8_t> &bytes = data[argument];
    std::vector<double> values;
    if (bits <= 8) {
      size_t rows = bytes.size() / rowBytes(columns, bits);
      for (uint8_t code : unpackRows(bytes.data(), rows, columns, bits))
        values.push_back(decode(kind, code));
      return values;
    }
    for (size_t i = 0; i < bytes.size(); i += bits / 8) {
      uint32_t pattern = 0;
      for (unsigned byte = 0; byte < bits / 8; ++byte)
        pattern |= uint32_t(bytes[i + byte]) << 8 * byte;
      values.push_back(decode(kind, pattern));
    }
    return values;
  }

  float element(const Core &core, size_t row, size_t column) const {
    Code code = *Code::parse(shape.code);
    std::vector<double> products(shape.k);
    for (int64_t k = 0; k < shape.k; ++k)
      products[k] =
          activations[row * shape.k + k] *
          (code.value(codes[column * shape.k + k]) - code.defaultZero());
    size_t group = shape.k / shape.groups;
    size_t part = core.part ? core.part : group;
    float total = 0;
    for (size_t begin = 0; begin < size_t(shape.k); begin += part) {
      float sum = sumOf(core, products, begin, begin + part);
      float scale = scales[column * shape.groups + begin / group];
      float input = 1;
      if (shape.inputScale)
        input = inputs[row * shape.inputGroups +
                       begin / (shape.k / shape.inputGroups)];
      total += core.scalesFirst ? sum * (scale * input) : sum * scale * input;
    }
    return shape.globalScale ? total * float(read("f32", 3)[0]) : total;
  }

  Comparison run(const Core &core) const {
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i < expected.values.size(); ++i) {
      uint32_t bits =
          encode(ScalarKind::F32, element(core, i / shape.n, i % shape.n));
      for (unsigned byte = 0; byte < 4; ++byte)
        bytes.push_back(bits >> 8 * byte);
    }
    return compare(expected, bytes);
  }

  static constexpr int64_t m = 3;
  Shape shape;
  Problem problem;
  std::vector<std::vector<uint8_t>> data;
  Evaluation expected;
  std::vector<double> activations, scales, inputs;
  std::vector<uint8_t> codes;
};
} // namespace

static Shape shapeOf(const char *operand, const char *code, int64_t k,
                     int64_t groups) {
  Shape shape;
  shape.operand = operand, shape.code = code, shape.scale = "f32";
  shape.result = "f32";
  shape.n = 8, shape.k = k, shape.groups = groups;
  return shape;
}

/// Scales, input scales and a global scale, in both orders, flushed at every
/// group or every 64 products.
TEST(NarrowBound, HoldsForScaledSums) {
  for (const char *operand : {"f16", "bf16"})
    for (int64_t groups : {1, 4, 32})
      for (int64_t inputGroups : {0, 1, 4})
        for (bool scalesFirst : {false, true}) {
          Shape shape = shapeOf(operand, "u4", 1024, groups);
          shape.globalScale = inputGroups == 4;
          if (inputGroups)
            shape.inputScale = "f32", shape.inputGroups = inputGroups;
          Model model(shape);
          bool mayFlush = groups == 4;
          for (size_t part : {0, mayFlush ? 64 : 0}) {
            Core core = {24, 16, part};
            core.scalesFirst = scalesFirst;
            if (groups == 1 && inputGroups == 4)
              core.part = 256;
            Comparison c = model.run(core);
            EXPECT_EQ(c.beyondBound, 0u) << operand << groups << inputGroups;
          }
        }
}

TEST(NarrowBound, HoldsForFloatsOf8Bits) {
  for (const char *operand : {"e4m3", "e5m2"})
    for (int64_t k : {128, 1024, 8192})
      for (size_t block : {16, 32}) {
        Model model(shapeOf(operand, "i4", k, 1));
        Comparison narrow = model.run({14, block, 0});
        EXPECT_EQ(narrow.beyondBound, 0u) << operand << k;
        EXPECT_GT(narrow.differentBits, 0u); // The model does lose.
        EXPECT_EQ(model.run({24, block, 0}).beyondBound, 0u);
        if (k < 8192) // Long sums may lose a lot, and seldom do.
          EXPECT_GT(model.run({4, block, 0}).beyondBound, 0u) << operand << k;
      }
}

TEST(NarrowBound, HoldsForFloatsOf4Bits) {
  Model model(shapeOf("e2m1", "e2m1", 1024, 1));
  EXPECT_EQ(model.run({24, 64, 0}).beyondBound, 0u);
  EXPECT_GT(model.run({6, 64, 0}).beyondBound, 0u);
}

/// One accumulator of all products, with what docs/Numerics.md says it loses of
/// R for each. Scales inside the matrix instruction scale products.
TEST(NarrowBound, IsItsFormula) {
  struct Row {
    const char *operand;
    bool isF16, hasBlockScales;
    int64_t block;
    double loss;
  };
  for (Row row : {Row{"f16", false, false, 16, 0x1p-22},
                  {"bf16", false, false, 16, 0x1p-22},
                  {"f16", true, false, 16, 0x1p-11},
                  {"e4m3", false, false, 32, 1.25 * 0x1p-13},
                  {"e5m2", false, false, 32, 1.25 * 0x1p-13},
                  {"e2m1", false, false, 64, 0x1p-22},
                  {"e2m1", false, true, 64, 0x1p-22}}) {
    Shape shape = shapeOf(row.operand, "e2m1", 512, 16);
    shape.scale = "";
    if (row.hasBlockScales) {
      shape.scale = shape.inputScale = "ue8m0";
      shape.inputGroups = 16;
    }
    Problem problem(problemText(
        shape, row.isF16 ? " attributes {numerics = #humming.numerics<acc = "
                           "f16, scale = accumulator>}"
                         : ""));
    ASSERT_EQ(problem.gemm().hasBlockScales(), row.hasBlockScales);
    const int64_t m = 2, k = shape.k, n = shape.n;
    auto data = *makeData(problem.gemm(), m, 4, DataKind::Random);
    Evaluation result = *evaluate(problem.gemm(), m, data);
    auto scalar = [&](const char *type, size_t argument, size_t i) {
      ScalarKind kind = *parseScalar(type);
      unsigned bits = bitWidth(kind);
      size_t byte = i * bits / 8;
      uint32_t word = data[argument][byte];
      if (bits == 16)
        word |= data[argument][byte + 1] << 8;
      return decode(kind, word >> i * bits % 8 & ((1u << bits) - 1));
    };
    for (int64_t i = 0; i < m * n; ++i) {
      double sum = 0, least = 0, greatest = 0, greatestBlock = 0, block = 0;
      for (int64_t l = 0; l < k; ++l) {
        int64_t a = i / n * k + l, w = i % n * k + l;
        double product = scalar(row.operand, 0, a) * scalar("e2m1", 1, w);
        if (row.hasBlockScales)
          product *= scalar("ue8m0", 2, w / 32) * scalar("ue8m0", 3, a / 32);
        sum += product;
        block = (l % row.block ? block : 0) + std::fabs(product);
        greatestBlock = std::max(greatestBlock, block);
        if ((l + 1) % row.block == 0) {
          least = std::min(least, sum);
          greatest = std::max(greatest, sum);
        }
      }
      double error =
          std::expm1(512 * row.loss) * ((greatest - least) + greatestBlock);
      // Sums of f16 and bf16 may round in f64.
      auto nearly = [&](double got, double expected) {
        return std::fabs(got - expected) <= 0x1p-23 * std::fabs(expected);
      };
      EXPECT_TRUE(nearly(result.lows[i], sum - error)) << row.operand;
      EXPECT_TRUE(nearly(result.highs[i], sum + error)) << row.operand;
    }
  }
}

/// Rounded to f16 behind each block of 4 products or more.
TEST(NarrowBound, HoldsForAccumulatorsOfF16) {
  for (int64_t k : {64, 512, 2048}) {
    Model model(shapeOf("f16", "i4", k, 1),
                " attributes {numerics = #humming.numerics<acc = f16, scale = "
                "accumulator>}");
    for (size_t block : {4, 8, 16}) {
      Comparison c = model.run({24, block, 0, /*isF16=*/true});
      EXPECT_EQ(c.beyondBound, 0u) << k;
      EXPECT_GT(c.differentBits, 0u);
    }
    if (k < 2048)
      EXPECT_GT(model.run({3, 16, 0}).beyondBound, 0u) << k;
  }
  // An accumulator of f32 may not lose as much.
  Model wide(shapeOf("f16", "i4", 512, 1));
  EXPECT_GT(wide.run({24, 8, 0, /*isF16=*/true}).beyondBound, 0u);
}

/// Exact sums, converted once for each flush: 2^-24 for the conversion, the
/// multiplication and each addition is all there is to lose.
TEST(NarrowBound, HoldsForIntegers) {
  for (int64_t groups : {1, 4, 64}) {
    Model model(shapeOf("i8", "i8", 4096, groups));
    for (size_t part : {0, groups == 4 ? 64 : 0}) {
      Comparison c = model.run({60, 32, part});
      EXPECT_EQ(c.beyondBound, 0u) << groups;
      EXPECT_EQ(c.differentBits > 0, groups > 1);
    }
    EXPECT_GT(model.run({12, 32, 0}).beyondBound, 0u) << groups;
  }
}

/// Sums that nothing scales reach the epilogue as they are.
TEST(NarrowBound, UnscaledIntegersAreExact) {
  Shape shape = shapeOf("i8", "i8", 4096, 1);
  shape.scale = "";
  Problem problem(problemText(shape));
  auto data = *makeData(problem.gemm(), 2, 3, DataKind::Random);
  Evaluation result = *evaluate(problem.gemm(), 2, data);
  for (size_t i = 0; i < result.values.size(); ++i) {
    EXPECT_EQ(result.lows[i], result.values[i]);
    EXPECT_EQ(result.highs[i], result.values[i]);
    EXPECT_EQ(result.values[i], std::trunc(result.values[i]));
  }
}

/// Few products in a long row: whatever their places, cores that lose as much
/// as they may stay inside, and those that lose more do not.
TEST(NarrowBound, HoldsForSparseSums) {
  const char *f16Sums = " attributes {numerics = #humming.numerics<acc = f16, "
                        "scale = accumulator>}";
  for (int64_t stride : {3, 7, 16, 512}) {
    for (const char *operand : {"e4m3", "e5m2"}) {
      Model model(shapeOf(operand, "i4", 8192, 1), "", stride);
      for (size_t block : {16, 32}) {
        Comparison c = model.run({14, block, 0});
        EXPECT_EQ(c.beyondBound, 0u) << operand << stride;
        EXPECT_GT(c.differentBits, 0u);
        if (stride == 512)
          EXPECT_GT(model.run({7, block, 0}).beyondBound, 0u) << operand;
      }
    }
    Model wide(shapeOf("f16", "i4", 8192, 1), "", stride);
    Model narrow(shapeOf("f16", "i4", 2048, 1), f16Sums, stride);
    for (size_t block : {4, 8, 16}) {
      EXPECT_EQ(wide.run({24, block, 0}).beyondBound, 0u) << stride;
      EXPECT_EQ(narrow.run({24, block, 0, /*isF16=*/true}).beyondBound, 0u)
          << stride;
    }
  }
}

/// A long row counts three products for each that is not zero, and has the
/// bound of a row of as many.
TEST(NarrowBound, ZerosLoseNothing) {
  constexpr int64_t k = 8192, stride = 512;
  Shape shape = shapeOf("e4m3", "i4", k, 1);
  shape.scale = "";
  Problem problem(problemText(shape));
  auto data = dataOf(problem.gemm(), 1, stride);
  Evaluation result = *evaluate(problem.gemm(), 1, data);
  Code code = *Code::parse("i4");
  std::vector<uint8_t> codes = unpackRows(data[1].data(), shape.n, k, 4);
  for (int64_t column = 0; column < shape.n; ++column) {
    double sum = 0, least = 0, greatest = 0, greatestProduct = 0, count = 0;
    for (int64_t l = stride / 2; l < k; l += stride) {
      double product = decode(ScalarKind::E4M3, data[0][l]) *
                       code.value(codes[column * k + l]);
      count += product == 0 ? 0 : 3;
      sum += product;
      least = std::min(least, sum);
      greatest = std::max(greatest, sum);
      greatestProduct = std::max(greatestProduct, std::fabs(product));
    }
    ASSERT_GT(count, 0);
    double error = std::expm1(count * 1.25 * 0x1p-13) *
                   ((greatest - least) + greatestProduct);
    EXPECT_EQ(result.lows[column], float(sum - error));
    EXPECT_EQ(result.highs[column], float(sum + error));
  }
}

/// However long the sum, the bound is a number.
TEST(NarrowBound, StaysFinite) {
  Model model(shapeOf("e4m3", "i4", 32768, 1));
  for (size_t i = 0; i < model.expected.values.size(); ++i)
    EXPECT_TRUE(std::isfinite(model.expected.highs[i]));
}
