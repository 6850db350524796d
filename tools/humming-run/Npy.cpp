//===- Npy.cpp - Matrices in numpy's file format --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The format is described in numpy.lib.format: a magic string, a version, the
// length of a header, a header that is a Python dictionary, the elements.
//
//===----------------------------------------------------------------------===//

#include "Npy.h"

#include "Options.h"
#include "humming/Numerics/Float.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace humming;
using namespace humming::run;
using llvm::StringRef;

static constexpr StringRef kMagic = "\x93NUMPY";

/// What follows `key` in the dictionary, or "".
static StringRef valueOf(StringRef header, StringRef key) {
  size_t at = header.find(("'" + key + "':").str());
  return at == StringRef::npos ? StringRef()
                               : header.drop_front(at + key.size() + 3).ltrim();
}

/// The header's dictionary; takes it and all before it off `bytes`.
static llvm::Expected<StringRef> takeHeader(StringRef path, StringRef &bytes) {
  if (!bytes.consume_front(kMagic) || bytes.size() < 6)
    return fail(path + ": not a .npy file");
  unsigned version = uint8_t(bytes[0]);
  size_t lengthBytes = version == 1 ? 2 : 4;
  size_t length = version == 1
                      ? llvm::support::endian::read16le(bytes.data() + 2)
                      : llvm::support::endian::read32le(bytes.data() + 2);
  bytes = bytes.drop_front(2 + lengthBytes);
  if (version < 1 || version > 3 || length > bytes.size())
    return fail(path + ": a .npy file of an unknown version, or cut off");
  StringRef header = bytes.take_front(length);
  bytes = bytes.drop_front(length);
  return header;
}

llvm::Expected<Matrix> run::readNpy(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fail(path + ": " + buffer.getError().message());
  StringRef bytes = (*buffer)->getBuffer();
  llvm::Expected<StringRef> header = takeHeader(path, bytes);
  if (!header)
    return header.takeError();

  StringRef type =
      valueOf(*header, "descr").drop_front().take_until([](char c) {
        return c == '\'';
      });
  bool half = type == "<f2";
  if (!half && type != "<f4")
    return fail(path + ": expected float32 or float16 elements, got '" + type +
                "'");
  if (!valueOf(*header, "fortran_order").starts_with("False"))
    return fail(path + ": expected C order; save numpy.ascontiguousarray(x)");

  Matrix matrix;
  StringRef shape = valueOf(*header, "shape");
  shape.consume_front("(");
  StringRef extents = shape.take_until([](char c) { return c == ')'; });
  auto [rows, rest] = extents.split(',');
  rest = rest.trim();
  rest.consume_back(",");
  if (rows.trim().getAsInteger(10, matrix.rows) ||
      rest.trim().getAsInteger(10, matrix.columns))
    return fail(path + ": expected a matrix, got shape (" + extents + ")");
  size_t count = matrix.rows * matrix.columns, width = half ? 2 : 4;
  if (count == 0 || bytes.size() / width / matrix.columns < matrix.rows)
    return fail(path + ": expected " + llvm::Twine(count) + " elements, got " +
                llvm::Twine(bytes.size() / width));

  matrix.values.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const char *element = bytes.data() + i * width;
    matrix.values[i] =
        half
            ? decode(ScalarKind::F16, llvm::support::endian::read16le(element))
            : decode(ScalarKind::F32, llvm::support::endian::read32le(element));
  }
  return matrix;
}

llvm::Error run::writeNpy(StringRef path, const Matrix &matrix, bool half) {
  std::error_code error;
  llvm::raw_fd_ostream os(path, error);
  if (error)
    return fail(path + ": " + error.message());

  std::string header =
      ("{'descr': '" + llvm::Twine(half ? "<f2" : "<f4") +
       "', 'fortran_order': False, 'shape': (" + llvm::Twine(matrix.rows) +
       ", " + llvm::Twine(matrix.columns) + "), }")
          .str();
  // Magic, version and length take 10 bytes; elements start at a multiple of
  // 64.
  size_t padding = (64 - (10 + header.size() + 1) % 64) % 64;
  header.append(padding, ' ');
  header += '\n';
  char length[2];
  llvm::support::endian::write16le(length, header.size());
  os << kMagic << '\x01' << '\x00' << StringRef(length, 2) << header;
  for (float value : matrix.values) {
    char element[4];
    if (half)
      llvm::support::endian::write16le(element, encode(ScalarKind::F16, value));
    else
      llvm::support::endian::write32le(element, encode(ScalarKind::F32, value));
    os.write(element, half ? 2 : 4);
  }
  os.close();
  if (os.has_error())
    return fail(path + ": " + os.error().message());
  return llvm::Error::success();
}
