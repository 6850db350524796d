//===- MBarriers.cpp - mbarriers and the copies they count ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of the PTX ISA, "mbarrier": counts of arrivals and of bytes, who
// learns what from whom, and what the hardware would let pass: more arrivals
// or bytes than a phase has, copies that outlive their block.
//
//===----------------------------------------------------------------------===//

#include "MBarriers.h"
#include "Machine.h"
#include "ThreadBlock.h"

#include "llvm/ADT/Twine.h"

using llvm::Twine;

namespace humming::emulator {

static bool fail(const Instruction &inst, Warp &warp, const MBarrier &barrier,
                 const Twine &text) {
  warp.fail(inst, HazardKind::BarrierMisuse, text, std::nullopt,
            barrier.offset);
  return false;
}

void MBarriers::startBlock() {
  barriers.clear();
  copies.clear();
}

bool MBarriers::init(const Instruction &inst, Warp &warp, unsigned lane,
                     uint64_t offset, uint32_t count) {
  const char *fault =
      offset % SharedMemory::kBarrierBytes ? "expected 8 aligned bytes"
      : count == 0 || count > kMaxMBarrierCount
          ? "expected from 1 to 1048575 arrivals"
      : barriers.size() == kMaxMBarriers ? "expected at most 64 mbarriers"
                                         : nullptr;
  if (fault) {
    warp.fail(inst, HazardKind::BarrierMisuse, fault, lane, offset);
    return false;
  }
  if (!block.shared.startBarrier(warp.thread(lane), offset)) {
    warp.fail(inst, block.shared.fault(), lane);
    return false;
  }
  MBarrier &barrier = barriers.emplace_back();
  barrier.offset = offset;
  barrier.copier = unsigned(barriers.size() - 1);
  barrier.count = barrier.pending = count;
  barrier.initThread = warp.thread(lane);
  barrier.initTime = block.machine.ordering.now();
  return true;
}

MBarrier *MBarriers::find(const Instruction &inst, Warp &warp, unsigned lane,
                          uint64_t offset) {
  for (MBarrier &barrier : barriers) {
    if (barrier.offset != offset)
      continue;
    const Ordering &ordering = block.machine.ordering;
    if (isAnnounced(warp, barrier) ||
        ordering.isKnown(warp.thread(lane), barrier.initThread,
                         barrier.initTime))
      return &barrier;
    warp.fail(inst, HazardKind::SharedRace,
              "the mbarrier is initialized by " +
                  ordering.nameOf(barrier.initThread) +
                  " with no synchronization between",
              lane, offset);
    return nullptr;
  }
  warp.fail(inst, HazardKind::BarrierMisuse,
            "no mbarrier has been initialized here", lane, offset);
  return nullptr;
}

void MBarriers::fence(unsigned warp, LaneMask mask) {
  for (MBarrier &barrier : barriers)
    if (barrier.initThread / kLanes == warp &&
        mask >> barrier.initThread % kLanes & 1 && !barrier.fenceTime)
      barrier.fenceTime = block.machine.ordering.now();
}

void MBarriers::announce(unsigned warp, unsigned phase) {
  for (MBarrier &barrier : barriers)
    if (barrier.initThread / kLanes == warp && barrier.fenceTime &&
        !barrier.announced)
      barrier.announced = phase;
}

bool MBarriers::isAnnounced(const Warp &warp, const MBarrier &barrier) const {
  return barrier.announced &&
         block.machine.clusterBarrier.hasWaited(warp, *barrier.announced);
}

bool MBarriers::checkFence(const Instruction &inst, Warp &warp, unsigned lane,
                           const MBarrier &barrier) {
  const Ordering &ordering = block.machine.ordering;
  unsigned thread = warp.thread(lane);
  if (isAnnounced(warp, barrier) ||
      ordering.isKnownToProxyOf(thread, barrier.initThread, barrier.initTime) ||
      (barrier.fenceTime &&
       ordering.isKnown(thread, barrier.initThread, *barrier.fenceTime)))
    return true;
  warp.fail(inst, HazardKind::MissingFence,
            "the asynchronous proxy does not see the mbarrier that " +
                ordering.nameOf(barrier.initThread) +
                " has initialized (no fence.mbarrier.init behind it)",
            lane, barrier.offset);
  return false;
}

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

void MBarriers::advance(MBarrier &barrier) {
  if (barrier.pending || barrier.landedBytes != barrier.expectedBytes)
    return;
  Ordering &ordering = block.machine.ordering;
  if (barrier.landedBytes)
    ordering.tellCopies(ordering.copierThread(block.rank, barrier.copier),
                        barrier.gathered);
  ++barrier.phase;
  barrier.pending = barrier.count;
  barrier.expectedBytes = barrier.startedBytes = barrier.landedBytes = 0;
  barrier.completed = std::move(barrier.gathered);
  barrier.gathered = {};
  for (auto [index, mask] : barrier.waiters) {
    Warp &warp = block.warps[index];
    learn(warp, mask, barrier);
    warp.state = Warp::State::Ready;
    barrier.awaitedPhase = barrier.phase;
  }
  barrier.waiters.clear();
}

void MBarriers::learn(const Warp &warp, LaneMask mask, MBarrier &barrier) {
  block.machine.ordering.learn(warp.number, mask, mask == warp.live(),
                               barrier.completed);
}

bool MBarriers::arrive(const Instruction &inst, Warp &warp, LaneMask mask,
                       MBarrier &barrier, uint64_t arrivals, uint64_t bytes) {
  if (arrivals == 0 || arrivals > barrier.pending)
    return fail(inst, warp, barrier,
                "expected from 1 to " + Twine(barrier.pending) +
                    " more arrivals in the phase, got " + Twine(arrivals));
  barrier.expectedBytes += bytes;
  if (barrier.expectedBytes > kMaxMBarrierCount)
    return fail(inst, warp, barrier,
                "expected at most 1048575 bytes in a phase, got " +
                    Twine(barrier.expectedBytes));
  if (&warp.block != &block)
    barrier.visit = {&inst, &warp, unsigned(llvm::countr_zero(mask)),
                     block.machine.ordering.now(), barrier.phase + 1};
  barrier.pending -= uint32_t(arrivals);
  if (!barrier.pending && barrier.startedBytes > barrier.expectedBytes)
    return fail(inst, warp, barrier,
                "the phase expects " + Twine(barrier.expectedBytes) +
                    " bytes, its copies bring " + Twine(barrier.startedBytes));
  block.machine.ordering.tell(warp.number, mask, mask == warp.live(),
                              barrier.gathered);
  advance(barrier);
  return true;
}

Step MBarriers::wait(const Instruction &inst, Warp &warp, MBarrier &barrier,
                     unsigned parity, bool &ready) {
  if (parity > 1) {
    fail(inst, warp, barrier,
         "expected a parity of 0 or 1, got " + Twine(parity));
    return Step::Failed;
  }
  // The current phase has the parity of its number; the one before the other.
  ready = (barrier.phase & 1) != parity;
  if (ready) {
    learn(warp, warp.active, barrier);
    barrier.awaitedPhase = barrier.phase;
    return Step::Next;
  }
  // try_wait may give up before the phase completes.
  if (block.machine.options.seed && block.machine.draw() % 4 == 0)
    return Step::Wait;
  ready = true;
  barrier.waiters.push_back({warp.index, warp.active});
  warp.state = Warp::State::Waiting;
  return Step::Wait;
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

bool MBarriers::startCopy(const Instruction &inst, Warp &warp, unsigned lane,
                          const BulkCopy &copy) {
  MBarrier &barrier = *copy.barrier;
  barrier.startedBytes += copy.size;
  if (!barrier.pending && barrier.startedBytes > barrier.expectedBytes)
    return fail(inst, warp, barrier,
                "the phase expects " + Twine(barrier.expectedBytes) +
                    " bytes, its copies bring " + Twine(barrier.startedBytes));
  barrier.lastCopy = &inst;
  barrier.lastCopyWarp = &warp;
  barrier.copiedPhase = barrier.phase + 1;
  copies.push_back(copy);
  return true;
}

void MBarriers::land(size_t index) {
  BulkCopy copy = copies[index];
  copies.erase(copies.begin() + index);
  block.shared.finishBulkCopy(copy.barrier->copier, copy.offset, copy.size);
  copy.barrier->landedBytes += copy.size;
  advance(*copy.barrier);
}

//===----------------------------------------------------------------------===//
// Ends
//===----------------------------------------------------------------------===//

bool MBarriers::reportDeadlock() {
  for (MBarrier &barrier : barriers) {
    if (barrier.waiters.empty())
      continue;
    block.warps[barrier.waiters.front().warp].failWaiting(
        HazardKind::Deadlock,
        "phase " + Twine(barrier.phase) + " of the mbarrier awaits " +
            Twine(barrier.pending) + " of " + Twine(barrier.count) +
            " arrivals, and " + Twine(barrier.landedBytes) + " of " +
            Twine(barrier.expectedBytes) + " bytes have come",
        barrier.offset);
    return true;
  }
  return false;
}

bool MBarriers::checkEnd() {
  for (MBarrier &barrier : barriers) {
    const MBarrier::Visit &visit = barrier.visit;
    if (visit.phase > barrier.awaitedPhase &&
        !block.knows(visit.warp->thread(visit.lane), visit.time)) {
      visit.warp->fail(*visit.inst, HazardKind::AbsentBlock,
                       "block " + Twine(block.position.x) +
                           " of the cluster returns and has not waited for "
                           "this arrival at its mbarrier",
                       visit.lane, barrier.offset);
      return false;
    }
    if (barrier.copiedPhase > barrier.awaitedPhase) {
      barrier.lastCopyWarp->fail(
          *barrier.lastCopy, HazardKind::InFlightShared,
          "the block ends and nobody has waited for the copy", std::nullopt,
          barrier.offset);
      return false;
    }
  }
  return true;
}

} // namespace humming::emulator
