//===- NarrowDequantTest.cpp - Recipes into operands of 8 and 4 bits ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every code and zero point that an operand type of 8 or 4 bits has a recipe
// for, in every register of a tile: the expanded arithmetic equals the number
// times 2^E. Which codes those are is said here once more, by hand.
//
//===----------------------------------------------------------------------===//

#include "ExpandedDequant.h"
#include "Interpreter.h"
#include "PackedWords.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/DequantRecipe.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Dialect/HummingTile/IR/PackedLayout.h"
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

/// An operand type, and what may go into it: integers of so many bits, of so
/// many less a zero point, and minifloats; none where there are no bits.
struct Operand {
  const char *type;
  ScalarKind kind;
  unsigned bits, integerBits, zeroBits, exponentBits, fractionBits;
};

const Operand kOperands[] = {
    {"i8", ScalarKind::I8, 8, 8, 7, 0, 0},
    {"i4", ScalarKind::I4, 4, 4, 3, 0, 0},
    {"f8E4M3FN", ScalarKind::E4M3, 8, 5, 4, 4, 3},
    {"f8E5M2", ScalarKind::E5M2, 8, 4, 3, 5, 2},
    {"f4E2M1FN", ScalarKind::E2M1, 4, 3, 2, 2, 1},
};

struct Case {
  std::string code;
  Operand operand;
  unsigned zeroGroups; ///< none: no zero points
};

class NarrowDequantTest : public testing::TestWithParam<Case> {
protected:
  NarrowDequantTest() : context(MLIRContext::Threading::DISABLED) {
    context.loadDialect<HummingDialect, tile::HummingTileDialect,
                        arith::ArithDialect, gpu::GPUDialect,
                        vector::VectorDialect>();
  }

  unsigned perVector() const { return 128 / GetParam().operand.bits; }

  /// A function around one dequant_atom, expanded.
  OwningOpRef<ModuleOp> expand() {
    const Case &param = GetParam();
    std::string words =
        "vector<" + std::to_string(Code::parse(param.code)->bits()) + "xi32>";
    std::string zeros =
        "vector<" + std::to_string(2 * std::max(param.zeroGroups, 1u)) + "xi8>";
    std::string result = "vector<" + std::to_string(perVector()) + "x" +
                         param.operand.type + ">";
    bool two = perVector() < kNumCodes;
    std::string results = result + (two ? ", " + result : "");
    std::string source =
        "gpu.module @m { gpu.func @f(%w: " + words + ", %z: " + zeros +
        ") -> (" + results + ") { %r:" + (two ? "2" : "1") +
        " = humming_tile.dequant_atom %w " +
        (param.zeroGroups ? "zero(%z : " + zeros + ") " : "") +
        ": !humming.code<" + param.code + ">, " + words + " -> " + results +
        " gpu.return %r#0" + (two ? ", %r#1" : "") + " : " + results + " } }";
    return expandDequant(source, context);
  }

  /// Runs the expansion in `body` on a tile and compares with the definition.
  void expectNumbers(Block &body, const std::vector<unsigned> &codes,
                     const Bits &zeros) {
    const Case &param = GetParam();
    Code code = *Code::parse(param.code);
    const Operand &operand = param.operand;
    std::optional<int> exponent = tile::dequantExponent(
        code, parseType(operand.type, &context), param.zeroGroups != 0);
    ASSERT_TRUE(exponent);
    std::vector<Bits> results = interpreter.run(
        body, {packWords(codes, code.bits(), operand.bits), zeros});
    ASSERT_EQ(results.size(), kNumCodes / perVector());
    for (unsigned q = 0; q < kNumCodes; ++q) {
      // Registers are (atom, khalf, rowhalf) of 32 bits.
      unsigned perRegister = 32 / operand.bits, reg = q / perRegister;
      unsigned columns = reg / 2 * 4 * perRegister;
      unsigned index =
          columns * std::max(param.zeroGroups, 1u) / 64 * 2 + reg % 2;
      double zero =
          param.zeroGroups ? double(zeros[index]) : code.defaultZero();
      double number = std::ldexp(code.value(codes[q]) - zero, *exponent);
      uint64_t result = results[q / perVector()][q % perVector()];
      // docs/Layouts.md: codes of 8 bits are packed as these operands.
      if (tile::packsOperands(code.bits(), operand.bits)) {
        ASSERT_EQ(result, codes[q]) << "element " << q;
        continue;
      }
      ASSERT_EQ(decode(operand.kind, result), number)
          << "code " << codes[q] << ", element " << q << ", zero " << zero;
    }
  }

  MLIRContext context;
  Interpreter interpreter;
};

/// Each run moves every code to another position; each group and row half has a
/// zero point of its own.
TEST_P(NarrowDequantTest, EveryCodeInEveryRegister) {
  OwningOpRef<ModuleOp> module = expand();
  ASSERT_TRUE(module);
  unsigned size = Code::parse(GetParam().code)->size();
  for (unsigned run = 0; run < std::max(size, 16u); ++run) {
    std::vector<unsigned> codes;
    for (unsigned q = 0; q < kNumCodes; ++q)
      codes.push_back((run + 7 * q) % size);
    Bits zeros;
    for (unsigned i = 0; i < 2 * std::max(GetParam().zeroGroups, 1u); ++i)
      zeros.push_back((run * 5 + i * 11) % size);
    expectNumbers(bodyOf(*module), codes, zeros);
    if (HasFatalFailure())
      return;
  }
}

/// Every zero point of either row half with every code in every field of a
/// register, beside the greatest and the least code.
TEST_P(NarrowDequantTest, EveryZeroPoint) {
  if (!GetParam().zeroGroups)
    return;
  OwningOpRef<ModuleOp> module = expand();
  ASSERT_TRUE(module);
  unsigned size = Code::parse(GetParam().code)->size();
  for (unsigned zero = 0; zero < size; ++zero)
    for (unsigned code = 0; code < size; ++code)
      for (unsigned field = 0; field < 2; ++field) {
        std::vector<unsigned> codes;
        for (unsigned q = 0; q < kNumCodes; ++q)
          codes.push_back(q % 2 == field ? code : q % 4 < 2 ? 0 : size - 1);
        Bits zeros;
        for (unsigned i = 0; i < 2 * GetParam().zeroGroups; ++i)
          zeros.push_back(i % 2 ? size - 1 - zero : zero);
        expectNumbers(bodyOf(*module), codes, zeros);
        if (HasFatalFailure())
          return;
      }
}

std::vector<Case> allCases() {
  std::vector<Case> cases;
  for (const Operand &operand : kOperands) {
    for (unsigned bits = 1; bits <= operand.integerBits; ++bits) {
      cases.push_back({"u" + std::to_string(bits), operand, 0});
      cases.push_back({"i" + std::to_string(bits), operand, 0});
      for (unsigned groups : {1u, 2u})
        if (bits <= operand.zeroBits)
          cases.push_back({"u" + std::to_string(bits), operand, groups});
    }
    for (unsigned exponent = 1; exponent <= operand.exponentBits; ++exponent)
      for (unsigned mantissa = 0; mantissa <= operand.fractionBits; ++mantissa)
        cases.push_back(
            {"e" + std::to_string(exponent) + "m" + std::to_string(mantissa),
             operand, 0});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(
    Recipes, NarrowDequantTest, testing::ValuesIn(allCases()),
    [](const testing::TestParamInfo<Case> &info) {
      return info.param.code + "_" + info.param.operand.type +
             (info.param.zeroGroups
                  ? "_zero" + std::to_string(info.param.zeroGroups)
                  : "");
    });

/// Nothing else has a recipe.
TEST(DequantExponent, OnlyTheseCodes) {
  MLIRContext context;
  for (const Operand &operand : kOperands) {
    Type type = parseType(operand.type, &context);
    for (unsigned bits = 1; bits <= 8; ++bits) {
      Code unsignedCode = Code::unsignedInteger(bits),
           signedCode = Code::signedInteger(bits);
      bool holds = bits <= operand.integerBits;
      EXPECT_EQ(bool(tile::dequantExponent(unsignedCode, type, false)), holds);
      EXPECT_EQ(bool(tile::dequantExponent(signedCode, type, false)), holds);
      EXPECT_EQ(bool(tile::dequantExponent(unsignedCode, type, true)),
                bits <= operand.zeroBits);
      EXPECT_FALSE(tile::dequantExponent(signedCode, type, true));
    }
    for (unsigned exponent = 1; exponent <= 7; ++exponent)
      for (unsigned mantissa = 0; exponent + mantissa <= 7; ++mantissa) {
        Code code = Code::minifloat(exponent, mantissa);
        EXPECT_EQ(bool(tile::dequantExponent(code, type, false)),
                  exponent <= operand.exponentBits &&
                      mantissa <= operand.fractionBits);
        EXPECT_FALSE(tile::dequantExponent(code, type, true));
      }
    EXPECT_FALSE(tile::dequantExponent(Code::normalFloat4(), type, false));
  }
  for (const char *type : {"f8E8M0FNU", "f32", "i16", "i2"})
    EXPECT_FALSE(tile::dequantExponent(Code::unsignedInteger(1),
                                       parseType(type, &context), false));
}

} // namespace
