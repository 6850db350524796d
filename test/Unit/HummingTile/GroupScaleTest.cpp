//===- GroupScaleTest.cpp - scales of groups on accumulators --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Products of groups of k, each with accumulators of its own, multiplied by a
// column of scales of rows, a row of scales of tokens and one scale of all.
// Every value is a small integer times a power of two: sums are exact.
//
//===----------------------------------------------------------------------===//

#include "PackedFormula.h"
#include "TileKernel.h"
#include "humming/Numerics/Float.h"
#include "humming/Numerics/Random.h"

using namespace humming;
using namespace humming::tile;

namespace {
struct Case {
  const char *arch, *copy, *atom;
  ScalarKind operand;
  const char *type; ///< as MLIR spells it
  ScalarKind scale;
  int64_t warpsN, warpsM;
  bool tokenGroups; ///< scales of tokens by group, or one for each token
};

class GroupScaleTest : public testing::TestWithParam<Case> {};
} // namespace

static constexpr int64_t kN = 128, kK = 192, kGroup = 32, kBlockM = 32,
                         kGroups = kK / kGroup;

/// Of %g0 and %g1, the groups of one turn.
static const char *const kProduct = R"(
#scales = #humming_tile.layout<[[2, 8, 8], [6]] offset [3, 0, 2, 1]>
gpu.module @kernels {
  gpu.func @product(%w: memref<128x192xTYPE>, %a: memref<?x192xTYPE>, %s: memref<128x6xSCALE, #scales>,
                    %x: memref<?xTOKENSxf32>, %g: memref<1xf32>, %c: memref<?x128xf32>, %m32: i32) kernel
      attributes {known_block_size = array<i32: THREADS, 1, 1>} {
    %n = arith.constant 128 : index
    %m = arith.index_castui %m32 : i32 to index
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c32 = arith.constant 32 : index
    %k = arith.constant 192 : index
    %nothing = arith.constant 0.0 : f32
    %none = arith.constant ZERO : ACC
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %begin, %pieces, %done) in (%n, %m, %k)
        tile [64, 32, 64] {
      %sw = humming_tile.alloc : !humming_tile.smem<2x64x64xTYPE>
      %sa = humming_tile.alloc : !humming_tile.smem<2x32x64xTYPE>
      %ss = humming_tile.alloc : !humming_tile.smem<2x64x2xSCALE>
      %init = humming_tile.splat %nothing : f32 -> !humming_tile.frag<64x32xf32>
      %zero = humming_tile.splat %none : ACC -> !humming_tile.frag<64x32xACC>
      %sum = humming_tile.pipeline from %c0 to %k step 64 copy "COPY"
          buffers(%sw, %sa, %ss : !humming_tile.smem<2x64x64xTYPE>, !humming_tile.smem<2x32x64xTYPE>,
                  !humming_tile.smem<2x64x2xSCALE>)
          iter(%init : !humming_tile.frag<64x32xf32>) produce {
      ^bb0(%i: index):
        humming_tile.copy %w[%n0, %i] to %sw : memref<128x192xTYPE> to !humming_tile.smem<2x64x64xTYPE>
        humming_tile.copy %a[%m0, %i] to %sa : memref<?x192xTYPE> to !humming_tile.smem<2x32x64xTYPE>
        %group = arith.divui %i, %c32 : index
        humming_tile.copy %s[%n0, %group] to %ss : memref<128x6xSCALE, #scales> to !humming_tile.smem<2x64x2xSCALE>
        humming_tile.yield
      } consume {
      ^bb0(%i: index, %acc: !humming_tile.frag<64x32xf32>):
        %wf = humming_tile.load %sw : !humming_tile.smem<2x64x64xTYPE> -> !humming_tile.frag<64x64xTYPE>
        %t = humming_tile.load %sa : !humming_tile.smem<2x32x64xTYPE> -> !humming_tile.frag<32x64xTYPE>
        %first = arith.divui %i, %c32 : index
        %second = arith.addi %first, %c1 : index
        %acc0 = STEP0
        %acc1 = STEP1
        humming_tile.yield %acc1 : !humming_tile.frag<64x32xf32>
      } -> !humming_tile.frag<64x32xf32>
      %all = humming_tile.load %g[%c0] : memref<1xf32> -> !humming_tile.frag<1x1xf32>
      %scaled = humming_tile.map(%sum, %all : !humming_tile.frag<64x32xf32>, !humming_tile.frag<1x1xf32>) {
      ^bb0(%v: f32, %f: f32):
        %r = arith.mulf %v, %f : f32
        humming_tile.yield %r : f32
      } -> !humming_tile.frag<64x32xf32>
      humming_tile.store %scaled to %c[%m0, %n0] transpose : !humming_tile.frag<64x32xf32> to memref<?x128xf32>
    }
    gpu.return
  }
}
)";

/// One group's product, by ATOM, and its scales: %NAME0 ... are its own.
static const char *const kStep = R"(
          humming_tile.map(%PRE, %pNAME, %sNAME, %xNAME : !humming_tile.frag<64x32xf32>, !humming_tile.frag<64x32xACC>,
                           !humming_tile.frag<64x1xSCALE>, !humming_tile.frag<1x32xf32>) {
        ^bb0(%before: f32, %part: ACC, %row: SCALE, %token: f32):
          WIDEN
          %byRow = arith.mulf %value, %factor : f32
          %byToken = arith.mulf %byRow, %token : f32
          %after = arith.addf %before, %byToken : f32
          humming_tile.yield %after : f32
        } -> !humming_tile.frag<64x32xf32>
)";
static const char *const kOperands = R"(
        %pNAME = humming_tile.mma "ATOM" warps [WARPSN, WARPSM] columns [COLUMN, 32] %wf, %t, %zero
               : !humming_tile.frag<64x64xTYPE>, !humming_tile.frag<32x64xTYPE>, !humming_tile.frag<64x32xACC>
        %sNAME = humming_tile.load %ss column NAME : !humming_tile.smem<2x64x2xSCALE> -> !humming_tile.frag<64x1xSCALE>
        %xNAME = humming_tile.load %x[%m0, %GROUP] transpose : memref<?xTOKENSxf32> -> !humming_tile.frag<1x32xf32>
        )";

static std::string kernelText(const Case &param) {
  bool isInteger = param.operand == ScalarKind::I8;
  std::string widen =
      isInteger ? "%value = arith.sitofp %part : i32 to f32\n"
                : "%zeroth = arith.constant 0.0 : f32\n%value = arith.addf "
                  "%part, %zeroth : f32\n";
  widen += param.scale == ScalarKind::F32
               ? "%one = arith.constant 1.0 : f32\n%factor = arith.mulf %row, "
                 "%one : f32\n"
               : "%factor = arith.extf %row : f16 to f32\n";
  auto step = [&](int group) {
    std::string number = std::to_string(group);
    std::string before = group == 0 ? "acc" : "acc0";
    std::string at =
        param.tokenGroups ? (group == 0 ? "first" : "second") : "c0";
    return std::pair(
        substitute(kOperands, {{"NAME", number},
                               {"COLUMN", std::to_string(group * kGroup)},
                               {"GROUP", at}}),
        substitute(kStep, {{"NAME", number}, {"PRE", before}}));
  };
  auto [operands0, step0] = step(0);
  auto [operands1, step1] = step(1);
  std::string text = substitute(
      kProduct,
      {{"        %acc0 = STEP0\n        %acc1 = STEP1\n",
        operands0 + "%acc0 = " + step0 + operands1 + "%acc1 = " + step1}});
  int64_t threads = 32 * param.warpsN * param.warpsM;
  return substitute(
      text, {{"WIDEN", widen},
             {"TYPE", param.type},
             {"ACC", isInteger ? "i32" : "f32"},
             {"ZERO", isInteger ? "0" : "0.0"},
             {"COPY", param.copy},
             {"ATOM", param.atom},
             {"THREADS", std::to_string(threads)},
             {"WARPSN", std::to_string(param.warpsN)},
             {"WARPSM", std::to_string(param.warpsM)},
             {"SCALE", name(param.scale)},
             {"TOKENS", std::to_string(param.tokenGroups ? kGroups : 1)}});
}

/// `count` patterns: integers of -4 to 4, or powers of two around one.
static std::vector<uint8_t> values(uint64_t seed, ScalarKind kind,
                                   int64_t count, bool powers) {
  Random random(seed, /*stream=*/0);
  unsigned bits = bitWidth(kind);
  std::vector<uint8_t> bytes(count * bits / 8);
  for (int64_t index = 0; index < count; ++index) {
    int draw = int(random.bits(index) % 9) - 4;
    setElement(bytes, bits, index,
               encode(kind, powers ? std::ldexp(1.0, draw / 2) : draw));
  }
  return bytes;
}

TEST_P(GroupScaleTest, EveryGroupHasItsScales) {
  const Case &param = GetParam();
  TileKernel kernel(kernelText(param), param.arch);
  ASSERT_TRUE(kernel.isCompiled());
  const int64_t m = kBlockM + 7; // Two tiles of tokens, the second odd.
  const int64_t tokenGroups = param.tokenGroups ? kGroups : 1;
  auto weights = values(1, param.operand, kN * kK, /*powers=*/false);
  auto tokens = values(2, param.operand, m * kK, /*powers=*/false);
  auto scales = values(3, param.scale, kN * kGroups, /*powers=*/true);
  auto tokenScales =
      values(4, ScalarKind::F32, m * tokenGroups, /*powers=*/true);
  auto all = values(5, ScalarKind::F32, 1, /*powers=*/true);
  std::vector<uint8_t> packed(scales.size());
  unsigned scaleBits = bitWidth(param.scale);
  for (int64_t row = 0; row < kN; ++row)
    for (int64_t group = 0; group < kGroups; ++group)
      setElement(packed, scaleBits, packedScalePosition(kN, row, group),
                 getElement(scales, scaleBits, row * kGroups + group));

  std::vector<uint8_t> sums =
      kernel.run({weights, tokens, packed, tokenScales, all,
                  std::vector<uint8_t>(m * kN * 4)},
                 m);
  auto valueOf = [](ScalarKind kind, const std::vector<uint8_t> &bytes,
                    int64_t index) {
    return decode(kind, getElement(bytes, bitWidth(kind), index));
  };
  for (int64_t token = 0; token < m; ++token)
    for (int64_t row = 0; row < kN; ++row) {
      double expected = 0;
      for (int64_t k = 0; k < kK; ++k) {
        int64_t group = k / kGroup;
        expected +=
            valueOf(param.operand, weights, row * kK + k) *
            valueOf(param.operand, tokens, token * kK + k) *
            valueOf(param.scale, scales, row * kGroups + group) *
            valueOf(ScalarKind::F32, tokenScales,
                    token * tokenGroups + (param.tokenGroups ? group : 0));
      }
      ASSERT_EQ(valueOf(ScalarKind::F32, sums, token * kN + row),
                expected * valueOf(ScalarKind::F32, all, 0))
          << "row " << row << ", token " << token;
    }
  EXPECT_EQ(kernel.counters.bankConflicts, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Groups, GroupScaleTest,
    testing::Values(Case{"sm_80", "cp_async", "m16n8k16", ScalarKind::F16,
                         "f16", ScalarKind::F16, 2, 1, true},
                    Case{"sm_80", "cp_async", "m16n8k16", ScalarKind::BF16,
                         "bf16", ScalarKind::F32, 1, 2, false},
                    Case{"sm_75", "sync", "m16n8k8", ScalarKind::F16, "f16",
                         ScalarKind::F32, 4, 1, false},
                    Case{"sm_80", "cp_async", "m16n8k32", ScalarKind::I8, "i8",
                         ScalarKind::F32, 2, 2, true},
                    Case{"sm_75", "sync", "m8n8k16", ScalarKind::I8, "i8",
                         ScalarKind::F16, 1, 1, true},
                    Case{"sm_89", "cp_async", "m16n8k32", ScalarKind::E4M3,
                         "f8E4M3FN", ScalarKind::F32, 2, 1, false}),
    [](const testing::TestParamInfo<Case> &info) {
      return std::string(info.param.arch) + "_" + name(info.param.operand) +
             "_" + name(info.param.scale) + "_" +
             std::to_string(info.param.warpsN) +
             std::to_string(info.param.warpsM);
    });
