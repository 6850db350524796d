//===- GemmTest.cpp - queries of humming.gemm -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Groups, blocks, default numerics and the accumulator's type follow from
// operands and shapes.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace humming;
using llvm::formatv;

namespace {
class GemmTest : public ::testing::Test {
protected:
  GemmTest() { context.loadDialect<HummingDialect, func::FuncDialect>(); }

  /// A gemm of 64 x `k` weights: `operands` names them by their keywords, with
  /// types, and `attributes` are its attributes.
  GemmOp parse(StringRef activation, int64_t k,
               ArrayRef<std::pair<StringRef, std::string>> operands,
               StringRef attributes = "", StringRef accumulator = "f32") {
    std::string arguments, uses;
    for (auto [keyword, type] : operands) {
      arguments += formatv(", %{0}: tensor<{1}>", keyword, type);
      uses += formatv("{0}(%{0} : tensor<{1}>) ", keyword, type);
    }
    module = parseSourceString<ModuleOp>(formatv(R"(
          func.func @f(%a: tensor<?x{0}x{1}>,
              %b: tensor<64x{0}x!humming.code<u4>>{2}) -> tensor<?x64x{5}> {{
            %c = humming.gemm a(%a : tensor<?x{0}x{1}>)
                 b(%b : tensor<64x{0}x!humming.code<u4>>) {3}
                 -> tensor<?x64x{5}> attributes {{{4}} {{
            ^bb0(%acc: {5}):
              humming.yield %acc : {5}
            }
            return %c : tensor<?x64x{5}>
          })",
                                                 k, activation, arguments, uses,
                                                 attributes, accumulator)
                                             .str(),
                                         &context);
    GemmOp gemm;
    if (module)
      module->walk([&](GemmOp op) { gemm = op; });
    return gemm;
  }

  ScaleKind placeOf(StringRef activation, std::string scale,
                    std::string inputScale = {}) {
    SmallVector<std::pair<StringRef, std::string>> operands;
    if (!scale.empty())
      operands.emplace_back("scale", scale);
    if (!inputScale.empty())
      operands.emplace_back("input_scale", inputScale);
    bool isSum = operands.empty() && activation.starts_with("i");
    GemmOp gemm = parse(activation, 512, operands, "", isSum ? "i32" : "f32");
    EXPECT_TRUE(gemm);
    return gemm.getEffectiveNumerics().getScale();
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};
} // namespace

TEST_F(GemmTest, WithoutScalesThereIsOneGroup) {
  GemmOp gemm = parse("f16", 100, {});
  ASSERT_TRUE(gemm);
  EXPECT_EQ(gemm.getNumGroups(), 1);
  EXPECT_EQ(gemm.getGroupSize(), 100);
  EXPECT_EQ(gemm.getScaleRows(), 1);
  EXPECT_EQ(gemm.getNumInputGroups(), 1);
  EXPECT_EQ(gemm.getInputGroupSize(), 100);
}

TEST_F(GemmTest, ShapesSayTheGroups) {
  GemmOp gemm =
      parse("f16", 512, {{"scale", "16x4xf32"}, {"input_scale", "?x8xf32"}});
  ASSERT_TRUE(gemm);
  EXPECT_EQ(gemm.getNumGroups(), 4);
  EXPECT_EQ(gemm.getGroupSize(), 128);
  EXPECT_EQ(gemm.getScaleRows(), 4);
  EXPECT_EQ(gemm.getNumInputGroups(), 8);
  EXPECT_EQ(gemm.getInputGroupSize(), 64);
}

TEST_F(GemmTest, BlocksSayTheGroupsWhereTheLastIsShort) {
  GemmOp gemm =
      parse("f16", 300, {{"scale", "2x3xf32"}, {"input_scale", "?x3xf32"}},
            "scale_block = array<i64: 48, 128>");
  ASSERT_TRUE(gemm);
  EXPECT_EQ(gemm.getNumGroups(), 3);
  EXPECT_EQ(gemm.getGroupSize(), 128);
  EXPECT_EQ(gemm.getScaleRows(), 48);
  // As many groups as the weights have: the same ones.
  EXPECT_EQ(gemm.getInputGroupSize(), 128);
}

TEST_F(GemmTest, ABlockIsNoLongerThanK) {
  GemmOp gemm = parse("f16", 100, {{"scale", "1x1xf32"}},
                      "scale_block = array<i64: 128, 128>");
  ASSERT_TRUE(gemm);
  EXPECT_EQ(gemm.getGroupSize(), 100);
  EXPECT_EQ(gemm.getScaleRows(), 128);
}

TEST_F(GemmTest, GroupsThatOperandsHoldScaleOperands) {
  EXPECT_EQ(placeOf("f16", "64x4xf16"), ScaleKind::Operand);
  EXPECT_EQ(placeOf("f16", "64x4xf8E4M3FN"), ScaleKind::Operand);
  EXPECT_EQ(placeOf("f16", "64x4xf8E5M2"), ScaleKind::Operand);
  EXPECT_EQ(placeOf("bf16", "64x4xbf16"), ScaleKind::Operand);
  EXPECT_EQ(placeOf("bf16", "64x4xf8E4M3FN"), ScaleKind::Operand);
  EXPECT_EQ(placeOf("bf16", "64x4xf8E8M0FNU"), ScaleKind::Operand);
  EXPECT_EQ(placeOf("f16", "64x4xf16", "?x1xf32"), ScaleKind::Operand);
}

TEST_F(GemmTest, EverythingElseScalesAccumulators) {
  EXPECT_EQ(placeOf("f16", ""), ScaleKind::Accumulator);
  EXPECT_EQ(placeOf("f16", "64x1xf16"), ScaleKind::Accumulator);
  EXPECT_EQ(placeOf("f16", "1x1xf16"), ScaleKind::Accumulator);
  EXPECT_EQ(placeOf("f16", "64x4xf32"), ScaleKind::Accumulator);
  EXPECT_EQ(placeOf("f16", "64x4xbf16"), ScaleKind::Accumulator);
  EXPECT_EQ(placeOf("bf16", "64x4xf16"), ScaleKind::Accumulator);
  EXPECT_EQ(placeOf("f16", "64x4xf8E8M0FNU"), ScaleKind::Accumulator);
  EXPECT_EQ(placeOf("f16", "64x4xf16", "?x4xf32"), ScaleKind::Accumulator);
  EXPECT_EQ(placeOf("f8E4M3FN", "64x4xf8E4M3FN"), ScaleKind::Accumulator);
  EXPECT_EQ(placeOf("i8", "64x4xf16"), ScaleKind::Accumulator);
  EXPECT_EQ(placeOf("i16", "64x4xf16"), ScaleKind::Accumulator);
}

TEST_F(GemmTest, ScaledSumsAreFloats) {
  auto accumulator = [&](ArrayRef<std::pair<StringRef, std::string>> operands,
                         StringRef type) {
    GemmOp gemm = parse("i8", 512, operands, "", type);
    return gemm ? gemm.getAccumulatorType() : Type();
  };
  EXPECT_EQ(accumulator({}, "i32"), IntegerType::get(&context, 32));
  Type f32 = Float32Type::get(&context);
  EXPECT_EQ(accumulator({{"scale", "1x1xf32"}}, "f32"), f32);
  EXPECT_EQ(accumulator({{"global_scale", "1xf32"}}, "f32"), f32);
  EXPECT_EQ(accumulator({{"input_scale", "1x1xf32"}}, "f32"), f32);
}

TEST_F(GemmTest, HalfSumsReachTheEpilogueAsFloats) {
  GemmOp gemm = parse("f16", 512, {},
                      "numerics = #humming.numerics<acc = f16, scale = "
                      "accumulator>");
  ASSERT_TRUE(gemm);
  EXPECT_TRUE(gemm.getAccumulatorType().isF32());
}
