//===- TypeOptions.cpp - The types of a gemm on a command line ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the options and reads them into a description, whose numbers are
// checked where a problem is made of it.
//
//===----------------------------------------------------------------------===//

#include "TypeOptions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace cl = llvm::cl;
using namespace humming;
using jit::GemmProblem;
using jit::InputScale;
using jit::ScalePlace;
using jit::ZeroKind;
using llvm::StringRef;

TypeOptions::TypeOptions(cl::OptionCategory &category)
    : a("a",
        cl::desc("Type of the activations: f16, bf16, e4m3, e5m2, e2m1, i8 or "
                 "i4 (f16)"),
        cl::value_desc("type"), cl::cat(category)),
      w("w",
        cl::desc("Code of the weights: u1 to u8, i1 to i8, eXmY, nf4, or the "
                 "values\nof a table, lut1,[v0, v1] to lut8,[...] (u4)"),
        cl::value_desc("code"), cl::cat(category)),
      c("c",
        cl::desc("Type of the result: f16, bf16 or f32 (that of --a; f16 where "
                 "--a has\nfewer than 16 bits)"),
        cl::value_desc("type"), cl::cat(category)),
      scale("scale",
            cl::desc("Type of the scales: f16, bf16, f32, e4m3, e5m2, ue8m0 or "
                     "none\n(that of --a; f32 where --a has fewer than 16 "
                     "bits)"),
            cl::value_desc("type"), cl::cat(category)),
      scaleOn("scale-on",
              cl::desc("What scales act on: accumulator, or operand, the "
                       "weights before they are\nmultiplied, rounded (operand "
                       "for groups beside f16 and bf16, where these\nhold "
                       "--scale)"),
              cl::value_desc("place"), cl::cat(category)),
      group("group",
            cl::desc("What shares a scale: a number of values of k, the last "
                     "ones may be fewer;\nchannel; tensor; or a block of n x "
                     "k, such as 128x128 (128)"),
            cl::value_desc("group"), cl::cat(category)),
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
                 cl::value_desc("group"), cl::cat(category)),
      acc("acc",
          cl::desc("Type of the accumulators: f16 is less than the default, "
                   "f32, or i32\nbeside i8 and i4"),
          cl::value_desc("type"), cl::cat(category)),
      order("order",
            cl::desc("Order in which products are added: any, or fixed, by "
                     "which a token's\nresults depend neither on m nor on "
                     "other tokens (any)"),
            cl::value_desc("order"), cl::cat(category)),
      globalScale("global-scale", cl::desc("One more f32 scales the product"),
                  cl::cat(category)),
      perm("perm",
           cl::desc("Columns of A and W are summed in the order of a "
                    "permutation"),
           cl::cat(category)) {}

static llvm::Error refuse(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

/// The names of the options, and what those say that are not given.
static constexpr std::pair<const char *, const char *> kDefaults[] = {
    {"a", "f16"},  {"w", "u4"},         {"c", ""},
    {"scale", ""}, {"scale-on", ""},    {"group", "128"},
    {"zero", ""},  {"input-scale", ""}, {"input-group", "token"},
    {"acc", ""},   {"order", "any"},    {"global-scale", ""},
    {"perm", ""}};

TypeWords TypeOptions::words() const {
  TypeWords given;
  auto add = [&](const cl::Option &option, StringRef value) {
    if (option.getNumOccurrences())
      given.words[option.ArgStr.str()] = value.str();
  };
  for (const Opt<std::string> *option :
       {&a, &w, &c, &scale, &scaleOn, &group, &zero, &inputScale, &inputGroup,
        &acc, &order})
    add(*option, option->getValue());
  for (const Opt<bool> *option : {&globalScale, &perm})
    if (*option)
      add(*option, "");
  return given;
}

bool TypeWords::set(StringRef word) {
  StringRef key = word.take_until([](char c) { return c == '='; });
  bool isOption = llvm::any_of(
      kDefaults, [&](const auto &entry) { return key == entry.first; });
  if (isOption)
    words[key.str()] = word.split('=').second.str();
  return isOption;
}

StringRef TypeWords::get(StringRef key) const {
  auto found = words.find(key.str());
  if (found != words.end())
    return found->second;
  return llvm::find_if(kDefaults,
                       [&](const auto &entry) { return key == entry.first; })
      ->second;
}

llvm::Error TypeWords::readKind(StringRef key, ScalarKind &kind) const {
  std::optional<ScalarKind> read = parseScalar(get(key));
  if (!read)
    return refuse("expected a type such as f16 or bf16 for --" + key +
                  ", got '" + get(key) + "'");
  kind = *read;
  return llvm::Error::success();
}

/// A positive number of values.
static bool readCount(StringRef text, int64_t &count) {
  return !text.getAsInteger(10, count) && count > 0;
}

llvm::Error TypeWords::readGroup(GemmProblem &problem) const {
  StringRef text = get("group");
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

llvm::Error TypeWords::readZero(GemmProblem &problem) const {
  if (!has("zero"))
    return llvm::Error::success();
  StringRef zero = get("zero");
  if (zero.empty() || zero == "code") {
    problem.zero = ZeroKind::Code;
    return llvm::Error::success();
  }
  problem.zero = ZeroKind::Number;
  if (zero == name(problem.activation))
    return llvm::Error::success();
  return refuse(llvm::Twine("expected --zero=code or the type of --a, ") +
                name(problem.activation) + ", got '" + zero + "'");
}

llvm::Error TypeWords::readInputScale(GemmProblem &problem) const {
  if (get("input-scale").empty()) {
    if (has("input-group"))
      return refuse("--input-group needs --input-scale");
    return llvm::Error::success();
  }
  if (llvm::Error error = readKind("input-scale", problem.inputScaleType))
    return error;
  StringRef group = get("input-group");
  problem.inputScale =
      group == "tensor" ? InputScale::Tensor : InputScale::Token;
  if (group == "tensor" || group == "token" ||
      readCount(group, problem.inputGroup))
    return llvm::Error::success();
  return refuse("expected a number, token or tensor for --input-group, got '" +
                group + "'");
}

llvm::Expected<GemmProblem> TypeWords::read() const {
  GemmProblem result;
  result.code = get("w").str();
  result.globalScale = has("global-scale");
  result.perm = has("perm");
  if (llvm::Error error = readKind("a", result.activation))
    return std::move(error);
  bool isWide = bitWidth(result.activation) == 16;
  result.output = isWide ? result.activation : ScalarKind::F16;
  if (!get("c").empty())
    if (llvm::Error error = readKind("c", result.output))
      return std::move(error);
  if (get("scale") == "none") {
    result.scale = std::nullopt;
    if (has("group"))
      return refuse("--scale=none has no groups: leave out --group");
  } else {
    result.scale = isWide ? result.activation : ScalarKind::F32;
    if (!get("scale").empty())
      if (llvm::Error error = readKind("scale", *result.scale))
        return std::move(error);
  }
  if (llvm::Error error = readGroup(result))
    return std::move(error);
  if (llvm::Error error = readZero(result))
    return std::move(error);
  if (llvm::Error error = readInputScale(result))
    return std::move(error);
  StringRef on = get("scale-on");
  if (on == "operand")
    result.scalePlace = ScalePlace::Operand;
  else if (on == "accumulator")
    result.scalePlace = ScalePlace::Accumulator;
  else if (!on.empty())
    return refuse("expected accumulator or operand for --scale-on, got '" + on +
                  "'");
  StringRef order = get("order");
  if (order != "any" && order != "fixed")
    return refuse("expected any or fixed for --order, got '" + order + "'");
  result.fixedOrder = order == "fixed";
  if (!get("acc").empty())
    if (llvm::Error error = readKind("acc", result.accumulator.emplace()))
      return std::move(error);
  return result;
}
