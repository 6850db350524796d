//===- Compiler.h - From a problem to kernels, in one call ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the pipeline humming-to-nvvm and the PTX emission on one problem, and
// says what each stage cost.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_JIT_COMPILER_H
#define HUMMING_JIT_COMPILER_H

#include "humming-rt/humming_rt.h"
#include "humming/JIT/Error.h"
#include "humming/Pipelines/PassRecorder.h"
#include "mlir/IR/BuiltinOps.h"

#include <algorithm>
#include <string>
#include <vector>

namespace humming::jit {

/// A tensor map that a kernel takes, from its #humming_tile.tensor_map:
/// `buffer` of the problem as rows of `cols` elements, one row for each token.
struct KernelTensor {
  uint32_t buffer = 0;
  uint64_t cols = 0;
  uint32_t elementBytes = 0;
  uint32_t boxRows = 0;

  /// What its device encodes for `m` tokens at `address`.
  hrtTensor tensorFor(hrtPointer address, int64_t m) const {
    return {address,      uint64_t(m), cols, cols * elementBytes,
            elementBytes, boxRows};
  }
};

/// How a kernel is launched, from its #humming_tile.launch. Its arguments are
/// the buffers, then partial sums and counters where it shares tiles, then its
/// tensor maps, then the number of tokens.
struct KernelLaunch {
  uint32_t threads = 0; ///< of a block
  uint32_t shared = 0;  ///< bytes of dynamic shared memory
  uint32_t tiles = 0;   ///< tiles along n (of a pack kernel: all tiles)
  uint32_t blockN = 0;  ///< output channels of a tile
  uint32_t blockM = 0;  ///< tokens of a tile; 0: the grid does not depend on m
  uint32_t split = 1;   ///< blocks that share the reduction of a tile
  uint32_t blocks = 0;  ///< blocks that share all tiles; 0: one for each slice
  uint32_t units = 1;   ///< parts of a reduction that these blocks share
  std::vector<KernelTensor> tensors;

  /// Output tiles for `m` tokens.
  uint64_t tilesFor(int64_t m) const {
    return blockM ? tiles * ((m + blockM - 1) / uint64_t(blockM)) : tiles;
  }
  /// Blocks of the one-dimensional grid.
  uint64_t gridFor(int64_t m) const {
    return blocks ? std::min<uint64_t>(blocks, tilesFor(m) * units)
                  : tilesFor(m) * split;
  }
  /// Whether several blocks may bring parts of one tile's sum.
  bool sharesTiles() const { return split > 1 || blocks > 0; }
  /// Bytes of the f32 partial sums, enough for fewer tokens as well; 0 where
  /// no tile is shared. Blocks share less than two tiles each, and a tile has
  /// a slot more for each block that ends in it.
  uint64_t partialBytesFor(int64_t m) const {
    if (!sharesTiles())
      return 0;
    uint64_t slots = gridFor(m);
    if (blocks)
      slots += std::min<uint64_t>(tilesFor(m), 2 * uint64_t(blocks) - 1);
    return slots * blockN * blockM * 4;
  }
  /// Bytes of the counters, which are zero before and after a launch.
  uint64_t counterBytesFor(int64_t m) const {
    return sharesTiles() ? tilesFor(m) * 4 : 0;
  }
};

/// One kernel of a compiled module.
struct CompiledKernel {
  std::string name; ///< of the function in PTX
  KernelLaunch launch;
};

/// What a pass or another stage cost.
using humming::StageTime;

/// Which kernels of a problem to keep. Packing does not depend on the tokens,
/// so a plan compiles it once.
enum class KernelSet : uint8_t { All, Gemm, Pack };

/// What to compile for, and which results to fill in.
struct CompileOptions {
  std::string arch = "sm_80";
  int64_t tokens = 0; ///< largest M of the bucket; 0: unlimited, or the type's
  /// What the schedule is chosen for, as in PipelineOptions.
  std::string gpu, table;
  int64_t multiprocessors = 0;
  KernelSet kernels = KernelSet::All;
  bool ptx = true;                ///< fill CompiledModule::ptx
  bool nvvm = true;               ///< fill CompiledModule::nvvm
  std::string source = "problem"; ///< what locations call the text
};

/// The kernels of one problem, for one architecture and token bucket.
struct CompiledModule {
  std::string arch;
  int64_t tokens = 0;
  std::vector<CompiledKernel> kernels;
  std::string schedule; ///< of the gemm, as the attribute is written
  std::string ptx;      ///< for the driver or ptxas; "" when not asked for
  std::string nvvm;     ///< the nvvm form as bytecode, for the emulator, or ""
  std::vector<StageTime> stages; ///< in the order they ran

  /// The kernel `name`, or null.
  const CompiledKernel *lookup(llvm::StringRef name) const;
  /// Sum of all stages.
  double milliseconds() const;
};

/// Compiles `ir`, the problem form as MLIR text or bytecode, in a context of
/// its own: safe to call from several threads at once.
llvm::Expected<CompiledModule> compile(llvm::StringRef ir,
                                       const CompileOptions &options);

} // namespace humming::jit

#endif // HUMMING_JIT_COMPILER_H
