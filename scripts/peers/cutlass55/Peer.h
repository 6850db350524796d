//===- Peer.h - What the files of cutlass55 share ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operands in device memory, the kernels that multiply them, and how long a
// kernel takes. Whatever fails ends the program.
//
//===----------------------------------------------------------------------===//

#ifndef SCRIPTS_PEERS_CUTLASS55_PEER_H
#define SCRIPTS_PEERS_CUTLASS55_PEER_H

#include <cstdint>
#include <cuda_runtime.h>
#include <functional>
#include <string>
#include <vector>

namespace peer {

/// Weights that share a scale.
inline constexpr int64_t kGroup = 128;

/// Prints `message` and exits with status 2.
[[noreturn]] void fail(const std::string &message);
/// Does so when `result` is not cudaSuccess; `what` was tried.
void check(cudaError_t result, const char *what);

/// Device memory that is never given back: a process measures one shape.
void *allocate(size_t bytes);

/// The type of activations, of products and of scales.
enum class Operand { F16, E4M3 };

/// Random operands of one shape; results are f16, and a row is a token's.
struct Operands {
  Operand type = Operand::F16;
  int64_t n = 0, k = 0;
  void *activations = nullptr;
  void *result = nullptr;
  uint8_t *codes = nullptr; ///< i4, a row of k for each channel
  void *scales = nullptr;   ///< a row of n for each group
  float factor = 1;         ///< of each result
  /// As the kernels want the codes, and scales: as many copies of both as calls
  /// use in turn.
  std::vector<void *> packedCodes, packedScales;
};

/// Draws operands for up to `maxTokens` tokens, distributed as humming-bench's:
/// normal codes that fill their range, scales that vary by an eighth, results
/// of about 1. The packed copies are not there yet.
Operands drawOperands(Operand type, int64_t n, int64_t k, int64_t maxTokens);

/// |result - expected| / |expected| over all channels of at most 256 tokens,
/// spread evenly; not a number where a result is none.
double relativeError(const Operands &operands, int64_t tokens);

/// Queues call number `call`.
using Call = std::function<void(int64_t call, cudaStream_t stream)>;

/// A kernel of CUTLASS.
struct Kernel {
  const char *tile; ///< NxMxK, as humming-bench writes blocks
  int cluster;      ///< blocks along n
  const char *scheduler;
  /// What multiplies for `tokens` tokens, each call with the next packed copy.
  /// `swizzle` is the most tiles of a band in the order of tiles.
  std::function<Call(const Operands &operands, int64_t tokens, int swizzle)>
      prepare;
};

/// The kernels for one type of activations.
struct Form {
  Operand type;
  const char *name;         ///< of the type
  int64_t scaleBytes;       ///< of a scale, packed
  double maxError;          ///< relative; more is wrong
  void (*pack)(Operands &); ///< fills the packed copies
  std::vector<Kernel> kernels;
};

/// i4 weights in the shuffled layout; the scale meets them in f16.
Form f16Form();
/// The same; a table of eight products with the scale is rounded to e4m3.
Form e4m3Form();

/// Microseconds of one call.
struct Timing {
  double median = 0, least = 0, greatest = 0; ///< over the replays
};

/// Times `call` as humming-bench does: a replay of a graph has at least
/// `rotation` calls and about 2 ms of them; the median of 9, after two that are
/// not timed and `restMilliseconds` in which the device idles.
Timing timeCalls(const Call &call, int64_t rotation, int restMilliseconds);

} // namespace peer

#endif // SCRIPTS_PEERS_CUTLASS55_PEER_H
