// A barrier of two warps orders those two only.
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>

  llvm.func @good(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %mine = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %zero = llvm.mlir.zero : vector<4xi32>
    llvm.store %zero, %mine : vector<4xi32>, !llvm.ptr<3>
    nvvm.barrier0
    llvm.store %zero, %mine : vector<4xi32>, !llvm.ptr<3>
    %c2 = llvm.mlir.constant(2 : i32) : i32
    %c64 = llvm.mlir.constant(64 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %half = llvm.udiv %tid, %c64 : i32
    %id = llvm.add %half, %c1 : i32
    %lower = llvm.icmp "slt" %tid, %c64 : i32
    nvvm.barrier id = %id number_of_threads = %c64
    %c32 = llvm.mlir.constant(32 : i32) : i32
    %next = llvm.xor %tid, %c32 : i32
    llvm.cond_br %lower, ^read, ^end
  ^read:
    %theirs = llvm.getelementptr %smem[%next] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %x = llvm.load %theirs : !llvm.ptr<3> -> i32
    llvm.br ^end
  ^end:
    llvm.return
  }

  // The guard is removed.
  llvm.func @bad(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %mine = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %zero = llvm.mlir.zero : vector<4xi32>
    llvm.store %zero, %mine : vector<4xi32>, !llvm.ptr<3>
    nvvm.barrier0
    llvm.store %zero, %mine : vector<4xi32>, !llvm.ptr<3>
    %c2 = llvm.mlir.constant(2 : i32) : i32
    %c64 = llvm.mlir.constant(64 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %half = llvm.udiv %tid, %c64 : i32
    %id = llvm.add %half, %c1 : i32
    %lower = llvm.icmp "slt" %tid, %c64 : i32
    nvvm.barrier id = %id number_of_threads = %c64
    %c96 = llvm.mlir.constant(96 : i32) : i32
    %next = llvm.xor %tid, %c96 : i32
    llvm.cond_br %lower, ^read, ^end
  ^read:
    %theirs = llvm.getelementptr %smem[%next] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %x = llvm.load %theirs : !llvm.ptr<3> -> i32
    llvm.br ^end
  ^end:
    llvm.return
  }
}
