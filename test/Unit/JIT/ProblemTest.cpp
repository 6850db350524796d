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
  gemm.zero = ZeroKind::Code;
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
  gemm.zero = ZeroKind::Code;
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

/// Every operand at once, in the order of the problem function.
TEST(Problem, EveryOperandHasItsBuffer) {
  GemmProblem gemm;
  gemm.n = 200; // packs to 256
  gemm.k = 319; // packs to 320
  gemm.group = 128;
  gemm.rows = 128;
  gemm.code = "u3";
  gemm.zero = ZeroKind::Number;
  gemm.scale = ScalarKind::UE8M0;
  gemm.globalScale = gemm.perm = gemm.bias = true;
  gemm.inputScale = InputScale::Token;
  gemm.inputGroup = 128;
  llvm::Expected<Problem> problem = Problem::get(gemm);
  ASSERT_TRUE(bool(problem)) << llvm::toString(problem.takeError());
  struct Row {
    BufferRole role;
    uint64_t bytes, bytesPerToken, packedBytes;
  };
  const Row rows[] = {
      {BufferRole::A, 0, 638, 0},
      {BufferRole::B, 200u * 120, 0, 256u * 320 * 3 / 8}, // 957 bits a row
      {BufferRole::Scale, 2u * 3, 0, 256u * 3},
      {BufferRole::Zero, 2u * 3 * 2, 0, 256u * 3 * 2},
      {BufferRole::GlobalScale, 4, 0, 0},
      {BufferRole::InputScale, 0, 3u * 4, 0},
      {BufferRole::Perm, 319u * 4, 0, 0},
      {BufferRole::Epilogue, 200u * 2, 0, 0},
      {BufferRole::Result, 0, 200u * 2, 0}};
  ASSERT_EQ(problem->buffers.size(), std::size(rows));
  for (auto [buffer, row] : llvm::zip(problem->buffers, rows)) {
    EXPECT_EQ(buffer.role, row.role);
    EXPECT_EQ(buffer.bytes, row.bytes) << int(row.role);
    EXPECT_EQ(buffer.bytesPerToken, row.bytesPerToken) << int(row.role);
    EXPECT_EQ(buffer.packedBytes, row.packedBytes) << int(row.role);
  }
  EXPECT_NE(problem->ir.find("scale_block = array<i64: 128, 128>"),
            std::string::npos)
      << problem->ir;
  // What was written verifies when it is read.
  llvm::Expected<Problem> parsed = Problem::parse(problem->ir);
  EXPECT_TRUE(bool(parsed)) << llvm::toString(parsed.takeError());
}

TEST(Problem, ScalesHaveTheShapeOfTheirGroups) {
  auto shapeOf = [](int64_t rows, int64_t group) {
    GemmProblem gemm;
    gemm.n = 96;
    gemm.k = 320;
    gemm.rows = rows;
    gemm.group = group;
    gemm.scale = ScalarKind::F32;
    std::string ir = llvm::cantFail(Problem::get(gemm)).ir;
    size_t at = ir.find(" scale(");
    size_t begin = ir.find("tensor<", at) + 7;
    std::string shape = ir.substr(begin, ir.find('>', begin) - begin);
    size_t block = ir.find("scale_block = array<i64: ");
    if (block != std::string::npos)
      shape += " " + ir.substr(block + 25, ir.find('>', block) - block - 25);
    return shape;
  };
  EXPECT_EQ(shapeOf(1, 64), "96x5xf32");
  EXPECT_EQ(shapeOf(1, 0), "96x1xf32");
  EXPECT_EQ(shapeOf(0, 0), "1x1xf32");
  EXPECT_EQ(shapeOf(32, 64), "3x5xf32");
  EXPECT_EQ(shapeOf(1, 128), "96x3xf32 1, 128"); // 128 + 128 + 64
  EXPECT_EQ(shapeOf(64, 64), "2x5xf32 64, 64");  // 64 + 32 rows
  EXPECT_EQ(shapeOf(128, 1000), "1x1xf32");      // one block holds all
}

TEST(Problem, IntegerSumsReachTheEpilogueOnlyUnscaled) {
  GemmProblem gemm = smallGemm();
  gemm.activation = ScalarKind::I8;
  gemm.scale = std::nullopt;
  std::string plain = llvm::cantFail(Problem::get(gemm)).ir;
  EXPECT_NE(plain.find("arith.sitofp"), std::string::npos) << plain;
  EXPECT_EQ(plain.find("scale("), std::string::npos) << plain;
  gemm.inputScale = InputScale::Tensor;
  std::string scaled = llvm::cantFail(Problem::get(gemm)).ir;
  EXPECT_EQ(scaled.find("arith.sitofp"), std::string::npos) << scaled;
  EXPECT_NE(scaled.find("tensor<1x1xf32>"), std::string::npos) << scaled;
}

TEST(Problem, NarrowAccumulatorsKeepThePlaceOfScales) {
  GemmProblem gemm = smallGemm();
  gemm.accumulator = ScalarKind::F16;
  EXPECT_NE(
      llvm::cantFail(Problem::get(gemm)).ir.find("acc = f16, scale = operand"),
      std::string::npos);
  gemm.group = 0;
  EXPECT_NE(llvm::cantFail(Problem::get(gemm))
                .ir.find("acc = f16, scale = accumulator"),
            std::string::npos);
  gemm.accumulator = ScalarKind::F32; // As it is anyway.
  EXPECT_EQ(llvm::cantFail(Problem::get(gemm)).ir.find("#humming.numerics"),
            std::string::npos);
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
  EXPECT_EQ(reason([](GemmProblem &p) { p.group = -1; }),
            "expected group sizes of at least 1, or 0 for all, got group = -1, "
            "rows = 1, input group = 0");
  EXPECT_EQ(reason([](GemmProblem &p) { p.code = "x7"; }),
            "expected a code such as u4, i4, e2m1 or lut1,[-1, 1], got 'x7'");
  EXPECT_EQ(reason([](GemmProblem &p) {
              p.code = "i4";
              p.zero = ZeroKind::Code;
            }),
            "zero points go with unsigned codes, got 'i4'");
  EXPECT_EQ(reason([](GemmProblem &p) { p.output = ScalarKind::I8; }),
            "expected outputs of f16, bf16 or f32, got i8");
  EXPECT_EQ(
      reason([](GemmProblem &p) { p.activation = ScalarKind::F32; }),
      "expected activations of f16, bf16, e4m3, e5m2, e2m1, i8 or i4, got "
      "f32");
  EXPECT_EQ(reason([](GemmProblem &p) { p.scale = ScalarKind::I8; }),
            "expected scales of f16, bf16, f32, e4m3, e5m2 or ue8m0, got i8");
  EXPECT_EQ(reason([](GemmProblem &p) {
              p.scale = std::nullopt;
              p.zero = ZeroKind::Code;
            }),
            "zero points go with scales: pass a scale of ones");
  EXPECT_EQ(reason([](GemmProblem &p) {
              p.activation = ScalarKind::I8;
              p.zero = ZeroKind::Number;
            }),
            "expected activations beside zero points that are numbers of f16 "
            "or bf16, got i8");
  EXPECT_EQ(reason([](GemmProblem &p) {
              p.activation = ScalarKind::I8;
              p.scalePlace = ScalePlace::Operand;
            }),
            "expected activations beside scales on the operand of f16, bf16, "
            "e4m3 or e5m2, got i8");
  EXPECT_EQ(reason([](GemmProblem &p) { p.accumulator = ScalarKind::I32; }),
            "expected accumulators beside f16 of f32 or f16, got i32");
}

TEST(Problem, InputGroupsAreThoseOfTheWeightsOrDivide) {
  auto reason = [](void (*change)(GemmProblem &)) {
    GemmProblem problem;
    problem.n = 64;
    problem.k = 96;
    problem.group = 64; // 64 + 32
    problem.inputScale = InputScale::Token;
    change(problem);
    llvm::Expected<Problem> built = Problem::get(problem);
    return built ? "" : take(built.takeError()).text;
  };
  EXPECT_EQ(reason([](GemmProblem &p) { p.inputGroup = 64; }), "");
  EXPECT_EQ(reason([](GemmProblem &p) { p.inputGroup = 32; }), "");
  EXPECT_EQ(reason([](GemmProblem &p) { p.inputGroup = 0; }), "");
  EXPECT_EQ(reason([](GemmProblem &p) { p.inputGroup = 36; }),
            "expected an input group that divides k = 96, or the group of the "
            "scales, got 36");
  EXPECT_EQ(reason([](GemmProblem &p) { p.inputGroup = 48; }),
            "expected the input group to be the group of the scales, 64, where "
            "there are as many, got 48");
  EXPECT_EQ(reason([](GemmProblem &p) {
              p.inputScale = InputScale::Tensor;
              p.inputGroup = 32;
            }),
            "one input scale for all has no groups, got 32");
  EXPECT_EQ(reason([](GemmProblem &p) { p.inputScaleType = ScalarKind::F16; }),
            "expected input scales of f32, ue8m0 or e4m3, got f16");
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
