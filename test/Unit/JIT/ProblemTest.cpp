//===- ProblemTest.cpp - From descriptions to problem forms ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What buildProblem writes, which buffers a problem has, and what is refused.
//
//===----------------------------------------------------------------------===//

#include "Support.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"

#include "gtest/gtest.h"

using namespace humming;
using namespace humming::jit;
using namespace humming::jit::test;

TEST(Problem, EverythingThatIsAskedForIsInTheIr) {
  GemmProblem gemm;
  gemm.n = 256;
  gemm.k = 512;
  gemm.activation = ScalarKind::BF16;
  gemm.scale = ScalarKind::BF16;
  gemm.output = ScalarKind::BF16;
  gemm.zero = true;
  gemm.bias = true;
  gemm.scalePlace = ScalePlace::Accumulator;
  mlir::MLIRContext context;
  auto module = buildProblem(&context, gemm);
  ASSERT_TRUE(bool(module));
  EXPECT_TRUE(succeeded(mlir::verify(**module)));

  llvm::Expected<Problem> problem = Problem::get(gemm);
  ASSERT_TRUE(bool(problem));
  for (const char *text :
       {"func.func @gemm(", "tensor<?x512xbf16>",
        "tensor<256x512x!humming.code<u4>>", "tensor<256x4xbf16>",
        "tensor<256x4x!humming.code<u4>>", "tensor<256xbf16>",
        "-> tensor<?x256xbf16>", "acc = f32, scale = accumulator", "arith.extf",
        "arith.addf", "arith.truncf"})
    EXPECT_NE(problem->ir.find(text), std::string::npos) << text << "\n"
                                                         << problem->ir;
}

TEST(Problem, BuffersAreSizedRowMajorAndPacked) {
  GemmProblem gemm;
  gemm.n = 128;
  gemm.k = 96; // packs to 128
  gemm.group = 32;
  gemm.zero = true;
  gemm.bias = true;
  gemm.output = ScalarKind::F32;
  llvm::Expected<Problem> problem = Problem::get(gemm);
  ASSERT_TRUE(bool(problem));
  EXPECT_EQ(problem->name, "gemm");
  EXPECT_FALSE(problem->m.has_value());
  ASSERT_EQ(problem->buffers.size(), 6u);
  const BufferInfo &a = problem->buffers[0], &b = problem->buffers[1],
                   &scale = problem->buffers[2], &zero = problem->buffers[3],
                   &bias = problem->buffers[4], &c = problem->buffers[5];
  EXPECT_EQ(a.role, BufferRole::A);
  EXPECT_EQ(a.sizeFor(7), 7u * 96 * 2);
  EXPECT_EQ(b.role, BufferRole::B);
  EXPECT_EQ(b.bytes, 128u * 96 / 2);
  EXPECT_EQ(b.packedBytes, 128u * 128 / 2);
  EXPECT_EQ(scale.role, BufferRole::Scale);
  EXPECT_EQ(scale.bytes, 128u * 3 * 2);
  EXPECT_EQ(scale.packedBytes, 128u * 4 * 2);
  EXPECT_EQ(zero.role, BufferRole::Zero);
  EXPECT_EQ(zero.bytes, 128u * 2); // three codes of 4 bits fill two bytes
  EXPECT_EQ(zero.packedBytes, 128u * 4);
  EXPECT_EQ(bias.role, BufferRole::Epilogue);
  EXPECT_EQ(bias.bytes, 128u * 4);
  EXPECT_EQ(c.role, BufferRole::Result);
  EXPECT_EQ(c.bytesPerToken, 128u * 4);
}

TEST(Problem, NonsenseIsRefusedWithTheNumbers) {
  auto reason = [](void (*change)(GemmProblem &)) {
    GemmProblem problem = smallGemm();
    change(problem);
    JitError error = takeFrom(Problem::get(problem));
    EXPECT_EQ(error.kind, ErrorKind::InvalidArgument);
    return error.text;
  };
  EXPECT_EQ(reason([](GemmProblem &p) { p.n = 0; }),
            "expected n and k of at least 1, got n = 0, k = 128");
  EXPECT_EQ(reason([](GemmProblem &p) { p.group = 48; }),
            "expected a group size that divides k = 128, got 48");
  EXPECT_EQ(reason([](GemmProblem &p) { p.code = "x7"; }),
            "expected a code such as u4, i4 or e2m1, got 'x7'");
  EXPECT_EQ(reason([](GemmProblem &p) {
              p.code = "i4";
              p.zero = true;
            }),
            "zero points go with unsigned codes, got 'i4'");
  EXPECT_EQ(reason([](GemmProblem &p) { p.output = ScalarKind::I8; }),
            "expected outputs of f16, bf16 or f32, got i8");
}

TEST(Problem, ParsedTextKeepsItsName) {
  llvm::Expected<Problem> built = Problem::get(smallGemm());
  ASSERT_TRUE(bool(built));
  llvm::Expected<Problem> parsed = Problem::parse(built->ir, "my.mlir");
  ASSERT_TRUE(bool(parsed));
  EXPECT_EQ(parsed->source, "my.mlir");
  EXPECT_EQ(parsed->n, 64);
  EXPECT_EQ(parsed->k, 128);
  EXPECT_EQ(parsed->buffers.size(), built->buffers.size());
}

TEST(Problem, SyntaxErrorsHaveALocation) {
  JitError error =
      takeFrom(Problem::parse("module {\n  func.func @f(\n}", "f"));
  EXPECT_EQ(error.kind, ErrorKind::CompileFailed);
  EXPECT_EQ(error.pass, "parse");
  EXPECT_EQ(error.location, "f:2:16");
}

TEST(Problem, AnythingButOneGemmIsRefused) {
  JitError error = takeFrom(Problem::parse("module {}"));
  EXPECT_EQ(error.kind, ErrorKind::InvalidArgument);
  EXPECT_EQ(error.text, "expected a module with one function, got 0");
  error = takeFrom(Problem::parse(
      "func.func @f(%a: tensor<4xf16>) -> tensor<4xf16> { return %a : "
      "tensor<4xf16> }"));
  EXPECT_EQ(error.kind, ErrorKind::InvalidArgument);
  EXPECT_NE(error.text.find("got 0 gemms"), std::string::npos) << error.text;
}
