//===- Atomic.cpp - Atomics and fences ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of atomic read-modify-write on global memory: lane after lane, in
// lane order. Atomics that acquire or release order the accesses around them
// for the threads that meet there; fences do nothing.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "FloatFormat.h"
#include "Machine.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <type_traits>

using namespace mlir;

namespace humming::emulator {

template <typename Cell>
static Cell combine(LLVM::AtomicBinOp op, Cell old, Cell value) {
  using Signed = std::make_signed_t<Cell>;
  using Format = std::conditional_t<sizeof(Cell) == 4, F32Format, F64Format>;
  switch (op) {
  case LLVM::AtomicBinOp::xchg:
    return value;
  case LLVM::AtomicBinOp::add:
    return old + value;
  case LLVM::AtomicBinOp::sub:
    return old - value;
  case LLVM::AtomicBinOp::_and:
    return old & value;
  case LLVM::AtomicBinOp::_or:
    return old | value;
  case LLVM::AtomicBinOp::_xor:
    return old ^ value;
  case LLVM::AtomicBinOp::max:
    return Signed(old) > Signed(value) ? old : value;
  case LLVM::AtomicBinOp::min:
    return Signed(old) < Signed(value) ? old : value;
  case LLVM::AtomicBinOp::umax:
    return old > value ? old : value;
  case LLVM::AtomicBinOp::umin:
    return old < value ? old : value;
  case LLVM::AtomicBinOp::fadd:
    return Format::store(
        typename Format::Compute(Format::load(old) + Format::load(value)));
  default:
    llvm_unreachable("refused when decoded");
  }
}

static bool isEmulated(LLVM::AtomicBinOp op) {
  switch (op) {
  case LLVM::AtomicBinOp::xchg:
  case LLVM::AtomicBinOp::add:
  case LLVM::AtomicBinOp::sub:
  case LLVM::AtomicBinOp::_and:
  case LLVM::AtomicBinOp::_or:
  case LLVM::AtomicBinOp::_xor:
  case LLVM::AtomicBinOp::max:
  case LLVM::AtomicBinOp::min:
  case LLVM::AtomicBinOp::umax:
  case LLVM::AtomicBinOp::umin:
  case LLVM::AtomicBinOp::fadd:
    return true;
  default:
    return false;
  }
}

/// operands: the address, then the value.
template <typename Cell>
static Step atomic(const Instruction &inst, Warp &warp) {
  auto op = LLVM::AtomicBinOp(inst.immediate);
  Machine &machine = warp.machine;
  const uint64_t *addresses = warp.lanes<uint64_t>(inst.operands[0]);
  const Cell *values = warp.lanes<Cell>(inst.operands[1]);
  Cell *results = warp.lanes<Cell>(inst.results[0]);
  Step step = Step::Next;
  forEachLane(warp.active, [&](unsigned lane) {
    if (step != Step::Next)
      return;
    uint64_t address = addresses[lane];
    if (address % sizeof(Cell) != 0) {
      step = warp.fail(inst, HazardKind::Misaligned,
                       "expected an address that is a multiple of " +
                           Twine(sizeof(Cell)),
                       lane, address);
      return;
    }
    uint8_t *bytes =
        machine.global.atomic(warp.thread(lane), address, sizeof(Cell));
    if (!bytes) {
      step = warp.fail(inst, machine.global.fault(), lane);
      return;
    }
    machine.ordering.atomic(warp.thread(lane), address);
    Cell old;
    std::memcpy(&old, bytes, sizeof(Cell));
    Cell combined = combine(op, old, values[lane]);
    std::memcpy(bytes, &combined, sizeof(Cell));
    results[lane] = old;
  });
  if (step == Step::Next)
    machine.countGlobal(addresses, warp.active, sizeof(Cell), Access::Write);
  return step;
}

static LogicalResult decodeAtomic(Decoder &decoder, Operation *op) {
  auto atomicOp = cast<LLVM::AtomicRMWOp>(op);
  std::optional<Scalar> scalar = getScalar(atomicOp.getType());
  if (!isEmulated(atomicOp.getBinOp()) || !scalar ||
      (scalar->bits != 32 && scalar->bits != 64))
    return refuse(op, "expected an operation that PTX has on 32 or 64 bits");
  unsigned space = cast<LLVM::LLVMPointerType>(atomicOp.getPtr().getType())
                       .getAddressSpace();
  if (space > 1)
    return refuse(op,
                  "expected an atomic on global memory, got address space " +
                      Twine(space));
  FailureOr<ArrayRef<Plane>> result = decoder.define(atomicOp.getRes());
  if (failed(result))
    return failure();
  SmallVector<Plane> operands(decoder.planes(atomicOp.getPtr()));
  llvm::append_range(operands, decoder.planes(atomicOp.getVal()));
  Instruction &inst =
      decoder.emit(op, InstructionKind::Atomic, *result, operands);
  inst.effect = scalar->bits == 32 ? atomic<uint32_t> : atomic<uint64_t>;
  inst.immediate = uint64_t(atomicOp.getBinOp());
  return success();
}

/// immediate: whether it releases (1) and acquires (2).
static Step fence(const Instruction &inst, Warp &warp) {
  forEachLane(warp.active, [&](unsigned lane) {
    if (inst.immediate & 1)
      warp.machine.ordering.releaseFence(warp.thread(lane));
    if (inst.immediate & 2)
      warp.machine.ordering.acquireFence(warp.thread(lane));
  });
  return Step::Next;
}

static LogicalResult decodeFence(Decoder &decoder, Operation *op) {
  auto fenceOp = cast<LLVM::FenceOp>(op);
  LLVM::AtomicOrdering ordering = fenceOp.getOrdering();
  // A scope without a name is the whole system; a narrower one orders nothing
  // between blocks, and within a block barriers do.
  std::optional<StringRef> scope = fenceOp.getSyncscope();
  bool wide = !scope || scope->empty() || *scope == "device";
  bool releases = ordering != LLVM::AtomicOrdering::acquire;
  bool acquires = ordering != LLVM::AtomicOrdering::release;
  Instruction &inst = decoder.emit(op, InstructionKind::Other, {}, {});
  inst.effect = fence;
  inst.immediate = wide ? releases + 2 * acquires : 0;
  return success();
}

void registerAtomicHandlers(HandlerTable &table) {
  table["llvm.atomicrmw"] = decodeAtomic;
  table["llvm.fence"] = decodeFence;
}

} // namespace humming::emulator
