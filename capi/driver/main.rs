//! `winsock-cc`: a C or C++ compiler that takes Windows programs.

fn main() {}
