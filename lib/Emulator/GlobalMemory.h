//===- GlobalMemory.h - Global memory during a launch -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Device memory and the kernel's arrays of constants as one launch sees them:
// accesses are checked against the bounds of allocations and arrays, and bytes
// that the launch writes remember who wrote them and when, so that reads and
// writes that nothing orders behind are found.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_LIB_EMULATOR_GLOBALMEMORY_H
#define HUMMING_LIB_EMULATOR_GLOBALMEMORY_H

#include "Ordering.h"

#include "llvm/ADT/DenseSet.h"

namespace humming::emulator {

class GlobalMemory {
public:
  GlobalMemory(const DeviceMemory &memory, const Ordering &ordering,
               llvm::ArrayRef<std::vector<uint8_t>> constants,
               const Options &options)
      : memory(memory), ordering(ordering), constants(constants),
        pending(options.pending) {}

  /// Checks an access of `size` bytes at `address` by `thread` and records it.
  /// Returns the bytes, or null with the reason in fault(). Atomics are ordered
  /// among themselves and are checked for bounds only.
  const uint8_t *read(unsigned thread, uint64_t address, unsigned size);
  uint8_t *write(unsigned thread, uint64_t address, unsigned size);
  uint8_t *atomic(unsigned thread, uint64_t address, unsigned size);
  /// The write of a bulk copy: the bytes belong to it until finishCopy, which
  /// leaves them written by `thread` at that moment.
  uint8_t *startCopy(unsigned thread, uint64_t address, unsigned size);
  void finishCopy(unsigned thread, const MemoryRange &range);
  /// The same of a prefetch, which may reach for anything that is there.
  bool prefetch(uint64_t address, uint64_t size);

  /// `thread` has waited for the kernels before this one.
  void await(unsigned thread);

  /// Allocations written so far.
  std::vector<MemoryRange> written() const;

  const Fault &fault() const { return lastFault; }

private:
  static constexpr uint64_t kPageBytes = 4096;
  /// Time of a write that is under way.
  static constexpr Ordering::Time kInFlight = ~Ordering::Time(0);

  /// The last write of a byte in this launch.
  struct Write {
    uint32_t cluster = kNoBlock;
    Ordering::Time time = 0;
    uint16_t thread = 0;
  };
  /// The writes of an allocation: a page of them once a byte there is written.
  using Writes = std::vector<std::unique_ptr<Write[]>>;

  const uint8_t *readConstant(uint64_t address, unsigned size);
  uint8_t *locate(uint64_t address, uint64_t size);
  /// Notes that `thread` has written bytes of the allocation last accessed.
  void record(unsigned thread, uint64_t address, uint64_t size,
              Ordering::Time time);
  uint8_t *checkedWrite(unsigned thread, uint64_t address, unsigned size,
                        Ordering::Time time);
  bool checkPending(unsigned thread, uint64_t address, uint64_t size,
                    bool isWrite);
  bool fail(HazardKind kind, uint64_t address, const llvm::Twine &text);
  bool checkOrder(unsigned thread, uint64_t address, unsigned size,
                  const char *access);

  const DeviceMemory &memory;
  const Ordering &ordering;
  llvm::ArrayRef<std::vector<uint8_t>> constants;
  const std::optional<std::vector<MemoryRange>> &pending;
  /// By thread, one more than the last cluster in which it has waited.
  std::vector<uint64_t> awaited;
  /// Bases of allocations that atomics have written.
  llvm::DenseSet<uint64_t> updated;
  /// The allocation last accessed, and its writes; null while it has none.
  const DeviceMemory::Allocation *allocation = nullptr;
  Writes *writes = nullptr;
  llvm::DenseMap<uint64_t, std::unique_ptr<Writes>> writesOf; ///< by base
  Fault lastFault;
};

} // namespace humming::emulator

#endif // HUMMING_LIB_EMULATOR_GLOBALMEMORY_H
