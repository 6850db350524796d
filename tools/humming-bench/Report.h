//===- Report.h - What humming-bench prints and writes ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A table for people, and JSON with everything in it.
//
//===----------------------------------------------------------------------===//

#ifndef TOOLS_HUMMING_BENCH_REPORT_H
#define TOOLS_HUMMING_BENCH_REPORT_H

#include "Measure.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/JSON.h"

namespace humming::bench {

/// The device, and the head of the table.
void printHead(const Bench &bench);

/// The types of `row` and those behind it.
void printTypes(const Row &row);

/// The rows of one weight and number of tokens; of a sweep the chosen and the
/// best, and how many there were.
void printRows(llvm::ArrayRef<Row> rows);

/// What cuBLAS takes for the problem of `row`, beside what that took.
void printCublas(const Row &row);

/// How fast kernels were compiled.
void printCompileRate(const Bench &bench);

/// Writes the object to `path` that `body` writes the attributes of.
llvm::Error writeJson(llvm::StringRef path,
                      llvm::function_ref<void(llvm::json::OStream &)> body);

/// Writes all rows to `path`.
llvm::Error writeJson(llvm::StringRef path, const Bench &bench,
                      llvm::ArrayRef<Row> rows);

} // namespace humming::bench

#endif // TOOLS_HUMMING_BENCH_REPORT_H
