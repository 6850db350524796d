//===- Problems.h - Gemms for the tests of the reference --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses problem forms that differ in types and shapes.
//
//===----------------------------------------------------------------------===//

#ifndef TEST_UNIT_REFERENCE_PROBLEMS_H
#define TEST_UNIT_REFERENCE_PROBLEMS_H

#include "humming/Dialect/Humming/IR/Humming.h"
#include "humming/Reference/Reference.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

namespace humming::reference {

struct Shape {
  const char *operand = "f16"; ///< of activations, scales, bias and result
  const char *code = "u4";
  int64_t n = 16, k = 64, groups = 1;
  bool zero = false, bias = false;
  const char *result = nullptr; ///< when it is another type
};

/// The problem form of `shape`, with `numerics` as the op's attributes.
std::string problemText(const Shape &shape, const std::string &numerics = "");

/// A context, a module in it, and the diagnostics of both.
class Problem {
public:
  explicit Problem(const std::string &text) {
    context.loadDialect<HummingDialect, mlir::arith::ArithDialect,
                        mlir::func::FuncDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  }
  GemmOp gemm() { return *findGemm(*module); }

  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

inline std::string problemText(const Shape &s, const std::string &numerics) {
  std::string t = s.operand, n = std::to_string(s.n), k = std::to_string(s.k);
  std::string out = s.result ? s.result : s.operand;
  std::string a = "tensor<?x" + k + "x" + t + ">";
  std::string code = "x!humming.code<" + std::string(s.code) + ">>";
  std::string scales = "tensor<" + n + "x" + std::to_string(s.groups);
  std::string w = "tensor<" + n + "x" + k + code, z = scales + code;
  std::string b = "tensor<" + n + "x" + t + ">";
  std::string c = "tensor<?x" + n + "x" + out + ">";
  scales += "x" + t + ">";

  std::string text =
      "func.func @gemm(%a: " + a + ", %w: " + w + ", %s: " + scales;
  text += s.zero ? ", %z: " + z : "";
  text += s.bias ? ", %b: " + b : "";
  text += ") -> " + c + " {\n%c = humming.gemm a(%a : " + a + ") b(%w : " + w +
          ") scale(%s : " + scales + ")";
  text += s.zero ? " zero(%z : " + z + ")" : "";
  text += s.bias ? " epilogue(%b : " + b + ")" : "";
  text += " -> " + c + numerics + " {\n^bb0(%acc: f32";
  text += s.bias ? ", %bj: " + t + "):\n%x = arith.extf %bj : " + t +
                       " to f32\n%y = arith.addf %acc, %x : f32\n"
                 : "):\n";
  std::string sum = s.bias ? "%y" : "%acc";
  if (out != "f32") {
    text += "%h = arith.truncf " + sum + " : f32 to " + out + "\n";
    sum = "%h";
  }
  return text + "humming.yield " + sum + " : " + out + "\n}\nreturn %c : " + c +
         "\n}\n";
}

} // namespace humming::reference

#endif // TEST_UNIT_REFERENCE_PROBLEMS_H
