//===- GlobalMemory.cpp - Global memory during a launch -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bounds, and the order of accesses to bytes that a launch writes. Memory that
// a launch only reads has no record and costs nothing to check.
//
//===----------------------------------------------------------------------===//

#include "GlobalMemory.h"

#include "llvm/ADT/Twine.h"

namespace humming::emulator {

static bool contains(const DeviceMemory::Allocation *allocation,
                     uint64_t address, uint64_t size) {
  return allocation && address >= allocation->base &&
         size <= allocation->size &&
         address - allocation->base <= allocation->size - size;
}

bool GlobalMemory::fail(HazardKind kind, uint64_t address,
                        const llvm::Twine &text) {
  lastFault = {kind, address, text.str()};
  return false;
}

const uint8_t *GlobalMemory::readConstant(uint64_t address, unsigned size) {
  uint64_t index = (address - kConstantWindow) / kConstantStride;
  uint64_t first = (address - kConstantWindow) % kConstantStride;
  const std::vector<uint8_t> &bytes = constants[index];
  if (first + size <= bytes.size())
    return bytes.data() + first;
  fail(HazardKind::OutOfBounds, address,
       llvm::Twine(size) + " bytes at byte " + llvm::Twine(first) +
           " of constants of " + llvm::Twine(bytes.size()) + " bytes");
  return nullptr;
}

uint8_t *GlobalMemory::locate(uint64_t address, uint64_t size) {
  if (!contains(allocation, address, size)) {
    allocation = memory.find(address);
    if (!allocation) {
      fail(HazardKind::OutOfBounds, address,
           llvm::Twine(size) + " bytes outside every global allocation");
      return nullptr;
    }
    auto found = writesOf.find(allocation->base);
    writes = found == writesOf.end() ? nullptr : found->second.get();
    if (!contains(allocation, address, size)) {
      fail(HazardKind::OutOfBounds, address,
           llvm::Twine(size) + " bytes at byte " +
               llvm::Twine(address - allocation->base) +
               " of a global allocation of " + llvm::Twine(allocation->size) +
               " bytes");
      return nullptr;
    }
  }
  return allocation->bytes.get() + (address - allocation->base);
}

uint8_t *GlobalMemory::atomic(unsigned thread, uint64_t address,
                              unsigned size) {
  uint8_t *bytes = locate(address, size);
  if (!bytes || !checkPending(thread, address, size, /*isWrite=*/true))
    return nullptr;
  updated.insert(allocation->base);
  return bytes;
}

bool GlobalMemory::prefetch(uint64_t address, uint64_t size) {
  return locate(address, size);
}

void GlobalMemory::await(unsigned thread) {
  if (awaited.size() <= thread)
    awaited.resize(thread + 1);
  awaited[thread] = ordering.cluster() + 1;
}

bool GlobalMemory::checkPending(unsigned thread, uint64_t address,
                                uint64_t size, bool isWrite) {
  if (!pending ||
      (thread < awaited.size() && awaited[thread] == ordering.cluster() + 1))
    return true;
  // What the kernel before this one reads is not known, so nothing is written.
  bool isPending =
      isWrite || llvm::any_of(*pending, [&](const MemoryRange &range) {
        return address < range.address + range.size &&
               range.address < address + size;
      });
  return !isPending ||
         fail(HazardKind::PendingMemory, address,
              llvm::Twine(isWrite ? "write" : "read") +
                  " of memory that the kernel before may still use; expected "
                  "griddepcontrol.wait ahead of it");
}

std::vector<MemoryRange> GlobalMemory::written() const {
  std::vector<MemoryRange> ranges;
  auto add = [&](uint64_t base) {
    ranges.push_back({base, memory.find(base)->size});
  };
  for (uint64_t base : updated)
    add(base);
  for (const auto &[base, writes] : writesOf)
    if (!updated.contains(base))
      add(base);
  return ranges;
}

bool GlobalMemory::checkOrder(unsigned thread, uint64_t address, unsigned size,
                              const char *access) {
  uint64_t first = address - allocation->base;
  for (unsigned byte = 0; byte < size; ++byte) {
    const Write *page = (*writes)[(first + byte) / kPageBytes].get();
    if (!page)
      continue;
    const Write &write = page[(first + byte) % kPageBytes];
    if (write.cluster == kNoBlock)
      continue;
    if (write.time == kInFlight)
      return fail(HazardKind::GlobalRace, address + byte,
                  llvm::Twine(access) + " of a byte that a bulk copy of " +
                      ordering.nameOf(write.thread, write.cluster) +
                      " writes (no cp.async.bulk.wait_group but of reads "
                      "covers it)");
    if (ordering.isKnown(thread, write.cluster, write.thread, write.time))
      continue;
    return fail(HazardKind::GlobalRace, address + byte,
                llvm::Twine(access) + " of a byte that " +
                    ordering.nameOf(write.thread, write.cluster) +
                    " has written with nothing between that orders them");
  }
  return true;
}

const uint8_t *GlobalMemory::read(unsigned thread, uint64_t address,
                                  unsigned size) {
  // Addresses below the window wrap around to beyond its end.
  if (address - kConstantWindow < constants.size() * kConstantStride)
    return readConstant(address, size);
  const uint8_t *bytes = locate(address, size);
  if (!bytes || !checkPending(thread, address, size, /*isWrite=*/false) ||
      (writes && !checkOrder(thread, address, size, "read")))
    return nullptr;
  return bytes;
}

void GlobalMemory::record(unsigned thread, uint64_t address, uint64_t size,
                          Ordering::Time time) {
  uint64_t first = address - allocation->base;
  for (uint64_t byte = first; byte < first + size; ++byte) {
    std::unique_ptr<Write[]> &page = (*writes)[byte / kPageBytes];
    if (!page)
      page = std::make_unique<Write[]>(kPageBytes);
    page[byte % kPageBytes] = {uint32_t(ordering.cluster()), time,
                               uint16_t(thread)};
  }
}

uint8_t *GlobalMemory::checkedWrite(unsigned thread, uint64_t address,
                                    unsigned size, Ordering::Time time) {
  uint8_t *bytes = locate(address, size);
  if (!bytes || !checkPending(thread, address, size, /*isWrite=*/true))
    return nullptr;
  if (!writes) {
    auto &record = writesOf[allocation->base];
    record = std::make_unique<Writes>((allocation->size + kPageBytes - 1) /
                                      kPageBytes);
    writes = record.get();
  }
  if (!checkOrder(thread, address, size, "write"))
    return nullptr;
  record(thread, address, size, time);
  return bytes;
}

uint8_t *GlobalMemory::write(unsigned thread, uint64_t address, unsigned size) {
  return checkedWrite(thread, address, size, ordering.now());
}

uint8_t *GlobalMemory::startCopy(unsigned thread, uint64_t address,
                                 unsigned size) {
  return checkedWrite(thread, address, size, kInFlight);
}

void GlobalMemory::finishCopy(unsigned thread, const MemoryRange &range) {
  if (locate(range.address, range.size))
    record(thread, range.address, range.size, ordering.now());
}

} // namespace humming::emulator
