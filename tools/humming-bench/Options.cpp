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
    "the same weights; a time is the median of 9 replays. The device\nrests "
    "before each time, and cuBLAS comes when all else has been timed: long "
    "products bring a GPU to\nits power limit, and what follows would be "
    "slower. A grid is timed without rests in rounds of 5 short\nreplays: "
    "first schedules of many kinds, then the neighbours of the best; the best "
    "of all are timed\ntwice more, in turn, and the lesser time of each "
    "counts.\n\n"
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
      estimated("estimated",
                cl::desc("Time what is chosen without tables as well, where it "
                         "is another schedule"),
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
      resume("resume",
             cl::desc("Leave out what the table of --tune has already"),
             cl::cat(measurement)),
      table("table",
            cl::desc("Choose schedules by this table, before those of the "
                     "compiler"),
            cl::value_desc("table"), cl::cat(measurement)),
      grid("grid", cl::desc("The most schedules of a grid (64)"), cl::init(64),
           cl::value_desc("N"), cl::cat(measurement)),
      rest("rest",
           cl::desc("Milliseconds that the device rests before each time, "
                    "cuBLAS's too; not in a grid (250)"),
           cl::init(250), cl::value_desc("ms"), cl::cat(measurement)),
      cublas("cublas",
             cl::desc("Time cuBLAS for every problem in the end, on f16 "
                      "weights of the same shape; the\nlibrary is this one, "
                      "or libcublas.so.13, 12 or 11"),
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

/// One line of a model file, without its comment. A line without m has
/// `tokens`, and types that it does not name are those of `types`.
static llvm::Expected<Weight> readWeight(llvm::ArrayRef<StringRef> words,
                                         TypeWords types,
                                         const std::vector<int64_t> &tokens) {
  std::vector<int64_t> numbers;
  for (StringRef word : words) {
    int64_t number = 0;
    if (!word.getAsInteger(10, number) && number > 0)
      numbers.push_back(number);
    else if (!types.set(word))
      return fail("expected numbers of at least 1 and types such as w=u4, got "
                  "'" +
                  word + "'");
  }
  if (numbers.size() < 2)
    return fail("expected \"n k m...\", got " +
                llvm::Twine(numbers.empty() ? "no" : "one") + " number");
  auto gemm = types.read();
  if (!gemm)
    return gemm.takeError();
  gemm->n = numbers[0];
  gemm->k = numbers[1];
  numbers.erase(numbers.begin(), numbers.begin() + 2);
  return Weight{std::move(*gemm), numbers.empty() ? tokens : numbers};
}

/// The weights of a model file.
static llvm::Expected<std::vector<Weight>>
readModel(const std::string &path, const TypeWords &types,
          const std::vector<int64_t> &tokens) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return fail(path + ": " + buffer.getError().message());
  std::vector<Weight> weights;
  for (llvm::line_iterator line(**buffer, /*SkipBlanks=*/true, '#');
       !line.is_at_end(); ++line) {
    llvm::SmallVector<StringRef> words;
    llvm::SplitString(line->split('#').first, words);
    if (words.empty())
      continue;
    auto weight = readWeight(words, types, tokens);
    if (!weight)
      return fail(path + ":" + llvm::Twine(line.line_number()) + ": " +
                  llvm::toString(weight.takeError()));
    weights.push_back(std::move(*weight));
  }
  if (weights.empty())
    return fail(path + ": expected a line of \"n k m...\", got none");
  return weights;
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
static llvm::Error checkBuckets(const Weight &weight) {
  std::map<int64_t, int64_t> found;
  for (int64_t tokens : weight.tokens) {
    auto [other, isNew] = found.insert({tokenBucket(tokens), tokens});
    if (!isNew)
      return fail("--tune has one schedule for each bucket, and " +
                  llvm::Twine(other->second) + " and " + llvm::Twine(tokens) +
                  " tokens are in the same one");
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<Weight>> Options::weights() const {
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
  if (estimated && hasGrid())
    return fail("a grid has the estimated schedule: leave out --estimated");
  if (estimated && !schedules.empty())
    return fail("--schedule says what to time: leave out --estimated");
  if (hasGrid() && !grid)
    return fail("expected --grid of at least 1");
  if (resume && tune.empty())
    return fail("--resume goes on with a table: name it with --tune");
  if (!tune.empty() && launches.size() > 1)
    return fail("--tune needs one --launch, got " +
                llvm::Twine(launches.size()));
  std::vector<Weight> result;
  if (file.empty()) {
    if (n < 1 || k < 1)
      return fail("expected --n and --k of at least 1");
    auto gemm = types.read();
    if (!gemm)
      return gemm.takeError();
    gemm->n = n;
    gemm->k = k;
    result.push_back({std::move(*gemm), std::move(tokens)});
  } else {
    if (n.getNumOccurrences() || k.getNumOccurrences())
      return fail("the shapes are in " + file + ": leave out --n and --k");
    auto read = readModel(file, types.words(), tokens);
    if (!read)
      return read.takeError();
    result = std::move(*read);
  }
  for (const Weight &weight : result)
    if (!tune.empty())
      if (llvm::Error error = checkBuckets(weight))
        return std::move(error);
  return result;
}
