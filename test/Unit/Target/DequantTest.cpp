//===- DequantTest.cpp - Recipes against the code table -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every code of every width, in every register of a tile, with every zero point
// and several scales: the expanded arithmetic equals value, subtraction
// (rounded where the zero point is a number), one rounded product, bit for bit.
//
//===----------------------------------------------------------------------===//

#include "ExpandedDequant.h"
#include "Interpreter.h"
#include "PackedWords.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Numerics/Code.h"
#include "humming/Numerics/Float.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir;
using namespace humming;

namespace {

constexpr unsigned kOperandBits = 16;
constexpr unsigned kPerRegister = 2;

enum class Zero { None, Code, Number };

struct Case {
  std::string code;
  ScalarKind type;
  Zero zero;
  /// Groups of columns in the tile; none: no scale.
  unsigned groups;
  bool inPlace = false;
  bool byPairs = false; ///< of a table of 16 values, in memory
};

constexpr unsigned kCopies = 32; ///< of each pair, a word each

/// Tables of more than 16 values are in memory.
bool readsTable(const Case &param) {
  Code code = *Code::parse(param.code);
  return param.byPairs || (code.kind() == Code::Kind::Table && code.bits() > 4);
}

/// The bytes of a table in memory: of values, or of pairs, of which one copy is
/// right.
Bits memoryOf(const Case &param, unsigned copy) {
  Code code = *Code::parse(param.code);
  auto bits = [&](unsigned c) { return encode(param.type, code.value(c)); };
  Bits memory;
  for (unsigned at = 0; !param.byPairs && at < 2 * code.size(); ++at)
    memory.push_back(bits(at / 2) >> at % 2 * 8 & 0xff);
  for (unsigned pair = 0; param.byPairs && pair < 256; ++pair) {
    uint32_t word = bits(pair % 16) | bits(pair / 16) << 16;
    for (unsigned at = 0; at < kCopies * 32; at += 8)
      memory.push_back((at / 32 == copy ? word : ~word) >> at % 32 & 0xff);
  }
  return memory;
}

class DequantTest : public testing::TestWithParam<Case> {
protected:
  DequantTest() : context(MLIRContext::Threading::DISABLED) {
    context.loadDialect<HummingDialect, tile::HummingTileDialect,
                        arith::ArithDialect, gpu::GPUDialect,
                        memref::MemRefDialect, vector::VectorDialect>();
  }

  /// A function around one dequant_atom, expanded.
  OwningOpRef<ModuleOp> expand(const Case &param) {
    std::string element = name(param.type);
    std::string count = std::to_string(2 * std::max(param.groups, 1u));
    std::string words =
        "vector<" + std::to_string(Code::parse(param.code)->bits()) + "xi32>";
    std::string scales = "vector<" + count + "x" + element + ">";
    std::string zeros =
        "vector<" + count + "x" +
        (param.zero == Zero::Number ? element : std::string("i8")) + ">";
    std::string result = "vector<8x" + element + ">";
    std::string results =
        result + ", " + result + ", " + result + ", " + result;
    std::string memory = "memref<?xi8, 3>";
    std::string source =
        "gpu.module @m { gpu.func @f(%w: " + words + ", %s: " + scales +
        ", %z: " + zeros + ", %t: " + memory + ", %c: index) -> (" + results +
        ") { %r:4 = humming_tile.dequant_atom %w " +
        (param.groups ? "scale(%s : " + scales + ") " : "") +
        (param.zero != Zero::None ? "zero(%z : " + zeros + ") " : "") +
        (readsTable(param) ? "table(%t : " + memory + ") " : "") +
        (param.byPairs ? "copy %c " : "") +
        (param.inPlace ? "{in_place} " : "") + ": !humming.code<" + param.code +
        ">, " + words + " -> " + results +
        " gpu.return %r#0, %r#1, %r#2, %r#3 : " + results + " } }";
    return expandDequant(source, context);
  }

  MLIRContext context;
};

/// Runs the expansion of `param` on a tile and compares with the table.
void expectTable(Interpreter &interpreter, Block &body, const Case &param,
                 const std::vector<unsigned> &codes, const Bits &scales,
                 const Bits &zeros) {
  unsigned copy = codes.front() * 7 % kCopies;
  Code code = *Code::parse(param.code);
  // The values of a table are those of the operand type.
  auto valueOf = [&](unsigned c) {
    return code.kind() == Code::Kind::Table ? roundTo(param.type, code.value(c))
                                            : code.value(c);
  };
  auto zeroOf = [&](unsigned index) {
    return param.zero == Zero::None   ? code.defaultZero()
           : param.zero == Zero::Code ? zeros[index]
                                      : decode(param.type, zeros[index]);
  };
  // As many exponent bits as f16 has: half the value. In place, those of 2^0
  // are the code's own.
  int exponent = param.inPlace ? (1 << (code.exponentBits() - 1)) - 1 - 15
                 : param.type == ScalarKind::F16 && code.exponentBits() == 5
                     ? -1
                     : 0;
  Bits memory = readsTable(param) ? memoryOf(param, copy) : Bits();
  std::vector<Bits> results =
      interpreter.run(body, {packWords(codes, code.bits(), kOperandBits),
                             scales,
                             zeros,
                             memory,
                             {4 * copy}});
  ASSERT_EQ(results.size(), 4u);
  for (unsigned q = 0; q < kNumCodes; ++q) {
    // Registers are (atom, k half, row half): eight columns for two of them.
    unsigned reg = q / kPerRegister, columns = reg / 2 * 8;
    unsigned groups = std::max(param.groups, 1u);
    unsigned index = columns / (64 / groups) * 2 + reg % 2;
    double scale = param.groups ? decode(param.type, scales[index]) : 1.0;
    double number = std::ldexp(valueOf(codes[q]) - zeroOf(index), exponent);
    ASSERT_EQ(decode(param.type, results[q / 8][q % 8]),
              roundTo(param.type, roundTo(param.type, number) * scale))
        << "code " << codes[q] << ", element " << q << ", zero "
        << zeroOf(index) << ", scale " << scale;
  }
}

/// Each run moves every code to another position, and gives each group and row
/// half a zero point and a scale of its own.
TEST_P(DequantTest, EveryCodeInEveryRegister) {
  const Case &param = GetParam();
  OwningOpRef<ModuleOp> module = expand(param);
  ASSERT_TRUE(module);
  Interpreter interpreter;
  unsigned size = Code::parse(param.code)->size();
  // In `size` runs every code is in every position; the positions that have the
  // same code are others in the next.
  for (unsigned run = 0; run < std::max(2 * size, 64u); ++run) {
    std::vector<unsigned> codes;
    for (unsigned q = 0; q < kNumCodes; ++q) {
      unsigned start = (q + 1) * 0x9e3779b9u * (2 * (run / size) + 1) >> 16;
      codes.push_back((run + start) % size);
    }
    Bits scales, zeros;
    for (unsigned i = 0; i < 2 * std::max(param.groups, 1u); ++i) {
      double scale = std::ldexp(0.77 + 0.013 * run, int(i % 5) - 6);
      scales.push_back(encode(param.type, i % 3 ? scale : -scale));
      zeros.push_back(param.zero == Zero::Number
                          ? encode(param.type, scale * (run + i) * 100)
                          : (run * 5 + i * 11) % size);
    }
    expectTable(interpreter, bodyOf(*module), param, codes, scales, zeros);
    if (HasFatalFailure())
      return;
  }
}

/// Every zero point of either row half with every code, 16 codes of each row
/// half at a time.
class ZeroPointTest : public DequantTest {};

/// Pairs of zero points among which are all codes, or numbers of many sizes.
std::vector<std::pair<uint32_t, uint32_t>> zeroPoints(const Case &param) {
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  unsigned size = Code::parse(param.code)->size();
  if (param.zero == Zero::Code)
    for (unsigned zero = 0; zero < size; ++zero)
      pairs.emplace_back(zero, size - 1 - zero);
  else
    for (double zero : {0.0, 1.0, 7.5, 100.3, -3.14159, 2047.0, -60000.0, 1e-5})
      pairs.emplace_back(encode(param.type, zero),
                         encode(param.type, size / 2 + zero / 7));
  return pairs;
}

TEST_P(ZeroPointTest, EveryCode) {
  const Case &param = GetParam();
  OwningOpRef<ModuleOp> module = expand(param);
  ASSERT_TRUE(module);
  Interpreter interpreter;
  unsigned size = Code::parse(param.code)->size();
  Bits scales = {encode(param.type, 0.7), encode(param.type, -0.013)};
  for (auto [zero, other] : zeroPoints(param))
    for (unsigned first = 0; first < size; first += kNumCodes / 2) {
      std::vector<unsigned> codes;
      for (unsigned q = 0; q < kNumCodes; ++q)
        codes.push_back((first + q / 4 * 2 + q % 2) % size);
      expectTable(interpreter, bodyOf(*module), param, codes, scales,
                  {zero, other});
      if (HasFatalFailure())
        return;
    }
}

/// A table of 2^bits values of many sizes, to be rounded, but for the first
/// `numCoarse`, which are in f16's or bf16's high byte.
std::string table(unsigned bits, unsigned numCoarse) {
  std::string name = "lut" + std::to_string(bits) + ",[";
  for (unsigned entry = 0; entry < 1u << bits; ++entry) {
    double value =
        entry < numCoarse
            ? std::ldexp(1.0 + entry % 2 / 2.0, 2 * (entry / 2 % 8) - 5)
            : std::ldexp(0.37 + 0.071 * entry, int(entry % 11) - 6);
    name += (entry ? ", " : "") + std::to_string(entry % 3 ? -value : value);
  }
  return name + "]";
}

/// Every code that has a recipe into 16-bit operands.
std::vector<Case> allCases() {
  std::vector<Case> cases;
  for (ScalarKind type : {ScalarKind::F16, ScalarKind::BF16}) {
    for (unsigned bits = 1; bits <= 8; ++bits) {
      std::string width = std::to_string(bits);
      for (unsigned groups : {0u, 1u, 4u, 8u}) {
        for (Zero zero : {Zero::None, Zero::Code, Zero::Number})
          cases.push_back({"u" + width, type, zero, groups});
        cases.push_back({"i" + width, type, Zero::None, groups});
      }
    }
    for (unsigned groups : {0u, 1u, 4u, 8u}) {
      cases.push_back({"nf4", type, Zero::None, groups});
      for (const std::string &code : {std::string("nf4"), table(4, 0)})
        cases.push_back({code, type, Zero::None, groups, /*inPlace=*/false,
                         /*byPairs=*/true});
      for (unsigned bits = 1; bits <= 8; ++bits)
        for (unsigned numCoarse : {0u, 1u << bits, 1u << (bits - 1)})
          cases.push_back({table(bits, numCoarse), type, Zero::None, groups});
    }
    unsigned mostExponentBits = type == ScalarKind::F16 ? 5 : 7;
    for (unsigned exponent = 1; exponent <= mostExponentBits; ++exponent)
      for (unsigned mantissa = 0; exponent + mantissa <= 7; ++mantissa) {
        std::string code =
            "e" + std::to_string(exponent) + "m" + std::to_string(mantissa);
        cases.push_back({code, type, Zero::None, /*groups=*/2});
        if (type == ScalarKind::F16 && exponent < mostExponentBits)
          cases.push_back({code, type, Zero::None, /*groups=*/0,
                           /*inPlace=*/true});
      }
  }
  return cases;
}

std::vector<Case> zeroPointCases() {
  std::vector<Case> cases;
  for (const Case &param : allCases())
    if (param.zero != Zero::None && param.groups <= 1)
      cases.push_back(param);
  return cases;
}

std::string caseName(const testing::TestParamInfo<Case> &info) {
  std::string code = info.param.code;
  if (size_t comma = code.find(','); comma != std::string::npos)
    code = code.substr(0, comma) + "_" + std::to_string(info.index);
  return code + "_" + name(info.param.type) +
         (info.param.zero == Zero::Code     ? "_zero"
          : info.param.zero == Zero::Number ? "_number"
                                            : "") +
         "_groups" + std::to_string(info.param.groups) +
         (info.param.inPlace ? "_in_place" : "") +
         (info.param.byPairs ? "_pairs" : "");
}

INSTANTIATE_TEST_SUITE_P(Recipes, DequantTest, testing::ValuesIn(allCases()),
                         caseName);
INSTANTIATE_TEST_SUITE_P(Recipes, ZeroPointTest,
                         testing::ValuesIn(zeroPointCases()), caseName);

} // namespace
