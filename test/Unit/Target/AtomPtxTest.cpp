//===- AtomPtxTest.cpp - Every atom through the assembler -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One kernel in thread form for each record of the table, lowered, emitted and
// assembled for the first architecture that has it and for the newest one.
//
//===----------------------------------------------------------------------===//

#include "humming/Conversion/Passes.h"
#include "humming/Dialect/HummingTile/IR/HummingTile.h"
#include "humming/Target/MmaAtom.h"
#include "humming/Target/PtxEmission.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Program.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace humming;
using testing::HasSubstr;

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

std::string vectorOf(int64_t count, ScalarKind kind) {
  return "vector<" + std::to_string(count) + "x" + typeName(kind) + ">";
}

/// `text` with the names of the atom and of its types.
std::string fill(std::string text, const MmaAtom &atom) {
  auto replace = [&](StringRef what, const std::string &by) {
    for (size_t at = 0; (at = text.find(what.str(), at)) != text.npos;
         at += by.size())
      text.replace(at, what.size(), by);
  };
  int64_t perWord = 32 / bitWidth(atom.b);
  replace("xA,", "x" + typeName(atom.a) + ",");
  replace("xB,", "x" + typeName(atom.b) + ",");
  replace("xD,", "x" + typeName(atom.acc) + ",");
  replace("VA", vectorOf(atom.fragA.regCount(), atom.a));
  replace("VB", vectorOf(atom.fragB.regCount(), atom.b));
  replace("VD", vectorOf(atom.fragC.regCount(), atom.acc));
  replace("TILES", "vector<4x" + vectorOf(perWord, atom.b).substr(7));
  replace("WIDE", vectorOf(4 * perWord, atom.b));
  replace("COUNT", std::to_string(atom.fragB.regCount()));
  replace("NAME", atom.name.str());
  // Scales that nothing reads where the atom takes none.
  ScalarKind scale = atom.scale.value_or(ScalarKind::I8);
  replace("SCALES", atom.scale ? "scales(%w, %w : VS, VS)" : "");
  replace("VS", vectorOf(atom.scale ? atom.k / atom.scaleGroup : 4, scale));
  replace("xS,", "x" + typeName(scale) + ",");
  return text;
}

/// d = a * b + d on memory that lies as the registers do, with scales where the
/// atom takes them.
std::string kernelOf(const MmaAtom &atom) {
  return fill(R"(gpu.module @kernels {
  gpu.func @f(%a: memref<?xA, 1>, %b: memref<?xB, 1>, %d: memref<?xD, 1>, %s: memref<?xS, 1>) kernel
      attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 16, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %x = vector.load %a[%t] : memref<?xA, 1>, VA
    %y = vector.load %b[%t] : memref<?xB, 1>, VB
    %z = vector.load %d[%t] : memref<?xD, 1>, VD
    %w = vector.load %s[%t] : memref<?xS, 1>, VS
    %r = humming_tile.mma_atom "NAME" %x, %y, %z SCALES : VA, VB, VD
    vector.store %r, %d[%t] : memref<?xD, 1>, VD
    gpu.return
  }
})",
              atom);
}

/// The same with tokens from shared memory, for two products by one ldmatrix.
std::string kernelWithLdMatrix(const MmaAtom &atom) {
  return fill(R"(gpu.module @kernels {
  gpu.func @f(%a: memref<?xA, 1>, %d: memref<?xD, 1>) kernel
      attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 1024, tiles = 1, block_n = 16, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %c0 = arith.constant 0 : index
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    %view = memref.view %shared[%c0][%c0] : memref<?xi8, #gpu.address_space<workgroup>> to memref<?xB, #gpu.address_space<workgroup>>
    %x = vector.load %a[%t] : memref<?xA, 1>, VA
    %tiles = nvgpu.ldmatrix %view[%t] {numTiles = 4 : i32, transpose = false} : memref<?xB, #gpu.address_space<workgroup>> -> TILES
    %wide = vector.shape_cast %tiles : TILES to WIDE
    %y0 = vector.extract_strided_slice %wide {offsets = [0], sizes = [COUNT], strides = [1]} : WIDE to VB
    %y1 = vector.extract_strided_slice %wide {offsets = [COUNT], sizes = [COUNT], strides = [1]} : WIDE to VB
    %z = vector.load %d[%t] : memref<?xD, 1>, VD
    %r = humming_tile.mma_atom "NAME" %x, %y0, %z : VA, VB, VD
    %s = humming_tile.mma_atom "NAME" %x, %y1, %r : VA, VB, VD
    vector.store %s, %d[%t] : memref<?xD, 1>, VD
    gpu.return
  }
})",
              atom);
}

class AtomPtx : public testing::TestWithParam<size_t> {
protected:
  AtomPtx() : context(MLIRContext::Threading::DISABLED) {
    DialectRegistry registry;
    registerPtxTranslations(registry);
    registry.insert<arith::ArithDialect, gpu::GPUDialect, nvgpu::NVGPUDialect,
                    memref::MemRefDialect, tile::HummingTileDialect,
                    vector::VectorDialect>();
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  std::string emit(const std::string &kernel, const Arch &arch) {
    auto module = parseSourceString<ModuleOp>(kernel, &context);
    PassManager manager(&context);
    manager.nest<gpu::GPUModuleOp>().addPass(
        createConvertHummingTileToNVVM({arch.name.str()}));
    if (!module || failed(manager.run(*module)))
      return "";
    auto ptx = emitPtx(*module->getOps<gpu::GPUModuleOp>().begin(), arch);
    return succeeded(ptx) ? ptx->ptx : "";
  }

  MLIRContext context;
};

TEST_P(AtomPtx, IsAssembledForItsFirstAndForTheNewestArchitecture) {
  const MmaAtom &atom = allMmaAtoms()[GetParam()];
  const Arch *least = llvm::find_if(
      allArchs(), [&](const Arch &arch) { return arch.sm == atom.minSm; });
  ASSERT_NE(least, allArchs().end());
  for (const Arch *arch : {least, &allArchs().back()}) {
    std::string ptx = emit(kernelOf(atom), *arch);
    ASSERT_FALSE(ptx.empty()) << arch->name.str();
    std::string target = (arch->name + atom.suffix + "\n").str();
    EXPECT_THAT(ptx, HasSubstr("\n.target " + target));
    EXPECT_THAT(ptx, HasSubstr("mma.sync.aligned." + atom.name.str() + ".row"));
    unsigned version = std::max(atom.minPtx, arch->ptxVersion);
    EXPECT_THAT(ptx, HasSubstr(".version " + std::to_string(version / 10) +
                               "." + std::to_string(version % 10) + "\n"));
    if (StringRef(HUMMING_PTXAS).ends_with("-NOTFOUND"))
      GTEST_SKIP() << "ptxas is not there";
    SmallString<128> path;
    int file;
    ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("atom", "ptx", file, path));
    llvm::FileRemover remover(path);
    llvm::raw_fd_ostream(file, /*shouldClose=*/true) << ptx;
    std::string option = "-arch=" + arch->name.str(), error;
    StringRef arguments[] = {HUMMING_PTXAS, option, path, "-o", "/dev/null"};
    EXPECT_EQ(llvm::sys::ExecuteAndWait(HUMMING_PTXAS, arguments, std::nullopt,
                                        {}, 0, 0, &error),
              0)
        << error << ptx;
  }
}

/// Registers go to the instruction as they are loaded.
TEST_P(AtomPtx, NothingTakesWordsApart) {
  const MmaAtom &atom = allMmaAtoms()[GetParam()];
  const Arch &arch = allArchs().back();
  SmallVector<std::string> kernels = {kernelOf(atom)};
  // Two registers of B in each product.
  if (atom.fragB.regCount() * bitWidth(atom.b) == 64)
    kernels.push_back(kernelWithLdMatrix(atom));
  for (const std::string &kernel : kernels) {
    std::string ptx = emit(kernel, arch);
    ASSERT_FALSE(ptx.empty());
    for (const char *op : {"prmt.b", "bfe.", "bfi.", "shl.b32", "shr.b32",
                           "shr.u32", "cvt.u16", "and.b", "or.b"})
      EXPECT_EQ(ptx.find(op), ptx.npos) << op << "\n" << ptx;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, AtomPtx, testing::Range(size_t(0), allMmaAtoms().size()),
    [](const auto &info) {
      const MmaAtom &atom = allMmaAtoms()[info.param];
      return atom.name.str() + "_" + name(atom.a) + "_" + name(atom.acc) +
             (atom.scale ? std::string("_") + name(*atom.scale) : "");
    });

} // namespace
