//===- ArithmeticTest.cpp - Integer and float arithmetic ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// f16 and bf16 results against Numerics, on operands for which the exact result
// fits a double; f32 against the host's arithmetic; integers of odd widths.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include "humming/Numerics/Float.h"

#include <cmath>
#include <cstring>
#include <random>
#include <tuple>

namespace humming::emulator {
namespace {

/// A kernel that applies `op` to three consecutive elements %a, %b, %c of `in`
/// per thread and stores %r, of type `out`.
std::string threeOperands(const std::string &op, const std::string &in,
                          const std::string &out) {
  std::string body = R"(
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %block = nvvm.read.ptx.sreg.ctaid.x : i32
    %width = nvvm.read.ptx.sreg.ntid.x : i32
    %first = llvm.mul %block, %width : i32
    %i = llvm.add %first, %tid : i32
    %p = llvm.getelementptr %in[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<3 x IN>
    %pb = llvm.getelementptr %p[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, IN
    %pc = llvm.getelementptr %p[2] : (!llvm.ptr<1>) -> !llvm.ptr<1>, IN
    %a = llvm.load %p : !llvm.ptr<1> -> IN
    %b = llvm.load %pb : !llvm.ptr<1> -> IN
    %c = llvm.load %pc : !llvm.ptr<1> -> IN
    OP
    %to = llvm.getelementptr %out[%i] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, OUT
    llvm.store %r, %to : OUT, !llvm.ptr<1>
  )";
  auto replace = [&](const std::string &from, const std::string &to) {
    for (size_t at; (at = body.find(from)) != std::string::npos;)
      body.replace(at, from.size(), to);
  };
  replace("OP", op);
  replace("OUT", out);
  replace("IN", in);
  return body;
}

class ArithmeticTest : public testing::Test {
protected:
  template <typename Out, typename In>
  std::vector<Out> apply(const std::string &op, const std::string &in,
                         const std::string &out,
                         const std::vector<In> &operands) {
    size_t count = operands.size() / 3;
    EXPECT_EQ(count % 128, 0u);
    harness.config.block = {128, 1, 1};
    harness.config.grid = {uint32_t(count / 128), 1, 1};
    return harness.run<Out>(threeOperands(op, in, out), operands, count);
  }

  Harness harness;
  std::mt19937_64 random{20240817};
};

/// 16-bit patterns with magnitudes from 2^-8 to 2^8, zeros, and every few a
/// subnormal, the largest value, infinity or NaN when `special`.
std::vector<uint16_t> patterns(std::mt19937_64 &random, ScalarKind kind,
                               size_t count, bool special) {
  const uint16_t infinity = kind == ScalarKind::F16 ? 0x7c00 : 0x7f80;
  const uint16_t specials[] = {0,
                               0x8000,
                               1,
                               0x8001,
                               0x3ff,
                               infinity,
                               uint16_t(infinity | 0x8000),
                               uint16_t(infinity - 1),
                               uint16_t(infinity + 1)};
  std::vector<uint16_t> values;
  while (values.size() < count) {
    if (special && random() % 8 == 0) {
      values.push_back(specials[random() % std::size(specials)]);
      continue;
    }
    double value =
        std::ldexp(double(random() % 4096) - 2048, int(random() % 17) - 19);
    values.push_back(uint16_t(encode(kind, value)));
  }
  return values;
}

void expectSame(ScalarKind kind, uint16_t got, double want, const char *what,
                const uint16_t *operands) {
  uint16_t expected = uint16_t(encode(kind, want));
  if (std::isnan(want))
    EXPECT_EQ(got, 0x7fff) << what; // the canonical NaN of PTX
  else
    EXPECT_EQ(got, expected)
        << what << " of " << decode(kind, operands[0]) << ", "
        << decode(kind, operands[1]) << ", " << decode(kind, operands[2]);
}

TEST_F(ArithmeticTest, HalfArithmeticRoundsOnce) {
  struct Op {
    const char *text;
    double (*exact)(double, double, double);
  };
  const Op ops[] = {
      {"llvm.fadd %a, %b", [](double a, double b, double) { return a + b; }},
      {"llvm.fsub %a, %b", [](double a, double b, double) { return a - b; }},
      {"llvm.fmul %a, %b", [](double a, double b, double) { return a * b; }},
      {"llvm.fdiv %a, %b", [](double a, double b, double) { return a / b; }},
      {"llvm.intr.maxnum(%a, %b)",
       [](double a, double b, double) { return std::fmax(a, b); }},
      {"llvm.intr.minnum(%a, %b)",
       [](double a, double b, double) { return std::fmin(a, b); }}};
  for (ScalarKind kind : {ScalarKind::F16, ScalarKind::BF16}) {
    std::string type = name(kind);
    std::vector<uint16_t> operands = patterns(random, kind, 3 * 8192, true);
    for (const Op &op : ops) {
      bool call = std::strstr(op.text, "intr");
      std::string types =
          call ? "(" + type + ", " + type + ") -> " + type : type;
      auto results = apply<uint16_t>(
          std::string("%r = ") + op.text + " : " + types, type, type, operands);
      for (size_t i = 0; i < results.size(); ++i) {
        const uint16_t *o = &operands[3 * i];
        double want = op.exact(decode(kind, o[0]), decode(kind, o[1]), 0);
        if (call && decode(kind, o[0]) == 0 && decode(kind, o[1]) == 0)
          continue; // which zero is checked below
        expectSame(kind, results[i], want, op.text, o);
      }
    }
  }
}

TEST_F(ArithmeticTest, HalfFusedMultiplyAddRoundsOnce) {
  for (ScalarKind kind : {ScalarKind::F16, ScalarKind::BF16}) {
    std::string type = name(kind);
    std::vector<uint16_t> operands = patterns(random, kind, 3 * 32768, false);
    if (kind == ScalarKind::F16) {
      // (1 + 2^-10) * (1 - 2^-10) * 2^-11 + (1 + 2^-10) lies 2^-31 under a tie
      // whose even side is up: rounding to f32 first would go up.
      operands[0] = 0x3c01;
      operands[1] = 0x0ffe;
      operands[2] = 0x3c01;
    }
    for (const char *op : {"llvm.intr.fma", "llvm.intr.fmuladd"}) {
      auto results =
          apply<uint16_t>(std::string("%r = ") + op + "(%a, %b, %c) : (" +
                              type + ", " + type + ", " + type + ") -> " + type,
                          type, type, operands);
      for (size_t i = 0; i < results.size(); ++i) {
        const uint16_t *o = &operands[3 * i];
        expectSame(kind, results[i],
                   decode(kind, o[0]) * decode(kind, o[1]) + decode(kind, o[2]),
                   op, o);
      }
      if (kind == ScalarKind::F16) {
        EXPECT_EQ(results[0], 0x3c01);
      }
    }
  }
}

TEST_F(ArithmeticTest, SingleMatchesTheHost) {
  std::vector<float> operands(3 * 8192);
  for (float &value : operands) {
    uint32_t bits = uint32_t(random());
    if (random() % 2) // close magnitudes, so that sums cancel
      bits = (bits & 0x80ffffff) | 0x3f000000;
    std::memcpy(&value, &bits, 4);
    if (std::isnan(value))
      value = 1.0f;
  }
  // (1 + 2^-23) * (1 - 2^-23) * 2^-24 + (1 + 2^-23) lies 2^-70 under a tie
  // whose even side is up, and so on for both signs of both terms.
  const float odd = 1 + std::ldexp(1.0f, -23);
  const float tie = std::ldexp(1 - std::ldexp(1.0f, -23), -24);
  for (auto [a, b, c, at] : {std::tuple(odd, tie, odd, 0),
                             {odd, -tie, -odd, 1},
                             {odd, -tie, odd, 2},
                             {odd, tie, -odd, 3}}) {
    operands[3 * at] = a;
    operands[3 * at + 1] = b;
    operands[3 * at + 2] = c;
  }
  struct Op {
    const char *text;
    float (*host)(float, float, float);
  };
  const Op ops[] = {
      {"llvm.fadd %a, %b : f32", [](float a, float b, float) { return a + b; }},
      {"llvm.fmul %a, %b : f32", [](float a, float b, float) { return a * b; }},
      {"llvm.fdiv %a, %b : f32", [](float a, float b, float) { return a / b; }},
      {"llvm.intr.fma(%a, %b, %c) : (f32, f32, f32) -> f32",
       [](float a, float b, float c) { return std::fma(a, b, c); }},
      {"llvm.intr.sqrt(%a) : (f32) -> f32",
       [](float a, float, float) { return std::sqrt(a); }},
      {"llvm.fneg %a : f32", [](float a, float, float) { return -a; }}};
  for (const Op &op : ops) {
    auto results =
        apply<float>(std::string("%r = ") + op.text, "f32", "f32", operands);
    for (size_t i = 0; i < results.size(); ++i) {
      float want =
          op.host(operands[3 * i], operands[3 * i + 1], operands[3 * i + 2]);
      uint32_t got, expected;
      std::memcpy(&got, &results[i], 4);
      std::memcpy(&expected, &want, 4);
      EXPECT_EQ(got, std::isnan(want) ? 0x7fffffffu : expected) << op.text;
    }
  }
}

TEST_F(ArithmeticTest, ZerosAndNaNsOfMinAndMax) {
  const uint32_t plus = 0, minus = 0x80000000, nan = 0x7fc00001,
                 one = 0x3f800000;
  std::vector<uint32_t> operands(3 * 128, 0);
  auto set = [&](size_t i, uint32_t a, uint32_t b) {
    operands[3 * i] = a;
    operands[3 * i + 1] = b;
  };
  set(0, plus, minus);
  set(1, minus, plus);
  set(2, nan, one);
  set(3, one, nan);
  auto run = [&](const std::string &op) {
    return apply<uint32_t>("%r = llvm.intr." + op +
                               "(%a, %b) : (f32, f32) -> f32",
                           "f32", "f32", operands);
  };
  auto maxnum = run("maxnum"), minnum = run("minnum"), maximum = run("maximum");
  EXPECT_EQ(maxnum[0], plus);
  EXPECT_EQ(maxnum[1], plus);
  EXPECT_EQ(minnum[0], minus);
  EXPECT_EQ(minnum[1], minus);
  EXPECT_EQ(maxnum[2], one);
  EXPECT_EQ(maxnum[3], one);
  EXPECT_EQ(maximum[2], 0x7fffffffu);
  EXPECT_EQ(maximum[3], 0x7fffffffu);
}

TEST_F(ArithmeticTest, FloatComparisons) {
  const float nan = std::nanf("");
  std::vector<float> operands(3 * 128, 0);
  const float pairs[][2] = {{1, 2}, {2, 2}, {3, 2}, {nan, 2}};
  for (size_t i = 0; i < std::size(pairs); ++i) {
    operands[3 * i] = pairs[i][0];
    operands[3 * i + 1] = pairs[i][1];
  }
  const std::pair<const char *, const char *> wants[] = {
      {"oeq", "0100"}, {"olt", "1000"}, {"ole", "1100"}, {"ogt", "0010"},
      {"oge", "0110"}, {"one", "1010"}, {"ord", "1110"}, {"ueq", "0101"},
      {"ult", "1001"}, {"une", "1011"}, {"uno", "0001"}};
  for (auto [predicate, want] : wants) {
    auto results = apply<uint8_t>(std::string("%r = llvm.fcmp \"") + predicate +
                                      "\" %a, %b : f32",
                                  "f32", "i1", operands);
    for (size_t i = 0; i < 4; ++i)
      EXPECT_EQ(results[i], want[i] - '0') << predicate << " " << i;
  }
}

TEST_F(ArithmeticTest, IntegersOfAllWidths) {
  std::vector<uint32_t> operands(3 * 4096);
  for (uint32_t &value : operands)
    value = random() % 4 ? uint32_t(random()) : uint32_t(random() % 40);
  struct Op {
    const char *text;
    uint64_t (*want)(uint64_t a, uint64_t b, unsigned bits);
  };
  auto sign = [](uint64_t a, unsigned bits) {
    return int64_t(a << (64 - bits)) >> (64 - bits);
  };
  static const auto toSigned = sign;
  const Op ops[] = {
      {"llvm.add %x, %y",
       [](uint64_t a, uint64_t b, unsigned) { return a + b; }},
      {"llvm.sub %x, %y",
       [](uint64_t a, uint64_t b, unsigned) { return a - b; }},
      {"llvm.mul %x, %y",
       [](uint64_t a, uint64_t b, unsigned) { return a * b; }},
      {"llvm.xor %x, %y",
       [](uint64_t a, uint64_t b, unsigned) { return a ^ b; }},
      {"llvm.lshr %x, %y", [](uint64_t a, uint64_t b,
                              unsigned bits) { return b < bits ? a >> b : 0; }},
      {"llvm.ashr %x, %y",
       [](uint64_t a, uint64_t b, unsigned bits) {
         return uint64_t(toSigned(a, bits) >> (b < bits ? b : bits - 1));
       }},
      {"llvm.intr.smax(%x, %y)", [](uint64_t a, uint64_t b, unsigned bits) {
         return toSigned(a, bits) > toSigned(b, bits) ? a : b;
       }}};
  for (unsigned bits : {3u, 8u, 16u, 24u, 32u})
    for (const Op &op : ops) {
      std::string type = "i" + std::to_string(bits);
      bool call = std::strstr(op.text, "intr");
      std::string narrow = bits == 32
                               ? "%x = llvm.bitcast %a : i32 to i32\n"
                                 "%y = llvm.bitcast %b : i32 to i32\n"
                               : "%x = llvm.trunc %a : i32 to " + type +
                                     "\n%y = llvm.trunc %b : i32 to " + type;
      std::string widen = bits == 32
                              ? "\n%r = llvm.bitcast %z : i32 to i32"
                              : "\n%r = llvm.zext %z : " + type + " to i32";
      auto results = apply<uint32_t>(
          narrow + "\n%z = " + op.text + " : " +
              (call ? "(" + type + ", " + type + ") -> " + type : type) + widen,
          "i32", "i32", operands);
      uint64_t mask = (uint64_t(1) << bits) - 1;
      for (size_t i = 0; i < results.size(); ++i)
        EXPECT_EQ(results[i],
                  uint32_t(op.want(operands[3 * i] & mask,
                                   operands[3 * i + 1] & mask, bits) &
                           mask))
            << op.text << " : " << type;
    }
}

/// Against the table of PTX ISA 9.7.9.7, byte by byte from memory.
TEST_F(ArithmeticTest, PrmtPicksBytesAndSigns) {
  std::vector<uint32_t> operands(3 * 4096);
  for (uint32_t &value : operands)
    value = uint32_t(random());
  // Every selector of byte 0 on bytes with and without a sign.
  for (uint32_t i = 0; i < 16; ++i) {
    operands[3 * i] = 0x7f80ff01;
    operands[3 * i + 1] = 0x00c340fe;
    operands[3 * i + 2] = 0xabcd0000 | i;
  }
  auto results = apply<uint32_t>("%r = nvvm.prmt <default> %c, %a, %b "
                                 ": i32",
                                 "i32", "i32", operands);
  for (size_t i = 0; i < results.size(); ++i) {
    uint8_t source[8], expected[4];
    std::memcpy(source, &operands[3 * i], 8); // b behind a
    const char *digits = "0123456789abcdef";
    char selector[9];
    std::snprintf(selector, sizeof(selector), "%08x", operands[3 * i + 2]);
    for (unsigned byte = 0; byte < 4; ++byte) {
      size_t digit = std::strchr(digits, selector[7 - byte]) - digits;
      int8_t picked = int8_t(source[digit % 8]);
      expected[byte] = digit < 8 ? uint8_t(picked) : picked < 0 ? 0xff : 0x00;
    }
    uint32_t want;
    std::memcpy(&want, expected, 4);
    EXPECT_EQ(results[i], want) << std::hex << operands[3 * i] << " "
                                << operands[3 * i + 1] << " " << selector;
  }
}

TEST_F(ArithmeticTest, PrmtInAnotherModeIsRefused) {
  EXPECT_FALSE(harness.parse(Harness::wrap(R"(
    %a = llvm.mlir.constant(1 : i32) : i32
    %r = nvvm.prmt <rc8> %a, %a : i32
  )")));
  EXPECT_NE(harness.diagnostics.find("modes other than the default"),
            std::string::npos)
      << harness.diagnostics;
}

TEST_F(ArithmeticTest, DivisionAndComparison) {
  std::vector<int32_t> operands(3 * 1024);
  for (int32_t &value : operands)
    value = int32_t(random() % 2001) - 1000;
  for (size_t i = 1; i < operands.size(); i += 3)
    if (operands[i] == 0)
      operands[i] = 7;
  auto quotients =
      apply<int32_t>("%r = llvm.sdiv %a, %b : i32", "i32", "i32", operands);
  auto remainders =
      apply<int32_t>("%r = llvm.srem %a, %b : i32", "i32", "i32", operands);
  auto less = apply<uint8_t>("%r = llvm.icmp \"slt\" %a, %b : i32", "i32", "i1",
                             operands);
  auto above = apply<uint8_t>("%r = llvm.icmp \"ugt\" %a, %b : i32", "i32",
                              "i1", operands);
  for (size_t i = 0; i < quotients.size(); ++i) {
    int32_t a = operands[3 * i], b = operands[3 * i + 1];
    EXPECT_EQ(quotients[i], a / b);
    EXPECT_EQ(remainders[i], a % b);
    EXPECT_EQ(less[i], a < b);
    EXPECT_EQ(above[i], uint32_t(a) > uint32_t(b));
  }
}

} // namespace
} // namespace humming::emulator
