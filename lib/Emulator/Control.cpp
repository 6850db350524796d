//===- Control.cpp - Branches and returns ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of terminators. Each lane picks its edge; Warp::diverge does the
// rest.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Machine.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace humming::emulator {

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

static const Branch &branchOf(const Instruction &inst) {
  return *static_cast<const Branch *>(inst.payload);
}

static Step jump(const Instruction &inst, Warp &warp) {
  warp.jump(branchOf(inst).edges[0]);
  return Step::Jumped;
}

static Step conditional(const Instruction &inst, Warp &warp) {
  const uint8_t *condition = warp.lanes<uint8_t>(inst.operands[0]);
  LaneMask taken = 0;
  for (unsigned lane = 0; lane < kLanes; ++lane)
    taken |= LaneMask(condition[lane]) << lane;
  taken &= warp.active;
  warp.diverge(branchOf(inst), {warp.active & ~taken, taken});
  return Step::Jumped;
}

static Step switchCase(const Instruction &inst, Warp &warp) {
  const Branch &branch = branchOf(inst);
  SmallVector<LaneMask, 8> taken(branch.edges.size(), 0);
  forEachLane(warp.active, [&](unsigned lane) {
    uint64_t value =
        inst.bits <= 8    ? warp.lanes<uint8_t>(inst.operands[0])[lane]
        : inst.bits <= 16 ? warp.lanes<uint16_t>(inst.operands[0])[lane]
        : inst.bits <= 32 ? warp.lanes<uint32_t>(inst.operands[0])[lane]
                          : warp.lanes<uint64_t>(inst.operands[0])[lane];
    const auto *found = llvm::find(branch.values, value);
    unsigned edge =
        found == branch.values.end() ? 0 : 1 + (found - branch.values.begin());
    taken[edge] |= LaneMask(1) << lane;
  });
  warp.diverge(branch, taken);
  return Step::Jumped;
}

static Step finish(const Instruction &, Warp &warp) {
  return warp.finishLanes();
}

static Step unreachable(const Instruction &inst, Warp &warp) {
  return warp.fail(inst, HazardKind::Invalid, "unreachable code was reached");
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static LogicalResult emitBranch(Decoder &decoder, Operation *op,
                                ArrayRef<Plane> operands, EffectFn effect,
                                ArrayRef<Edge> edges,
                                ArrayRef<uint64_t> values = {}) {
  Instruction &inst = decoder.emit(op, InstructionKind::Branch, {}, operands);
  inst.effect = effect;
  inst.payload = new (decoder.program.allocator) Branch{
      decoder.program.copy(edges), decoder.program.copy(values),
      edges.size() > 1 ? decoder.reconvergence(op->getBlock()) : kNoBlock};
  return success();
}

static LogicalResult decodeBranch(Decoder &decoder, Operation *op) {
  auto branch = cast<LLVM::BrOp>(op);
  return emitBranch(decoder, op, {}, jump,
                    decoder.edge(branch.getDest(), branch.getDestOperands()));
}

static LogicalResult decodeConditional(Decoder &decoder, Operation *op) {
  auto branch = cast<LLVM::CondBrOp>(op);
  return emitBranch(
      decoder, op, decoder.planes(branch.getCondition()), conditional,
      {decoder.edge(branch.getFalseDest(), branch.getFalseDestOperands()),
       decoder.edge(branch.getTrueDest(), branch.getTrueDestOperands())});
}

static LogicalResult decodeSwitch(Decoder &decoder, Operation *op) {
  auto switchOp = cast<LLVM::SwitchOp>(op);
  SmallVector<Edge> edges = {decoder.edge(switchOp.getDefaultDestination(),
                                          switchOp.getDefaultOperands())};
  for (auto [index, target] : llvm::enumerate(switchOp.getCaseDestinations()))
    edges.push_back(decoder.edge(target, switchOp.getCaseOperands(index)));
  SmallVector<uint64_t> values;
  if (auto cases = switchOp.getCaseValues())
    for (const APInt &value : cases->getValues<APInt>())
      values.push_back(value.getZExtValue());
  if (failed(emitBranch(decoder, op, decoder.planes(switchOp.getValue()),
                        switchCase, edges, values)))
    return failure();
  decoder.program.code.back().bits =
      getScalar(switchOp.getValue().getType())->bits;
  return success();
}

static LogicalResult decodeReturn(Decoder &decoder, Operation *op) {
  if (op->getNumOperands() != 0)
    return refuse(op, "a kernel returns nothing");
  decoder.emit(op, InstructionKind::Branch, {}, {}).effect = finish;
  return success();
}

static LogicalResult decodeUnreachable(Decoder &decoder, Operation *op) {
  decoder.emit(op, InstructionKind::Branch, {}, {}).effect = unreachable;
  return success();
}

void registerControlHandlers(HandlerTable &table) {
  table["llvm.br"] = decodeBranch;
  table["llvm.cond_br"] = decodeConditional;
  table["llvm.switch"] = decodeSwitch;
  table["llvm.return"] = decodeReturn;
  table["llvm.unreachable"] = decodeUnreachable;
}

} // namespace humming::emulator
