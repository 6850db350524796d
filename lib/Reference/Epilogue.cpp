//===- Epilogue.cpp - Epilogue regions on intervals -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values carry f32 unrounded and round to narrower types op by op; interval
// ends round everywhere, as hardware does. Rounding to nearest is monotone, so
// the rounded ends bound every rounded value between them.
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"

#include "humming/Dialect/Humming/IR/ScalarTypes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace humming;
using namespace humming::reference;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// Rounds a result to its type; see the top of this file.
static Interval round(ScalarKind kind, Interval x) {
  if (kind != ScalarKind::F32)
    x.value = roundTo(kind, x.value);
  x.low = roundTo(kind, x.low);
  x.high = roundTo(kind, x.high);
  return x;
}

/// The hull of a monotone operation's results at the ends of its operands.
template <typename Fn>
static Interval hull(const Interval &a, const Interval &b, Fn fn) {
  double ends[] = {fn(a.low, b.low), fn(a.low, b.high), fn(a.high, b.low),
                   fn(a.high, b.high)};
  Interval x = {fn(a.value, b.value), kInfinity, -kInfinity};
  for (double end : ends) {
    if (std::isnan(end)) // An invalid operation inside: anything is possible.
      return {x.value, -kInfinity, kInfinity};
    x.low = std::min(x.low, end);
    x.high = std::max(x.high, end);
  }
  return x;
}

/// IEEE 754-2019 maximum: NaN when either operand is.
static double maximum(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? a + b : std::max(a, b);
}

Interval Epilogue::compute(const Step &step, const Interval &a,
                           const Interval &b) {
  switch (step.opcode) {
  case Opcode::Add:
    return hull(a, b, [](double x, double y) { return x + y; });
  case Opcode::Subtract:
    return hull(a, b, [](double x, double y) { return x - y; });
  case Opcode::Multiply:
    return hull(a, b, [](double x, double y) { return x * y; });
  case Opcode::Divide:
    if (b.low <= 0 && b.high >= 0 && b.low != b.high)
      return {a.value / b.value, -kInfinity, kInfinity};
    return hull(a, b, [](double x, double y) { return x / y; });
  case Opcode::Maximum:
    return hull(a, b, maximum);
  case Opcode::Minimum:
    return hull(a, b, [](double x, double y) { return -maximum(-x, -y); });
  case Opcode::MaximumNumber:
    return hull(a, b, [](double x, double y) { return std::fmax(x, y); });
  case Opcode::MinimumNumber:
    return hull(a, b, [](double x, double y) { return std::fmin(x, y); });
  case Opcode::Negate:
    return {-a.value, -a.high, -a.low};
  case Opcode::Convert:
    return a;
  case Opcode::Constant:
    return Interval::exactly(step.constant);
  case Opcode::Compare:
  case Opcode::Select:
    break;
  }
  llvm_unreachable("not an arithmetic step");
}

static bool holds(arith::CmpFPredicate predicate, double a, double b) {
  using P = arith::CmpFPredicate;
  bool unordered = std::isnan(a) || std::isnan(b);
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::ORD:
    return !unordered;
  case P::UNO:
    return unordered;
  case P::OEQ:
    return a == b;
  case P::UEQ:
    return unordered || a == b;
  case P::ONE:
    return !unordered && a != b;
  case P::UNE:
    return unordered || a != b;
  case P::OGT:
    return a > b;
  case P::UGT:
    return unordered || a > b;
  case P::OGE:
    return a >= b;
  case P::UGE:
    return unordered || a >= b;
  case P::OLT:
    return a < b;
  case P::ULT:
    return unordered || a < b;
  case P::OLE:
    return a <= b;
  case P::ULE:
    return unordered || a <= b;
  }
  llvm_unreachable("unknown predicate");
}

Interval Epilogue::compare(arith::CmpFPredicate predicate, const Interval &a,
                           const Interval &b) {
  double value = holds(predicate, a.value, b.value);
  // Intervals that are apart compare like any two of their points, and so do
  // single points; between others the answer may be either.
  bool arePoints = a.low == a.high && b.low == b.high;
  bool areApart = a.high < b.low || b.high < a.low;
  bool isUnordered = std::isnan(a.value) || std::isnan(b.value);
  if (arePoints || areApart || isUnordered)
    return Interval::exactly(value);
  return {value, 0, 1};
}

static Interval select(const Interval &condition, const Interval &ifTrue,
                       const Interval &ifFalse) {
  const Interval &taken = condition.value != 0 ? ifTrue : ifFalse;
  if (condition.low == condition.high)
    return taken;
  return {taken.value, std::min(ifTrue.low, ifFalse.low),
          std::max(ifTrue.high, ifFalse.high)};
}

Interval Epilogue::run(const Interval &accumulator,
                       ArrayRef<double> operands) const {
  SmallVector<Interval, 16> slots = {accumulator};
  for (double operand : operands)
    slots.push_back(Interval::exactly(operand));
  for (const Step &step : steps) {
    const Interval &a = slots[step.operands[0]];
    const Interval &b = slots[step.operands[1]];
    Interval x;
    if (step.opcode == Opcode::Select)
      x = select(a, b, slots[step.operands[2]]);
    else if (step.opcode == Opcode::Compare)
      x = compare(step.predicate, a, b);
    else
      x = round(step.kind, compute(step, a, b));
    slots.push_back(x);
  }
  Interval x = round(resultKind, slots[result]);
  x.value = roundTo(resultKind, x.value);
  return x;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

LogicalResult Epilogue::decodeOp(Operation &op,
                                 DenseMap<Value, unsigned> &slots) {
  Step step = {};
  auto opcode =
      llvm::TypeSwitch<Operation *, std::optional<Opcode>>(&op)
          .Case<arith::AddFOp>([](auto) { return Opcode::Add; })
          .Case<arith::SubFOp>([](auto) { return Opcode::Subtract; })
          .Case<arith::MulFOp>([](auto) { return Opcode::Multiply; })
          .Case<arith::DivFOp>([](auto) { return Opcode::Divide; })
          .Case<arith::MaximumFOp>([](auto) { return Opcode::Maximum; })
          .Case<arith::MinimumFOp>([](auto) { return Opcode::Minimum; })
          .Case<arith::MaxNumFOp>([](auto) { return Opcode::MaximumNumber; })
          .Case<arith::MinNumFOp>([](auto) { return Opcode::MinimumNumber; })
          .Case<arith::NegFOp>([](auto) { return Opcode::Negate; })
          .Case<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp>(
              [](auto) { return Opcode::Convert; })
          .Case<arith::SelectOp>([](auto) { return Opcode::Select; })
          .Case<arith::CmpFOp>([&](arith::CmpFOp compare) {
            step.predicate = compare.getPredicate();
            return Opcode::Compare;
          })
          .Case<arith::ConstantOp>(
              [&](arith::ConstantOp constant) -> std::optional<Opcode> {
                auto number = dyn_cast<FloatAttr>(constant.getValue());
                if (!number)
                  return std::nullopt;
                step.constant = number.getValueAsDouble();
                return Opcode::Constant;
              })
          .Default([](Operation *) { return std::nullopt; });
  if (!opcode)
    return op.emitOpError("has no evaluation in the reference");
  step.opcode = *opcode;

  Type type = op.getResult(0).getType();
  if (*opcode != Opcode::Compare && !type.isInteger(1)) {
    std::optional<ScalarKind> kind = scalarKind(type);
    if (!kind)
      return op.emitOpError("has no evaluation in the reference for ") << type;
    step.kind = *kind;
  }
  for (auto [i, operand] : llvm::enumerate(op.getOperands()))
    step.operands[i] = slots.lookup(operand);
  slots[op.getResult(0)] = numArguments + steps.size();
  steps.push_back(step);
  return success();
}

FailureOr<Epilogue> Epilogue::decode(GemmOp gemm) {
  Epilogue epilogue;
  Block &block = gemm.getEpilogue().front();
  DenseMap<Value, unsigned> slots;
  for (BlockArgument argument : block.getArguments())
    slots[argument] = argument.getArgNumber();
  epilogue.numArguments = block.getNumArguments();
  for (Operation &op : block.without_terminator())
    if (failed(epilogue.decodeOp(op, slots)))
      return failure();
  Value yielded = cast<YieldOp>(block.getTerminator()).getValue();
  std::optional<ScalarKind> kind = scalarKind(yielded.getType());
  if (!kind)
    return gemm.emitOpError(
               "has no evaluation in the reference for results of ")
           << yielded.getType();
  epilogue.result = slots.lookup(yielded);
  epilogue.resultKind = *kind;
  return epilogue;
}
