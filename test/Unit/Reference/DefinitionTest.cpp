//===- DefinitionTest.cpp - Every operand, by its formula -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The formula of a gemm written out, index by index, on exact data, for every
// operand and shape; and the roundings of weights, each on its own.
//
//===----------------------------------------------------------------------===//

#include "Problems.h"
#include "humming/Numerics/Quantize.h"
#include "humming/Reference/TestData.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <map>

using namespace humming;
using namespace humming::reference;
using namespace mlir;

using Buffers = std::vector<std::vector<uint8_t>>;

static double scalarAt(const std::string &type,
                       const std::vector<uint8_t> &bytes, size_t columns,
                       size_t row, size_t column) {
  ScalarKind kind = *parseScalar(type);
  unsigned bits = bitWidth(kind);
  size_t first =
      row * ((columns * bits + 7) / 8) * 8 + column * bits; // in bits
  uint32_t pattern = 0;
  for (unsigned bit = 0; bit < bits; ++bit)
    pattern |= uint32_t(bytes[(first + bit) / 8] >> (first + bit) % 8 & 1)
               << bit;
  return decode(kind, pattern);
}

/// The formula, sum by sum. Numbers are exact, so the order does not matter.
static double formula(const Shape &s, const Buffers &buffers, size_t m,
                      size_t n) {
  std::map<std::string, std::vector<uint8_t>> data;
  for (auto [type, buffer] : llvm::zip(operandTypes(s), buffers))
    data[type.first] = buffer;
  Code code = *Code::parse(s.code);
  std::vector<uint8_t> codes =
      unpackRows(data["b"].data(), s.n, s.k, code.bits());
  int64_t bn = s.blockN ? s.blockN : s.n / s.scaleRows();
  int64_t bk = s.blockK ? s.blockK : s.k / s.groups;
  int64_t inputGroup = s.inputGroups == s.groups ? bk : s.k / s.inputGroups;
  double sum = 0;
  for (int64_t k = 0; k < s.k; ++k) {
    size_t p = s.perm ? scalarAt("i32", data["perm"], s.k, 0, k) : k;
    double a = scalarAt(s.operand, data["a"], s.k, m, p);
    double w = code.value(codes[n * s.k + p]);
    if (!s.zero)
      w -= code.kind() == Code::Kind::Unsigned ? 1 << (code.bits() - 1) : 0;
    else if (s.zeroNumbers)
      w -= scalarAt(s.operand, data["zero"], s.groups, n / bn, k / bk);
    else
      w -= unpackRows(data["zero"].data(), s.scaleRows(), s.groups,
                      code.bits())[n / bn * s.groups + k / bk];
    if (s.hasScale())
      w *= scalarAt(s.scaleType(), data["scale"], s.groups, n / bn, k / bk);
    if (s.inputScale)
      a *= scalarAt(s.inputScale, data["input_scale"], s.inputGroups,
                    s.inputPerTensor ? 0 : m,
                    s.inputGroups == 1 ? 0 : k / inputGroup);
    sum += a * w;
  }
  if (s.globalScale)
    sum *= scalarAt("f32", data["global_scale"], 1, 0, 0);
  if (s.bias)
    sum += scalarAt(s.operand, data["epilogue"], s.n, 0, n);
  return sum;
}

static std::vector<Shape> shapes() {
  std::vector<Shape> shapes;
  auto add = [&](auto change) {
    Shape s;
    s.n = 12, s.k = 192, s.groups = 3;
    s.result = "f32";
    change(s);
    shapes.push_back(s);
  };
  add([](Shape &s) { s.scale = ""; });
  add([](Shape &s) { s.rows = 1, s.groups = 1; }); // per tensor
  add([](Shape &s) { s.rows = 3; });               // blocks of 4 x 64
  add([](Shape &s) {                               // of 5 x 80: 12 = 5 + 5 + 2
    s.rows = 3, s.blockN = 5, s.blockK = 80;
    s.zero = true;
  });
  add([](Shape &s) { // 77 = 32 + 32 + 13
    s.k = 77, s.blockN = 1, s.blockK = 32;
    s.zero = s.zeroNumbers = true;
  });
  add([](Shape &s) { s.zero = s.zeroNumbers = true, s.operand = "bf16"; });
  add([](Shape &s) { s.perm = s.globalScale = s.bias = true; });
  add([](Shape &s) { s.inputScale = "f32", s.inputPerTensor = true; });
  add([](Shape &s) { s.inputScale = "ue8m0", s.rows = 1, s.groups = 1; });
  add([](Shape &s) { s.inputScale = "f32", s.inputGroups = 3, s.perm = true; });
  add([](Shape &s) { s.inputScale = "f32", s.inputGroups = 2; });
  add([](Shape &s) { // groups of the weights, the last one short
    s.k = 150, s.blockN = 1, s.blockK = 64;
    s.inputScale = "ue8m0", s.inputGroups = 3;
  });
  for (const char *operand : {"e4m3", "e5m2", "e2m1", "i8", "i4"})
    for (const char *scale : {"", "f32", "ue8m0", "e4m3", "e5m2"})
      add([&](Shape &s) {
        s.operand = operand, s.scale = scale;
        s.code = operand[0] == 'i' ? "i4" : "e2m1";
        s.k = 193, s.groups = *scale ? 1 : 3;
        s.perm = true;
      });
  add([](Shape &s) { s.operand = "i4", s.code = "u3", s.scale = "bf16"; });
  add([](Shape &s) {
    s.operand = "i8", s.code = "u7", s.scale = "f16";
    s.zero = s.globalScale = true, s.inputScale = "f32";
  });
  for (const char *code : {"lut1,[-1, 0.5]", "lut2,[0.25, -3, 7, 0]", "e5m2"})
    add([&](Shape &s) { s.code = code; });
  return shapes;
}

TEST(Definition, IsItsFormula) {
  const int64_t m = 3;
  for (const Shape &shape : shapes()) {
    std::string text = problemText(shape);
    Problem problem(text);
    ASSERT_TRUE(problem.module) << text;
    auto data = makeData(problem.gemm(), m, 5, DataKind::Exact);
    ASSERT_TRUE(succeeded(data)) << text;
    auto result = evaluate(problem.gemm(), m, *data);
    ASSERT_TRUE(succeeded(result)) << text;
    bool isTrivial = true;
    for (int64_t row = 0; row < m; ++row)
      for (int64_t column = 0; column < shape.n; ++column) {
        double expected = formula(shape, *data, row, column);
        isTrivial &= expected == 0;
        EXPECT_EQ(result->values[row * shape.n + column], expected) << text;
      }
    EXPECT_FALSE(isTrivial) << text;
  }
}

TEST(Definition, ColumnsThatThereAreNotAreRefused) {
  Shape shape;
  shape.n = 1, shape.k = 4, shape.perm = true;
  Problem problem(problemText(shape));
  auto data = *makeData(problem.gemm(), 1, 0, DataKind::Random);
  std::string text;
  ScopedDiagnosticHandler handler(&problem.context, [&](Diagnostic &d) {
    text = d.str();
    return success();
  });
  EXPECT_TRUE(succeeded(evaluate(problem.gemm(), 1, data)));
  data.back()[8] = 4;
  EXPECT_TRUE(failed(evaluate(problem.gemm(), 1, data)));
  EXPECT_NE(text.find("columns below K = 4, got 4 at 2"), std::string::npos)
      << text;
}

//===----------------------------------------------------------------------===//
// Roundings of one weight
//===----------------------------------------------------------------------===//

static std::vector<uint8_t> bytesOf(const char *type, double value) {
  ScalarKind kind = *parseScalar(type);
  std::vector<uint8_t> bytes;
  for (unsigned bit = 0, bits = encode(kind, value); bit < bitWidth(kind);
       bit += 8)
    bytes.push_back(bits >> bit);
  return bytes;
}

/// 1 * (value(code) - zero) * scale in f32.
static double weight(Shape shape, unsigned code, double scale,
                     std::optional<double> zero = std::nullopt,
                     const char *place = nullptr) {
  shape.n = shape.k = 1;
  shape.result = "f32";
  shape.zero = shape.zeroNumbers = zero.has_value();
  std::string numerics;
  if (place)
    numerics = std::string(" attributes {numerics = #humming.numerics<acc = "
                           "f32, scale = ") +
               place + ">}";
  Problem problem(problemText(shape, numerics));
  Buffers buffers = {bytesOf(shape.operand, 1), {uint8_t(code)}};
  if (shape.hasScale())
    buffers.push_back(bytesOf(shape.scaleType(), scale));
  if (zero)
    buffers.push_back(bytesOf(shape.operand, *zero));
  auto result = evaluate(problem.gemm(), 1, buffers);
  EXPECT_TRUE(succeeded(result));
  return succeeded(result) ? result->values[0] : std::nan("");
}

static Shape shapeOf(const char *operand, const char *code,
                     const char *scale = "f32") {
  Shape shape;
  shape.operand = operand, shape.code = code, shape.scale = scale;
  return shape;
}

/// 5 - 1.0029296875 has 12 bits: it is rounded before the scale, everywhere.
TEST(Weights, ZeroPointsRoundToTheOperand) {
  double zero = 1 + 3 * 0x1p-10;
  Shape shape = shapeOf("f16", "u4", "f16");
  double difference = 5 - zero; // between two numbers of f16
  double rounded = roundTo(ScalarKind::F16, difference);
  ASSERT_NE(difference, rounded);
  // The first scale at which the rounding of the difference shows.
  double scale = 1;
  auto scaled = [&](double number) {
    return roundTo(ScalarKind::F16, number * scale);
  };
  while (scale < 2 && scaled(rounded) == scaled(difference))
    scale += 0x1p-10;
  ASSERT_LT(scale, 2);
  EXPECT_EQ(weight(shape, 5, scale, zero, "accumulator"), rounded * scale);
  EXPECT_EQ(weight(shape, 5, scale, zero, "operand"),
            roundTo(ScalarKind::F16, rounded * scale));
}

/// e5m2 has numbers beyond f16, which holds half of each.
TEST(Weights, E5M2BesideF16KeepsItsRange) {
  Shape shape = shapeOf("f16", "e5m2", "f16");
  EXPECT_EQ(weight(shape, 0x7f, 1), 114688);
  EXPECT_EQ(weight(shape, 0x01, 1), 0x1p-16);
  // Half of 114688 * 0.6665 rounds in steps of 32.
  double scale = roundTo(ScalarKind::F16, 0.6665), exact = 114688 * scale;
  EXPECT_EQ(weight(shape, 0x7f, scale, {}, "operand"),
            64 * std::nearbyint(exact / 64));
  EXPECT_EQ(weight(shape, 0x7f, 2, {}, "operand"), INFINITY);
  // Steps of half a subnormal: 2 * 2^-24 of the product.
  EXPECT_EQ(weight(shape, 0x01, 0x1.8p-7, {}, "operand"), 0x1p-22);
  // bf16 has the range and rounds to 8 bits.
  EXPECT_EQ(weight(shapeOf("bf16", "e5m2", "bf16"), 0x7f, 4, {}, "operand"),
            458752);
}

TEST(Weights, BeyondTheOperandAreItsLargest) {
  EXPECT_EQ(weight(shapeOf("e4m3", "e4m3", ""), 0x7f, 1), 448); // not 480
  EXPECT_EQ(weight(shapeOf("e4m3", "e4m3", ""), 0xff, 1), -448);
  EXPECT_EQ(weight(shapeOf("e4m3", "e4m3", ""), 0x7e, 1), 448);
  EXPECT_EQ(weight(shapeOf("e5m2", "e5m2", ""), 0x7c, 1), 57344); // not 65536
  EXPECT_EQ(weight(shapeOf("e5m2", "e5m2", ""), 0x7b, 1), 57344);
  EXPECT_EQ(weight(shapeOf("e5m2", "e5m2", ""), 0xff, 1), -57344);
  // With a fraction bit to spare operands hold half of each number.
  EXPECT_EQ(weight(shapeOf("e5m2", "e5m1", ""), 0x3f, 1), 98304);
  EXPECT_EQ(weight(shapeOf("e5m2", "e5m1", ""), 0x01, 1), 0x1p-15);
  EXPECT_EQ(weight(shapeOf("e5m2", "e5m0", ""), 0x1f, 1), 65536);
}

/// Entries of a table have the precision of the operand and no more.
TEST(Weights, TablesRoundToTheOperand) {
  for (auto [operand, value] : {std::pair("e4m3", 1.125),
                                {"e5m2", 1.0},
                                {"e2m1", 1.0},
                                {"bf16", 1.1015625},
                                {"f16", 1.099609375}})
    EXPECT_EQ(weight(shapeOf(operand, "lut1,[0, 1.1]"), 1, 3), 3 * value)
        << operand;
  EXPECT_EQ(weight(shapeOf("e2m1", "lut1,[0, 100]"), 1, 1), 6);
  EXPECT_EQ(weight(shapeOf("e4m3", "lut1,[0, -1.0e9]"), 1, 1), -448);
  EXPECT_EQ(weight(shapeOf("f16", "lut1,[0, 1.0e9]"), 1, 1), 65504);
}

/// Several columns of scales that f16 holds: on operands. Everything else: on
/// accumulators.
TEST(Weights, WhereScalesActByDefault) {
  struct Row {
    const char *operand, *scale, *inputScale;
    int64_t groups, inputGroups;
    bool onOperand;
  };
  for (Row row : {Row{"f16", "f16", nullptr, 2, 1, true},
                  {"f16", "e4m3", nullptr, 2, 1, true},
                  {"f16", "f32", nullptr, 2, 1, false},
                  {"f16", "ue8m0", nullptr, 2, 1, false},
                  {"bf16", "ue8m0", nullptr, 2, 1, true},
                  {"bf16", "f16", nullptr, 2, 1, false},
                  {"f16", "f16", nullptr, 1, 1, false},
                  {"f16", "f16", "f32", 2, 1, true},
                  {"f16", "f16", "f32", 2, 2, false},
                  {"e4m3", "e4m3", nullptr, 2, 1, false}}) {
    Shape shape = shapeOf(row.operand, "u4", row.scale);
    shape.n = 1, shape.groups = row.groups, shape.result = "f32";
    shape.inputScale = row.inputScale, shape.inputGroups = row.inputGroups;
    Problem problem(problemText(shape));
    EXPECT_EQ(problem.gemm().getEffectiveNumerics().getScale(),
              row.onOperand ? ScaleKind::Operand : ScaleKind::Accumulator)
        << row.operand << " " << row.scale;
  }
}
