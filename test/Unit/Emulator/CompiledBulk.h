//===- CompiledBulk.h - Gemms whose copies have a warp ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the tests of compiled producers and consumers share: the problem, and
// how its nvvm form is broken in one place.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_EMULATOR_COMPILEDBULK_H
#define HUMMING_TEST_UNIT_EMULATOR_COMPILEDBULK_H

#include "CompiledKernel.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace humming::emulator {

struct BulkProblem {
  const char *name;
  int64_t n;
  const char *schedule;
  const char *code = "u4";
  const char *activation = "f16";
  const char *scale = "8xf16"; ///< groups and type of the weights' scales
};

class CompiledBulk : public testing::TestWithParam<BulkProblem> {
protected:
  /// The nvvm form of C = A * W with 1024 values of k: more tiles of k than two
  /// rounds of the stages.
  mlir::OwningOpRef<mlir::ModuleOp> compile() {
    const BulkProblem &problem = GetParam();
    std::string n = std::to_string(problem.n);
    std::string a = std::string("tensor<?x1024x") + problem.activation + ">",
                w = "tensor<" + n + "x1024x!humming.code<" + problem.code +
                    ">>",
                s = "tensor<" + n + "x" + problem.scale + ">",
                c = "tensor<?x" + n + "xf16>";
    std::string text =
        "func.func @gemm(%a: " + a + ", %w: " + w + ", %s: " + s + ") -> " + c +
        " {\n%c = humming.gemm a(%a : " + a + ") b(%w : " + w +
        ") scale(%s : " + s + ") -> " + c +
        " attributes {schedule = #humming.schedule<" + problem.schedule +
        ">} {\n^bb0(%acc: f32):\n%h = arith.truncf %acc : f32 to f16\n"
        "humming.yield %h : f16\n}\nreturn %c : " +
        c + "\n}";
    return compiled.compile(text, "sm_90", /*tokens=*/0);
  }

  static mlir::Operation *gemm(mlir::ModuleOp module) {
    return CompiledKernel::gemm(module);
  }
  static llvm::SmallVector<mlir::Operation *> find(mlir::ModuleOp module,
                                                   llvm::StringRef name) {
    return CompiledKernel::find(module, name);
  }

  /// Expects a hazard in every order or in none.
  void run(mlir::ModuleOp module, bool expectCaught, const std::string &what) {
    auto prepare = [](Options &, llvm::ArrayRef<uint64_t>) {};
    compiled.run(module, prepare, [&](const LaunchResult &result) {
      EXPECT_EQ(!result.succeeded(), expectCaught)
          << what << ": "
          << (result.hazard ? result.hazard->message : "not caught");
      if (result.hazard) {
        EXPECT_NE(result.hazard->kind, HazardKind::StepLimit) << what;
      }
    });
  }

  /// Breaks each op of that name by `edit`, one at a time.
  void breakEach(llvm::StringRef name, const std::string &what,
                 llvm::function_ref<void(mlir::Operation *)> edit) {
    mlir::OwningOpRef<mlir::ModuleOp> module = compile();
    ASSERT_TRUE(module);
    size_t count = find(*module, name).size();
    EXPECT_GT(count, 0u) << name.str();
    for (size_t i = 0; i < count; ++i) {
      mlir::OwningOpRef<mlir::ModuleOp> broken = module->clone();
      edit(find(*broken, name)[i]);
      run(*broken, /*expectCaught=*/true,
          what + ": " + name.str() + " " + std::to_string(i));
    }
  }

  /// Takes each barrier of the multiplying warps away, one at a time. Each set
  /// of warps has a program, and which of them brings the last piece of a tile,
  /// whose sums no other reads, is a matter of order: broken in both.
  void breakBarriers() {
    mlir::OwningOpRef<mlir::ModuleOp> module = compile();
    ASSERT_TRUE(module);
    const llvm::StringRef name = "nvvm.barrier";
    size_t count = find(*module, name).size();
    size_t programs =
        llvm::StringRef(GetParam().name).starts_with("turns") ? 2 : 1;
    ASSERT_GT(count, 0u);
    ASSERT_EQ(count % programs, 0u);
    for (size_t i = 0; i < count / programs; ++i) {
      mlir::OwningOpRef<mlir::ModuleOp> broken = module->clone();
      llvm::SmallVector<mlir::Operation *> barriers = find(*broken, name);
      for (size_t at = i; at < count; at += count / programs)
        barriers[at]->erase();
      run(*broken, /*expectCaught=*/true,
          "without barrier " + std::to_string(i));
    }
  }

  /// A wait that goes on at once.
  static void takeAsDone(mlir::Operation *wait) {
    mlir::OpBuilder builder(wait);
    mlir::Value done = mlir::LLVM::ConstantOp::create(
        builder, wait->getLoc(), wait->getResult(0).getType(), 1);
    wait->getResult(0).replaceAllUsesWith(done);
    wait->erase();
  }

  /// A number `by` more than operand `index` of `op`, in its place.
  static void add(mlir::Operation *op, unsigned index, int64_t by) {
    mlir::OpBuilder builder(op);
    mlir::Value number = op->getOperand(index);
    mlir::Value step = mlir::LLVM::ConstantOp::create(builder, op->getLoc(),
                                                      number.getType(), by);
    op->setOperand(
        index, mlir::LLVM::AddOp::create(builder, op->getLoc(), number, step));
  }

  CompiledKernel compiled;
};

} // namespace humming::emulator

#endif // HUMMING_TEST_UNIT_EMULATOR_COMPILEDBULK_H
