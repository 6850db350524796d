//===- ThreadBlock.cpp - Running the warps of a block ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the warps of a block share: registers that a launch sets, barriers, the
// order in which a warpgroup goes, and how long the block is there.
//
//===----------------------------------------------------------------------===//

#include "ThreadBlock.h"
#include "Machine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>

using namespace mlir;

namespace humming::emulator {

ThreadBlock::ThreadBlock(Machine &machine, unsigned rank)
    : machine(machine), rank(rank),
      shared(machine.program.staticSharedBytes +
                 machine.config.dynamicSharedBytes,
             machine.ordering, rank),
      mbarriers(*this) {
  for (unsigned index = 0; index < machine.ordering.warpsPerBlock(); ++index)
    warps.emplace_back(*this, index);
}

//===----------------------------------------------------------------------===//
// Registers that a launch sets
//===----------------------------------------------------------------------===//

void ThreadBlock::setSpecials(Warp &warp) {
  const LaunchConfig &config = machine.config;
  for (const SpecialPlane &special : machine.program.specials) {
    auto *lanes = warp.lanes<uint32_t>(special.plane);
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      unsigned thread = warp.index * kLanes + lane;
      auto value = [&]() -> uint32_t {
        switch (special.name) {
        case SpecialRegister::TidX:
          return thread % config.block.x;
        case SpecialRegister::TidY:
          return thread / config.block.x % config.block.y;
        case SpecialRegister::TidZ:
          return thread / config.block.x / config.block.y;
        case SpecialRegister::NtidX:
          return config.block.x;
        case SpecialRegister::NtidY:
          return config.block.y;
        case SpecialRegister::NtidZ:
          return config.block.z;
        case SpecialRegister::CtaidX:
          return position.x;
        case SpecialRegister::CtaidY:
          return position.y;
        case SpecialRegister::CtaidZ:
          return position.z;
        case SpecialRegister::NctaidX:
          return config.grid.x;
        case SpecialRegister::NctaidY:
          return config.grid.y;
        case SpecialRegister::NctaidZ:
          return config.grid.z;
        case SpecialRegister::ClusterRank:
          return rank;
        case SpecialRegister::LaneId:
          return lane;
        }
        llvm_unreachable("every special register has a value");
      };
      lanes[lane] = value();
    }
  }
}

//===----------------------------------------------------------------------===//
// Beginning and end
//===----------------------------------------------------------------------===//

void ThreadBlock::start(Dim3 where) {
  position = where;
  stepsLeft = machine.options.stepLimit;
  shared.startBlock();
  mbarriers.startBlock();
  pool.start(warps.size());
  barriers = {};
  visits.assign(machine.ordering.warps(), {});
  warpgroups.assign(warps.size() / kWarpgroupWarps, {});
  unsigned threads = machine.numThreads();
  for (Warp &warp : warps) {
    unsigned here = std::min(kLanes, threads - warp.index * kLanes);
    warp.start(here == kLanes ? kAllLanes : (LaneMask(1) << here) - 1);
    setSpecials(warp);
  }
}

bool ThreadBlock::isFinished() const {
  return llvm::all_of(warps, [](const Warp &warp) {
    return warp.state == Warp::State::Finished;
  });
}

bool ThreadBlock::admit(const Instruction &inst, Warp &from, unsigned lane) {
  if (&from.block == this)
    return true;
  const Ordering &ordering = machine.ordering;
  if (isFinished()) {
    from.fail(inst, HazardKind::AbsentBlock,
              "block " + Twine(position.x) + " of the cluster has returned",
              lane);
    return false;
  }
  bool hasBegun = llvm::any_of(warps, [&](const Warp &warp) {
    return ordering.hasBegun(from.thread(lane), warp.number);
  });
  if (!hasBegun) {
    from.fail(inst, HazardKind::AbsentBlock,
              "block " + Twine(position.x) +
                  " of the cluster may not have begun (nothing of it has been "
                  "waited for)",
              lane);
    return false;
  }
  return true;
}

void ThreadBlock::noteVisit(const Instruction &inst, Warp &from,
                            unsigned lane) {
  if (&from.block != this)
    visits[from.number] = {&inst, &from, lane, machine.ordering.now()};
}

bool ThreadBlock::knows(unsigned visitor, Ordering::Time time) const {
  return llvm::any_of(warps, [&](const Warp &warp) {
    for (unsigned lane = 0; lane < kLanes; ++lane)
      if (machine.ordering.isKnown(warp.thread(lane), visitor, time))
        return true;
    return false;
  });
}

bool ThreadBlock::checkVisits() {
  for (const Visit &visit : visits) {
    if (!visit.inst || knows(visit.warp->thread(visit.lane), visit.time))
      continue;
    visit.warp->fail(*visit.inst, HazardKind::AbsentBlock,
                     "block " + Twine(position.x) +
                         " of the cluster returns and has not waited for this "
                         "access to its shared memory",
                     visit.lane);
    return false;
  }
  return true;
}

bool ThreadBlock::checkStores() {
  for (Warp &warp : warps)
    for (const BulkStore &store : warp.stores) {
      if (store.offsets.empty())
        continue;
      warp.fail(*store.inst, HazardKind::InFlightShared,
                "the block ends and the lane has not waited until the copy has "
                "read (no cp.async.bulk.wait_group covers it)",
                store.lane, store.offsets.front());
      return false;
    }
  return true;
}

bool ThreadBlock::finish() {
  return checkWarpgroups() && mbarriers.checkEnd() && checkStores() &&
         checkVisits();
}

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

Step ThreadBlock::arrive(const Instruction &inst, Warp &warp, unsigned id,
                         unsigned expected) {
  Barrier &barrier = barriers[id];
  if (!barrier.arrived.empty() && barrier.expected != expected)
    return warp.fail(
        inst, HazardKind::Invalid,
        "barrier " + Twine(id) + " awaits " + Twine(barrier.expected * kLanes) +
            " threads, this warp says " + Twine(expected * kLanes));
  barrier.expected = expected;
  barrier.arrived.push_back(warp.index);
  warp.state = Warp::State::Waiting;
  if (barrier.arrived.size() < expected)
    return Step::Wait;
  SmallVector<unsigned> numbers;
  for (unsigned index : barrier.arrived) {
    warps[index].state = Warp::State::Ready;
    numbers.push_back(warps[index].number);
  }
  machine.ordering.synchronize(numbers);
  barrier.arrived.clear();
  // The last to arrive gives way like the others: who goes first is the
  // scheduler's choice.
  return Step::Wait;
}

bool ThreadBlock::reportBarrier() {
  for (auto [id, barrier] : llvm::enumerate(barriers)) {
    if (barrier.arrived.empty())
      continue;
    std::string text =
        ("barrier " + Twine(id) + " awaits " + Twine(barrier.expected) +
         " warps, " + Twine(barrier.arrived.size()) + " arrived;")
            .str();
    for (Warp &other : warps)
      if (!llvm::is_contained(barrier.arrived, other.index))
        text += (" warp " + Twine(other.index) +
                 (other.state == Warp::State::Finished ? " has returned"
                                                       : " waits elsewhere"))
                    .str();
    warps[barrier.arrived.front()].failWaiting(HazardKind::Deadlock, text);
    return true;
  }
  return false;
}

bool ThreadBlock::reportDeadlock() {
  return mbarriers.reportDeadlock() || pool.reportDeadlock() || reportBarrier();
}

//===----------------------------------------------------------------------===//
// Warpgroups
//===----------------------------------------------------------------------===//

bool ThreadBlock::meet(const Instruction &inst, Warp &warp,
                       Warpgroup::Operands operands) {
  if (!warp.checkConverged(inst))
    return false;
  unsigned group = warp.index / kWarpgroupWarps;
  if (group >= warpgroups.size()) {
    warp.fail(inst, HazardKind::Divergence,
              "expected warpgroups of four warps, got a block of " +
                  Twine(warps.size()) + " warps");
    return false;
  }
  const Warpgroup::Meeting *theirs =
      warpgroups[group].meet(warp.index % kWarpgroupWarps, {&inst, operands});
  if (!theirs)
    return true;
  warp.fail(inst, HazardKind::Divergence,
            theirs->inst == &inst
                ? Twine("expected one descriptor in all warps of the warpgroup")
                : "another warp of the warpgroup is at " +
                      locationOf(machine.program.debug[theirs->inst->debug]));
  return false;
}

bool ThreadBlock::checkWarpgroups() {
  for (auto [group, warpgroup] : llvm::enumerate(warpgroups))
    if (auto missing = warpgroup.missing()) {
      warps[group * kWarpgroupWarps + missing->first].fail(
          *missing->second.inst, HazardKind::Divergence,
          "the warp never executes this, but others of its warpgroup do");
      return false;
    }
  return true;
}

} // namespace humming::emulator
