//===- Report.cpp - What humming-bench prints and writes ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times are in microseconds, rates in units of 10^9 bytes and 10^12 operations
// a second.
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace humming;
using namespace humming::bench;
using llvm::outs;

static std::string driverOf(const Bench &bench) {
  int version = bench.driverVersion();
  return llvm::formatv("{0}.{1}", version / 1000, version % 1000 / 10);
}

void bench::printHead(const Bench &bench) {
  outs() << llvm::formatv("device   {0}, {1} multiprocessors, driver for CUDA "
                          "{2}\nkernels  for {3}\n\n",
                          bench.device().name, bench.device().multiprocessors,
                          driverOf(bench), bench.arch());
  outs() << "      n      k     m   time us  TFLOP/s    GB/s  floor us  ratio  "
            "schedule\n";
  outs().flush();
}

static void printRow(const Row &row) {
  outs() << llvm::format("%7lld%7lld%6lld", (long long)row.n, (long long)row.k,
                         (long long)row.m);
  if (row.failure.empty())
    outs() << llvm::format("%10.2f%9.1f%8.0f%10.2f%7.2f", row.timing.median,
                           row.teraflops(), row.gigabytes(),
                           row.floorMicroseconds, row.ratio());
  else
    outs() << "  FAILED";
  outs() << "  " << row.entry.schedule
         << (row.order == jit::LaunchOrder::Dependent ? " dependent" : "")
         << (row.isBest ? " (best)" : "") << (row.isChosen ? " (chosen)" : "")
         << (row.isEstimated && !row.isChosen ? " (estimated)" : "") << "\n";
  if (!row.failure.empty())
    outs() << "         " << row.failure << "\n";
  outs().flush();
}

void bench::printTypes(const Row &row) {
  outs() << "# " << row.entry.types << "\n";
}

void bench::printRows(llvm::ArrayRef<Row> rows) {
  size_t failures = 0;
  const Row *failed = nullptr;
  bool isSweep = llvm::any_of(rows, [](const Row &row) { return row.isBest; });
  for (const Row &row : rows) {
    failures += !row.failure.empty();
    if (!row.failure.empty() && !failed)
      failed = &row;
    if (!isSweep || row.isChosen || row.isEstimated || row.isBest)
      printRow(row);
  }
  if (!isSweep)
    return;
  outs() << llvm::formatv("         {0} schedules, {1} failed\n", rows.size(),
                          failures);
  if (failed)
    outs() << "         " << failed->entry.schedule << ": " << failed->failure
           << "\n";
  outs().flush();
}

void bench::printCublas(const Row &row) {
  outs() << llvm::format("%7lld%7lld%6lld%10.2f  cuBLAS, %.2f of it above\n",
                         (long long)row.n, (long long)row.k, (long long)row.m,
                         row.cublasMicroseconds,
                         row.timing.median / row.cublasMicroseconds);
  outs().flush();
}

void bench::printCompileRate(const Bench &bench) {
  const CompileRate &rate = bench.compileRate();
  if (!rate.kernels)
    return;
  outs() << llvm::formatv("compiled {0} kernels in {1:f1} s of {2} threads: "
                          "{3:f2} a second and thread\n",
                          rate.kernels, rate.seconds, rate.threads,
                          rate.perThread());
}

static llvm::json::Object toJson(const Row &row) {
  llvm::json::Object object{{"n", row.n},
                            {"k", row.k},
                            {"m", row.m},
                            {"types", row.entry.types},
                            {"schedule", row.entry.schedule},
                            {"launch", name(row.order)},
                            {"chosen", row.isChosen},
                            {"estimated", row.isEstimated},
                            {"best", row.isBest},
                            {"threads", row.launch.threads},
                            {"blocks", row.launch.gridFor(row.m)},
                            {"shared_bytes", row.launch.shared},
                            {"registers", row.kernel.registers},
                            {"local_bytes", row.kernel.localBytes},
                            {"compile_ms", row.compileMilliseconds},
                            {"load_ms", row.loadMilliseconds},
                            {"weight_bytes", row.weightBytes},
                            {"bytes", row.bytes},
                            {"read_us", row.readMicroseconds},
                            {"floor_us", row.floorMicroseconds}};
  if (row.cublasMicroseconds)
    object["cublas_us"] = row.cublasMicroseconds;
  if (!row.failure.empty()) {
    object["failure"] = row.failure;
    return object;
  }
  object["elements_checked"] = row.elementsChecked;
  object["largest_error"] = row.check.maxError;
  object["short"] = row.isShort;
  object["time_us"] = row.timing.median;
  object["least_us"] = row.timing.least;
  object["greatest_us"] = row.timing.greatest;
  object["calls"] = row.timing.calls;
  object["tflops"] = row.teraflops();
  object["weight_gbps"] = row.gigabytes();
  object["ratio"] = row.ratio();
  return object;
}

llvm::Error
bench::writeJson(llvm::StringRef path,
                 llvm::function_ref<void(llvm::json::OStream &)> body) {
  std::error_code code;
  llvm::raw_fd_ostream os(path, code);
  if (code)
    return fail(path + ": " + code.message());
  llvm::json::OStream json(os, /*IndentSize=*/1);
  json.object([&] { body(json); });
  os << "\n";
  return llvm::Error::success();
}

llvm::Error bench::writeJson(llvm::StringRef path, const Bench &bench,
                             llvm::ArrayRef<Row> rows) {
  return writeJson(path, [&](llvm::json::OStream &json) {
    json.attribute("device", bench.device().name);
    json.attribute("multiprocessors", bench.device().multiprocessors);
    json.attribute("driver_cuda", driverOf(bench));
    json.attribute("arch", bench.arch());
    json.attribute("rest_ms", bench.restMilliseconds());
    if (llvm::any_of(rows,
                     [](const Row &row) { return row.cublasMicroseconds; }))
      json.attribute("cublas", "timed behind all kernels");
    json.attributeArray("rows", [&] {
      for (const Row &row : rows)
        json.value(toJson(row));
    });
  });
}
