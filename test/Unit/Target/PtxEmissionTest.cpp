//===- PtxEmissionTest.cpp - What PTX a kernel becomes --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Versions, targets, launch bounds, the instructions that matter, and errors.
//
//===----------------------------------------------------------------------===//

#include "humming/Target/PtxEmission.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace humming;
using testing::HasSubstr;
using testing::Not;

namespace {

class PtxEmission : public testing::Test {
protected:
  PtxEmission() : context(MLIRContext::Threading::DISABLED) {
    DialectRegistry registry;
    registerPtxTranslations(registry);
    registry.insert<gpu::GPUDialect>();
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    context.getDiagEngine().registerHandler(
        [this](Diagnostic &diagnostic) { diagnostics += diagnostic.str(); });
  }

  /// The module around one kernel of one global pointer, %p.
  gpu::GPUModuleOp kernel(const std::string &body) {
    owner = parseSourceString<ModuleOp>(
        "gpu.module @kernels { llvm.mlir.global external @shared() {addr_space "
        "= 3 : i32, alignment = 128 : i64} : !llvm.array<0 x i8>\n"
        "llvm.func @f(%p: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.reqntid "
        "= array<i32: 64, 1, 1>} {" +
            body + "\nllvm.return } }",
        &context);
    return owner ? *owner->getOps<gpu::GPUModuleOp>().begin()
                 : gpu::GPUModuleOp();
  }

  std::string ptx(const std::string &body, StringRef arch) {
    FailureOr<PtxResult> result = emitPtx(kernel(body), *lookupArch(arch));
    return succeeded(result) ? result->ptx : "failed: " + diagnostics;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> owner;
  std::string diagnostics;
};

const char *kIncrement = R"(
  %one = llvm.mlir.constant(1 : i32) : i32
  %x = llvm.load %p : !llvm.ptr<1> -> i32
  %y = llvm.add %x, %one : i32
  llvm.store %y, %p : i32, !llvm.ptr<1>)";

const char *kLdMatrix = R"(
  %s = llvm.mlir.addressof @shared : !llvm.ptr<3>
  %x = nvvm.ldmatrix %s {num = 1 : i32, layout = #nvvm.mma_layout<row>,
       shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>,
       eltType = #nvvm.ld_st_matrix_elt_type<b16>} : (!llvm.ptr<3>) -> i32
  llvm.store %x, %p : i32, !llvm.ptr<1>)";

const char *kCpAsync = R"(
  %s = llvm.mlir.addressof @shared : !llvm.ptr<3>
  nvvm.cp.async.shared.global %s, %p, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
  nvvm.cp.async.commit.group
  nvvm.cp.async.wait.group 0)";

const char *kPrefetch = R"(
  %bytes = llvm.mlir.constant(1024 : i32) : i32
  nvvm.cp.async.bulk.prefetch %p, %bytes : !llvm.ptr<1>)";

// Loads of the same place on both sides of a wait.
const char *kAwait = R"(
  %zero = llvm.mlir.constant(0 : i32) : i32
  %x = llvm.load %p : !llvm.ptr<1> -> i32
  llvm.inline_asm has_side_effects asm_dialect = att "griddepcontrol.wait;", "~{memory}" : () -> ()
  %y = llvm.load %p : !llvm.ptr<1> -> i32
  %d = llvm.sub %x, %y : i32
  llvm.store %d, %p : i32, !llvm.ptr<1>)";

const char *kWgmma = "nvvm.wgmma.fence.aligned";
const char *kClusterBarrier = "nvvm.cluster.arrive.relaxed";

TEST_F(PtxEmission, AsksForTheLowestVersion) {
  EXPECT_THAT(ptx(kIncrement, "sm_75"),
              HasSubstr(".version 6.3\n.target sm_75"));
  EXPECT_THAT(ptx(kLdMatrix, "sm_75"),
              HasSubstr(".version 6.5\n.target sm_75"));
  EXPECT_THAT(ptx(kCpAsync, "sm_80"), HasSubstr(".version 7.0\n.target sm_80"));
  EXPECT_THAT(ptx(kIncrement, "sm_90"),
              HasSubstr(".version 7.8\n.target sm_90\n"));
  EXPECT_THAT(ptx(kPrefetch, "sm_90"),
              AllOf(HasSubstr(".version 8.0\n.target sm_90\n"),
                    HasSubstr("cp.async.bulk.prefetch.L2.global [")));
  EXPECT_THAT(ptx(kClusterBarrier, "sm_90"),
              AllOf(HasSubstr(".version 8.0\n.target sm_90\n"),
                    HasSubstr("barrier.cluster.arrive.relaxed")));
}

TEST_F(PtxEmission, LoadsStayBehindAWaitForOtherKernels) {
  std::string text = ptx(kAwait, "sm_90");
  size_t first = text.find("ld.global"),
         wait = text.find("griddepcontrol.wait;"),
         second = text.rfind("ld.global");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_LT(first, wait);
  EXPECT_LT(wait, second);
}

TEST_F(PtxEmission, NamesTheTargetThatAloneHasAnInstruction) {
  EXPECT_THAT(ptx(kWgmma, "sm_90"),
              HasSubstr(".version 8.0\n.target sm_90a\n"));
}

TEST_F(PtxEmission, StatesTheThreadsOfABlock) {
  std::string text = ptx(kIncrement, "sm_80");
  EXPECT_THAT(text, HasSubstr(".visible .entry f("));
  EXPECT_THAT(text, HasSubstr(".reqntid 64"));
}

TEST_F(PtxEmission, FusesMaskAndMagicIntoOneInstruction) {
  std::string fields = R"(
  %m = llvm.mlir.constant(983055 : i32) : i32
  %c = llvm.mlir.constant(1677747200 : i32) : i32
  %x = llvm.load %p : !llvm.ptr<1> -> i32
  %y = llvm.and %x, %m : i32
  %z = llvm.xor %y, %c : i32
  llvm.store %z, %p : i32, !llvm.ptr<1>)";
  // 0xea: (a & b) | c; the bits are disjoint, so LLVM made an or of the xor.
  EXPECT_THAT(ptx(fields, "sm_80"), HasSubstr(", 983055, 1677747200, 234;"));
  std::string flipped = std::string(fields).replace(
      fields.find("1677747200"), 10, "1678271496"); // 0x64086408
  // 0x6a: (a & b) ^ c.
  std::string text = ptx(flipped, "sm_80");
  EXPECT_THAT(text, HasSubstr(", 983055, 1678271496, 106;"));
  EXPECT_THAT(text, Not(HasSubstr("and.b32")));
}

TEST_F(PtxEmission, FusesThroughOtherTerms) {
  // Two planes of a code: the second stands between the mask and the magic.
  std::string text = ptx(R"(
  %low = llvm.mlir.constant(196611 : i32) : i32
  %high = llvm.mlir.constant(262148 : i32) : i32
  %two = llvm.mlir.constant(2 : i32) : i32
  %magic = llvm.mlir.constant(1677747200 : i32) : i32
  %x = llvm.load %p : !llvm.ptr<1> -> i32
  %q = llvm.getelementptr %p[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
  %y = llvm.load %q : !llvm.ptr<1> -> i32
  %a = llvm.and %x, %low : i32
  %up = llvm.shl %y, %two : i32
  %b = llvm.and %up, %high : i32
  %c = llvm.or %a, %b : i32
  %d = llvm.xor %c, %magic : i32
  llvm.store %d, %p : i32, !llvm.ptr<1>)",
                         "sm_80");
  EXPECT_THAT(text, HasSubstr("lop3.b32"));
  EXPECT_THAT(text, HasSubstr(", 1677747200, "));
  EXPECT_THAT(text, Not(HasSubstr("xor.b32")));
}

TEST_F(PtxEmission, LeavesComplementsUnderAMask) {
  // One constant: ptxas takes the third term into the same instruction.
  std::string text = ptx(R"(
  %mask = llvm.mlir.constant(2139062143 : i32) : i32
  %x = llvm.load %p : !llvm.ptr<1> -> i32
  %q = llvm.getelementptr %p[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
  %y = llvm.load %q : !llvm.ptr<1> -> i32
  %a = llvm.and %x, %mask : i32
  %b = llvm.xor %a, %mask : i32
  %c = llvm.xor %b, %y : i32
  llvm.store %c, %p : i32, !llvm.ptr<1>)",
                         "sm_89");
  EXPECT_THAT(text, Not(HasSubstr("lop3.b32")));
}

TEST_F(PtxEmission, MasksBeforeItShiftsIntoASum) {
  std::string text = ptx(R"(
  %mask = llvm.mlir.constant(252645135 : i32) : i32
  %two = llvm.mlir.constant(2 : i32) : i32
  %between = llvm.mlir.constant(1616928864 : i32) : i32
  %x = llvm.load %p : !llvm.ptr<1> -> i32
  %field = llvm.and %x, %mask : i32
  %up = llvm.shl %field, %two : i32
  %carried = llvm.add %up, %between : i32
  llvm.store %carried, %p : i32, !llvm.ptr<1>)",
                         "sm_89");
  // The optimizer's order has the mask 1010580540, 4 * 252645135.
  EXPECT_THAT(text, testing::ContainsRegex("and.b32[^;]*, 252645135;\n"
                                           "[^;]*shl.b32[^;]*, 2;\n"
                                           "[^;]*add.s32[^;]*, 1616928864;"));
}

TEST_F(PtxEmission, LeavesTheModuleAsItWas) {
  gpu::GPUModuleOp module = kernel(kIncrement);
  std::string before, after;
  llvm::raw_string_ostream(before) << module;
  ASSERT_TRUE(succeeded(emitPtx(module, *lookupArch("sm_80"))));
  llvm::raw_string_ostream(after) << module;
  EXPECT_EQ(before, after);
}

TEST_F(PtxEmission, PrintsOptimizedLlvm) {
  FailureOr<std::string> text =
      emitLlvm(kernel(kIncrement), *lookupArch("sm_80"));
  ASSERT_TRUE(succeeded(text));
  EXPECT_THAT(*text, HasSubstr("define ptx_kernel void @f("));
}

TEST_F(PtxEmission, RefusesWhatTheTargetLacks) {
  EXPECT_TRUE(failed(emitPtx(kernel(kCpAsync), *lookupArch("sm_75"))));
  EXPECT_THAT(diagnostics,
              HasSubstr("expected a module in nvvm form for sm_75, got one for "
                        "sm_80: it uses llvm.nvvm.cp.async."));
}

TEST_F(PtxEmission, RefusesWhatOnlyAnOlderTargetHas) {
  for (StringRef arch : {"sm_80", "sm_100", "sm_120"}) {
    diagnostics.clear();
    EXPECT_TRUE(failed(emitPtx(kernel(kWgmma), *lookupArch(arch))));
    EXPECT_THAT(diagnostics, HasSubstr("got one for sm_90a: it uses "
                                       "llvm.nvvm.wgmma.fence.sync.aligned"));
  }
}

TEST_F(PtxEmission, RefusesOtherForms) {
  auto module = parseSourceString<ModuleOp>(
      "gpu.module @kernels { gpu.func @f() kernel { gpu.return } }", &context);
  EXPECT_TRUE(failed(emitPtx(*module->getOps<gpu::GPUModuleOp>().begin(),
                             *lookupArch("sm_80"))));
  EXPECT_THAT(diagnostics, HasSubstr("expected a module in nvvm form"));
}

} // namespace
