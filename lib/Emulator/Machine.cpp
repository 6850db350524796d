//===- Machine.cpp - Running a launch -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of blocks and warps, barriers, and the counting of memory traffic.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <cstring>
#include <numeric>

using namespace mlir;

namespace humming::emulator {

unsigned Machine::numThreads() const {
  return config.block.x * config.block.y * config.block.z;
}

static unsigned warpsOf(const LaunchConfig &config) {
  unsigned threads = config.block.x * config.block.y * config.block.z;
  return (threads + kLanes - 1) / kLanes;
}

Machine::Machine(const Program &program, DeviceMemory &memory,
                 const LaunchConfig &config, const Options &options)
    : program(program), config(config), options(options),
      ordering(warpsOf(config), program.startsBulkCopies ? kMaxMBarriers : 0),
      global(memory, ordering, program.constants, options),
      shared(program.staticSharedBytes + config.dynamicSharedBytes, ordering),
      mbarriers(*this), random(options.seed.value_or(0)) {
  for (unsigned index = 0; index < warpsOf(config); ++index)
    warps.emplace_back(*this, index);
}

//===----------------------------------------------------------------------===//
// Registers that a launch sets
//===----------------------------------------------------------------------===//

static void setArgument(uint8_t *lanes, const void *value, unsigned bytes) {
  for (unsigned lane = 0; lane < kLanes; ++lane)
    std::memcpy(lanes + lane * bytes, value, bytes);
}

void Machine::setSpecials(Warp &warp) {
  for (const SpecialPlane &special : program.specials) {
    auto *lanes = warp.lanes<uint32_t>(special.plane);
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      unsigned thread = warp.thread(lane);
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
          return blockIndex.x;
        case SpecialRegister::CtaidY:
          return blockIndex.y;
        case SpecialRegister::CtaidZ:
          return blockIndex.z;
        case SpecialRegister::NctaidX:
          return config.grid.x;
        case SpecialRegister::NctaidY:
          return config.grid.y;
        case SpecialRegister::NctaidZ:
          return config.grid.z;
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
// Blocks
//===----------------------------------------------------------------------===//

void Machine::run(ArrayRef<const void *> arguments) {
  for (Warp &warp : warps)
    warp.registers = program.registers;
  for (auto [argument, value] : llvm::zip_equal(program.arguments, arguments)) {
    const void *cell = value;
    uint64_t address = kParameterWindow + parameters.size();
    if (argument.memoryBytes) {
      const auto *bytes = static_cast<const uint8_t *>(value);
      parameters.insert(parameters.end(), bytes, bytes + argument.memoryBytes);
      cell = &address;
    }
    for (Warp &warp : warps)
      setArgument(warp.registers.data() + argument.plane, cell,
                  1u << argument.log2Bytes);
  }

  uint64_t numBlocks = uint64_t(config.grid.x) * config.grid.y * config.grid.z;
  SmallVector<uint64_t> order;
  if (options.seed) {
    order.resize(numBlocks);
    std::iota(order.begin(), order.end(), uint64_t(0));
    // Fisher-Yates, spelled out: std::shuffle differs between libraries.
    for (uint64_t left = numBlocks; left > 1; --left)
      std::swap(order[left - 1], order[random() % left]);
  }
  for (uint64_t step = 0; step < numBlocks; ++step) {
    uint64_t block = options.seed ? order[step] : step;
    blockIndex = {uint32_t(block % config.grid.x),
                  uint32_t(block / config.grid.x % config.grid.y),
                  uint32_t(block / config.grid.x / config.grid.y)};
    if (!runBlock(block))
      return;
  }
}

bool Machine::runBlock(uint64_t block) {
  ordering.startBlock(block);
  shared.startBlock();
  mbarriers.startBlock();
  stepsLeft = options.stepLimit;
  barriers = {};
  warpgroups.assign(warps.size() / kWarpgroupWarps, {});
  unsigned threads = numThreads();
  for (Warp &warp : warps) {
    unsigned here = std::min(kLanes, threads - warp.index * kLanes);
    warp.active = here == kLanes ? kAllLanes : (LaneMask(1) << here) - 1;
    warp.exited = ~warp.active;
    warp.stack.assign(1, {0, kNoBlock, warp.active});
    warp.pc = program.blocks[0];
    warp.committedGroups = {};
    warp.copies.clear();
    warp.productReads.clear();
    if (program.startsProducts)
      warp.products.startBlock(program.registers.size());
    warp.state = Warp::State::Ready;
    setSpecials(warp);
  }

  for (;;) {
    SmallVector<unsigned, 32> ready;
    bool waiting = false;
    for (Warp &warp : warps) {
      if (warp.state == Warp::State::Ready)
        ready.push_back(warp.index);
      waiting |= warp.state == Warp::State::Waiting;
    }
    if (landCopy(!ready.empty()))
      continue;
    if (ready.empty()) {
      if (waiting)
        reportDeadlock();
      return !waiting && checkWarpgroups() && mbarriers.checkEnd();
    }
    unsigned chosen =
        options.seed ? ready[random() % ready.size()] : ready.front();
    Warp &warp = warps[chosen];
    Step step = warp.run();
    if (step == Step::Failed)
      return false;
    if (step == Step::Done)
      warp.state = Warp::State::Finished;
  }
}

bool Machine::landCopy(bool warpsReady) {
  size_t count = mbarriers.numCopies();
  if (!count || (warpsReady && (!options.seed || random() % 2)))
    return false;
  mbarriers.land(options.seed ? random() % count : 0);
  return true;
}

Step Machine::arrive(const Instruction &inst, Warp &warp, unsigned id,
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
  ordering.synchronize(barrier.arrived);
  for (unsigned index : barrier.arrived)
    warps[index].state = Warp::State::Ready;
  barrier.arrived.clear();
  // The last to arrive gives way like the others: who goes first is the
  // scheduler's choice.
  return Step::Wait;
}

void Machine::reportDeadlock() {
  if (mbarriers.reportDeadlock())
    return;
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
    Warp &warp = warps[barrier.arrived.front()];
    warp.fail(program.code[warp.pc - 1], HazardKind::Deadlock, text);
    return;
  }
}

bool Machine::meet(const Instruction &inst, Warp &warp, uint64_t operand) {
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
      warpgroups[group].meet(warp.index % kWarpgroupWarps, {&inst, operand});
  if (!theirs)
    return true;
  warp.fail(inst, HazardKind::Divergence,
            theirs->inst == &inst
                ? Twine("expected one descriptor in all warps of the warpgroup")
                : "another warp of the warpgroup is at " +
                      locationOf(program.debug[theirs->inst->debug]));
  return false;
}

bool Machine::checkWarpgroups() {
  for (auto [group, warpgroup] : llvm::enumerate(warpgroups))
    if (auto missing = warpgroup.missing()) {
      warps[group * kWarpgroupWarps + missing->first].fail(
          *missing->second.inst, HazardKind::Divergence,
          "the warp never executes this, but others of its warpgroup do");
      return false;
    }
  return true;
}

//===----------------------------------------------------------------------===//
// Counters
//===----------------------------------------------------------------------===//

static constexpr uint64_t kSectorBytes = 32;

void Machine::countGlobal(const uint64_t *addresses, LaneMask mask,
                          unsigned size, Access access) {
  SmallVector<uint64_t, 64> sectors;
  forEachLane(mask, [&](unsigned lane) {
    uint64_t last = (addresses[lane] + size - 1) / kSectorBytes;
    for (uint64_t sector = addresses[lane] / kSectorBytes; sector <= last;
         ++sector)
      if (sectors.empty() || sector > sectors.back() ||
          !llvm::is_contained(sectors, sector))
        sectors.push_back(sector);
  });
  llvm::sort(sectors);
  uint64_t distinct =
      std::unique(sectors.begin(), sectors.end()) - sectors.begin();
  uint64_t bytes = uint64_t(size) * llvm::popcount(mask);
  (access == Access::Read ? counters.globalSectorsRead
                          : counters.globalSectorsWritten) += distinct;
  (access == Access::Read ? counters.globalBytesRead
                          : counters.globalBytesWritten) += bytes;
}

void Machine::countGlobal(uint64_t address, uint64_t size) {
  counters.globalSectorsRead +=
      (address + size - 1) / kSectorBytes - address / kSectorBytes + 1;
  counters.globalBytesRead += size;
}

void Machine::countShared(const uint64_t *offsets, LaneMask mask,
                          unsigned size) {
  // 32 banks of 4 bytes: 128 bytes a pass, so 8-byte accesses go by half warps
  // and 16-byte accesses by quarter warps. Lanes that want the same word share
  // it. A unit is what one lane takes in one pass.
  constexpr unsigned kPassBytes = 128;
  unsigned unit = std::clamp(size, 4u, 16u);
  unsigned lanesPerPass = kPassBytes / unit;
  unsigned repeats = std::max(1u, size / unit);
  for (unsigned first = 0; first < kLanes; first += lanesPerPass) {
    LaneMask lanes =
        lanesPerPass == kLanes
            ? mask
            : (mask >> first) & ((LaneMask(1) << lanesPerPass) - 1);
    if (!lanes)
      continue;
    unsigned count[kLanes] = {};
    uint64_t seen[kLanes][kLanes];
    unsigned wavefronts = 1;
    forEachLane(lanes, [&](unsigned lane) {
      uint64_t word = offsets[first + lane] / unit;
      unsigned bank = word % lanesPerPass;
      for (unsigned i = 0; i < count[bank]; ++i)
        if (seen[bank][i] == word)
          return;
      seen[bank][count[bank]++] = word;
      wavefronts = std::max(wavefronts, count[bank]);
    });
    counters.sharedWavefronts += uint64_t(wavefronts) * repeats;
    counters.bankConflicts += uint64_t(wavefronts - 1) * repeats;
  }
}

} // namespace humming::emulator
