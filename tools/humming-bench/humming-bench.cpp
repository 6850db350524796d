//===- humming-bench.cpp - Time gemms against their floor -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads what to time, times it on the first CUDA device, prints a table.
//
//===----------------------------------------------------------------------===//

#include "FirstResult.h"
#include "Report.h"
#include "ToolMain.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace humming;
using namespace humming::bench;

/// Exit statuses besides 0, as --help tells them.
static constexpr int kWrong = 1, kNotRun = 2;

/// Measures what the options ask for. True when every kernel was right.
static llvm::Expected<bool> run(const Options &options) {
  if (options.firstResult.getNumOccurrences()) {
    if (llvm::Error error = reportFirstResult(options))
      return std::move(error);
    return true;
  }
  auto shapes = options.shapes();
  if (!shapes)
    return shapes.takeError();
  auto types = options.types.read();
  if (!types)
    return types.takeError();
  std::vector<ScheduleChange> changes;
  for (const std::string &text : options.schedules) {
    auto change = ScheduleChange::parse(text);
    if (!change)
      return change.takeError();
    changes.push_back(*change);
  }
  auto bench = Bench::create(*types, std::move(changes), options);
  if (!bench)
    return bench.takeError();

  std::vector<Row> all;
  printHead(**bench, *types);
  for (const Shape &shape : *shapes)
    if (llvm::Error error =
            (*bench)->measure(shape, [&](llvm::ArrayRef<Row> rows) {
              printRows(rows);
              all.insert(all.end(), rows.begin(), rows.end());
            }))
      return std::move(error);
  if (!options.json.empty())
    if (llvm::Error error = writeJson(options.json, **bench, *types, all))
      return std::move(error);
  return llvm::all_of(all, [](const Row &row) { return row.failure.empty(); });
}

HUMMING_TOOL_MAIN hummingBenchMain(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  options.parse(argc, argv);
  llvm::Expected<bool> allRight = run(options);
  if (!allRight) {
    llvm::errs() << "humming-bench: " << llvm::toString(allRight.takeError())
                 << "\n";
    return kNotRun;
  }
  return *allRight ? 0 : kWrong;
}
