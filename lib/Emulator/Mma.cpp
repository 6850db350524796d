//===- Mma.cpp - Matrix multiply-accumulate of a warp ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of nvvm.mma.sync and of LLVM's intrinsics for it, for every
// instruction of the table. Operands are gathered into row-major matrices of
// numbers. Products are exact; those of floats are added to the accumulator in
// f32, in ascending k, those of integers modulo 2^32; an f16 accumulator is
// rounded once, at the end.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "MmaMath.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace humming::emulator {

namespace {
/// Payload of an mma.
struct MatrixMultiply {
  unsigned rows, depth;
  unsigned elementsA, elementsB; ///< per lane
  unsigned perPlane;             ///< elements of A or B that a plane holds
  Positions a;                   ///< rows x k
  Positions b;                   ///< k x tokens
  Positions c;                   ///< rows x tokens
  unsigned scales;               ///< of a row along k; 0: no scaling
  ScalarKind scaleKind;
};
} // namespace

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

namespace {
/// The scales of an operand: rows (or tokens) x groups of k.
using Scales = std::array<std::array<double, kWordBits / kByteBits>, kMaxRows>;
} // namespace

/// Fills `scales` from three planes: words, a byte number, a lane number, these
/// two the same in every lane. PTX ISA, "Block Scaling for mma.sync": of each
/// four lanes, `suppliers` neighbours hold the scales of that many rows, eight
/// rows apart, from that byte on; the lane number chooses among the groups of
/// such neighbours.
static bool gatherScales(const Instruction &inst, Warp &warp,
                         const Plane *planes, unsigned suppliers,
                         const MatrixMultiply &mma, Scales &scales) {
  constexpr unsigned kQuad = 4;
  const uint32_t *words = warp.lanes<uint32_t>(planes[0]);
  const uint16_t *bytes = warp.lanes<uint16_t>(planes[1]);
  const uint16_t *lanes = warp.lanes<uint16_t>(planes[2]);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    if (bytes[lane] != bytes[0] || lanes[lane] != lanes[0] ||
        bytes[lane] % mma.scales != 0 ||
        bytes[lane] + mma.scales > kWordBits / kByteBits ||
        lanes[lane] >= kQuad / suppliers) {
      warp.fail(inst, HazardKind::Invalid,
                "expected byte and lane numbers of scales that the "
                "instruction has, got " +
                    Twine(bytes[lane]) + " and " + Twine(lanes[lane]),
                lane);
      return false;
    }
  for (unsigned row = 0; row < suppliers * kTokens; ++row) {
    unsigned lane =
        row % kTokens * kQuad + lanes[0] * suppliers + row / kTokens;
    for (unsigned group = 0; group < mma.scales; ++group) {
      uint32_t bits = words[lane] >> (bytes[0] + group) * kByteBits & 0xff;
      // PTX's ue4m3 is e4m3 without its sign.
      if (mma.scaleKind == ScalarKind::E4M3)
        bits &= 0x7f;
      scales[row][group] = decode(mma.scaleKind, bits);
    }
  }
  return true;
}

/// c += (a * scalesA) * (b * scalesB): in f64 a scaled product is exact.
static void multiplyScaled(const MatrixMultiply &mma, const float *a,
                           const float *b, const Scales &scalesA,
                           const Scales &scalesB, float *c) {
  const unsigned group = mma.depth / mma.scales;
  double scaledB[kMaxDepth * kTokens];
  for (unsigned k = 0; k < mma.depth; ++k)
    for (unsigned token = 0; token < kTokens; ++token)
      scaledB[k * kTokens + token] =
          b[k * kTokens + token] * scalesB[token][k / group];
  for (unsigned row = 0; row < mma.rows; ++row) {
    float sum[kTokens];
    for (unsigned token = 0; token < kTokens; ++token)
      sum[token] = c[row * kTokens + token];
    for (unsigned k = 0; k < mma.depth; ++k) {
      double factor = a[row * mma.depth + k] * scalesA[row][k / group];
      for (unsigned token = 0; token < kTokens; ++token)
        sum[token] = float(sum[token] + factor * scaledB[k * kTokens + token]);
    }
    for (unsigned token = 0; token < kTokens; ++token)
      c[row * kTokens + token] = sum[token];
  }
}

/// operands: planes of A, of B, of C, then of the scales. results: those of D.
template <typename Operand, typename Sum>
static Step multiply(const Instruction &inst, Warp &warp) {
  if (!warp.checkConverged(inst))
    return Step::Failed;
  const auto &mma = *static_cast<const MatrixMultiply *>(inst.payload);
  const Plane *planesB = inst.operands + mma.elementsA / mma.perPlane;
  const Plane *planesC = planesB + mma.elementsB / mma.perPlane;

  using Number = typename Operand::Number;
  Number a[kMaxRows * kMaxDepth], b[kMaxDepth * kTokens];
  decltype(Sum::load(0)) c[kMaxRows * kTokens];
  gather<Operand>(warp, inst.operands, mma.elementsA, mma.perPlane, mma.a, a);
  gather<Operand>(warp, planesB, mma.elementsB, mma.perPlane, mma.b, b);
  for (unsigned e = 0; e < inst.numResults; ++e) {
    const auto *lanes = warp.lanes<typename Sum::Cell>(planesC[e]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      c[mma.c[e * kLanes + lane]] = Sum::load(lanes[lane]);
  }

  if constexpr (std::is_same_v<Sum, SumF32>) {
    if (mma.scales) {
      const Plane *planes = planesC + inst.numResults;
      Scales scalesA, scalesB;
      if (!gatherScales(inst, warp, planes, mma.rows / kTokens, mma, scalesA) ||
          !gatherScales(inst, warp, planes + 3, 1, mma, scalesB))
        return Step::Failed;
      multiplyScaled(mma, a, b, scalesA, scalesB, c);
    } else {
      multiplyPlain(mma.rows, mma.depth, a, b, c);
    }
  } else {
    multiplyPlain(mma.rows, mma.depth, a, b, c);
  }

  for (unsigned e = 0; e < inst.numResults; ++e) {
    auto *lanes = warp.lanes<typename Sum::Cell>(inst.results[e]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      lanes[lane] = Sum::store(c[mma.c[e * kLanes + lane]]);
  }
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static LogicalResult decodeAtom(Decoder &decoder, Operation *op,
                                const MmaAtom *atom) {
  EffectFn effect = nullptr;
  if (atom)
    effect = pickFormats(*atom, [](auto formats) -> EffectFn {
      using Formats = decltype(formats);
      return multiply<typename Formats::Operand, typename Formats::Sum>;
    });
  unsigned rows = effect ? atom->rows / atom->issueRows : 0;
  unsigned depth = effect ? atom->k / atom->issueK : 0;
  if (!effect || rows > kMaxRows || atom->tokens != kTokens ||
      depth > kMaxDepth)
    return refuse(op, "no mma of this shape and these types");
  FailureOr<ArrayRef<Plane>> results = decoder.define(op->getResult(0));
  if (failed(results))
    return failure();
  SmallVector<Plane> operands;
  for (Value operand : op->getOperands())
    llvm::append_range(operands, decoder.planes(operand));

  bool packed = op->getOperand(0).getType().isInteger(kWordBits);
  unsigned perPlane = packed ? kWordBits / bitWidth(atom->a) : 1;
  unsigned elementsA =
      atom->fragA.regCount() / (atom->issueRows * atom->issueK);
  unsigned elementsB = atom->fragB.regCount() / atom->issueK;
  unsigned elementsC = atom->fragC.regCount() / atom->issueRows;
  // A word, a byte number and a lane number for A, and for B.
  unsigned scalePlanes = atom->scale ? 6 : 0;
  unsigned planes =
      (elementsA + elementsB) / perPlane + elementsC + scalePlanes;
  if (operands.size() != planes || results->size() != elementsC)
    return refuse(op, "the number of operands is not the instruction's");

  Program &program = decoder.program;
  Instruction &inst =
      decoder.emit(op, InstructionKind::Mma, *results, operands);
  inst.effect = effect;
  inst.payload = new (program.allocator) MatrixMultiply{
      rows,
      depth,
      elementsA,
      elementsB,
      perPlane,
      tabulate(program, atom->fragA, elementsA, depth, /*transposed=*/false),
      tabulate(program, atom->fragB, elementsB, kTokens, /*transposed=*/true),
      tabulate(program, atom->fragC, elementsC, kTokens, /*transposed=*/false),
      atom->scale ? unsigned(atom->k / atom->scaleGroup) : 0,
      atom->scale.value_or(ScalarKind::UE8M0)};
  return success();
}

static std::optional<ScalarKind> kindOf(std::optional<NVVM::MMATypes> type) {
  if (type == NVVM::MMATypes::f16)
    return ScalarKind::F16;
  if (type == NVVM::MMATypes::bf16)
    return ScalarKind::BF16;
  return std::nullopt;
}

static LogicalResult decodeMmaSync(Decoder &decoder, Operation *op) {
  auto mma = cast<NVVM::MmaOp>(op);
  std::optional<ScalarKind> a = kindOf(mma.getMultiplicandAPtxType());
  std::optional<ScalarKind> b = kindOf(mma.getMultiplicandBPtxType());
  bool rowColumn = mma.getLayoutA() == NVVM::MMALayout::row &&
                   mma.getLayoutB() == NVVM::MMALayout::col;
  if (!a || !b || !rowColumn || !mma.getOperandC()[0].getType().isF32())
    return refuse(op, "no mma of this shape and these types");
  std::string name =
      ("m" + Twine(mma.getShape().getM()) + "n" + Twine(mma.getShape().getN()) +
       "k" + Twine(mma.getShape().getK()))
          .str();
  return decodeAtom(decoder, op, lookupMmaAtom(name, *a, *b, ScalarKind::F32));
}

static LogicalResult decodeMmaIntrinsic(Decoder &decoder, Operation *op) {
  auto call = cast<LLVM::CallIntrinsicOp>(op);
  return decodeAtom(decoder, op, lookupMmaAtomByIntrinsic(call.getIntrin()));
}

void registerMmaHandlers(HandlerTable &table) {
  table["nvvm.mma.sync"] = decodeMmaSync;
  for (const MmaAtom &atom : allMmaAtoms())
    table[atom.intrinsic] = decodeMmaIntrinsic;
}

} // namespace humming::emulator
