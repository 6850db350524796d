//===- OperandTest.cpp - products of every operand type -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrix products in tile form without any dequantization: copies, swizzles,
// ldmatrix, fragments and atoms of operands of 16, 8 and 4 bits against sums
// computed here. Operands and sums are small enough to be exact.
//
//===----------------------------------------------------------------------===//

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
  ScalarKind acc;
  int64_t blockM;
};

class OperandTest : public testing::TestWithParam<Case> {};
} // namespace

static constexpr int64_t kN = 128, kK = 192;

/// Two blocks of 64 rows, two warps along them; three turns of the pipeline.
static const char *const kProduct = R"(
gpu.module @kernels {
  gpu.func @product(%w: memref<128x192xTYPE>, %a: memref<?x192xTYPE>, %c: memref<?x128xACC>, %m32: i32) kernel
      attributes {known_block_size = array<i32: 64, 1, 1>} {
    %n = arith.constant 128 : index
    %m = arith.index_castui %m32 : i32 to index
    %c0 = arith.constant 0 : index
    %k = arith.constant 192 : index
    %nothing = arith.constant ZERO : ACC
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %n)
        tile [64, BLOCK, 64] {
      %sw = humming_tile.alloc : !humming_tile.smem<2x64x64xTYPE>
      %sa = humming_tile.alloc : !humming_tile.smem<2xBLOCKx64xTYPE>
      %init = humming_tile.splat %nothing : ACC -> !humming_tile.frag<64xBLOCKxACC>
      %sum = humming_tile.pipeline from %c0 to %k step 64 copy "COPY"
          buffers(%sw, %sa : !humming_tile.smem<2x64x64xTYPE>, !humming_tile.smem<2xBLOCKx64xTYPE>)
          iter(%init : !humming_tile.frag<64xBLOCKxACC>) produce {
      ^bb0(%i: index):
        humming_tile.copy %w[%n0, %i] to %sw : memref<128x192xTYPE> to !humming_tile.smem<2x64x64xTYPE>
        humming_tile.copy %a[%m0, %i] to %sa : memref<?x192xTYPE> to !humming_tile.smem<2xBLOCKx64xTYPE>
        humming_tile.yield
      } consume {
      ^bb0(%i: index, %acc: !humming_tile.frag<64xBLOCKxACC>):
        %x = humming_tile.load %sw : !humming_tile.smem<2x64x64xTYPE> -> !humming_tile.frag<64x64xTYPE>
        %t = humming_tile.load %sa : !humming_tile.smem<2xBLOCKx64xTYPE> -> !humming_tile.frag<BLOCKx64xTYPE>
        %d = humming_tile.mma "ATOM" warps [2, 1] %x, %t, %acc
           : !humming_tile.frag<64x64xTYPE>, !humming_tile.frag<BLOCKx64xTYPE>, !humming_tile.frag<64xBLOCKxACC>
        humming_tile.yield %d : !humming_tile.frag<64xBLOCKxACC>
      } -> !humming_tile.frag<64xBLOCKxACC>
      humming_tile.store %sum to %c[%m0, %n0] transpose : !humming_tile.frag<64xBLOCKxACC> to memref<?x128xACC>
    }
    gpu.return
  }
}
)";

/// Patterns of small values of every sign.
static std::vector<uint8_t> operands(uint64_t seed, ScalarKind kind,
                                     int64_t count) {
  Random random(seed, /*stream=*/0);
  unsigned bits = bitWidth(kind);
  std::vector<uint8_t> bytes(count * bits / 8);
  for (int64_t index = 0; index < count; ++index) {
    double value = double(random.bits(index) % 9) - 4;
    setElement(bytes, bits, index, encode(kind, value));
  }
  return bytes;
}

TEST_P(OperandTest, ProductsAreExact) {
  const Case &param = GetParam();
  bool isInteger = param.acc == ScalarKind::I32;
  TileKernel kernel(
      substitute(kProduct, {{"BLOCK", std::to_string(param.blockM)},
                            {"TYPE", param.type},
                            {"ACC", isInteger ? "i32" : name(param.acc)},
                            {"ZERO", isInteger ? "0" : "0.0"},
                            {"COPY", param.copy},
                            {"ATOM", param.atom}}),
      param.arch);
  ASSERT_TRUE(kernel.isCompiled());
  const int64_t m = param.blockM + 5; // Two tiles of tokens, the second short.
  std::vector<uint8_t> weights = operands(1, param.operand, kN * kK),
                       tokens = operands(2, param.operand, m * kK);
  unsigned bits = bitWidth(param.operand), accBits = bitWidth(param.acc);
  std::vector<uint8_t> sums = kernel.run(
      {weights, tokens, std::vector<uint8_t>(m * kN * accBits / 8)}, m);
  auto valueOf = [&](const std::vector<uint8_t> &bytes, int64_t index) {
    return decode(param.operand, getElement(bytes, bits, index));
  };
  for (int64_t token = 0; token < m; ++token)
    for (int64_t row = 0; row < kN; ++row) {
      double expected = 0;
      for (int64_t k = 0; k < kK; ++k)
        expected +=
            valueOf(weights, row * kK + k) * valueOf(tokens, token * kK + k);
      ASSERT_EQ(decode(param.acc, getElement(sums, accBits, token * kN + row)),
                expected)
          << "row " << row << ", token " << token;
    }
  EXPECT_GT(kernel.counters.count(emulator::InstructionKind::LdMatrix), 0u);
  EXPECT_EQ(kernel.counters.bankConflicts, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Operands, OperandTest,
    testing::Values(Case{"sm_80", "cp_async", "m16n8k16", ScalarKind::F16,
                         "f16", ScalarKind::F32, 16},
                    Case{"sm_80", "cp_async", "m16n8k16", ScalarKind::BF16,
                         "bf16", ScalarKind::F32, 8},
                    Case{"sm_80", "cp_async", "m16n8k16", ScalarKind::F16,
                         "f16", ScalarKind::F16, 16},
                    Case{"sm_75", "sync", "m16n8k8", ScalarKind::F16, "f16",
                         ScalarKind::F16, 8},
                    Case{"sm_80", "cp_async", "m16n8k32", ScalarKind::I8, "i8",
                         ScalarKind::I32, 16},
                    Case{"sm_80", "cp_async", "m16n8k32", ScalarKind::I8, "i8",
                         ScalarKind::I32, 8},
                    Case{"sm_75", "sync", "m8n8k16", ScalarKind::I8, "i8",
                         ScalarKind::I32, 16},
                    Case{"sm_89", "cp_async", "m16n8k32", ScalarKind::E4M3,
                         "f8E4M3FN", ScalarKind::F32, 16},
                    Case{"sm_89", "cp_async", "m16n8k32", ScalarKind::E5M2,
                         "f8E5M2", ScalarKind::F32, 32},
                    Case{"sm_80", "cp_async", "m16n8k64", ScalarKind::I4, "i4",
                         ScalarKind::I32, 16},
                    Case{"sm_80", "cp_async", "m16n8k64", ScalarKind::I4, "i4",
                         ScalarKind::I32, 8},
                    Case{"sm_75", "sync", "m8n8k32", ScalarKind::I4, "i4",
                         ScalarKind::I32, 16},
                    Case{"sm_120", "cp_async", "m16n8k64", ScalarKind::E2M1,
                         "f4E2M1FN", ScalarKind::F32, 16}),
    [](const testing::TestParamInfo<Case> &info) {
      return std::string(info.param.arch) + "_" + name(info.param.operand) +
             "_" + name(info.param.acc) + "_" +
             std::to_string(info.param.blockM);
    });
