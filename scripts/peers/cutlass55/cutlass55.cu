//===- cutlass55.cu - Times CUTLASS's mixed-type kernels ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line, and a table of what each kernel takes for one shape.
//
//===----------------------------------------------------------------------===//

#include "Peer.h"

#include "cutlass/version.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace peer;

/// Bytes between two uses of the same weights.
static constexpr int64_t kRotationBytes = 256 << 20;

static constexpr const char *kUsage =
    "Times the kernels of CUTLASS example 55: i4 weights in the shuffled "
    "layout, scales for groups\nof 128, f16 results.\n\n"
    "  cutlass55 --n=28672 --k=8192 --m=256,1024,4096 --json=out.json\n\n"
    "  --n=N           output channels, a multiple of 16 (4096)\n"
    "  --k=K           length of the sums, a multiple of 128 (4096)\n"
    "  --a=TYPE        of activations and scales, f16 or e4m3 (f16)\n"
    "  --m=M,...       numbers of tokens (256,1024,4096)\n"
    "  --tile=T,...    only these tiles, such as 128x256x64 (all)\n"
    "  --swizzle=S,... the most tiles of a band in the order of tiles (1)\n"
    "  --rest=MS       milliseconds that the device rests before each time "
    "(250)\n"
    "  --json=FILE     write every number here\n\n"
    "A kernel is compared with the reference before its time counts. Calls run "
    "from a CUDA graph of\n2 ms or more, on random data, with 256 MB between "
    "two uses of the same weights; a time is the median\nof 9 replays: the "
    "method of humming-bench.\n\n"
    "Exit status: 0, or 1 when a kernel is wrong, or 2 when nothing could be "
    "timed.\n";

void peer::fail(const std::string &message) {
  std::fprintf(stderr, "cutlass55: %s\n", message.c_str());
  std::exit(2);
}

void peer::check(cudaError_t result, const char *what) {
  if (result != cudaSuccess)
    fail(std::string(what) + ": " + cudaGetErrorString(result));
}

namespace {
struct Options {
  Form form = f16Form();
  int64_t n = 4096, k = 4096;
  std::vector<int64_t> tokens = {256, 1024, 4096};
  std::vector<std::string> tiles;
  std::vector<int64_t> swizzles = {1};
  int64_t rest = 250;
  std::string json;
};

struct Row {
  int64_t m;
  const Kernel *kernel;
  int64_t swizzle;
  Timing time;
  double error;
};
} // namespace

static std::vector<std::string> splitList(const std::string &text) {
  std::vector<std::string> words;
  for (size_t begin = 0; begin <= text.size();) {
    size_t end = std::min(text.find(',', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

static int64_t readNumber(const std::string &text, const std::string &option,
                          int64_t least) {
  char *end = nullptr;
  long number = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end || number < least || number > INT32_MAX)
    fail("expected " + option + " of at least " + std::to_string(least) +
         ", got '" + text + "'");
  return number;
}

static std::vector<int64_t> readNumbers(const std::string &text,
                                        const std::string &option) {
  std::vector<int64_t> numbers;
  for (const std::string &word : splitList(text))
    numbers.push_back(readNumber(word, option, 1));
  return numbers;
}

static Options readOptions(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word == "--help") {
      std::fputs(kUsage, stdout);
      std::exit(0);
    }
    size_t equals = std::min(word.find('='), word.size());
    std::string name = word.substr(0, equals);
    std::string value = word.substr(std::min(equals + 1, word.size()));
    if (name == "--n")
      options.n = readNumber(value, name, 1);
    else if (name == "--k")
      options.k = readNumber(value, name, 1);
    else if (name == "--a" && value == "f16")
      options.form = f16Form();
    else if (name == "--a" && value == "e4m3")
      options.form = e4m3Form();
    else if (name == "--m")
      options.tokens = readNumbers(value, name);
    else if (name == "--tile")
      options.tiles = splitList(value);
    else if (name == "--swizzle")
      options.swizzles = readNumbers(value, name);
    else if (name == "--rest")
      options.rest = readNumber(value, name, 0);
    else if (name == "--json")
      options.json = value;
    else
      fail("expected an option of --help, got '" + word + "'");
  }
  if (options.n % 16 || options.k % kGroup)
    fail("expected --n of whole 16 and --k of whole 128, got " +
         std::to_string(options.n) + " and " + std::to_string(options.k));
  const std::vector<Kernel> &kernels = options.form.kernels;
  std::string known;
  for (const Kernel &kernel : kernels)
    if (known.find(kernel.tile) == std::string::npos)
      known += std::string(known.empty() ? "" : ", ") + kernel.tile;
  for (const std::string &tile : options.tiles)
    if (std::none_of(kernels.begin(), kernels.end(),
                     [&](const Kernel &kernel) { return tile == kernel.tile; }))
      fail("expected --tile of " + known + ", got '" + tile + "'");
  return options;
}

/// The properties of device 0, which runs the kernels.
static cudaDeviceProp findDevice() {
  cudaDeviceProp device;
  check(cudaGetDeviceProperties(&device, 0), "cudaGetDeviceProperties");
  if (device.major != 9 || device.minor != 0)
    fail("expected a device of sm_90, got sm_" +
         std::to_string(device.major * 10 + device.minor));
  return device;
}

static void writeJson(const Options &options, const cudaDeviceProp &device,
                      const std::vector<Row> &rows) {
  std::FILE *file = std::fopen(options.json.c_str(), "w");
  if (!file)
    fail("cannot write " + options.json);
  int driver = 0;
  check(cudaDriverGetVersion(&driver), "cudaDriverGetVersion");
  std::fprintf(
      file,
      "{\n \"device\": \"%s\",\n \"driver\": %d,\n \"cutlass\": "
      "\"%d.%d.%d\",\n \"a\": \"%s\",\n \"rest_ms\": %ld,\n \"rows\": [",
      device.name, driver, CUTLASS_MAJOR, CUTLASS_MINOR, CUTLASS_PATCH,
      options.form.name, options.rest);
  const char *separator = "";
  for (const Row &row : rows) {
    std::fprintf(
        file,
        "%s\n  {\"n\": %ld, \"k\": %ld, \"m\": %ld, \"tile\": \"%s\", "
        "\"cluster\": %d, \"scheduler\": \"%s\", \"swizzle\": %ld, "
        "\"time_us\": %.3f, \"least_us\": %.3f, \"greatest_us\": %.3f, "
        "\"relative_error\": %.3g}",
        separator, options.n, options.k, row.m, row.kernel->tile,
        row.kernel->cluster, row.kernel->scheduler, row.swizzle,
        row.time.median, row.time.least, row.time.greatest, row.error);
    separator = ",";
  }
  std::fputs("\n ]\n}\n", file);
  std::fclose(file);
}

/// Prints the time; false when the kernel is wrong.
static bool measure(const Options &options, const Operands &operands,
                    const Kernel &kernel, int64_t m, int64_t swizzle,
                    std::vector<Row> &rows) {
  // Of all bits one, an f16 is no number.
  check(cudaMemset(operands.result, 0xff, m * operands.n * sizeof(uint16_t)),
        "cudaMemset");
  Call call = kernel.prepare(operands, m, swizzle);
  // The second finds what the first left in the workspace.
  for (int64_t number : {0, 1})
    call(number, /*stream=*/nullptr);
  double error = relativeError(operands, m);
  std::printf("%7ld%7ld%6ld  %-11s%4d  %-11s%4ld", options.n, options.k, m,
              kernel.tile, kernel.cluster, kernel.scheduler, swizzle);
  if (!(error < options.form.maxError)) {
    std::printf("  wrong: relative error %.2g\n", error);
    return false;
  }
  Timing time = timeCalls(call, operands.packedCodes.size(), options.rest);
  std::printf("%11.2f%9.1f%9.1e\n", time.median,
              2e-6 * m * options.n * options.k / time.median, error);
  std::fflush(stdout);
  rows.push_back({m, &kernel, swizzle, time, error});
  return true;
}

/// Random operands, with as many packed copies as calls use in turn.
static Operands makeOperands(const Options &options) {
  Operands operands = drawOperands(
      options.form.type, options.n, options.k,
      *std::max_element(options.tokens.begin(), options.tokens.end()));
  int64_t codeBytes = options.n * options.k / 2;
  int64_t scaleBytes =
      options.n * (options.k / kGroup) * options.form.scaleBytes;
  int64_t rotation =
      std::max<int64_t>(3, kRotationBytes / (codeBytes + scaleBytes) + 2);
  for (int64_t i = 0; i < rotation; ++i) {
    operands.packedCodes.push_back(allocate(codeBytes));
    operands.packedScales.push_back(allocate(scaleBytes));
  }
  options.form.pack(operands);
  return operands;
}

int main(int argc, char **argv) {
  Options options = readOptions(argc, argv);
  cudaDeviceProp device = findDevice();
  std::printf("device  %s\ncutlass %d.%d.%d, example 55, %s activations\n\n"
              "      n      k     m  tile        cl.  scheduler   sw.    "
              "time us  TFLOP/s   error\n",
              device.name, CUTLASS_MAJOR, CUTLASS_MINOR, CUTLASS_PATCH,
              options.form.name);
  Operands operands = makeOperands(options);
  std::vector<Row> rows;
  bool isRight = true;
  for (int64_t m : options.tokens)
    for (const Kernel &kernel : options.form.kernels)
      for (int64_t swizzle : options.swizzles)
        if (options.tiles.empty() ||
            std::count(options.tiles.begin(), options.tiles.end(), kernel.tile))
          isRight &= measure(options, operands, kernel, m, swizzle, rows);
  if (!options.json.empty())
    writeJson(options, device, rows);
  return isRight ? 0 : 1;
}
