//===- Estimate.cpp - How good what is estimated is -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ratios of times, over problems: gemms with a number of tokens, launched in
// one order.
//
//===----------------------------------------------------------------------===//

#include "Estimate.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>

using namespace humming;
using namespace humming::bench;

std::string bench::estimateLine(llvm::ArrayRef<Row> rows) {
  bool isGrid = llvm::any_of(rows, [](const Row &row) { return row.isBest; });
  double logarithms = 0, worst = 0;
  size_t problems = 0;
  for (const Row &estimated : rows)
    for (const Row &known : rows) {
      if (!estimated.isEstimated || !estimated.failure.empty() ||
          !(isGrid ? known.isBest : known.isChosen) || !known.failure.empty() ||
          known.entry.key() != estimated.entry.key() ||
          known.m != estimated.m || known.order != estimated.order)
        continue;
      double ratio = estimated.timing.median / known.timing.median;
      logarithms += std::log(ratio);
      worst = std::max(worst, ratio);
      ++problems;
    }
  if (!problems)
    return "";
  return llvm::formatv("estimate {0:f3} of the {1} time in geometric mean over "
                       "{2} problems, {3:f3} at worst\n",
                       std::exp(logarithms / problems),
                       isGrid ? "best" : "chosen", problems, worst);
}
