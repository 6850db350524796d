//===- EmulatedTest.cpp - kernels' memory on the emulator -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Packing kernels read back by the formula, sums over slices of k in every
// order of blocks, and shared memory without bank conflicts.
//
//===----------------------------------------------------------------------===//

#include "PackedFormula.h"
#include "humming/Emulator/Device.h"
#include "humming/JIT/Jit.h"
#include "humming/Numerics/Code.h"
#include "humming/Numerics/Random.h"

#include "gtest/gtest.h"

using namespace humming;
using namespace humming::jit;
using namespace humming::tile;

namespace {
/// An emulated device and its memory.
class Device {
public:
  explicit Device(const emulator::Options &options = {})
      : device(emulator::openDevice(options)) {}
  ~Device() {
    for (hrtPointer address : allocations)
      EXPECT_EQ(hrtFree(device, address), HRT_OK);
    hrtClose(device);
  }
  hrtDevice *get() const { return device; }

  hrtPointer allocate(uint64_t bytes) {
    hrtPointer address = 0;
    EXPECT_EQ(hrtAlloc(device, bytes, &address), HRT_OK);
    allocations.push_back(address);
    return address;
  }
  hrtPointer upload(const std::vector<uint8_t> &bytes) {
    hrtPointer address = allocate(bytes.size());
    EXPECT_EQ(hrtCopyIn(device, address, bytes.data(), bytes.size()), HRT_OK);
    return address;
  }
  std::vector<uint8_t> download(hrtPointer address, uint64_t size) {
    EXPECT_EQ(hrtSynchronize(device, nullptr), HRT_OK) << hrtLastError();
    std::vector<uint8_t> bytes(size);
    EXPECT_EQ(hrtCopyOut(device, bytes.data(), address, size), HRT_OK);
    return bytes;
  }

private:
  hrtDevice *device;
  std::vector<hrtPointer> allocations;
};

/// A gemm prepared on a device for one architecture.
struct Prepared {
  std::unique_ptr<Jit> jit;
  std::unique_ptr<Gemm> gemm;

  Prepared(Device &device, const Problem &problem, llvm::StringRef arch) {
    jit = llvm::cantFail(Jit::create(device.get(), arch));
    gemm = llvm::cantFail(jit->add(problem));
  }
};
} // namespace

/// `bytes` bytes that look random.
static std::vector<uint8_t> randomBytes(uint64_t seed, uint64_t bytes) {
  std::vector<uint8_t> result(bytes);
  Random random(seed, /*stream=*/0);
  for (uint64_t index = 0; index < bytes; ++index)
    result[index] = random.bits(index);
  return result;
}

/// The buffer of an operand, packed on the emulator from `plain`.
static std::vector<uint8_t> packOn(llvm::StringRef arch, const Problem &problem,
                                   BufferRole role,
                                   const std::vector<uint8_t> &plain) {
  Device device;
  Prepared prepared(device, problem, arch);
  for (const BufferInfo &buffer : problem.buffers)
    if (buffer.role == role) {
      EXPECT_EQ(plain.size(), buffer.bytes);
      hrtPointer packed = device.allocate(buffer.packedBytes);
      llvm::cantFail(prepared.gemm->pack(role, device.upload(plain), packed));
      return device.download(packed, buffer.packedBytes);
    }
  return {};
}

/// Code `col` of a row of row-major codes of `bits` bits.
static unsigned plainCode(const std::vector<uint8_t> &bytes, int64_t rowBytes,
                          int64_t bits, int64_t row, int64_t col) {
  unsigned code = 0;
  for (int64_t i = 0; i < bits; ++i) {
    int64_t bit = col * bits + i;
    code |= (bytes[row * rowBytes + bit / 8] >> bit % 8 & 1u) << i;
  }
  return code;
}

/// What is packed of a code for operands of `activation`: of 8 bits the operand
/// itself, where numbers end at the greatest one.
static unsigned packedAs(llvm::StringRef code, ScalarKind activation,
                         unsigned bits) {
  if (bitWidth(activation) != 8)
    return bits;
  if (code == "u8")
    return bits ^ 0x80; // 128 is 0.
  if (code == "e4m3" && bits % 128 == 0x7f)
    return bits - 1; // 480 is 448, and nothing else changes.
  if (code == "e5m2" && bits % 128 > 0x7b)
    return (bits & 0x80) | 0x7b; // 65536 to 114688 are 57344.
  return bits;
}

/// Codes packed for operands of `activation`, read back by the formula; the
/// same on both architectures.
static void expectCodesBack(ScalarKind activation,
                            llvm::ArrayRef<llvm::StringRef> codes,
                            llvm::StringRef older, llvm::StringRef newer) {
  GemmProblem description;
  description.n = 72; // 64 rows and 8.
  description.k = 192;
  description.group = 64;
  description.activation = activation;
  for (llvm::StringRef code : codes) {
    description.code = code.str();
    int64_t bits = Code::parse(description.code)->bits();
    Problem problem = llvm::cantFail(Problem::get(description));
    int64_t rowBytes = description.k * bits / 8;
    std::vector<uint8_t> plain = randomBytes(bits, description.n * rowBytes);
    std::vector<uint8_t> packed = packOn(newer, problem, BufferRole::B, plain);
    for (int64_t row = 0; row < description.n; ++row)
      for (int64_t col = 0; col < description.k; ++col)
        ASSERT_EQ(packedCode(packed, bits, bitWidth(activation), description.n,
                             description.k, row, col),
                  packedAs(code, activation,
                           plainCode(plain, rowBytes, bits, row, col)))
            << code.str() << " at " << row << ", " << col;
    EXPECT_EQ(packOn(older, problem, BufferRole::B, plain), packed);
  }
}

TEST(Packing, UnpackingGivesTheCodesBack) {
  expectCodesBack(
      ScalarKind::F16,
      {"u1", "i2", "u3", "u4", "i4", "i5", "e3m2", "u7", "i8", "e4m3", "nf4"},
      "sm_75", "sm_80");
}

TEST(Packing, UnpackingGivesTheCodesOfNarrowOperandsBack) {
  expectCodesBack(ScalarKind::I8, {"u1", "i3", "u4", "i5", "u7", "u8", "i8"},
                  "sm_75", "sm_80");
  expectCodesBack(ScalarKind::E4M3, {"u2", "i4", "e2m2", "e4m3"}, "sm_89",
                  "sm_120");
  expectCodesBack(ScalarKind::E5M2, {"u2", "e3m2", "e5m2"}, "sm_89", "sm_90");
  expectCodesBack(ScalarKind::I4, {"u1", "i2", "u3", "i4"}, "sm_75", "sm_80");
}

TEST(Packing, PaddingHoldsCodeZero) {
  GemmProblem description;
  description.n = 56; // Of 64 rows and columns.
  description.k = 40;
  description.group = 8;
  Problem problem = llvm::cantFail(Problem::get(description));
  std::vector<uint8_t> plain(description.n * description.k / 2, 0xff);
  std::vector<uint8_t> packed = packOn("sm_80", problem, BufferRole::B, plain);
  ASSERT_EQ(packed.size(), 64u * 64 / 2);
  for (int64_t row = 0; row < 64; ++row)
    for (int64_t col = 0; col < 64; ++col)
      ASSERT_EQ(packedCode(packed, 4, 16, 64, 64, row, col),
                row < description.n && col < description.k ? 15u : 0u);
}

TEST(Packing, ScalesAndZeroPointsLieByGroup) {
  GemmProblem description;
  description.n = 128;
  description.k = 256;
  description.group = 64;
  description.zero = jit::ZeroKind::Code;
  const int64_t groups = 4;
  Problem problem = llvm::cantFail(Problem::get(description));
  std::vector<uint8_t> scales = randomBytes(1, description.n * groups * 2);
  std::vector<uint8_t> zeros = randomBytes(2, description.n * groups / 2);
  for (llvm::StringRef arch : {"sm_75", "sm_80"}) {
    std::vector<uint8_t> packedScales =
        packOn(arch, problem, BufferRole::Scale, scales);
    std::vector<uint8_t> packedZeros =
        packOn(arch, problem, BufferRole::Zero, zeros);
    for (int64_t row = 0; row < description.n; ++row)
      for (int64_t group = 0; group < groups; ++group) {
        int64_t from = row * groups + group;
        int64_t to = packedScalePosition(description.n, row, group);
        ASSERT_EQ(packedScales[to * 2], scales[from * 2]);
        ASSERT_EQ(packedScales[to * 2 + 1], scales[from * 2 + 1]);
        ASSERT_EQ(packedZeros[to], plainCode(zeros, 2, 4, row, group));
      }
  }
}

//===----------------------------------------------------------------------===//
// Sums over slices and pieces
//===----------------------------------------------------------------------===//

/// A gemm of 64 x 1024 with f32 outputs. `shares` says who works on a tile.
static Problem splitProblem(llvm::StringRef shares, llvm::StringRef copy) {
  std::string text = R"(
func.func @f(%a: tensor<?x1024xf16>, %w: tensor<64x1024x!humming.code<i4>>,
             %s: tensor<64x16xf16>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x1024xf16>) b(%w : tensor<64x1024x!humming.code<i4>>)
       scale(%s : tensor<64x16xf16>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3,
                                                mma = m16n8k16, copy = )";
  text += copy;
  text += ", " + shares.str() + R"(>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
)";
  return llvm::cantFail(Problem::parse(text));
}

/// The outputs for `m` tokens of values whose sums depend on their order;
/// before that, `others` launches with other values.
static std::vector<uint8_t> multiply(llvm::StringRef shares,
                                     llvm::StringRef copy, int64_t m,
                                     std::optional<uint64_t> seed,
                                     int others = 0) {
  emulator::Options options;
  options.seed = seed;
  Device device(options);
  Problem problem = splitProblem(shares, copy);
  Prepared prepared(device, problem, "sm_80");
  llvm::cantFail(prepared.gemm->prepare(m));

  // f16 between 0.5 and 2, of either sign: all exponents 14 and 15.
  std::vector<uint8_t> a = randomBytes(3, m * 1024 * 2);
  std::vector<uint8_t> scales = randomBytes(4, 64 * 16 * 2);
  for (std::vector<uint8_t> *values : {&a, &scales})
    for (size_t i = 1; i < values->size(); i += 2)
      (*values)[i] = ((*values)[i] & 0x87) | 0x38;
  hrtPointer packed[2];
  std::vector<uint8_t> plain[] = {randomBytes(5, 64 * 1024 / 2), scales};
  BufferRole roles[] = {BufferRole::B, BufferRole::Scale};
  for (int i : {0, 1}) {
    packed[i] = device.allocate(problem.buffers[i + 1].packedBytes);
    llvm::cantFail(
        prepared.gemm->pack(roles[i], device.upload(plain[i]), packed[i]));
  }
  uint64_t bytes = m * 64 * 4;
  hrtPointer buffers[] = {device.upload(a), packed[0], packed[1],
                          device.allocate(bytes)};
  for (int i = 0; i < others; ++i) {
    hrtPointer other[] = {device.upload(std::vector<uint8_t>(a.size(), i)),
                          packed[0], packed[1], buffers[3]};
    llvm::cantFail(prepared.gemm->launch(m, other));
  }
  llvm::cantFail(prepared.gemm->launch(m, buffers));
  return device.download(buffers[3], bytes);
}

static constexpr llvm::StringLiteral kWhole = "split_k = 1",
                                     kFourSlices = "split_k = 4";
/// 16 tiles of k for each output tile; of 2 output tiles 7 blocks have 4 or 5
/// tiles of k each, and 9 have to add up what up to 5 bring.
static constexpr llvm::StringLiteral kBlocks[] = {"split_k = 1, blocks = 3",
                                                  "split_k = 1, blocks = 7",
                                                  "split_k = 1, blocks = 9"};

TEST(Split, TheOrderOfBlocksDoesNotChangeABit) {
  const int64_t m = 13; // Two tiles of tokens, the second not full.
  std::vector<uint8_t> expected =
      multiply(kFourSlices, "cp_async", m, std::nullopt);
  for (uint64_t seed = 1; seed <= 12; ++seed)
    EXPECT_EQ(multiply(kFourSlices, "cp_async", m, seed), expected)
        << "seed " << seed;
  // The values do show an order: one slice adds in another.
  EXPECT_NE(multiply(kWhole, "cp_async", m, std::nullopt), expected);
}

TEST(Blocks, TheirOrderDoesNotChangeABit) {
  for (llvm::StringRef blocks : kBlocks) {
    std::vector<uint8_t> expected =
        multiply(blocks, "cp_async", /*m=*/13, std::nullopt);
    for (uint64_t seed = 1; seed <= 8; ++seed)
      EXPECT_EQ(multiply(blocks, "cp_async", 13, seed), expected)
          << blocks.str() << ", seed " << seed;
    EXPECT_NE(multiply(kWhole, "cp_async", 13, std::nullopt), expected);
  }
}

// One block has all tiles to itself, one behind another: the same sums.
TEST(Blocks, WholeTilesAreNotReduced) {
  EXPECT_EQ(multiply("split_k = 1, blocks = 1", "cp_async", 37, std::nullopt),
            multiply(kWhole, "cp_async", 37, std::nullopt));
  EXPECT_EQ(multiply("split_k = 1, blocks = 5", "sync", 37, 3),
            multiply(kWhole, "sync", 37, std::nullopt));
}

TEST(Blocks, CountersAreLeftForTheNextLaunch) {
  EXPECT_EQ(multiply(kBlocks[1], "cp_async", 13, 7, /*others=*/2),
            multiply(kBlocks[1], "cp_async", 13, std::nullopt));
}

TEST(Split, CountersAreLeftForTheNextLaunch) {
  EXPECT_EQ(multiply(kFourSlices, "cp_async", 8, 7, /*others=*/2),
            multiply(kFourSlices, "cp_async", 8, std::nullopt));
}

TEST(Split, CopiesDoNotChangeABit) {
  EXPECT_EQ(multiply(kFourSlices, "sync", 13, 5),
            multiply(kFourSlices, "cp_async", 13, 5));
}

// Tokens are swizzled for ldmatrix, codes lie in the order of the lanes, and
// scales of one lane's rows together. Each lane has a bank for its pairs.
TEST(SharedMemory, IsReadWithoutBankConflicts) {
  Device device;
  struct Case {
    const char *arch;
    ScalarKind activation;
    const char *code;
  } cases[] = {
      {"sm_75", ScalarKind::F16, "u2"}, {"sm_80", ScalarKind::F16, "u2"},
      {"sm_75", ScalarKind::I8, "u2"},  {"sm_80", ScalarKind::I8, "u2"},
      {"sm_80", ScalarKind::I4, "u2"},  {"sm_89", ScalarKind::E4M3, "u2"},
      {"sm_80", ScalarKind::F16, "nf4"}};
  for (auto [arch, activation, code] : cases)
    for (int64_t m : {8, 64}) {
      GemmProblem description;
      description.n = 128;
      description.k = 256;
      description.activation = activation;
      description.code = code;
      description.group = 64;
      if (llvm::StringRef(code) == "u2")
        description.zero = ZeroKind::Code;
      Problem problem = llvm::cantFail(Problem::get(description));
      Prepared prepared(device, problem, arch);
      llvm::cantFail(prepared.gemm->prepare(m));
      std::vector<hrtPointer> buffers;
      for (const BufferInfo &buffer : problem.buffers) {
        uint64_t bytes = std::max(buffer.sizeFor(m), buffer.packedBytes);
        std::vector<uint8_t> data(bytes);
        for (uint64_t i = 0; i < bytes; ++i)
          data[i] = uint8_t(i * 0x9e3779b9u >> 16);
        buffers.push_back(device.upload(data));
      }
      llvm::cantFail(prepared.gemm->launch(m, buffers));
      emulator::Counters counters = emulator::getLastCounters(device.get());
      EXPECT_GT(counters.count(emulator::InstructionKind::LdMatrix), 0u);
      EXPECT_EQ(counters.bankConflicts, 0u)
          << arch << ", " << name(activation) << ", " << code << ", " << m;
    }
}
