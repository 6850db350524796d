//===- WarpOps.cpp - Special registers, barriers, permutations ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of the nvvm ops by which threads learn who they are and meet. A
// special register is a plane that is set before a block runs; reading it is a
// renaming. And prmt and dp4a, the nvvm ops here that a lane does alone.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Lanes.h"
#include "Machine.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include <algorithm>

using namespace mlir;

namespace humming::emulator {

template <SpecialRegister Name>
static LogicalResult decodeSpecial(Decoder &decoder, Operation *op) {
  if (!op->getResult(0).getType().isInteger(32))
    return refuse(op, "a special register is an i32");
  decoder.alias(op->getResult(0), decoder.special(Name));
  return success();
}

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

static Step failDivergence(const Instruction &inst, Warp &warp,
                           LaneMask expected) {
  return warp.fail(inst, HazardKind::Divergence,
                   "expected lanes 0x" + Twine::utohexstr(expected) +
                       " together, got 0x" + Twine::utohexstr(warp.active));
}

/// operands: the barrier's number, and the number of threads (0: the block).
static Step barrier(const Instruction &inst, Warp &warp) {
  if (warp.active != warp.live())
    return failDivergence(inst, warp, warp.live());
  std::optional<uint32_t> id = warp.uniform(inst.operands[0]);
  std::optional<uint32_t> threads = warp.uniform(inst.operands[1]);
  unsigned warps = warp.block.warps.size();
  if (!id || *id >= kNumBarriers || !threads || *threads % kLanes != 0 ||
      *threads / kLanes > warps)
    return warp.fail(inst, HazardKind::Invalid,
                     "expected a barrier number below 16 and a multiple of 32 "
                     "threads of the block, the same in all lanes");
  return warp.block.arrive(inst, warp, *id,
                           *threads ? *threads / kLanes : warps);
}

static LogicalResult decodeBarrier0(Decoder &decoder, Operation *op) {
  Plane zero = decoder.constant(0, 2);
  decoder.emit(op, InstructionKind::Barrier, {}, {zero, zero}).effect = barrier;
  return success();
}

static LogicalResult decodeBarrier(Decoder &decoder, Operation *op) {
  auto barrierOp = cast<NVVM::BarrierOp>(op);
  if (barrierOp.getReductionOp())
    return refuse(op, "barriers that reduce");
  auto operand = [&](Value value) {
    return value ? decoder.planes(value)[0] : decoder.constant(0, 2);
  };
  decoder
      .emit(op, InstructionKind::Barrier, {},
            {operand(barrierOp.getBarrierId()),
             operand(barrierOp.getNumberOfThreads())})
      .effect = barrier;
  return success();
}

/// operands: the mask of lanes that meet.
static Step warpBarrier(const Instruction &inst, Warp &warp) {
  std::optional<uint32_t> mask = warp.uniform(inst.operands[0]);
  if (!mask || (*mask & warp.live()) != warp.active)
    return failDivergence(inst, warp, mask.value_or(0) & warp.live());
  // Ordering is kept by warp, so only a meeting of all lanes establishes one.
  if (warp.active == warp.live())
    warp.machine.ordering.synchronize(warp.number);
  return Step::Next;
}

static LogicalResult decodeWarpBarrier(Decoder &decoder, Operation *op) {
  decoder
      .emit(op, InstructionKind::Barrier, {}, decoder.planes(op->getOperand(0)))
      .effect = warpBarrier;
  return success();
}

//===----------------------------------------------------------------------===//
// Shuffle
//===----------------------------------------------------------------------===//

/// Source lane and its validity: PTX ISA 9.7.9.6, shfl.sync.
static std::pair<unsigned, bool> sourceLane(NVVM::ShflKind kind, unsigned lane,
                                            uint32_t offset, uint32_t clamp) {
  unsigned b = offset & 31, c = clamp & 31, segment = clamp >> 8 & 31;
  unsigned maxLane = (lane & segment) | (c & ~segment);
  int source = 0;
  bool valid = false;
  switch (kind) {
  case NVVM::ShflKind::up:
    source = int(lane) - int(b);
    valid = source >= int(maxLane);
    break;
  case NVVM::ShflKind::down:
    source = int(lane + b);
    valid = source <= int(maxLane);
    break;
  case NVVM::ShflKind::bfly:
    source = int(lane ^ b);
    valid = source <= int(maxLane);
    break;
  case NVVM::ShflKind::idx:
    source = int((lane & segment) | (b & ~segment));
    valid = source <= int(maxLane);
    break;
  }
  return {valid ? unsigned(source) : lane, valid};
}

/// operands: mask, value, offset, clamp. results: value, and maybe validity.
static Step shuffle(const Instruction &inst, Warp &warp) {
  std::optional<uint32_t> mask = warp.uniform(inst.operands[0]);
  if (!mask || *mask != warp.active)
    return failDivergence(inst, warp, mask.value_or(0));
  auto kind = NVVM::ShflKind(inst.immediate);
  const uint32_t *values = warp.lanes<uint32_t>(inst.operands[1]);
  const uint32_t *offsets = warp.lanes<uint32_t>(inst.operands[2]);
  const uint32_t *clamps = warp.lanes<uint32_t>(inst.operands[3]);
  uint32_t *results = warp.lanes<uint32_t>(inst.results[0]);
  Step step = Step::Next;
  forEachLane(warp.active, [&](unsigned lane) {
    auto [source, valid] = sourceLane(kind, lane, offsets[lane], clamps[lane]);
    if (!(warp.active >> source & 1))
      step = warp.fail(inst, HazardKind::Divergence,
                       "reads lane " + Twine(source) + ", which is inactive",
                       lane);
    results[lane] = values[source];
    if (inst.numResults > 1)
      warp.lanes<uint8_t>(inst.results[1])[lane] = valid;
  });
  return step;
}

static LogicalResult decodeShuffle(Decoder &decoder, Operation *op) {
  auto shuffleOp = cast<NVVM::ShflOp>(op);
  FailureOr<ArrayRef<Plane>> results = decoder.define(shuffleOp.getRes());
  if (failed(results))
    return failure();
  SmallVector<Plane> operands;
  for (Value operand : op->getOperands())
    llvm::append_range(operands, decoder.planes(operand));
  Instruction &inst =
      decoder.emit(op, InstructionKind::Shuffle, *results, operands);
  inst.effect = shuffle;
  inst.immediate = uint64_t(shuffleOp.getKind());
  return success();
}

//===----------------------------------------------------------------------===//
// Election
//===----------------------------------------------------------------------===//

/// operands: the mask of lanes that elect one of them. The same mask elects the
/// same lane; which, no kernel may rely on.
static Step elect(const Instruction &inst, Warp &warp) {
  std::optional<uint32_t> mask = warp.uniform(inst.operands[0]);
  if (!mask || *mask != warp.active)
    return failDivergence(inst, warp, mask.value_or(0));
  LaneMask left = warp.active;
  uint64_t skipped =
      warp.machine.options.seed.value_or(0) % llvm::popcount(left);
  for (; skipped; --skipped)
    left &= left - 1;
  uint8_t *results = warp.lanes<uint8_t>(inst.results[0]);
  forEachLane(warp.active, [&](unsigned lane) {
    results[lane] = lane == unsigned(llvm::countr_zero(left));
  });
  return Step::Next;
}

static LogicalResult decodeElect(Decoder &decoder, Operation *op) {
  auto electOp = cast<NVVM::ElectSyncOp>(op);
  FailureOr<ArrayRef<Plane>> result = decoder.define(electOp.getPred());
  if (failed(result))
    return failure();
  Plane mask = electOp.getMembermask()
                   ? decoder.planes(electOp.getMembermask())[0]
                   : decoder.constant(kAllLanes, 2);
  decoder.emit(op, InstructionKind::Shuffle, *result, mask).effect = elect;
  return success();
}

//===----------------------------------------------------------------------===//
// Byte permutation
//===----------------------------------------------------------------------===//

/// PTX ISA 9.7.9.7, prmt.b32 in its default mode: nibble i of the selector
/// names byte i of the result, or with its bit 3 the sign of that byte.
struct PermuteBytes {
  uint32_t operator()(const Instruction &, uint32_t a, uint32_t b,
                      uint32_t selector) const {
    uint64_t bytes = uint64_t(b) << 32 | a;
    uint32_t result = 0;
    for (unsigned at = 0; at < 32; at += 8, selector >>= 4) {
      uint32_t byte = bytes >> (selector & 7) * 8 & 0xff;
      if (selector & 8)
        byte = byte & 0x80 ? 0xff : 0;
      result |= byte << at;
    }
    return result;
  }
};

static LogicalResult decodePermute(Decoder &decoder, Operation *op) {
  if (cast<NVVM::PermuteOp>(op).getMode() != NVVM::PermuteMode::DEFAULT)
    return refuse(op, "modes other than the default");
  return decoder.emitElementwise(op, InstructionKind::Integer,
                                 mapTernary<uint32_t, uint32_t, PermuteBytes>);
}

//===----------------------------------------------------------------------===//
// Dot products of bytes
//===----------------------------------------------------------------------===//

/// PTX ISA, dp4a.u32.u32: the products of four bytes and a number, modulo 2^32.
/// Operands are the bytes of a, those of b, and c.
static void dotBytes(const Instruction &inst, uint8_t *regs) {
  constexpr unsigned bytes = 4;
  uint32_t sums[kLanes];
  const auto *c = lanesAt<uint32_t>(regs, inst.operands[2 * bytes]);
  std::copy(c, c + kLanes, sums);
  for (unsigned i = 0; i < bytes; ++i) {
    const auto *a = lanesAt<uint8_t>(regs, inst.operands[i]);
    const auto *b = lanesAt<uint8_t>(regs, inst.operands[bytes + i]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      sums[lane] += uint32_t(a[lane]) * b[lane];
  }
  std::copy(sums, sums + kLanes, lanesAt<uint32_t>(regs, inst.results[0]));
}

static LogicalResult decodeDotBytes(Decoder &decoder, Operation *op) {
  auto dot = cast<NVVM::DotAccumulate4WayOp>(op);
  if (dot.getAType() != NVVM::DotAccumulateType::UNSIGNED ||
      dot.getBType() != NVVM::DotAccumulateType::UNSIGNED)
    return refuse(op, "signed bytes");
  FailureOr<ArrayRef<Plane>> result = decoder.define(dot.getRes());
  if (failed(result))
    return failure();
  SmallVector<Plane> operands(decoder.planes(dot.getA()));
  llvm::append_range(operands, decoder.planes(dot.getB()));
  llvm::append_range(operands, decoder.planes(dot.getC()));
  decoder.emit(op, InstructionKind::Integer, *result, operands).pure = dotBytes;
  return success();
}

void registerWarpHandlers(HandlerTable &table) {
  using Name = SpecialRegister;
  table["nvvm.read.ptx.sreg.tid.x"] = decodeSpecial<Name::TidX>;
  table["nvvm.read.ptx.sreg.tid.y"] = decodeSpecial<Name::TidY>;
  table["nvvm.read.ptx.sreg.tid.z"] = decodeSpecial<Name::TidZ>;
  table["nvvm.read.ptx.sreg.ntid.x"] = decodeSpecial<Name::NtidX>;
  table["nvvm.read.ptx.sreg.ntid.y"] = decodeSpecial<Name::NtidY>;
  table["nvvm.read.ptx.sreg.ntid.z"] = decodeSpecial<Name::NtidZ>;
  table["nvvm.read.ptx.sreg.ctaid.x"] = decodeSpecial<Name::CtaidX>;
  table["nvvm.read.ptx.sreg.ctaid.y"] = decodeSpecial<Name::CtaidY>;
  table["nvvm.read.ptx.sreg.ctaid.z"] = decodeSpecial<Name::CtaidZ>;
  table["nvvm.read.ptx.sreg.nctaid.x"] = decodeSpecial<Name::NctaidX>;
  table["nvvm.read.ptx.sreg.nctaid.y"] = decodeSpecial<Name::NctaidY>;
  table["nvvm.read.ptx.sreg.nctaid.z"] = decodeSpecial<Name::NctaidZ>;
  table["nvvm.read.ptx.sreg.cluster.ctarank"] =
      decodeSpecial<Name::ClusterRank>;
  table["nvvm.read.ptx.sreg.laneid"] = decodeSpecial<Name::LaneId>;
  table["nvvm.barrier0"] = decodeBarrier0;
  table["nvvm.barrier"] = decodeBarrier;
  table["nvvm.bar.warp.sync"] = decodeWarpBarrier;
  table["nvvm.shfl.sync"] = decodeShuffle;
  table["nvvm.elect.sync"] = decodeElect;
  table["nvvm.prmt"] = decodePermute;
  table["nvvm.dot.accumulate.4way"] = decodeDotBytes;
}

} // namespace humming::emulator
