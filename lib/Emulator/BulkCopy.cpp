//===- BulkCopy.cpp - cp.async.bulk ---------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of bulk copies from global to shared memory: of a run of bytes, and
// of a box of a tensor map, swizzled by 128 bytes. The data are copied when the
// instruction runs, but belong to the copy until it lands and somebody waits
// for the phase of the mbarrier that counts its bytes.
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Machine.h"
#include "TensorMap.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace humming::emulator {

/// PTX ISA, cp.async.bulk: addresses and sizes are multiples of this.
static constexpr uint64_t kBulkBytes = 16;
/// A box is lines of 128 bytes, whose chunks of 16 bytes are swizzled over
/// patterns of eight lines.
static constexpr uint64_t kLineBytes = 128;
static constexpr uint64_t kPatternLines = 8;

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

static bool checkAligned(const Instruction &inst, Warp &warp, unsigned lane,
                         uint64_t address, uint64_t alignment) {
  if (address % alignment == 0)
    return true;
  warp.fail(inst, HazardKind::Misaligned,
            "expected an address that is a multiple of " + Twine(alignment),
            lane, address);
  return false;
}

/// Takes `size` bytes at `offset` for a copy that `barrier` counts. Returns the
/// bytes, or null with a hazard.
static uint8_t *take(const Instruction &inst, Warp &warp, unsigned lane,
                     uint64_t offset, uint32_t size, uint64_t barrier) {
  Machine &machine = warp.machine;
  MBarrier *counter = machine.mbarriers.find(inst, warp, lane, barrier);
  if (!counter || !machine.mbarriers.checkFence(inst, warp, lane, *counter))
    return nullptr;
  uint8_t *to = machine.shared.startBulkCopy(warp.thread(lane), counter->copier,
                                             offset, size);
  if (!to) {
    warp.fail(inst, machine.shared.fault(), lane);
    return nullptr;
  }
  bool started =
      machine.mbarriers.startCopy(inst, warp, lane, {counter, offset, size});
  return started ? to : nullptr;
}

static const uint8_t *readGlobal(const Instruction &inst, Warp &warp,
                                 unsigned lane, uint64_t address,
                                 uint32_t size) {
  Machine &machine = warp.machine;
  const uint8_t *from = machine.global.read(warp.thread(lane), address, size);
  if (!from)
    warp.fail(inst, machine.global.fault(), lane);
  else
    machine.countGlobal(address, size);
  return from;
}

static bool copyRun(const Instruction &inst, Warp &warp, unsigned lane,
                    uint64_t offset, uint64_t source, uint64_t barrier,
                    uint32_t size) {
  if (size == 0 || size % kBulkBytes) {
    warp.fail(inst, HazardKind::Invalid,
              "expected a multiple of 16 bytes, got " + Twine(size), lane);
    return false;
  }
  if (!checkAligned(inst, warp, lane, offset, kBulkBytes) ||
      !checkAligned(inst, warp, lane, source, kBulkBytes))
    return false;
  const uint8_t *from = readGlobal(inst, warp, lane, source, size);
  uint8_t *to = from ? take(inst, warp, lane, offset, size, barrier) : nullptr;
  if (to)
    std::memcpy(to, from, size);
  return to;
}

/// operands: destination, source, mbarrier, bytes.
static Step copyBulk(const Instruction &inst, Warp &warp) {
  const uint64_t *offsets = warp.lanes<uint64_t>(inst.operands[0]);
  const uint64_t *sources = warp.lanes<uint64_t>(inst.operands[1]);
  const uint64_t *barriers = warp.lanes<uint64_t>(inst.operands[2]);
  const uint32_t *sizes = warp.lanes<uint32_t>(inst.operands[3]);
  bool good = true;
  forEachLane(warp.active, [&](unsigned lane) {
    good = good && copyRun(inst, warp, lane, offsets[lane], sources[lane],
                           barriers[lane], sizes[lane]);
  });
  return good ? Step::Next : Step::Failed;
}

/// The tensor map at `address` among the kernel's parameters.
static std::optional<hrtTensor> findTensor(const Instruction &inst, Warp &warp,
                                           unsigned lane, uint64_t address) {
  const std::vector<uint8_t> &parameters = warp.machine.parameters;
  uint64_t start = address - kParameterWindow;
  std::optional<hrtTensor> tensor;
  if (start < parameters.size() &&
      parameters.size() - start >= sizeof(hrtTensorMap))
    tensor = decodeTensorMap(parameters.data() + start);
  if (!tensor)
    warp.fail(inst, HazardKind::Invalid,
              "expected the address of a parameter that is a tensor map", lane,
              address);
  return tensor;
}

/// The box whose first element is (row, column) of the tensor. What lies
/// outside is zero, and its bytes count all the same.
static bool copyBox(const Instruction &inst, Warp &warp, unsigned lane,
                    uint64_t offset, const hrtTensor &tensor, int64_t column,
                    int64_t row, uint64_t barrier) {
  if (!checkAligned(inst, warp, lane, offset, kLineBytes))
    return false;
  uint32_t size = tensor.boxRows * kLineBytes;
  uint8_t *to = take(inst, warp, lane, offset, size, barrier);
  if (!to)
    return false;
  std::memset(to, 0, size);
  int64_t elements = kLineBytes / tensor.elementBytes;
  int64_t first = std::max<int64_t>(column, 0);
  int64_t last = std::min<int64_t>(column + elements, tensor.cols);
  if (first >= last)
    return true;
  for (int64_t line = 0; line < tensor.boxRows; ++line) {
    if (row + line < 0 || row + line >= int64_t(tensor.rows))
      continue;
    uint64_t address = tensor.address + (row + line) * tensor.rowBytes +
                       first * tensor.elementBytes;
    uint32_t bytes = (last - first) * tensor.elementBytes;
    const uint8_t *from = readGlobal(inst, warp, lane, address, bytes);
    if (!from)
      return false;
    // Chunks are swizzled by bits of their address.
    uint64_t start = line * kLineBytes + (first - column) * tensor.elementBytes;
    uint64_t swizzle = (offset / kLineBytes + line) % kPatternLines;
    for (uint32_t byte = 0; byte < bytes; ++byte)
      to[(start + byte) ^ swizzle * kBulkBytes] = from[byte];
  }
  return true;
}

/// operands: destination, tensor map, mbarrier, column, row.
static Step copyTensor(const Instruction &inst, Warp &warp) {
  const uint64_t *offsets = warp.lanes<uint64_t>(inst.operands[0]);
  const uint64_t *maps = warp.lanes<uint64_t>(inst.operands[1]);
  const uint64_t *barriers = warp.lanes<uint64_t>(inst.operands[2]);
  const int32_t *columns = warp.lanes<int32_t>(inst.operands[3]);
  const int32_t *rows = warp.lanes<int32_t>(inst.operands[4]);
  bool good = true;
  forEachLane(warp.active, [&](unsigned lane) {
    std::optional<hrtTensor> tensor =
        good ? findTensor(inst, warp, lane, maps[lane]) : std::nullopt;
    good = tensor && copyBox(inst, warp, lane, offsets[lane], *tensor,
                             columns[lane], rows[lane], barriers[lane]);
  });
  return good ? Step::Next : Step::Failed;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

static LogicalResult emitCopy(Decoder &decoder, Operation *op, EffectFn effect,
                              ValueRange operands) {
  SmallVector<Plane> planes;
  for (Value operand : operands)
    planes.push_back(decoder.planes(operand)[0]);
  decoder.program.startsBulkCopies = true;
  decoder.emit(op, InstructionKind::BulkCopy, {}, planes).effect = effect;
  return success();
}

static LogicalResult decodeBulkCopy(Decoder &decoder, Operation *op) {
  auto copy = cast<NVVM::CpAsyncBulkGlobalToSharedClusterOp>(op);
  if (copy.getMulticastMask())
    return refuse(op, "copies to several blocks");
  return emitCopy(
      decoder, op, copyBulk,
      {copy.getDstMem(), copy.getSrcMem(), copy.getMbar(), copy.getSize()});
}

static LogicalResult decodeTensorCopy(Decoder &decoder, Operation *op) {
  auto copy = cast<NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp>(op);
  if (copy.getMode() != NVVM::TMALoadMode::TILE ||
      copy.getCoordinates().size() != 2 || copy.getMulticastMask() ||
      copy.getPredicate() || copy.getGroup())
    return refuse(op, "anything but a box of two dimensions for this block");
  return emitCopy(decoder, op, copyTensor,
                  {copy.getDstMem(), copy.getTmaDescriptor(), copy.getMbar(),
                   copy.getCoordinates()[0], copy.getCoordinates()[1]});
}

void registerBulkCopyHandlers(HandlerTable &table) {
  table["nvvm.cp.async.bulk.shared.cluster.global"] = decodeBulkCopy;
  table["nvvm.cp.async.bulk.tensor.shared.cluster.global"] = decodeTensorCopy;
}

} // namespace humming::emulator
