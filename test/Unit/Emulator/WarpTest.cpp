//===- WarpTest.cpp - Threads, shuffles, ldmatrix -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who a thread is, what it gets from the others of its warp, and dot products.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <cstring>
#include <numeric>
#include <random>

namespace humming::emulator {
namespace {

TEST(WarpTest, ThreadsKnowTheirPlaceInThreeDimensions) {
  Harness harness;
  harness.config.block = {5, 3, 4};
  harness.config.grid = {2, 3, 2};
  auto results = harness.run<int32_t>(R"(
    %tx = nvvm.read.ptx.sreg.tid.x : i32
    %ty = nvvm.read.ptx.sreg.tid.y : i32
    %tz = nvvm.read.ptx.sreg.tid.z : i32
    %nx = nvvm.read.ptx.sreg.ntid.x : i32
    %ny = nvvm.read.ptx.sreg.ntid.y : i32
    %nz = nvvm.read.ptx.sreg.ntid.z : i32
    %bx = nvvm.read.ptx.sreg.ctaid.x : i32
    %by = nvvm.read.ptx.sreg.ctaid.y : i32
    %bz = nvvm.read.ptx.sreg.ctaid.z : i32
    %gx = nvvm.read.ptx.sreg.nctaid.x : i32
    %gy = nvvm.read.ptx.sreg.nctaid.y : i32
    %b0 = llvm.mul %bz, %gy : i32
    %b1 = llvm.add %b0, %by : i32
    %b2 = llvm.mul %b1, %gx : i32
    %b3 = llvm.add %b2, %bx : i32
    %t0 = llvm.mul %b3, %nz : i32
    %t1 = llvm.add %t0, %tz : i32
    %t2 = llvm.mul %t1, %ny : i32
    %t3 = llvm.add %t2, %ty : i32
    %t4 = llvm.mul %t3, %nx : i32
    %i = llvm.add %t4, %tx : i32
    %to = llvm.getelementptr %out[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %i, %to : i32, !llvm.ptr<1>
  )",
                                      std::vector<int32_t>(1), 720);
  for (int i = 0; i < 720; ++i)
    EXPECT_EQ(results[i], i);
}

TEST(WarpTest, ShufflesMoveValuesAsPtxSays) {
  struct Case {
    const char *kind;
    int offset, clamp;
    int (*source)(int lane);
  };
  // Clamps: the segment mask in bits 8 to 12, the bound in bits 0 to 4.
  const Case cases[] = {
      {"bfly", 5, 0x1f, [](int lane) { return lane ^ 5; }},
      {"up", 3, 0, [](int lane) { return lane < 3 ? lane : lane - 3; }},
      {"down", 3, 0x1f, [](int lane) { return lane > 28 ? lane : lane + 3; }},
      {"idx", 7, 0x1f, [](int) { return 7; }},
      {"idx", 1, 0x181f, [](int lane) { return lane / 8 * 8 + 1; }},
      {"down", 1, 0x1c1f,
       [](int lane) { return lane % 4 == 3 ? lane : lane + 1; }}};
  for (const Case &test : cases) {
    Harness harness;
    auto results = harness.run<int32_t>(
        R"(
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %all = llvm.mlir.constant(-1 : i32) : i32
    %offset = llvm.mlir.constant()" +
            std::to_string(test.offset) + R"( : i32) : i32
    %clamp = llvm.mlir.constant()" +
            std::to_string(test.clamp) + R"( : i32) : i32
    %pair = nvvm.shfl.sync )" +
            test.kind +
            R"( %all, %lane, %offset, %clamp {return_value_and_is_valid} : i32 -> !llvm.struct<(i32, i1)>
    %x = llvm.extractvalue %pair[0] : !llvm.struct<(i32, i1)>
    %valid = llvm.extractvalue %pair[1] : !llvm.struct<(i32, i1)>
    %flag = llvm.zext %valid : i1 to i32
    %to = llvm.getelementptr %out[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i64
    llvm.store %x, %to : i32, !llvm.ptr<1>
    %to1 = llvm.getelementptr %to[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
    llvm.store %flag, %to1 : i32, !llvm.ptr<1>
  )",
        std::vector<int32_t>(1), 64);
    for (int lane = 0; lane < 32; ++lane) {
      EXPECT_EQ(results[2 * lane], test.source(lane)) << test.kind;
      bool kept = test.source(lane) == lane && test.kind[0] != 'i';
      EXPECT_EQ(results[2 * lane + 1], !kept) << test.kind << lane;
    }
  }
}

TEST(WarpTest, LdmatrixHandsOutRowsAndColumns) {
  for (unsigned count : {1u, 2u, 4u})
    for (bool transposed : {false, true}) {
      Harness harness;
      harness.config.dynamicSharedBytes = 512;
      std::vector<uint16_t> input(256);
      std::iota(input.begin(), input.end(), 0);
      std::string result = "!llvm.struct<(i32";
      for (unsigned i = 1; i < count; ++i)
        result += ", i32";
      result = count == 1 ? "i32" : result + ")>";
      std::string text = R"(
    %lane = nvvm.read.ptx.sreg.laneid : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %all = llvm.mlir.constant(-1 : i32) : i32
    %from = llvm.getelementptr %in[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<8xi16>
    %row = llvm.getelementptr %smem[%lane] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<8xi16>
    %x = llvm.load %from : !llvm.ptr<1> -> vector<8xi16>
    llvm.store %x, %row : vector<8xi16>, !llvm.ptr<3>
    nvvm.bar.warp.sync %all : i32
    %words = nvvm.ldmatrix %row {num = )" +
                         std::to_string(count) +
                         " : i32, layout = #nvvm.mma_layout<" +
                         (transposed ? "col" : "row") +
                         ">, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>, "
                         "eltType = #nvvm.ld_st_matrix_elt_type<b16>} : "
                         "(!llvm.ptr<3>) -> " +
                         result + R"(
    %to = llvm.getelementptr %out[%lane] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
)";
      for (unsigned i = 0; i < count; ++i) {
        std::string id = std::to_string(i);
        text += count == 1 ? "%w0 = llvm.bitcast %words : i32 to i32\n"
                           : "%w" + id + " = llvm.extractvalue %words[" + id +
                                 "] : " + result + "\n";
        text += "%to" + id + " = llvm.getelementptr %to[" + id +
                "] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32\nllvm.store %w" + id +
                ", %to" + id + " : i32, !llvm.ptr<1>\n";
      }
      auto results = harness.run<uint16_t>(text, input, 256);
      for (unsigned lane = 0; lane < 32; ++lane)
        for (unsigned matrix = 0; matrix < count; ++matrix)
          for (unsigned half = 0; half < 2; ++half) {
            unsigned row = lane / 4, column = lane % 4 * 2 + half;
            if (transposed)
              std::swap(row, column);
            EXPECT_EQ(results[lane * 8 + matrix * 2 + half],
                      matrix * 64 + row * 8 + column);
          }
      EXPECT_EQ(harness.counters.count(InstructionKind::LdMatrix), 1u);
      EXPECT_EQ(harness.counters.bankConflicts, 0u);
    }
}

/// PTX ISA, dp4a.u32.u32: bytes of all sizes, and sums beyond 32 bits.
TEST(WarpTest, Dp4aAddsProductsOfUnsignedBytes) {
  Harness harness;
  harness.config.block = {128, 1, 1};
  std::mt19937 random{7};
  std::vector<uint32_t> input(3 * 128, 0xffffffff);
  for (size_t i = 3; i < input.size(); ++i)
    input[i] = uint32_t(random());
  auto results = harness.run<uint32_t>(R"(
    %i = nvvm.read.ptx.sreg.tid.x : i32
    %p = llvm.getelementptr %in[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<3 x i32>
    %pb = llvm.getelementptr %p[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
    %pc = llvm.getelementptr %p[2] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i32
    %a = llvm.load %p : !llvm.ptr<1> -> vector<4xi8>
    %b = llvm.load %pb : !llvm.ptr<1> -> vector<4xi8>
    %c = llvm.load %pc : !llvm.ptr<1> -> i32
    %r = nvvm.dot.accumulate.4way %a <unsigned>, %b <unsigned>, %c : vector<4xi8>, vector<4xi8>
    %to = llvm.getelementptr %out[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %r, %to : i32, !llvm.ptr<1>
  )",
                                       input, 128);
  for (unsigned lane = 0; lane < 128; ++lane) {
    uint8_t a[4], b[4];
    std::memcpy(a, &input[3 * lane], 4);
    std::memcpy(b, &input[3 * lane + 1], 4);
    uint32_t sum = input[3 * lane + 2];
    for (unsigned i = 0; i < 4; ++i)
      sum += uint32_t(a[i]) * b[i];
    EXPECT_EQ(results[lane], sum) << lane;
  }
}

TEST(WarpTest, Dp4aOfSignedBytesIsRefused) {
  Harness harness;
  EXPECT_FALSE(harness.parse(Harness::wrap(R"(
    %c = llvm.mlir.constant(1 : i32) : i32
    %a = llvm.bitcast %c : i32 to vector<4xi8>
    %r = nvvm.dot.accumulate.4way %a <signed>, %a <unsigned>, %c : vector<4xi8>, vector<4xi8>
  )")));
  EXPECT_NE(harness.diagnostics.find("signed bytes"), std::string::npos)
      << harness.diagnostics;
}

} // namespace
} // namespace humming::emulator
