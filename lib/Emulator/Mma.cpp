//===- Mma.cpp - Matrix multiply-accumulate of a warp ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of nvvm.mma.sync and of LLVM's intrinsics for it, for every 16-row
// atom of the table with f32 accumulators. Operands are gathered into row-major
// f32 matrices; each product is exact and is added to the accumulator in f32,
// in ascending k.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "FloatFormat.h"
#include "Machine.h"

#include "humming/Target/MmaAtom.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace humming::emulator {

static constexpr unsigned kRows = 16;
static constexpr unsigned kTokens = 8;
static constexpr unsigned kMaxDepth = 16;

namespace {
/// Where the elements of an operand go: index [element * 32 + lane] into a
/// row-major matrix.
using Positions = ArrayRef<uint16_t>;

/// Payload of an mma.
struct MatrixMultiply {
  unsigned depth;
  unsigned elementsA, elementsB; ///< per lane
  Positions a;                   ///< rows x k
  Positions b;                   ///< k x tokens
  Positions c;                   ///< rows x tokens
  bool packed; ///< operand planes are words of two elements, not elements
};
} // namespace

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

/// Fills `matrix` from the planes of an operand.
template <typename Format>
static void gather(Warp &warp, const Plane *planes, unsigned elements,
                   bool packed, Positions positions, float *matrix) {
  for (unsigned e = 0; e < elements; ++e) {
    float values[kLanes];
    if (packed) {
      const uint32_t *words = warp.lanes<uint32_t>(planes[e / 2]);
      unsigned shift = e % 2 * 16;
      for (unsigned lane = 0; lane < kLanes; ++lane)
        values[lane] = Format::load(uint16_t(words[lane] >> shift));
    } else {
      const uint16_t *cells = warp.lanes<uint16_t>(planes[e]);
      for (unsigned lane = 0; lane < kLanes; ++lane)
        values[lane] = Format::load(cells[lane]);
    }
    const uint16_t *to = positions.data() + e * kLanes;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      matrix[to[lane]] = values[lane];
  }
}

/// operands: planes of A, of B, then four of C. results: four of D.
template <typename Format>
static Step multiply(const Instruction &inst, Warp &warp) {
  if (!warp.checkConverged(inst))
    return Step::Failed;
  const auto &mma = *static_cast<const MatrixMultiply *>(inst.payload);
  const unsigned perPlane = mma.packed ? 2 : 1;
  const Plane *planesB = inst.operands + mma.elementsA / perPlane;
  const Plane *planesC = planesB + mma.elementsB / perPlane;

  float a[kRows * kMaxDepth], b[kMaxDepth * kTokens], c[kRows * kTokens];
  gather<Format>(warp, inst.operands, mma.elementsA, mma.packed, mma.a, a);
  gather<Format>(warp, planesB, mma.elementsB, mma.packed, mma.b, b);
  for (unsigned e = 0; e < inst.numResults; ++e) {
    const uint32_t *lanes = warp.lanes<uint32_t>(planesC[e]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      c[mma.c[e * kLanes + lane]] = F32Format::load(lanes[lane]);
  }

  for (unsigned row = 0; row < kRows; ++row) {
    float sum[kTokens];
    for (unsigned token = 0; token < kTokens; ++token)
      sum[token] = c[row * kTokens + token];
    for (unsigned k = 0; k < mma.depth; ++k) {
      float factor = a[row * mma.depth + k];
      for (unsigned token = 0; token < kTokens; ++token)
        sum[token] += factor * b[k * kTokens + token];
    }
    for (unsigned token = 0; token < kTokens; ++token)
      c[row * kTokens + token] = sum[token];
  }

  for (unsigned e = 0; e < inst.numResults; ++e) {
    uint32_t *lanes = warp.lanes<uint32_t>(inst.results[e]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      lanes[lane] = F32Format::store(c[mma.c[e * kLanes + lane]]);
  }
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// `columns` is the width of the row-major matrix that the fragment is put in;
/// `transposed` puts element (row, column) at (column, row).
static Positions tabulate(Program &program, const Fragment &fragment,
                          unsigned columns, bool transposed) {
  SmallVector<uint16_t> positions;
  for (int64_t element = 0; element < fragment.regCount(); ++element)
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      auto [row, column] = fragment.coordinates(lane, element);
      positions.push_back(transposed ? column * columns + row
                                     : row * columns + column);
    }
  return program.copy(ArrayRef(positions));
}

static LogicalResult decodeAtom(Decoder &decoder, Operation *op,
                                const MmaAtom *atom) {
  bool is16 =
      atom && (atom->a == ScalarKind::F16 || atom->a == ScalarKind::BF16);
  if (!is16 || atom->a != atom->b || atom->acc != ScalarKind::F32 ||
      atom->rows != kRows || atom->tokens != kTokens || atom->k > kMaxDepth)
    return refuse(op, "no mma of this shape and these types");
  FailureOr<ArrayRef<Plane>> results = decoder.define(op->getResult(0));
  if (failed(results))
    return failure();
  SmallVector<Plane> operands;
  for (Value operand : op->getOperands())
    llvm::append_range(operands, decoder.planes(operand));

  Program &program = decoder.program;
  bool packed = op->getOperand(0).getType().isInteger(32);
  unsigned elementsA = atom->fragA.regCount();
  unsigned elementsB = atom->fragB.regCount();
  unsigned elementsC = atom->fragC.regCount();
  unsigned planes = (elementsA + elementsB) / (packed ? 2 : 1) + elementsC;
  if (operands.size() != planes || results->size() != elementsC)
    return refuse(op, "the number of operands is not the instruction's");
  Instruction &inst =
      decoder.emit(op, InstructionKind::Mma, *results, operands);
  inst.effect =
      atom->a == ScalarKind::F16 ? multiply<F16Format> : multiply<BF16Format>;
  inst.payload = new (program.allocator) MatrixMultiply{
      unsigned(atom->k),
      elementsA,
      elementsB,
      tabulate(program, atom->fragA, atom->k, /*transposed=*/false),
      tabulate(program, atom->fragB, kTokens, /*transposed=*/true),
      tabulate(program, atom->fragC, kTokens, /*transposed=*/false),
      packed};
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
