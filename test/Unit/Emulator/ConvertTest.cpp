//===- ConvertTest.cpp - Conversions --------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every 16-bit float widened and narrowed back, against Numerics; narrowing of
// f32 around every tie; integers to floats and back; bitcasts.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include "humming/Numerics/Float.h"

#include <cmath>
#include <cstring>
#include <random>

namespace humming::emulator {
namespace {

/// A kernel that applies `op` to element %a, of type `in`, per thread and
/// stores %r, of type `out`.
std::string unary(const std::string &op, const std::string &in,
                  const std::string &out) {
  return R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %block = nvvm.read.ptx.sreg.ctaid.x : i32
    %width = nvvm.read.ptx.sreg.ntid.x : i32
    %first = llvm.mul %block, %width : i32
    %i = llvm.add %first, %tid : i32
    %p = llvm.getelementptr %in[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, )" +
         in + "\n%a = llvm.load %p : !llvm.ptr<1> -> " + in + "\n" + op +
         "\n%to = llvm.getelementptr %out[%i] : (!llvm.ptr<1>, i32) -> "
         "!llvm.ptr<1>, " +
         out + "\nllvm.store %r, %to : " + out + ", !llvm.ptr<1>\n";
}

class ConvertTest : public testing::Test {
protected:
  template <typename Out, typename In>
  std::vector<Out> apply(const std::string &op, const std::string &in,
                         const std::string &out, std::vector<In> operands) {
    size_t count = operands.size();
    operands.resize((count + 255) / 256 * 256);
    harness.config.block = {256, 1, 1};
    harness.config.grid = {uint32_t(operands.size() / 256), 1, 1};
    auto results =
        harness.run<Out>(unary(op, in, out), operands, operands.size());
    results.resize(count);
    return results;
  }

  Harness harness;
  std::mt19937_64 random{7};
};

/// Each half in either place, beside another.
TEST_F(ConvertTest, EveryPairOfHalvesNarrowsToBytes) {
  std::vector<uint32_t> pairs;
  for (uint32_t half = 0; half < 65536; ++half)
    pairs.push_back((half * 40503 & 0xffff) << 16 | half);
  for (auto [kind, type] : {std::pair(ScalarKind::E4M3, "f8E4M3FN"),
                            std::pair(ScalarKind::E5M2, "f8E5M2")}) {
    auto bytes = apply<uint16_t>(
        "%h = llvm.bitcast %a : i32 to vector<2xf16>\n"
        "%r = nvvm.convert.f16x2.to.f8x2 %h : vector<2xf16> -> i16 (" +
            std::string(type) + ")",
        "i32", "i16", pairs);
    double largest = maxFinite(kind);
    for (size_t i = 0; i < pairs.size(); ++i)
      for (unsigned half : {0u, 1u}) {
        double value = decode(ScalarKind::F16, pairs[i] >> 16 * half & 0xffff);
        double got = decode(kind, bytes[i] >> 8 * half & 0xff);
        if (std::isnan(value))
          EXPECT_TRUE(std::isnan(got));
        else if (std::fabs(value) > largest)
          EXPECT_EQ(got, std::copysign(largest, value));
        else
          EXPECT_EQ(bytes[i] >> 8 * half & 0xff, encode(kind, value));
      }
  }
}

/// Each byte in either place, beside another.
TEST_F(ConvertTest, EveryPairOfBytesWidensToHalves) {
  std::vector<uint16_t> pairs;
  for (unsigned byte = 0; byte < 256; ++byte)
    pairs.push_back((byte * 37 & 0xff) << 8 | byte);
  for (auto [kind, type] : {std::pair(ScalarKind::E4M3, "f8E4M3FN"),
                            std::pair(ScalarKind::E5M2, "f8E5M2")}) {
    auto halves =
        apply<uint32_t>("%b = llvm.bitcast %a : i16 to vector<2xi8>\n"
                        "%h = nvvm.convert.f8x2.to.f16x2 %b : vector<2xi8> (" +
                            std::string(type) +
                            ") -> vector<2xf16>\n"
                            "%r = llvm.bitcast %h : vector<2xf16> to i32",
                        "i16", "i32", pairs);
    for (size_t i = 0; i < pairs.size(); ++i)
      for (unsigned place : {0u, 1u}) {
        double want = decode(kind, pairs[i] >> 8 * place & 0xff);
        uint32_t got = halves[i] >> 16 * place & 0xffff;
        if (std::isnan(want))
          EXPECT_EQ(got, 0x7fffu);
        else
          EXPECT_EQ(got, encode(ScalarKind::F16, want));
      }
  }
}

TEST_F(ConvertTest, WideningWithReluIsRefused) {
  EXPECT_FALSE(harness.parse(Harness::wrap(R"(
    %b = llvm.mlir.undef : vector<2xi8>
    %h = nvvm.convert.f8x2.to.f16x2 %b {relu = true} : vector<2xi8> (f8E4M3FN) -> vector<2xf16>
  )")));
  EXPECT_EQ(harness.diagnostics,
            "the emulator cannot run 'nvvm.convert.f8x2.to.f16x2': relu\n");
}

TEST_F(ConvertTest, EveryHalfWidensExactlyAndComesBack) {
  std::vector<uint16_t> all(65536);
  for (size_t i = 0; i < all.size(); ++i)
    all[i] = uint16_t(i);
  for (ScalarKind kind : {ScalarKind::F16, ScalarKind::BF16}) {
    std::string type = name(kind);
    for (std::string wide : {"f32", "f64"}) {
      std::string extend = "%w = llvm.fpext %a : " + type + " to " + wide;
      if (wide == "f32") {
        auto wides = apply<float>(
            extend + "\n%r = llvm.bitcast %w : f32 to f32", type, "f32", all);
        for (size_t i = 0; i < all.size(); ++i)
          if (double want = decode(kind, all[i]); !std::isnan(want)) {
            EXPECT_EQ(wides[i], want);
            EXPECT_EQ(std::signbit(wides[i]), std::signbit(want));
          } else {
            EXPECT_TRUE(std::isnan(wides[i]));
          }
      }
      auto back = apply<uint16_t>(extend + "\n%r = llvm.fptrunc %w : " + wide +
                                      " to " + type,
                                  type, type, all);
      for (size_t i = 0; i < all.size(); ++i)
        EXPECT_EQ(back[i], std::isnan(decode(kind, all[i])) ? 0x7fff : all[i]);
    }
  }
}

TEST_F(ConvertTest, NarrowingRoundsToNearestEven) {
  for (ScalarKind kind : {ScalarKind::F16, ScalarKind::BF16}) {
    // Every pattern, the tie above it, and the neighbours of the tie.
    std::vector<float> values;
    for (uint32_t bits = 0; bits < 65535; ++bits) {
      double low = decode(kind, bits), high = decode(kind, bits + 1);
      if (!std::isfinite(low) || !std::isfinite(high))
        continue;
      float tie = float((low + high) / 2);
      values.insert(values.end(), {tie, std::nextafter(tie, INFINITY),
                                   std::nextafter(tie, -INFINITY)});
    }
    float most = float(maxFinite(kind));
    values.insert(values.end(), {most, -most, INFINITY, -INFINITY, 0.0f, -0.0f,
                                 std::ldexp(1.0f, -149), 65519.9f, 65520.0f});
    std::string type = name(kind);
    auto results = apply<uint16_t>("%r = llvm.fptrunc %a : f32 to " + type,
                                   "f32", type, values);
    std::vector<double> wides(values.begin(), values.end());
    auto fromDouble = apply<uint16_t>("%r = llvm.fptrunc %a : f64 to " + type,
                                      "f64", type, wides);
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(results[i], encode(kind, values[i])) << values[i];
      ASSERT_EQ(fromDouble[i], encode(kind, values[i])) << values[i];
    }
  }
}

TEST_F(ConvertTest, IntegersToFloats) {
  std::vector<int32_t> values = {0,        1,         -1,        2049,
                                 2051,     -2049,     65519,     65520,
                                 16777217, -16777219, INT32_MAX, INT32_MIN};
  for (int i = 0; i < 2000; ++i)
    values.push_back(int32_t(random()) >> (random() % 30));
  auto f16 =
      apply<uint16_t>("%r = llvm.sitofp %a : i32 to f16", "i32", "f16", values);
  auto bf16 = apply<uint16_t>("%r = llvm.sitofp %a : i32 to bf16", "i32",
                              "bf16", values);
  auto f32 =
      apply<float>("%r = llvm.uitofp %a : i32 to f32", "i32", "f32", values);
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(f16[i], encode(ScalarKind::F16, values[i]));
    EXPECT_EQ(bf16[i], encode(ScalarKind::BF16, values[i]));
    EXPECT_EQ(f32[i], float(uint32_t(values[i])));
  }
  // Beyond 53 bits: one rounding, not two.
  std::vector<int64_t> longs = {(int64_t(1) << 62) + (int64_t(1) << 38) + 1,
                                (int64_t(1) << 62) + (int64_t(1) << 38),
                                -(int64_t(1) << 62) - (int64_t(1) << 38) - 1};
  auto wide =
      apply<float>("%r = llvm.sitofp %a : i64 to f32", "i64", "f32", longs);
  for (size_t i = 0; i < longs.size(); ++i)
    EXPECT_EQ(wide[i], float(longs[i]));
}

TEST_F(ConvertTest, FloatsToIntegersTruncateAndSaturate) {
  std::vector<float> values = {0.0f,   -0.5f, 1.75f,  -1.75f, 127.9f, 128.0f,
                               -129.f, 1e20f, -1e20f, NAN,    255.5f};
  auto s8 =
      apply<int8_t>("%r = llvm.fptosi %a : f32 to i8", "f32", "i8", values);
  auto u8 =
      apply<uint8_t>("%r = llvm.fptoui %a : f32 to i8", "f32", "i8", values);
  auto s64 =
      apply<int64_t>("%r = llvm.fptosi %a : f32 to i64", "f32", "i64", values);
  EXPECT_EQ(s8, (std::vector<int8_t>{0, 0, 1, -1, 127, 127, -128, 127, -128, 0,
                                     127}));
  EXPECT_EQ(u8,
            (std::vector<uint8_t>{0, 0, 1, 0, 127, 128, 0, 255, 0, 0, 255}));
  EXPECT_EQ(s64, (std::vector<int64_t>{0, 0, 1, -1, 127, 128, -129, INT64_MAX,
                                       INT64_MIN, 0, 255}));
}

TEST_F(ConvertTest, IntegerWidths) {
  std::vector<uint32_t> values = {0, 1, 0x80, 0xff, 0x7fff8, 0xffffffff, 0x108};
  auto sext = apply<int32_t>("%x = llvm.trunc %a : i32 to i4\n"
                             "%r = llvm.sext %x : i4 to i32",
                             "i32", "i32", values);
  auto zext = apply<uint64_t>("%x = llvm.trunc %a : i32 to i9\n"
                              "%r = llvm.zext %x : i9 to i64",
                              "i32", "i64", values);
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(sext[i], int32_t(values[i] << 28) >> 28);
    EXPECT_EQ(zext[i], values[i] & 0x1ff);
  }
}

TEST_F(ConvertTest, BitcastsPutTheFirstElementLow) {
  std::vector<uint32_t> words = {0x04030201, 0xfffe8001, 0, 0x12345678};
  auto swapped =
      apply<uint32_t>("%v = llvm.bitcast %a : i32 to vector<2xf16>\n"
                      "%s = llvm.shufflevector %v, %v [1, 0] : vector<2xf16>\n"
                      "%r = llvm.bitcast %s : vector<2xf16> to i32",
                      "i32", "i32", words);
  auto third = apply<uint8_t>("%v = llvm.bitcast %a : i32 to vector<4xi8>\n"
                              "%two = llvm.mlir.constant(2 : i32) : i32\n"
                              "%r = llvm.extractelement %v[%two : i32] "
                              ": vector<4xi8>",
                              "i32", "i8", words);
  auto nibbles =
      apply<uint32_t>("%v = llvm.bitcast %a : i32 to vector<8xi4>\n"
                      "%s = llvm.shufflevector %v, %v [7, 6, 5, 4, 3, 2, 1, 0] "
                      ": vector<8xi4>\n"
                      "%r = llvm.bitcast %s : vector<8xi4> to i32",
                      "i32", "i32", words);
  for (size_t i = 0; i < words.size(); ++i) {
    EXPECT_EQ(swapped[i], words[i] << 16 | words[i] >> 16);
    EXPECT_EQ(third[i], uint8_t(words[i] >> 16));
    uint32_t reversed = 0;
    for (unsigned n = 0; n < 8; ++n)
      reversed |= (words[i] >> 4 * n & 15) << (28 - 4 * n);
    EXPECT_EQ(nibbles[i], reversed);
  }
}

} // namespace
} // namespace humming::emulator
