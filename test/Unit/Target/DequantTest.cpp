//===- DequantTest.cpp - Recipes against the code table -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every code, at every position of a word, with every zero point and several
// scales: the expanded arithmetic equals value, subtraction, one rounded
// product, bit for bit.
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"
#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Dialect/HummingTile/Transforms/Passes.h"
#include "humming/Numerics/Code.h"
#include "humming/Numerics/Float.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace humming;

namespace {

struct Case {
  const char *code;
  ScalarKind type;
  bool zero;
  bool scale;
};

class DequantTest : public testing::TestWithParam<Case> {
protected:
  DequantTest() : context(MLIRContext::Threading::DISABLED) {
    context.loadDialect<HummingDialect, tile::HummingTileDialect,
                        arith::ArithDialect, gpu::GPUDialect,
                        vector::VectorDialect>();
  }

  /// A function around one dequant_atom, expanded.
  OwningOpRef<ModuleOp> expand(const Case &param) {
    std::string type = name(param.type);
    std::string arguments =
        "%w: vector<1xi32>, %s: vector<2x" + type + ">, %z: vector<2xi8>";
    std::string source =
        "gpu.module @m { gpu.func @f(" + arguments + ") -> vector<8x" + type +
        "> { %r = humming_tile.dequant_atom %w " +
        (param.scale ? "scale(%s : vector<2x" + type + ">) " : "") +
        (param.zero ? "zero(%z : vector<2xi8>) " : "") + ": !humming.code<" +
        param.code + ">, vector<1xi32> -> vector<8x" + type +
        "> gpu.return %r : vector<8x" + type + "> } }";
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>(source, &context);
    PassManager passes(&context, ModuleOp::getOperationName());
    passes.nest<gpu::GPUModuleOp>().addPass(tile::createExpandDequant());
    if (!module || failed(passes.run(*module)))
      return nullptr;
    return module;
  }

  MLIRContext context;
};

/// The position in the word of element khalf*4 + rowhalf*2 + low.
unsigned positionOf(unsigned element) {
  unsigned khalf = element / 4, rowhalf = element / 2 % 2, low = element % 2;
  return low * 4 + khalf * 2 + rowhalf;
}

TEST_P(DequantTest, EqualsTheTable) {
  Case param = GetParam();
  Code code = *Code::parse(param.code);
  OwningOpRef<ModuleOp> module = expand(param);
  ASSERT_TRUE(module);
  gpu::GPUFuncOp function;
  module->walk([&](gpu::GPUFuncOp op) { function = op; });
  Block &body = function.getBody().front();

  Interpreter interpreter;
  unsigned numZeros = param.zero ? code.size() : 1;
  for (double scale : {1.0, -0.75, 0.0137, 3.0e-5, 1000.0}) {
    uint32_t scales[] = {encode(param.type, scale),
                         encode(param.type, scale * 1.7)};
    for (unsigned first = 0; first < code.size(); ++first)
      for (unsigned zero = 0; zero < numZeros; ++zero) {
        // Eight different codes, and different zero points in the two rows.
        uint32_t word = 0;
        auto codeAt = [&](unsigned position) {
          return (first + 3 * position) % code.size();
        };
        for (unsigned position = 0; position < 8; ++position)
          word |= codeAt(position) << (position * code.bits());
        uint32_t zeros[] = {zero, (code.size() - 1) - zero};

        std::vector<Bits> results =
            interpreter.run(body, {Bits{word}, Bits{scales[0], scales[1]},
                                   Bits{zeros[0], zeros[1]}});
        ASSERT_EQ(results.size(), 1u);
        ASSERT_EQ(results[0].size(), 8u);
        for (unsigned element = 0; element < 8; ++element) {
          unsigned row = element / 2 % 2;
          double value = code.value(codeAt(positionOf(element)));
          double offset =
              param.zero ? double(zeros[row]) : double(code.defaultZero());
          double factor = param.scale ? decode(param.type, scales[row]) : 1.0;
          ASSERT_EQ(decode(param.type, results[0][element]),
                    roundTo(param.type, (value - offset) * factor))
              << "word " << word << ", element " << element << ", zero "
              << zeros[row] << ", scale " << factor;
        }
      }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Recipes, DequantTest,
    testing::Values(Case{"u4", ScalarKind::F16, false, false},
                    Case{"u4", ScalarKind::F16, false, true},
                    Case{"u4", ScalarKind::F16, true, false},
                    Case{"u4", ScalarKind::F16, true, true},
                    Case{"i4", ScalarKind::F16, false, false},
                    Case{"i4", ScalarKind::F16, false, true},
                    Case{"u4", ScalarKind::BF16, false, false},
                    Case{"u4", ScalarKind::BF16, false, true},
                    Case{"u4", ScalarKind::BF16, true, false},
                    Case{"u4", ScalarKind::BF16, true, true},
                    Case{"i4", ScalarKind::BF16, false, false},
                    Case{"i4", ScalarKind::BF16, false, true}),
    [](const testing::TestParamInfo<Case> &info) {
      return std::string(info.param.code) + "_" + name(info.param.type) +
             (info.param.zero ? "_zero" : "") +
             (info.param.scale ? "_scale" : "");
    });

} // namespace
