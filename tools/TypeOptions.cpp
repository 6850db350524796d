//===- TypeOptions.cpp - The types of a gemm on a command line ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the options and reads them into a description, whose numbers are
// checked where a problem is made of it.
//
//===----------------------------------------------------------------------===//

#include "TypeOptions.h"

#include "llvm/ADT/StringExtras.h"

namespace cl = llvm::cl;
using namespace humming;
using jit::GemmProblem;
using jit::InputScale;
using jit::ZeroKind;
using llvm::StringRef;

TypeOptions::TypeOptions(cl::OptionCategory &category)
    : a("a",
        cl::desc("Type of the activations: f16, bf16, e4m3, e5m2, e2m1, i8 or "
                 "i4 (f16)"),
        cl::value_desc("type"), cl::init("f16"), cl::cat(category)),
      w("w",
        cl::desc("Code of the weights: u1 to u8, i1 to i8, eXmY, nf4, or the "
                 "values\nof a table, lut1,[v0, v1] to lut8,[...] (u4)"),
        cl::value_desc("code"), cl::init("u4"), cl::cat(category)),
      c("c",
        cl::desc("Type of the result: f16, bf16 or f32 (that of --a; f16 where "
                 "--a has\nfewer than 16 bits)"),
        cl::value_desc("type"), cl::cat(category)),
      scale("scale",
            cl::desc("Type of the scales: f16, bf16, f32, e4m3, e5m2, ue8m0 or "
                     "none\n(that of --a; f32 where --a has fewer than 16 "
                     "bits)"),
            cl::value_desc("type"), cl::cat(category)),
      group("group",
            cl::desc("What shares a scale: a number of values of k, the last "
                     "ones may be fewer;\nchannel; tensor; or a block of n x "
                     "k, such as 128x128 (128)"),
            cl::value_desc("group"), cl::init("128"), cl::cat(category)),
      zero("zero",
           cl::desc("Weights have zero points: code, of their own code, or f16 "
                    "or bf16,\nof the type of --a (--zero alone: code)"),
           cl::value_desc("type"), cl::ValueOptional, cl::cat(category)),
      inputScale("input-scale",
                 cl::desc("Activations have scales of this type: f32 or ue8m0, "
                          "or e4m3 beside e2m1"),
                 cl::value_desc("type"), cl::cat(category)),
      inputGroup("input-group",
                 cl::desc("What shares an input scale: a number of values of "
                          "k in a token, token,\nor tensor (token)"),
                 cl::value_desc("group"), cl::init("token"), cl::cat(category)),
      acc("acc",
          cl::desc("Type of the accumulators: f16 is less than the default, "
                   "f32, or i32\nbeside i8 and i4"),
          cl::value_desc("type"), cl::cat(category)),
      order("order",
            cl::desc("Order in which products are added: any, or fixed, by "
                     "which a token's\nresults depend neither on m nor on "
                     "other tokens (any)"),
            cl::value_desc("order"), cl::init("any"), cl::cat(category)),
      globalScale("global-scale", cl::desc("One more f32 scales the product"),
                  cl::cat(category)),
      perm("perm",
           cl::desc("Columns of A and W are summed in the order of a "
                    "permutation"),
           cl::cat(category)) {}

static llvm::Error refuse(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

static llvm::Expected<ScalarKind> readKind(const cl::opt<std::string> &option) {
  if (std::optional<ScalarKind> kind = parseScalar(option.getValue()))
    return *kind;
  return refuse("expected a type such as f16 or bf16 for --" + option.ArgStr +
                ", got '" + option.getValue() + "'");
}

static llvm::Error readKind(const cl::opt<std::string> &option,
                            ScalarKind &kind) {
  if (option.empty())
    return llvm::Error::success();
  llvm::Expected<ScalarKind> read = readKind(option);
  if (read)
    kind = *read;
  return read.takeError();
}

/// A positive number of values.
static bool readCount(StringRef text, int64_t &count) {
  return !text.getAsInteger(10, count) && count > 0;
}

static llvm::Error readGroup(StringRef text, GemmProblem &problem) {
  auto [rows, columns] = text.split('x');
  problem.rows = 1;
  problem.group = 0;
  if (text == "channel" || text == "0")
    return llvm::Error::success();
  if (text == "tensor") {
    problem.rows = 0;
    return llvm::Error::success();
  }
  bool isRead = columns.empty() ? readCount(text, problem.group)
                                : readCount(rows, problem.rows) &&
                                      readCount(columns, problem.group);
  if (isRead)
    return llvm::Error::success();
  return refuse("expected a number, channel, tensor or a block such as 128x128 "
                "for --group, got '" +
                text + "'");
}

static llvm::Error readZero(const cl::opt<std::string> &option,
                            GemmProblem &problem) {
  if (option.getNumOccurrences() == 0)
    return llvm::Error::success();
  if (option.empty() || option == "code") {
    problem.zero = ZeroKind::Code;
    return llvm::Error::success();
  }
  problem.zero = ZeroKind::Number;
  if (option == name(problem.activation))
    return llvm::Error::success();
  return refuse(llvm::Twine("expected --zero=code or the type of --a, ") +
                name(problem.activation) + ", got '" + option.getValue() + "'");
}

static llvm::Error readInputScale(const TypeOptions &options,
                                  GemmProblem &problem) {
  if (options.inputScale.empty()) {
    if (options.inputGroup.getNumOccurrences())
      return refuse("--input-group needs --input-scale");
    return llvm::Error::success();
  }
  if (llvm::Error error = readKind(options.inputScale, problem.inputScaleType))
    return error;
  StringRef group = options.inputGroup.getValue();
  problem.inputScale =
      group == "tensor" ? InputScale::Tensor : InputScale::Token;
  if (group == "tensor" || group == "token" ||
      readCount(group, problem.inputGroup))
    return llvm::Error::success();
  return refuse("expected a number, token or tensor for --input-group, got '" +
                group + "'");
}

llvm::Expected<GemmProblem> TypeOptions::read() const {
  GemmProblem result;
  result.code = w;
  result.globalScale = globalScale;
  result.perm = perm;
  if (llvm::Error error = readKind(a, result.activation))
    return std::move(error);
  bool isWide = bitWidth(result.activation) == 16;
  result.output = isWide ? result.activation : ScalarKind::F16;
  if (llvm::Error error = readKind(c, result.output))
    return std::move(error);
  if (scale == "none") {
    result.scale = std::nullopt;
    if (group.getNumOccurrences())
      return refuse("--scale=none has no groups: leave out --group");
  } else {
    result.scale = isWide ? result.activation : ScalarKind::F32;
    if (llvm::Error error = readKind(scale, *result.scale))
      return std::move(error);
  }
  if (llvm::Error error = readGroup(group.getValue(), result))
    return std::move(error);
  if (llvm::Error error = readZero(zero, result))
    return std::move(error);
  if (llvm::Error error = readInputScale(*this, result))
    return std::move(error);
  if (order != "any" && order != "fixed")
    return refuse("expected any or fixed for --order, got '" + order + "'");
  result.fixedOrder = order == "fixed";
  if (!acc.empty()) {
    llvm::Expected<ScalarKind> kind = readKind(acc);
    if (!kind)
      return kind.takeError();
    result.accumulator = *kind;
  }
  return result;
}
