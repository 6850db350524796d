/*===- first_kernel.c - A first kernel in C
--------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The C interface from a description to a product, on the GPU if there is one,
// else on the emulator. Build: cc first_kernel.c -lhumming. The weights are
// chosen so that nothing is rounded: each row of the product is known.
//
//===----------------------------------------------------------------------===*/

#include "humming-c/Humming.h"

#include <stdio.h>
#include <stdlib.h>

enum { M = 3, N = 64, K = 128 };

static void check(hummingStatus status) {
  hummingError error;
  if (status == HUMMING_OK)
    return;
  hummingLastError(&error);
  fprintf(stderr, "first_kernel: %s\n", error.message.data);
  exit(1);
}

static void checkDevice(hrtStatus status) {
  if (status == HRT_OK)
    return;
  fprintf(stderr, "first_kernel: %s: %s\n", hrtStatusName(status),
          hrtLastError());
  exit(1);
}

static hrtPointer upload(hrtDevice *device, const void *data, size_t bytes) {
  hrtPointer address = 0;
  checkDevice(hrtAlloc(device, bytes, &address));
  checkDevice(hrtCopyIn(device, address, data, bytes));
  return address;
}

/* The value of a normal f16 or of zero. */
static float toFloat(uint16_t half) {
  float value = (float)(0x400 | (half & 0x3ff));
  int exponent = (half >> 10 & 31) - 25;
  if (!(half & 0x7fff))
    return 0;
  for (; exponent > 0; --exponent)
    value *= 2;
  for (; exponent < 0; ++exponent)
    value /= 2;
  return half & 0x8000 ? -value : value;
}

int main(void) {
  static float weights[N * K];
  static uint16_t a[M * K], scales[N], c[M * N];
  static uint8_t codes[N * K / 2];
  const hummingString u4 = {"u4", 2}, any = {"", 0};
  hummingGemmDescription description = {0};
  hrtDevice *device = NULL;
  hummingProblem problem = NULL;
  hummingJit jit = NULL;
  hummingGemm gemm = NULL;
  hummingBuffer b, s;
  hrtPointer buffers[4], plain[2];
  int i, j, wrong = 0;

  /* Row n holds n % 8 - 7 everywhere but for one 7; activations are 1.0. */
  for (i = 0; i < N * K; ++i)
    weights[i] = i % K ? (float)(i / K % 8 - 7) : 7.0f;
  for (i = 0; i < M * K; ++i)
    a[i] = 0x3c00;

  if (hrtOpenCuda(0, &device) != HRT_OK)
    check(hummingOpenEmulator(&device));

  description.n = N;
  description.k = K;
  description.code = u4;
  description.activation = HUMMING_F16;
  description.scale = HUMMING_F16;
  description.output = HUMMING_F16;
  check(hummingProblemCreate(&description, &problem));
  check(hummingJitCreate(device, any, &jit));
  check(hummingGemmCreate(jit, problem, &gemm));
  check(hummingGemmPrepare(gemm, M));
  check(hummingJitSeal(jit));

  check(hummingQuantize(&description, weights, codes, scales, NULL));
  check(hummingProblemBuffer(problem, 1, &b));
  check(hummingProblemBuffer(problem, 2, &s));
  plain[0] = upload(device, codes, sizeof codes);
  plain[1] = upload(device, scales, sizeof scales);
  checkDevice(hrtAlloc(device, b.packedBytes, &buffers[1]));
  checkDevice(hrtAlloc(device, s.packedBytes, &buffers[2]));
  check(hummingGemmPack(gemm, b.role, plain[0], 0, buffers[1], NULL));
  check(hummingGemmPack(gemm, s.role, plain[1], 0, buffers[2], NULL));

  buffers[0] = upload(device, a, sizeof a);
  buffers[3] = upload(device, c, sizeof c);
  check(hummingGemmLaunch(gemm, M, buffers, 4, NULL, HUMMING_LAUNCH_SERIAL));
  checkDevice(hrtCopyOut(device, c, buffers[3], sizeof c));

  for (i = 0; i < M; ++i)
    for (j = 0; j < N; ++j)
      wrong += toFloat(c[i * N + j]) != (float)((K - 1) * (j % 8 - 7) + 7);
  printf("%d x %d x %d: %d wrong\n", M, N, K, wrong);

  for (i = 0; i < 4; ++i)
    hrtFree(device, buffers[i]);
  for (i = 0; i < 2; ++i)
    hrtFree(device, plain[i]);
  hummingGemmDestroy(gemm);
  hummingJitDestroy(jit);
  hummingProblemDestroy(problem);
  hrtClose(device);
  return wrong != 0;
}
