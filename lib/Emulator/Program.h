//===- Program.h - A kernel, decoded for execution --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel is decoded once into an array of instructions over *planes*: a plane
// is one scalar of a value for the 32 lanes of a warp, side by side, in cells
// of 1, 2, 4 or 8 bytes. A vector or struct is a list of planes in any place,
// so inserting, extracting, shuffling with constant positions are renamings
// that cost nothing when the kernel runs.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_PROGRAM_H
#define HUMMING_LIB_EMULATOR_PROGRAM_H

#include "humming/Emulator/Emulator.h"

#include "mlir/IR/Location.h"
#include "llvm/Support/Allocator.h"

namespace humming::emulator {

struct Instruction;
class Warp;

constexpr unsigned kLanes = 32;
using LaneMask = uint32_t;
constexpr LaneMask kAllLanes = ~LaneMask(0);

/// Byte offset of a plane in a warp's register file, a multiple of
/// kPlaneAlignment.
using Plane = uint32_t;
constexpr uint32_t kPlaneAlignment = 32;

/// Where shared memory appears in the generic address space.
constexpr uint64_t kSharedWindow = uint64_t(0x7f) << 40;
constexpr uint64_t kSharedWindowSize = uint64_t(1) << 24;

/// Where arrays of constants appear in it, one every kConstantStride bytes.
constexpr uint64_t kConstantWindow = uint64_t(0x7e) << 40;
constexpr uint64_t kConstantStride = uint64_t(1) << 24;

/// Where arguments appear that are passed by value in memory.
constexpr uint64_t kParameterWindow = uint64_t(0x7d) << 40;

/// What a warp does after an instruction with effects.
enum class Step : uint8_t {
  Next,   ///< go on with the following instruction
  Jumped, ///< go on at Warp::pc
  Wait,   ///< stopped at a barrier; go on behind it once released
  Done,   ///< every lane returned
  Failed  ///< a hazard has been reported
};

/// Computes the result planes for all 32 lanes, active or not. In a lane that
/// is not active this is harmless: its operands have not changed since the lane
/// was there, so a value that it may still read is computed again to be the
/// same; any other it computes anew before it reads it, since definitions
/// dominate uses.
using PureFn = void (*)(const Instruction &inst, uint8_t *regs);
/// Anything else: memory, control, collectives, operations that can fail.
using EffectFn = Step (*)(const Instruction &inst, Warp &warp);

/// One decoded op. Arrays live in the Program's allocator.
struct Instruction {
  PureFn pure = nullptr; ///< exactly one of pure and effect is set
  EffectFn effect = nullptr;
  const Plane *results = nullptr;
  const Plane *operands = nullptr;
  /// Parameters whose meaning is the handler's own.
  const void *payload = nullptr;
  uint64_t immediate = 0;
  uint32_t debug = 0; ///< index into Program::debug
  uint16_t numResults = 0;
  uint16_t numOperands = 0;
  /// Planes per operand, for element-wise instructions.
  uint16_t elements = 0;
  uint8_t resultBits = 0; ///< width of a result element
  uint8_t bits = 0;       ///< width of an operand element
  /// Set on instructions that only hand values on, such as a select.
  bool passesPoison = false;
  /// Set on instructions that check themselves what they do with registers of
  /// running products.
  bool checksProducts = false;
  InstructionKind kind = InstructionKind::Other;
};

/// One plane to copy when an edge of the control flow graph is taken.
struct PlaneCopy {
  Plane to;
  Plane from;
  uint8_t log2Bytes;
};

/// A control flow edge: block arguments to set, then the block to go to. Copies
/// are in an order that makes them equal to a simultaneous assignment.
struct Edge {
  uint32_t block = 0;
  llvm::ArrayRef<PlaneCopy> copies;
};

constexpr uint32_t kNoBlock = ~uint32_t(0);

/// Payload of a branch. `values` are the cases of a switch, whose default is
/// edges[0]; for a conditional branch edges are {false, true}.
struct Branch {
  llvm::ArrayRef<Edge> edges;
  llvm::ArrayRef<uint64_t> values;
  uint32_t reconverge = kNoBlock; ///< immediate post-dominator
};

/// Special registers; a plane each, set before a block runs.
enum class SpecialRegister : uint8_t {
  TidX,
  TidY,
  TidZ,
  NtidX,
  NtidY,
  NtidZ,
  CtaidX,
  CtaidY,
  CtaidZ,
  NctaidX,
  NctaidY,
  NctaidZ,
  ClusterRank,
  LaneId
};

struct SpecialPlane {
  SpecialRegister name;
  Plane plane;
};

/// A kernel argument.
struct Argument {
  Plane plane;
  uint8_t log2Bytes;
  /// Of an argument that is passed by value in memory, whose address is what
  /// the kernel gets; else 0.
  uint32_t memoryBytes = 0;
};

/// Where an instruction came from, for messages.
struct DebugInfo {
  mlir::Location location;
  llvm::StringRef op; ///< owned by the MLIRContext
};

/// "file:line:column", or how MLIR prints the location.
std::string locationOf(const DebugInfo &debug);

/// A decoded kernel.
class Program {
public:
  std::string name;
  std::vector<Instruction> code;
  std::vector<uint32_t> blocks; ///< index in `code` of each block's start
  std::vector<DebugInfo> debug;
  std::vector<Argument> arguments;
  std::vector<uint32_t> argumentBytes;
  std::vector<SpecialPlane> specials;
  /// Initial register file: constants set, the rest zero.
  std::vector<uint8_t> registers;
  uint32_t staticSharedBytes = 0; ///< also the offset of the dynamic part
  uint32_t requiredThreads = 0;   ///< per block (nvvm.reqntid); 0: any
  uint32_t clusterBlocks = 1;     ///< along x (nvvm.cluster_dim)
  bool startsProducts = false;    ///< has a wgmma.mma_async
  bool startsBulkCopies = false;  ///< has a cp.async.bulk
  /// Arrays of constants, in the order of their addresses.
  std::vector<std::vector<uint8_t>> constants;
  llvm::BumpPtrAllocator allocator; ///< operands and payloads

  /// Adds an array of constants and returns its address.
  uint64_t addConstants(std::vector<uint8_t> bytes) {
    constants.push_back(std::move(bytes));
    return kConstantWindow + (constants.size() - 1) * kConstantStride;
  }

  template <typename T> llvm::ArrayRef<T> copy(llvm::ArrayRef<T> array) {
    return array.copy(allocator);
  }
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_PROGRAM_H
