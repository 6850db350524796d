// RUN: humming-opt %s | humming-opt | FileCheck %s

// CHECK-LABEL: func.func @bulk_store_wait
// CHECK-NEXT: humming_tile.bulk_store_wait
func.func @bulk_store_wait() {
  humming_tile.bulk_store_wait
  return
}
