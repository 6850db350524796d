/*===- Humming.h - The C interface of Humming -------------------*- C -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Problems, plans, compilation, and kernels on a device, in C99. Devices and
// their memory are those of humming-rt/humming_rt.h, in the same library.
//
// Every call returns a status and writes its results last; a call that fails
// writes nothing there and leaves its reason in hummingLastError(). What
// XCreate makes, XDestroy ends (null is allowed). Strings carry their length
// and are also null-terminated; those returned belong to the object they came
// from. Handles may be used from several threads, but not while destroyed.
//
//===----------------------------------------------------------------------===*/

#ifndef HUMMING_C_HUMMING_H
#define HUMMING_C_HUMMING_H

#include "humming-rt/humming_rt.h"

#include <stdbool.h>

#if defined(__GNUC__)
#define HUMMING_API __attribute__((visibility("default")))
#else
#define HUMMING_API
#endif

// An enum that a caller's number comes in has a fixed type in C++, so that a
// number which is none of the enum's can be looked at, and refused.
#ifdef __cplusplus
#define HUMMING_INT : int
#else
#define HUMMING_INT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*===----------------------------------------------------------------------===//
// Status and strings
//===----------------------------------------------------------------------===*/

/// What a call came to.
typedef enum hummingStatus {
  HUMMING_OK = 0,
  HUMMING_INVALID_ARGUMENT = 1, ///< the caller's mistake
  HUMMING_COMPILE_FAILED = 2,   ///< a pass or the PTX emission refused
  HUMMING_SEALED = 3,           ///< would have compiled or allocated after seal
  HUMMING_DEVICE_FAILED = 4 ///< the runtime refused; see hummingError.device
} hummingStatus;

/// Bytes with their number. As a parameter, `data` may be null when `length`
/// is 0.
typedef struct hummingString {
  const char *data;
  size_t length;
} hummingString;

/// The reason of the last failing call on a thread.
typedef struct hummingError {
  hummingStatus status;   ///< HUMMING_OK when no call has failed
  hrtStatus device;       ///< DEVICE_FAILED: the runtime's status
  hummingString message;  ///< whole text, for people
  hummingString pass;     ///< COMPILE_FAILED: pass or stage that failed
  hummingString op;       ///< COMPILE_FAILED: name of the op at fault, or ""
  hummingString location; ///< COMPILE_FAILED: "file:line:column", or ""
} hummingError;

/// The error of the last failing humming call on this thread, valid until the
/// next one fails.
HUMMING_API void hummingLastError(hummingError *error);

/// The version of this library, "0.1.0".
HUMMING_API hummingString hummingVersion(void);

/*===----------------------------------------------------------------------===//
// Problems
//===----------------------------------------------------------------------===*/

/// Scalar types of activations, scales and outputs.
typedef enum hummingScalar HUMMING_INT {
  HUMMING_F16 = 0,
  HUMMING_BF16 = 1,
  HUMMING_F32 = 2,
  HUMMING_E4M3 = 3,
  HUMMING_E5M2 = 4,
  HUMMING_UE8M0 = 5,
  HUMMING_I8 = 6,
  HUMMING_I4 = 7,
  HUMMING_I32 = 8,
  HUMMING_E2M1 = 9
} hummingScalar;

/// As `scale` of a description: no scales.
#define HUMMING_NO_SCALE ((hummingScalar) - 1)

/// What the zero points of the weights are.
typedef enum hummingZero HUMMING_INT {
  HUMMING_ZERO_NONE = 0,
  HUMMING_ZERO_CODE = 1,  ///< codes of the weights' format
  HUMMING_ZERO_NUMBER = 2 ///< numbers of the activations' type
} hummingZero;

/// What a scale of the activations is for.
typedef enum hummingInputScale HUMMING_INT {
  HUMMING_INPUT_SCALE_NONE = 0,
  HUMMING_INPUT_SCALE_TENSOR = 1, ///< all of them
  HUMMING_INPUT_SCALE_TOKEN = 2   ///< a row, or a group of one
} hummingInputScale;

/// Where weights are multiplied by their scale.
typedef enum hummingScalePlace HUMMING_INT {
  HUMMING_SCALE_DEFAULT = 0, ///< operand for groups, accumulator for channels
  HUMMING_SCALE_OPERAND = 1, ///< before the product, rounded
  HUMMING_SCALE_ACCUMULATOR = 2
} hummingScalePlace;

/// C[m, n] = bias[n] + global scale * sum over k of
///           A[m, p(k)] * input scale * (W[n, p(k)] - zero) * scale.
///
/// All zero but for n, k and code: f16, a scale for each channel.
typedef struct hummingGemmDescription {
  int64_t n, k;
  int64_t m;     ///< 0: any number of tokens
  int64_t group; ///< values of k that share a scale, the last group may have
                 ///< fewer; 0: all (per channel)
  int64_t rows;  ///< rows of W that share a scale; 0: 1; -1: all, and with a
                 ///< group of 0 one scale for the tensor
  int64_t inputGroup; ///< values of k that share the scale of a token; 0: all.
                      ///< Divides k, or is `group`.
  hummingString code; ///< format of the weights: "u4", "i4", "e2m1", "nf4",
                      ///< "lut1,[-1, 1]"
  hummingScalar activation; ///< F16, BF16, E4M3, E5M2, E2M1, I8, I4
  hummingScalar scale;      ///< F16, BF16, F32, E4M3, E5M2, UE8M0 or NO_SCALE
  hummingScalar output;     ///< F16, BF16, F32
  hummingScalar inputScaleType; ///< F32, UE8M0, E4M3; read beside inputScale
  hummingScalePlace scalePlace;
  hummingZero zero; ///< in the shape of the scales
  hummingInputScale inputScale;
  bool globalScale;     ///< one f32 for the whole product
  bool perm;            ///< k numbers of 32 bits: the column of A and W at k
  bool bias;            ///< one value of the output type for each of n
  bool f16Accumulators; ///< not f32; beside activations of f16
  bool fixedOrder;      ///< a token's results depend neither on m nor on others
} hummingGemmDescription;

/// A checked problem; immutable.
typedef struct hummingProblemImpl *hummingProblem;

/// The problem of `description`. HUMMING_INVALID_ARGUMENT when its numbers make
/// no sense.
HUMMING_API hummingStatus hummingProblemCreate(
    const hummingGemmDescription *description, hummingProblem *problem);

/// The problem in MLIR text: a module with one function that returns one
/// humming.gemm of its arguments. `source` names the text in locations.
HUMMING_API hummingStatus hummingProblemParse(hummingString ir,
                                              hummingString source,
                                              hummingProblem *problem);
HUMMING_API void hummingProblemDestroy(hummingProblem problem);

/// The problem as MLIR text.
HUMMING_API hummingStatus hummingProblemIr(hummingProblem problem,
                                           hummingString *ir);

/// What a buffer is for.
typedef enum hummingRole HUMMING_INT {
  HUMMING_ROLE_A = 0,
  HUMMING_ROLE_B = 1,
  HUMMING_ROLE_SCALE = 2,
  HUMMING_ROLE_ZERO = 3,
  HUMMING_ROLE_GLOBAL_SCALE = 4,
  HUMMING_ROLE_INPUT_SCALE = 5,
  HUMMING_ROLE_PERM = 6,
  HUMMING_ROLE_EPILOGUE = 7,
  HUMMING_ROLE_RESULT = 8
} hummingRole;

/// One buffer that a launch takes. A buffer of M rows has `bytes` 0.
typedef struct hummingBuffer {
  hummingRole role;
  uint64_t bytes;         ///< row-major
  uint64_t bytesPerToken; ///< of one row, for buffers of M rows
  uint64_t packedBytes;   ///< B, SCALE, ZERO: as a launch takes it; else 0
} hummingBuffer;

/// The buffers in the order of a launch: the arguments, then the result.
HUMMING_API hummingStatus hummingProblemBufferCount(hummingProblem problem,
                                                    size_t *count);
HUMMING_API hummingStatus hummingProblemBuffer(hummingProblem problem,
                                               size_t index,
                                               hummingBuffer *buffer);

/// Rounds the float weights W[n][k] to the nearest codes per group, into the
/// row-major buffers B, SCALE and ZERO of the problem that `description` is;
/// `zeros` is null without zero points. Every row has scales of its own, and
/// zero points are codes: anything else is HUMMING_INVALID_ARGUMENT. On the
/// host.
HUMMING_API hummingStatus
hummingQuantize(const hummingGemmDescription *description, const float *weights,
                void *codes, void *scales, void *zeros);

/*===----------------------------------------------------------------------===//
// Plans: which kernels a problem needs. Nothing is compiled.
//===----------------------------------------------------------------------===*/

/// A list of entries; immutable.
typedef struct hummingPlanImpl *hummingPlan;

/// One kernel of a plan. `symbol` belongs to the plan.
typedef struct hummingPlanEntry {
  hummingString symbol; ///< unique to problem, architecture and entry
  bool pack;            ///< the packing kernels, all in one entry
  int64_t tokens;       ///< largest M that a gemm entry serves; 0: any
} hummingPlanEntry;

/// The kernels that `problem` needs on `arch`, such as "sm_80": one for each
/// token bucket, then the packing. Equal arguments give equal plans.
HUMMING_API hummingStatus hummingPlanCreate(hummingProblem problem,
                                            hummingString arch,
                                            hummingPlan *plan);
HUMMING_API void hummingPlanDestroy(hummingPlan plan);
HUMMING_API hummingStatus hummingPlanCount(hummingPlan plan, size_t *count);
HUMMING_API hummingStatus hummingPlanGet(hummingPlan plan, size_t index,
                                         hummingPlanEntry *entry);

/*===----------------------------------------------------------------------===//
// Compilation, without a device
//===----------------------------------------------------------------------===*/

/// Compiled kernels; immutable. Its strings belong to it.
typedef struct hummingModuleImpl *hummingModule;

/// A tensor map of a kernel (hrtEncodeTensorMap): buffer number `buffer` as a
/// row of `cols` elements for each token.
typedef struct hummingTensor {
  uint32_t buffer;
  uint32_t elementBytes;
  uint64_t cols;
  uint32_t boxRows;
} hummingTensor;

/// How a kernel is launched: grid.x = tiles * ceil(m / blockM) * split; where
/// `blocks` is not 0, the least of it and tiles * ceil(m / blockM) * units. It
/// takes the buffers; where a tile is shared, its partial sums and counters;
/// the tensor maps, by value; and the number of tokens.
typedef struct hummingKernel {
  hummingString name;
  uint32_t threads; ///< of a block
  uint32_t shared;  ///< bytes of dynamic shared memory
  uint32_t tiles, blockN;
  uint32_t blockM; ///< 0: the grid does not depend on m
  uint32_t split;
  uint32_t blocks;
  uint32_t units;
  const hummingTensor *tensors; ///< `tensorCount` of them
  size_t tensorCount;
} hummingKernel;

/// Milliseconds of one pass or stage, in the order they ran.
typedef struct hummingStage {
  hummingString name;
  double milliseconds;
} hummingStage;

/// Compiles the gemm for at most `tokens` tokens (0: any) and its packing
/// kernels to PTX for `arch`, such as "sm_80".
HUMMING_API hummingStatus hummingModuleCompile(hummingProblem problem,
                                               hummingString arch,
                                               int64_t tokens,
                                               hummingModule *module);
HUMMING_API void hummingModuleDestroy(hummingModule module);
HUMMING_API hummingStatus hummingModulePtx(hummingModule module,
                                           hummingString *ptx);
HUMMING_API hummingStatus hummingModuleKernelCount(hummingModule module,
                                                   size_t *count);
HUMMING_API hummingStatus hummingModuleKernel(hummingModule module,
                                              size_t index,
                                              hummingKernel *kernel);
HUMMING_API hummingStatus hummingModuleStageCount(hummingModule module,
                                                  size_t *count);
HUMMING_API hummingStatus hummingModuleStage(hummingModule module, size_t index,
                                             hummingStage *stage);

/*===----------------------------------------------------------------------===//
// Kernels on a device
//===----------------------------------------------------------------------===*/

/// Opens the emulator: runs the kernels of every architecture on the host, and
/// reports hazards as HRT_FAULT. hrtClose ends it.
HUMMING_API hummingStatus hummingOpenEmulator(hrtDevice **device);

/// The kernels of one device, and one problem among them.
typedef struct hummingJitImpl *hummingJit;
typedef struct hummingGemmImpl *hummingGemm;

/// Compiles for `arch` ("": the best for the device) and runs on `device`,
/// which must outlive the result.
HUMMING_API hummingStatus hummingJitCreate(hrtDevice *device,
                                           hummingString arch, hummingJit *jit);
/// Unloads all kernels. Its gemms must have been destroyed.
HUMMING_API void hummingJitDestroy(hummingJit jit);
HUMMING_API hummingStatus hummingJitArch(hummingJit jit, hummingString *arch);

/// Chooses schedules by the table of measured schedules in the file `path`,
/// before those of the compiler, for all that is compiled from now on.
/// HUMMING_INVALID_ARGUMENT when it cannot be read.
HUMMING_API hummingStatus hummingJitUseTable(hummingJit jit,
                                             hummingString path);

/// From now on whatever would compile or allocate is HUMMING_SEALED.
HUMMING_API hummingStatus hummingJitSeal(hummingJit jit);

/// Plan entries compiled so far.
HUMMING_API hummingStatus hummingJitCompiledCount(hummingJit jit,
                                                  size_t *count);

/// Adds `problem` to `jit`; compiles nothing. Gemms of equal problems share
/// their kernels. The problem may be destroyed.
HUMMING_API hummingStatus hummingGemmCreate(hummingJit jit,
                                            hummingProblem problem,
                                            hummingGemm *gemm);
/// Frees the workspace; nothing launched may still be running.
HUMMING_API void hummingGemmDestroy(hummingGemm gemm);

/// Compiles and loads, in parallel, every kernel for up to `maxTokens` tokens
/// (0: any number) and the packing, and allocates their workspace.
HUMMING_API hummingStatus hummingGemmPrepare(hummingGemm gemm,
                                             int64_t maxTokens);

/// Queues the packing of a row-major B, SCALE or ZERO into `destination`, of
/// hummingBuffer.packedBytes bytes. B of a problem with a permutation is packed
/// in its order: `perm` is that buffer; 0 for everything else.
HUMMING_API hummingStatus hummingGemmPack(hummingGemm gemm, hummingRole role,
                                          hrtPointer source, hrtPointer perm,
                                          hrtPointer destination,
                                          hrtStream stream);

/// When a launch starts.
typedef enum hummingLaunchOrder HUMMING_INT {
  HUMMING_LAUNCH_SERIAL = 0, ///< when the launch before it in the stream ended
  /// While that one may still run, for what does not depend on it; it must not
  /// write the weights, scales, zero points or permutation of this one. The
  /// same as SERIAL before sm_90.
  HUMMING_LAUNCH_DEPENDENT = 1
} hummingLaunchOrder;

/// Queues the gemm of `m` tokens. `buffers` are device addresses in the order
/// of hummingProblemBuffer, with B, SCALE and ZERO packed, each aligned to 16
/// bytes. After hummingGemmPrepare it compiles and allocates nothing. Launches
/// of one gemm share a workspace: they belong in one stream.
HUMMING_API hummingStatus hummingGemmLaunch(hummingGemm gemm, int64_t m,
                                            const hrtPointer *buffers,
                                            size_t numBuffers, hrtStream stream,
                                            hummingLaunchOrder order);

#ifdef __cplusplus
} // extern "C"
#endif

#endif /* HUMMING_C_HUMMING_H */
