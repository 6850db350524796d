//===- Products.cpp - Products of warpgroups that run ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of wgmma for registers (PTX ISA, "wgmma.mma_async",
// "wgmma.fence"), and that the warps of a warpgroup keep together.
//
//===----------------------------------------------------------------------===//

#include "Products.h"

#include "llvm/ADT/STLExtras.h"

namespace humming::emulator {

static const char *const kNoFence =
    "no wgmma.fence since a register of the product was written";

void Products::startBlock(size_t registerBytes) {
  registers.assign(registerBytes / kPlaneAlignment, {});
  groups.clear();
  started = done = 0;
  fences = handed = 0;
}

const char *Products::read(Plane plane) const {
  const Register &shadow = at(plane);
  switch (shadow.owner) {
  case Owner::Warp:
    return nullptr;
  case Owner::Product:
    return "reads an accumulator that no wgmma.wait_group has handed back";
  case Owner::Waited:
    return isDone(shadow.product)
               ? nullptr
               : "reads an accumulator that a wgmma still updates (no "
                 "wgmma.wait_group covers it)";
  case Owner::Moved:
    return "reads an accumulator that a later wgmma or wgmma.wait_group has "
           "taken over";
  }
  llvm_unreachable("every owner has an answer");
}

const char *Products::write(Plane plane) {
  Register &shadow = at(plane);
  if (!isDone(shadow.reader))
    return "writes a register that a wgmma still reads as its A";
  if (isTaken(shadow) && !isDone(shadow.product))
    return "writes an accumulator that a wgmma still updates";
  shadow.owner = Owner::Warp;
  shadow.written = fences;
  return nullptr;
}

const char *Products::move(Plane to, Plane from) {
  Register source = at(from);
  if (!isTaken(source)) {
    if (const char *fault = read(from))
      return fault;
    return write(to);
  }
  if (const char *fault = write(to))
    return fault;
  at(from).owner = Owner::Moved;
  source.reader = at(to).reader;
  at(to) = source;
  return nullptr;
}

const char *Products::readOperand(Plane plane, bool &isFence) const {
  isFence = false;
  if (const char *fault = read(plane))
    return fault;
  isFence = at(plane).written >= fences;
  return isFence ? kNoFence : nullptr;
}

const char *Products::readSum(Plane plane, unsigned tokens,
                              bool &isFence) const {
  // Products of one shape are added to the same registers in order.
  const Register &shadow = at(plane);
  isFence = false;
  if (shadow.owner == Owner::Moved)
    return read(plane);
  if (shadow.owner == Owner::Warp) {
    isFence = shadow.written >= fences;
    return isFence ? kNoFence : nullptr;
  }
  if (!isDone(shadow.product) && shadow.tokens != tokens)
    return "updates an accumulator that a wgmma of another shape still updates";
  return nullptr;
}

const char *Products::takeRegisters(bool &isFence) const {
  isFence = handed >= fences;
  return isFence ? "no wgmma.fence since the warp was given the registers in "
                   "which the product starts from zero"
                 : nullptr;
}

Products::Number Products::start(llvm::ArrayRef<Plane> operands,
                                 llvm::ArrayRef<Plane> sums,
                                 llvm::ArrayRef<Plane> results,
                                 unsigned tokens) {
  ++started;
  for (Plane plane : operands)
    at(plane).reader = started;
  for (Plane plane : sums)
    if (isTaken(at(plane)))
      at(plane).owner = Owner::Moved;
  for (Plane plane : results) {
    Register &shadow = at(plane);
    shadow.product = started;
    shadow.tokens = uint16_t(tokens);
    shadow.owner = Owner::Product;
  }
  return started;
}

void Products::wait(unsigned pending) {
  for (; groups.size() > pending; groups.pop_front())
    done = groups.front();
  handed = fences;
}

const char *Products::handBack(Plane to, Plane from) {
  Register source = at(from);
  if (source.owner == Owner::Moved)
    return read(from);
  if (const char *fault = write(to))
    return fault;
  if (source.owner == Owner::Warp)
    return nullptr;
  if (isTaken(source))
    at(from).owner = Owner::Moved;
  source.owner = Owner::Waited;
  source.reader = at(to).reader;
  at(to) = source;
  return nullptr;
}

const Warpgroup::Meeting *Warpgroup::meet(unsigned warp, Meeting meeting) {
  uint64_t position = counts[warp]++ - first;
  if (position == meetings.size()) {
    meetings.push_back(meeting);
    return nullptr;
  }
  const Meeting &theirs = meetings[position];
  if (theirs.inst != meeting.inst || theirs.operands != meeting.operands)
    return &theirs;
  for (; *llvm::min_element(counts) > first; ++first)
    meetings.pop_front();
  return nullptr;
}

std::optional<std::pair<unsigned, Warpgroup::Meeting>>
Warpgroup::missing() const {
  if (meetings.empty())
    return std::nullopt;
  unsigned warp = llvm::min_element(counts) - counts.begin();
  return std::make_pair(warp, meetings.front());
}

} // namespace humming::emulator
