//===- SupportTest.cpp - the support table --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table says what the project promises, cell by cell, and its reasons name
// what would do.
//
//===----------------------------------------------------------------------===//

#include "humming/Dialect/Humming/Transforms/Support.h"
#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "mlir/IR/Builders.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace humming;

namespace {
class SupportTest : public ::testing::Test {
protected:
  SupportTest() { context.loadDialect<HummingDialect>(); }

  /// The types of a gemm with one group and no scale.
  GemmTypes typesOf(Type activation, Code code) {
    GemmTypes types{activation, std::move(code)};
    types.acc = activation.isInteger() ? AccKind::I32 : AccKind::F32;
    types.k = 512;
    return types;
  }
  std::string reason(const GemmTypes &types, StringRef arch) {
    return refusal(types, *lookupArch(arch)).value_or("");
  }

  MLIRContext context;
  Type f16 = Float16Type::get(&context), bf16 = BFloat16Type::get(&context),
       f32 = Float32Type::get(&context), i8 = IntegerType::get(&context, 8),
       e5m2 = Float8E5M2Type::get(&context);
};
} // namespace

/// What the project promises: written here a second time, in the words of its
/// matrix, so that neither the table nor a recipe can lose a cell.
static bool isPromised(ScalarKind activation, const Code &code, ZeroKind zero) {
  struct Promise {
    ScalarKind activation;
    unsigned integers, withZero, exponent, mantissa;
    bool tables, numbers;
  };
  constexpr Promise promises[] = {
      {ScalarKind::F16, 8, 8, 5, 7, true, true},
      {ScalarKind::BF16, 8, 8, 8, 7, true, true},
      {ScalarKind::E4M3, 5, 4, 4, 3, false, false},
      {ScalarKind::E5M2, 4, 3, 5, 2, false, false},
      {ScalarKind::E2M1, 3, 2, 2, 1, false, false},
      {ScalarKind::I8, 8, 7, 0, 0, false, false},
      {ScalarKind::I4, 4, 3, 0, 0, false, false},
  };
  const Promise *promise = llvm::find_if(
      promises, [&](const Promise &p) { return p.activation == activation; });
  if (zero != ZeroKind::None)
    return code.bits() <= promise->withZero &&
           (zero == ZeroKind::Code || promise->numbers);
  switch (code.kind()) {
  case Code::Kind::Unsigned:
  case Code::Kind::Signed:
    return code.bits() <= promise->integers;
  case Code::Kind::Float:
    return code.exponentBits() <= promise->exponent &&
           code.mantissaBits() <= promise->mantissa;
  case Code::Kind::Table:
    return promise->tables;
  }
  llvm_unreachable("unknown kind of code");
}

TEST_F(SupportTest, CellsAreThePromisedOnes) {
  unsigned supported = 0;
  for (const SupportCell &cell : supportCells(&context)) {
    ScalarKind activation = *scalarKind(cell.activation);
    EXPECT_EQ(cell.least != nullptr,
              isPromised(activation, cell.code, cell.zero))
        << name(activation) << " " << shortName(cell.code) << " "
        << int(cell.zero) << ": " << cell.reason;
    EXPECT_EQ(cell.least != nullptr, cell.reason.empty());
    supported += cell.least != nullptr;
  }
  EXPECT_GT(supported, 200u);
}

TEST_F(SupportTest, EveryActivationHasItsOldestArchitecture) {
  for (auto [activation, least] : {std::pair(ScalarKind::F16, "sm_75"),
                                   {ScalarKind::BF16, "sm_80"},
                                   {ScalarKind::E4M3, "sm_89"},
                                   {ScalarKind::E5M2, "sm_89"},
                                   {ScalarKind::E2M1, "sm_120"},
                                   {ScalarKind::I8, "sm_75"},
                                   {ScalarKind::I4, "sm_75"}}) {
    unsigned cells = 0;
    for (const SupportCell &cell : supportCells(&context))
      if (cell.least && scalarKind(cell.activation) == activation) {
        EXPECT_EQ(cell.least->name, least) << shortName(cell.code);
        ++cells;
      }
    EXPECT_GT(cells, 0u) << name(activation);
  }
}

TEST_F(SupportTest, EveryRefusalSaysWhatWouldDo) {
  for (const SupportCell &cell : supportCells(&context))
    if (!cell.least)
      EXPECT_NE(cell.reason.find("; use "), std::string::npos) << cell.reason;
}

TEST_F(SupportTest, TablesKeepTheirValuesInTheOperandType) {
  auto table = [](double value) {
    std::vector<double> values(16, 1.0);
    values[3] = value;
    values[5] = 0;
    return Code::table(std::move(values));
  };
  EXPECT_EQ(reason(typesOf(f16, table(-65504)), "sm_80"), "");
  EXPECT_EQ(reason(typesOf(f16, table(0x1p-24)), "sm_80"), "");
  EXPECT_EQ(reason(typesOf(f16, table(-1e5)), "sm_80"),
            "value -1.000e+05 of lut4 is beyond the 6.550e+04 of f16; use "
            "smaller values, and larger scales on accumulators");
  EXPECT_EQ(reason(typesOf(f16, table(1e-9)), "sm_80"),
            "value 1.000e-09 of lut4 vanishes beside the 5.960e-08 of f16; use "
            "larger values, and smaller scales on accumulators");
  EXPECT_EQ(reason(typesOf(bf16, table(-1e5)), "sm_80"), "");
  EXPECT_EQ(reason(typesOf(bf16, table(1e-9)), "sm_80"), "");
}

TEST_F(SupportTest, ProductsThatFallBelowTheOperandAreRefused) {
  auto table = [](double least) {
    std::vector<double> values(16, 1.0);
    values[3] = -least;
    values[5] = 0;
    return Code::table(std::move(values));
  };
  GemmTypes types = typesOf(f16, table(0x1p-9));
  types.scale = e5m2;
  types.place = ScaleKind::Operand;
  EXPECT_EQ(reason(types, "sm_80"),
            "products of lut4 and f8E5M2 fall to 2^-25, below the 2^-24 of "
            "f16; use scale = accumulator or bf16 activations");
  types.activation = bf16;
  EXPECT_EQ(reason(types, "sm_80"), "");
  types.activation = f16;
  types.code = table(0x1p-8);
  EXPECT_EQ(reason(types, "sm_80"), "");
  types.code = Code::table(std::vector<double>(16, 0.0));
  EXPECT_EQ(reason(types, "sm_80"), "");
}

TEST_F(SupportTest, AtomsDivideTheGroupsOfAccumulators) {
  GemmTypes types = typesOf(f16, Code::signedInteger(4));
  const Arch &arch = *lookupArch("sm_80");
  EXPECT_EQ(selectAtom(types, arch)->name, "m16n8k16");
  types.scale = f32;
  types.groups = 64;
  types.groupSize = 8;
  EXPECT_EQ(selectAtom(types, arch)->name, "m16n8k8");
  // Operands are scaled before they are multiplied.
  types.scale = f16;
  types.place = ScaleKind::Operand;
  EXPECT_EQ(selectAtom(types, arch)->name, "m16n8k16");
}

TEST_F(SupportTest, AtomsAreTheNewestOfTheirLength) {
  GemmTypes types = typesOf(i8, Code::signedInteger(8));
  EXPECT_EQ(selectAtom(types, *lookupArch("sm_75"))->name, "m8n8k16");
  EXPECT_EQ(selectAtom(types, *lookupArch("sm_80"))->name, "m16n8k32");
}

TEST_F(SupportTest, TheSmallerGroupHasASum) {
  GemmTypes types = typesOf(i8, Code::signedInteger(8));
  EXPECT_FALSE(hasAccumulatorGroups(types));
  EXPECT_EQ(accumulatorGroup(types), 512);
  types.groups = 4;
  types.groupSize = 128;
  EXPECT_TRUE(hasAccumulatorGroups(types));
  EXPECT_EQ(accumulatorGroup(types), 128);
  types.inputGroups = 8;
  types.inputGroupSize = 64;
  EXPECT_EQ(accumulatorGroup(types), 64);
}

TEST_F(SupportTest, WhatIsTakenHasAnAtomForEachGroup) {
  Builder b(&context);
  const Type scales[] = {{},
                         f16,
                         bf16,
                         f32,
                         b.getType<Float8E4M3FNType>(),
                         e5m2,
                         b.getType<Float8E8M0FNUType>()};
  unsigned taken = 0;
  auto check = [&](const GemmTypes &types) {
    for (const Arch &arch : allArchs()) {
      if (refusal(types, arch))
        continue;
      const MmaAtom *atom = selectAtom(types, arch);
      ASSERT_TRUE(atom) << arch.name.str();
      EXPECT_LE(atom->minSm, arch.sm);
      if (hasAccumulatorGroups(types))
        EXPECT_EQ(accumulatorGroup(types) % atom->k, 0);
      ++taken;
    }
  };
  for (Type activation : activationTypes(&context))
    for (const char *code : {"u1", "u4", "i8", "e2m1", "e5m2", "nf4"})
      for (AccKind acc : {AccKind::F32, AccKind::F16, AccKind::I32})
        for (ScaleKind place : {ScaleKind::Operand, ScaleKind::Accumulator})
          for (Type scale : scales)
            for (int64_t group : {0, 1, 8, 16, 32, 48, 64, 192, 512})
              for (int64_t inputGroup : {0, 16, 32, 64, 96}) {
                GemmTypes types = typesOf(activation, *Code::parse(code));
                types.acc = acc;
                types.place = place;
                types.scale = scale;
                types.groups = scale && group ? 2 : 1;
                types.groupSize = group;
                types.inputScale = inputGroup ? f32 : Type();
                types.inputGroups = inputGroup ? 2 : 1;
                types.inputGroupSize = inputGroup;
                check(types);
              }
  EXPECT_GT(taken, 10000u);
}
