//===- Code.cpp - Weight codes: finite tables of values -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The constructors of codes, their values, and the nearest code of a value.
//
//===----------------------------------------------------------------------===//

#include "humming/Numerics/Code.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>

using namespace humming;

static constexpr unsigned maxBits = 8;

Code Code::unsignedInteger(unsigned bits) {
  assert(bits >= 1 && bits <= maxBits);
  return Code(Kind::Unsigned, bits);
}

Code Code::signedInteger(unsigned bits) {
  assert(bits >= 1 && bits <= maxBits);
  return Code(Kind::Signed, bits);
}

Code Code::minifloat(unsigned exponentBits, unsigned mantissaBits) {
  assert(exponentBits >= 1 && 1 + exponentBits + mantissaBits <= maxBits);
  return Code(Kind::Float, 1 + exponentBits + mantissaBits, exponentBits);
}

Code Code::table(std::vector<double> values) {
  unsigned bits = 1;
  while ((size_t(1) << bits) < values.size())
    ++bits;
  assert(bits <= maxBits && size_t(1) << bits == values.size());
  Code code(Kind::Table, bits);
  code.entries = std::move(values);
  for (double &entry : code.entries)
    entry += 0.0; // -0 becomes 0.
  return code;
}

Code Code::normalFloat4() {
  return table({-1.0, -0.6961928009986877, -0.5250730514526367,
                -0.39491748809814453, -0.28444138169288635,
                -0.18477343022823334, -0.09105003625154495, 0.0,
                0.07958029955625534, 0.16093020141124725, 0.24611230194568634,
                0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
                0.7229568362236023, 1.0});
}

/// One decimal digit without a sign; every width of a code is one digit.
static std::optional<unsigned> digit(char c) {
  if (c < '0' || c > '9')
    return std::nullopt;
  return c - '0';
}

/// The rest of "lutB" after its name: ",[v0, v1, ...]".
static std::optional<std::vector<double>> parseTable(std::string_view text) {
  constexpr std::string_view open = ",[";
  if (text.substr(0, open.size()) != open || text.back() != ']')
    return std::nullopt;
  const char *next = text.data() + open.size(),
             *end = text.data() + text.size() - 1;
  std::vector<double> values;
  while (true) {
    double value = 0;
    auto [after, error] = std::from_chars(next, end, value);
    if (error != std::errc() || !std::isfinite(value))
      return std::nullopt;
    values.push_back(value);
    if (after == end)
      return values;
    if (*after != ',')
      return std::nullopt;
    next = after + 1;
    while (next != end && *next == ' ')
      ++next;
  }
}

/// A value of a table, by 17 digits. There is a point before an exponent, as in
/// the literals of MLIR.
static std::string writeValue(double value) {
  char buffer[32];
  char *end = std::to_chars(buffer, std::end(buffer), value,
                            std::chars_format::general, /*precision=*/17)
                  .ptr;
  std::string text(buffer, end);
  size_t exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos)
    text.insert(exponent, ".0");
  return text;
}

std::optional<Code> Code::parse(std::string_view name) {
  if (name.size() == 2 && (name[0] == 'u' || name[0] == 'i')) {
    std::optional<unsigned> bits = digit(name[1]);
    if (!bits || *bits < 1 || *bits > maxBits)
      return std::nullopt;
    return name[0] == 'u' ? unsignedInteger(*bits) : signedInteger(*bits);
  }
  if (name.size() == 4 && name[0] == 'e' && name[2] == 'm') {
    std::optional<unsigned> exponent = digit(name[1]),
                            mantissa = digit(name[3]);
    if (!exponent || !mantissa || *exponent < 1 ||
        1 + *exponent + *mantissa > maxBits)
      return std::nullopt;
    return minifloat(*exponent, *mantissa);
  }
  if (name == "nf4")
    return normalFloat4();
  if (name.size() > 4 && name.substr(0, 3) == "lut") {
    std::optional<unsigned> bits = digit(name[3]);
    if (!bits || *bits < 1 || *bits > maxBits)
      return std::nullopt;
    std::optional<std::vector<double>> values = parseTable(name.substr(4));
    if (!values || values->size() != size_t(1) << *bits)
      return std::nullopt;
    return table(std::move(*values));
  }
  return std::nullopt;
}

std::string Code::name() const {
  switch (codeKind) {
  case Kind::Unsigned:
    return "u" + std::to_string(bits());
  case Kind::Signed:
    return "i" + std::to_string(bits());
  case Kind::Float:
    return "e" + std::to_string(exponentBits()) + "m" +
           std::to_string(mantissaBits());
  case Kind::Table:
    break;
  }
  if (*this == normalFloat4())
    return "nf4";
  std::string name = "lut" + std::to_string(bits()) + ",[";
  for (double entry : entries)
    name += (name.back() == '[' ? "" : ", ") + writeValue(entry);
  return name + "]";
}

double Code::value(unsigned code) const {
  assert(code < size() && "not a code of this width");
  int half = 1 << (numBits - 1);
  switch (codeKind) {
  case Kind::Unsigned:
    return code;
  case Kind::Signed:
    return static_cast<int>(code) >= half ? static_cast<int>(code) - 2 * half
                                          : static_cast<int>(code);
  case Kind::Float: {
    unsigned mantissa = code & ((1u << mantissaBits()) - 1);
    int exponent = (code >> mantissaBits()) & ((1 << numExponentBits) - 1);
    int bias = (1 << (numExponentBits - 1)) - 1;
    unsigned leadingOne = exponent ? 1u << mantissaBits() : 0;
    double magnitude =
        std::ldexp(mantissa + leadingOne,
                   std::max(exponent, 1) - bias - int(mantissaBits()));
    return static_cast<int>(code) >= half ? -magnitude : magnitude;
  }
  case Kind::Table:
    break;
  }
  return entries[code];
}

int Code::defaultZero() const {
  return codeKind == Kind::Unsigned ? 1 << (numBits - 1) : 0;
}

unsigned Code::encode(double value) const {
  if (std::isnan(value))
    value = 0;
  if (codeKind == Kind::Unsigned || codeKind == Kind::Signed) {
    double least = codeKind == Kind::Signed ? -(1 << (numBits - 1)) : 0;
    double nearest =
        std::clamp(std::nearbyint(value), least, least + size() - 1);
    return static_cast<unsigned>(static_cast<int>(nearest)) & (size() - 1);
  }
  // Against the midpoint of two entries, which is exact where the difference to
  // an entry would round.
  unsigned best = 0;
  for (unsigned code = 1; code < size(); ++code) {
    double entry = this->value(code), bestEntry = this->value(best);
    double middle = entry / 2 + bestEntry / 2;
    bool isNearer = entry > bestEntry ? value > middle
                                      : entry < bestEntry && value < middle;
    bool isTie = entry == bestEntry || value == middle;
    if (isNearer || (isTie && code % 2 == 0 && best % 2 == 1))
      best = code;
  }
  return best;
}

double Code::maxMagnitude(double zero) const {
  double greatest = 0;
  for (unsigned code = 0; code < size(); ++code)
    greatest = std::max(greatest, std::fabs(value(code) - zero));
  return greatest;
}
