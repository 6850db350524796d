//===- Npy.h - Matrices in numpy's file format ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads and writes two-dimensional .npy files of float32 and float16.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_RUN_NPY_H
#define TOOLS_HUMMING_RUN_NPY_H

#include "llvm/Support/Error.h"

#include <vector>

namespace humming::run {

/// A row-major matrix.
struct Matrix {
  size_t rows = 0, columns = 0;
  std::vector<float> values;
};

/// Reads a 2D array of float32 or float16 in C order; the error names the file
/// and what is wrong with it.
llvm::Expected<Matrix> readNpy(llvm::StringRef path);

/// Writes `matrix` as float16 (`half`, rounding each value) or as float32.
llvm::Error writeNpy(llvm::StringRef path, const Matrix &matrix, bool half);

} // namespace humming::run

#endif // TOOLS_HUMMING_RUN_NPY_H
