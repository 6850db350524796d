//===- Timer.cu - Timing calls from a CUDA graph --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The method of tools/humming-bench/GraphTimer.cpp and its numbers, on the CUDA
// runtime: times of the two programs can stand in one table.
//
//===----------------------------------------------------------------------===//

#include "Peer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>

using namespace peer;

static constexpr double kReplayMicroseconds = 2000;
static constexpr int kReplays = 9, kWarmUps = 2;

namespace {
/// The graph of some calls.
class Graph {
public:
  Graph(const Call &call, int64_t calls, cudaStream_t stream);
  ~Graph() { cudaGraphExecDestroy(executable); }
  Graph(const Graph &) = delete;
  Graph &operator=(const Graph &) = delete;

  /// Microseconds of one replay.
  double replay();

private:
  cudaStream_t stream;
  cudaGraphExec_t executable = nullptr;
};
} // namespace

Graph::Graph(const Call &call, int64_t calls, cudaStream_t stream)
    : stream(stream) {
  check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed),
        "cudaStreamBeginCapture");
  for (int64_t i = 0; i < calls; ++i)
    call(i, stream);
  cudaGraph_t graph = nullptr;
  check(cudaStreamEndCapture(stream, &graph), "cudaStreamEndCapture");
  check(cudaGraphInstantiate(&executable, graph, 0), "cudaGraphInstantiate");
  check(cudaGraphDestroy(graph), "cudaGraphDestroy");
}

double Graph::replay() {
  static cudaEvent_t start = nullptr, stop = nullptr;
  if (!start) {
    check(cudaEventCreate(&start), "cudaEventCreate");
    check(cudaEventCreate(&stop), "cudaEventCreate");
  }
  check(cudaEventRecord(start, stream), "cudaEventRecord");
  check(cudaGraphLaunch(executable, stream), "cudaGraphLaunch");
  check(cudaEventRecord(stop, stream), "cudaEventRecord");
  check(cudaEventSynchronize(stop), "a replay");
  float milliseconds = 0;
  check(cudaEventElapsedTime(&milliseconds, start, stop),
        "cudaEventElapsedTime");
  return milliseconds * 1e3;
}

Timing peer::timeCalls(const Call &call, int64_t rotation,
                       int restMilliseconds) {
  static cudaStream_t stream = nullptr;
  if (!stream)
    check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking),
          "cudaStreamCreate");
  std::this_thread::sleep_for(std::chrono::milliseconds(restMilliseconds));
  int64_t calls = rotation;
  auto graph = std::make_unique<Graph>(call, calls, stream);
  auto warmUp = [&] {
    double once = 0;
    for (int i = 0; i < kWarmUps; ++i)
      once = graph->replay();
    return once;
  };
  // A replay of the rotation alone may be too short to time well.
  double wanted = kReplayMicroseconds / (warmUp() / calls);
  if (wanted > rotation) {
    calls = std::ceil(wanted);
    graph = std::make_unique<Graph>(call, calls, stream);
    warmUp();
  }
  std::vector<double> times;
  for (int i = 0; i < kReplays; ++i)
    times.push_back(graph->replay() / calls);
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times.front(), times.back()};
}
