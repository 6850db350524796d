//===- Options.cpp - The command line of humming-bench --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the options and reads model files. What is well-formed but not
// supported is the compiler's to refuse.
//
//===----------------------------------------------------------------------===//

#include "Options.h"

#include "humming/Dialect/Humming/Transforms/Schedules.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"

#include <map>

namespace cl = llvm::cl;
using namespace humming;
using namespace humming::bench;
using llvm::StringRef;

/// What a kernel for any number of tokens is tuned with.
static constexpr int64_t kManyTokens = 4096;

static constexpr const char *kOverview =
    "Times quantized matrix multiplications on the first CUDA device, against "
    "the time that reading\ntheir operands takes.\n\n"
    "  humming-bench --n=6144 --k=4096 --m=1,16,128\n"
    "  humming-bench model.txt --json=out.json\n"
    "  humming-bench --m=16 --schedule=\"block=64x16x128 warps=4x1 stages=4 "
    "split_k=2\"\n"
    "  humming-bench --m=1,64 --sweep       the best of a grid of schedules\n"
    "  humming-bench model.txt --tune=my.schedules\n                           "
    "            writes the best into a table\n"
    "  humming-bench --cublas               beside f16 weights and cuBLAS\n\n"
    "A kernel is compared with the reference before its time counts. Calls "
    "run from a CUDA graph, on random\ndata, with 256 MB between two uses of "
    "the same weights; a time is the median of 9 replays.\n\n"
    "  GB/s     packed weights and scales over the time\n"
    "  floor    the longer of reading weights, scales, activations and result "
    "once, as fast as a\n           plain kernel reads as many bytes, and "
    "2 m n k operations at 800 TFLOP/s\n"
    "  ratio    time over floor\n\n"
    "Exit status: 0, or 1 when a kernel is wrong, or 2 when nothing could be "
    "timed.\n";

Options::Options()
    : file(cl::Positional, cl::desc("[model.txt]"), cl::cat(problem)),
      n("n", cl::desc("Output channels (4096)"), cl::init(4096),
        cl::cat(problem)),
      k("k", cl::desc("Length of the sums (4096)"), cl::init(4096),
        cl::cat(problem)),
      m("m", cl::desc("Numbers of tokens (1,16,64,256,1024,4096)"),
        cl::CommaSeparated, cl::cat(problem)),
      types(problem),
      arch("arch",
           cl::desc("Architecture to compile for (the newest that the device "
                    "runs)"),
           cl::value_desc("sm_NN"), cl::cat(measurement)),
      ptxas("ptxas",
            cl::desc("Assemble with this program, one kernel on each core; the "
                     "driver assembles one at a time"),
            cl::value_desc("program"), cl::cat(measurement)),
      schedules(
          "schedule",
          cl::desc("Time this schedule in place of the chosen one, which "
                   "fills in what is left out; may be repeated"),
          cl::value_desc("block=NxMxK warps=NxM stages=S split_k=P mma=ATOM"),
          cl::cat(measurement)),
      skipped("skip",
              cl::desc("Leave out of a grid what has these fields, such as "
                       "\"copy=tma\"; may be repeated"),
              cl::value_desc("fields of a schedule"), cl::cat(measurement)),
      launches("launch",
               cl::desc("When a call starts: serial, behind the call before "
                        "it (the default); dependent, while that still runs; "
                        "serial,dependent times both"),
               cl::CommaSeparated, cl::value_desc("order"),
               cl::cat(measurement)),
      sweep("sweep",
            cl::desc("Time a grid of schedules, and print the best beside the "
                     "chosen one"),
            cl::cat(measurement)),
      tune("tune",
           cl::desc("Write the best of a grid of schedules for each shape and "
                    "number of tokens into\nthis table, beside what is there "
                    "(without --m: one number for each bucket)"),
           cl::value_desc("table"), cl::cat(measurement)),
      table("table",
            cl::desc("Choose schedules by this table, before those of the "
                     "compiler"),
            cl::value_desc("table"), cl::cat(measurement)),
      grid("grid", cl::desc("The most schedules of a grid (64)"), cl::init(64),
           cl::value_desc("N"), cl::cat(measurement)),
      cublas("cublas",
             cl::desc("Time cuBLAS beside every kernel, on f16 weights of the "
                      "same shape; the library\nis this one, or "
                      "libcublas.so.13, 12 or 11"),
             cl::ValueOptional, cl::value_desc("libcublas.so"),
             cl::cat(measurement)),
      firstResult("first-result",
                  cl::desc("Time nothing but the way to the first result, "
                           "from the start of this process,\nwith all "
                           "kernels of the gemm compiled, on the first CUDA "
                           "device or the emulator"),
                  cl::ValueOptional, cl::value_desc("emulator"),
                  cl::cat(measurement)),
      json("json", cl::desc("Write every number here"),
           cl::value_desc("out.json"), cl::cat(measurement)) {}

void Options::parse(int argc, char **argv) {
  cl::HideUnrelatedOptions({&problem, &measurement});
  cl::ParseCommandLineOptions(argc, argv, kOverview);
}

llvm::Error bench::fail(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

/// The shapes of a model file; lines without m have `tokens`.
static llvm::Expected<std::vector<Shape>>
readModel(const std::string &path, const std::vector<int64_t> &tokens) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return fail(path + ": " + buffer.getError().message());
  std::vector<Shape> shapes;
  for (llvm::line_iterator line(**buffer, /*SkipBlanks=*/true, '#');
       !line.is_at_end(); ++line) {
    llvm::SmallVector<StringRef> words;
    llvm::SplitString(line->split('#').first, words);
    if (words.empty())
      continue;
    std::vector<int64_t> numbers(words.size());
    for (auto [word, number] : llvm::zip(words, numbers))
      if (word.getAsInteger(10, number) || number < 1)
        return fail(path + ":" + llvm::Twine(line.line_number()) +
                    ": expected numbers of at least 1, got '" + word + "'");
    if (numbers.size() < 2)
      return fail(path + ":" + llvm::Twine(line.line_number()) +
                  ": expected \"n k m...\", got one number");
    Shape &shape = shapes.emplace_back();
    shape.n = numbers[0];
    shape.k = numbers[1];
    shape.tokens.assign(numbers.begin() + 2, numbers.end());
    if (shape.tokens.empty())
      shape.tokens = tokens;
  }
  if (shapes.empty())
    return fail(path + ": expected a line of \"n k m...\", got none");
  return shapes;
}

llvm::Expected<std::vector<jit::LaunchOrder>> Options::orders() const {
  std::vector<jit::LaunchOrder> orders;
  for (StringRef text : launches) {
    if (text != name(jit::LaunchOrder::Serial) &&
        text != name(jit::LaunchOrder::Dependent))
      return fail("--launch: expected serial or dependent, got '" + text + "'");
    orders.push_back(text == name(jit::LaunchOrder::Serial)
                         ? jit::LaunchOrder::Serial
                         : jit::LaunchOrder::Dependent);
  }
  if (orders.empty())
    orders.push_back(jit::LaunchOrder::Serial);
  return orders;
}

const char *bench::name(jit::LaunchOrder order) {
  return order == jit::LaunchOrder::Serial ? "serial" : "dependent";
}

/// One number of tokens for each bucket, as a table has them.
static llvm::Error checkBuckets(const Shape &shape) {
  std::map<int64_t, int64_t> found;
  for (int64_t tokens : shape.tokens) {
    auto [other, isNew] = found.insert({tokenBucket(tokens), tokens});
    if (!isNew)
      return fail("--tune has one schedule for each bucket, and " +
                  llvm::Twine(other->second) + " and " + llvm::Twine(tokens) +
                  " tokens are in the same one");
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<Shape>> Options::shapes() const {
  std::vector<int64_t> tokens(m.begin(), m.end());
  if (tokens.empty() && !tune.empty()) {
    tokens = tokenBuckets();
    tokens.push_back(kManyTokens);
  }
  if (tokens.empty())
    tokens = {1, 16, 64, 256, 1024, 4096};
  for (int64_t count : tokens)
    if (count < 1)
      return fail("expected --m of at least 1, got " + llvm::Twine(count));
  if (hasGrid() && !schedules.empty())
    return fail(llvm::Twine(sweep ? "--sweep" : "--tune") +
                " makes the schedules: leave out --schedule");
  if (hasGrid() && !grid)
    return fail("expected --grid of at least 1");
  if (!tune.empty() && launches.size() > 1)
    return fail("--tune needs one --launch, got " +
                llvm::Twine(launches.size()));
  std::vector<Shape> shapes = {{n, k, tokens}};
  if (file.empty() && (n < 1 || k < 1))
    return fail("expected --n and --k of at least 1");
  if (!file.empty()) {
    if (n.getNumOccurrences() || k.getNumOccurrences())
      return fail("the shapes are in " + file + ": leave out --n and --k");
    auto read = readModel(file, tokens);
    if (!read)
      return read.takeError();
    shapes = std::move(*read);
  }
  for (const Shape &shape : shapes)
    if (!tune.empty())
      if (llvm::Error error = checkBuckets(shape))
        return std::move(error);
  return shapes;
}
