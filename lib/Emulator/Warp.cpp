//===- Warp.cpp - Executing one warp --------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The instruction loop and the reconvergence stack. Lanes that part at a branch
// run one side after the other and join at the branch's immediate
// post-dominator.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace mlir;

namespace humming::emulator {

Warp::Warp(ThreadBlock &block, unsigned index)
    : block(block), machine(block.machine), index(index),
      number(block.rank * machine.ordering.warpsPerBlock() + index) {}

void Warp::start(LaneMask lanes) {
  active = lanes;
  exited = ~lanes;
  stack.assign(1, {0, kNoBlock, lanes});
  pc = machine.program.blocks[0];
  committedGroups = committedStores = {};
  copies.clear();
  stores.clear();
  productReads.clear();
  if (machine.program.startsProducts)
    products.startBlock(machine.program.registers.size());
  state = State::Ready;
}

template <typename Cell>
static void blend(uint8_t *to, const uint8_t *from, LaneMask mask) {
  auto *target = reinterpret_cast<Cell *>(to);
  auto *source = reinterpret_cast<const Cell *>(from);
  forEachLane(mask, [&](unsigned lane) { target[lane] = source[lane]; });
}

static void copyPlane(uint8_t *to, const uint8_t *from, unsigned log2Bytes,
                      LaneMask mask) {
  if (mask == kAllLanes) {
    std::memcpy(to, from, size_t(kLanes) << log2Bytes);
    return;
  }
  switch (log2Bytes) {
  case 0:
    return blend<uint8_t>(to, from, mask);
  case 1:
    return blend<uint16_t>(to, from, mask);
  case 2:
    return blend<uint32_t>(to, from, mask);
  default:
    return blend<uint64_t>(to, from, mask);
  }
}

Step Warp::run() {
  const Instruction *code = machine.program.code.data();
  const bool hasProducts = machine.program.startsProducts;
  for (;;) {
    const Instruction &inst = code[pc];
    ++machine.counters.instructions[unsigned(inst.kind)];
    if (hasProducts && !checkProducts(inst))
      return Step::Failed;
    if (inst.pure) {
      inst.pure(inst, registers.data());
      ++pc;
      continue;
    }
    Step step = inst.effect(inst, *this);
    switch (step) {
    case Step::Next:
      ++pc;
      break;
    case Step::Jumped:
      if (edgeFault)
        return fail(inst, HazardKind::InFlightRegister, edgeFault);
      // Every loop passes a branch, so counting here is enough.
      if (block.stepsLeft == 0)
        return fail(inst, HazardKind::StepLimit,
                    "the block has not ended within the step limit");
      --block.stepsLeft;
      break;
    case Step::Wait:
      ++pc;
      return step;
    case Step::Done:
    case Step::Failed:
      return step;
    }
  }
}

void Warp::resume() {
  active = stack.back().mask;
  pc = machine.program.blocks[stack.back().block];
}

void Warp::copyArguments(const Edge &edge, LaneMask mask) {
  for (const PlaneCopy &copy : edge.copies) {
    if (machine.program.startsProducts && !edgeFault)
      edgeFault = products.move(copy.to, copy.from);
    copyPlane(registers.data() + copy.to, registers.data() + copy.from,
              copy.log2Bytes, mask);
  }
}

bool Warp::checkProducts(const Instruction &inst) {
  if (inst.checksProducts)
    return true;
  const char *fault = nullptr;
  for (unsigned i = 0; i < inst.numOperands && !fault; ++i)
    fault = products.read(inst.operands[i]);
  for (unsigned i = 0; i < inst.numResults && !fault; ++i)
    fault = products.write(inst.results[i]);
  if (fault)
    fail(inst, HazardKind::InFlightRegister, fault);
  return !fault;
}

void Warp::jump(const Edge &edge) {
  copyArguments(edge, active);
  if (edge.block == stack.back().reconverge) {
    stack.pop_back();
    return resume();
  }
  stack.back().block = edge.block;
  pc = machine.program.blocks[edge.block];
}

void Warp::diverge(const Branch &branch, ArrayRef<LaneMask> taken) {
  for (auto [edge, mask] : llvm::zip_equal(branch.edges, taken))
    if (mask == active)
      return jump(edge);

  // The lanes wait at the reconvergence point, unless those below in the stack
  // already wait there; each side runs as an entry of its own on top.
  StackEntry &top = stack.back();
  if (branch.reconverge == kNoBlock || branch.reconverge == top.reconverge)
    stack.pop_back();
  else
    top.block = branch.reconverge;
  for (auto [edge, mask] : llvm::zip_equal(branch.edges, taken)) {
    if (!mask)
      continue;
    copyArguments(edge, mask);
    if (edge.block != branch.reconverge)
      stack.push_back({edge.block, branch.reconverge, mask});
  }
  resume();
}

Step Warp::finishLanes() {
  // Entries below hold other lanes: a branch with a reconvergence point has no
  // way to a return that does not pass it.
  exited |= active;
  stack.pop_back();
  if (stack.empty())
    return Step::Done;
  resume();
  return Step::Jumped;
}

std::string locationOf(const DebugInfo &debug) {
  std::string text;
  llvm::raw_string_ostream location(text);
  if (auto file = debug.location->findInstanceOf<FileLineColLoc>())
    location << file.getFilename().getValue() << ':' << file.getLine() << ':'
             << file.getColumn();
  else
    location << debug.location;
  return text;
}

Step Warp::fail(const Instruction &inst, HazardKind kind, const Twine &text,
                std::optional<unsigned> lane, std::optional<uint64_t> address) {
  const DebugInfo &debug = machine.program.debug[inst.debug];
  Hazard hazard;
  hazard.kind = kind;
  hazard.op = debug.op.str();
  hazard.block = block.position;
  hazard.warp = index;
  hazard.lane = lane;
  hazard.address = address;
  hazard.location = locationOf(debug);

  llvm::raw_string_ostream message(hazard.message);
  message << hazard.location << ": " << hazard.op << ": " << getName(kind)
          << ": " << text << " (kernel " << machine.program.name << ", block "
          << hazard.block.x << ',' << hazard.block.y << ',' << hazard.block.z
          << ", warp " << index;
  if (lane)
    message << ", lane " << *lane;
  if (address)
    message << ", address 0x" << Twine::utohexstr(*address);
  message << ')';
  machine.hazard = std::move(hazard);
  return Step::Failed;
}

Step Warp::fail(const Instruction &inst, const Fault &fault, unsigned lane) {
  return fail(inst, fault.kind, fault.text, lane, fault.address);
}

void Warp::failWaiting(HazardKind kind, const Twine &text,
                       std::optional<uint64_t> address) {
  fail(machine.program.code[pc - 1], kind, text, std::nullopt, address);
}

bool Warp::checkConverged(const Instruction &inst) {
  if (active == kAllLanes)
    return true;
  fail(inst, HazardKind::Divergence,
       "every lane of the warp must execute this together; active lanes are "
       "0x" +
           Twine::utohexstr(active));
  return false;
}

} // namespace humming::emulator
