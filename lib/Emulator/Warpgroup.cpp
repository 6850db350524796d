//===- Warpgroup.cpp - wgmma ----------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handler of wgmma.mma_async with A in registers and B in shared memory, which
// is inline PTX. Each warp computes its own 16 rows as it comes to the
// instruction; registers and shared memory belong to the product until the warp
// waits for its group.
//
//===----------------------------------------------------------------------===//

#include "Warpgroup.h"
#include "Decoder.h"
#include "MmaMath.h"

#include <cstring>

using namespace mlir;

namespace humming::emulator {

/// B, tokens by k: lines of 128 bytes, eight to a pattern of swizzled 16-byte
/// chunks; an instruction takes 32 bytes of k.
static constexpr uint64_t kLineBytes = 128;
static constexpr uint64_t kPatternBytes = kLineBytes * kTokens;
static constexpr uint64_t kStepBytes = 32;
static constexpr uint64_t kChunkBytes = SharedMemory::kProductBytes;

namespace {
/// Payload of a wgmma.mma_async.
struct WarpgroupProduct {
  unsigned depth;         ///< k of the instruction
  unsigned tokens;        ///< columns of D
  unsigned words;         ///< of A, per lane
  unsigned perWord;       ///< elements of A in one
  bool goesOn;            ///< D starts from accumulators, not from zero
  Positions a;            ///< rows x k
  Positions c;            ///< rows x kTokens
  ArrayRef<Plane> leaves; ///< registers whose bits are A's
};
} // namespace

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

/// PTX ISA, "Matrix Descriptor Format" of wgmma: the start address in bits 0 to
/// 13, the stride between patterns in bits 32 to 45, both in units of 16 bytes;
/// swizzling by 128 bytes is 1 in bits 62 and 63. Of the rest, the leading
/// dimension's stride (bits 16 to 29) has no meaning in this mode, and the base
/// offset (bits 49 to 51) is for patterns that are not aligned.
static constexpr uint64_t kAddressMask = 0x3fff;
static constexpr uint64_t kCanonical =
    kPatternBytes / kChunkBytes << 32 | uint64_t(1) << 62;

/// The start address in `descriptor`, the same in all lanes, or nothing, with a
/// hazard.
static std::optional<uint64_t> startOf(const Instruction &inst, Warp &warp,
                                       const uint64_t *descriptors) {
  uint64_t descriptor = descriptors[0];
  auto invalid = [&](const Twine &text, unsigned lane = 0) {
    warp.fail(inst, HazardKind::Invalid, text, lane);
    return std::nullopt;
  };
  for (unsigned lane = 1; lane < kLanes; ++lane)
    if (descriptors[lane] != descriptor)
      return invalid("expected one matrix descriptor in all lanes", lane);
  if ((descriptor & ~kAddressMask) != kCanonical)
    return invalid("expected a matrix descriptor with a stride of 1024 bytes, "
                   "swizzling by 128 bytes and nothing else, got 0x" +
                   Twine::utohexstr(descriptor));
  uint64_t start = (descriptor & kAddressMask) * kChunkBytes;
  if (start % kPatternBytes > kLineBytes - kStepBytes) {
    warp.fail(inst, HazardKind::Misaligned,
              "expected 32 bytes in the first line of a pattern aligned to "
              "1024 bytes",
              std::nullopt, start);
    return std::nullopt;
  }
  return start;
}

/// Reads eight tokens at `address` as k x tokens numbers.
template <typename Operand>
static bool readTokens(const Instruction &inst, Warp &warp, uint64_t address,
                       typename Operand::Number *matrix,
                       std::vector<uint64_t> &offsets) {
  constexpr unsigned kBits = Operand::kBits;
  constexpr uint32_t kMask = (1u << kBits) - 1;
  const Operand operand;
  SharedMemory &shared = warp.block.shared;
  for (unsigned token = 0; token < kTokens; ++token)
    for (uint64_t byte = 0; byte < kStepBytes; byte += kChunkBytes) {
      uint64_t at = address + token * kLineBytes + byte;
      at ^= at / kLineBytes % kTokens * kChunkBytes;
      const uint8_t *chunk = shared.startProduct(warp.number, at);
      if (!chunk) {
        const Fault &fault = shared.fault();
        warp.fail(inst, fault.kind, fault.text, std::nullopt, fault.address);
        return false;
      }
      offsets.push_back(at);
      for (unsigned bit = 0; bit < kChunkBytes * kByteBits; bit += kBits) {
        uint32_t word;
        std::memcpy(&word, chunk + bit / kWordBits * sizeof(word),
                    sizeof(word));
        unsigned k = (byte * kByteBits + bit) / kBits;
        matrix[k * kTokens + token] =
            operand.load(word >> bit % kWordBits & kMask);
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

/// operands: words of A, the descriptor of B, accumulators if it goes on from
/// some. results: the accumulators.
template <typename Operand, typename Sum>
static Step startProduct(const Instruction &inst, Warp &warp) {
  const auto &product = *static_cast<const WarpgroupProduct *>(inst.payload);
  ArrayRef<Plane> sums(inst.operands + product.words + 1,
                       product.goesOn ? inst.numResults : 0);
  const uint64_t *descriptors =
      warp.lanes<uint64_t>(inst.operands[product.words]);
  if (!warp.checkConverged(inst))
    return Step::Failed;
  std::optional<uint64_t> start = startOf(inst, warp, descriptors);
  if (!start || !warp.block.meet(inst, warp, descriptors[0]) ||
      !checkRegisters(inst, warp, product, sums))
    return Step::Failed;

  using Number = typename Operand::Number;
  using Cell = typename Sum::Cell;
  Number a[kMaxRows * kMaxDepth], b[kMaxDepth * kTokens];
  gather<Operand>(warp, inst.operands, product.words * product.perWord,
                  product.perWord, product.a, a);
  unsigned perAtom = product.c.size() / kLanes;
  ProductRead read;
  for (unsigned atom = 0; atom < product.tokens / kTokens; ++atom) {
    if (!readTokens<Operand>(inst, warp, *start + atom * kPatternBytes, b,
                             read.offsets))
      return Step::Failed;
    decltype(Sum::load(0)) c[kMaxRows * kTokens] = {};
    for (unsigned e = 0; product.goesOn && e < perAtom; ++e) {
      const Cell *lanes = warp.lanes<Cell>(sums[atom * perAtom + e]);
      for (unsigned lane = 0; lane < kLanes; ++lane)
        c[product.c[e * kLanes + lane]] = Sum::load(lanes[lane]);
    }
    multiplyPlain(kMaxRows, product.depth, a, b, c);
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
    warp.machine.counters.matrixBytes += product.tokens * kStepBytes;
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

/// What makes the text of a product.
struct ProductText {
  const MmaAtom *atom = nullptr; ///< of the table; null for other text
  unsigned tokens = 0;
  bool goesOn = false; ///< the predicate lets the old accumulators count
};

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
    unsigned sums = tokens / atom.tokens * atom.fragC.regCount();
    unsigned words = atom.fragA.regCount() * bitWidth(atom.a) / kWordBits;
    std::string operands = " " + registerList(0, sums) + ", " +
                           registerList(sums, words) + ", $" +
                           std::to_string(sums + words) + ", p";
    if (rest.consume_front(operands) && rest.consume_front(modifiers) &&
        rest == ";\n}")
      return {&atom, tokens, goesOn};
  }
  return {};
}

static LogicalResult decodeProduct(Decoder &decoder, LLVM::InlineAsmOp op,
                                   const ProductText &text) {
  const MmaAtom &atom = *text.atom;
  unsigned tokens = text.tokens;
  // Addresses swizzle; the emulator's happen to be aligned.
  if (decoder.dynamicSharedAlignment() % kPatternBytes)
    return refuse(op, "expected dynamic shared memory aligned to 1024 bytes, "
                      "got " +
                          Twine(decoder.dynamicSharedAlignment()));
  bool isInteger = !isFloat(atom.a);
  // PTX ISA, "Matrix Shape" of wgmma: integers have no odd multiples of 8
  // beyond 32.
  if (tokens == 0 || tokens % kTokens ||
      (isInteger && tokens > 32 && tokens % 16))
    return refuse(op, "no wgmma has " + Twine(tokens) + " columns");
  unsigned words = atom.fragA.regCount() * bitWidth(atom.a) / kWordBits;
  unsigned sums = tokens / kTokens * atom.fragC.regCount();
  unsigned updated = text.goesOn ? sums : 0;
  if (op.getConstraints() != constraintsOf(isInteger ? 'r' : 'f', sums,
                                           std::string(words, 'r') + "l",
                                           updated) ||
      countPlanes(decoder, op.getOperands()) != words + 1 + updated)
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
      elements / words,
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
