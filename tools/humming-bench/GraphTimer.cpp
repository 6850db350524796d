//===- GraphTimer.cpp - Timing calls from a CUDA graph --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime launches into a stream that is being captured; what it has no
// call for, it is not there to have: this file asks the driver itself.
//
//===----------------------------------------------------------------------===//

#include "GraphTimer.h"

#include "Options.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <dlfcn.h>
#include <thread>
#include <vector>

using namespace humming;
using namespace humming::bench;
using jit::deviceError;

namespace {
using Context = struct ContextImpl *;
using Graph = struct GraphImpl *;
using GraphExec = struct GraphExecImpl *;

/// enum CUstreamCaptureMode: other threads may allocate and load modules.
constexpr int kCaptureRelaxed = 2;
/// enum CUstream_flags: no order with the default stream.
constexpr unsigned kStreamNonBlocking = 1;

struct Driver {
#define DRIVER_SYMBOL(function, symbol, parameters) int(*function) parameters;
#include "DriverSymbols.def"
};
} // namespace

struct GraphTimer::Impl {
  Driver driver;
  hrtDevice *device = nullptr;
  int ordinal = 0;
  Context context = nullptr;
  hrtStream stream = nullptr;
  hrtEvent start = nullptr, stop = nullptr;

  llvm::Error check(int result, const char *call) const {
    if (result == 0)
      return llvm::Error::success();
    const char *name = nullptr;
    driver.cuGetErrorName(result, &name);
    return fail(llvm::Twine(call) + ": " + (name ? name : "unknown result"));
  }

  llvm::Error load();
  llvm::Error open();
  llvm::Expected<GraphExec> record(Call call, int64_t calls);
  llvm::Expected<double> replay(GraphExec graph);
};

/// Returns from the calling function when `driver.function` fails.
#define DRIVER(function, ...)                                                  \
  do                                                                           \
    if (llvm::Error error = check(driver.function(__VA_ARGS__), #function))    \
      return error;                                                            \
  while (false)

llvm::Error GraphTimer::Impl::load() {
  // The runtime has loaded it before, and never unloads it.
  void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return fail("no CUDA driver: cannot open libcuda.so.1");
#define DRIVER_SYMBOL(function, symbol, parameters)                            \
  driver.function =                                                            \
      reinterpret_cast<int(*) parameters>(dlsym(library, #symbol));            \
  if (!driver.function)                                                        \
    return fail("libcuda.so.1 lacks " #symbol ": the driver is too old");
#include "DriverSymbols.def"
  return llvm::Error::success();
}

llvm::Error GraphTimer::Impl::open() {
  DRIVER(cuDeviceGet, &ordinal, 0);
  DRIVER(cuDevicePrimaryCtxRetain, &context, ordinal);
  DRIVER(cuCtxPushCurrent, context);
  DRIVER(cuStreamCreate, &stream, kStreamNonBlocking);
  if (llvm::Error error = deviceError(hrtCreateEvent(device, &start)))
    return error;
  return deviceError(hrtCreateEvent(device, &stop));
}

llvm::Expected<GraphExec> GraphTimer::Impl::record(Call call, int64_t calls) {
  DRIVER(cuStreamBeginCapture, stream, kCaptureRelaxed);
  llvm::Error error = llvm::Error::success();
  for (int64_t i = 0; i < calls && !error; ++i)
    error = call(i, stream);
  Graph graph = nullptr;
  int ended = driver.cuStreamEndCapture(stream, &graph);
  if (error)
    return std::move(error);
  if ((error = check(ended, "cuStreamEndCapture")))
    return std::move(error);
  GraphExec executable = nullptr;
  error = check(driver.cuGraphInstantiate(&executable, graph, 0),
                "cuGraphInstantiate");
  driver.cuGraphDestroy(graph);
  if (error)
    return std::move(error);
  return executable;
}

/// Milliseconds of one replay.
llvm::Expected<double> GraphTimer::Impl::replay(GraphExec graph) {
  if (llvm::Error error = deviceError(hrtRecordEvent(device, start, stream)))
    return std::move(error);
  DRIVER(cuGraphLaunch, graph, stream);
  if (llvm::Error error = deviceError(hrtRecordEvent(device, stop, stream)))
    return std::move(error);
  float milliseconds = 0;
  if (llvm::Error error =
          deviceError(hrtElapsed(device, start, stop, &milliseconds)))
    return std::move(error);
  return milliseconds;
}

GraphTimer::GraphTimer(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}

llvm::Expected<std::unique_ptr<GraphTimer>>
GraphTimer::create(hrtDevice *device) {
  auto impl = std::make_unique<Impl>();
  impl->device = device;
  if (llvm::Error error = impl->load())
    return std::move(error);
  std::unique_ptr<GraphTimer> timer(new GraphTimer(std::move(impl)));
  if (llvm::Error error = timer->impl->open())
    return std::move(error);
  return timer;
}

GraphTimer::~GraphTimer() {
  if (!impl->context)
    return;
  for (hrtEvent event : {impl->start, impl->stop})
    if (event)
      hrtDestroyEvent(impl->device, event);
  if (impl->stream)
    impl->driver.cuStreamDestroy(impl->stream);
  Context popped;
  impl->driver.cuCtxPopCurrent(&popped);
  impl->driver.cuDevicePrimaryCtxRelease(impl->ordinal);
}

int GraphTimer::driverVersion() const {
  int version = 0;
  impl->driver.cuDriverGetVersion(&version);
  return version;
}

llvm::Expected<Timing> GraphTimer::time(Call call, int64_t rotation,
                                        const TimingOptions &options) {
  GraphExec graph = nullptr;
  llvm::scope_exit destroy([&] {
    if (graph)
      impl->driver.cuGraphExecDestroy(graph);
  });
  auto record = [&](int64_t calls) -> llvm::Error {
    if (graph)
      impl->driver.cuGraphExecDestroy(std::exchange(graph, nullptr));
    llvm::Expected<GraphExec> recorded = impl->record(call, calls);
    if (!recorded)
      return recorded.takeError();
    graph = *recorded;
    return llvm::Error::success();
  };

  std::this_thread::sleep_for(
      std::chrono::milliseconds(options.restMilliseconds));
  Timing timing;
  timing.calls = rotation;
  if (llvm::Error error = record(rotation))
    return std::move(error);
  double milliseconds = 0;
  constexpr int kWarmUps = 2;
  auto warmUp = [&]() -> llvm::Error {
    for (int i = 0; i < kWarmUps; ++i) {
      llvm::Expected<double> once = impl->replay(graph);
      if (!once)
        return once.takeError();
      milliseconds = *once;
    }
    return llvm::Error::success();
  };
  if (llvm::Error error = warmUp())
    return std::move(error);

  // A replay of the rotation alone may be too short to time well.
  double wanted = options.replayMicroseconds / (milliseconds * 1e3 / rotation);
  if (wanted > rotation) {
    timing.calls = std::ceil(wanted);
    if (llvm::Error error = record(timing.calls))
      return std::move(error);
    if (llvm::Error error = warmUp())
      return std::move(error);
  }
  std::vector<double> times;
  for (int i = 0; i < options.replays; ++i) {
    llvm::Expected<double> once = impl->replay(graph);
    if (!once)
      return once.takeError();
    times.push_back(*once * 1e3 / timing.calls);
  }
  llvm::sort(times);
  timing.median = times[times.size() / 2];
  timing.least = times.front();
  timing.greatest = times.back();
  return timing;
}
