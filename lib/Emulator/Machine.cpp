//===- Machine.cpp - Running a launch -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of clusters and of their warps, and the counting of memory traffic.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>
#include <numeric>

using namespace mlir;

namespace humming::emulator {

static unsigned warpsOf(const LaunchConfig &config) {
  unsigned threads = config.block.x * config.block.y * config.block.z;
  return (threads + kLanes - 1) / kLanes;
}

Machine::Machine(const Program &program, DeviceMemory &memory,
                 const LaunchConfig &config, const Options &options)
    : program(program), config(config), options(options),
      ordering(program.clusterBlocks, warpsOf(config),
               program.startsBulkCopies ? kMaxMBarriers : 0),
      global(memory, ordering, program.constants, options),
      clusterBarrier(*this), random(options.seed.value_or(0)) {
  for (unsigned rank = 0; rank < program.clusterBlocks; ++rank)
    blocks.emplace_back(*this, rank);
}

//===----------------------------------------------------------------------===//
// Clusters
//===----------------------------------------------------------------------===//

static void setArgument(uint8_t *lanes, const void *value, unsigned bytes) {
  for (unsigned lane = 0; lane < kLanes; ++lane)
    std::memcpy(lanes + lane * bytes, value, bytes);
}

void Machine::setArguments(ArrayRef<const void *> arguments) {
  std::vector<uint8_t> registers = program.registers;
  for (auto [argument, value] : llvm::zip_equal(program.arguments, arguments)) {
    const void *cell = value;
    uint64_t address = kParameterWindow + parameters.size();
    if (argument.memoryBytes) {
      const auto *bytes = static_cast<const uint8_t *>(value);
      parameters.insert(parameters.end(), bytes, bytes + argument.memoryBytes);
      cell = &address;
    }
    setArgument(registers.data() + argument.plane, cell,
                1u << argument.log2Bytes);
  }
  for (ThreadBlock &block : blocks)
    for (Warp &warp : block.warps)
      warp.registers = registers;
}

void Machine::run(ArrayRef<const void *> arguments) {
  setArguments(arguments);
  uint64_t numClusters =
      uint64_t(config.grid.x) * config.grid.y * config.grid.z / blocks.size();
  SmallVector<uint64_t> order;
  if (options.seed) {
    order.resize(numClusters);
    std::iota(order.begin(), order.end(), uint64_t(0));
    // Fisher-Yates, spelled out: std::shuffle differs between libraries.
    for (uint64_t left = numClusters; left > 1; --left)
      std::swap(order[left - 1], order[random() % left]);
  }
  for (uint64_t step = 0; step < numClusters; ++step)
    if (!runCluster(options.seed ? order[step] : step))
      return;
}

bool Machine::runCluster(uint64_t cluster) {
  ordering.startCluster(cluster);
  clusterBarrier.start();
  for (ThreadBlock &block : blocks) {
    uint64_t number = cluster * blocks.size() + block.rank;
    block.start({uint32_t(number % config.grid.x),
                 uint32_t(number / config.grid.x % config.grid.y),
                 uint32_t(number / config.grid.x / config.grid.y)});
  }

  for (;;) {
    SmallVector<Warp *, 32> ready;
    bool waiting = false;
    for (ThreadBlock &block : blocks)
      for (Warp &warp : block.warps) {
        if (warp.state == Warp::State::Ready)
          ready.push_back(&warp);
        waiting |= warp.state == Warp::State::Waiting;
      }
    if (landCopy(!ready.empty()))
      continue;
    if (ready.empty()) {
      if (waiting)
        reportDeadlock();
      return !waiting;
    }
    Warp &warp =
        *(options.seed ? ready[random() % ready.size()] : ready.front());
    Step step = warp.run();
    if (step == Step::Failed || (step == Step::Done && !finish(warp)))
      return false;
  }
}

bool Machine::finish(Warp &warp) {
  warp.state = Warp::State::Finished;
  clusterBarrier.advance();
  return !warp.block.isFinished() || warp.block.finish();
}

bool Machine::landCopy(bool warpsReady) {
  size_t count = 0;
  for (ThreadBlock &block : blocks)
    count += block.mbarriers.numCopies();
  if (!count || (warpsReady && (!options.seed || random() % 2)))
    return false;
  size_t index = options.seed ? random() % count : 0;
  for (ThreadBlock &block : blocks) {
    size_t here = block.mbarriers.numCopies();
    if (index < here) {
      block.mbarriers.land(index);
      return true;
    }
    index -= here;
  }
  llvm_unreachable("the copy is among those counted");
}

void Machine::reportDeadlock() {
  for (ThreadBlock &block : blocks)
    if (block.reportDeadlock())
      return;
  clusterBarrier.reportDeadlock();
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
  uint64_t distinct = llvm::unique(sectors) - sectors.begin();
  addGlobal(distinct, uint64_t(size) * llvm::popcount(mask), access);
}

void Machine::countGlobal(uint64_t address, uint64_t size, Access access) {
  addGlobal((address + size - 1) / kSectorBytes - address / kSectorBytes + 1,
            size, access);
}

void Machine::addGlobal(uint64_t sectors, uint64_t bytes, Access access) {
  (access == Access::Read ? counters.globalSectorsRead
                          : counters.globalSectorsWritten) += sectors;
  (access == Access::Read ? counters.globalBytesRead
                          : counters.globalBytesWritten) += bytes;
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
