// RUN: humming-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{unknown code 'u9': expected u1 to u8, i1 to i8, eXmY of at most 8 bits, nf4, or a table such as lut1, [-1, 0.5]}}
func.func private @too_wide(!humming.code<u9>)

// -----

// expected-error @+1 {{unknown code 'u0'}}
func.func private @no_bits(!humming.code<u0>)

// -----

// expected-error @+1 {{unknown code 'e5m3'}}
func.func private @wide_float(!humming.code<e5m3>)

// -----

// expected-error @+1 {{unknown code 'f16'}}
func.func private @not_a_code(!humming.code<f16>)

// -----

// expected-error @+1 {{unknown code 'lut1'}}
func.func private @no_values(!humming.code<lut1>)

// -----

// expected-error @+1 {{expected the 2^B finite values of lutB, B from 1 to 8, behind 'lut2'}}
func.func private @too_few(!humming.code<lut2, [0, 1, 2]>)

// -----

// expected-error @+1 {{expected the 2^B finite values of lutB, B from 1 to 8, behind 'u4'}}
func.func private @no_table(!humming.code<u4, [0, 1]>)
