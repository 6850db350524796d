//===- CompiledTest.cpp - Guards of compiled kernels ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles gemms, with and without cp.async, with few and many tokens, with a
// split reduction, in blocks that share tiles, by warps and by warpgroups, and
// removes one guard at a time from the nvvm form: each barrier, each commit,
// each wait, each fence of memory, of registers and of the asynchronous proxy,
// one group less waited for. The kernel as compiled runs clean in every order;
// without any one of its guards it is caught in every order.
//
//===----------------------------------------------------------------------===//

#include "CompiledKernel.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace humming::emulator {
namespace {

struct Problem {
  const char *name;
  const char *arch;
  int64_t tokens; ///< that the kernel is compiled for
  const char *schedule;
  const char *code = "u4";
  const char *activation = "f16";
  const char *scale = "4xf16"; ///< groups and type of the weights' scales
};

/// C = A * W with 512 values of k; more k tiles than stages, so that every
/// stage is used again.
const char *const kGemm = R"(
func.func @gemm(%a: tensor<?x512xTYPE>, %w: tensor<64x512x!humming.code<CODE>>,
                %s: tensor<64xSCALE>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x512xTYPE>)
                    b(%w : tensor<64x512x!humming.code<CODE>>)
                    scale(%s : tensor<64xSCALE>) -> tensor<?x64xf16>
       attributes {SCHEDULE} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
})";

class CompiledTest : public testing::TestWithParam<Problem> {
protected:
  /// The nvvm form of the problem's kernel.
  OwningOpRef<ModuleOp> compile() {
    std::string text = kGemm;
    const std::pair<StringRef, StringRef> parts[] = {
        {"SCHEDULE", GetParam().schedule},
        {"CODE", GetParam().code},
        {"TYPE", GetParam().activation},
        {"SCALE", GetParam().scale}};
    for (auto [name, part] : parts)
      for (size_t at; (at = text.find(name)) != std::string::npos;)
        text.replace(at, name.size(), part);
    return compiled.compile(text, GetParam().arch, GetParam().tokens);
  }

  static Operation *gemm(ModuleOp module) {
    return CompiledKernel::gemm(module);
  }
  static SmallVector<Operation *> find(ModuleOp module, StringRef name) {
    return CompiledKernel::find(module, name);
  }

  static SmallVector<Operation *> findProductWaits(ModuleOp module) {
    return find(module, LLVM::InlineAsmOp::getOperationName());
  }

  /// Expects a hazard of memory in every order or in none.
  void run(ModuleOp module, bool expectCaught, const std::string &what) {
    auto prepare = [&](Options &options, ArrayRef<uint64_t> buffers) {
      if (!isDependent)
        return;
      // The weights and their scales are there.
      options.pending.emplace();
      for (size_t at = 0; at < buffers.size(); ++at)
        if (at != 1 && at != 2)
          options.pending->push_back({buffers[at], CompiledKernel::kBytes});
    };
    compiled.run(module, prepare, [&](const LaunchResult &result) {
      EXPECT_EQ(!result.succeeded(), expectCaught)
          << what << ": "
          << (result.hazard ? result.hazard->message : "not caught");
      if (result.hazard) {
        EXPECT_TRUE(result.hazard->kind == HazardKind::SharedRace ||
                    result.hazard->kind == HazardKind::GlobalRace ||
                    result.hazard->kind == HazardKind::InFlightShared ||
                    result.hazard->kind == HazardKind::InFlightRegister ||
                    result.hazard->kind == HazardKind::MissingFence ||
                    result.hazard->kind == HazardKind::PendingMemory ||
                    result.hazard->kind == HazardKind::UninitializedShared)
            << result.hazard->message;
      }
    });
  }

  CompiledKernel compiled;
  bool isDependent = false; ///< launched while the kernel before may run
};

TEST_P(CompiledTest, RunsCleanInEveryOrder) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  run(*module, /*expectCaught=*/false, "as compiled");
}

TEST_P(CompiledTest, IsCaughtWithoutAnyOneOfItsGuards) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  unsigned removed = 0;
  for (StringRef guard :
       {"nvvm.barrier0", "nvvm.cp.async.commit.group",
        "nvvm.cp.async.wait.group", "llvm.fence", "nvvm.wgmma.fence.aligned",
        "nvvm.wgmma.commit.group.sync.aligned", "nvvm.fence.proxy"}) {
    size_t end = find(*module, guard).size();
    // Where A is in memory, nothing writes a register of the products behind
    // the first tile.
    if (guard == "nvvm.wgmma.fence.aligned" &&
        StringRef(GetParam().name) == "wgmma_memory")
      end = 1;
    for (size_t i = 0; i < end; ++i) {
      OwningOpRef<ModuleOp> broken = module->clone();
      find(*broken, guard)[i]->erase();
      run(*broken, /*expectCaught=*/true,
          "without " + guard.str() + " " + std::to_string(i));
      ++removed;
    }
  }
  EXPECT_GT(removed, 0u);
}

TEST_P(CompiledTest, IsCaughtWithoutItsWaitForTheKernelBefore) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  SmallVector<LLVM::InlineAsmOp> waits;
  gemm(*module)->walk([&](LLVM::InlineAsmOp op) {
    if (op.getAsmString() == "griddepcontrol.wait;")
      waits.push_back(op);
  });
  ASSERT_EQ(waits.empty(), StringRef(GetParam().arch) != "sm_90");
  if (waits.empty())
    return;
  isDependent = true;
  run(*module, /*expectCaught=*/false, "as compiled");
  for (LLVM::InlineAsmOp wait : waits)
    wait->erase();
  run(*module, /*expectCaught=*/true, "without its wait");
}

TEST_P(CompiledTest, IsCaughtWhenItWaitsForOneGroupLess) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  StringRef wait = "nvvm.cp.async.wait.group";
  for (size_t i = 0, end = find(*module, wait).size(); i < end; ++i) {
    OwningOpRef<ModuleOp> broken = module->clone();
    Operation *op = find(*broken, wait)[i];
    auto count = cast<IntegerAttr>(op->getAttr("n"));
    op->setAttr("n", IntegerAttr::get(count.getType(), count.getInt() + 1));
    run(*broken, /*expectCaught=*/true, "wait " + std::to_string(i));
  }
}

TEST_P(CompiledTest, IsCaughtWhenItWaitsForOneGroupOfProductsLess) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  size_t waits = findProductWaits(*module).size();
  EXPECT_EQ(waits > 0, std::string(GetParam().name).find("wgmma") == 0);
  for (size_t i = 0; i < waits; ++i) {
    OwningOpRef<ModuleOp> broken = module->clone();
    auto wait = cast<LLVM::InlineAsmOp>(findProductWaits(*broken)[i]);
    std::string text = wait.getAsmString().str();
    ++text[text.size() - 2];
    wait.setAsmString(text);
    run(*broken, /*expectCaught=*/true, "products' wait " + std::to_string(i));
  }
}

TEST_P(CompiledTest, IsCaughtWithoutAnyOneWaitForProducts) {
  OwningOpRef<ModuleOp> module = compile();
  ASSERT_TRUE(module);
  for (size_t i = 0, end = findProductWaits(*module).size(); i < end; ++i) {
    OwningOpRef<ModuleOp> broken = module->clone();
    auto wait = cast<LLVM::InlineAsmOp>(findProductWaits(*broken)[i]);
    // The accumulators, its last operands, as they come.
    OpBuilder builder(wait);
    Type type = wait->getResult(0).getType();
    size_t count = cast<LLVM::LLVMStructType>(type).getBody().size();
    Value sums = LLVM::PoisonOp::create(builder, wait.getLoc(), type);
    for (auto [at, sum] : llvm::enumerate(wait.getOperands().take_back(count)))
      sums = LLVM::InsertValueOp::create(builder, wait.getLoc(), sums, sum, at);
    wait->getResult(0).replaceAllUsesWith(sums);
    wait->erase();
    run(*broken, /*expectCaught=*/true,
        "without the products' wait " + std::to_string(i));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Problems, CompiledTest,
    testing::Values(Problem{"sm80_8", "sm_80", 8, ""},
                    Problem{"sm80_16", "sm_80", 16, ""},
                    Problem{"sm80_any", "sm_80", 0, ""},
                    Problem{"sm80_pairs", "sm_80", 16, "", "nf4"},
                    // Weights that are operands, by ldmatrix.
                    Problem{"sm80_operands", "sm_80", 16, "", "i8", "i8",
                            "4xf32"},
                    Problem{"sm75_16", "sm_75", 16, ""},
                    Problem{"sm80_split", "sm_80", 16,
                            "schedule = #humming.schedule<block = [64, 16, "
                            "64], warps = [4, 1], stages = 3, mma = m16n8k16, "
                            "copy = cp_async, split_k = 2>"},
                    Problem{"sm90_prefetch", "sm_90", 16,
                            "schedule = #humming.schedule<block = [64, 16, "
                            "64], warps = [4, 1], stages = 3, mma = m16n8k16, "
                            "copy = cp_async, split_k = 2, prefetch = 4>"},
                    Problem{"wgmma_16", "sm_90", 16,
                            "schedule = #humming.schedule<block = [64, 16, "
                            "64], warps = [4, 1], stages = 3, mma = m64k16, "
                            "copy = cp_async, split_k = 1>"},
                    Problem{"wgmma_store", "sm_90", 16,
                            "schedule = #humming.schedule<block = [64, 16, "
                            "64], warps = [4, 1], stages = 4, mma = m64k16, "
                            "copy = cp_async, split_k = 1, store = shared>"},
                    Problem{"wgmma_groups", "sm_90", 16,
                            "numerics = #humming.numerics<acc = f32, scale "
                            "= accumulator>, "
                            "schedule = #humming.schedule<block = [64, 16, "
                            "64], warps = [4, 1], stages = 3, mma = m64k16, "
                            "copy = cp_async, split_k = 1>"},
                    Problem{"wgmma_memory", "sm_90", 16,
                            "schedule = #humming.schedule<block = [64, 16, "
                            "128], warps = [4, 1], stages = 3, mma = m64k32, "
                            "copy = cp_async, split_k = 1>",
                            "e4m3", "f8E4M3FN", "1xf32"},
                    Problem{"wgmma_memory_groups", "sm_90", 16,
                            "schedule = #humming.schedule<block = [64, 16, "
                            "128], warps = [4, 1], stages = 3, mma = m64k32, "
                            "copy = cp_async, split_k = 1>",
                            "i8", "i8", "4xf32"},
                    Problem{"wgmma_split", "sm_90", 0,
                            "schedule = #humming.schedule<block = [64, 32, "
                            "64], warps = [4, 1], stages = 3, mma = m64k16, "
                            "copy = cp_async, split_k = 2>"},
                    // Of three tiles each block has a whole one and a half.
                    Problem{"sm80_blocks", "sm_80", 16,
                            "schedule = #humming.schedule<block = [64, 16, "
                            "64], warps = [4, 1], stages = 3, mma = m16n8k16, "
                            "copy = cp_async, split_k = 1, blocks = 2>"},
                    Problem{"wgmma_blocks", "sm_90", 16,
                            "schedule = #humming.schedule<block = [64, 16, "
                            "64], warps = [4, 1], stages = 3, mma = m64k16, "
                            "copy = cp_async, split_k = 1, blocks = 2>"}),
    [](const auto &info) { return std::string(info.param.name); });

} // namespace
} // namespace humming::emulator
