//===- Gemms.h - Gemms under test -------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A context and gemms written in few words.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_HUMMING_GEMMS_H
#define HUMMING_TEST_UNIT_HUMMING_GEMMS_H

#include "humming/Dialect/Humming/IR/Humming.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"

#include "gtest/gtest.h"

namespace humming {

/// What a gemm under test is made of; operands are keywords and shapes with
/// element types, such as {"scale", "64x4xf32"}.
struct GemmText {
  llvm::StringRef activation = "f16", code = "u4";
  int64_t n = 64, k = 512;
  llvm::SmallVector<std::pair<llvm::StringRef, std::string>> operands = {};
  llvm::StringRef attributes = "";
  llvm::StringRef accumulator = "f32"; ///< first argument of the epilogue
};

class GemmFixture : public ::testing::Test {
protected:
  GemmFixture() {
    context.loadDialect<HummingDialect, mlir::func::FuncDialect>();
  }

  /// The gemm, which lives until the next call; null when it does not verify.
  GemmOp parse(const GemmText &text) {
    std::string arguments, uses;
    for (const auto &[keyword, type] : text.operands) {
      arguments += llvm::formatv(", %{0}: tensor<{1}>", keyword, type);
      uses += llvm::formatv("{0}(%{0} : tensor<{1}>) ", keyword, type);
    }
    module = mlir::parseSourceString<mlir::ModuleOp>(
        llvm::formatv(R"(
          func.func @f(%a: tensor<?x{0}x{1}>,
              %b: tensor<{2}x{0}x!humming.code<{3}>>{4}) -> tensor<?x{2}x{7}> {{
            %c = humming.gemm a(%a : tensor<?x{0}x{1}>)
                 b(%b : tensor<{2}x{0}x!humming.code<{3}>>) {5}
                 -> tensor<?x{2}x{7}> attributes {{{6}} {{
            ^bb0(%acc: {7}):
              humming.yield %acc : {7}
            }
            return %c : tensor<?x{2}x{7}>
          })",
                      text.k, text.activation, text.n, text.code, arguments,
                      uses, text.attributes, text.accumulator)
            .str(),
        &context);
    GemmOp gemm;
    if (module)
      module->walk([&](GemmOp op) { gemm = op; });
    return gemm;
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace humming

#endif // HUMMING_TEST_UNIT_HUMMING_GEMMS_H
