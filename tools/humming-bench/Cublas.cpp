//===- Cublas.cpp - The product that cuBLAS computes ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// cublasGemmEx, declared here as far as it is used (cuBLAS 11 to 13). Matrices
// are by columns there: C by rows is the product of W, transposed, and A.
//
//===----------------------------------------------------------------------===//

#include "Cublas.h"

#include "Options.h"
#include "Workload.h"
#include "humming/Numerics/Float.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>
#include <dlfcn.h>

using namespace humming;
using namespace humming::bench;
using jit::deviceError;

/// cublasOperation_t, cudaDataType, cublasComputeType_t, cublasGemmAlgo_t.
static constexpr int kNotTransposed = 0, kTransposed = 1, kF16 = 2,
                     kSumsInF32 = 68, kDefaultAlgorithm = -1;
/// What cuBLAS asks for on Hopper ("cublasSetWorkspace"); it must have it
/// before its calls are recorded.
static constexpr uint64_t kWorkspaceBytes = 32ull << 20;

struct Cublas::Functions {
  int (*create)(void **handle);
  int (*destroy)(void *handle);
  int (*setStream)(void *handle, hrtStream stream);
  int (*setWorkspace)(void *handle, void *workspace, size_t bytes);
  int (*gemmEx)(void *handle, int transposeA, int transposeB, int m, int n,
                int k, const void *alpha, const void *a, int typeA, int lda,
                const void *b, int typeB, int ldb, const void *beta, void *c,
                int typeC, int ldc, int compute, int algorithm);
};

Cublas::Cublas() : functions(std::make_unique<Functions>()) {}

llvm::Expected<std::unique_ptr<Cublas>> Cublas::load(llvm::StringRef path) {
  std::vector<std::string> names = {path.str()};
  if (path.empty())
    names = {"libcublas.so.13", "libcublas.so.12", "libcublas.so.11"};
  void *library = nullptr;
  for (const std::string &name : names)
    if (!library)
      library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return fail(llvm::Twine("--cublas: ") + dlerror() +
                "; name the library, --cublas=PATH");
  std::unique_ptr<Cublas> cublas(new Cublas());
  auto find = [&](auto &function, const char *symbol) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(
        dlsym(library, symbol));
    return function ? nullptr : symbol;
  };
  Functions &f = *cublas->functions;
  for (const char *missing :
       {find(f.create, "cublasCreate_v2"), find(f.destroy, "cublasDestroy_v2"),
        find(f.setStream, "cublasSetStream_v2"),
        find(f.setWorkspace, "cublasSetWorkspace_v2"),
        find(f.gemmEx, "cublasGemmEx")})
    if (missing)
      return fail(llvm::Twine("--cublas: the library lacks ") + missing);
  return cublas;
}

Cublas::~Cublas() {
  for (hrtPointer &copy : copies)
    free(copy);
  for (hrtPointer *address : {&workspace, &activations, &result})
    free(*address);
  if (handle)
    functions->destroy(handle);
}

void Cublas::free(hrtPointer &address) {
  if (address)
    hrtFree(device, std::exchange(address, 0));
}

llvm::Error Cublas::check(int status, const char *call) const {
  if (status == 0)
    return llvm::Error::success();
  return fail(llvm::Twine(call) + ": status " + llvm::Twine(status));
}

llvm::Expected<hrtPointer> Cublas::upload(llvm::ArrayRef<uint8_t> bytes) {
  hrtPointer address = 0;
  if (llvm::Error error = deviceError(hrtAlloc(device, bytes.size(), &address)))
    return std::move(error);
  if (llvm::Error error =
          deviceError(hrtCopyIn(device, address, bytes.data(), bytes.size()))) {
    free(address);
    return std::move(error);
  }
  return address;
}

/// The context that the timer has made current is the one it works in.
llvm::Error Cublas::open() {
  if (llvm::Error error = check(functions->create(&handle), "cublasCreate"))
    return error;
  return deviceError(hrtAlloc(device, kWorkspaceBytes, &workspace));
}

llvm::Error Cublas::makeWeights(int64_t rows, int64_t columns) {
  for (hrtPointer &copy : copies)
    free(copy);
  copies.clear();
  n = rows;
  k = columns;
  weights = drawNormal(n, k, ScalarKind::F16, 1 / std::sqrt(double(k)),
                       /*seed=*/1);
  for (int64_t i = 0, count = rotationFor(weights.size()); i < count; ++i) {
    llvm::Expected<hrtPointer> copy = upload(weights);
    if (!copy)
      return copy.takeError();
    copies.push_back(*copy);
  }
  return llvm::Error::success();
}

llvm::Error Cublas::multiply(int64_t copy, hrtStream stream) {
  auto pointer = [](hrtPointer address) {
    return reinterpret_cast<void *>(address);
  };
  // A new stream gives up the workspace.
  if (llvm::Error error =
          check(functions->setStream(handle, stream), "cublasSetStream"))
    return error;
  if (llvm::Error error = check(
          functions->setWorkspace(handle, pointer(workspace), kWorkspaceBytes),
          "cublasSetWorkspace"))
    return error;
  float alpha = 1, beta = 0;
  return check(functions->gemmEx(handle, kTransposed, kNotTransposed, n, m, k,
                                 &alpha, pointer(copies[copy % copies.size()]),
                                 kF16, k, pointer(activations), kF16, k, &beta,
                                 pointer(result), kF16, n, kSumsInF32,
                                 kDefaultAlgorithm),
               "cublasGemmEx");
}

/// Some elements against sums in f64: two units of f32's last place for each
/// product, in whatever order, and half of one of f16's.
llvm::Error Cublas::checkSample(llvm::ArrayRef<uint8_t> tokens) {
  constexpr int64_t kSamples = 16;
  std::vector<uint8_t> bytes(m * n * 2);
  if (llvm::Error error =
          deviceError(hrtCopyOut(device, bytes.data(), result, bytes.size())))
    return error;
  auto number = [](llvm::ArrayRef<uint8_t> from, int64_t index) {
    uint16_t bits;
    std::memcpy(&bits, &from[2 * index], sizeof bits);
    return decode(ScalarKind::F16, bits);
  };
  for (int64_t i = 0; i < kSamples; ++i)
    for (int64_t j = 0; j < kSamples; ++j) {
      int64_t row = (m - 1) * i / (kSamples - 1);
      int64_t column = (n - 1) * j / (kSamples - 1);
      double sum = 0, magnitude = 0;
      for (int64_t c = 0; c < k; ++c) {
        double product =
            number(tokens, row * k + c) * number(weights, column * k + c);
        sum += product;
        magnitude += std::abs(product);
      }
      double got = number(bytes, row * n + column);
      double bound = std::ldexp(k * magnitude, -22) +
                     std::ldexp(std::abs(sum), -11) + std::ldexp(1.0, -25);
      if (!(std::abs(got - sum) <= bound))
        return fail(llvm::formatv("cuBLAS: C[{0}, {1}] is {2}, expected {3}",
                                  row, column, got, sum));
    }
  return llvm::Error::success();
}

llvm::Expected<double> Cublas::microseconds(hrtDevice *on, GraphTimer &timer,
                                            int64_t rows, int64_t columns,
                                            int64_t tokens,
                                            const TimingOptions &options) {
  device = on;
  if (!handle)
    if (llvm::Error error = open())
      return std::move(error);
  if (n != rows || k != columns)
    if (llvm::Error error = makeWeights(rows, columns))
      return std::move(error);
  m = tokens;
  free(activations);
  free(result);
  std::vector<uint8_t> input =
      drawNormal(m, k, ScalarKind::F16, /*spread=*/1, /*seed=*/2);
  llvm::Expected<hrtPointer> uploaded = upload(input);
  if (!uploaded)
    return uploaded.takeError();
  activations = *uploaded;
  if (llvm::Error error = deviceError(hrtAlloc(device, m * n * 2, &result)))
    return std::move(error);
  if (llvm::Error error = multiply(/*copy=*/0, /*stream=*/nullptr))
    return std::move(error);
  if (llvm::Error error = deviceError(hrtSynchronize(device, nullptr)))
    return std::move(error);
  if (llvm::Error error = checkSample(input))
    return std::move(error);
  auto call = [&](int64_t number, hrtStream stream) {
    return multiply(number, stream);
  };
  llvm::Expected<Timing> timing = timer.time(call, copies.size(), options);
  if (!timing)
    return timing.takeError();
  return timing->median;
}
