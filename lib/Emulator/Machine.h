//===- Machine.h - The state of a running launch ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One launch (Machine) runs its clusters one after the other; the blocks of a
// cluster run together. Without clusters each block is one of its own.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_MACHINE_H
#define HUMMING_LIB_EMULATOR_MACHINE_H

#include "Cluster.h"
#include "GlobalMemory.h"
#include "ThreadBlock.h"

#include <deque>
#include <random>

namespace humming::emulator {

/// What an access does to memory, for checks and counters.
enum class Access : uint8_t { Read, Write };

class Machine {
public:
  Machine(const Program &program, DeviceMemory &memory,
          const LaunchConfig &config, const Options &options);

  /// Runs every block. The hazard, if any, is in `hazard`.
  void run(llvm::ArrayRef<const void *> arguments);

  /// The next random number of a launch with a seed.
  uint64_t draw() { return random(); }
  /// Threads of a block.
  unsigned numThreads() const {
    return config.block.x * config.block.y * config.block.z;
  }

  /// Adds one warp access to the counters. `addresses` are per lane.
  void countGlobal(const uint64_t *addresses, LaneMask mask, unsigned size,
                   Access access);
  void countShared(const uint64_t *offsets, LaneMask mask, unsigned size);
  /// Adds what a bulk copy reads or writes.
  void countGlobal(uint64_t address, uint64_t size, Access access);

  const Program &program;
  const LaunchConfig config;
  const Options options;
  Ordering ordering;
  GlobalMemory global;
  /// Arguments that are passed by value in memory, as kernels address them.
  std::vector<uint8_t> parameters;
  std::deque<ThreadBlock> blocks; ///< of a cluster, by rank
  ClusterBarrier clusterBarrier;
  Counters counters;
  std::optional<Hazard> hazard;

private:
  void setArguments(llvm::ArrayRef<const void *> arguments);
  void addGlobal(uint64_t sectors, uint64_t bytes, Access access);
  bool runCluster(uint64_t cluster);
  /// A warp has returned. False, with a hazard, if its block cannot end so.
  bool finish(Warp &warp);
  /// Lets a copy land, if the order has it so.
  bool landCopy(bool warpsReady);
  void reportDeadlock();

  std::mt19937_64 random;
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_MACHINE_H
