// A source size of zero keeps a cp.async from reading.
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>

  llvm.func @good(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %c80 = llvm.mlir.constant(80 : i32) : i32
    %row = llvm.mul %tid, %c16 : i32
    %from = llvm.getelementptr %in[%row] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<3 x i8>
    %to = llvm.getelementptr %smem[%row] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
    %inside = llvm.icmp "slt" %tid, %c80 : i32
    %bytes = llvm.select %inside, %c16, %c0 : i1, i32
    nvvm.cp.async.shared.global %to, %from, 16, cache = cg, %bytes : !llvm.ptr<3>, !llvm.ptr<1>, i32
    nvvm.cp.async.commit.group
    nvvm.cp.async.wait.group 0
    llvm.return
  }

  // The guard is removed.
  llvm.func @bad(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %c80 = llvm.mlir.constant(80 : i32) : i32
    %row = llvm.mul %tid, %c16 : i32
    %from = llvm.getelementptr %in[%row] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<3 x i8>
    %to = llvm.getelementptr %smem[%row] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
    %inside = llvm.icmp "slt" %tid, %c80 : i32
    %bytes = llvm.select %inside, %c16, %c0 : i1, i32
    nvvm.cp.async.shared.global %to, %from, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
    nvvm.cp.async.commit.group
    nvvm.cp.async.wait.group 0
    llvm.return
  }
}
