//===- Cluster.cpp - Blocks that run together -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of the PTX ISA, "barrier.cluster" and "mapa", and handlers of the
// ops: the rank of a block, the two halves of the barrier, and addresses of
// another block's shared memory.
//
//===----------------------------------------------------------------------===//

#include "Cluster.h"
#include "Decoder.h"
#include "Lanes.h"
#include "Machine.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace humming::emulator {

//===----------------------------------------------------------------------===//
// Addresses
//===----------------------------------------------------------------------===//

ThreadBlock *findBlock(const Instruction &inst, Warp &warp, unsigned lane,
                       uint64_t rank) {
  std::deque<ThreadBlock> &blocks = warp.machine.blocks;
  if (rank >= blocks.size()) {
    warp.fail(inst, HazardKind::OutOfBounds,
              "no block of rank " + Twine(rank) + " in a cluster of " +
                  Twine(blocks.size()),
              lane);
    return nullptr;
  }
  ThreadBlock &block = blocks[rank];
  return block.admit(inst, warp, lane) ? &block : nullptr;
}

ThreadBlock *blockAt(const Instruction &inst, Warp &warp, unsigned lane,
                     uint64_t address, uint64_t &offset) {
  offset = address % kClusterStride;
  uint64_t strides = address / kClusterStride;
  return strides ? findBlock(inst, warp, lane, strides - 1) : &warp.block;
}

ThreadBlock *visit(const Instruction &inst, Warp &warp, unsigned lane,
                   uint64_t address, uint64_t &offset) {
  ThreadBlock *block = blockAt(inst, warp, lane, address, offset);
  if (block)
    block->noteVisit(inst, warp, lane);
  return block;
}

//===----------------------------------------------------------------------===//
// The barrier
//===----------------------------------------------------------------------===//

void ClusterBarrier::start() {
  places.assign(machine.ordering.warps(), Place::Outside);
  waited.assign(machine.ordering.warps(), 0);
  phase = 0;
  gathered = completed = {};
}

bool ClusterBarrier::expect(const Instruction &inst, Warp &warp,
                            bool isInside) {
  if (warp.active != warp.live()) {
    warp.fail(inst, HazardKind::Divergence,
              "expected lanes 0x" + Twine::utohexstr(warp.live()) +
                  " together, got 0x" + Twine::utohexstr(warp.active));
    return false;
  }
  if ((placeOf(warp) != Place::Outside) == isInside)
    return true;
  warp.fail(inst, HazardKind::BarrierMisuse,
            isInside ? "the warp waits and has not arrived"
                     : "the warp arrives again and has not waited");
  return false;
}

Step ClusterBarrier::arrive(const Instruction &inst, Warp &warp,
                            bool isRelaxed) {
  if (!expect(inst, warp, /*isInside=*/false))
    return Step::Failed;
  if (isRelaxed)
    machine.ordering.tellBegun(warp.number, gathered);
  else
    machine.ordering.tell(warp.number, warp.active, /*whole=*/true, gathered);
  warp.block.mbarriers.announce(warp.number, phase);
  placeOf(warp) = Place::Arrived;
  advance();
  return Step::Next;
}

Step ClusterBarrier::wait(const Instruction &inst, Warp &warp) {
  if (!expect(inst, warp, /*isInside=*/true))
    return Step::Failed;
  if (placeOf(warp) == Place::Passed) {
    machine.ordering.learn(warp.number, warp.live(), /*whole=*/true, completed);
    placeOf(warp) = Place::Outside;
    waited[warp.number] = phase;
    return Step::Next;
  }
  placeOf(warp) = Place::Waiting;
  warp.state = Warp::State::Waiting;
  return Step::Wait;
}

void ClusterBarrier::advance() {
  bool arrived = false;
  for (ThreadBlock &block : machine.blocks)
    for (Warp &warp : block.warps) {
      Place place = placeOf(warp);
      bool isHere = place == Place::Arrived || place == Place::Waiting;
      if (!isHere && warp.state != Warp::State::Finished)
        return;
      arrived |= isHere;
    }
  if (!arrived)
    return;
  completed = std::move(gathered);
  gathered = {};
  ++phase;
  for (ThreadBlock &block : machine.blocks)
    for (Warp &warp : block.warps) {
      Place &place = placeOf(warp);
      if (place == Place::Arrived) {
        place = Place::Passed;
      } else if (place == Place::Waiting) {
        machine.ordering.learn(warp.number, warp.live(), /*whole=*/true,
                               completed);
        warp.state = Warp::State::Ready;
        place = Place::Outside;
        waited[warp.number] = phase;
      }
    }
}

bool ClusterBarrier::reportDeadlock() {
  Warp *waiting = nullptr;
  std::string missing;
  for (ThreadBlock &block : machine.blocks)
    for (Warp &warp : block.warps) {
      if (placeOf(warp) == Place::Waiting && !waiting)
        waiting = &warp;
      else if (placeOf(warp) == Place::Outside &&
               warp.state == Warp::State::Waiting)
        missing += (" warp " + Twine(warp.index) + " of block " +
                    Twine(block.position.x) + " waits elsewhere")
                       .str();
    }
  if (waiting)
    waiting->failWaiting(HazardKind::Deadlock,
                         "the barrier of the cluster awaits others;" + missing);
  return waiting;
}

//===----------------------------------------------------------------------===//
// Handlers
//===----------------------------------------------------------------------===//

template <bool IsRelaxed>
static Step arrive(const Instruction &inst, Warp &warp) {
  return warp.machine.clusterBarrier.arrive(inst, warp, IsRelaxed);
}

static Step wait(const Instruction &inst, Warp &warp) {
  return warp.machine.clusterBarrier.wait(inst, warp);
}

template <EffectFn Effect>
static LogicalResult decodeHalf(Decoder &decoder, Operation *op) {
  decoder.emit(op, InstructionKind::Barrier, {}, {}).effect = Effect;
  return success();
}

/// operands: an address in the block's own shared memory, a rank. Whether there
/// is such a block is asked when the address is used.
static void mapAddress(const Instruction &inst, uint8_t *regs) {
  uint64_t *result = lanesAt<uint64_t>(regs, inst.results[0]);
  const uint64_t *address = lanesAt<uint64_t>(regs, inst.operands[0]);
  const uint32_t *rank = lanesAt<uint32_t>(regs, inst.operands[1]);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = address[lane] + (uint64_t(rank[lane]) + 1) * kClusterStride;
}

static LogicalResult decodeMap(Decoder &decoder, Operation *op) {
  auto map = cast<NVVM::MapaOp>(op);
  if (cast<LLVM::LLVMPointerType>(map.getType()).getAddressSpace() !=
      kClusterSpace)
    return refuse(op, "generic addresses");
  FailureOr<ArrayRef<Plane>> result = decoder.define(map.getRes());
  if (failed(result))
    return failure();
  decoder
      .emit(op, InstructionKind::Address, *result,
            {decoder.planes(map.getA())[0], decoder.planes(map.getB())[0]})
      .pure = mapAddress;
  return success();
}

void registerClusterHandlers(HandlerTable &table) {
  table["nvvm.cluster.arrive"] = decodeHalf<arrive<false>>;
  table["nvvm.cluster.arrive.relaxed"] = decodeHalf<arrive<true>>;
  table["nvvm.cluster.wait"] = decodeHalf<wait>;
  table["nvvm.mapa"] = decodeMap;
}

} // namespace humming::emulator
