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

/// Types are names of scalars (Numerics/Float.h).
struct Shape {
  const char *operand = "f16"; ///< of activations, bias and result
  const char *code = "u4";
  int64_t n = 16, k = 64, groups = 1;
  bool zero = false, bias = false;
  const char *result = nullptr; ///< when it is another type
  const char *scale = nullptr;  ///< when it is another type; "" for none
  int64_t rows = 0;             ///< of the scale; 0: n
  int64_t blockN = 0, blockK = 0;
  bool zeroNumbers = false; ///< zero points have the operand's type
  bool globalScale = false, perm = false;
  const char *inputScale = nullptr;
  bool inputPerTensor = false;
  int64_t inputGroups = 1;

  int64_t scaleRows() const { return rows ? rows : n; }
  const char *scaleType() const { return scale ? scale : operand; }
  bool hasScale() const { return *scaleType(); }
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

inline std::string mlirName(const std::string &scalar) {
  if (scalar == "e4m3")
    return "f8E4M3FN";
  if (scalar == "e5m2")
    return "f8E5M2";
  if (scalar == "e2m1")
    return "f4E2M1FN";
  return scalar == "ue8m0" ? "f8E8M0FNU" : scalar;
}

/// The types of the operands, under the names of their clauses, in order.
inline std::vector<std::pair<std::string, std::string>>
operandTypes(const Shape &s) {
  auto tensor = [](const std::string &shape, const std::string &element) {
    return "tensor<" + shape + "x" + element + ">";
  };
  std::string n = std::to_string(s.n), k = std::to_string(s.k);
  std::string operand = mlirName(s.operand);
  std::string code = "!humming.code<" + std::string(s.code) + ">";
  std::string scales =
      std::to_string(s.scaleRows()) + "x" + std::to_string(s.groups);
  std::vector<std::pair<std::string, std::string>> types = {
      {"a", tensor("?x" + k, operand)}, {"b", tensor(n + "x" + k, code)}};
  if (s.hasScale())
    types.emplace_back("scale", tensor(scales, mlirName(s.scaleType())));
  if (s.zero)
    types.emplace_back("zero", tensor(scales, s.zeroNumbers ? operand : code));
  if (s.globalScale)
    types.emplace_back("global_scale", "tensor<1xf32>");
  if (s.inputScale)
    types.emplace_back("input_scale", tensor((s.inputPerTensor ? "1x" : "?x") +
                                                 std::to_string(s.inputGroups),
                                             mlirName(s.inputScale)));
  if (s.perm)
    types.emplace_back("perm", tensor(k, "i32"));
  if (s.bias)
    types.emplace_back("epilogue", tensor(n, s.operand));
  return types;
}

inline std::string problemText(const Shape &s, const std::string &numerics) {
  std::string out = s.result ? s.result : s.operand;
  std::string c = "tensor<?x" + std::to_string(s.n) + "x" + out + ">";
  std::string arguments, clauses, separator;
  for (auto &[clause, type] : operandTypes(s)) {
    arguments += separator + "%in_" + clause + ": " + type;
    clauses += " " + clause + "(%in_" + clause + " : " + type + ")";
    separator = ", ";
  }
  std::string attributes = numerics;
  if (s.blockN)
    attributes +=
        " attributes {scale_block = array<i64: " + std::to_string(s.blockN) +
        ", " + std::to_string(s.blockK) + ">}";
  bool isInteger =
      s.operand[0] == 'i' && !s.hasScale() && !s.globalScale && !s.inputScale;
  std::string sum = isInteger ? "%wide" : "%acc";
  std::string text = "func.func @gemm(" + arguments + ") -> " + c +
                     " {\n%c = humming.gemm" + clauses + " -> " + c +
                     attributes +
                     " {\n^bb0(%acc: " + (isInteger ? "i32" : "f32");
  text += s.bias ? std::string(", %bj: ") + s.operand + "):\n" : "):\n";
  if (isInteger)
    text += "%wide = arith.sitofp %acc : i32 to f32\n";
  if (s.bias) {
    text += std::string("%x = arith.extf %bj : ") + s.operand +
            " to f32\n%y = arith.addf " + sum + ", %x : f32\n";
    sum = "%y";
  }
  if (out != "f32") {
    text += "%h = arith.truncf " + sum + " : f32 to " + out + "\n";
    sum = "%h";
  }
  return text + "humming.yield " + sum + " : " + out + "\n}\nreturn %c : " + c +
         "\n}\n";
}

} // namespace humming::reference

#endif // TEST_UNIT_REFERENCE_PROBLEMS_H
