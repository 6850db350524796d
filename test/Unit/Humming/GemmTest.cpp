//===- GemmTest.cpp - queries of humming.gemm -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Groups, blocks, default numerics and the accumulator's type follow from
// operands and shapes.
//
//===----------------------------------------------------------------------===//

#include "Gemms.h"

using namespace mlir;
using namespace humming;

namespace {
class GemmTest : public GemmFixture {
protected:
  /// Where a gemm with these scales applies them by default.
  ScaleKind placeOf(StringRef activation, std::string scale,
                    std::string inputScale = {}) {
    GemmText text{activation};
    if (!scale.empty())
      text.operands.emplace_back("scale", scale);
    if (!inputScale.empty())
      text.operands.emplace_back("input_scale", inputScale);
    GemmOp gemm = parse(text);
    EXPECT_TRUE(gemm);
    return gemm.getEffectiveNumerics().getScale();
  }

  /// Type of the accumulator of an integer gemm; null when it is not `type`.
  Type accumulatorOf(SmallVector<std::pair<StringRef, std::string>> operands,
                     StringRef type) {
    GemmOp gemm = parse({"i8", "u4", 64, 512, operands, "", type});
    return gemm ? gemm.getAccumulatorType() : Type();
  }
};
} // namespace

TEST_F(GemmTest, WithoutScalesThereIsOneGroup) {
  GemmOp gemm = parse({"f16", "u4", 64, 100});
  ASSERT_TRUE(gemm);
  EXPECT_EQ(gemm.getNumGroups(), 1);
  EXPECT_EQ(gemm.getGroupSize(), 100);
  EXPECT_EQ(gemm.getScaleRows(), 1);
  EXPECT_EQ(gemm.getNumInputGroups(), 1);
  EXPECT_EQ(gemm.getInputGroupSize(), 100);
}

TEST_F(GemmTest, ShapesSayTheGroups) {
  GemmOp gemm = parse({"f16",
                       "u4",
                       64,
                       512,
                       {{"scale", "16x4xf32"}, {"input_scale", "?x8xf32"}}});
  ASSERT_TRUE(gemm);
  EXPECT_EQ(gemm.getNumGroups(), 4);
  EXPECT_EQ(gemm.getGroupSize(), 128);
  EXPECT_EQ(gemm.getScaleRows(), 4);
  EXPECT_EQ(gemm.getNumInputGroups(), 8);
  EXPECT_EQ(gemm.getInputGroupSize(), 64);
}

TEST_F(GemmTest, BlocksSayTheGroupsWhereTheLastIsShort) {
  GemmOp gemm = parse({"f16",
                       "u4",
                       64,
                       301,
                       {{"scale", "2x3xf32"}, {"input_scale", "?x3xf32"}},
                       "scale_block = array<i64: 48, 128>"});
  ASSERT_TRUE(gemm);
  EXPECT_EQ(gemm.getNumGroups(), 3);
  EXPECT_EQ(gemm.getGroupSize(), 128);
  EXPECT_EQ(gemm.getScaleRows(), 48);
  // As many groups as the weights have: the same ones.
  EXPECT_EQ(gemm.getInputGroupSize(), 128);
}

TEST_F(GemmTest, ABlockIsNoLongerThanK) {
  GemmOp gemm = parse({"f16",
                       "u4",
                       64,
                       100,
                       {{"scale", "1x1xf32"}},
                       "scale_block = array<i64: 128, 128>"});
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
  EXPECT_EQ(placeOf("i16", "64x4xf8E4M3FN"), ScaleKind::Accumulator);
}

TEST_F(GemmTest, ScaledSumsAreFloats) {
  Type f32 = Float32Type::get(&context);
  EXPECT_EQ(accumulatorOf({}, "i32"), IntegerType::get(&context, 32));
  EXPECT_EQ(accumulatorOf({{"scale", "1x1xf32"}}, "f32"), f32);
  EXPECT_EQ(accumulatorOf({{"global_scale", "1xf32"}}, "f32"), f32);
  EXPECT_EQ(accumulatorOf({{"input_scale", "1x1xf32"}}, "f32"), f32);
}

TEST_F(GemmTest, HalfSumsReachTheEpilogueAsFloats) {
  GemmOp gemm =
      parse({"f16",
             "u4",
             64,
             512,
             {},
             "numerics = #humming.numerics<acc = f16, scale = accumulator>"});
  ASSERT_TRUE(gemm);
  EXPECT_TRUE(gemm.getAccumulatorType().isF32());
}
