//===- FoldedScaleTest.cpp - Scaled integers as floats of 8 bits ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every code beside every scale of e4m3, and every zero point where these are
// codes: the expanded arithmetic has the bits of the definition's one rounding,
// in every register of a tile, whose groups and row halves have scales of their
// own.
//
//===----------------------------------------------------------------------===//

#include "ExpandedDequant.h"
#include "Interpreter.h"
#include "PackedWords.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Numerics/Code.h"
#include "humming/Numerics/Float.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir;
using namespace humming;

namespace {

struct Case {
  std::string code, type;
  unsigned groups;
  bool hasZero;
};

constexpr unsigned kScales = 256, kOperandBits = 8;

class FoldedScaleTest : public testing::TestWithParam<Case> {
protected:
  FoldedScaleTest() : context(MLIRContext::Threading::DISABLED) {
    context.loadDialect<HummingDialect, tile::HummingTileDialect,
                        arith::ArithDialect, gpu::GPUDialect,
                        vector::VectorDialect>();
  }

  unsigned numScales() const { return 2 * GetParam().groups; }

  /// A function around one dequant_atom, expanded.
  OwningOpRef<ModuleOp> expand() {
    const Case &param = GetParam();
    std::string words =
        "vector<" + std::to_string(Code::parse(param.code)->bits()) + "xi32>";
    std::string count = "vector<" + std::to_string(numScales()) + "x";
    std::string result = "vector<16x" + param.type + ">";
    std::string source =
        "gpu.module @m { gpu.func @f(%w: " + words + ", %s: " + count +
        "f16>, %z: " + count + "i8>) -> (" + result + ", " + result +
        ") { %r:2 = humming_tile.dequant_atom %w scale(%s : " + count +
        "f16>) " + (param.hasZero ? "zero(%z : " + count + "i8>) " : "") +
        ": !humming.code<" + param.code + ">, " + words + " -> " + result +
        ", " + result + " gpu.return %r#0, %r#1 : " + result + ", " + result +
        " } }";
    return expandDequant(source, context);
  }

  /// Runs the expansion on a tile of `codes`.
  void expectWeights(Block &body, const std::vector<unsigned> &codes,
                     const std::vector<double> &scales, const Bits &zeros) {
    const Case &param = GetParam();
    Code code = *Code::parse(param.code);
    ScalarKind kind =
        param.type == "f8E5M2" ? ScalarKind::E5M2 : ScalarKind::E4M3;
    Bits halves;
    for (double scale : scales)
      halves.push_back(encode(ScalarKind::F16, scale));
    std::vector<Bits> results = interpreter.run(
        body, {packWords(codes, code.bits(), kOperandBits, /*inPairs=*/true),
               halves, zeros});
    ASSERT_EQ(results.size(), 2u);
    for (unsigned q = 0; q < kNumCodes; ++q) {
      // Registers are (atom, khalf, rowhalf) of four elements.
      unsigned reg = q / 4;
      unsigned index = reg / 2 * param.groups / 4 * 2 + reg % 2;
      double zero = param.hasZero ? double(zeros[index]) : code.defaultZero();
      double exact = (code.value(codes[q]) - zero) * scales[index];
      uint32_t want = encode(kind, exact + 0.0), got = results[q / 16][q % 16];
      if (exact == 0) // Of either sign.
        ASSERT_EQ(decode(kind, got), 0) << "element " << q;
      else
        ASSERT_EQ(got, want)
            << "code " << codes[q] << ", element " << q << ", zero " << zero
            << ", scale " << scales[index];
    }
  }

  MLIRContext context;
  Interpreter interpreter;
};

/// The scale in any place goes through all of its values, and beside each the
/// code in any place through all of its own, and so the zero points.
TEST_P(FoldedScaleTest, EveryCodeScaleAndZeroPoint) {
  OwningOpRef<ModuleOp> module = expand();
  ASSERT_TRUE(module);
  unsigned size = Code::parse(GetParam().code)->size();
  unsigned zeroPoints = GetParam().hasZero ? size : 1;
  for (unsigned run = 0; run < kScales; ++run)
    for (unsigned first = 0; first < size; ++first)
      for (unsigned zero = 0; zero < zeroPoints; ++zero) {
        std::vector<double> scales;
        Bits zeros;
        for (unsigned i = 0; i < numScales(); ++i) {
          double scale = decode(ScalarKind::E4M3, (run + 67 * i) % kScales);
          scales.push_back(std::isnan(scale) ? 1 : scale);
          zeros.push_back((zero + 5 * i) % size);
        }
        std::vector<unsigned> codes;
        for (unsigned q = 0; q < kNumCodes; ++q)
          codes.push_back((first + 7 * q) % size);
        expectWeights(bodyOf(*module), codes, scales, zeros);
        if (HasFatalFailure())
          return;
      }
}

std::vector<Case> allCases() {
  std::vector<Case> cases;
  for (const char *type : {"f8E4M3FN", "f8E5M2"}) {
    unsigned most = std::string(type) == "f8E4M3FN" ? 5 : 4;
    for (unsigned bits = 1; bits <= most; ++bits)
      for (char sign : {'u', 'i'})
        cases.push_back({sign + std::to_string(bits), type, 1, false});
    for (unsigned groups : {2u, 4u})
      cases.push_back({"u4", type, groups, false});
    for (unsigned bits = 1; bits < most; ++bits)
      cases.push_back({"u" + std::to_string(bits), type, 1 + bits % 2, true});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Recipes, FoldedScaleTest,
                         testing::ValuesIn(allCases()),
                         [](const testing::TestParamInfo<Case> &info) {
                           return info.param.code + "_" + info.param.type +
                                  "_groups" +
                                  std::to_string(info.param.groups) +
                                  (info.param.hasZero ? "_zero" : "");
                         });

/// Integers that have a recipe, and nothing else.
TEST(FoldsScales, OnlyTheseCodes) {
  MLIRContext context;
  Type e4m3 = Float8E4M3FNType::get(&context);
  Type e5m2 = Float8E5M2Type::get(&context);
  EXPECT_TRUE(tile::canFoldScales(Code::unsignedInteger(5), e4m3, false));
  EXPECT_FALSE(tile::canFoldScales(Code::unsignedInteger(6), e4m3, false));
  EXPECT_FALSE(tile::canFoldScales(Code::unsignedInteger(5), e4m3, true));
  EXPECT_TRUE(tile::canFoldScales(Code::signedInteger(4), e5m2, false));
  EXPECT_FALSE(tile::canFoldScales(Code::signedInteger(5), e5m2, false));
  EXPECT_FALSE(tile::canFoldScales(Code::minifloat(2, 1), e4m3, false));
  EXPECT_FALSE(tile::canFoldScales(Code::unsignedInteger(4),
                                   Float16Type::get(&context), false));
  EXPECT_FALSE(tile::canFoldScales(Code::unsignedInteger(3),
                                   Float4E2M1FNType::get(&context), false));
}

} // namespace
