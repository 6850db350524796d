//===- Memory.cpp - Loads, stores and addresses ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of load, store, getelementptr and select. Every lane's access is
// checked for alignment (that of the op, which code generation relies on),
// bounds and, in shared memory, conflicts.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Lanes.h"
#include "Machine.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <cstring>

using namespace mlir;

namespace humming::emulator {

namespace {
/// Address spaces of NVPTX.
enum class Space : uint8_t {
  Generic = 0,
  Global = 1,
  Shared = 3,
  Constant = 4,
  Cluster = kClusterSpace
};

/// Payload of loads and stores.
struct MemoryAccess {
  Space space;
  uint32_t bytes;     ///< per lane
  uint32_t alignment; ///< bytes
};
} // namespace

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

template <typename Memory>
static uint8_t *accessBytes(Memory &memory, Access access, unsigned thread,
                            uint64_t address, unsigned size) {
  return access == Access::Write
             ? memory.write(thread, address, size)
             : const_cast<uint8_t *>(memory.read(thread, address, size));
}

/// Checks the access of every active lane and finds its bytes.
static bool resolve(const Instruction &inst, Warp &warp, Plane addressPlane,
                    Access access, std::array<uint8_t *, kLanes> &bytes) {
  const auto &memory = *static_cast<const MemoryAccess *>(inst.payload);
  Machine &machine = warp.machine;
  const uint64_t *addresses = warp.lanes<uint64_t>(addressPlane);
  uint64_t offsets[kLanes];
  LaneMask shared = 0;
  bool good = true;
  forEachLane(warp.active, [&](unsigned lane) {
    if (!good)
      return;
    uint64_t address = addresses[lane];
    if (address % memory.alignment != 0) {
      warp.fail(inst, HazardKind::Misaligned,
                "expected an address that is a multiple of " +
                    Twine(memory.alignment),
                lane, address);
      good = false;
      return;
    }
    bool inWindow = memory.space == Space::Generic &&
                    address - kSharedWindow < kSharedWindowSize;
    unsigned thread = warp.thread(lane);
    if (memory.space != Space::Shared && memory.space != Space::Cluster &&
        !inWindow) {
      bytes[lane] =
          accessBytes(machine.global, access, thread, address, memory.bytes);
      if (!bytes[lane])
        warp.fail(inst, machine.global.fault(), lane);
    } else {
      shared |= LaneMask(1) << lane;
      offsets[lane] = inWindow ? address - kSharedWindow : address;
      ThreadBlock *block = &warp.block;
      if (memory.space == Space::Cluster)
        block = visit(inst, warp, lane, address, offsets[lane]);
      bytes[lane] = block ? accessBytes(block->shared, access, thread,
                                        offsets[lane], memory.bytes)
                          : nullptr;
      if (block && !bytes[lane])
        warp.fail(inst, block->shared.fault(), lane);
    }
    good = bytes[lane];
  });
  if (!good)
    return false;
  if (shared)
    machine.countShared(offsets, shared, memory.bytes);
  if (LaneMask global = warp.active & ~shared)
    machine.countGlobal(addresses, global, memory.bytes, access);
  return true;
}

template <typename Cell> static Step load(const Instruction &inst, Warp &warp) {
  std::array<uint8_t *, kLanes> bytes;
  if (!resolve(inst, warp, inst.operands[0], Access::Read, bytes))
    return Step::Failed;
  Cell mask = Cell(Cell(~Cell(0)) >> (sizeof(Cell) * 8 - inst.bits));
  for (unsigned e = 0; e < inst.numResults; ++e) {
    Cell *result = warp.lanes<Cell>(inst.results[e]);
    forEachLane(warp.active, [&](unsigned lane) {
      Cell cell;
      std::memcpy(&cell, bytes[lane] + e * sizeof(Cell), sizeof(Cell));
      result[lane] = cell & mask;
    });
  }
  return Step::Next;
}

/// operands: the elements, then the address.
template <typename Cell>
static Step store(const Instruction &inst, Warp &warp) {
  std::array<uint8_t *, kLanes> bytes;
  unsigned elements = inst.numOperands - 1;
  if (!resolve(inst, warp, inst.operands[elements], Access::Write, bytes))
    return Step::Failed;
  for (unsigned e = 0; e < elements; ++e) {
    const Cell *cells = warp.lanes<Cell>(inst.operands[e]);
    forEachLane(warp.active, [&](unsigned lane) {
      std::memcpy(bytes[lane] + e * sizeof(Cell), &cells[lane], sizeof(Cell));
    });
  }
  return Step::Next;
}

struct ElementStrides {
  ArrayRef<int64_t> strides; ///< bytes, per dynamic index
  ArrayRef<uint8_t> bits;    ///< width of each dynamic index
};

/// operands: the base, then the dynamic indices. immediate: constant bytes.
static void elementPointer(const Instruction &inst, uint8_t *regs) {
  const auto &indices = *static_cast<const ElementStrides *>(inst.payload);
  uint64_t *__restrict result = lanesAt<uint64_t>(regs, inst.results[0]);
  const uint64_t *__restrict base = lanesAt<uint64_t>(regs, inst.operands[0]);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = base[lane] + inst.immediate;
  for (auto [i, stride, bits] :
       llvm::enumerate(indices.strides, indices.bits)) {
    Plane plane = inst.operands[i + 1];
    if (bits == 32) {
      const int32_t *__restrict index = lanesAt<int32_t>(regs, plane);
      for (unsigned lane = 0; lane < kLanes; ++lane)
        result[lane] += uint64_t(int64_t(index[lane]) * stride);
    } else {
      const uint64_t *__restrict index = lanesAt<uint64_t>(regs, plane);
      for (unsigned lane = 0; lane < kLanes; ++lane)
        result[lane] += index[lane] * uint64_t(stride);
    }
  }
}

/// operands: condition elements (one, or one per element), then both values.
template <typename Cell>
static void select(const Instruction &inst, uint8_t *regs) {
  const unsigned n = inst.elements;
  const unsigned conditions = inst.numOperands - 2 * n;
  for (unsigned e = 0; e < n; ++e) {
    Cell *__restrict result = lanesAt<Cell>(regs, inst.results[e]);
    const uint8_t *__restrict condition =
        lanesAt<uint8_t>(regs, inst.operands[conditions == 1 ? 0 : e]);
    const Cell *__restrict yes =
        lanesAt<Cell>(regs, inst.operands[conditions + e]);
    const Cell *__restrict no =
        lanesAt<Cell>(regs, inst.operands[conditions + n + e]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      result[lane] = condition[lane] ? yes[lane] : no[lane];
  }
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static LogicalResult checkAccess(Decoder &decoder, Operation *op, Access access,
                                 Type type, Value address,
                                 std::optional<uint64_t> align,
                                 const MemoryAccess *&payload) {
  std::optional<Scalar> scalar = getScalar(getElementType(type));
  bool wholeBytes = scalar && scalar->bits == scalar->bytes() * 8;
  if (!scalar || (!wholeBytes && isa<VectorType>(type)))
    return refuse(op, "memory access of this type");
  SmallVector<Scalar> scalars;
  if (failed(decoder.flatten(op, type, scalars)))
    return failure();
  unsigned space =
      cast<LLVM::LLVMPointerType>(address.getType()).getAddressSpace();
  if (space != unsigned(Space::Generic) && space != unsigned(Space::Global) &&
      space != unsigned(Space::Shared) && space != unsigned(Space::Constant) &&
      (space != unsigned(Space::Cluster) || access == Access::Read))
    return refuse(op, "address space " + Twine(space));
  uint64_t alignment =
      align.value_or(decoder.dataLayout().getTypeABIAlignment(type));
  payload = new (decoder.program.allocator)
      MemoryAccess{Space(space), uint32_t(scalars.size() * scalar->bytes()),
                   uint32_t(alignment)};
  return success();
}

static LogicalResult decodeLoad(Decoder &decoder, Operation *op) {
  auto loadOp = cast<LLVM::LoadOp>(op);
  Type type = loadOp.getType();
  const MemoryAccess *payload = nullptr;
  if (failed(checkAccess(decoder, op, Access::Read, type, loadOp.getAddr(),
                         loadOp.getAlignment(), payload)))
    return failure();
  FailureOr<ArrayRef<Plane>> results = decoder.define(loadOp.getRes());
  if (failed(results))
    return failure();
  Instruction &inst = decoder.emit(op,
                                   payload->space == Space::Shared
                                       ? InstructionKind::SharedLoad
                                       : InstructionKind::GlobalLoad,
                                   *results, decoder.planes(loadOp.getAddr()));
  constexpr EffectFn table[] = {load<uint8_t>, load<uint16_t>, load<uint32_t>,
                                load<uint64_t>};
  Scalar scalar = *getScalar(getElementType(type));
  inst.effect = table[scalar.log2Bytes];
  inst.payload = payload;
  inst.bits = scalar.bits;
  return success();
}

static LogicalResult decodeStore(Decoder &decoder, Operation *op) {
  auto storeOp = cast<LLVM::StoreOp>(op);
  Type type = storeOp.getValue().getType();
  const MemoryAccess *payload = nullptr;
  if (failed(checkAccess(decoder, op, Access::Write, type, storeOp.getAddr(),
                         storeOp.getAlignment(), payload)))
    return failure();
  SmallVector<Plane> operands(decoder.planes(storeOp.getValue()));
  llvm::append_range(operands, decoder.planes(storeOp.getAddr()));
  bool isShared =
      payload->space == Space::Shared || payload->space == Space::Cluster;
  Instruction &inst = decoder.emit(op,
                                   isShared ? InstructionKind::SharedStore
                                            : InstructionKind::GlobalStore,
                                   {}, operands);
  constexpr EffectFn table[] = {store<uint8_t>, store<uint16_t>,
                                store<uint32_t>, store<uint64_t>};
  inst.effect = table[getScalar(getElementType(type))->log2Bytes];
  inst.payload = payload;
  return success();
}

static LogicalResult decodeElementPointer(Decoder &decoder, Operation *op) {
  auto gep = cast<LLVM::GEPOp>(op);
  if (!isa<LLVM::LLVMPointerType>(gep.getType()))
    return refuse(op, "vectors of pointers");
  const DataLayout &layout = decoder.dataLayout();
  Type type = gep.getElemType();
  int64_t constant = 0;
  SmallVector<Plane> operands(decoder.planes(gep.getBase()));
  SmallVector<int64_t> strides;
  SmallVector<uint8_t> bits;
  for (auto [i, index] : llvm::enumerate(gep.getIndices())) {
    auto fixed = dyn_cast<IntegerAttr>(index);
    // The first index steps over whole elements, the others go inside.
    if (i > 0) {
      if (auto structure = dyn_cast<LLVM::LLVMStructType>(type)) {
        for (Type field : structure.getBody().take_front(fixed.getInt())) {
          constant = llvm::alignTo(constant, layout.getTypeABIAlignment(field));
          constant += layout.getTypeSize(field);
        }
        type = structure.getBody()[fixed.getInt()];
        constant = llvm::alignTo(constant, layout.getTypeABIAlignment(type));
        continue;
      }
      auto array = dyn_cast<LLVM::LLVMArrayType>(type);
      type = array ? array.getElementType() : getElementType(type);
    }
    int64_t stride = llvm::alignTo(uint64_t(layout.getTypeSize(type)),
                                   layout.getTypeABIAlignment(type));
    if (fixed) {
      constant += fixed.getInt() * stride;
      continue;
    }
    Value value = cast<Value>(index);
    std::optional<Scalar> scalar = getScalar(value.getType());
    if (!scalar || (scalar->bits != 32 && scalar->bits != 64))
      return refuse(op, "an index that is neither i32 nor i64");
    llvm::append_range(operands, decoder.planes(value));
    strides.push_back(stride);
    bits.push_back(scalar->bits);
  }
  if (strides.empty() && constant == 0) {
    decoder.alias(gep.getRes(), operands);
    return success();
  }
  FailureOr<ArrayRef<Plane>> result = decoder.define(gep.getRes());
  if (failed(result))
    return failure();
  Instruction &inst =
      decoder.emit(op, InstructionKind::Address, *result, operands);
  inst.pure = elementPointer;
  inst.immediate = uint64_t(constant);
  inst.payload = new (decoder.program.allocator)
      ElementStrides{decoder.program.copy(ArrayRef(strides)),
                     decoder.program.copy(ArrayRef(bits))};
  return success();
}

static LogicalResult decodeSelect(Decoder &decoder, Operation *op) {
  auto selectOp = cast<LLVM::SelectOp>(op);
  std::optional<Scalar> scalar =
      getScalar(getElementType(selectOp.getRes().getType()));
  if (!scalar)
    return refuse(op, "no registers for this type");
  constexpr PureFn table[] = {select<uint8_t>, select<uint16_t>,
                              select<uint32_t>, select<uint64_t>};
  if (failed(decoder.emitElementwise(op, InstructionKind::Select,
                                     table[scalar->log2Bytes])))
    return failure();
  decoder.program.code.back().passesPoison = true;
  return success();
}

void registerMemoryHandlers(HandlerTable &table) {
  table["llvm.load"] = decodeLoad;
  table["llvm.store"] = decodeStore;
  table["llvm.getelementptr"] = decodeElementPointer;
  table["llvm.select"] = decodeSelect;
}

} // namespace humming::emulator
