//===- WarpgroupTest.cpp - wgmma ------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each wgmma of the table, for few and many tokens, by one warpgroup and by
// two, on matrices that lie as the PTX ISA says ("Register Fragments for
// wgmma.mma_async.m64nNk16", "... m64nNk32", "Shared Memory Layout", "Strides",
// "Matrix Descriptor Format"), written out here once more. And what the decoder
// refuses.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include "humming/Target/MmaAtom.h"

#include <cstring>
#include <random>

namespace humming::emulator {
namespace {

std::string number(uint64_t value) { return std::to_string(value); }

/// "$first, $first+1, ...", or any other prefix.
std::string list(const std::string &prefix, unsigned first, unsigned count) {
  std::string text;
  for (unsigned i = first; i < first + count; ++i)
    text += (i == first ? "" : ", ") + prefix + number(i);
  return text;
}

std::string repeat(const std::string &text, unsigned count) {
  std::string all;
  for (unsigned i = 0; i < count; ++i)
    all += (i ? ", " : "") + text;
  return all;
}

/// Where an operand lies.
enum class Place {
  Registers,
  Lines, ///< of 128 bytes, swizzled
  Cores  ///< matrices of eight rows of 16 bytes, with gaps
};

/// Bytes from core matrices to the next along k and along rows.
constexpr unsigned kCoreStep = 144, kCoreRows = 464;

/// Bytes of that many rows.
unsigned sizeOf(Place place, unsigned rows) {
  return rows / 8 * (place == Place::Lines ? 1024 : kCoreRows);
}

/// Where byte `byte` of 32 of row `row` is; of lines, from column `column`.
unsigned placeOf(Place place, unsigned row, unsigned byte, unsigned column) {
  unsigned line = row % 8;
  return row / 8 * sizeOf(place, 8) +
         (place == Place::Lines
              ? line * 128 + ((column + byte) ^ line * 16)
              : byte / 16 * kCoreStep + line * 16 + byte % 16);
}

/// The descriptor of what starts `start` bytes into shared memory, but for the
/// address of that.
uint64_t descriptorOf(Place place, unsigned start, unsigned column) {
  uint64_t stride = sizeOf(place, 8) / 16;
  return stride << 32 |
         (place == Place::Lines ? uint64_t(1) << 62 | (start + column) / 16
                                : uint64_t(kCoreStep / 16) << 16 | start / 16);
}

struct Form {
  std::string name;
  bool goesOn; ///< D starts from accumulators, not from zero
  Place a, b;
};

std::ostream &operator<<(std::ostream &stream, const Form &form) {
  return stream << form.name;
}

const Form kForms[] = {
    {"GoesOn", true, Place::Registers, Place::Lines},
    {"FromZero", false, Place::Registers, Place::Lines},
    {"CoresOfRegisters", true, Place::Registers, Place::Cores},
    {"LinesOfLines", true, Place::Lines, Place::Lines},
    {"LinesOfCores", true, Place::Cores, Place::Lines},
    {"CoresOfCores", false, Place::Cores, Place::Cores},
};

struct Shape {
  std::string name; ///< "m64n", k and types, as PTX has them
  ScalarKind kind;
  unsigned tokens;
  std::string modifiers;
  bool goesOn = true;
  uint64_t a = 0; ///< the descriptor of A; 0 where it is in registers
  uint64_t b = 0;
  unsigned groupBytes = 0; ///< from A of a warpgroup to that of the next

  bool isInteger() const { return kind == ScalarKind::I8; }
  unsigned sums() const { return tokens / 2; }
  unsigned depth() const { return 32 * 8 / bitWidth(kind); }
  std::string sumType() const { return isInteger() ? "i32" : "f32"; }
  std::string structure() const {
    return "!llvm.struct<(" + repeat(sumType(), sums()) + ")>";
  }

  std::string product() const {
    std::string letter = isInteger() ? "r" : "f", constraints;
    for (unsigned i = 0; i < sums(); ++i)
      constraints += "=" + letter + ",";
    constraints += a ? "l,l," : "r,r,r,r,l,";
    for (unsigned i = 0; goesOn && i < sums(); ++i)
      constraints += number(i) + ",";
    std::string old = ", " + list("%c", 0, sums()),
                types = ", " + repeat(sumType(), sums());
    return "%d = llvm.inline_asm has_side_effects asm_dialect = att "
           "\"{\\0A.reg .pred p;\\0Asetp.ne.b32 p, " +
           number(goesOn) +
           ", 0;\\0A"
           "wgmma.mma_async.sync.aligned.m64n" +
           number(tokens) + name + " {" + list("$", 0, sums()) + "}, " +
           (a ? "$" + number(sums()) + ", $" + number(sums() + 1)
              : "{" + list("$", sums(), 4) + "}, $" + number(sums() + 4)) +
           ", p" + modifiers + (a && depth() == 16 ? ", 0" : "") +
           ";\\0A}\", \"" + constraints + "~{memory}\" " +
           (a ? "%descriptorA" : list("%a", 0, 4)) + ", %descriptor" +
           (goesOn ? old : "") + " : (" + (a ? "i64" : "i32, i32, i32, i32") +
           ", i64" + (goesOn ? types : "") + ") -> " + structure() + "\n";
  }

  std::string wait() const {
    std::string letter = isInteger() ? "r" : "f", constraints;
    for (unsigned i = 0; i < sums(); ++i)
      constraints += "=" + letter + ",";
    for (unsigned i = 0; i < sums(); ++i)
      constraints += number(i) + ",";
    std::string text;
    for (unsigned i = 0; i < sums(); ++i)
      text += "%d" + number(i) + " = llvm.extractvalue %d[" + number(i) +
              "] : " + structure() + "\n";
    return text +
           "%e = llvm.inline_asm has_side_effects asm_dialect = att "
           "\"wgmma.wait_group.sync.aligned 0;\", \"" +
           constraints + "~{memory}\" " + list("%d", 0, sums()) + " : (" +
           repeat(sumType(), sums()) + ") -> " + structure() + "\n";
  }

  /// d = a * b + c: the words of A and the sums thread by thread, B and maybe A
  /// as they lie in shared memory, of which each thread copies 16 bytes
  /// `copies` times.
  std::string kernel(unsigned threads, unsigned copies) const {
    std::string text = R"(
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
  llvm.func @kernel(%a: !llvm.ptr<1>, %b: !llvm.ptr<1>, %c: !llvm.ptr<1>, %out: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %from0 = llvm.getelementptr %b[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    %to0 = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
)";
    for (unsigned i = 0; i < copies; ++i) {
      std::string n = number(i), next = number(i + 1),
                  type = "!llvm.array<" + number(threads * 16) + " x i8>";
      text += "%line" + n + " = llvm.load %from" + n +
              " : !llvm.ptr<1> -> vector<4xi32>\nllvm.store %line" + n +
              ", %to" + n + " : vector<4xi32>, !llvm.ptr<3>\n%from" + next +
              " = llvm.getelementptr %from" + n +
              "[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, " + type + "\n%to" + next +
              " = llvm.getelementptr %to" + n +
              "[1] : (!llvm.ptr<3>) -> !llvm.ptr<3>, " + type + "\n";
    }
    std::string elements = number(sums()) + " x " + sumType() + ">",
                sumVector = "vector<" + elements,
                sumArray = "!llvm.array<" + elements;
    text += R"(
    nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
    nvvm.barrier0
    %address = llvm.ptrtoint %smem : !llvm.ptr<3> to i64
    %four = llvm.mlir.constant(4 : i64) : i64
    %units = llvm.lshr %address, %four : i64
    %format = llvm.mlir.constant()" +
            number(b) + R"( : i64) : i64
    %descriptor = llvm.add %units, %format : i64
    %seven = llvm.mlir.constant(7 : i32) : i32
    %group = llvm.lshr %tid, %seven : i32
    %group64 = llvm.zext %group : i32 to i64
    %groupUnits = llvm.mlir.constant()" +
            number(groupBytes / 16) + R"( : i64) : i64
    %formatA = llvm.mlir.constant()" +
            number(a) + R"( : i64) : i64
    %fromGroup = llvm.mul %group64, %groupUnits : i64
    %unitsA = llvm.add %units, %fromGroup : i64
    %descriptorA = llvm.add %unitsA, %formatA : i64
    %atA = llvm.getelementptr %a[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xi32>
    %words = llvm.load %atA : !llvm.ptr<1> -> vector<4xi32>
    %atC = llvm.getelementptr %c[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, )" +
            sumArray +
            "\n%old = llvm.load %atC {alignment = 4 : i64} : "
            "!llvm.ptr<1> -> " +
            sumVector + "\n";
    for (unsigned i = 0; i < std::max(4u, sums()); ++i)
      text += "%i" + number(i) + " = llvm.mlir.constant(" + number(i) +
              " : i32) : i32\n";
    for (unsigned i = 0; i < 4; ++i)
      text += "%a" + number(i) + " = llvm.extractelement %words[%i" +
              number(i) + " : i32] : vector<4xi32>\n";
    for (unsigned i = 0; i < sums(); ++i)
      text += "%c" + number(i) + " = llvm.extractelement %old[%i" + number(i) +
              " : i32] : " + sumVector + "\n";
    text += "nvvm.wgmma.fence.aligned\n" + product() +
            "nvvm.wgmma.commit.group.sync.aligned\n" + wait() +
            "%new0 = llvm.mlir.undef : " + sumVector + "\n";
    for (unsigned i = 0; i < sums(); ++i)
      text += "%e" + number(i) + " = llvm.extractvalue %e[" + number(i) +
              "] : " + structure() + "\n%new" + number(i + 1) +
              " = llvm.insertelement %e" + number(i) + ", %new" + number(i) +
              "[%i" + number(i) + " : i32] : " + sumVector + "\n";
    return text +
           "%atOut = llvm.getelementptr %out[%tid] : (!llvm.ptr<1>, i32) -> "
           "!llvm.ptr<1>, " +
           sumArray + "\nllvm.store %new" + number(sums()) +
           ", %atOut {alignment = 4 : i64} : " + sumVector +
           ", !llvm.ptr<1>\nllvm.return\n}\n}";
  }
};

std::ostream &operator<<(std::ostream &stream, const Shape &shape) {
  return stream << shape.name;
}

const Shape kShapes[] = {
    {"k16.f32.f16.f16", ScalarKind::F16, 0, ", 1, 1, 0"},
    {"k16.f32.bf16.bf16", ScalarKind::BF16, 0, ", 1, 1, 0"},
    {"k32.f32.e4m3.e4m3", ScalarKind::E4M3, 0, ", 1, 1"},
    {"k32.f32.e5m2.e5m2", ScalarKind::E5M2, 0, ", 1, 1"},
    {"k32.s32.s8.s8", ScalarKind::I8, 0, ""},
};

class WarpgroupTest : public testing::TestWithParam<
                          std::tuple<Shape, unsigned, unsigned, Form>> {};

TEST(WarpgroupTableTest, HasNoOtherAtoms) {
  EXPECT_EQ(allWarpgroupAtoms().size(), std::size(kShapes));
}

TEST_P(WarpgroupTest, MultipliesMatrices) {
  Shape shape = std::get<0>(GetParam());
  const unsigned tokens = std::get<1>(GetParam()),
                 groups = std::get<2>(GetParam());
  shape.tokens = tokens;
  const Form &form = std::get<3>(GetParam());
  const unsigned threads = 128 * groups, rows = 64 * groups;
  const unsigned depth = shape.depth(), bytes = bitWidth(shape.kind) / 8;
  const unsigned column = tokens % 3 * 32; // within the lines
  const bool aInMemory = form.a != Place::Registers;
  const unsigned startA = (sizeOf(form.b, tokens) + 1023) / 1024 * 1024;
  shape.goesOn = form.goesOn;
  shape.b = descriptorOf(form.b, 0, column);
  if (aInMemory) {
    shape.groupBytes = sizeOf(form.a, 64);
    shape.a = descriptorOf(form.a, startA, column);
  }
  std::mt19937_64 random(tokens);
  auto value = [&] { return double(random() % 8) - 4; };

  std::vector<double> a(rows * depth), b(tokens * depth), c(rows * tokens);
  for (auto *matrix : {&a, &b, &c})
    for (double &element : *matrix)
      element = value();
  unsigned copies =
      (startA + groups * shape.groupBytes + threads * 16 - 1) / (threads * 16);
  std::vector<uint8_t> imageA(threads * 16),
      shared(copies * threads * 16, 0xff);
  std::vector<uint32_t> imageC(threads * shape.sums());
  for (unsigned token = 0; token < tokens; ++token)
    for (unsigned k = 0; k < depth; ++k) {
      uint32_t bits = encode(shape.kind, b[token * depth + k]);
      std::memcpy(&shared[placeOf(form.b, token, k * bytes, column)], &bits,
                  bytes);
    }
  for (unsigned row = 0; aInMemory && row < rows; ++row)
    for (unsigned k = 0; k < depth; ++k) {
      uint32_t bits = encode(shape.kind, a[row * depth + k]);
      std::memcpy(&shared[startA + placeOf(form.a, row, k * bytes, column)],
                  &bits, bytes);
    }
  ScalarKind sum = shape.isInteger() ? ScalarKind::I32 : ScalarKind::F32;
  auto position = [&](unsigned thread, unsigned i) {
    unsigned row = thread / 32 * 16 + thread % 32 / 4 + i / 2 % 2 * 8;
    unsigned token = i / 4 * 8 + thread % 4 * 2 + i % 2;
    return row * tokens + token;
  };
  for (unsigned thread = 0; thread < threads; ++thread) {
    unsigned perWord = 4 / bytes;
    for (unsigned i = 0; i < 4 * perWord; ++i) {
      unsigned word = i / perWord;
      unsigned row = thread / 32 * 16 + thread % 32 / 4 + word % 2 * 8;
      unsigned k = (word / 2 * 4 + thread % 4) * perWord + i % perWord;
      uint32_t bits = encode(shape.kind, a[row * depth + k]);
      std::memcpy(&imageA[thread * 16 + i * bytes], &bits, bytes);
    }
    for (unsigned i = 0; i < shape.sums(); ++i)
      imageC[thread * shape.sums() + i] = encode(sum, c[position(thread, i)]);
  }

  Harness harness;
  harness.config.block.x = threads;
  harness.config.dynamicSharedBytes = shared.size();
  auto module = harness.parse(shape.kernel(threads, copies));
  ASSERT_TRUE(module) << harness.diagnostics;
  uint64_t out = harness.memory.allocate(imageC.size() * 4);
  LaunchResult result =
      harness.launch(*module->getKernels()[0], harness.upload(imageA),
                     harness.upload(shared), harness.upload(imageC), out);
  ASSERT_TRUE(result.succeeded()) << result.hazard->message;
  auto got = harness.download<uint32_t>(out, imageC.size());
  for (unsigned thread = 0; thread < threads; ++thread)
    for (unsigned i = 0; i < shape.sums(); ++i) {
      unsigned at = position(thread, i);
      double want = shape.goesOn ? c[at] : 0;
      for (unsigned k = 0; k < depth; ++k)
        want += a[at / tokens * depth + k] * b[at % tokens * depth + k];
      ASSERT_EQ(decode(sum, got[thread * shape.sums() + i]), want)
          << thread << ", " << i;
    }
  EXPECT_EQ(result.counters.count(InstructionKind::WarpgroupMma), 4 * groups);
  EXPECT_EQ(result.counters.count(InstructionKind::AsyncFence), 16 * groups);
  EXPECT_EQ(result.counters.matrixBytes,
            groups * (tokens + (aInMemory ? 64 : 0)) * 32);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, WarpgroupTest,
    testing::Combine(testing::ValuesIn(kShapes),
                     testing::Values(8u, 16u, 32u, 80u, 256u),
                     testing::Values(1u, 2u), testing::ValuesIn(kForms)),
    [](const auto &info) {
      return std::string(name(std::get<0>(info.param).kind)) + "_" +
             number(std::get<1>(info.param)) + "_" +
             number(std::get<2>(info.param)) + "_" +
             std::get<3>(info.param).name;
    });

TEST(WarpgroupTableTest, RefusesWhatItDoesNotKnow) {
  Shape shape = kShapes[0];
  shape.tokens = 8;
  shape.b = descriptorOf(Place::Lines, 0, 0);
  std::string good = shape.kernel(128, 1);
  auto refused = [&](const std::string &from, const std::string &to) {
    Harness harness;
    EXPECT_FALSE(harness.parse(edited(good, from, to))) << to;
    return harness.diagnostics;
  };
  EXPECT_NE(refused("p, 1, 0;", "p, 1, 1;").find("inline PTX other than"),
            std::string::npos);
  // From zero it has no accumulators to read.
  EXPECT_NE(refused("p, 1, 0;", "p, 0, 0;").find("the operands are not"),
            std::string::npos);
  EXPECT_NE(refused("p, 1, 1, 0;", "p, 1, 1, 1;").find("inline PTX other than"),
            std::string::npos);
  EXPECT_NE(refused("$2, $3}", "$3, $2}").find("inline PTX other than"),
            std::string::npos);
  EXPECT_NE(refused("\"=f,=f,", "\"=f,=r,").find("the operands are not"),
            std::string::npos);
  EXPECT_NE(refused("has_side_effects ", "").find("may be moved"),
            std::string::npos);
  EXPECT_NE(refused("aligned 0;", "aligned 8;").find("0 to 7"),
            std::string::npos);
  EXPECT_NE(refused("alignment = 1024", "alignment = 512").find("1024 bytes"),
            std::string::npos);
  // Both operands in memory say whether they are transposed.
  shape.a = descriptorOf(Place::Cores, 1024, 0);
  good = shape.kernel(128, 3);
  EXPECT_NE(refused("p, 1, 1, 0, 0;", "p, 1, 1, 0;").find("inline PTX other"),
            std::string::npos);
  EXPECT_NE(
      refused("p, 1, 1, 0, 0;", "p, 1, 1, 1, 0;").find("inline PTX other"),
      std::string::npos);
  EXPECT_NE(refused("l,l,0,", "l,r,0,").find("the operands are not"),
            std::string::npos);
  Shape integer = kShapes[4];
  integer.tokens = 40;
  Harness harness;
  EXPECT_FALSE(harness.parse(integer.kernel(128, 3)));
  EXPECT_NE(harness.diagnostics.find("no wgmma has 40 columns"),
            std::string::npos);
}

} // namespace
} // namespace humming::emulator
