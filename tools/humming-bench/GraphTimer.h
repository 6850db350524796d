//===- GraphTimer.h - Timing calls from a CUDA graph ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Many calls become one graph, whose replays are timed between two events: the
// gaps between launches count, the time that the host takes does not.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_GRAPHTIMER_H
#define TOOLS_HUMMING_BENCH_GRAPHTIMER_H

#include "humming-rt/humming_rt.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace humming::bench {

/// How long to time.
struct TimingOptions {
  double replayMicroseconds; ///< of one replay, about
  int replays;
  unsigned restMilliseconds = 0; ///< that the device idles before
};

/// For numbers that are reported, and for telling candidates apart.
inline constexpr TimingOptions kFullTiming = {2000, 9};
inline constexpr TimingOptions kShortTiming = {300, 5};

/// Microseconds of one call.
struct Timing {
  double median = 0, least = 0, greatest = 0; ///< over the replays
  int64_t calls = 0;                          ///< in one replay
};

/// Records and replays calls on one CUDA device.
class GraphTimer {
public:
  /// Queues call number `call` in `stream`.
  using Call = llvm::function_ref<llvm::Error(int64_t call, hrtStream stream)>;

  /// For CUDA device 0, which `device` is.
  static llvm::Expected<std::unique_ptr<GraphTimer>> create(hrtDevice *device);
  ~GraphTimer();

  /// Times `call`. A replay has at least `rotation` calls, and as many as fill
  /// the time asked for; two replays come first that are not timed. `call`
  /// must have run once before, so that it allocates nothing.
  llvm::Expected<Timing> time(Call call, int64_t rotation,
                              const TimingOptions &options);

  /// The CUDA version of the driver, 13000 for 13.0.
  int driverVersion() const;

private:
  struct Impl;
  explicit GraphTimer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_GRAPHTIMER_H
