//===- Decoder.h - From ops to instructions ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a handler sees while a kernel is decoded: the planes of operands, fresh
// planes for results, constants, and the table that handlers are entered in.
// Every file of handlers (one family of ops each) has one register function.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_DECODER_H
#define HUMMING_LIB_EMULATOR_DECODER_H

#include "Program.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/Operation.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"

namespace humming::emulator {

/// How the cells of a scalar are read.
enum class ScalarClass : uint8_t { Integer, F16, BF16, F32, F64, Pointer };

/// A scalar type: its class, its width, and the size of its cell.
struct Scalar {
  ScalarClass cls = ScalarClass::Integer;
  uint8_t bits = 0;
  uint8_t log2Bytes = 0;

  unsigned bytes() const { return 1u << log2Bytes; }
  bool isFloat() const {
    return cls != ScalarClass::Integer && cls != ScalarClass::Pointer;
  }
};

/// The scalar of `type`, or nothing: integers up to 64 bits, floats, pointers.
std::optional<Scalar> getScalar(mlir::Type type);

/// Element type of a vector, or `type` itself.
mlir::Type getElementType(mlir::Type type);

class Decoder;
using Handler = mlir::LogicalResult (*)(Decoder &, mlir::Operation *);
using HandlerTable = llvm::StringMap<Handler>;

class Decoder {
public:
  Decoder(Program &program, mlir::Operation *kernel);

  /// Decodes the kernel, llvm.func with a body. Diagnostics on failure.
  mlir::LogicalResult run();

  /// The planes of a value that has been defined, elements in order.
  llvm::ArrayRef<Plane> planes(mlir::Value value) const;
  /// Gives `value` fresh planes. Fails, with a diagnostic, for types that no
  /// plane can hold.
  mlir::FailureOr<llvm::ArrayRef<Plane>> define(mlir::Value value);
  /// Makes `value` a renaming of existing planes.
  void alias(mlir::Value value, llvm::ArrayRef<Plane> planes);

  /// Says that `results` are the bits of `sources`, cut otherwise: on hardware
  /// they are the same registers.
  void recordParts(llvm::ArrayRef<Plane> results,
                   llvm::ArrayRef<Plane> sources);
  /// Appends the planes whose bits `plane` has.
  void appendParts(Plane plane, llvm::SmallVectorImpl<Plane> &planes) const;

  /// A plane that holds `bits` in every lane.
  Plane constant(uint64_t bits, unsigned log2Bytes);
  /// A zero plane that stands for undef or poison: instructions that read it
  /// become hazards, unless they only pass it on.
  Plane poison(unsigned log2Bytes);
  /// The plane of a special register.
  Plane special(SpecialRegister name);
  /// A fresh plane.
  Plane newPlane(unsigned log2Bytes);

  /// Scalars of a type, flattened through vectors, structs and arrays. Fails,
  /// with a diagnostic at `op`, for anything else.
  mlir::LogicalResult flatten(mlir::Operation *op, mlir::Type type,
                              llvm::SmallVectorImpl<Scalar> &scalars) const;

  /// Appends an instruction for `op`. Its results are the given planes.
  Instruction &emit(mlir::Operation *op, InstructionKind kind,
                    llvm::ArrayRef<Plane> results,
                    llvm::ArrayRef<Plane> operands);

  /// Appends an element-wise instruction: all operands and the result of `op`
  /// have the same number of elements.
  mlir::LogicalResult emitElementwise(mlir::Operation *op, InstructionKind kind,
                                      PureFn pure);

  /// The edge from a terminator to a successor block.
  Edge edge(mlir::Block *target, mlir::ValueRange arguments);
  /// Number of the immediate post-dominator of `block`, or kNoBlock.
  uint32_t reconvergence(mlir::Block *block);

  /// Address of an llvm.mlir.global: the offset in shared memory in address
  /// space 3, else that of an array of constants.
  mlir::FailureOr<uint64_t> globalAddress(mlir::Operation *op,
                                          llvm::StringRef global);

  /// What the module demands of the start of dynamic shared memory, in bytes.
  uint64_t dynamicSharedAlignment() const { return sharedAlignment; }

  const mlir::DataLayout &dataLayout() const { return layout; }
  Program &program;

private:
  mlir::LogicalResult decode(mlir::Operation *op);
  /// Makes an instruction that computes with poison a hazard.
  void refusePoison(Instruction &inst) const;
  mlir::LogicalResult layoutGlobals();
  mlir::LogicalResult defineArguments(mlir::Block &entry);

  mlir::Operation *kernel;
  mlir::DataLayout layout;
  uint32_t nextPlane = 0;
  mlir::PostDominanceInfo postDominance;
  llvm::DenseMap<mlir::Value, llvm::ArrayRef<Plane>> values;
  llvm::DenseMap<std::pair<uint64_t, unsigned>, Plane> constants;
  llvm::SmallVector<std::pair<Plane, std::pair<uint64_t, unsigned>>>
      constantInit;
  std::array<std::optional<Plane>, 4> poisonPlanes; ///< by cell size
  llvm::SmallDenseSet<Plane> poisons;
  llvm::DenseMap<Plane, llvm::SmallVector<Plane, 2>> parts;
  llvm::DenseMap<mlir::Block *, uint32_t> blockNumbers;
  llvm::StringMap<uint64_t> globalAddresses;
  uint64_t sharedAlignment = 0;
};

/// Refuses `op` in the form it has: emits "<op> <what>" and fails.
mlir::LogicalResult refuse(mlir::Operation *op, const llvm::Twine &what);

/// Handlers of one family each.
void registerConstantHandlers(HandlerTable &table);
void registerIntegerHandlers(HandlerTable &table);
void registerFloatHandlers(HandlerTable &table);
void registerConvertHandlers(HandlerTable &table);
void registerConvertPairHandlers(HandlerTable &table);
void registerVectorHandlers(HandlerTable &table);
void registerMemoryHandlers(HandlerTable &table);
void registerAtomicHandlers(HandlerTable &table);
void registerControlHandlers(HandlerTable &table);
void registerWarpHandlers(HandlerTable &table);
void registerAsyncHandlers(HandlerTable &table);
void registerMBarrierHandlers(HandlerTable &table);
void registerBulkCopyHandlers(HandlerTable &table);
void registerBulkStoreHandlers(HandlerTable &table);
void registerClusterHandlers(HandlerTable &table);
void registerMatrixAccessHandlers(HandlerTable &table);
void registerMmaHandlers(HandlerTable &table);
void registerWarpgroupHandlers(HandlerTable &table);
void registerWarpgroupSyncHandlers(HandlerTable &table);
void registerDependencyHandlers(HandlerTable &table);

/// All of them, by op name; handlers of llvm.call_intrinsic are entered under
/// the name of the intrinsic.
const HandlerTable &handlerTable();

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_DECODER_H
