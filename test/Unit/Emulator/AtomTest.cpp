//===- AtomTest.cpp - Every atom, lowered and run -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// humming_tile.mma_atom for each record of the table, on registers that lie as
// its fragments say, with and without scales that lie as the op's description
// says: what the lowering makes of it multiplies the matrices.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include "humming/Conversion/Passes.h"
#include "humming/InitAll.h"
#include "humming/Target/Arch.h"
#include "humming/Target/MmaAtom.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <cmath>
#include <random>

using namespace mlir;

namespace humming::emulator {
namespace {

std::string typeName(ScalarKind kind) {
  switch (kind) {
  case ScalarKind::E4M3:
    return "f8E4M3FN";
  case ScalarKind::E5M2:
    return "f8E5M2";
  case ScalarKind::E2M1:
    return "f4E2M1FN";
  case ScalarKind::UE8M0:
    return "f8E8M0FNU";
  default:
    return name(kind);
  }
}

/// d = a * b + c, each operand lane by lane in one array.
std::string kernel(const MmaAtom &atom, bool scaled) {
  struct Operand {
    std::string name;
    int64_t count;
    ScalarKind kind;
  };
  std::vector<Operand> operands = {{"a", atom.fragA.regCount(), atom.a},
                                   {"b", atom.fragB.regCount(), atom.b},
                                   {"c", atom.fragC.regCount(), atom.acc}};
  if (scaled)
    for (const char *name : {"s", "t"})
      operands.push_back({name, atom.k / atom.scaleGroup, *atom.scale});
  std::string arguments, loads, types, scaleTypes;
  for (const Operand &operand : operands) {
    std::string memory = "memref<?x" + typeName(operand.kind) + ", 1>";
    std::string vector = "vector<" + std::to_string(operand.count) + "x" +
                         typeName(operand.kind) + ">";
    arguments += "%" + operand.name + ": " + memory + ", ";
    loads += "%n" + operand.name + " = arith.constant " +
             std::to_string(operand.count) + " : index\n%i" + operand.name +
             " = arith.muli %lane, %n" + operand.name + " : index\n%v" +
             operand.name + " = vector.load %" + operand.name + "[%i" +
             operand.name + "] : " + memory + ", " + vector + "\n";
    std::string &list = operand.name > "c" ? scaleTypes : types;
    list += (list.empty() ? "" : ", ") + vector;
  }
  std::string sum = "memref<?x" + typeName(atom.acc) + ", 1>";
  return "gpu.module @kernels {\ngpu.func @f(" + arguments + "%d: " + sum +
         ") kernel attributes {humming_tile.launch = #humming_tile.launch<"
         "threads = 32, shared = 0, tiles = 1, block_n = 16, block_m = 8, "
         "split = 1>} {\n%lane = gpu.thread_id x\n" +
         loads + "%vd = humming_tile.mma_atom \"" + atom.name.str() +
         "\" %va, %vb, %vc " +
         (scaled ? "scales(%vs, %vt : " + scaleTypes + ") " : "") + ": " +
         types + "\nvector.store %vd, %d[%ic] : " + sum + ", vector<" +
         std::to_string(atom.fragC.regCount()) + "x" + typeName(atom.acc) +
         ">\ngpu.return\n}\n}";
}

/// Bits one behind the other, low first.
class Bits {
public:
  void add(uint32_t value, unsigned width) {
    for (unsigned bit = 0; bit < width; ++bit, ++size) {
      if (size % 8 == 0)
        bytes.push_back(0);
      bytes.back() |= (value >> bit & 1) << size % 8;
    }
  }
  std::vector<uint8_t> bytes;

private:
  size_t size = 0;
};

class AtomTest : public testing::TestWithParam<size_t> {
protected:
  AtomTest() {
    DialectRegistry registry;
    registerAllDialects(registry);
    harness.context.appendDialectRegistry(registry);
  }

  std::unique_ptr<Module> compile(const std::string &text) {
    auto module = parseSourceString<ModuleOp>(text, &harness.context);
    if (!module)
      return nullptr;
    PassManager manager(&harness.context);
    manager.nest<gpu::GPUModuleOp>().addPass(
        createConvertHummingTileToNVVM({allArchs().back().name.str()}));
    if (failed(manager.run(*module)))
      return nullptr;
    auto decoded = Module::decode(*module->getOps<gpu::GPUModuleOp>().begin());
    return failed(decoded) ? nullptr : std::move(*decoded);
  }

  /// Uploads rows x cols numbers as `fragment` spreads them over the lanes.
  uint64_t upload(const Fragment &fragment, ScalarKind kind,
                  const std::vector<double> &matrix, int64_t cols) {
    Bits bits;
    for (int64_t lane = 0; lane < 32; ++lane)
      for (int64_t i = 0; i < fragment.regCount(); ++i) {
        auto [row, col] = fragment.coordinates(lane, i);
        bits.add(encode(kind, matrix[row * cols + col]), bitWidth(kind));
      }
    return harness.upload(bits.bytes);
  }

  std::vector<double> randomMatrix(int64_t size) {
    std::vector<double> values(size);
    for (double &value : values)
      value = double(random() % 8) - 4;
    return values;
  }

  void run(bool scaled) {
    std::unique_ptr<Module> module = compile(kernel(atom, scaled));
    ASSERT_TRUE(module) << kernel(atom, scaled);
    std::vector<double> a = randomMatrix(atom.rows * atom.k),
                        b = randomMatrix(atom.tokens * atom.k),
                        c = randomMatrix(atom.rows * atom.tokens);
    int64_t groups = scaled ? atom.k / atom.scaleGroup : 1;
    std::vector<double> scaleA(atom.rows * groups, 1),
        scaleB(atom.tokens * groups, 1);
    std::vector<uint64_t> buffers = {
        upload(atom.fragA, atom.a, a, atom.k),
        upload(atom.fragB, atom.b, b, atom.k),
        upload(atom.fragC, atom.acc, c, atom.tokens)};
    if (scaled) {
      Bits bits[2];
      for (unsigned lane = 0; lane < 32; ++lane)
        for (unsigned operand = 0; operand < 2; ++operand)
          for (int64_t group = 0; group < groups; ++group) {
            double value = std::ldexp(1.0, int(random() % 5) - 2);
            bits[operand].add(encode(*atom.scale, value), 8);
            if (operand == 0 && lane % 4 < 2)
              scaleA[(lane / 4 + 8 * (lane % 2)) * groups + group] = value;
            if (operand == 1 && lane % 4 == 0)
              scaleB[lane / 4 * groups + group] = value;
          }
      for (const Bits &operand : bits)
        buffers.push_back(harness.upload(operand.bytes));
    }
    buffers.push_back(harness.memory.allocate(4096));
    std::vector<const void *> arguments;
    for (uint64_t &buffer : buffers)
      arguments.push_back(&buffer);
    LaunchResult result = module->getKernels()[0]->launch(
        harness.memory, harness.config, arguments, harness.options);
    ASSERT_TRUE(result.succeeded()) << result.hazard->message;

    auto bytes = harness.download<uint8_t>(
        buffers.back(), atom.rows * atom.tokens * bitWidth(atom.acc) / 8);
    size_t next = 0;
    for (int64_t lane = 0; lane < 32; ++lane)
      for (int64_t i = 0; i < atom.fragC.regCount(); ++i) {
        uint32_t bits = 0;
        for (unsigned byte = 0; byte < bitWidth(atom.acc) / 8; ++byte)
          bits |= uint32_t(bytes[next++]) << 8 * byte;
        auto [row, token] = atom.fragC.coordinates(lane, i);
        double want = c[row * atom.tokens + token];
        for (int64_t k = 0; k < atom.k; ++k)
          want += a[row * atom.k + k] * b[token * atom.k + k] *
                  scaleA[row * groups + k * groups / atom.k] *
                  scaleB[token * groups + k * groups / atom.k];
        EXPECT_EQ(decode(atom.acc, bits), want) << row << ", " << token;
      }
  }

  const MmaAtom &atom = allMmaAtoms()[GetParam()];
  Harness harness;
  std::mt19937_64 random{11};
};

TEST_P(AtomTest, MultipliesMatrices) {
  run(/*scaled=*/false);
  if (atom.scale)
    run(/*scaled=*/true);
}

INSTANTIATE_TEST_SUITE_P(
    Table, AtomTest, testing::Range(size_t(0), allMmaAtoms().size()),
    [](const auto &info) {
      const MmaAtom &atom = allMmaAtoms()[info.param];
      return atom.name.str() + "_" + name(atom.a) + "_" + name(atom.acc) +
             (atom.scale ? std::string("_") + name(*atom.scale) : "");
    });

} // namespace
} // namespace humming::emulator
