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
#include "FloatFormat.h"
#include "Machine.h"

#include "humming/Target/MmaAtom.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace humming::emulator {

static constexpr unsigned kMaxRows = 16;
static constexpr unsigned kTokens = 8;
static constexpr unsigned kMaxDepth = 64;
static constexpr unsigned kWordBits = 32;
static constexpr unsigned kByteBits = 8;

namespace {
/// Where the elements of an operand go: index [element * 32 + lane] into a
/// row-major matrix.
using Positions = ArrayRef<uint16_t>;

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

//===----------------------------------------------------------------------===//
// Formats
//===----------------------------------------------------------------------===//

/// Operand elements of 16 bits.
template <typename Format> struct Half {
  using Number = float;
  static constexpr unsigned kBits = 16;
  float load(uint32_t bits) const { return Format::load(uint16_t(bits)); }
};

/// Operand elements of at most 8 bits, by a table of all of them.
template <ScalarKind Kind, unsigned Bits, typename NumberT> struct Narrow {
  using Number = NumberT;
  static constexpr unsigned kBits = Bits;
  const Number *values = table();
  Number load(uint32_t bits) const { return values[bits]; }

private:
  static const Number *table() {
    static const auto entries = [] {
      std::array<Number, 1u << Bits> all;
      for (uint32_t bits = 0; bits < all.size(); ++bits)
        all[bits] = Number(decode(Kind, bits));
      return all;
    }();
    return entries.data();
  }
};

struct SumF32 {
  using Cell = uint32_t;
  static float load(Cell cell) { return F32Format::load(cell); }
  static Cell store(float sum) { return F32Format::store(sum); }
};
struct SumF16 {
  using Cell = uint16_t;
  static float load(Cell cell) { return F16Format::load(cell); }
  static Cell store(float sum) { return F16Format::store(sum); }
};
/// Unsigned, so that sums wrap.
struct SumI32 {
  using Cell = uint32_t;
  static uint32_t load(Cell cell) { return cell; }
  static Cell store(uint32_t sum) { return sum; }
};
} // namespace

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

/// Fills `matrix` from the planes of an operand.
template <typename Operand>
static void gather(Warp &warp, const Plane *planes, unsigned elements,
                   unsigned perPlane, Positions positions,
                   typename Operand::Number *matrix) {
  const Operand operand;
  constexpr uint32_t kMask = (1u << Operand::kBits) - 1;
  for (unsigned e = 0; e < elements; ++e) {
    typename Operand::Number values[kLanes];
    if (perPlane > 1) {
      const uint32_t *words = warp.lanes<uint32_t>(planes[e / perPlane]);
      unsigned shift = e % perPlane * Operand::kBits;
      for (unsigned lane = 0; lane < kLanes; ++lane)
        values[lane] = operand.load(words[lane] >> shift & kMask);
    } else {
      const uint16_t *cells = warp.lanes<uint16_t>(planes[e]);
      for (unsigned lane = 0; lane < kLanes; ++lane)
        values[lane] = operand.load(cells[lane]);
    }
    const uint16_t *to = positions.data() + e * kLanes;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      matrix[to[lane]] = values[lane];
  }
}

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

/// c += a * b
template <typename Number, typename Sum>
static void multiplyPlain(const MatrixMultiply &mma, const Number *a,
                          const Number *b, Sum *c) {
  for (unsigned row = 0; row < mma.rows; ++row) {
    Sum sum[kTokens];
    for (unsigned token = 0; token < kTokens; ++token)
      sum[token] = c[row * kTokens + token];
    for (unsigned k = 0; k < mma.depth; ++k) {
      Number factor = a[row * mma.depth + k];
      for (unsigned token = 0; token < kTokens; ++token)
        sum[token] += Sum(factor * b[k * kTokens + token]);
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
      multiplyPlain(mma, a, b, c);
    }
  } else {
    multiplyPlain(mma, a, b, c);
  }

  for (unsigned e = 0; e < inst.numResults; ++e) {
    auto *lanes = warp.lanes<typename Sum::Cell>(inst.results[e]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      lanes[lane] = Sum::store(c[mma.c[e * kLanes + lane]]);
  }
  return Step::Next;
}

/// The function that runs `atom`, or null.
static EffectFn pickMultiply(const MmaAtom &atom) {
  if (atom.a != atom.b)
    return nullptr;
  if (atom.acc == ScalarKind::F16)
    return atom.a == ScalarKind::F16 ? multiply<Half<F16Format>, SumF16>
                                     : nullptr;
  bool isInteger = !isFloat(atom.a);
  if (atom.acc != (isInteger ? ScalarKind::I32 : ScalarKind::F32))
    return nullptr;
  switch (atom.a) {
  case ScalarKind::F16:
    return multiply<Half<F16Format>, SumF32>;
  case ScalarKind::BF16:
    return multiply<Half<BF16Format>, SumF32>;
  case ScalarKind::E4M3:
    return multiply<Narrow<ScalarKind::E4M3, 8, float>, SumF32>;
  case ScalarKind::E5M2:
    return multiply<Narrow<ScalarKind::E5M2, 8, float>, SumF32>;
  case ScalarKind::E2M1:
    return multiply<Narrow<ScalarKind::E2M1, 4, float>, SumF32>;
  case ScalarKind::I8:
    return multiply<Narrow<ScalarKind::I8, 8, int32_t>, SumI32>;
  case ScalarKind::I4:
    return multiply<Narrow<ScalarKind::I4, 4, int32_t>, SumI32>;
  default:
    return nullptr;
  }
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// Positions of the first `elements` of each lane, those of one instruction.
/// `columns` is the width of the row-major matrix that the fragment is put in;
/// `transposed` puts element (row, column) at (column, row).
static Positions tabulate(Program &program, const Fragment &fragment,
                          unsigned elements, unsigned columns,
                          bool transposed) {
  SmallVector<uint16_t> positions;
  for (unsigned element = 0; element < elements; ++element)
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      auto [row, column] = fragment.coordinates(lane, element);
      positions.push_back(transposed ? column * columns + row
                                     : row * columns + column);
    }
  return program.copy(ArrayRef(positions));
}

static LogicalResult decodeAtom(Decoder &decoder, Operation *op,
                                const MmaAtom *atom) {
  EffectFn effect = atom ? pickMultiply(*atom) : nullptr;
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
