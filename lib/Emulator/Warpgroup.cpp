//===- Warpgroup.cpp - wgmma ----------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handler of wgmma.mma_async, which is inline PTX: A in registers or in shared
// memory, B in shared memory. Each warp computes its own 16 rows as it comes to
// the instruction; registers and shared memory belong to the product until the
// warp waits for its group.
//
//===----------------------------------------------------------------------===//

#include "Warpgroup.h"
#include "Decoder.h"
#include "MatrixDescriptor.h"
#include "MmaMath.h"

#include <algorithm>
#include <cstring>

using namespace mlir;

namespace humming::emulator {

static constexpr uint64_t kStepBytes = SharedOperand::kStepBytes;
/// Rows of D of a warpgroup.
static constexpr unsigned kGroupRows = kWarpgroupWarps * kMaxRows;

namespace {
/// Payload of a wgmma.mma_async.
struct WarpgroupProduct {
  unsigned depth;         ///< k of the instruction
  unsigned tokens;        ///< columns of D
  unsigned words;         ///< of A, per lane; 0 where it is in memory
  unsigned perWord;       ///< elements of A in one
  bool goesOn;            ///< D starts from accumulators, not from zero
  Positions a;            ///< rows x k
  Positions c;            ///< rows x kTokens
  ArrayRef<Plane> leaves; ///< registers whose bits are A's

  /// Operands ahead of the descriptor of B: words of A, or its descriptor.
  unsigned ahead() const { return std::max(words, 1u); }
};
} // namespace

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

/// Reads rows `first` to `first` + 7 of an operand in shared memory, where the
/// number of row r and place k goes to r * perRow + k * perPlace.
template <typename Operand>
static bool readRows(const Instruction &inst, Warp &warp,
                     const SharedOperand &memory, uint64_t first,
                     typename Operand::Number *matrix, unsigned perRow,
                     unsigned perPlace, std::vector<uint64_t> &offsets) {
  constexpr unsigned kBits = Operand::kBits;
  constexpr uint32_t kMask = (1u << kBits) - 1;
  constexpr unsigned kChunkBits = SharedOperand::kChunkBytes * kByteBits;
  const Operand operand;
  SharedMemory &shared = warp.block.shared;
  for (unsigned row = 0; row < SharedOperand::kRows; ++row)
    for (unsigned bit = 0; bit < kStepBytes * kByteBits; bit += kChunkBits) {
      uint64_t at = memory.chunkAt(first + row, bit / kChunkBits);
      const uint8_t *chunk = shared.startProduct(warp.number, at);
      if (!chunk) {
        const Fault &fault = shared.fault();
        warp.fail(inst, fault.kind, fault.text, std::nullopt, fault.address);
        return false;
      }
      offsets.push_back(at);
      for (unsigned inside = 0; inside < kChunkBits; inside += kBits) {
        uint32_t word;
        std::memcpy(&word, chunk + inside / kWordBits * sizeof(word),
                    sizeof(word));
        unsigned k = (bit + inside) / kBits;
        matrix[row * perRow + k * perPlace] =
            operand.load(word >> inside % kWordBits & kMask);
      }
    }
  return true;
}

/// False, with a hazard, when a register of the product is not free for it.
static bool checkRegisters(const Instruction &inst, Warp &warp,
                           const WarpgroupProduct &product,
                           ArrayRef<Plane> sums) {
  bool isFence = false;
  const char *fault = nullptr;
  for (Plane plane : product.leaves)
    if (!fault)
      fault = warp.products.readOperand(plane, isFence);
  for (Plane plane : sums)
    if (!fault)
      fault = warp.products.readSum(plane, product.tokens, isFence);
  if (!fault && !product.goesOn)
    fault = warp.products.takeRegisters(isFence);
  for (Plane plane : ArrayRef(inst.results, inst.numResults))
    if (!fault) {
      isFence = false;
      fault = warp.products.write(plane);
    }
  if (fault)
    warp.fail(inst,
              isFence ? HazardKind::MissingFence : HazardKind::InFlightRegister,
              fault);
  return !fault;
}

/// operands: words of A or its descriptor, the descriptor of B, accumulators if
/// it goes on from some. results: the accumulators.
template <typename Operand, typename Sum>
static Step startProduct(const Instruction &inst, Warp &warp) {
  const auto &product = *static_cast<const WarpgroupProduct *>(inst.payload);
  const bool aInMemory = !product.words;
  ArrayRef<Plane> sums(inst.operands + product.ahead() + 1,
                       product.goesOn ? inst.numResults : 0);
  if (!warp.checkConverged(inst))
    return Step::Failed;
  const uint64_t *descriptorA = warp.lanes<uint64_t>(inst.operands[0]);
  const uint64_t *descriptorB =
      warp.lanes<uint64_t>(inst.operands[product.ahead()]);
  std::optional<SharedOperand> memoryA, memoryB;
  if (aInMemory && !(memoryA = decodeDescriptor(inst, warp, descriptorA)))
    return Step::Failed;
  memoryB = decodeDescriptor(inst, warp, descriptorB);
  if (!memoryB ||
      !warp.block.meet(inst, warp,
                       {aInMemory ? descriptorA[0] : 0, descriptorB[0]}) ||
      !checkRegisters(inst, warp, product, sums))
    return Step::Failed;

  using Number = typename Operand::Number;
  using Cell = typename Sum::Cell;
  Number a[kGroupRows * kMaxDepth], b[kMaxDepth * kTokens];
  const Number *ownA = a;
  ProductRead read;
  if (aInMemory) {
    // The instruction is the warpgroup's: all of A belongs to it until each
    // warp has waited, whichever rows that warp computes.
    for (unsigned row = 0; row < kGroupRows; row += SharedOperand::kRows)
      if (!readRows<Operand>(inst, warp, *memoryA, row, a + row * product.depth,
                             product.depth, 1, read.offsets))
        return Step::Failed;
    ownA += warp.index % kWarpgroupWarps * kMaxRows * product.depth;
  } else {
    gather<Operand>(warp, inst.operands, product.words * product.perWord,
                    product.perWord, product.a, a);
  }
  unsigned perAtom = product.c.size() / kLanes;
  for (unsigned atom = 0; atom < product.tokens / kTokens; ++atom) {
    if (!readRows<Operand>(inst, warp, *memoryB, atom * kTokens, b, 1, kTokens,
                           read.offsets))
      return Step::Failed;
    decltype(Sum::load(0)) c[kMaxRows * kTokens] = {};
    for (unsigned e = 0; product.goesOn && e < perAtom; ++e) {
      const Cell *lanes = warp.lanes<Cell>(sums[atom * perAtom + e]);
      for (unsigned lane = 0; lane < kLanes; ++lane)
        c[product.c[e * kLanes + lane]] = Sum::load(lanes[lane]);
    }
    multiplyPlain(kMaxRows, product.depth, ownA, b, c);
    for (unsigned e = 0; e < perAtom; ++e) {
      Cell *lanes = warp.lanes<Cell>(inst.results[atom * perAtom + e]);
      for (unsigned lane = 0; lane < kLanes; ++lane)
        lanes[lane] = Sum::store(c[product.c[e * kLanes + lane]]);
    }
  }
  read.product = warp.products.start(product.leaves, sums,
                                     ArrayRef(inst.results, inst.numResults),
                                     product.tokens);
  warp.productReads.push_back(std::move(read));
  if (warp.index % kWarpgroupWarps == 0)
    warp.machine.counters.matrixBytes +=
        (product.tokens + (aInMemory ? kGroupRows : 0)) * kStepBytes;
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// "{$first, $first+1, ...}".
static std::string registerList(unsigned first, unsigned count) {
  std::string text;
  for (unsigned index = 0; index < count; ++index)
    text += (index ? ", $" : "{$") + std::to_string(first + index);
  return text + "}";
}

static unsigned countPlanes(Decoder &decoder, ValueRange values) {
  unsigned count = 0;
  for (Value value : values)
    count += decoder.planes(value).size();
  return count;
}

/// The beginning of a product's text: its predicate, true or false.
static StringRef predicateText(bool value) {
  return value ? "{\n.reg .pred p;\nsetp.ne.b32 p, 1, 0;\n"
               : "{\n.reg .pred p;\nsetp.ne.b32 p, 0, 0;\n";
}

namespace {
/// What makes the text of a product.
struct ProductText {
  const MmaAtom *atom = nullptr; ///< of the table; null for other text
  unsigned tokens = 0;
  unsigned words = 0;  ///< of A; 0 where it has a descriptor
  bool goesOn = false; ///< the predicate lets the old accumulators count
};
} // namespace

static unsigned sumsOf(const MmaAtom &atom, unsigned tokens) {
  return tokens / atom.tokens * atom.fragC.regCount();
}

static ProductText parseProduct(StringRef text) {
  bool goesOn = text.consume_front(predicateText(true));
  if (!goesOn && !text.consume_front(predicateText(false)))
    return {};
  for (const MmaAtom &atom : allWarpgroupAtoms()) {
    auto [before, after] = atom.intrinsic.split("{n}");
    auto [name, modifiers] = after.split(" ");
    StringRef rest = text;
    unsigned tokens = 0;
    if (!rest.consume_front(before) || rest.consumeInteger(10, tokens) ||
        !rest.consume_front(name) || tokens > 256)
      continue;
    unsigned sums = sumsOf(atom, tokens);
    unsigned words = atom.fragA.regCount() * bitWidth(atom.a) / kWordBits;
    auto from = [](unsigned number) { return ", $" + std::to_string(number); };
    std::string results = " " + registerList(0, sums),
                inRegisters = ", " + registerList(sums, words) +
                              from(sums + words) + ", p" + modifiers.str(),
                inMemory =
                    from(sums) + from(sums + 1) + ", p" + modifiers.str();
    // PTX ISA, wgmma.mma_async: operands of 16 bits in memory may be
    // transposed, so both say that they are not.
    if (bitWidth(atom.a) == 16)
      inMemory += ", 0";
    if (!rest.consume_front(results) || !rest.consume_back(";\n}"))
      continue;
    if (rest == inRegisters)
      return {&atom, tokens, words, goesOn};
    if (rest == inMemory)
      return {&atom, tokens, 0, goesOn};
  }
  return {};
}

static LogicalResult decodeProduct(Decoder &decoder, LLVM::InlineAsmOp op,
                                   const ProductText &text) {
  const MmaAtom &atom = *text.atom;
  unsigned tokens = text.tokens;
  // Addresses swizzle; the emulator's happen to be aligned.
  if (decoder.dynamicSharedAlignment() % SharedOperand::kPatternBytes)
    return refuse(op, "expected dynamic shared memory aligned to 1024 bytes, "
                      "got " +
                          Twine(decoder.dynamicSharedAlignment()));
  bool isInteger = !isFloat(atom.a);
  // PTX ISA, "Matrix Shape" of wgmma: integers have no odd multiples of 8
  // beyond 32.
  if (tokens == 0 || tokens % kTokens ||
      (isInteger && tokens > 32 && tokens % 16))
    return refuse(op, "no wgmma has " + Twine(tokens) + " columns");
  unsigned words = text.words;
  unsigned sums = sumsOf(atom, tokens);
  unsigned updated = text.goesOn ? sums : 0;
  std::string inputs = (words ? std::string(words, 'r') : "l") + "l";
  if (op.getConstraints() !=
          constraintsOf(isInteger ? 'r' : 'f', sums, inputs, updated) ||
      countPlanes(decoder, op.getOperands()) != inputs.size() + updated)
    return refuse(op, "the operands are not the instruction's");
  FailureOr<ArrayRef<Plane>> results = defineResult(decoder, op);
  if (failed(results))
    return failure();
  if (results->size() != sums)
    return refuse(op, "the results are not the instruction's");
  EffectFn effect = pickFormats(atom, [](auto formats) -> EffectFn {
    using Formats = decltype(formats);
    return startProduct<typename Formats::Operand, typename Formats::Sum>;
  });
  if (!effect || atom.k * bitWidth(atom.a) != kStepBytes * kByteBits)
    return refuse(op, "no product of these types");

  SmallVector<Plane> operands, leaves;
  for (Value operand : op.getOperands())
    llvm::append_range(operands, decoder.planes(operand));
  for (Plane word : ArrayRef(operands).take_front(words))
    decoder.appendParts(word, leaves);
  Program &program = decoder.program;
  program.startsProducts = true;
  Instruction &inst =
      decoder.emit(op, InstructionKind::WarpgroupMma, *results, operands);
  inst.effect = effect;
  inst.checksProducts = true;
  unsigned elements = atom.fragA.regCount();
  inst.payload = new (program.allocator) WarpgroupProduct{
      unsigned(atom.k),
      tokens,
      words,
      kWordBits / unsigned(bitWidth(atom.a)),
      text.goesOn,
      tabulate(program, atom.fragA, elements, atom.k, /*transposed=*/false),
      tabulate(program, atom.fragC, atom.fragC.regCount(), kTokens,
               /*transposed=*/false),
      program.copy(ArrayRef(leaves))};
  return success();
}

static LogicalResult decodeInlineAsm(Decoder &decoder, Operation *op) {
  auto inlineAsm = cast<LLVM::InlineAsmOp>(op);
  StringRef text = inlineAsm.getAsmString();
  if (!inlineAsm.getHasSideEffects())
    return refuse(op, "inline PTX that may be moved");
  if (text.consume_front("wgmma.wait_group.sync.aligned "))
    return decodeWarpgroupWait(decoder, inlineAsm, text);
  if (text.consume_front(
          "st.async.shared::cluster.mbarrier::complete_tx::bytes."))
    return decodeStoreAsync(decoder, inlineAsm, text);
  if (text == "griddepcontrol.wait;")
    return decodeAwait(decoder, inlineAsm);
  ProductText product = parseProduct(text);
  if (!product.atom)
    return refuse(op, "inline PTX other than wgmma.mma_async of the table of "
                      "instructions, wgmma.wait_group, st.async and "
                      "griddepcontrol.wait");
  return decodeProduct(decoder, inlineAsm, product);
}

void registerWarpgroupHandlers(HandlerTable &table) {
  table["llvm.inline_asm"] = decodeInlineAsm;
}

} // namespace humming::emulator
